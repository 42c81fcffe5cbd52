//! The store contract on the stores that need no browser, and what a store that fails on demand does.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use futures::executor::block_on;
use stagebook::error::StoreError;
use stagebook::ids::CommitNo;
use stagebook::store::{
    By, Change, Commit, FaultPoint, Faults, FaultyStore, MemoryStore, Outcome, Range, Store, Table,
};
use std::cell::RefCell;
use std::collections::HashMap;

/// A handle on this thread's database of that name.
fn memory(name: &str) -> MemoryStore {
    thread_local!(static DATABASES: RefCell<HashMap<String, MemoryStore>> = RefCell::default());
    DATABASES.with_borrow_mut(|databases| databases.entry(name.to_owned()).or_default().clone())
}

mod in_memory {
    stagebook::store_contract!(super::memory);
}

mod with_a_store_that_could_fail {
    stagebook::store_contract!(|name: &str| super::FaultyStore::new(
        super::memory(name),
        super::Faults::default()
    ));
}

fn commit(number: u64) -> Commit {
    Commit {
        number: CommitNo(number),
        record: b"record".to_vec(),
        changes: vec![Change::Put {
            table: Table::Log,
            key: format!("{number}"),
            sort: None,
            value: b"value".to_vec(),
        }],
        ..Commit::default()
    }
}

fn everything() -> Range {
    Range {
        table: Table::Log,
        by: By::Key,
        from: String::new(),
        to: "~".to_owned(),
        limit: 100,
        descending: false,
    }
}

/// All kinds of steps, one of each, until one fails.
async fn six_steps(store: &impl Store) -> Result<(), StoreError> {
    store.open().await?;
    store.get(Table::Log, "1").await?;
    store.get_many(Table::Log, &["1", "2"]).await?;
    store.range(everything()).await?;
    store.commits_after(CommitNo(0)).await?;
    assert_eq!(store.commit(commit(1)).await?, Outcome::Done);
    Ok(())
}

#[test]
fn each_step_can_fail_once() {
    for step in 1..=6 {
        for fault in [FaultPoint::Before, FaultPoint::After] {
            let (memory, faults) = (MemoryStore::default(), Faults::default());
            let store = FaultyStore::new(memory.clone(), faults.clone());
            faults.fail_at(step, fault, StoreError::Quota);
            assert!(faults.is_pending());
            assert_eq!(block_on(six_steps(&store)), Err(StoreError::Quota));
            assert_eq!(faults.steps(), step);
            assert!(!faults.is_pending());

            let written = block_on(memory.get(Table::Log, "1")).unwrap();
            assert_eq!(
                written.is_some(),
                step == 6 && fault == FaultPoint::After,
                "{step} {fault:?}"
            );
            let again = block_on(store.commit(commit(1))).unwrap();
            let expected = if written.is_some() { Outcome::Taken } else { Outcome::Done };
            assert_eq!(again, expected);
        }
    }
}

#[test]
fn handles_that_share_faults_count_together() {
    let (memory, faults) = (MemoryStore::default(), Faults::default());
    let one = FaultyStore::new(memory.clone(), faults.clone());
    let two = FaultyStore::new(memory, faults.clone());
    block_on(async {
        six_steps(&one).await.unwrap();
        faults.fail_after(1, FaultPoint::Before, StoreError::Closed);
        assert_eq!(two.get(Table::Log, "1").await.unwrap().as_deref(), Some(&b"value"[..]));
        assert_eq!(one.commit(commit(2)).await, Err(StoreError::Closed));
        assert_eq!(two.commit(commit(2)).await, Ok(Outcome::Done));
        faults.fail_after(0, FaultPoint::Before, StoreError::Closed);
        faults.clear();
        assert_eq!(one.commit(commit(3)).await, Ok(Outcome::Done));
    });
    assert_eq!(faults.steps(), 10);
}
