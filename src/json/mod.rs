//! JSON: texts as [`Value`]s, types from values and types as text. One tree stands between text and
//! types, so that a type costs little more than the list of its members, and what is written is
//! canonical (RFC 8785) where members are listed in the order of their names. It knows no type of
//! the domain.

#[cfg(test)]
pub(crate) mod arbitrary;
mod codec;
mod number;
mod parse;
mod plain;
#[macro_use]
mod record;
mod value;
mod write;

pub use codec::{
    Errors, FromJson, Mismatch, ToJson, from_value, member, member_or_default, reading,
};
pub use parse::{DEEPEST, NotJson, end_of, parse, parse_each, parse_front};
pub use plain::{has_control, plain_len};
pub use value::Value;
pub use write::{Members, write_text};

/// Appends `value` to `out`.
pub fn write(value: &dyn ToJson, out: &mut Vec<u8>) {
    value.write(out);
}

/// The bytes of `value`.
pub fn bytes(value: &dyn ToJson) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    value.write(&mut out);
    out
}

/// The text of `value`.
pub fn text(value: &dyn ToJson) -> String {
    String::from_utf8(bytes(value)).unwrap_or_default()
}

/// Reads a text.
///
/// # Errors
/// What is no JSON, or does not fit the type.
pub fn read<T: FromJson>(text: &str) -> Result<T, Mismatch> {
    from_value(&parse(text).map_err(|_| Mismatch::of("JSON"))?)
}

/// Reads stored bytes.
///
/// # Errors
/// What does not fit the type, in words for people.
pub fn read_bytes<T: FromJson>(bytes: &[u8]) -> Result<T, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "not UTF-8".to_owned())?;
    read(text).map_err(|mismatch| mismatch.to_string())
}
