//! Canonical JSON (RFC 8785) of values of unknown shape: they are sorted on the way out. Structs
//! whose fields stand in the order of their names need no sorting, only `json`.

use crate::{json, sort};
use serde::{Serialize, Serializer};
use serde_json::Value;

/// Writes any JSON value, sorting its objects by UTF-16 code unit.
///
/// ```
/// use stagebook::ledger::canonical_value;
/// let value = serde_json::json!({ "b": 1e21, "a": [1.0, "\u{20ac}"] });
/// assert_eq!(canonical_value(&value), "{\"a\":[1,\"\u{20ac}\"],\"b\":1e+21}".as_bytes());
/// ```
pub fn canonical_value(value: &Value) -> Vec<u8> {
    json::bytes(&Sorted(value))
}

struct Sorted<'a>(&'a Value);

impl Serialize for Sorted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(map) => {
                let mut members: Vec<_> = map.iter().collect();
                sort::sort(&mut members, |(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
                serializer
                    .collect_map(members.into_iter().map(|(name, value)| (name, Sorted(value))))
            }
            Value::Array(items) => serializer.collect_seq(items.iter().map(Sorted)),
            Value::Number(number) => match number.as_f64() {
                Some(number) => serializer.serialize_f64(number),
                None => serializer.serialize_unit(),
            },
            plain => plain.serialize(serializer),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<f64>().prop_filter("finite", |n| n.is_finite()).prop_map(Value::from),
            (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(Value::from),
            ".*".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(".*", inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn canonical_json_agrees_with_an_independent_implementation(value in json()) {
            let expected = serde_json_canonicalizer::to_vec(&value).unwrap();
            prop_assert_eq!(canonical_value(&value), expected);
        }
    }

    #[test]
    fn names_are_sorted_by_utf_16_code_unit() {
        let value: Value = serde_json::from_str(r#"{"\ufb33":1,"\ud83d\ude00":2,"a":3}"#).unwrap();
        let text = String::from_utf8(canonical_value(&value)).unwrap();
        assert_eq!(text, "{\"a\":3,\"\u{1f600}\":2,\"\u{fb33}\":1}");
    }
}
