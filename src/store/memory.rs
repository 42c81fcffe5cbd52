//! The store of a book that lives as long as its page or process. A clone is another handle on the
//! same database, as another tab has, so that tests can let one of them sleep.

use super::{By, Change, Commit, Outcome, Range, Record, Store, Table};
use crate::error::StoreError;
use crate::ids::CommitNo;
use std::cell::{Cell, Ref, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Ordered maps in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    database: Rc<RefCell<Database>>,
    closed: Cell<bool>,
}

impl Clone for MemoryStore {
    fn clone(&self) -> Self {
        Self { database: Rc::clone(&self.database), closed: Cell::new(false) }
    }
}

impl MemoryStore {
    /// A database of its own with what is stored now: what a copied or restored profile holds.
    pub fn snapshot(&self) -> Self {
        let database = self.database.borrow().clone();
        Self { database: Rc::new(RefCell::new(database)), closed: Cell::new(false) }
    }

    fn check_open(&self) -> Result<(), StoreError> {
        if self.closed.get() { Err(StoreError::Closed) } else { Ok(()) }
    }

    fn read(&self) -> Result<Ref<'_, Database>, StoreError> {
        self.check_open()?;
        Ok(self.database.borrow())
    }
}

impl Store for MemoryStore {
    async fn open(&self) -> Result<(), StoreError> {
        self.check_open()
    }

    async fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.read()?.rows.get(&place(table, key)).map(|row| row.value.clone()))
    }

    async fn range(&self, range: Range) -> Result<Vec<Record>, StoreError> {
        Ok(self.read()?.range(&range))
    }

    async fn commits_after(
        &self,
        number: CommitNo,
    ) -> Result<Vec<(CommitNo, Vec<u8>)>, StoreError> {
        let database = self.read()?;
        let later = database.rows.range(commit_place(number.next())..COMMITS_END.to_owned());
        let commit = |(key, row): (&String, &Row)| {
            let number = key.get(COMMITS.len()..).and_then(|digits| digits.parse().ok());
            Some((CommitNo(number?), row.value.clone()))
        };
        Ok(later.filter_map(commit).collect())
    }

    async fn commit(&self, commit: Commit) -> Result<Outcome, StoreError> {
        self.check_open()?;
        Ok(self.database.borrow_mut().commit(commit))
    }

    async fn close(&self) {
        self.closed.set(true);
    }
}

/// Everything in one map: records by `=<table>/<key>`, the second keys of those that have one by
/// `#<table>/<sort key>` and the key, commits by number.
#[derive(Clone, Debug, Default)]
struct Database {
    rows: BTreeMap<String, Row>,
}

#[derive(Clone, Debug)]
struct Row {
    sort: Option<String>,
    /// Of a second key, the record's key.
    value: Vec<u8>,
}

const COMMITS: &str = "!";
/// What comes after every commit.
const COMMITS_END: &str = "\"";

fn commit_place(number: CommitNo) -> String {
    format!("{COMMITS}{:020}", number.0)
}

fn place(table: Table, key: &str) -> String {
    format!("={}/{key}", table.name())
}

fn sort_place(table: Table, sort: &str, key: &str) -> String {
    format!("#{}/{sort}\0{key}", table.name())
}

impl Database {
    fn commit(&mut self, commit: Commit) -> Outcome {
        let number = commit_place(commit.number);
        let before = commit_place(CommitNo(commit.number.0.saturating_sub(1)));
        let before = self.rows.get(&before).map(|row| &row.value);
        let strays = commit.follows && before != Some(&commit.record);
        if strays || self.rows.contains_key(&number) {
            return Outcome::Taken;
        }
        self.put(number, None, commit.record);
        for number in commit.emptied {
            self.put(commit_place(number), None, Vec::new());
        }
        for change in commit.changes {
            let (table, key) = change.place();
            self.forget_sort(table, key);
            match change {
                Change::Put { table, key, sort, value } => {
                    let sort = sort.filter(|_| table.is_sorted());
                    if let Some(sort) = &sort {
                        let second = sort_place(table, sort, &key);
                        self.put(second, None, key.clone().into_bytes());
                    }
                    self.put(place(table, &key), sort, value);
                }
                Change::Delete { table, key } => drop(self.rows.remove(&place(table, &key))),
            }
        }
        Outcome::Done
    }

    fn put(&mut self, place: String, sort: Option<String>, value: Vec<u8>) {
        self.rows.insert(place, Row { sort, value });
    }

    fn forget_sort(&mut self, table: Table, key: &str) {
        let sort = self.rows.get(&place(table, key)).and_then(|row| row.sort.as_ref());
        if let Some(second) = sort.map(|sort| sort_place(table, sort, key)) {
            self.rows.remove(&second);
        }
    }

    fn range(&self, range: &Range) -> Vec<Record> {
        // A map panics on a range that ends before it begins.
        if range.is_empty() {
            return Vec::new();
        }
        let prefix = match range.by {
            By::Key => format!("={}/", range.table.name()),
            By::Sort => format!("#{}/", range.table.name()),
        };
        let (from, to) = (format!("{prefix}{}", range.from), format!("{prefix}{}", range.to));
        let mut rows = self.rows.range(from..to);
        let mut found = Vec::new();
        while found.len() < range.limit as usize {
            let next = if range.descending { rows.next_back() } else { rows.next() };
            let Some((place, row)) = next else { break };
            found.extend(match range.by {
                By::Key => Some(record(&place[prefix.len()..], row)),
                By::Sort => self.by_second(range.table, row),
            });
        }
        found
    }

    fn by_second(&self, table: Table, second: &Row) -> Option<Record> {
        let key = std::str::from_utf8(&second.value).ok()?;
        self.rows.get(&place(table, key)).map(|row| record(key, row))
    }
}

fn record(key: &str, row: &Row) -> Record {
    Record { key: key.to_owned(), value: row.value.clone() }
}
