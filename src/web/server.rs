//! A book's server across the boundary: batches in, verdicts out, as JSON text. What is stored, and
//! where, is the facade's to say.

use super::convert::{failure, messages, read, value};
use crate::error::{BatchFault, Error, Fault};
use crate::event::By;
use crate::ids::{ActorId, ContactId, ContactName, ReplicaId};
use crate::json::{self, FromJson, Value};
use crate::ledger::{Pseudonyms, Salt};
use crate::sync::{self, Known, Own, Requester};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

record! {
    #[derive(Default)]
    struct Options {
        book: String = "book",
        secret: Option<String> = "secret",
        definitions: Vec<Value<'static>> = "definitions" or default,
        late_ms: u64 = "lateMs",
        name: String = "name",
    }
}

record! {
    #[derive(Default)]
    struct Sender {
        actors: Option<Vec<ActorId>> = "actors",
        roles: Option<Vec<String>> = "roles",
    }
}

record! {
    #[derive(Default)]
    struct Burial {
        contact: ContactName = "contact",
        entries: u64 = "entries",
        by: ActorId = "by",
        by_name: Option<String> = "byName",
        now: i64 = "now",
        own: Own = "own",
        reason: Option<String> = "reason",
    }
}

shape! {
    struct Summary<'a> {
        contacts: Vec<&'a ContactName> = "contacts",
        end: u64 = "end",
        replica: &'a ReplicaId = "replica",
    }
}

/// A book on its server.
#[wasm_bindgen]
pub struct ServerBook(Rc<sync::Book>);

/// A batch that is sound in itself.
#[wasm_bindgen]
pub struct PushedBatch(Rc<sync::Book>, sync::Pushed);

#[wasm_bindgen]
impl ServerBook {
    /// `options` is JSON `{book, secret?, definitions, lateMs, name}`.
    ///
    /// # Errors
    /// `definition`.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str) -> Result<Self, JsValue> {
        let made = || {
            let Options { book, secret, definitions, late_ms, name } = read(&value(options)?)?;
            let authority =
                sync::Authority::new(definitions, late_ms).map_err(Fault::Definition)?;
            let names = Pseudonyms::new(&book, secret.as_deref().unwrap_or_default());
            Ok(sync::Book { name: book, names, authority, by: sync::Book::server(&name) })
        };
        made().map(|book| Self(Rc::new(book))).map_err(told)
    }

    /// The ledger's name of a contact.
    #[wasm_bindgen(js_name = nameOf)]
    pub fn name_of(&self, contact: &str) -> String {
        self.0.names.contact(&ContactId::from(contact)).to_string()
    }

    /// Reads a batch.
    ///
    /// # Errors
    /// `batch`.
    pub fn read(&self, batch: &str) -> Result<PushedBatch, JsValue> {
        let pushed = self.0.read(batch).map_err(fault)?;
        Ok(PushedBatch(self.0.clone(), pushed))
    }

    /// Seals a tombstone onto the server's log. Takes and gives JSON.
    ///
    /// # Errors
    /// What can't be read.
    pub fn bury(&self, burial: &str) -> Result<String, JsValue> {
        let Burial { contact, entries, by, by_name, now, own, reason } = must(burial)?;
        let name = by_name.unwrap_or_else(|| by.to_string());
        let by = By { id: by, name, ..self.0.by.clone() };
        let verdict = self.0.bury(own, (&contact, entries), (by, reason), now, &salt);
        Ok(json::text(&verdict))
    }
}

#[wasm_bindgen]
impl PushedBatch {
    /// JSON `{contacts, end, replica}`.
    pub fn summary(&self) -> String {
        let Self(_, pushed) = self;
        let (contacts, end) = (pushed.contacts(), pushed.end());
        json::text(&Summary { contacts, end, replica: &pushed.replica })
    }

    /// What becomes of it: JSON of a verdict.
    ///
    /// # Errors
    /// `batch`, `fork`.
    pub fn judge(&self, known: &str, sender: &str) -> Result<String, JsValue> {
        let (known, Sender { actors, roles }) = (must::<Known>(known)?, must(sender)?);
        let actors = actors.map(|ids| ids.iter().map(|id| self.0.names.actor(id)).collect());
        let requester = Requester { actors, roles };
        let verdict = self.0.judge(&self.1, known, &requester, &salt);
        verdict.map(|verdict| json::text(&verdict)).map_err(fault)
    }
}

fn must<T: FromJson>(text: &str) -> Result<T, JsValue> {
    json::read(text).map_err(|mismatch| told(super::convert::malformed(mismatch)))
}

fn fault(fault: BatchFault) -> JsValue {
    told(fault.into())
}

fn told(error: Error) -> JsValue {
    failure(&error, &messages(Some("en"), &Default::default()))
}

fn salt() -> Salt {
    let mut salt = [0; 32];
    // A host without randomness has no TLS either.
    let _ = getrandom::fill(&mut salt);
    salt
}
