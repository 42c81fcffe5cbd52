//! The one way in which JSON is read and the one in which it is written, so that every type is
//! compiled once for each. What is written is canonical (RFC 8785) where fields and maps come in
//! canonical order.

use serde::{Deserialize, Serialize};
use serde_json::ser::{CompactFormatter, Formatter};
use std::io;

/// Numbers as ECMAScript writes them; all else is what serde_json's compact form already is.
struct Canonical(CompactFormatter);

impl Formatter for Canonical {
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        writer.write_all(ryu_js::Buffer::new().format(value).as_bytes())
    }

    fn write_f32<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f32) -> io::Result<()> {
        self.write_f64(writer, f64::from(value))
    }
}

/// Appends `value` to `out`.
///
/// # Errors
/// A type that JSON can't hold.
pub fn write<T: Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
    let mut serializer = serde_json::Serializer::with_formatter(out, Canonical(CompactFormatter));
    value.serialize(&mut serializer)
}

/// The bytes of `value`, of a type that JSON can hold.
pub fn bytes<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    // Writing into memory has nothing to fail on.
    let _ = write(value, &mut out);
    out
}

/// The text of `value`, of a type that JSON can hold.
pub fn text<T: Serialize + ?Sized>(value: &T) -> String {
    String::from_utf8(bytes(value)).unwrap_or_default()
}

/// Reads a text.
///
/// # Errors
/// What does not fit the type.
pub fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, serde_json::Error> {
    serde_json::from_str(text)
}

/// Reads stored bytes.
///
/// # Errors
/// What does not fit the type, in words for people.
pub fn read_bytes<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    read(text).map_err(|error| error.to_string())
}
