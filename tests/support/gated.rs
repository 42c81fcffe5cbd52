//! A store that holds back one answer until a test lets it go, so that the test decides what comes
//! in between.

use stagebook::error::StoreError;
use stagebook::ids::CommitNo;
use stagebook::store::{Commit, Outcome, Range, Record, Store, Table};
use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

/// What can be held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Get(Table),
    Range(Table),
    CommitsAfter,
}

/// Holds back the next answer to a step; clones are one gate.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gate {
    next: Rc<Cell<Option<Step>>>,
    held: Rc<Cell<Option<Step>>>,
}

impl Gate {
    /// Has the next answer to `step` wait.
    pub(crate) fn hold(&self, step: Step) {
        self.next.set(Some(step));
    }

    /// Lets the answer go that waits.
    pub(crate) fn release(&self) {
        assert!(self.held.take().is_some(), "no answer waits");
    }

    async fn pass(&self, step: Step) {
        if self.next.get() == Some(step) {
            self.next.set(None);
            self.held.set(Some(step));
            poll_fn(|_| if self.held.get().is_some() { Poll::Pending } else { Poll::Ready(()) })
                .await;
        }
    }
}

pub(crate) struct GatedStore<S> {
    inner: S,
    gate: Gate,
}

impl<S> GatedStore<S> {
    pub(crate) fn new(inner: S, gate: Gate) -> Self {
        Self { inner, gate }
    }
}

impl<S: Store> Store for GatedStore<S> {
    async fn open(&self) -> Result<(), StoreError> {
        self.inner.open().await
    }

    async fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let answer = self.inner.get(table, key).await;
        self.gate.pass(Step::Get(table)).await;
        answer
    }

    async fn range(&self, range: Range) -> Result<Vec<Record>, StoreError> {
        let step = Step::Range(range.table);
        let answer = self.inner.range(range).await;
        self.gate.pass(step).await;
        answer
    }

    async fn commits_after(
        &self,
        number: CommitNo,
    ) -> Result<Vec<(CommitNo, Vec<u8>)>, StoreError> {
        let answer = self.inner.commits_after(number).await;
        self.gate.pass(Step::CommitsAfter).await;
        answer
    }

    async fn commit(&self, commit: Commit) -> Result<Outcome, StoreError> {
        self.inner.commit(commit).await
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}
