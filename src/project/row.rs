//! A row of a contact's history: an entry without what only the ledger needs (hashes, salt), small
//! enough to sit beside its contact. Rows hold the body's bytes as they stand in the ledger.

use super::contact::{Applied, Contact};
use crate::error::StoreError;
use crate::event::{Entry, Fact, Hlc, Order};
use crate::ids::{ContactId, DefinitionHash, EntryId, ReplicaId, Seq};
use crate::json;
use crate::time::Instant;
use serde::{Deserialize, Serialize};
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
    /// Of a stage change that counts, when the stage it left was entered.
    pub since: Option<Instant>,
    /// The body, as it stands in the ledger.
    pub body: RowBody,
}

/// A body's text as it stands in the ledger, shared by whoever holds it.
#[derive(Clone, Debug)]
pub struct RowBody(Rc<str>);

impl RowBody {
    /// A body that was sealed, or read out of a line: JSON without line breaks or tabs.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// A stored row: this as JSON, a tab, and the body. Neither is ever looked at to find the other.
#[derive(Serialize, Deserialize)]
struct Stored<'a> {
    at: i64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    definition: Option<DefinitionHash>,
    hlc: (u64, u16),
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    occurred: Option<i64>,
    replica: &'a str,
    seq: u64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    since: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    superseded: Option<EntryId>,
}

impl Row {
    /// Folds `entry` into `contact` and gives the row to keep of it.
    pub fn fold(contact: &mut Contact, entry: &Entry, body: RowBody) -> Self {
        let left = contact.workflow.as_ref().map(|here| (here.visit, here.entered));
        let applied = contact.apply(entry);
        let moved =
            contact.workflow.as_ref().is_some_and(|here| left.is_some_and(|l| l.0 != here.visit));
        Self {
            order: entry.order.clone(),
            at: entry.at,
            occurred: entry.occurred_at(),
            kind: entry.fact.event.kind().to_owned(),
            definition: entry.fact.definition.clone(),
            superseded_by: match applied {
                Applied::Yes => None,
                Applied::Superseded { winner, .. } => Some(winner),
            },
            since: left.filter(|_| moved).map(|(_, entered)| entered),
            body,
        }
    }

    /// The order in which readers see rows: by when it happened, then by the order of all.
    pub fn reading_order(&self, other: &Self) -> Ordering {
        (self.occurred, &self.order).cmp(&(other.occurred, &other.order))
    }

    /// Writes the row as one line.
    pub fn write(&self, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        let stored = Stored {
            at: self.at.millis(),
            definition: self.definition.clone(),
            hlc: (self.order.hlc.millis, self.order.hlc.counter),
            kind: &self.kind,
            occurred: (self.occurred != self.at).then_some(self.occurred.millis()),
            replica: self.order.replica.as_str(),
            seq: self.order.seq.0,
            since: self.since.map(Instant::millis),
            superseded: self.superseded_by.clone(),
        };
        json::write(&stored, out)?;
        out.push(b'\t');
        out.extend_from_slice(self.body.0.as_bytes());
        out.push(b'\n');
        Ok(())
    }

    /// Reads a line that [`Row::write`] wrote.
    pub fn read(line: &[u8]) -> Result<Self, StoreError> {
        let corrupt = |error: String| StoreError::Corrupt(format!("a history row: {error}"));
        let line = std::str::from_utf8(line).map_err(|error| corrupt(error.to_string()))?;
        let (stored, body) = line.split_once('\t').ok_or_else(|| corrupt("no body".to_owned()))?;
        let stored: Stored<'_> = json::read(stored).map_err(|error| corrupt(error.to_string()))?;
        let at = Instant::from_millis(stored.at);
        Ok(Self {
            order: Order {
                hlc: Hlc { millis: stored.hlc.0, counter: stored.hlc.1 },
                replica: ReplicaId::new(stored.replica),
                seq: Seq(stored.seq),
            },
            at,
            occurred: stored.occurred.map_or(at, Instant::from_millis),
            kind: stored.kind.to_owned(),
            definition: stored.definition,
            superseded_by: stored.superseded,
            since: stored.since.map(Instant::from_millis),
            body: RowBody::new(body),
        })
    }

    /// The entry it stands for, and the contact its body names.
    pub fn entry(&self) -> Result<(Entry, Option<ContactId>), StoreError> {
        let read = Fact::read(&self.kind, self.definition.clone(), self.body.text());
        let (fact, contact) =
            read.map_err(|error| StoreError::Corrupt(format!("{}: {error}", self.order.id())))?;
        Ok((Entry { order: self.order.clone(), at: self.at, fact }, contact))
    }
}
