//! The store contract in wasm, outside any browser.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::expect_used)]

use stagebook::store::MemoryStore;
use std::cell::RefCell;
use std::collections::HashMap;

fn memory(name: &str) -> MemoryStore {
    thread_local!(static DATABASES: RefCell<HashMap<String, MemoryStore>> = RefCell::default());
    DATABASES.with_borrow_mut(|databases| databases.entry(name.to_owned()).or_default().clone())
}

stagebook::store_contract!(memory);
