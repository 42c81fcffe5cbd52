//! Reads values out of JSON of any shape: what does not fit becomes an issue at its path, and
//! reading goes on. It knows kinds and limits, not workflows.

use crate::error::{DefinitionIssue, Param, Params, Severity};
use crate::ids::is_id;
use crate::json::Value;
use crate::label::Localized;
use crate::map::Map;
use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

/// Longest free text, in characters.
const MAX_TEXT: usize = 10_000;
/// Longest list where nothing else is said.
pub(super) const MAX_LIST: usize = 1_000;
/// The largest number that every reader of JSON keeps (I-JSON).
pub(super) const MAX_NUMBER: u64 = (1 << 53) - 1;

/// A member of an object.
type Member<'a> = (Cow<'a, str>, Value<'a>);

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
    pub(super) value: &'a Value<'a>,
    pub(super) path: Path<'a>,
    pub(super) issues: &'a Issues,
}

impl<'a> Node<'a> {
    pub(super) fn error(&self, code: &'static str, params: Params) {
        self.issues.error(self.path, code, params);
    }

    fn not(&self, expected: &str) {
        self.error("wrong-kind", params! { "expected" => expected });
    }

    /// Its members. Of what is no object all members are absent.
    pub(super) fn object(self) -> Fields<'a> {
        let map = self.value.as_object();
        if map.is_none() {
            self.not("object");
        }
        Fields { map, path: self.path, issues: self.issues, asked: RefCell::default() }
    }

    /// Its items. Nothing if it is no list, or one of more than `max`.
    pub(super) fn items(&self, max: usize) -> impl Iterator<Item = Node<'_>> {
        let items = self.value.as_list();
        if items.is_none() {
            self.not("list");
        }
        let fits = items.filter(|items| items.len() <= max);
        if fits.is_none() && items.is_some() {
            self.error("too-large", params! { "max" => max });
        }
        let each = |(place, value)| Node { value, path: self.path.at(place), issues: self.issues };
        fits.into_iter().flatten().enumerate().map(each)
    }

    pub(super) fn is_empty_list(&self) -> bool {
        self.value.as_list().is_some_and(<[_]>::is_empty)
    }

    /// That it must have an item at least, and that none of `ids`, its items', stands twice.
    pub(super) fn check_set(&self, ids: &[&str]) {
        if self.is_empty_list() {
            self.error("empty", Params::new());
        }
        for (place, id) in ids.iter().enumerate() {
            if !id.is_empty() && ids[..place].contains(id) {
                let path = self.path.at(place);
                self.issues.error(path, "duplicate", params! { "value" => *id });
            }
        }
    }

    pub(super) fn text(self) -> String {
        let Some(text) = self.value.as_str() else {
            self.not("text");
            return String::new();
        };
        if text.is_empty() {
            self.error("empty", Params::new());
        } else if text.chars().count() > MAX_TEXT {
            self.error("too-large", params! { "max" => MAX_TEXT });
        }
        text.to_owned()
    }

    /// An id, or an empty text if it can't be one.
    pub(super) fn id(self) -> String {
        match self.value.as_str() {
            Some(text) if is_id(text) => return text.to_owned(),
            Some(_) => self.error("id-invalid", Params::new()),
            None => self.not("text"),
        }
        String::new()
    }

    pub(super) fn ids(self) -> Vec<String> {
        self.items(MAX_LIST).map(Node::id).collect()
    }

    pub(super) fn label(self) -> Localized {
        match self.value {
            Value::Text(_) => Localized::Plain(self.text().into()),
            Value::Object(texts) => Localized::ByLanguage(Rc::new(self.texts(texts))),
            _ => {
                self.not("label");
                Localized::from("")
            }
        }
    }

    fn texts(&self, texts: &[Member<'_>]) -> Map<String, String> {
        if texts.is_empty() {
            self.error("empty", Params::new());
        } else if texts.len() > MAX_LIST {
            self.error("too-large", params! { "max" => MAX_LIST });
        }
        let mut read = Map::new();
        for (language, value) in texts.iter().take(MAX_LIST) {
            let text = Node { value, path: self.path.key(language), issues: self.issues };
            read.insert(language.clone().into_owned(), text.text());
        }
        read
    }

    pub(super) fn flag(self) -> bool {
        self.value.as_bool().unwrap_or_else(|| {
            self.not("flag");
            false
        })
    }

    /// A number, or 0 if it is none.
    pub(super) fn number(self) -> f64 {
        let Some(number) = self.value.as_f64() else {
            self.not("number");
            return 0.0;
        };
        if number.abs() > MAX_NUMBER as f64 {
            self.error("too-large", params! { "max" => MAX_NUMBER.to_string() });
        }
        number + 0.0 // no negative zero: it would sort before zero
    }

    /// A whole number from `min` to `max`, or `min` if it is none.
    pub(super) fn whole(self, min: u64, max: u64) -> u64 {
        let Some(number) = self.value.as_f64() else {
            self.not("number");
            return min;
        };
        if number.fract() != 0.0 || number < min as f64 || number > max as f64 {
            let range = params! { "min" => min.to_string(), "max" => max.to_string() };
            self.error("not-in-range", range);
            return min;
        }
        number as u64
    }

    /// The place of its word among `words`.
    pub(super) fn word(self, words: &[&str]) -> Option<usize> {
        let Some(text) = self.value.as_str() else {
            self.not("text");
            return None;
        };
        let found = words.iter().position(|word| *word == text);
        if found.is_none() {
            let allowed = words.iter().copied().collect::<Param>();
            self.error("value-unknown", params! { "value" => text, "allowed" => allowed });
        }
        found
    }
}

/// The members of an object. An absent one and one that is null are the same. A member that nobody
/// asked for is an issue: passed over, a typo in its name would silently switch a rule off.
pub(super) struct Fields<'a> {
    map: Option<&'a [Member<'a>]>,
    path: Path<'a>,
    issues: &'a Issues,
    asked: RefCell<Vec<&'static str>>,
}

impl Drop for Fields<'_> {
    fn drop(&mut self) {
        for (name, _) in self.map.into_iter().flatten() {
            if !self.asked.borrow().contains(&&**name) {
                let key = params! { "key" => &**name };
                self.issues.error(self.path.key(name), "unknown-field", key);
            }
        }
    }
}

impl Fields<'_> {
    /// The member `key`, if it is there.
    pub(super) fn get(&self, key: &'static str) -> Option<Node<'_>> {
        self.asked.borrow_mut().push(key);
        let (_, value) = self.map?.iter().find(|(name, _)| name == key)?;
        if value.is_null() {
            return None;
        }
        Some(Node { value, path: self.path.key(key), issues: self.issues })
    }

    /// The member `key`; that it is absent is an issue.
    pub(super) fn required(&self, key: &'static str) -> Option<Node<'_>> {
        let found = self.get(key);
        if found.is_none() && self.map.is_some() {
            self.issues.error(self.path.key(key), "required", params! { "key" => key });
        }
        found
    }

    /// The id at `key`, empty if there is none that can be one.
    pub(super) fn id(&self, key: &'static str) -> String {
        self.required(key).map(Node::id).unwrap_or_default()
    }

    pub(super) fn flag(&self, key: &'static str) -> Option<bool> {
        self.get(key).map(Node::flag)
    }

    pub(super) fn number(&self, key: &'static str) -> Option<f64> {
        self.get(key).map(Node::number)
    }

    /// The label at `key`, or else `id`.
    pub(super) fn label(&self, key: &'static str, id: &str) -> Localized {
        self.get(key).map_or_else(|| Localized::from(id), Node::label)
    }

    /// A whole number from `min` to `max`, at most a hundred years of days.
    pub(super) fn count(&self, key: &'static str, min: u64) -> Option<u32> {
        self.get(key).map(|node| node.whole(min, MAX_COUNT) as u32)
    }
}

/// Days in a hundred years.
pub(super) const MAX_COUNT: u64 = 36_500;
