//! Which types can be read from values and written as text: the plain ones here, those with members
//! by `record!`, words by `words!`.

use super::number;
use super::value::Value;
use super::write::{Members, write_list, write_text};
use crate::map::Map;
use crate::sort;
use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;

/// What can be written.
pub trait ToJson {
    /// Appends it.
    fn write(&self, out: &mut Vec<u8>);

    /// Whether an object leaves out a member that has this value.
    fn is_absent(&self) -> bool {
        false
    }

    /// Whether it is what its type begins with: false, nothing, empty.
    fn is_default(&self) -> bool {
        self.is_absent()
    }
}

/// What can be read.
pub trait FromJson: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// Where `value` has another shape.
    fn read(value: &Value<'_>) -> Result<Self, Mismatch>;

    /// What an absent member stands for, if it need not be there.
    fn absent() -> Option<Self> {
        None
    }

    /// What an optional value that is null stands for, if not for its absence.
    fn null() -> Option<Self> {
        None
    }
}

/// A value of another shape than was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Where, such as `activities.0.log`; empty at the top.
    pub path: String,
    /// What belongs there, in words for people.
    pub expected: &'static str,
}

impl Mismatch {
    /// Something else than `expected` at the top.
    pub fn new(expected: &'static str) -> Self {
        Self { path: String::new(), expected }
    }

    /// The same, seen from the object or list that holds it under `name`.
    #[must_use]
    pub fn under(mut self, name: &str) -> Self {
        if !self.path.is_empty() {
            self.path.insert(0, '.');
        }
        self.path.insert_str(0, name);
        self
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            f.write_str(&self.path)?;
            f.write_str(": ")?;
        }
        f.write_str(self.expected)?;
        f.write_str(" is expected")
    }
}

/// Reads the member `name` of an object.
///
/// # Errors
/// One that is absent and must not be, or of another shape.
pub fn member<T: FromJson>(object: &Value<'_>, name: &str) -> Result<T, Mismatch> {
    match object.get(name) {
        Some(value) => T::read(value),
        None => T::absent().ok_or(Mismatch::new("a value")),
    }
    .map_err(|mismatch| mismatch.under(name))
}

/// Reads the member `name` of an object; an absent one or null is the default.
///
/// # Errors
/// One of another shape.
pub fn member_or_default<T: FromJson + Default>(
    object: &Value<'_>,
    name: &str,
) -> Result<T, Mismatch> {
    match object.get(name) {
        Some(value) if !value.is_null() => T::read(value).map_err(|m| m.under(name)),
        _ => Ok(T::default()),
    }
}

impl ToJson for Value<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.extend_from_slice(b"null"),
            Self::Bool(flag) => flag.write(out),
            Self::Number(number) => number.write(out),
            Self::Text(text) => write_text(text, out),
            Self::List(items) => items.write(out),
            Self::Object(members) => {
                let mut object = Members::open(out);
                members.iter().for_each(|(name, value)| object.always(name, value));
                object.close();
            }
        }
    }
}

impl ToJson for bool {
    fn write(&self, out: &mut Vec<u8>) {
        let word: &[u8] = if *self { b"true" } else { b"false" };
        out.extend_from_slice(word);
    }

    fn is_default(&self) -> bool {
        !self
    }
}

impl FromJson for bool {
    fn read(value: &Value<'_>) -> Result<Self, Mismatch> {
        value.as_bool().ok_or(Mismatch::new("true or false"))
    }
}

impl ToJson for f64 {
    fn write(&self, out: &mut Vec<u8>) {
        number::write(*self, out);
    }
}

macro_rules! whole {
    ($($type:ty),*) => {$(
        impl ToJson for $type {
            #[allow(clippy::cast_precision_loss, clippy::cast_lossless)]
            fn write(&self, out: &mut Vec<u8>) {
                number::write(*self as f64, out);
            }

            fn is_default(&self) -> bool {
                *self == 0
            }
        }

        impl FromJson for $type {
            fn read(value: &Value<'_>) -> Result<Self, Mismatch> {
                let number = value.as_u64().and_then(|number| Self::try_from(number).ok());
                number.ok_or(Mismatch::new("a whole number"))
            }
        }
    )*};
}
whole!(u64, u32, u16);

impl ToJson for i64 {
    #[allow(clippy::cast_precision_loss)]
    fn write(&self, out: &mut Vec<u8>) {
        number::write(*self as f64, out);
    }
}

impl FromJson for i64 {
    #[allow(clippy::cast_possible_truncation)]
    fn read(value: &Value<'_>) -> Result<Self, Mismatch> {
        let exact = |number: &f64| number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0;
        let number = value.as_f64().filter(exact).map(|number| number as Self);
        number.ok_or(Mismatch::new("a whole number"))
    }
}

impl ToJson for str {
    fn write(&self, out: &mut Vec<u8>) {
        write_text(self, out);
    }
}

impl ToJson for String {
    fn write(&self, out: &mut Vec<u8>) {
        write_text(self, out);
    }
}

impl FromJson for String {
    fn read(value: &Value<'_>) -> Result<Self, Mismatch> {
        value.as_str().map(str::to_owned).ok_or(Mismatch::new("a text"))
    }
}

impl<T: ToJson + ?Sized> ToJson for &T {
    fn write(&self, out: &mut Vec<u8>) {
        (**self).write(out);
    }

    fn is_absent(&self) -> bool {
        (**self).is_absent()
    }
}

impl<T: ToJson> ToJson for Rc<T> {
    fn write(&self, out: &mut Vec<u8>) {
        (**self).write(out);
    }
}

impl<T: ToJson> ToJson for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.write(out),
            None => out.extend_from_slice(b"null"),
        }
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn read(value: &Value<'_>) -> Result<Self, Mismatch> {
        if value.is_null() { Ok(T::null()) } else { T::read(value).map(Some) }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn null() -> Option<Self> {
        Some(None)
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.as_slice().write(out);
    }

    fn is_default(&self) -> bool {
        self.is_empty()
    }
}

impl<T: ToJson> ToJson for [T] {
    fn write(&self, out: &mut Vec<u8>) {
        write_list(&mut self.iter().map(|item| item as &dyn ToJson), out);
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn read(value: &Value<'_>) -> Result<Self, Mismatch> {
        let mut read = Self::new();
        each_item(value, &mut |item| T::read(item).map(|item| read.push(item)))?;
        Ok(read)
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

type Each<'e> = &'e mut dyn FnMut(&Value<'_>) -> Result<(), Mismatch>;

fn each_item(value: &Value<'_>, each: Each<'_>) -> Result<(), Mismatch> {
    let items = value.as_list().ok_or(Mismatch::new("a list"))?;
    for (place, item) in items.iter().enumerate() {
        each(item).map_err(|mismatch| mismatch.under(&place.to_string()))?;
    }
    Ok(())
}

impl<K: AsRef<str> + Ord, V: ToJson> ToJson for Map<K, V> {
    /// In the order of canonical JSON: by UTF-16 code unit, which is not always the map's own.
    fn write(&self, out: &mut Vec<u8>) {
        let mut members: Vec<(&str, &dyn ToJson)> =
            self.iter().map(|(name, value)| (name.as_ref(), value as &dyn ToJson)).collect();
        write_map(&mut members, out);
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

fn write_map(members: &mut Vec<(&str, &dyn ToJson)>, out: &mut Vec<u8>) {
    // Below the surrogates both orders are one.
    if members.iter().any(|(name, _)| name.bytes().any(|byte| byte >= 0xee)) {
        sort::sort(members, |(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    }
    let mut object = Members::open(out);
    members.iter().for_each(|(name, value)| object.always(name, value));
    object.close();
}

impl<K: for<'k> From<&'k str> + Ord, V: FromJson> FromJson for Map<K, V> {
    fn read(value: &Value<'_>) -> Result<Self, Mismatch> {
        let members = value.as_object().ok_or(Mismatch::new("an object"))?;
        let mut map = Self::new();
        for (name, value) in members {
            let value = V::read(value).map_err(|mismatch| mismatch.under(name))?;
            map.insert(K::from(name.as_ref()), value);
        }
        Ok(map)
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

impl ToJson for Cow<'_, str> {
    fn write(&self, out: &mut Vec<u8>) {
        write_text(self, out);
    }
}
