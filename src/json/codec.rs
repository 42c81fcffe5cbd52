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

/// What can be read. Reading always gives something: what does not fit is noted, and the first note
/// makes the whole a [`Mismatch`]. A `?` for each member would cost several times its code.
pub trait FromJson: Sized {
    /// Reads it; none stands for an absent member.
    fn read(value: Option<&Value<'_>>, errors: &mut Errors) -> Self;

    /// What an optional value that is null stands for, if not for its absence.
    fn null() -> Option<Self> {
        None
    }
}

/// The first thing that did not fit.
#[derive(Debug, Default)]
pub struct Errors(Option<Mismatch>);

impl Errors {
    /// Notes that something else was expected.
    pub fn note(&mut self, expected: &'static str) {
        if self.0.is_none() {
            self.0 = Some(Mismatch::of(expected));
        }
    }

    /// What is there, or else its blank, and a note.
    pub fn expect<T: Default>(&mut self, found: Option<T>, expected: &'static str) -> T {
        found.unwrap_or_else(|| {
            self.note(expected);
            T::default()
        })
    }

    /// Says of what was noted since `before` that it stands under `name`.
    fn place(&mut self, before: bool, name: &str) {
        if let Some(mismatch) = self.0.as_mut().filter(|_| !before) {
            if !mismatch.path.is_empty() {
                mismatch.path.insert(0, '.');
            }
            mismatch.path.insert_str(0, name);
        }
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
    pub fn of(expected: &'static str) -> Self {
        Self { path: String::new(), expected }
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

/// Reads by `read`.
///
/// # Errors
/// The first thing that it noted.
pub fn reading<T>(read: impl FnOnce(&mut Errors) -> T) -> Result<T, Mismatch> {
    let mut errors = Errors::default();
    let read = read(&mut errors);
    match errors.0 {
        None => Ok(read),
        Some(mismatch) => Err(mismatch),
    }
}

/// Reads a value.
///
/// # Errors
/// The first thing in it that does not fit.
pub fn from_value<T: FromJson>(value: &Value<'_>) -> Result<T, Mismatch> {
    reading(|errors| T::read(Some(value), errors))
}

/// Reads the member `name` of an object.
pub fn member<T: FromJson>(object: Option<&Value<'_>>, name: &str, errors: &mut Errors) -> T {
    let before = errors.0.is_some();
    let read = T::read(object.and_then(|object| object.get(name)), errors);
    errors.place(before, name);
    read
}

/// Reads the member `name` of an object; an absent one or null is the default.
pub fn member_or_default<T: FromJson + Default>(
    object: Option<&Value<'_>>,
    name: &str,
    errors: &mut Errors,
) -> T {
    match object.and_then(|object| object.get(name)) {
        Some(value) if !value.is_null() => member(object, name, errors),
        _ => T::default(),
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

impl FromJson for Value<'static> {
    fn read(value: Option<&Value<'_>>, _: &mut Errors) -> Self {
        value.map_or(Self::Null, |value| value.clone().into_owned())
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
    fn read(value: Option<&Value<'_>>, errors: &mut Errors) -> Self {
        errors.expect(value.and_then(Value::as_bool), "true or false")
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
            fn read(value: Option<&Value<'_>>, errors: &mut Errors) -> Self {
                let number = value.and_then(Value::as_u64);
                errors.expect(number.and_then(|number| Self::try_from(number).ok()), "a whole number")
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
    fn read(value: Option<&Value<'_>>, errors: &mut Errors) -> Self {
        let exact = |number: &f64| number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0;
        let number = value.and_then(Value::as_f64).filter(exact).map(|number| number as Self);
        errors.expect(number, "a whole number")
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
    fn read(value: Option<&Value<'_>>, errors: &mut Errors) -> Self {
        errors.expect(value.and_then(Value::as_str).map(str::to_owned), "a text")
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
    fn read(value: Option<&Value<'_>>, errors: &mut Errors) -> Self {
        match value {
            None => None,
            Some(Value::Null) => T::null(),
            value => Some(T::read(value, errors)),
        }
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
    fn read(value: Option<&Value<'_>>, errors: &mut Errors) -> Self {
        let mut read = Self::new();
        each_item(value, errors, &mut |item, errors| read.push(T::read(Some(item), errors)));
        read
    }
}

type Each<'e> = &'e mut dyn FnMut(&Value<'_>, &mut Errors);

fn each_item(value: Option<&Value<'_>>, errors: &mut Errors, each: Each<'_>) {
    let Some(value) = value else { return };
    match value.as_list() {
        Some(items) => items.iter().enumerate().for_each(|(place, item)| {
            let before = errors.0.is_some();
            each(item, errors);
            if !before && errors.0.is_some() {
                errors.place(before, &place.to_string());
            }
        }),
        None => errors.note("a list"),
    }
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
    fn read(value: Option<&Value<'_>>, errors: &mut Errors) -> Self {
        let mut map = Self::new();
        if value.is_some_and(|value| value.as_object().is_none()) {
            errors.note("an object");
        }
        for (name, _) in value.and_then(Value::as_object).into_iter().flatten() {
            map.insert(K::from(name.as_ref()), member(value, name, errors));
        }
        map
    }
}

impl ToJson for Cow<'_, str> {
    fn write(&self, out: &mut Vec<u8>) {
        write_text(self, out);
    }
}
