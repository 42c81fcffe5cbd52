//! What a book's part of localStorage holds, by its keys alone: which commits there are, and every
//! record's key and sort key in order.
//!
//! Keys are `commits/<number>`, `<table>/<key>`, and `<table>/<key>\n<sort key>` for a record with a
//! sort key. Other keys are not the index's business, nor what a newer minor version may have added.
//! The numbers of commits are without gaps; those below the first were emptied long ago.

use super::area::Area;
use super::form::REDO;
use crate::error::StoreError;
use crate::sort;
use crate::store::{By, Range, Table};
use js_sys::JsString;

/// A version is major × 100 + minor, as the database's: what shuts older builds out is a major.
pub(super) const VERSION: u32 = 100;
/// Holds the version, and a random word that tells this book from a later one of the same name.
pub(in crate::web) const FORMAT: &str = "format";
/// Numbers are exact up to here in every store.
const LARGEST: u64 = 1 << 53;

/// The keys as of one commit.
pub(super) struct Index {
    /// What `FORMAT` holds, once there is a commit.
    pub(super) format: Option<String>,
    /// The first commit that has a key; 0 without any.
    pub(super) first: u64,
    /// The last commit; 0 without any.
    pub(super) last: u64,
    /// Whether the last one is still to be applied. Then the rest is of no use.
    pub(super) is_pending: bool,
    entries: Vec<Entry>,
    /// Places of the entries by table and sort key.
    by_sort: Vec<usize>,
}

/// A record.
pub(super) struct Entry {
    table: Table,
    pub(super) key: String,
    sort: Option<String>,
}

impl Entry {
    pub(super) fn new(table: Table, key: &str, sort: Option<&str>) -> Self {
        let sort = sort.filter(|_| table.is_sorted()).map(str::to_owned);
        Self { table, key: key.to_owned(), sort }
    }

    /// Where it stands.
    pub(super) fn place(&self) -> String {
        let mut place = format!("{}/{}", self.table.name(), self.key);
        if let Some(sort) = &self.sort {
            place.push('\n');
            place.push_str(sort);
        }
        place
    }
}

/// Where a commit stands.
pub(super) fn commit(number: u64) -> String {
    format!("commits/{number}")
}

/// Whether a commit is still to be applied.
pub(super) fn is_redo(text: &JsString) -> bool {
    text.char_code_at(0) == f64::from(REDO as u32)
}

impl Index {
    pub(super) fn read(area: &Area) -> Result<Self, StoreError> {
        let mut index = Self {
            format: area.get(FORMAT)?,
            first: 0,
            last: 0,
            is_pending: false,
            entries: Vec::new(),
            by_sort: Vec::new(),
        };
        index.check_version(area)?;
        let mut commits = 0;
        for key in area.keys()? {
            if key.starts_with("commits/") {
                let number = number_of(&key).ok_or_else(|| area.corrupt(&key))?;
                index.first = if commits == 0 { number } else { index.first.min(number) };
                index.last = index.last.max(number);
                commits += 1;
            } else {
                index.entries.extend(entry_of(&key));
            }
        }
        if commits > 0 && index.format.is_none() {
            return Err(area.corrupt(FORMAT));
        }
        index.is_pending = area.text(&commit(index.last))?.is_some_and(|last| is_redo(&last));
        if !index.is_pending && commits > 0 && index.last - index.first + 1 != commits {
            return Err(area.corrupt("commits"));
        }
        index.order(area)?;
        Ok(index)
    }

    fn check_version(&self, area: &Area) -> Result<(), StoreError> {
        let Some(format) = &self.format else { return Ok(()) };
        let version = format.split_once(' ').and_then(|(version, _)| version.parse::<u32>().ok());
        match version.ok_or_else(|| area.corrupt(FORMAT))? / 100 > VERSION / 100 {
            true => Err(StoreError::TooNew),
            false => Ok(()),
        }
    }

    fn order(&mut self, area: &Area) -> Result<(), StoreError> {
        sort::sort(&mut self.entries, |a, b| (a.table, &a.key).cmp(&(b.table, &b.key)));
        let entries = &self.entries;
        for pair in entries.windows(2) {
            if pair[0].table == pair[1].table && pair[0].key == pair[1].key && !self.is_pending {
                return Err(area.corrupt(&pair[0].place()));
            }
        }
        self.by_sort = sort::places(entries.len(), &|a, b| {
            let (a, b) = (&entries[a], &entries[b]);
            (a.table, &a.sort).cmp(&(b.table, &b.sort))
        });
        Ok(())
    }

    pub(super) fn find(&self, table: Table, key: &str) -> Option<&Entry> {
        let place = self.entries.partition_point(|entry| (entry.table, &*entry.key) < (table, key));
        self.entries.get(place).filter(|entry| entry.table == table && entry.key == key)
    }

    pub(super) fn range(&self, range: &Range) -> Vec<&Entry> {
        // By key the places are in order; an entry without a sort key comes before any range.
        let entry = |place: usize| match range.by {
            By::Key => &self.entries[place],
            By::Sort => &self.entries[self.by_sort[place]],
        };
        let bound = |bound: &str| {
            let (mut low, mut high) = (0, self.entries.len());
            while low < high {
                let middle = low + (high - low) / 2;
                let entry = entry(middle);
                let key = match range.by {
                    By::Key => Some(entry.key.as_str()),
                    By::Sort => entry.sort.as_deref(),
                };
                if (entry.table, key) < (range.table, Some(bound)) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            low
        };
        if range.is_empty() {
            return Vec::new();
        }
        let (from, to) = (bound(&range.from), bound(&range.to));
        let count = (to - from).min(range.limit as usize);
        let at = |n: usize| entry(if range.descending { to - 1 - n } else { from + n });
        (0..count).map(at).collect()
    }
}

/// A number as `commit` writes it, and no other way.
fn number_of(key: &str) -> Option<u64> {
    let number: u64 = key.split_once('/')?.1.parse().ok()?;
    ((1..=LARGEST).contains(&number) && commit(number) == key).then_some(number)
}

fn entry_of(key: &str) -> Option<Entry> {
    let (table, key) = key.split_once('/')?;
    let (table, _, is_sorted) = Table::ALL.into_iter().find(|(_, name, _)| *name == table)?;
    Some(match key.split_once('\n').filter(|_| is_sorted) {
        Some((key, sort)) => Entry::new(table, key, Some(sort)),
        None => Entry::new(table, key, None),
    })
}
