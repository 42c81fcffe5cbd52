//! One connection to a database: what it hears, and letting it go. What is read and written through
//! it is the business of `reading` and `writing`.

use super::bindings::{Database, Options};
use super::opening::{Missing, open};
use super::request::{Ears, error_of};
use crate::error::StoreError;
use crate::store::Table;
use crate::web::browser::name_of;
use js_sys::Object;
use wasm_bindgen::prelude::*;
use web_sys::{Event, IdbDatabase, IdbRequest, IdbTransaction};

/// The object store of the commits, beside those of the tables.
pub(super) const COMMITS: &str = "commits";
/// The index of a table that has a sort key.
pub(super) const SORT_INDEX: &str = "sort";

/// An open database. Dropping it closes it as soon as its transactions have ended.
pub(super) struct Connection {
    database: IdbDatabase,
    pub(super) words: Words,
    pub(super) ears: Ears,
    _handler: Closure<dyn FnMut(Event)>,
}

impl Connection {
    /// Opens the database of that name. `on_event` hears `versionchange` and `close`.
    pub(super) async fn open(
        name: &str,
        missing: Missing,
        mut on_event: impl FnMut(&Event) + 'static,
    ) -> Result<Self, StoreError> {
        let database = open(name, missing).await?;
        let handler = Closure::new(move |event: Event| match event.type_().as_str() {
            "error" => hush(&event),
            _ => on_event(&event),
        });
        let function = Some(handler.as_ref().unchecked_ref());
        database.set_onversionchange(function);
        database.set_onclose(function);
        database.set_onerror(function);
        Ok(Self { database, words: Words::new(), ears: Ears::default(), _handler: handler })
    }

    /// Begins a transaction over one object store or an array of them.
    pub(super) fn transaction(
        &self,
        stores: &JsValue,
        mode: &JsValue,
        options: &Options,
    ) -> Result<IdbTransaction, JsValue> {
        self.database.unchecked_ref::<Database>().transaction(stores, mode, options)
    }

    /// Whether an event is about this connection.
    pub(super) fn is_target_of(&self, event: &Event) -> bool {
        event.target().is_some_and(|target| target.loose_eq(&self.database))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.database.set_onversionchange(None);
        self.database.set_onclose(None);
        self.database.set_onerror(None);
        self.database.close();
    }
}

/// Hears the error of every request, last of all. What is not prevented some browsers report to the
/// window; but to prevent an error is to let its transaction go on without the request. So its
/// transaction is aborted. Once it is committing it can't be: then only what was aborted already may
/// be prevented, and the lone `add` of a commit, without which there is nothing to go on with.
fn hush(event: &Event) {
    let Some(target) = event.target() else { return };
    let request: &IdbRequest = target.unchecked_ref();
    let is_aborted = request.transaction().is_some_and(|transaction| transaction.abort().is_ok());
    let error = error_of(request).unwrap_or_default();
    if is_aborted || is_taken(&error) || name_of(&error) == "AbortError" {
        event.prevent_default();
    }
}

/// Nothing but the `add` of a commit can meet a record that is there.
pub(super) fn is_taken(error: &JsValue) -> bool {
    name_of(error) == "ConstraintError"
}

/// What every operation says to the browser.
pub(super) struct Words {
    pub(super) commits: JsValue,
    pub(super) readonly: JsValue,
    pub(super) readwrite: JsValue,
    pub(super) relaxed: Options,
    pub(super) strict: Options,
    tables: [JsValue; Table::ALL.len()],
}

impl Words {
    fn new() -> Self {
        Self {
            commits: COMMITS.into(),
            readonly: "readonly".into(),
            readwrite: "readwrite".into(),
            relaxed: durability("relaxed"),
            strict: durability("strict"),
            tables: Table::ALL.map(|(_, name, _)| name.into()),
        }
    }

    pub(super) fn table(&self, table: Table) -> &JsValue {
        &self.tables[table as usize]
    }
}

fn durability(durability: &str) -> Options {
    let options: Options = Object::new().unchecked_into();
    options.set_durability(durability);
    options
}
