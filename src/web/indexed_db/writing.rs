//! One commit as one transaction. Everything is asked at once and nothing but IndexedDB is awaited,
//! else the transaction commits half of it.

use super::bindings::{SortedRow, Transaction};
use super::connection::{Connection, Words, is_taken};
use super::reading::holds;
use super::request::{Failure, error_of};
use crate::ids::CommitNo;
use crate::store::{Change, Commit, Outcome, Table};
use js_sys::{Array, Object, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{IdbObjectStore, IdbRequest, IdbTransaction};

/// Key of the record that a flush writes.
const FLUSHED: &str = "flushed";

impl Connection {
    pub(super) async fn commit(&self, commit: &Commit) -> Result<Outcome, Failure> {
        // Made before the transaction: calls that follow each other closely wake the browser's
        // process once.
        let record = bytes(&commit.record);
        let transaction = self.begin(commit)?;
        let asked = ask(&self.words, transaction.unchecked_ref(), commit, &record);
        let (add, before) = asked.inspect_err(|_| _ = transaction.abort())?;
        // Asking for the commit spares a round trip, but from then on nothing can be aborted. A lone
        // `add` may fail then; what depends on it must wait for it.
        if is_alone(commit) {
            finish(&transaction);
        }
        let end = self.ears.on_transaction(&transaction);
        if let Some(before) = &before
            && !holds(self.ears.on_request(before).answer(before).await?, &commit.record)?
        {
            transaction.abort()?;
            end.went_well().await;
            return Ok(Outcome::Taken);
        }
        if !is_alone(commit) && self.ears.on_request(&add).went_well().await {
            finish(&transaction);
        }
        let is_complete = end.went_well().await;
        outcome(is_complete, &transaction, &add)
    }

    /// A strict transaction takes all that came before it to the disk. It has to write something: one
    /// that does not is not waited for.
    pub(super) async fn flush(&self) -> Result<(), Failure> {
        let meta = self.words.table(Table::Meta);
        let transaction = self.transaction(meta, &self.words.readwrite, &self.words.strict)?;
        let store = transaction.unchecked_ref::<Transaction>().object_store(meta)?;
        let put = store.put_with_key(&bytes(&[]), &FLUSHED.into())?;
        finish(&transaction);
        let is_complete = self.ears.on_transaction(&transaction).went_well().await;
        outcome(is_complete, &transaction, &put).map(drop)
    }

    /// A transaction over the object stores of a commit, and no more: it locks what it names.
    fn begin(&self, commit: &Commit) -> Result<IdbTransaction, JsValue> {
        let words = &self.words;
        let durability = if commit.strict { &words.strict } else { &words.relaxed };
        if commit.changes.is_empty() {
            return self.transaction(&words.commits, &words.readwrite, durability);
        }
        let names = Array::of1(&words.commits);
        for (table, ..) in Table::ALL {
            if commit.changes.iter().any(|change| change.table() == table) {
                names.push(words.table(table));
            }
        }
        self.transaction(&names, &words.readwrite, durability)
    }
}

/// Whether the commit is one request, as a plain save is.
fn is_alone(commit: &Commit) -> bool {
    commit.changes.is_empty() && commit.emptied.is_empty()
}

/// Sends all requests of a commit. Gives the one that takes its number, and before it the one for
/// the commit that it follows, if it does.
fn ask(
    words: &Words,
    transaction: &Transaction,
    commit: &Commit,
    record: &Uint8Array,
) -> Result<(IdbRequest, Option<IdbRequest>), JsValue> {
    let commits = transaction.numbered(&words.commits)?;
    let before = CommitNo(commit.number.0.saturating_sub(1));
    let ask_before = || commits.unchecked_ref::<IdbObjectStore>().get(&key(before).into());
    let before = commit.follows.then(ask_before).transpose()?;
    let add = commits.add(record, key(commit.number))?;
    for number in &commit.emptied {
        commits.put(&bytes(&[]), key(*number))?;
    }
    for change in &commit.changes {
        let store = transaction.object_store(words.table(change.table()))?;
        match change {
            Change::Put { table, key, sort, value } => {
                store.put_with_key(&row(*table, sort.as_deref(), value), &key.into())?;
            }
            Change::Delete { key, .. } => {
                store.delete(&key.into())?;
            }
        }
    }
    Ok((add, before))
}

fn row(table: Table, sort: Option<&str>, value: &[u8]) -> JsValue {
    if !table.is_sorted() {
        return bytes(value).into();
    }
    let row: SortedRow = Object::new().unchecked_into();
    if let Some(sort) = sort {
        row.set_s(sort);
    }
    row.set_v(&bytes(value));
    row.into()
}

/// A copy. A view would have IndexedDB clone the whole of wasm's memory.
fn bytes(value: &[u8]) -> Uint8Array {
    Uint8Array::new_from_slice(value)
}

/// Exact up to 2^53.
#[allow(clippy::cast_precision_loss)]
pub(super) fn key(number: CommitNo) -> f64 {
    number.0 as f64
}

/// A browser without the call finds by itself, a little later, that nothing more is asked.
fn finish(transaction: &IdbTransaction) {
    let _ = transaction.unchecked_ref::<Transaction>().commit();
}

/// What became of a transaction that has ended.
fn outcome(
    is_complete: bool,
    transaction: &IdbTransaction,
    add: &IdbRequest,
) -> Result<Outcome, Failure> {
    // A lone `add` that was refused lets its transaction complete, with nothing in it.
    let cause = error_of(add);
    if cause.as_ref().is_some_and(is_taken) {
        return Ok(Outcome::Taken);
    }
    if is_complete && cause.is_none() {
        return Ok(Outcome::Done);
    }
    // Want of room shows in the transaction alone.
    match transaction.error().map(JsValue::from).or(cause) {
        Some(error) => Err(error.into()),
        None => Err(Failure::Lost("AbortError: the transaction ended without a reason".to_owned())),
    }
}
