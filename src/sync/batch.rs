//! A batch of lines, and all about it that can be told without knowing what came before: form, hashes,
//! links between its own lines. Nothing of a batch is used before all of it was looked at.

use crate::error::BatchFault;
use crate::event::{DEFINITION_ADDED, Fact};
use crate::ids::{ContactId, ReplicaId, Seq};
use crate::json;
use crate::ledger::{Hash, Header, Line, definition_hash};

record! {
    /// Consecutive entries of one replica, and the tree's head after the last.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Batch {
        /// The book's name.
        pub book: String = "book",
        /// Whose log it is a part of.
        pub replica: ReplicaId = "replica",
        /// Place of the first line in it.
        pub from: Seq = "from",
        /// The lines, as they stand in the ledger.
        pub lines: Vec<String> = "lines",
        /// The unsigned checkpoint of the log after the last line.
        pub checkpoint: String = "checkpoint",
    }
}

/// A line of a batch, cut apart and found sound in itself.
#[derive(Debug)]
pub struct Incoming<'b> {
    /// The line.
    pub line: Line<'b>,
    /// Its leaf hash.
    pub leaf: Hash,
    /// As it stands.
    pub text: &'b str,
    /// What it says, and about whom; none of a definition, and of a line without a body.
    pub fact: Option<(Fact, Option<ContactId>)>,
}

/// Characters of a UUID.
const UUID: usize = 36;
/// Characters of a contact's name.
const NAME: usize = 22;
/// Beyond this JavaScript's numbers have gaps.
pub(super) const MOST: u64 = 1 << 53;

impl Batch {
    /// The place after its last line.
    pub fn end(&self) -> u64 {
        self.from.0.saturating_add(self.lines.len() as u64)
    }

    /// Reads all lines of a batch for the book `name`.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn read(&self, name: &str) -> Result<Vec<Incoming<'_>>, BatchFault> {
        if self.book != name {
            return Err(BatchFault::Book);
        }
        if !is_uuid(self.replica.as_str()) || self.end() > MOST {
            return Err(BatchFault::Shape);
        }
        let mut read: Vec<Incoming<'_>> = Vec::with_capacity(self.lines.len());
        for (seq, text) in (self.from.0..).zip(&self.lines) {
            let fault = |reason| BatchFault::Line { seq, reason };
            let incoming = read_line(text).map_err(fault)?;
            let place = (self.book.as_str(), &self.replica, seq);
            incoming.check_place(place, read.last()).map_err(fault)?;
            read.push(incoming);
        }
        Ok(read)
    }
}

impl Incoming<'_> {
    /// Whether it stands at that place of that replica's log, and goes on from the line before it.
    pub(super) fn check_place(
        &self,
        (book, replica, seq): (&str, &ReplicaId, u64),
        before: Option<&Self>,
    ) -> Result<(), &'static str> {
        let header = &self.line.header;
        let follows = before.is_none_or(|before| {
            header.prev == Some(before.leaf) && header.hlc > before.line.header.hlc
        });
        let tests = [
            (header.book == book, "an entry of another book"),
            (header.replica == *replica, "an entry of another replica"),
            (header.seq.0 == seq, "not the next seq"),
            (header.prev.is_some() == (seq > 0), "not linked to the entry before"),
            (follows, "not linked to the entry before"),
        ];
        tests.into_iter().find(|(fits, _)| !fits).map_or(Ok(()), |(_, reason)| Err(reason))
    }
}

/// Reads a line, and checks it as far as it can be checked alone.
pub(super) fn read_line(text: &str) -> Result<Incoming<'_>, &'static str> {
    // A line break in it would make two lines of it where it is stored.
    if json::has_control(text) {
        return Err("not a line of the ledger");
    }
    let line = Line::parse_for_reader(text)?;
    let header = &line.header;
    if header.v != Header::VERSION {
        return Err("a version that is not known");
    }
    if !line.is_canonical() {
        return Err("not in canonical form");
    }
    if !line.body_fits() {
        return Err("the body is not the one that the header promises");
    }
    let named = header.contact.as_ref().is_none_or(|name| is_name(name.as_str()));
    if !named || header.contact.is_none() != (header.kind == DEFINITION_ADDED) {
        return Err("not about a contact");
    }
    let fact = match &line.body {
        Some((body, _)) if header.kind == DEFINITION_ADDED => {
            let definition = json::parse(body).map_err(|_| "the body is no JSON")?;
            if header.definition.as_ref() != Some(&definition_hash(&definition)) {
                return Err("another definition than the header names");
            }
            None
        }
        Some((body, _)) => {
            let read = Fact::read(&header.kind, header.definition.clone(), body);
            Some(read.map_err(|_| "a body that is not of its kind's shape")?)
        }
        None => None,
    };
    Ok(Incoming { leaf: line.leaf(), line, text, fact })
}

pub(super) fn is_uuid(text: &str) -> bool {
    text.len() == UUID && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f' | b'-'))
}

fn is_name(text: &str) -> bool {
    text.len() == NAME
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}
