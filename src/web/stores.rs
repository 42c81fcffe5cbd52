//! The stores a book can have here, behind one type, so that the engine is compiled once.

use super::indexed_db::IndexedDb;
use super::local_storage::LocalStorage;
use crate::error::StoreError;
use crate::ids::CommitNo;
use crate::store::{Commit, MemoryStore, Outcome, Range, Record, Store, Table};

/// The store of a book.
pub(super) enum AnyStore {
    Memory(MemoryStore),
    IndexedDb(IndexedDb),
    LocalStorage(LocalStorage),
}

macro_rules! either {
    ($self:ident, $store:ident => $call:expr) => {
        match $self {
            AnyStore::Memory($store) => $call,
            AnyStore::IndexedDb($store) => $call,
            AnyStore::LocalStorage($store) => $call,
        }
    };
}

impl Store for AnyStore {
    async fn open(&self) -> Result<(), StoreError> {
        either!(self, store => store.open().await)
    }

    async fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        either!(self, store => store.get(table, key).await)
    }

    async fn get_many(
        &self,
        table: Table,
        keys: &[&str],
    ) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        either!(self, store => store.get_many(table, keys).await)
    }

    async fn range(&self, range: Range) -> Result<Vec<Record>, StoreError> {
        either!(self, store => store.range(range).await)
    }

    async fn commits_after(
        &self,
        number: CommitNo,
    ) -> Result<Vec<(CommitNo, Vec<u8>)>, StoreError> {
        either!(self, store => store.commits_after(number).await)
    }

    async fn commit(&self, commit: Commit) -> Result<Outcome, StoreError> {
        either!(self, store => store.commit(commit).await)
    }

    fn longest_tail(&self) -> usize {
        either!(self, store => store.longest_tail())
    }

    async fn close(&self) {
        either!(self, store => store.close().await);
    }
}
