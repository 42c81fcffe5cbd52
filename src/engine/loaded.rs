//! One contact as the engine holds it: its state, its newest rows, and where the older ones are.
//! Also the record that it is stored in.

use super::packing::{pack, unpack};
use crate::error::StoreError;
use crate::event::Entry;
use crate::ids::{CommitNo, ContactId, ContactName};
use crate::json;
use crate::project::{Conflict, Contact, Row, RowBody, Status};
use crate::store::{Change, Table};
use crate::time::Instant;
use std::rc::Rc;

/// A contact in memory.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// Its state.
    pub state: Contact,
    /// Its newest rows, in the order of the fold.
    pub rows: Vec<Rc<Row>>,
    /// Chunks of older rows, oldest first.
    pub chunks: Vec<Chunk>,
    /// The compaction that last wrote its record.
    pub as_of: CommitNo,
    /// How often it was folded again: its chunks are others then.
    pub folds: u64,
    /// Whether there is a record of what is to be done about it.
    pub has_agenda: bool,
    /// Whether some of its entries were sealed again: the originals may come, too.
    pub resealed: bool,
    /// Where entries of two devices did not fit together.
    pub conflicts: Vec<Conflict>,
}

record! {
    /// A chunk of rows in the table of histories.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Chunk {
        /// When the earliest of its rows happened,
        pub from: Instant = "from",
        /// and the latest.
        pub to: Instant = "to",
        /// How many there are.
        pub rows: u32 = "rows",
    }
}

record! {
    struct Head {
        /// Whether there is a record of what is to be done about it.
        agenda: bool = "agenda" or skip,
        as_of: CommitNo = "as_of",
        chunks: Vec<Chunk> = "chunks",
        conflicts: Vec<Conflict> = "conflicts" or skip,
        folds: u64 = "folds" or skip,
        resealed: bool = "resealed" or skip,
        state: Contact = "state",
    }
}

/// Rows beyond this many bytes leave the contact's own record for a chunk.
const RECORD_BYTES: usize = 40 * 1024;
/// Rows that stay in the record when others leave, so that a first page is one read: a page's, and
/// the one more that tells whether there is a next page.
const STAY: usize = 51;

impl Loaded {
    /// Folds an entry in and keeps its row. `id` is the host's, empty where the entry does not say it.
    pub fn push(&mut self, id: &ContactId, entry: &Entry, body: RowBody) {
        if self.state.id.as_str().is_empty() {
            self.state.id.clone_from(id);
        }
        let row = Row::fold(&mut self.state, entry, body);
        if self.state.status == Status::Erased {
            self.rows.clear();
            self.chunks.clear();
            self.conflicts.clear();
        }
        self.conflicts.extend(Conflict::of(&row));
        self.rows.push(Rc::new(row));
    }

    /// Keeps the row of an entry that does not count.
    pub fn keep(&mut self, row: Row) {
        self.state.entries += 1;
        self.rows.push(Rc::new(row));
    }

    /// Key of chunk `number` of `contact`.
    pub fn chunk_key(contact: &ContactName, number: usize) -> String {
        format!("{contact}/{number:06}")
    }

    /// Its place in lists: by status, then by creation; an erased contact has none.
    pub fn sort_key(&self) -> Option<String> {
        let prefix = list_prefix(self.state.status)?;
        let created = self.state.created.at.millis().saturating_add(100_000_000_000_000);
        self.state.exists().then(|| format!("{prefix}/{created:016}/{}", self.state.name))
    }

    /// The changes that store it, after moving rows that are too many into chunks.
    pub fn store(&mut self, commit: CommitNo) -> Vec<Change> {
        let mut changes = Vec::new();
        let (text, ends) = encode_all(&self.rows);
        let (mut left, mut ends) = (text.as_slice(), ends.as_slice());
        while left.len() > RECORD_BYTES && self.rows.len() > STAY {
            let gone = text.len() - left.len();
            let leaving = (self.rows.len() - STAY).min(fitting(ends, gone));
            let end = ends[leaving - 1] - gone;
            let chunk = pack(&left[..end]);
            (left, ends) = (&left[end..], &ends[leaving..]);
            let rows: Vec<Rc<Row>> = self.rows.drain(..leaving).collect();
            changes.push(Change::Put {
                table: Table::History,
                key: Self::chunk_key(&self.state.name, self.chunks.len()),
                sort: None,
                value: chunk,
            });
            self.chunks.push(describe(&rows));
        }
        self.as_of = commit;
        changes.push(self.put(left));
        changes
    }

    fn put(&self, rows: &[u8]) -> Change {
        let head = Head {
            agenda: self.has_agenda,
            as_of: self.as_of,
            chunks: self.chunks.clone(),
            conflicts: self.conflicts.clone(),
            folds: self.folds,
            resealed: self.resealed,
            state: self.state.clone(),
        };
        let mut value = json::bytes(&head);
        value.push(b'\n');
        value.extend_from_slice(&pack(rows));
        let key = self.state.name.to_string();
        Change::Put { table: Table::Contacts, key, sort: self.sort_key(), value }
    }

    /// Reads a contact's record.
    pub fn read(bytes: &[u8]) -> Result<Self, StoreError> {
        let (mut loaded, rows) = Self::read_bare(bytes)?;
        loaded.rows = read_rows(&rows)?;
        Ok(loaded)
    }

    /// Reads a contact's record without its rows, and gives these as lines.
    pub(super) fn read_bare(bytes: &[u8]) -> Result<(Self, Vec<u8>), StoreError> {
        let mut parts = bytes.splitn(2, |byte| *byte == b'\n');
        let head: Head = json::read_bytes(parts.next().unwrap_or_default()).map_err(corrupt)?;
        let rows = unpack(parts.next().unwrap_or_default())?;
        let loaded = Self {
            state: head.state,
            rows: Vec::new(),
            chunks: head.chunks,
            as_of: head.as_of,
            folds: head.folds,
            has_agenda: head.agenda,
            resealed: head.resealed,
            conflicts: head.conflicts,
        };
        Ok((loaded, rows))
    }
}

/// What the sort keys of contacts of `status` begin with.
pub(super) fn list_prefix(status: Status) -> Option<&'static str> {
    match status {
        Status::Active => Some("active"),
        Status::Archived => Some("archived"),
        Status::Erased => None,
    }
}

/// Reads rows as they were before they were packed.
fn read_rows(bytes: &[u8]) -> Result<Vec<Rc<Row>>, StoreError> {
    lines(bytes)?.map(|line| Row::read(line).map(Rc::new)).collect()
}

/// The lines of a chunk, each of them a row. As text they are found several times as fast as byte by
/// byte.
pub(super) fn lines(bytes: &[u8]) -> Result<impl DoubleEndedIterator<Item = &str>, StoreError> {
    let text = std::str::from_utf8(bytes).map_err(corrupt)?;
    Ok(text.split('\n').filter(|line| !line.is_empty()))
}

/// The rows' lines, and where each of them ends.
fn encode_all(rows: &[Rc<Row>]) -> (Vec<u8>, Vec<usize>) {
    let mut text = Vec::with_capacity(rows.iter().map(|row| row.body.text().len() + 320).sum());
    let mut ends = Vec::with_capacity(rows.len());
    for row in rows {
        row.write(&mut text);
        ends.push(text.len());
    }
    (text, ends)
}

/// How many of the lines that end there fill a chunk that begins at `start`.
fn fitting(ends: &[usize], start: usize) -> usize {
    let full = |end: &usize| end - start > RECORD_BYTES;
    ends.iter().position(full).unwrap_or(ends.len()).max(1)
}

fn describe(rows: &[Rc<Row>]) -> Chunk {
    let times = || rows.iter().map(|row| row.occurred);
    Chunk {
        from: times().min().unwrap_or_default(),
        to: times().max().unwrap_or_default(),
        rows: u32::try_from(rows.len()).unwrap_or(u32::MAX),
    }
}

fn corrupt(error: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(format!("a contact: {error}"))
}
