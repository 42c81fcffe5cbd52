//! Calls of IndexedDB that web-sys lacks, has twice (for an object store and for an index), or takes
//! a Rust text for: names that each operation needs are turned into JavaScript strings once. Names
//! and order of arguments are the platform's; nothing is decided here.

use js_sys::{Function, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{IdbKeyRange, IdbObjectStore, IdbRequest, IdbTransaction};

#[wasm_bindgen]
extern "C" {
    /// `IDBDatabase`, for the third argument of its `transaction`: the durability.
    pub(super) type Database;

    #[wasm_bindgen(method, catch)]
    pub(super) fn transaction(
        this: &Database,
        stores: &JsValue,
        mode: &JsValue,
        options: &Options,
    ) -> Result<IdbTransaction, JsValue>;

    /// `IDBTransaction`.
    pub(super) type Transaction;

    #[wasm_bindgen(method, catch, js_name = objectStore)]
    pub(super) fn object_store(
        this: &Transaction,
        name: &JsValue,
    ) -> Result<IdbObjectStore, JsValue>;

    /// The object store of the commits, whose keys are numbers.
    #[wasm_bindgen(method, catch, js_name = objectStore)]
    pub(super) fn numbered(this: &Transaction, name: &JsValue) -> Result<Numbered, JsValue>;

    /// Throws where a browser does not have it yet.
    #[wasm_bindgen(method, catch)]
    pub(super) fn commit(this: &Transaction) -> Result<(), JsValue>;

    /// An options object of any call, made from an empty one.
    pub(super) type Options;

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_durability(this: &Options, durability: &str);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_query(this: &Options, range: &IdbKeyRange);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_count(this: &Options, count: u32);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_direction(this: &Options, direction: &str);

    /// `IDBObjectStore` with keys that are numbers.
    pub(super) type Numbered;

    #[wasm_bindgen(method, catch)]
    pub(super) fn add(this: &Numbered, value: &Uint8Array, key: f64)
    -> Result<IdbRequest, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(super) fn put(this: &Numbered, value: &Uint8Array, key: f64)
    -> Result<IdbRequest, JsValue>;

    /// What `IDBObjectStore` and `IDBIndex` have in common.
    pub(super) type Source;

    #[wasm_bindgen(method, catch, js_name = getAll)]
    pub(super) fn get_all(
        this: &Source,
        range: &IdbKeyRange,
        count: u32,
    ) -> Result<IdbRequest, JsValue>;

    #[wasm_bindgen(method, catch, js_name = getAllKeys)]
    pub(super) fn get_all_keys(
        this: &Source,
        range: &IdbKeyRange,
        count: u32,
    ) -> Result<IdbRequest, JsValue>;

    #[wasm_bindgen(method, catch, js_name = getAllRecords)]
    pub(super) fn get_all_records(this: &Source, options: &Options) -> Result<IdbRequest, JsValue>;

    /// Undefined in browsers that do not have it yet.
    #[wasm_bindgen(method, getter, js_name = getAllRecords)]
    pub(super) fn get_all_records_method(this: &Source) -> Option<Function>;

    #[wasm_bindgen(method, catch, js_name = openCursor)]
    pub(super) fn open_cursor(
        this: &Source,
        range: &IdbKeyRange,
        direction: &str,
    ) -> Result<IdbRequest, JsValue>;

    /// An `IDBRecord`, or a cursor, which has the same two properties and can go on.
    pub(super) type Entry;

    #[wasm_bindgen(method, getter, js_name = primaryKey)]
    pub(super) fn primary_key(this: &Entry) -> JsValue;

    #[wasm_bindgen(method, getter)]
    pub(super) fn value(this: &Entry) -> JsValue;

    #[wasm_bindgen(method, catch, js_name = continue)]
    pub(super) fn go_on(this: &Entry) -> Result<(), JsValue>;

    /// A record of a table with a sort key: `{ s: sort key, v: bytes }`.
    pub(super) type SortedRow;

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_s(this: &SortedRow, sort: &str);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_v(this: &SortedRow, value: &Uint8Array);

    #[wasm_bindgen(method, getter)]
    pub(super) fn v(this: &SortedRow) -> JsValue;
}
