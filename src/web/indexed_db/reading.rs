//! Reading one record or a range of them, each in one transaction of its own.

use super::bindings::{Entry, Options, SortedRow, Source, Transaction};
use super::connection::{COMMITS, Connection, SORT_INDEX};
use super::request::Failure;
use super::writing::key;
use crate::error::StoreError;
use crate::ids::CommitNo;
use crate::store::{By, Range, Record, Table};
use js_sys::{Array, Object, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{IdbKeyRange, IdbObjectStore, IdbRequest};

/// Whether a commit that was asked for is there with that record.
pub(super) fn holds(value: JsValue, record: &[u8]) -> Result<bool, Failure> {
    Ok(!value.is_undefined() && plain(COMMITS, value)? == record)
}

impl Connection {
    pub(super) async fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, Failure> {
        let request = self.store(self.words.table(table))?.get(&key.into())?;
        found(table, self.answer(&request).await?)
    }

    pub(super) async fn get_many(
        &self,
        table: Table,
        keys: &[&str],
    ) -> Result<Vec<Option<Vec<u8>>>, Failure> {
        let store = self.store(self.words.table(table))?;
        let requests: Vec<_> =
            keys.iter().map(|key| store.get(&(*key).into())).collect::<Result<_, _>>()?;
        // Requests are answered in their order, and one that fails takes those behind it along.
        if let Some(last) = requests.last() {
            self.answer(last).await?;
        }
        requests.iter().map(|request| found(table, request.result()?)).collect()
    }

    pub(super) async fn range(&self, range: &Range) -> Result<Vec<Record>, Failure> {
        if range.is_empty() || (range.by == By::Sort && !range.table.is_sorted()) {
            return Ok(Vec::new());
        }
        let store = self.store(self.words.table(range.table))?;
        let source: Source = match range.by {
            By::Key => store.unchecked_into(),
            By::Sort => store.index(SORT_INDEX)?.unchecked_into(),
        };
        let (from, to) = (range.from.as_str().into(), range.to.as_str().into());
        let keys = IdbKeyRange::bound_with_lower_open_and_upper_open(&from, &to, false, true)?;
        let record = |(key, value): (JsValue, JsValue)| {
            let key = key.as_string().ok_or_else(|| not_ours(range.table.name()))?;
            Ok(Record { key, value: bytes_of(range.table, value)? })
        };
        let found = self.read(&source, &keys, range.limit, range.descending).await?;
        found.into_iter().map(record).collect()
    }

    pub(super) async fn commits_after(
        &self,
        number: CommitNo,
    ) -> Result<Vec<(CommitNo, Vec<u8>)>, Failure> {
        let source: Source = self.store(&self.words.commits)?.unchecked_into();
        let later = IdbKeyRange::lower_bound_with_open(&key(number).into(), true)?;
        let found = self.read(&source, &later, u32::MAX, false).await?;
        found
            .into_iter()
            .map(|(key, value)| Ok((number_of(&key)?, plain(COMMITS, value)?)))
            .collect()
    }

    /// Whether the commit of that number is stored with that record.
    pub(super) async fn holds(&self, number: CommitNo, record: &[u8]) -> Result<bool, Failure> {
        let request = self.store(&self.words.commits)?.get(&key(number).into())?;
        holds(self.answer(&request).await?, record)
    }

    fn store(&self, name: &JsValue) -> Result<IdbObjectStore, JsValue> {
        let transaction = self.transaction(name, &self.words.readonly, &self.words.relaxed)?;
        transaction.unchecked_ref::<Transaction>().object_store(name)
    }

    async fn answer(&self, request: &IdbRequest) -> Result<JsValue, Failure> {
        self.ears.on_request(request).answer(request).await
    }

    /// Keys and values of a range, in one round trip wherever the browser can.
    async fn read(
        &self,
        source: &Source,
        range: &IdbKeyRange,
        limit: u32,
        descending: bool,
    ) -> Result<Vec<(JsValue, JsValue)>, Failure> {
        let direction = if descending { "prev" } else { "next" };
        if source.get_all_records_method().is_some() {
            let options: Options = Object::new().unchecked_into();
            options.set_query(range);
            options.set_count(limit);
            options.set_direction(direction);
            let records: Array =
                self.answer(&source.get_all_records(&options)?).await?.unchecked_into();
            return Ok(records.iter().map(|entry| pair(entry.unchecked_ref())).collect());
        }
        if !descending {
            let (keys, values) =
                (source.get_all_keys(range, limit)?, source.get_all(range, limit)?);
            // Requests are answered in their order.
            let values: Array = self.answer(&values).await?.unchecked_into();
            let keys: Array = keys.result()?.unchecked_into();
            return Ok(keys.iter().zip(values.iter()).collect());
        }
        self.walk(&source.open_cursor(range, direction)?, limit).await
    }

    async fn walk(
        &self,
        cursor: &IdbRequest,
        limit: u32,
    ) -> Result<Vec<(JsValue, JsValue)>, Failure> {
        let listening = self.ears.on_request(cursor);
        let mut found = Vec::new();
        loop {
            let entry = listening.answer(cursor).await?;
            if entry.is_null() {
                return Ok(found);
            }
            let entry: &Entry = entry.unchecked_ref();
            found.push(pair(entry));
            if found.len() >= limit as usize {
                return Ok(found);
            }
            entry.go_on()?;
        }
    }
}

fn pair(entry: &Entry) -> (JsValue, JsValue) {
    (entry.primary_key(), entry.value())
}

fn found(table: Table, value: JsValue) -> Result<Option<Vec<u8>>, Failure> {
    if value.is_undefined() { Ok(None) } else { bytes_of(table, value).map(Some) }
}

fn bytes_of(table: Table, value: JsValue) -> Result<Vec<u8>, Failure> {
    let value = if table.is_sorted() { value.unchecked_ref::<SortedRow>().v() } else { value };
    plain(table.name(), value)
}

fn plain(store: &str, value: JsValue) -> Result<Vec<u8>, Failure> {
    value.dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).map_err(|_| not_ours(store))
}

/// Keys are written by `key`, so they are whole numbers from 0 to 2^53.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn number_of(key: &JsValue) -> Result<CommitNo, Failure> {
    key.as_f64().map(|number| CommitNo(number as u64)).ok_or_else(|| not_ours(COMMITS))
}

fn not_ours(store: &str) -> Failure {
    StoreError::Corrupt(format!("a record in {store} is not of the stored form")).into()
}
