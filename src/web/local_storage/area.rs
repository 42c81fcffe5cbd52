//! The page's localStorage as one book sees it: texts under keys that begin with
//! `stagebook:<book>:`. It knows neither commits nor tables.

use crate::error::StoreError;
use crate::web::browser::{name_of, text_of};
use js_sys::JsString;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// `Storage`, whose texts stay in JavaScript until somebody wants to read them.
    type Texts;

    #[wasm_bindgen(method, catch, js_name = getItem)]
    fn get_item(this: &Texts, key: &str) -> Result<Option<JsString>, JsValue>;
}

/// A book's part of localStorage. Keys are given and taken without the book's prefix.
pub(super) struct Area {
    storage: web_sys::Storage,
    prefix: String,
}

impl Area {
    /// The part of `book`; only pages have one, and only where storage is not denied.
    pub(super) fn open(book: &str) -> Result<Self, StoreError> {
        let absent = || StoreError::Unavailable("there is no localStorage here".to_owned());
        let window = web_sys::window().ok_or_else(absent)?;
        // Whatever is thrown here, it is the storage as a whole that can't be had.
        let storage = window.local_storage();
        let storage = storage.map_err(|thrown| StoreError::Unavailable(text_of(&thrown)))?;
        let storage = storage.filter(|storage| storage.is_object()).ok_or_else(absent)?;
        Ok(Self { storage, prefix: format!("stagebook:{book}:") })
    }

    /// A name for what is not stored: a lock.
    // The calls of this file are many, and short beside what the browser does: none is inlined.
    #[inline(never)]
    pub(super) fn name(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    #[inline(never)]
    pub(super) fn text(&self, key: &str) -> Result<Option<JsString>, StoreError> {
        self.storage.unchecked_ref::<Texts>().get_item(&self.name(key)).map_err(failure)
    }

    #[inline(never)]
    pub(super) fn get(&self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(self.text(key)?.map(String::from))
    }

    #[inline(never)]
    pub(super) fn has(&self, key: &str) -> Result<bool, StoreError> {
        Ok(self.text(key)?.is_some())
    }

    /// Room that a key and its text take, in UTF-16 code units; none if it is not there.
    pub(super) fn room(&self, key: &str) -> Result<i64, StoreError> {
        let text = self.text(key)?;
        Ok(text.map_or(0, |text| units(&self.prefix) + units(key) + i64::from(text.length())))
    }

    /// Room that a key and its text would take.
    pub(super) fn room_for(&self, key: &str, text: &str) -> i64 {
        units(&self.prefix) + units(key) + units(text)
    }

    #[inline(never)]
    pub(super) fn set(&self, key: &str, text: &str) -> Result<(), StoreError> {
        self.storage.set_item(&self.name(key), text).map_err(failure)
    }

    #[inline(never)]
    pub(super) fn remove(&self, key: &str) -> Result<(), StoreError> {
        self.storage.remove_item(&self.name(key)).map_err(failure)
    }

    /// All keys of the book.
    pub(super) fn keys(&self) -> Result<Vec<String>, StoreError> {
        let mut keys = Vec::new();
        for place in 0..self.storage.length().map_err(failure)? {
            let Some(mut key) = self.storage.key(place).map_err(failure)? else { break };
            if key.starts_with(&self.prefix) {
                keys.push(key.split_off(self.prefix.len()));
            }
        }
        Ok(keys)
    }

    /// What to say of a key that holds what no build of this component writes there.
    pub(super) fn corrupt(&self, key: &str) -> StoreError {
        StoreError::Corrupt(format!("{}{key} in localStorage", self.prefix))
    }
}

fn units(text: &str) -> i64 {
    text.chars().map(|char| char.len_utf16() as i64).sum()
}

#[inline(never)]
fn failure(thrown: JsValue) -> StoreError {
    match name_of(&thrown).as_str() {
        "QuotaExceededError" | "NS_ERROR_DOM_QUOTA_REACHED" => StoreError::Quota,
        "SecurityError" => StoreError::Unavailable(text_of(&thrown)),
        _ => StoreError::Failed(text_of(&thrown)),
    }
}
