//! Any JSON at all, made and held by another implementation, for tests.

use super::Value;
use proptest::prelude::*;
use std::borrow::Cow;

/// A value of any shape, without a name twice, whose numbers are finite.
pub(crate) fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<f64>().prop_filter("finite", |n| n.is_finite()).prop_map(Into::into),
        (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(Into::into),
        any_text().prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 64, 24, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::vec((any_text(), inner), 0..24)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// A text, often of what has to be escaped.
pub(crate) fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "(?s).{0,8}",
        "[\"\\\\/\u{0}-\u{1f}\u{7f}\u{2028}\u{ffff}\u{10000}aé]{0,8}",
        "[a-c]"
    ]
}

/// The same value as this crate holds it.
pub(crate) fn held(value: &serde_json::Value) -> Value<'static> {
    match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(flag) => Value::Bool(*flag),
        serde_json::Value::Number(number) => Value::Number(number.as_f64().unwrap_or(f64::NAN)),
        serde_json::Value::String(text) => Value::Text(Cow::Owned(text.clone())),
        serde_json::Value::Array(items) => Value::List(items.iter().map(held).collect()),
        serde_json::Value::Object(members) => Value::Object(
            members.iter().map(|(name, value)| (Cow::Owned(name.clone()), held(value))).collect(),
        ),
    }
}
