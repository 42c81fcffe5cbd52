//! From types to text: one line, no spaces, escapes and numbers as canonical JSON has them.

use super::codec::ToJson;
use super::plain::plain_len;

/// Writes an object, member by member.
pub struct Members<'o> {
    out: &'o mut Vec<u8>,
    any: bool,
}

impl<'o> Members<'o> {
    /// Begins an object.
    pub fn open(out: &'o mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, any: false }
    }

    /// Writes a member, or nothing where the value counts as absent.
    pub fn member(&mut self, name: &str, value: &dyn ToJson) {
        if !value.is_absent() {
            self.always(name, value);
        }
    }

    /// Writes a member, be it null.
    pub fn always(&mut self, name: &str, value: &dyn ToJson) {
        if self.any {
            self.out.push(b',');
        }
        self.any = true;
        write_text(name, self.out);
        self.out.push(b':');
        value.write(self.out);
    }

    /// Ends the object.
    pub fn close(self) {
        self.out.push(b'}');
    }
}

/// Appends `text` as a JSON string.
pub fn write_text(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut left = text.as_bytes();
    loop {
        let (plain, rest) = left.split_at(plain_len(left));
        out.extend_from_slice(plain);
        let Some((special, rest)) = rest.split_first() else { break };
        escape(*special, out);
        left = rest;
    }
    out.push(b'"');
}

fn escape(byte: u8, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        0x08 => b'b',
        0x09 => b't',
        0x0a => b'n',
        0x0c => b'f',
        0x0d => b'r',
        b'"' | b'\\' => byte,
        _ => {
            out.extend_from_slice(b"\\u00");
            out.push(HEX[usize::from(byte >> 4)]);
            out.push(HEX[usize::from(byte & 15)]);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// Appends items as a list.
pub(super) fn write_list(items: &mut dyn Iterator<Item = &dyn ToJson>, out: &mut Vec<u8>) {
    out.push(b'[');
    for (place, item) in items.enumerate() {
        if place > 0 {
            out.push(b',');
        }
        item.write(out);
    }
    out.push(b']');
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::arbitrary::{any_json, any_text, held};
    use super::super::{parse, text};
    use crate::map::Map;
    use proptest::prelude::*;

    shape! {
        struct Shape<'a> {
            plain: Option<&'a str> = "plain",
            null: Option<u64> = "null" or null,
            skip: bool = "skip" or skip,
            list: Vec<f64> = "list",
            map: Map<String, i64> = "map",
        }
    }

    fn map(members: &[(&str, i64)]) -> Map<String, i64> {
        members.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect()
    }

    #[test]
    fn what_is_absent_is_left_out_and_the_rest_has_no_space() {
        let empty = Shape { plain: None, null: None, skip: false, list: vec![], map: Map::new() };
        assert_eq!(text(&empty), r#"{"null":null,"list":[]}"#);
        let full = Shape {
            plain: Some("\"è\"\n"),
            null: Some(9_007_199_254_740_991),
            skip: true,
            list: vec![0.1, -0.0, 1e21, f64::NAN, f64::INFINITY],
            map: map(&[("b", -1), ("a", 2)]),
        };
        let expected = r#"{"plain":"\"è\"\n","null":9007199254740991,"skip":true,"list":[0.1,0,1e+21,null,null],"map":{"a":2,"b":-1}}"#;
        assert_eq!(text(&full), expected);
        assert_eq!(text(&[&full.map, &Map::new()].as_slice()), r#"[{"a":2,"b":-1},{}]"#);
    }

    #[test]
    fn a_map_is_written_by_utf_16_code_unit() {
        let members = map(&[("\u{fb33}", 1), ("\u{1f600}", 2), ("a", 3), ("\u{ed}", 4), ("", 5)]);
        let expected = "{\"\":5,\"a\":3,\"\u{ed}\":4,\"\u{1f600}\":2,\"\u{fb33}\":1}";
        assert_eq!(text(&members), expected);
    }

    proptest! {
        #[test]
        fn a_text_is_written_as_another_writer_writes_it(given in any_text()) {
            prop_assert_eq!(text(&given), serde_json::to_string(&given).unwrap());
        }

        #[test]
        fn what_is_written_is_what_another_reader_and_its_own_read(value in any_json()) {
            let given = held(&value);
            let written = text(&given);
            prop_assert_eq!(&held(&serde_json::from_str(&written).unwrap()), &given);
            prop_assert_eq!(parse(&written), Ok(given));
        }

        #[test]
        fn a_map_is_as_canonical_as_a_sorted_value(names in prop::collection::vec("(?s).{0,3}", 0..8)) {
            let members: Map<String, u64> = names.into_iter().zip(1..).collect();
            let written = text(&members);
            let value: serde_json::Value = serde_json::from_str(&written).unwrap();
            prop_assert_eq!(written, serde_json_canonicalizer::to_string(&value).unwrap());
        }
    }
}
