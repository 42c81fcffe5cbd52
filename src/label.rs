//! A text in one or several languages, as definitions give it and entries keep it. Which language
//! is shown is chosen where it is shown; nothing here knows the book's locale.

use crate::json::{Errors, FromJson, ToJson, Value};
use crate::map::Map;
use std::rc::Rc;

/// `"Call"` or `{ "en": "Call", "it": "Chiamata" }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Localized {
    /// One text for every language.
    Plain(Rc<str>),
    /// Language tag to text.
    ByLanguage(Rc<Map<String, String>>),
}

impl Localized {
    /// The text for `locale`: the tag itself, its language, English, else the first there is.
    ///
    /// ```
    /// use stagebook::{json, label::Localized};
    /// let label: Localized = json::read(r#"{"en":"Call","it":"Chiamata"}"#)?;
    /// assert_eq!(label.text("it-CH"), "Chiamata");
    /// assert_eq!(label.text("de"), "Call");
    /// # Ok::<(), json::Mismatch>(())
    /// ```
    pub fn text(&self, locale: &str) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::ByLanguage(texts) => {
                let language = locale.split('-').next().unwrap_or(locale);
                [locale, language, "en"]
                    .into_iter()
                    .find_map(|tag| texts.get(tag))
                    .or_else(|| texts.iter().next().map(|(_, text)| text))
                    .map_or("", String::as_str)
            }
        }
    }
}

impl ToJson for Localized {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Plain(text) => text.write(out),
            Self::ByLanguage(texts) => texts.write(out),
        }
    }
}

impl FromJson for Localized {
    fn read(value: Option<&Value<'_>>, errors: &mut Errors) -> Self {
        match value {
            Some(Value::Object(_)) => Self::ByLanguage(Rc::new(Map::read(value, errors))),
            Some(Value::Text(text)) => Self::from(text.as_ref()),
            _ => {
                errors.note("a text, or texts by language");
                Self::from("")
            }
        }
    }
}

impl From<&str> for Localized {
    fn from(text: &str) -> Self {
        Self::Plain(text.into())
    }
}
