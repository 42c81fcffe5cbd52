//! A store whose answers come late and out of step, as a browser's do: each operation gives other
//! tasks their turn before and after it happens, so that tests see interleavings.

use super::mix;
use stagebook::error::StoreError;
use stagebook::ids::CommitNo;
use stagebook::store::{Commit, Outcome, Range, Record, Store, Table};
use std::cell::Cell;
use std::future::poll_fn;
use std::task::Poll;

pub(crate) struct YieldingStore<S> {
    inner: S,
    drawn: Cell<u64>,
}

impl<S> YieldingStore<S> {
    pub(crate) fn new(inner: S, seed: u64) -> Self {
        Self { inner, drawn: Cell::new(seed) }
    }

    async fn pause(&self) {
        self.drawn.set(self.drawn.get().wrapping_add(0x9e37_79b9_7f4a_7c15));
        let drawn = mix(self.drawn.get());
        // Mostly a moment; now and then long enough for others to do several things.
        let mut turns = if drawn.is_multiple_of(5) { drawn / 5 % 60 } else { drawn / 5 % 4 };
        poll_fn(|context| {
            if turns == 0 {
                return Poll::Ready(());
            }
            turns -= 1;
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    async fn late<T>(&self, operation: impl Future<Output = T>) -> T {
        self.pause().await;
        let answer = operation.await;
        self.pause().await;
        answer
    }
}

impl<S: Store> Store for YieldingStore<S> {
    async fn open(&self) -> Result<(), StoreError> {
        self.late(self.inner.open()).await
    }

    async fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.late(self.inner.get(table, key)).await
    }

    async fn range(&self, range: Range) -> Result<Vec<Record>, StoreError> {
        self.late(self.inner.range(range)).await
    }

    async fn commits_after(
        &self,
        number: CommitNo,
    ) -> Result<Vec<(CommitNo, Vec<u8>)>, StoreError> {
        self.late(self.inner.commits_after(number)).await
    }

    async fn commit(&self, commit: Commit) -> Result<Outcome, StoreError> {
        self.late(self.inner.commit(commit)).await
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}
