//! Reads values out of JSON of any shape: what does not fit becomes an issue at its path, and
//! reading goes on. It knows kinds and limits, not workflows.

use crate::error::{DefinitionIssue, Params, Severity};
use crate::ids::is_id;
use crate::label::Localized;
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::fmt;

/// Longest free text, in characters.
const MAX_TEXT: usize = 10_000;
/// Longest list where nothing else is said.
pub(super) const MAX_LIST: usize = 1_000;
/// The largest number that every reader of JSON keeps (I-JSON).
pub(super) const MAX_NUMBER: u64 = (1 << 53) - 1;

/// Where in the definition.
#[derive(Clone, Copy)]
pub(super) enum Path<'p> {
    Root,
    Key(&'p Path<'p>, &'p str),
    At(&'p Path<'p>, usize),
}

impl<'p> Path<'p> {
    pub(super) fn key(&'p self, key: &'p str) -> Self {
        Self::Key(self, key)
    }

    pub(super) fn at(&'p self, place: usize) -> Self {
        Self::At(self, place)
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Key(Path::Root, key) => f.write_str(key),
            Self::Key(parent, key) => write!(f, "{parent}.{key}"),
            Self::At(parent, place) => write!(f, "{parent}.{place}"),
        }
    }
}

/// What was found so far, in the order of finding.
#[derive(Default)]
pub(super) struct Issues(RefCell<Vec<DefinitionIssue>>);

impl Issues {
    pub(super) fn error(&self, path: impl fmt::Display, code: &'static str, params: Params) {
        self.add(Severity::Error, path.to_string(), code, params);
    }

    pub(super) fn warning(&self, path: impl fmt::Display, code: &'static str, params: Params) {
        self.add(Severity::Warning, path.to_string(), code, params);
    }

    fn add(&self, severity: Severity, path: String, code: &'static str, params: Params) {
        self.0.borrow_mut().push(DefinitionIssue { severity, code, path, params });
    }

    pub(super) fn into_list(self) -> Vec<DefinitionIssue> {
        self.0.into_inner()
    }
}

/// One value and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    pub(super) value: &'a Value,
    pub(super) path: &'a Path<'a>,
    pub(super) issues: &'a Issues,
}

impl<'a> Node<'a> {
    pub(super) fn error(self, code: &'static str, params: Params) {
        self.issues.error(self.path, code, params);
    }

    fn not(self, expected: &str) {
        self.error("wrong-kind", params! { "expected" => expected });
    }

    /// Reads its members; one that `read` does not ask for is an issue. Of what is no object all
    /// members are absent.
    pub(super) fn object<T>(self, read: impl FnOnce(&Fields<'_>) -> T) -> T {
        let map = self.value.as_object();
        if map.is_none() {
            self.not("object");
        }
        let fields =
            Fields { map, path: self.path, issues: self.issues, asked: RefCell::default() };
        let result = read(&fields);
        let asked = fields.asked.into_inner();
        for name in map.into_iter().flat_map(Map::keys) {
            if !asked.contains(&name.as_str()) {
                let key = params! { "key" => name.as_str() };
                self.issues.error(self.path.key(name), "unknown-field", key);
            }
        }
        result
    }

    /// Its items, read one by one. Nothing if it is no list, or too long a one.
    pub(super) fn list<T>(self, max: usize, mut read: impl FnMut(Node<'_>) -> T) -> Vec<T> {
        let Some(items) = self.value.as_array() else {
            self.not("list");
            return Vec::new();
        };
        if items.len() > max {
            self.error("too-large", params! { "max" => max });
            return Vec::new();
        }
        let each = |(place, value)| {
            let path = self.path.at(place);
            read(Node { value, path: &path, issues: self.issues })
        };
        items.iter().enumerate().map(each).collect()
    }

    /// A list with an item at least and none twice.
    pub(super) fn set<T>(self, read: impl FnMut(Node<'_>) -> T, id: impl Fn(&T) -> &str) -> Vec<T> {
        let items = self.list(MAX_LIST, read);
        if self.value.as_array().is_some_and(Vec::is_empty) {
            self.error("empty", Params::new());
        }
        for (place, item) in items.iter().enumerate() {
            let seen = items[..place].iter().any(|earlier| id(earlier) == id(item));
            if seen && !id(item).is_empty() {
                let path = self.path.at(place);
                self.issues.error(path, "duplicate", params! { "value" => id(item) });
            }
        }
        items
    }
}

pub(super) fn text(node: Node<'_>) -> String {
    let Some(text) = node.value.as_str() else {
        node.not("text");
        return String::new();
    };
    if text.is_empty() {
        node.error("empty", Params::new());
    } else if text.chars().count() > MAX_TEXT {
        node.error("too-large", params! { "max" => MAX_TEXT });
    }
    text.to_owned()
}

/// An id, or an empty text if it can't be one.
pub(super) fn id(node: Node<'_>) -> String {
    match node.value.as_str() {
        Some(text) if is_id(text) => return text.to_owned(),
        Some(_) => node.error("id-invalid", Params::new()),
        None => node.not("text"),
    }
    String::new()
}

pub(super) fn label(node: Node<'_>) -> Localized {
    match node.value {
        Value::String(_) => Localized::Plain(text(node)),
        Value::Object(texts) => {
            if texts.is_empty() {
                node.error("empty", Params::new());
            } else if texts.len() > MAX_LIST {
                node.error("too-large", params! { "max" => MAX_LIST });
            }
            let read = |(language, value): (&String, &Value)| {
                let path = node.path.key(language);
                let text = text(Node { value, path: &path, issues: node.issues });
                (language.clone(), text)
            };
            Localized::ByLanguage(texts.iter().take(MAX_LIST).map(read).collect())
        }
        _ => {
            node.not("label");
            Localized::Plain(String::new())
        }
    }
}

pub(super) fn flag(node: Node<'_>) -> bool {
    node.value.as_bool().unwrap_or_else(|| {
        node.not("flag");
        false
    })
}

/// A number, or 0 if it is none.
pub(super) fn number(node: Node<'_>) -> f64 {
    let Some(number) = node.value.as_f64() else {
        node.not("number");
        return 0.0;
    };
    if number.abs() > MAX_NUMBER as f64 {
        node.error("too-large", params! { "max" => "9007199254740991" });
    }
    number + 0.0 // no negative zero: it would sort before zero
}

/// A whole number from `min` to `max`, or `min` if it is none.
pub(super) fn whole(node: Node<'_>, min: u64, max: u64) -> u64 {
    let Some(number) = node.value.as_f64() else {
        node.not("number");
        return min;
    };
    if number.fract() != 0.0 || number < min as f64 || number > max as f64 {
        let range = params! { "min" => min.to_string(), "max" => max.to_string() };
        node.error("not-in-range", range);
        return min;
    }
    number as u64
}

/// What one of the words in `words` stands for.
pub(super) fn word<T: Copy>(node: Node<'_>, words: &[(&str, T)]) -> Option<T> {
    let Some(text) = node.value.as_str() else {
        node.not("text");
        return None;
    };
    let found = words.iter().find(|(word, _)| *word == text);
    if found.is_none() {
        let allowed = words.iter().map(|(word, _)| *word).collect::<crate::error::Param>();
        node.error("value-unknown", params! { "value" => text, "allowed" => allowed });
    }
    found.map(|(_, meaning)| *meaning)
}

/// The members of an object. An absent one and one that is null are the same.
pub(super) struct Fields<'a> {
    map: Option<&'a Map<String, Value>>,
    path: &'a Path<'a>,
    issues: &'a Issues,
    asked: RefCell<Vec<&'static str>>,
}

impl Fields<'_> {
    /// Reads the member `key`, if it is there.
    pub(super) fn optional<T>(
        &self,
        key: &'static str,
        read: impl FnOnce(Node<'_>) -> T,
    ) -> Option<T> {
        self.asked.borrow_mut().push(key);
        let value = self.map?.get(key).filter(|value| !value.is_null())?;
        let path = self.path.key(key);
        Some(read(Node { value, path: &path, issues: self.issues }))
    }

    /// Reads the member `key`; that it is absent is an issue.
    pub(super) fn required<T>(
        &self,
        key: &'static str,
        read: impl FnOnce(Node<'_>) -> T,
    ) -> Option<T> {
        let found = self.optional(key, read);
        if found.is_none() && self.map.is_some() {
            self.issues.error(self.path.key(key), "required", params! { "key" => key });
        }
        found
    }

    /// The id at `key`, empty if there is none that can be one.
    pub(super) fn id(&self, key: &'static str) -> String {
        self.required(key, id).unwrap_or_default()
    }

    pub(super) fn flag(&self, key: &'static str) -> Option<bool> {
        self.optional(key, flag)
    }

    pub(super) fn word<T: Copy>(&self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        self.optional(key, |node| word(node, words)).flatten()
    }

    /// The label at `key`, or else `id`.
    pub(super) fn label(&self, key: &'static str, id: &str) -> Localized {
        self.optional(key, label).unwrap_or_else(|| Localized::from(id))
    }

    /// Days from 0 to a hundred years.
    pub(super) fn days(&self, key: &'static str) -> Option<u32> {
        self.optional(key, |node| whole(node, 0, MAX_DAYS) as u32)
    }

    /// That `key` says something which this version can't do yet.
    pub(super) fn not_yet(&self, key: &'static str, says: impl FnOnce(&Value) -> bool) {
        self.optional(key, |node| {
            if says(node.value) {
                node.error("not-yet", params! { "feature" => key });
            }
        });
    }
}

/// A hundred years.
pub(super) const MAX_DAYS: u64 = 36_500;
