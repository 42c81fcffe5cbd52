//! 1.0: the tables, their sort keys, the commits. Keys stand outside the values, so that a value can
//! be plain bytes; only where there is a sort key it is `{ s: sort key, v: bytes }`.

use wasm_bindgen::prelude::*;
use web_sys::{IdbDatabase, IdbTransaction};

const PLAIN: [&str; 9] = [
    "meta",
    "definitions",
    "log",
    "history",
    "agenda",
    "conflicts",
    "quarantine",
    "retired",
    "commits",
];
const SORTED: [&str; 3] = ["contacts", "outbox", "commands"];

pub(super) fn migrate(database: &IdbDatabase, _: &IdbTransaction) -> Result<(), JsValue> {
    for name in PLAIN {
        database.create_object_store(name)?;
    }
    for name in SORTED {
        database.create_object_store(name)?.create_index_with_str("sort", "s")?;
    }
    Ok(())
}
