//! A store that fails where a test tells it to, so that the test can see what is left behind. It
//! wraps any other store, counts what it is asked, and changes nothing of what passes through.

use super::{Commit, Outcome, Range, Record, Store, Table};
use crate::error::StoreError;
use crate::ids::CommitNo;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// How a step fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultPoint {
    /// Nothing of it happened.
    Before,
    /// It happened, but the answer got lost: a commit is written and looks failed.
    After,
}

/// Which step of a [`FaultyStore`] fails, and how many there were. Clones share one count, so that
/// several handles can count their steps together and a test can read them from outside.
///
/// Every call but `close` is a step; the first is 1.
#[derive(Clone, Debug, Default)]
pub struct Faults(Rc<Plan>);

#[derive(Debug, Default)]
struct Plan {
    steps: Cell<u64>,
    next: RefCell<Option<(u64, FaultPoint, StoreError)>>,
}

impl Faults {
    /// How many steps there were.
    pub fn steps(&self) -> u64 {
        self.0.steps.get()
    }

    /// Has step number `step` fail with `error`, once. Replaces what was asked before.
    pub fn fail_at(&self, step: u64, fault: FaultPoint, error: StoreError) {
        self.0.next.replace(Some((step, fault, error)));
    }

    /// Has the step after `steps` more ones fail with `error`, once.
    pub fn fail_after(&self, steps: u64, fault: FaultPoint, error: StoreError) {
        self.fail_at(self.steps() + steps + 1, fault, error);
    }

    /// Lets every step succeed from now on.
    pub fn clear(&self) {
        self.0.next.replace(None);
    }

    /// Whether the fault that was asked for is still to come.
    pub fn is_pending(&self) -> bool {
        self.0.next.borrow().is_some()
    }

    fn step(&self) -> Option<(FaultPoint, StoreError)> {
        let step = self.0.steps.get() + 1;
        self.0.steps.set(step);
        let mut next = self.0.next.borrow_mut();
        let (_, fault, error) = next.take_if(|(at, ..)| *at == step)?;
        Some((fault, error))
    }
}

/// A store with [`Faults`].
#[derive(Debug)]
pub struct FaultyStore<S> {
    inner: S,
    faults: Faults,
}

impl<S> FaultyStore<S> {
    /// Wraps `inner`; `faults` tells when it fails.
    pub fn new(inner: S, faults: Faults) -> Self {
        Self { inner, faults }
    }

    async fn step<T>(
        &self,
        operation: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        match self.faults.step() {
            None => operation.await,
            Some((FaultPoint::Before, error)) => Err(error),
            Some((FaultPoint::After, error)) => {
                operation.await?;
                Err(error)
            }
        }
    }
}

impl<S: Store> Store for FaultyStore<S> {
    async fn open(&self) -> Result<(), StoreError> {
        self.step(self.inner.open()).await
    }

    async fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.step(self.inner.get(table, key)).await
    }

    async fn get_many(
        &self,
        table: Table,
        keys: &[&str],
    ) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        self.step(self.inner.get_many(table, keys)).await
    }

    async fn range(&self, range: Range) -> Result<Vec<Record>, StoreError> {
        self.step(self.inner.range(range)).await
    }

    async fn commits_after(
        &self,
        number: CommitNo,
    ) -> Result<Vec<(CommitNo, Vec<u8>)>, StoreError> {
        self.step(self.inner.commits_after(number)).await
    }

    async fn commit(&self, commit: Commit) -> Result<Outcome, StoreError> {
        self.step(self.inner.commit(commit)).await
    }

    async fn flush(&self) -> Result<(), StoreError> {
        self.step(self.inner.flush()).await
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}
