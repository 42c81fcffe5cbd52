//! The workflow across the boundary.

use super::book::Book;
use super::convert::read;
use crate::command::{Command, TransitionInput, TransitionRequest};
use crate::engine::{LogQuery, Written};
use crate::ids::ContactId;
use wasm_bindgen::prelude::*;

fn record(book: &Book, written: &Written) -> Option<String> {
    book.engine().view(|viewer| viewer.transitioned(written))
}

#[wasm_bindgen]
impl Book {
    /// The contract's `workflow.definitions`.
    #[wasm_bindgen(js_name = workflowDefinitions)]
    pub fn workflow_definitions(&self) -> String {
        let sources: Vec<_> = self.engine().definitions().iter().map(|one| one.source()).collect();
        crate::json::text(&sources)
    }

    /// The contract's `workflow.start`.
    ///
    /// # Errors
    /// All that is wrong with it.
    #[wasm_bindgen(js_name = workflowStart)]
    pub async fn workflow_start(
        &self,
        contact: String,
        definition: String,
        options: JsValue,
    ) -> Result<Option<String>, JsValue> {
        let command = Command::Start { contact: ContactId::new(contact), definition };
        self.run(Ok(command), options, |book, written| record(book, &written)).await
    }

    /// The contract's `workflow.options`.
    ///
    /// # Errors
    /// A contact that does not exist.
    #[wasm_bindgen(js_name = workflowOptions)]
    pub async fn workflow_options(
        &self,
        contact: String,
        input: JsValue,
    ) -> Result<String, JsValue> {
        let input: TransitionInput = self.answer(read(input))?;
        let loaded = self.answer(self.engine().existing(&ContactId::new(contact)).await)?;
        Ok(self.engine().view(|viewer| {
            self.engine().ask(&self.actor, |context| viewer.options(&loaded.state, &input, context))
        }))
    }

    /// The contract's `workflow.transition`.
    ///
    /// # Errors
    /// All that is wrong with it.
    #[wasm_bindgen(js_name = workflowTransition)]
    pub async fn workflow_transition(
        &self,
        contact: String,
        request: JsValue,
        options: JsValue,
    ) -> Result<Option<String>, JsValue> {
        let request = read::<TransitionRequest>(request);
        let contact = ContactId::new(contact);
        let command = request.map(|request| Command::Transition { contact, request });
        self.run(command, options, |book, written| record(book, &written)).await
    }

    /// The contract's `workflow.log`.
    ///
    /// # Errors
    /// A query that can't be.
    #[wasm_bindgen(js_name = workflowLog)]
    pub async fn workflow_log(&self, contact: String, query: JsValue) -> Result<String, JsValue> {
        let query: LogQuery = self.answer(read(query))?;
        let found = self.engine().log(&ContactId::new(contact), &query).await;
        let (contact, page) = self.answer(found)?;
        self.answer(self.engine().view(|viewer| viewer.log(&contact, &page)))
    }
}
