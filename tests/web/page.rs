//! The hand-written side, and the accidents that a test brings about.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen(module = "/tests/web/page.js")]
extern "C" {
    /// Whether the page has what only the newest browsers have; it never has more than its browser.
    #[wasm_bindgen(js_name = setGetAllRecords)]
    pub(super) fn set_get_all_records(present: bool);

    #[wasm_bindgen(js_name = openRaw)]
    fn open_raw(database: &str, version: u32, closes_after: i32) -> Promise;

    #[wasm_bindgen(js_name = closeRaw)]
    pub(super) fn close_raw(database: &str);

    #[wasm_bindgen(js_name = versionOf)]
    fn version_of(database: &str) -> Promise;

    /// The next transaction finds its connection closed; if `gone`, its database deleted as well.
    #[wasm_bindgen(js_name = loseNextConnection)]
    pub(super) fn lose_next_connection(gone: bool);

    /// The next write is done, but its connection ends before it can say so.
    #[wasm_bindgen(js_name = loseNextAnswer)]
    pub(super) fn lose_next_answer();

    /// Every connection is lost until told otherwise.
    #[wasm_bindgen(js_name = loseConnections)]
    pub(super) fn lose_connections(always: bool);

    /// `"absent"`, `"denied"` or `"as it is"`.
    #[wasm_bindgen(js_name = setIndexedDb)]
    pub(super) fn set_indexed_db(how: &str);

    /// Whether the page has Web Locks.
    #[wasm_bindgen(js_name = setLocks)]
    pub(super) fn set_locks(present: bool);

    /// `"absent"`, `"denied"` or `"as it is"`.
    #[wasm_bindgen(js_name = setLocalStorage)]
    pub(super) fn set_local_storage(how: &str);

    /// After so many writes to localStorage the page is as good as gone: every other one throws.
    #[wasm_bindgen(js_name = stopAfter)]
    pub(super) fn stop_after(writes: u32);

    /// Ends what `stop_after` began.
    #[wasm_bindgen(js_name = goOn)]
    pub(super) fn go_on();

    /// Keys with that prefix and their texts, in turn.
    pub(super) fn dump(prefix: &str) -> Vec<String>;

    /// Fills localStorage but for so many characters; says how many were free.
    pub(super) fn fill(left: u32) -> u32;

    #[wasm_bindgen(js_name = holdLock)]
    fn hold_lock(name: &str) -> Promise;

    /// How many errors reached the window unhandled.
    #[wasm_bindgen(js_name = unhandledErrors)]
    pub(super) fn unhandled_errors() -> u32;

    /// The object stores and durability of every write transaction since the last call.
    pub(super) fn durabilities() -> Vec<String>;
}

/// Opens a database by hand, at a version, and holds it. `closes_after`: milliseconds from a
/// `versionchange` until it lets go; never if negative.
pub(super) async fn hold(
    database: &str,
    version: u32,
    closes_after: i32,
) -> Result<JsValue, JsValue> {
    JsFuture::from(open_raw(database, version, closes_after)).await
}

/// The version a database has now.
pub(super) async fn version(database: &str) -> f64 {
    let version = JsFuture::from(version_of(database)).await;
    version.ok().and_then(|version| version.as_f64()).unwrap_or(-1.0)
}

/// Holds a Web Lock as another tab would, until `close_raw`.
pub(super) async fn hold_a_lock(name: &str) {
    let _ = JsFuture::from(hold_lock(name)).await;
}
