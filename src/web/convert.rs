//! Plain data across the boundary: commands in through serde, errors out as JSON text.

use crate::engine::view;
use crate::error::Error;
use crate::text::{HostMessages, Messages};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

/// Reads an argument; absent and null are the default.
pub(super) fn read<T: DeserializeOwned + Default>(value: JsValue) -> Result<T, Error> {
    if value.is_undefined() || value.is_null() {
        return Ok(T::default());
    }
    serde_wasm_bindgen::from_value(value).map_err(|error| Error::Malformed(error.to_string()))
}

/// Reads an argument of a call that has no book to word its errors.
pub(super) fn options<T: DeserializeOwned + Default>(value: JsValue) -> Result<T, JsValue> {
    read(value).map_err(|error| failure(&error, &messages(None, &HostMessages::default())))
}

/// A definition as JSON. JavaScript's own writer walks it, so depth and cycles end there.
pub(super) fn definition_json(value: &JsValue) -> Option<serde_json::Value> {
    let text = js_sys::JSON::stringify(value).ok()?.as_string()?;
    crate::json::read(&text).ok()
}

/// The wording for a locale, by default the host's language.
pub(super) fn messages(locale: Option<&str>, host: &HostMessages) -> Messages {
    let language = || {
        let navigator = js_sys::Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
        js_sys::Reflect::get(&navigator, &"language".into()).ok()?.as_string()
    };
    let locale = locale.map(str::to_owned).or_else(language).unwrap_or_else(|| "en".to_owned());
    Messages::new(&locale, host)
}

/// An error as the facade reads it.
pub(super) fn failure(error: &Error, messages: &Messages) -> JsValue {
    view::error(error, messages).into()
}
