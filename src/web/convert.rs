//! Plain data across the boundary: arguments in through serde, as one type; errors out as JSON text.

use crate::engine::view;
use crate::error::Error;
use crate::json::{FromJson, Mismatch, Value};
use crate::text::{HostMessages, Messages};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use wasm_bindgen::JsValue;

/// A JavaScript value as JSON. The facade made it plain: no cycle, no more than a few levels.
pub(super) fn value(given: JsValue) -> Result<Value<'static>, Error> {
    let given = serde_wasm_bindgen::from_value::<Given>(given);
    given.map(|given| given.0).map_err(|error| Error::Malformed(error.to_string()))
}

/// Reads a value; null is the default.
pub(super) fn read<T: FromJson + Default>(value: &Value<'_>) -> Result<T, Error> {
    if value.is_null() { Ok(T::default()) } else { T::read(value).map_err(malformed) }
}

pub(super) fn malformed(mismatch: Mismatch) -> Error {
    Error::Malformed(mismatch.to_string())
}

struct Given(Value<'static>);

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any).map(Self)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Value<'static>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("plain data")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Value::Number(number))
    }

    #[allow(clippy::cast_precision_loss)]
    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Value::Number(number as f64))
    }

    #[allow(clippy::cast_precision_loss)]
    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Owned(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Given(item)) = list.next_element()? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some((name, Given(value))) = map.next_entry::<String, _>()? {
            members.push((Cow::Owned(name), value));
        }
        Ok(Value::Object(members))
    }
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
