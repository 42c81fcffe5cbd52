//! A stored row of which nothing is read: what most searches ask of it is told from its text, at a
//! fraction of what reading it takes. A quote within a text is escaped, so that a member's name with
//! its quotes stands for that member alone.

use crate::time::Instant;

/// A line that [`Row::write`](super::Row::write) wrote.
#[derive(Clone, Copy, Debug)]
pub struct Unread<'a> {
    stored: &'a str,
    /// The body, as it stands in the ledger.
    pub body: &'a str,
}

impl<'a> Unread<'a> {
    /// None of what is no such line.
    pub fn new(line: &'a str) -> Option<Self> {
        let (stored, body) = line.split_once('\t')?;
        Some(Self { stored, body })
    }

    /// Its kind; none where only reading tells.
    pub fn kind(&self) -> Option<&'a str> {
        self.text("\"kind\":\"").filter(|kind| !kind.contains('\\'))
    }

    /// When it happened; none where only reading tells.
    pub fn occurred(&self) -> Option<Instant> {
        let text = self.text("\"occurred\":\"").or_else(|| self.text("\"at\":\""));
        text.and_then(Instant::parse)
    }

    /// Whether it is a copy: [`Row::copy`](super::Row::copy).
    pub fn is_copy(&self) -> bool {
        self.stored.contains("\"copy\":true")
    }

    /// Whether it does not count.
    pub fn is_voided(&self) -> bool {
        self.stored.contains("\"voided\":{")
    }

    fn text(&self, name: &str) -> Option<&'a str> {
        let (_, rest) = self.stored.split_once(name)?;
        rest.split_once('"').map(|(text, _)| text)
    }
}
