//! Plain data across the boundary: arguments in as JSON text, errors out as JSON text, what listeners
//! are told as plain objects, through serde-wasm-bindgen. Arguments do not come that way: for a form
//! that is checked at every keystroke JavaScript's own writer and our reader are faster than a walk
//! over its objects, and serde's errors would bring the printing of floats, 7 kB.

use crate::engine::view;
use crate::error::{Error, Fault};
use crate::json::{self, FromJson, Mismatch, Value};
use crate::text::{HostMessages, Messages};
use serde::ser::{Serialize, Serializer};
use wasm_bindgen::JsValue;

/// Arguments as the facade writes them.
pub(super) fn value(text: &str) -> Result<Value<'_>, Error> {
    json::parse(text).map_err(|at| Fault::Malformed(format!("no JSON from {} on", at.0)).into())
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
    Fault::Malformed(mismatch.to_string()).into()
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
pub(super) fn failure(error: &Fault, messages: &Messages) -> JsValue {
    view::error(error, messages).into()
}
