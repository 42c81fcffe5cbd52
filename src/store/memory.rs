//! The store of a book that lives as long as its page or process. A clone is another handle on the
//! same database, as another tab has, so that tests can let one of them sleep.

use super::{By, Change, Commit, Outcome, Range, Record, Store, Table};
use crate::error::StoreError;
use crate::ids::CommitNo;
use std::cell::{Cell, Ref, RefCell};
use std::collections::{BTreeMap, BTreeSet};
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
        let database = self.read()?;
        let row = database.tables.get(&table).and_then(|rows| rows.by_key.get(key));
        Ok(row.map(|row| row.value.clone()))
    }

    async fn range(&self, range: Range) -> Result<Vec<Record>, StoreError> {
        let database = self.read()?;
        Ok(database.tables.get(&range.table).map(|rows| rows.range(range)).unwrap_or_default())
    }

    async fn commits_after(
        &self,
        number: CommitNo,
    ) -> Result<Vec<(CommitNo, Vec<u8>)>, StoreError> {
        let database = self.read()?;
        Ok(database.commits.range(number.next()..).map(|(n, r)| (*n, r.clone())).collect())
    }

    async fn commit(&self, commit: Commit) -> Result<Outcome, StoreError> {
        self.check_open()?;
        Ok(self.database.borrow_mut().commit(commit))
    }

    async fn close(&self) {
        self.closed.set(true);
    }
}

#[derive(Debug, Default)]
struct Database {
    tables: BTreeMap<Table, Rows>,
    commits: BTreeMap<CommitNo, Vec<u8>>,
}

impl Database {
    fn commit(&mut self, commit: Commit) -> Outcome {
        if self.commits.contains_key(&commit.number) {
            return Outcome::Taken;
        }
        self.commits.insert(commit.number, commit.record);
        for number in commit.emptied {
            self.commits.insert(number, Vec::new());
        }
        for change in commit.changes {
            match change {
                Change::Put { table, key, sort, value } => {
                    let sort = sort.filter(|_| table.is_sorted());
                    self.tables.entry(table).or_default().put(key, Row { sort, value });
                }
                Change::Delete { table, key } => {
                    self.tables.entry(table).or_default().delete(&key);
                }
            }
        }
        Outcome::Done
    }
}

#[derive(Debug, Default)]
struct Rows {
    by_key: BTreeMap<String, Row>,
    /// Sort key and key of every row that has a sort key.
    by_sort: BTreeSet<(String, String)>,
}

#[derive(Debug)]
struct Row {
    sort: Option<String>,
    value: Vec<u8>,
}

impl Rows {
    fn put(&mut self, key: String, row: Row) {
        self.delete(&key);
        if let Some(sort) = &row.sort {
            self.by_sort.insert((sort.clone(), key.clone()));
        }
        self.by_key.insert(key, row);
    }

    fn delete(&mut self, key: &str) {
        if let Some(Row { sort: Some(sort), .. }) = self.by_key.remove(key) {
            self.by_sort.remove(&(sort, key.to_owned()));
        }
    }

    fn range(&self, range: Range) -> Vec<Record> {
        // A map panics on a range that ends before it begins.
        if range.is_empty() {
            return Vec::new();
        }
        let limit = range.limit as usize;
        match range.by {
            By::Key => {
                let rows = self.by_key.range(range.from..range.to).map(record);
                take(rows, limit, range.descending)
            }
            By::Sort => {
                let bounds = (range.from, String::new())..(range.to, String::new());
                let rows = self
                    .by_sort
                    .range(bounds)
                    .filter_map(|(_, key)| self.by_key.get_key_value(key).map(record));
                take(rows, limit, range.descending)
            }
        }
    }
}

fn record((key, row): (&String, &Row)) -> Record {
    Record { key: key.clone(), value: row.value.clone() }
}

fn take<T>(items: impl DoubleEndedIterator<Item = T>, limit: usize, descending: bool) -> Vec<T> {
    if descending { items.rev().take(limit).collect() } else { items.take(limit).collect() }
}
