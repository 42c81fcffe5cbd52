//! What every store must do, as tests: one body for all of them, run where the store really lives.
//! Each call of `make` gives another handle, not yet open, on the test's own database, as another
//! tab has. Nothing here knows which store it is given.

use super::{By, Change, Commit, Outcome, Range, Record, Store, Table};
use crate::error::StoreError;
use crate::ids::CommitNo;

mod commits;
mod handles;
mod tables;

pub use commits::*;
pub use handles::*;
pub use tables::*;

/// Declares the contract's tests for the stores that `$make` makes: `fn(&str) -> impl Store`, a new
/// handle on the database of that name.
///
/// Native tests block on each body; in wasm they are `wasm_bindgen_test`s, in Node or in a browser
/// as the test file says.
#[macro_export]
macro_rules! store_contract {
    ($make:expr) => {
        $crate::store_contract!(@tests $make;
            a_record_is_as_it_was_put,
            several_records_come_in_the_order_asked_for,
            values_of_any_length_survive,
            a_later_put_replaces,
            a_deleted_record_is_gone,
            changes_happen_in_their_order,
            a_range_goes_by_key,
            a_range_goes_by_sort_key,
            a_new_sort_key_replaces_the_old_one,
            a_record_without_a_sort_key_is_in_no_range_by_it,
            commits_come_by_number_not_by_text,
            a_taken_number_writes_nothing,
            what_follows_a_commit_that_did_not_come_writes_nothing,
            an_emptied_commit_keeps_its_number,
            who_slept_through_a_commit_is_refused,
            who_slept_through_a_compaction_is_refused,
            who_slept_through_an_erasure_brings_nothing_back,
            of_many_at_once_one_wins_each_number,
            a_handle_sees_what_another_committed,
            reopening_keeps_everything,
            a_flush_changes_nothing,
            closing_waits_for_what_is_under_way,
            a_closed_store_says_so,
        );
    };
    (@tests $make:expr; $($test:ident),* $(,)?) => {$(
        #[cfg(not(target_arch = "wasm32"))]
        #[test]
        fn $test() {
            ::futures::executor::block_on($crate::store::contract::$test(&|| $make(stringify!($test))))
                .expect("the store answers");
        }

        #[cfg(target_arch = "wasm32")]
        #[::wasm_bindgen_test::wasm_bindgen_test]
        async fn $test() {
            $crate::store::contract::$test(&|| $make(stringify!($test)))
                .await
                .expect("the store answers");
        }
    )*};
}

type Tested = Result<(), StoreError>;

async fn opened<S: Store>(make: &impl Fn() -> S) -> Result<S, StoreError> {
    let store = make();
    store.open().await?;
    Ok(store)
}

async fn done(store: &impl Store, commit: Commit) -> Tested {
    let number = commit.number;
    assert_eq!(store.commit(commit).await?, Outcome::Done, "{number:?}");
    Ok(())
}

async fn all(store: &impl Store, table: Table) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    let records = store.range(whole(table, By::Key)).await?;
    Ok(records.into_iter().map(|record| (record.key, record.value)).collect())
}

async fn keys(store: &impl Store, range: Range) -> Result<Vec<String>, StoreError> {
    Ok(store.range(range).await?.into_iter().map(|record| record.key).collect())
}

async fn numbers_after(store: &impl Store, number: u64) -> Result<Vec<u64>, StoreError> {
    let commits = store.commits_after(CommitNo(number)).await?;
    Ok(commits.into_iter().map(|(number, _)| number.0).collect())
}

/// A commit whose record is `record <number>`.
fn commit<const N: usize>(number: u64, changes: [Change; N]) -> Commit {
    Commit {
        number: CommitNo(number),
        record: format!("record {number}").into_bytes(),
        changes: changes.into(),
        ..Commit::default()
    }
}

fn put(table: Table, key: &str, value: &[u8]) -> Change {
    Change::Put { table, key: key.to_owned(), sort: None, value: value.to_vec() }
}

fn put_sorted(table: Table, key: &str, sort: &str, value: &[u8]) -> Change {
    Change::Put { table, key: key.to_owned(), sort: Some(sort.to_owned()), value: value.to_vec() }
}

fn delete(table: Table, key: &str) -> Change {
    Change::Delete { table, key: key.to_owned() }
}

fn record(key: &str, value: &[u8]) -> Record {
    Record { key: key.to_owned(), value: value.to_vec() }
}

/// All of a table, up.
fn whole(table: Table, by: By) -> Range {
    Range { table, by, from: String::new(), to: "~".to_owned(), limit: u32::MAX, descending: false }
}
