//! A text in one or several languages, as definitions give it and entries keep it. Which language
//! is shown is chosen where it is shown; nothing here knows the book's locale.

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use std::collections::BTreeMap;

/// `"Call"` or `{ "en": "Call", "it": "Chiamata" }`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Localized {
    /// One text for every language.
    Plain(String),
    /// Language tag to text.
    ByLanguage(BTreeMap<String, String>),
}

impl Localized {
    /// The text for `locale`: the tag itself, its language, English, else the first there is.
    ///
    /// ```
    /// use stagebook::label::Localized;
    /// let label: Localized = serde_json::from_str(r#"{"en":"Call","it":"Chiamata"}"#)?;
    /// assert_eq!(label.text("it-CH"), "Chiamata");
    /// assert_eq!(label.text("de"), "Call");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn text(&self, locale: &str) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::ByLanguage(texts) => {
                let language = locale.split('-').next().unwrap_or(locale);
                [locale, language, "en"]
                    .into_iter()
                    .find_map(|tag| texts.get(tag))
                    .or_else(|| texts.values().next())
                    .map_or("", String::as_str)
            }
        }
    }
}

impl<'de> Deserialize<'de> for Localized {
    /// Looks no deeper than a map of texts, so that input of any depth is refused without being walked.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shallow;

        impl<'de> Visitor<'de> for Shallow {
            type Value = Localized;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a text, or texts by language")
            }

            fn visit_str<E>(self, text: &str) -> Result<Localized, E> {
                Ok(Localized::Plain(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Localized, A::Error> {
                let mut texts = BTreeMap::new();
                while let Some((language, text)) = map.next_entry()? {
                    texts.insert(language, text);
                }
                Ok(Localized::ByLanguage(texts))
            }
        }

        deserializer.deserialize_any(Shallow)
    }
}

impl From<&str> for Localized {
    fn from(text: &str) -> Self {
        Self::Plain(text.to_owned())
    }
}
