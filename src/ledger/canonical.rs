//! Canonical JSON (RFC 8785) of values of unknown shape: they are sorted on the way out. Structs
//! whose fields stand in the order of their names need no sorting, only `json`.

use crate::json::{Members, ToJson, Value};
use crate::sort;

/// Writes any JSON value, sorting its objects by UTF-16 code unit.
///
/// ```
/// use stagebook::{json, ledger::canonical_value};
/// let value = json::parse("{ \"b\": 1e21, \"a\": [1.0, \"\u{20ac}\"] }").map_err(|at| at.0)?;
/// assert_eq!(canonical_value(&value), "{\"a\":[1,\"\u{20ac}\"],\"b\":1e+21}".as_bytes());
/// # Ok::<(), usize>(())
/// ```
pub fn canonical_value(value: &Value<'_>) -> Vec<u8> {
    crate::json::bytes(&Sorted(value))
}

struct Sorted<'v>(&'v Value<'v>);

impl ToJson for Sorted<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        match self.0 {
            Value::Object(members) => {
                let order = sort::places(members.len(), &|a, b| {
                    members[a].0.encode_utf16().cmp(members[b].0.encode_utf16())
                });
                let mut object = Members::open(out);
                for (name, value) in order.into_iter().map(|place| &members[place]) {
                    object.always(name, &Sorted(value));
                }
                object.close();
            }
            Value::List(items) => items.iter().map(Sorted).collect::<Vec<_>>().write(out),
            plain => plain.write(out),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::json::{arbitrary::any_json, parse};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn canonical_json_agrees_with_an_independent_implementation(value in any_json()) {
            let expected = serde_json_canonicalizer::to_vec(&value).unwrap();
            prop_assert_eq!(canonical_value(&parse(&value.to_string()).unwrap()), expected);
        }
    }

    #[test]
    fn names_are_sorted_by_utf_16_code_unit() {
        let value = parse(r#"{"\ufb33":1,"\ud83d\ude00":2,"a":3}"#).unwrap();
        let text = String::from_utf8(canonical_value(&value)).unwrap();
        assert_eq!(text, "{\"a\":3,\"\u{1f600}\":2,\"\u{fb33}\":1}");
    }
}
