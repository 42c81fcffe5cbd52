//! A row of a contact's history: an entry without what only the ledger needs (hashes, salt), small
//! enough to sit beside its contact. Rows hold the body's bytes as they stand in the ledger.

use super::contact::{Applied, Contact};
use crate::error::StoreError;
use crate::event::{Entry, Fact, Hlc, Order};
use crate::ids::{ContactId, DefinitionHash, EntryId, LeafHash, ReplicaId, Seq};
use crate::json::{self, ToJson};
use crate::time::Instant;
use std::cmp::Ordering;
use std::rc::Rc;

/// One entry as the history keeps it.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its place in the order of all.
    pub order: Order,
    /// When it was recorded.
    pub at: Instant,
    /// When it happened.
    pub occurred: Instant,
    /// Its kind.
    pub kind: String,
    /// The definition that its header names.
    pub definition: Option<DefinitionHash>,
    /// The entry that won over it, if one did.
    pub superseded_by: Option<EntryId>,
    /// Whether somebody should look at it: another device's entry won where both can't be right.
    pub contested: bool,
    /// Who does not permit it, and why: it does not count then.
    pub voided: Option<Voided>,
    /// Whether it is an entry sealed again under another replica, that counts elsewhere in the rows.
    pub copy: bool,
    /// Of a stage change that counts, when the stage it left was entered.
    pub since: Option<Instant>,
    /// Of an entry that was sealed again, the original's leaf hash: it may come, too.
    pub was: Option<LeafHash>,
    /// The body, as it stands in the ledger.
    pub body: RowBody,
    /// The line that it was read from: it is written again as it stands.
    line: Option<Rc<str>>,
}

/// A body's text as it stands in the ledger, shared by whoever holds it: the end of some text.
#[derive(Clone, Debug)]
pub struct RowBody(Rc<str>, usize);

impl RowBody {
    /// A body that was sealed, or read out of a line: JSON without line breaks or tabs.
    pub fn new(text: &str) -> Self {
        Self(text.into(), 0)
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.0[self.1..]
    }
}

record! {
    /// That a server does not permit an entry.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Voided {
        /// The name of whoever says so.
        pub by: String = "by",
        /// Why: a stable word.
        pub reason: String = "reason",
    }
}

record! {
    /// A stored row: this as JSON, a tab, and the body. Neither is ever looked at to find the other.
    struct Stored {
        at: Instant = "at",
        copy: bool = "copy" or skip,
        definition: Option<DefinitionHash> = "definition",
        hlc: Hlc = "hlc",
        kind: String = "kind",
        occurred: Option<Instant> = "occurred",
        replica: ReplicaId = "replica",
        seq: Seq = "seq",
        since: Option<Instant> = "since",
        superseded: Option<EntryId> = "superseded",
        voided: Option<Voided> = "voided",
        was: Option<LeafHash> = "was",
    }
}

impl Row {
    /// Folds `entry` into `contact` and gives the row to keep of it.
    pub fn fold(contact: &mut Contact, entry: &Entry, body: RowBody) -> Self {
        let left = contact.workflow.as_ref().map(|here| (here.visit, here.entered));
        let applied = contact.apply(entry);
        let moved =
            contact.workflow.as_ref().is_some_and(|here| left.is_some_and(|l| l.0 != here.visit));
        let mut row = Self::of(entry, body);
        row.since = left.filter(|_| moved).map(|(_, entered)| entered);
        if let Applied::Superseded { winner, conflict } = applied {
            (row.superseded_by, row.contested) = (Some(winner), conflict);
        }
        row
    }

    /// The row of an entry that changes nothing.
    pub fn of(entry: &Entry, body: RowBody) -> Self {
        let place = (entry.order.clone(), entry.at, entry.occurred_at());
        let mut row = Self::bare(place, entry.fact.event.kind(), body);
        row.definition.clone_from(&entry.fact.definition);
        row
    }

    /// The row of an entry that nobody has folded: its place, when it was recorded and happened.
    pub fn bare(
        (order, at, occurred): (Order, Instant, Instant),
        kind: &str,
        body: RowBody,
    ) -> Self {
        Self {
            order,
            at,
            occurred,
            kind: kind.to_owned(),
            definition: None,
            superseded_by: None,
            contested: false,
            voided: None,
            copy: false,
            since: None,
            was: None,
            body,
            line: None,
        }
    }

    /// The order in which readers see rows: by when it happened, then by the order of all.
    pub fn reading_order(&self, other: &Self) -> Ordering {
        (self.occurred, &self.order).cmp(&(other.occurred, &other.order))
    }

    /// Writes the row as one line.
    pub fn write(&self, out: &mut Vec<u8>) {
        if let Some(line) = &self.line {
            out.extend_from_slice(line.as_bytes());
            out.push(b'\n');
            return;
        }
        let stored = Stored {
            at: self.at,
            copy: self.copy,
            definition: self.definition.clone(),
            hlc: self.order.hlc,
            kind: self.kind.clone(),
            occurred: Some(self.occurred).filter(|occurred| *occurred != self.at),
            replica: self.order.replica.clone(),
            seq: self.order.seq,
            since: self.since,
            superseded: self.superseded_by.clone(),
            voided: self.voided.clone(),
            was: self.was.clone(),
        };
        stored.write(out);
        out.push(b'\t');
        out.extend_from_slice(self.body.text().as_bytes());
        out.push(b'\n');
    }

    /// Reads a line that [`Row::write`] wrote.
    pub fn read(line: &str) -> Result<Self, StoreError> {
        let corrupt = |error: String| StoreError::Corrupt(format!("a history row: {error}"));
        let (stored, _) = line.split_once('\t').ok_or_else(|| corrupt("no body".to_owned()))?;
        let body = stored.len() + 1;
        let stored: Stored = json::read(stored).map_err(|error| corrupt(error.to_string()))?;
        let line: Rc<str> = line.into();
        Ok(Self {
            order: Order { hlc: stored.hlc, replica: stored.replica, seq: stored.seq },
            at: stored.at,
            occurred: stored.occurred.unwrap_or(stored.at),
            kind: stored.kind,
            definition: stored.definition,
            superseded_by: stored.superseded,
            contested: false,
            voided: stored.voided,
            copy: stored.copy,
            since: stored.since,
            was: stored.was,
            body: RowBody(line.clone(), body),
            line: Some(line),
        })
    }

    /// Whether a line that [`Row::write`] wrote has a [`Row::since`], told without reading it. A quote
    /// within a text is escaped, so the name stands nowhere else.
    pub fn leaves_a_stage(line: &str) -> bool {
        line.split_once('\t').is_some_and(|(stored, _)| stored.contains("\"since\":"))
    }

    /// The entry it stands for, and the contact its body names.
    pub fn entry(&self) -> Result<(Entry, Option<ContactId>), StoreError> {
        let read = Fact::read(&self.kind, self.definition.clone(), self.body.text());
        let (fact, contact) =
            read.map_err(|error| StoreError::Corrupt(format!("{}: {error}", self.order.id())))?;
        Ok((Entry { order: self.order.clone(), at: self.at, fact }, contact))
    }
}
