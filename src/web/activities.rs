//! Activities across the boundary.

use super::book::Book;
use super::convert::read;
use crate::command::{BoxPair, Command, Completion};
use crate::decide;
use crate::engine::{ActivityQuery, Written};
use crate::error::Error;
use crate::ids::ContactId;
use serde::Deserialize;
use wasm_bindgen::prelude::*;

/// Where a form stands, for a contact that may not exist yet.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Place {
    stage: Option<String>,
    definition: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CancelOptions {
    reason: Option<String>,
}

fn pending(book: &Book, written: &Written) -> Option<String> {
    book.engine().view(|viewer| viewer.pending(written))
}

impl Book {
    fn form(
        &self,
        boxes: JsValue,
        place: JsValue,
    ) -> Result<(BoxPair, crate::project::Contact), Error> {
        let (boxes, place): (BoxPair, Place) = (read(boxes)?, read(place)?);
        let contact =
            self.engine().standing(place.definition.as_deref(), place.stage.as_deref())?;
        Ok((boxes, contact))
    }
}

#[wasm_bindgen]
impl Book {
    /// The contract's `activities.types`.
    ///
    /// # Errors
    /// A contact that does not exist.
    #[wasm_bindgen(js_name = activitiesTypes)]
    pub async fn activities_types(&self, contact: String) -> Result<String, JsValue> {
        let loaded = self.answer(self.engine().existing(&ContactId::new(contact)).await)?;
        Ok(self.engine().view(|viewer| {
            self.engine().ask(&self.actor, |context| viewer.types(&loaded.state, context))
        }))
    }

    /// The contract's `activities.draft`.
    ///
    /// # Errors
    /// Boxes that can't be read, a stage or definition that does not exist.
    #[wasm_bindgen(js_name = activitiesDraft)]
    pub fn activities_draft(&self, boxes: JsValue, place: JsValue) -> Result<String, JsValue> {
        let (boxes, contact) = self.answer(self.form(boxes, place))?;
        let filled =
            self.engine().ask(&self.actor, |context| decide::draft(boxes, &contact, context));
        Ok(self.engine().view(|viewer| viewer.boxes(&filled)))
    }

    /// The contract's `activities.validate`.
    ///
    /// # Errors
    /// Boxes that can't be read, a stage or definition that does not exist.
    #[wasm_bindgen(js_name = activitiesValidate)]
    pub fn activities_validate(&self, boxes: JsValue, place: JsValue) -> Result<String, JsValue> {
        let (boxes, contact) = self.answer(self.form(boxes, place))?;
        let issues = self
            .engine()
            .ask(&self.actor, |context| decide::validate(&boxes, "", &contact, context));
        Ok(self.engine().view(|viewer| viewer.issues(&issues)))
    }

    /// The contract's `activities.list`.
    ///
    /// # Errors
    /// A query that can't be.
    #[wasm_bindgen(js_name = activitiesList)]
    pub async fn activities_list(
        &self,
        contact: String,
        query: JsValue,
    ) -> Result<String, JsValue> {
        let query: ActivityQuery = self.answer(read(query))?;
        let found = self.engine().activities(&ContactId::new(contact), &query).await;
        let (contact, page) = self.answer(found)?;
        self.answer(self.engine().view(|viewer| viewer.activities(&contact, &page)))
    }

    /// The contract's `activities.complete`.
    ///
    /// # Errors
    /// All that is wrong with it.
    #[wasm_bindgen(js_name = activitiesComplete)]
    pub async fn activities_complete(
        &self,
        pending: String,
        input: JsValue,
        options: JsValue,
    ) -> Result<String, JsValue> {
        let command = read::<Completion>(input).map(|input| Command::Complete { pending, input });
        self.run(command, options, |book, written| book.saved(&written)).await
    }

    /// The contract's `activities.reopen`.
    ///
    /// # Errors
    /// All that is wrong with it.
    #[wasm_bindgen(js_name = activitiesReopen)]
    pub async fn activities_reopen(
        &self,
        id: String,
        options: JsValue,
    ) -> Result<Option<String>, JsValue> {
        let command = Command::Reopen { pending: id };
        self.run(Ok(command), options, |book, written| pending(book, &written)).await
    }

    /// The contract's `activities.cancel`.
    ///
    /// # Errors
    /// All that is wrong with it.
    #[wasm_bindgen(js_name = activitiesCancel)]
    pub async fn activities_cancel(
        &self,
        id: String,
        options: JsValue,
    ) -> Result<Option<String>, JsValue> {
        let asked = read::<CancelOptions>(options.clone());
        let command = asked.map(|asked| Command::Cancel { pending: id, reason: asked.reason });
        self.run(command, options, |book, written| pending(book, &written)).await
    }
}
