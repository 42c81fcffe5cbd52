//! Contacts across the boundary.

use super::book::Book;
use super::convert::read;
use crate::command::{Command, ContactChanges, NewContact};
use crate::engine::{ListQuery, Written};
use crate::error::Error;
use crate::ids::ContactId;
use serde::Deserialize;
use wasm_bindgen::prelude::*;

#[derive(Default, Deserialize)]
#[serde(default)]
struct CreateOptions {
    upsert: bool,
    #[serde(rename = "commandId")]
    command_id: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct EraseOptions {
    confirm: String,
    reason: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CommentInput {
    text: String,
}

impl Book {
    fn create(&self, input: JsValue, options: &JsValue) -> Result<Command, Error> {
        let input: NewContact = read(input)?;
        let CreateOptions { upsert, command_id } = read(options.clone())?;
        let contact = match &input.id {
            Some(id) => ContactId::new(id.as_str()),
            None => self.engine().invent(command_id.as_deref()),
        };
        Ok(Command::Create { contact, input, upsert })
    }

    pub(super) fn saved(&self, written: &Written) -> String {
        self.engine()
            .view(|viewer| self.engine().ask(&self.actor, |context| viewer.saved(written, context)))
    }
}

#[wasm_bindgen]
impl Book {
    /// The contract's `contacts.create`.
    ///
    /// # Errors
    /// JSON of the contract's `StagebookError`, as of every method.
    #[wasm_bindgen(js_name = contactsCreate)]
    pub async fn contacts_create(
        &self,
        input: JsValue,
        options: JsValue,
    ) -> Result<String, JsValue> {
        let command = self.create(input, &options);
        self.run(command, options, |book, written| book.saved(&written)).await
    }

    /// The contract's `contacts.get`.
    ///
    /// # Errors
    /// What the store says.
    #[wasm_bindgen(js_name = contactsGet)]
    pub async fn contacts_get(&self, id: String) -> Result<Option<String>, JsValue> {
        let loaded = self.answer(self.engine().contact(&ContactId::new(id)).await)?;
        Ok(self.engine().view(|viewer| viewer.contact(&loaded)))
    }

    /// The contract's `contacts.list`.
    ///
    /// # Errors
    /// A query that can't be.
    #[wasm_bindgen(js_name = contactsList)]
    pub async fn contacts_list(&self, query: JsValue) -> Result<String, JsValue> {
        let query: ListQuery = self.answer(read(query))?;
        let page = self.answer(self.engine().contacts(&query).await)?;
        Ok(self.engine().view(|viewer| viewer.contacts(&page)))
    }

    /// The contract's `contacts.save`.
    ///
    /// # Errors
    /// All that is wrong with it.
    #[wasm_bindgen(js_name = contactsSave)]
    pub async fn contacts_save(
        &self,
        id: String,
        changes: JsValue,
        options: JsValue,
    ) -> Result<String, JsValue> {
        let changes = read::<ContactChanges>(changes);
        let command = changes.map(|changes| Command::Save { contact: ContactId::new(id), changes });
        self.run(command, options, |book, written| book.saved(&written)).await
    }

    /// The contract's `contacts.erase`.
    ///
    /// # Errors
    /// All that is wrong with it.
    #[wasm_bindgen(js_name = contactsErase)]
    pub async fn contacts_erase(&self, id: String, options: JsValue) -> Result<(), JsValue> {
        let asked = read::<EraseOptions>(options.clone());
        let command = asked.map(|EraseOptions { confirm, reason }| Command::Erase {
            contact: ContactId::new(id),
            confirm,
            reason,
        });
        self.run(command, options, |_, _| ()).await
    }

    /// The contract's `contacts.comment`.
    ///
    /// # Errors
    /// All that is wrong with it.
    #[wasm_bindgen(js_name = contactsComment)]
    pub async fn contacts_comment(
        &self,
        id: String,
        input: JsValue,
        options: JsValue,
    ) -> Result<Option<String>, JsValue> {
        let input = read::<CommentInput>(input);
        let command =
            input.map(|input| Command::Comment { contact: ContactId::new(id), text: input.text });
        self.run(command, options, |book, written| {
            book.engine().view(|viewer| viewer.entered(&written))
        })
        .await
    }
}
