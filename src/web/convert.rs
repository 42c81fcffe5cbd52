//! Plain data across the boundary: arguments in as JSON values, errors out as JSON text, what
//! listeners are told as plain objects, through serde-wasm-bindgen. Arguments do not come that way:
//! its errors bring the printing of floats, 7 kB for cases that the facade has excluded.

use crate::engine::view;
use crate::error::Error;
use crate::json::{self, FromJson, Mismatch, Value};
use crate::text::{HostMessages, Messages};
use js_sys::{Array, JsString, Object};
use serde::ser::{Serialize, Serializer};
use std::borrow::Cow;
use wasm_bindgen::{JsCast, JsValue};

/// A JavaScript value as JSON. The facade made it plain: objects, lists, texts, numbers, flags.
pub(super) fn value(given: &JsValue) -> Value<'static> {
    if let Some(text) = given.dyn_ref::<JsString>() {
        return Value::Text(Cow::Owned(text.into()));
    }
    if let Some(number) = given.as_f64() {
        return Value::Number(number);
    }
    if let Some(flag) = given.as_bool() {
        return Value::Bool(flag);
    }
    if let Some(items) = given.dyn_ref::<Array>() {
        return Value::List(items.iter().map(|item| value(&item)).collect());
    }
    let Some(object) = given.dyn_ref::<Object>() else {
        return Value::Null;
    };
    let member = |entry: JsValue| {
        let entry: Array = entry.unchecked_into();
        (Cow::Owned(entry.get(0).as_string().unwrap_or_default()), value(&entry.get(1)))
    };
    Value::Object(Object::entries(object).iter().map(member).collect())
}

/// JSON as a plain JavaScript value.
pub(super) fn plain(value: &Value<'_>) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    // What JSON can hold JavaScript can.
    Plain(value).serialize(&serializer).unwrap_or_default()
}

struct Plain<'v>(&'v Value<'v>);

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(flag) => serializer.serialize_bool(*flag),
            Value::Number(number) => serializer.serialize_f64(*number),
            Value::Text(text) => serializer.serialize_str(text),
            Value::List(items) => serializer.collect_seq(items.iter().map(Plain)),
            Value::Object(members) => {
                serializer.collect_map(members.iter().map(|(name, value)| (name, Plain(value))))
            }
        }
    }
}

/// Reads a value; null is the default.
pub(super) fn read<T: FromJson + Default>(value: &Value<'_>) -> Result<T, Error> {
    if value.is_null() { Ok(T::default()) } else { json::from_value(value).map_err(malformed) }
}

pub(super) fn malformed(mismatch: Mismatch) -> Error {
    Error::Malformed(mismatch.to_string())
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
