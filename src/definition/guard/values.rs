//! Values by themselves: what is true, what is text, what is at a path.

use crate::json::{self, Value};
use std::borrow::Cow;

/// What counts as true.
pub(super) fn truthy(value: &Value<'_>) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => *number != 0.0,
        Value::Text(text) => !text.is_empty(),
        Value::List(items) => !items.is_empty(),
        Value::Object(_) => true,
    }
}

/// The values in `value`, long texts as several.
pub(super) fn weight(value: &Value<'_>) -> usize {
    match value {
        Value::Text(text) => 1 + text.len() / 64,
        Value::List(items) => 1 + items.iter().map(weight).sum::<usize>(),
        Value::Object(members) => {
            1 + members.iter().map(|(name, one)| name.len() / 64 + weight(one)).sum::<usize>()
        }
        _ => 1,
    }
}

pub(super) fn text(text: String) -> Value<'static> {
    Value::Text(Cow::Owned(text))
}

/// How a text is made of what is no list and no object; nothing of null.
pub(super) fn text_of(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Text(text) => Some(text.clone().into_owned()),
        Value::Bool(_) | Value::Number(_) => Some(json::text(value)),
        _ => None,
    }
}

pub(super) fn member<'a>(value: &'a Value<'a>, name: &str) -> Option<&'a Value<'a>> {
    match value {
        Value::List(items) => items.get(name.parse::<usize>().ok()?),
        _ => value.get(name),
    }
}

/// What is at `path`, names and points between; all of `scope` where it is empty.
pub(super) fn at_path<'a>(scope: &'a Value<'a>, path: &str) -> Option<&'a Value<'a>> {
    if path.is_empty() {
        return Some(scope);
    }
    path.split('.').try_fold(scope, member)
}

/// The items of those that are lists, and the others.
pub(super) fn flat(values: Vec<Value<'static>>) -> Vec<Value<'static>> {
    let mut all = Vec::new();
    for value in values {
        match value {
            Value::List(items) => all.extend(items),
            other => all.push(other),
        }
    }
    all
}

/// Those of `paths` at which there is nothing, null, or an empty text.
pub(super) fn absent(mut paths: Vec<Value<'static>>, scope: &Value<'_>) -> Vec<Value<'static>> {
    paths.retain(|path| {
        let found = text_of(path).and_then(|path| at_path(scope, &path));
        found.is_none_or(|value| value.is_null() || value.as_str() == Some(""))
    });
    paths
}
