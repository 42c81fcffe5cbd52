//! The stores a book can have here, behind one type, so that the engine is compiled once.

use super::indexed_db::IndexedDb;
use super::local_storage::LocalStorage;
use crate::error::StoreError;
use crate::ids::CommitNo;
use crate::store::{Commit, MemoryStore, Outcome, Range, Record, Store, Table};
use futures_util::future::LocalBoxFuture;

/// The store of a book.
pub(super) enum AnyStore {
    Memory(MemoryStore),
    IndexedDb(IndexedDb),
    LocalStorage(LocalStorage),
}

/// Boxed: else each place that waits for a store would hold, and be compiled with, all of them.
macro_rules! either {
    ($self:ident, $store:ident => $call:expr) => {{
        let answer: LocalBoxFuture<'_, _> = match $self {
            AnyStore::Memory($store) => Box::pin($call),
            AnyStore::IndexedDb($store) => Box::pin($call),
            AnyStore::LocalStorage($store) => Box::pin($call),
        };
        answer.await
    }};
}

impl Store for AnyStore {
    async fn open(&self) -> Result<(), StoreError> {
        either!(self, store => store.open())
    }

    async fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        either!(self, store => store.get(table, key))
    }

    async fn get_many(
        &self,
        table: Table,
        keys: &[&str],
    ) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        either!(self, store => store.get_many(table, keys))
    }

    async fn range(&self, range: Range) -> Result<Vec<Record>, StoreError> {
        either!(self, store => store.range(range))
    }

    async fn commits_after(
        &self,
        number: CommitNo,
    ) -> Result<Vec<(CommitNo, Vec<u8>)>, StoreError> {
        either!(self, store => store.commits_after(number))
    }

    async fn commit(&self, commit: Commit) -> Result<Outcome, StoreError> {
        either!(self, store => store.commit(commit))
    }

    async fn flush(&self) -> Result<(), StoreError> {
        match self {
            AnyStore::IndexedDb(store) => store.flush().await,
            AnyStore::Memory(_) | AnyStore::LocalStorage(_) => Ok(()),
        }
    }

    fn longest_tail(&self) -> usize {
        match self {
            AnyStore::Memory(store) => store.longest_tail(),
            AnyStore::IndexedDb(store) => store.longest_tail(),
            AnyStore::LocalStorage(store) => store.longest_tail(),
        }
    }

    async fn close(&self) {
        either!(self, store => store.close());
    }
}
