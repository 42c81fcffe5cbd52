//! Where bytes live: ordered tables of records and a row of numbered commits, behind one trait.
//! A store knows nothing of entries, contacts or rules; it must only be atomic, and refuse a
//! commit whose number is taken.

use crate::error::StoreError;
use crate::ids::CommitNo;

#[doc(hidden)]
pub mod contract;
mod faulty;
mod memory;

pub use faulty::{FaultPoint, Faults, FaultyStore};
pub use memory::MemoryStore;

/// The tables of a book. `Commits` is not among them: it is only reached through its own methods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// Few small records about the book: the head, the key check.
    Meta,
    /// Definitions by hash.
    Definitions,
    /// The ledger's lines in segments, by replica and first seq.
    Log,
    /// One record a contact: state and newest rows. Has a sort key for lists.
    Contacts,
    /// Older rows of a contact, in chunks.
    History,
    /// What is to be done about a contact: its open pending activities, and those with a task.
    Agenda,
    /// What waits to be sent or was. Has a sort key, by status and age.
    Outbox,
    /// What was answered to a commandId. Has a sort key, by contact.
    Commands,
    /// Where entries of two devices did not fit together, by contact.
    Conflicts,
    /// Batches that can't be applied yet, as they came.
    Quarantine,
    /// The tail of a log that another device has gone on with, too.
    Retired,
}

impl Table {
    /// Every table, with its name in databases and whether its records have a sort key.
    pub const ALL: [(Self, &'static str, bool); 11] = [
        (Self::Meta, "meta", false),
        (Self::Definitions, "definitions", false),
        (Self::Log, "log", false),
        (Self::Contacts, "contacts", true),
        (Self::History, "history", false),
        (Self::Agenda, "agenda", false),
        (Self::Outbox, "outbox", true),
        (Self::Commands, "commands", true),
        (Self::Conflicts, "conflicts", false),
        (Self::Quarantine, "quarantine", false),
        (Self::Retired, "retired", false),
    ];

    /// Its name in databases.
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// Whether its records have a sort key.
    pub fn is_sorted(self) -> bool {
        Self::ALL[self as usize].2
    }
}

/// A record as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its key: text, compared by UTF-16 code unit; ours are ASCII.
    pub key: String,
    /// What it holds.
    pub value: Vec<u8>,
}

/// One change within a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Writes a record, whether or not it was there.
    Put {
        /// Where.
        table: Table,
        /// Its key.
        key: String,
        /// Its second key, in tables that have one; without it the record is in no range by sort key.
        sort: Option<String>,
        /// What it holds.
        value: Vec<u8>,
    },
    /// Removes a record, if it is there.
    Delete {
        /// Where.
        table: Table,
        /// Its key.
        key: String,
    },
}

impl Change {
    /// Which table it changes.
    pub fn table(&self) -> Table {
        self.place().0
    }

    /// Which record it changes.
    pub fn place(&self) -> (Table, &str) {
        match self {
            Self::Put { table, key, .. } | Self::Delete { table, key } => (*table, key),
        }
    }
}

/// One atomic change of the database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commit {
    /// Its number: one more than the last commit its author knows.
    pub number: CommitNo,
    /// What others need to follow: lines and command ids; empty, or a word of its author's, where they
    /// must read the tables anew.
    pub record: Vec<u8>,
    /// Changes of the tables, in the order in which they happen.
    pub changes: Vec<Change>,
    /// Commits whose records are emptied, since the tables now hold what they held. Their numbers stay taken.
    pub emptied: Vec<CommitNo>,
    /// Whether it must survive a power cut before it counts as done.
    pub strict: bool,
    /// Whether it was made before its author knew of the commit before it, which has the same record: if
    /// that is none or another's, so is this.
    pub follows: bool,
}

/// What became of a [`Commit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is durable.
    Done,
    /// Another commit has the number, or that which it `follows`; nothing was written.
    Taken,
}

/// Which key a [`Range`] goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The record's key.
    Key,
    /// Its sort key, ASCII as well. Records of equal sort keys come by key.
    Sort,
}

/// Consecutive records of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// Of which table.
    pub table: Table,
    /// By which key.
    pub by: By,
    /// First key inside.
    pub from: String,
    /// First key outside.
    pub to: String,
    /// At most so many records.
    pub limit: u32,
    /// From the end backwards, so that a limit takes the last ones.
    pub descending: bool,
}

impl Range {
    /// Whether no record can be in it.
    pub fn is_empty(&self) -> bool {
        self.from >= self.to || self.limit == 0
    }
}

/// An ordered, atomic store. Futures need not be `Send`: a book lives in one thread.
///
/// One value is one handle, as a tab holds it; several handles may be on one database. An operation
/// sees all commits that were done before it began. After `close` a handle answers
/// [`StoreError::Closed`] to everything. Every implementation passes `store_contract!`.
#[allow(async_fn_in_trait)]
pub trait Store {
    /// Connects, creates what is missing, and migrates an older schema. Asked once, first.
    async fn open(&self) -> Result<(), StoreError>;

    /// One record, or none.
    async fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Several records of a table, in the order of their keys as given. A store that can answer
    /// them in one round trip does.
    async fn get_many(
        &self,
        table: Table,
        keys: &[&str],
    ) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        let mut records = Vec::with_capacity(keys.len());
        for key in keys {
            records.push(self.get(table, key).await?);
        }
        Ok(records)
    }

    /// The records of a range.
    async fn range(&self, range: Range) -> Result<Vec<Record>, StoreError>;

    /// The commits after `number`, oldest first, with their records.
    async fn commits_after(&self, number: CommitNo)
    -> Result<Vec<(CommitNo, Vec<u8>)>, StoreError>;

    /// Writes all of a commit or nothing. `Done` comes once it is durable. On an error the commit
    /// may have happened all the same: only its number tells, when it is read or tried again.
    async fn commit(&self, commit: Commit) -> Result<Outcome, StoreError>;

    /// Waits until every commit that is done survives a power cut, where that can be had.
    async fn flush(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// How many entries may wait in commits before one of them has to compact on the way: a compaction
    /// needs room beside what it moves.
    fn longest_tail(&self) -> usize {
        2_000
    }

    /// Waits for what is under way, then lets go of everything.
    async fn close(&self);
}
