//! The store contract on IndexedDB in a worker, which has no window.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::expect_used)]

use stagebook::web::indexed_db::IndexedDb;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

fn indexed_db(name: &str) -> IndexedDb {
    IndexedDb::new(&format!("worker/{name}"), |_| {})
}

stagebook::store_contract!(indexed_db);
