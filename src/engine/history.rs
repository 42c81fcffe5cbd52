//! The history of a contact. Filters run over the whole of it, never over a page; a page of the
//! newest rows reads the contact's record and nothing else. Going through the older rows takes as
//! long as there are many: it is done in parts, with a turn for others between them, over the
//! contact as it was in the beginning.

use super::Engine;
use super::filter::Filter;
use super::loaded::{Chunk, Loaded, lines};
use super::packing::unpack;
use super::read::{HistoryQuery, Page, page_size, place, write_cursor};
use crate::error::Error;
use crate::ids::{ContactId, ContactName};
use crate::project::Row;
use crate::sort;
use crate::store::{Store, Table};
use std::rc::Rc;

/// Chunks of rows, of 40 kB each, that are gone through before others have their turn.
const CHUNKS: usize = 8;
/// Rows in memory that are.
const ROWS: usize = 500;

/// A contact and a page of its rows.
type Found = (Rc<Loaded>, Page<Rc<Row>>);

/// A search through the rows of a contact.
struct Search<'f> {
    /// None admits every row.
    filter: Option<&'f Filter<'f>>,
    limit: usize,
    counting: bool,
    /// Parts of what is stored that were read.
    parts: usize,
    /// How many rows the filter admits, so far.
    total: u64,
    /// Those beyond the cursor: the first ones, and one more that tells of a next page.
    rows: Vec<Rc<Row>>,
}

impl<'f> Search<'f> {
    fn new(filter: Option<&'f Filter<'f>>, limit: usize, count: bool) -> Self {
        let counting = count && filter.is_some_and(|filter| !filter.counts_everything());
        Self { filter, limit, counting, parts: 0, total: 0, rows: Vec::new() }
    }

    fn take(&mut self, row: &Rc<Row>) -> Result<(), Error> {
        if self.filter.map_or(Ok(true), |filter| filter.admits(row))? {
            self.keep(row.clone());
            self.total += 1;
        }
        Ok(())
    }

    /// Takes the lines of a chunk, of which none is kept unless it is `wanted`.
    fn take_lines(&mut self, bytes: &[u8], wanted: bool) -> Result<(), Error> {
        for line in lines(bytes)? {
            if self.filter.map_or(Ok(true), |filter| filter.admits_line(line))? {
                self.total += 1;
                if wanted {
                    self.keep(Rc::new(Row::read(line)?));
                }
            }
        }
        Ok(())
    }

    fn keep(&mut self, row: Rc<Row>) {
        if self.filter.is_none_or(|filter| filter.is_beyond_cursor(&row)) {
            self.rows.push(row);
        }
    }

    fn is_behind(&self, chunk: &Chunk) -> bool {
        self.filter.is_some_and(|filter| filter.is_behind(chunk))
    }

    fn oldest_first(&self) -> bool {
        self.filter.is_some_and(|filter| filter.oldest_first)
    }

    fn sort(&mut self) {
        let oldest_first = self.oldest_first();
        sort::sort(&mut self.rows, |a, b| {
            if oldest_first { a.reading_order(b) } else { b.reading_order(a) }
        });
    }

    /// Whether the rows of the page are known, where all that was not searched is in `next` or after.
    fn is_settled(&mut self, next: Option<&Chunk>) -> bool {
        let Some(next) = next else { return true };
        if self.rows.len() <= self.limit {
            return false;
        }
        self.sort();
        self.rows.truncate(self.limit + 1);
        let last = self.rows[self.limit].occurred;
        if self.oldest_first() { last < next.from } else { last > next.to }
    }

    /// A contact's chunks that may hold what is asked for, the next to be read last.
    fn ahead(&self, contact: &Loaded) -> Vec<usize> {
        let chunks = &contact.chunks;
        let first = |number: usize| match self.oldest_first() {
            true => -chunks[number].from.millis(),
            false => chunks[number].to.millis(),
        };
        let mut ahead = sort::places(chunks.len(), &|a, b| first(a).cmp(&first(b)));
        ahead.retain(|number| {
            let chunk = &chunks[*number];
            let outside = self.filter.is_some_and(|filter| filter.is_outside(chunk));
            !outside && (self.counting || !self.is_behind(chunk))
        });
        ahead
    }

    fn page(mut self, total: Option<u64>) -> Page<Rc<Row>> {
        self.sort();
        let more = self.rows.len() > self.limit;
        self.rows.truncate(self.limit);
        let next = self.rows.last().filter(|_| more).map(|row| write_cursor(&place(row)));
        Page { total, items: self.rows, next }
    }
}

impl<S: Store> Engine<S> {
    /// A page of a contact's history, with the contact.
    ///
    /// # Errors
    /// `invalid` for a query that can't be; what the store says.
    pub async fn history(&self, id: &ContactId, query: &HistoryQuery) -> Result<Found, Error> {
        self.open_or_refuse()?;
        self.history_of(&self.name_of(id), query, false).await
    }

    /// The same by the ledger's name; `valid`: without entries that a server voided.
    pub(super) async fn history_of(
        &self,
        name: &ContactName,
        query: &HistoryQuery,
        valid: bool,
    ) -> Result<Found, Error> {
        let limit = page_size(query.limit)?;
        let filter = self.filter(query, valid)?;
        loop {
            let epoch = self.shared.borrow().head.commit;
            let contact = self.load(name).await?;
            let mut search = Search::new(Some(&filter), limit, query.count);
            let whole = self.search(&contact, &mut search).await?;
            if whole && (search.parts == 0 || self.is_as_it_was(&contact).await?) {
                let older = contact.chunks.iter().map(|chunk| u64::from(chunk.rows));
                let all = contact.rows.len() as u64 + older.sum::<u64>();
                let total = if search.counting { search.total } else { all };
                return Ok((contact, search.page(query.count.then_some(total))));
            }
            self.expect_news(epoch).await?;
        }
    }

    /// Goes through a contact's rows. False if some are gone: it was folded again, or erased.
    async fn search(&self, contact: &Loaded, search: &mut Search<'_>) -> Result<bool, Error> {
        for rows in contact.rows.chunks(ROWS) {
            rows.iter().try_for_each(|row| search.take(row))?;
            if rows.len() == ROWS {
                self.world.turn().await;
            }
        }
        let (mut ahead, mut step) = (search.ahead(contact), 1);
        loop {
            let settled = search.is_settled(ahead.last().map(|number| &contact.chunks[*number]));
            if ahead.is_empty() || settled && !search.counting {
                return Ok(true);
            }
            if search.parts > 0 {
                self.world.turn().await;
            }
            search.parts += 1;
            let part = ahead.split_off(ahead.len().saturating_sub(step));
            let key = |number: &usize| Loaded::chunk_key(&contact.state.name, *number);
            let keys: Vec<String> = part.iter().map(key).collect();
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            let found = self.store.get_many(Table::History, &keys).await?;
            for (bytes, number) in found.into_iter().zip(part) {
                let Some(bytes) = bytes else { return Ok(false) };
                let (bytes, chunk) = (unpack(&bytes)?, &contact.chunks[number]);
                let rows = bytes.iter().filter(|byte| **byte == b'\n').count();
                if rows != chunk.rows as usize {
                    return Ok(false);
                }
                let wanted = !(settled || search.is_behind(chunk));
                search.take_lines(&bytes, wanted)?;
            }
            step = if settled { CHUNKS } else { CHUNKS.min(step * 2) };
        }
    }

    /// Whether what is stored of the contact is still as it was: else parts of it that were read one
    /// after the other do not belong together.
    async fn is_as_it_was(&self, contact: &Loaded) -> Result<bool, Error> {
        self.follow().await?;
        let now = self.load(&contact.state.name).await?;
        Ok(now.folds == contact.folds && now.chunks.starts_with(&contact.chunks))
    }

    /// All rows of a contact that the filter admits, in the order of the fold.
    pub(super) async fn all_rows(
        &self,
        name: &ContactName,
        filter: Option<&Filter<'_>>,
    ) -> Result<Vec<Rc<Row>>, Error> {
        loop {
            let epoch = self.shared.borrow().head.commit;
            let contact = self.load(name).await?;
            if let Some(rows) = self.rows_in(&contact, filter).await? {
                return Ok(rows);
            }
            self.expect_news(epoch).await?;
        }
    }

    /// All rows of a contact as it was loaded, in the order of the fold. Where another writer has
    /// changed them since, a commit that rests on them comes too late.
    pub(super) async fn rows_of(&self, contact: &Loaded) -> Result<Vec<Rc<Row>>, Error> {
        let epoch = self.shared.borrow().head.commit;
        match self.rows_in(contact, None).await? {
            Some(rows) => Ok(rows),
            None => self.expect_news(epoch).await.map(|()| Vec::new()),
        }
    }

    async fn rows_in(
        &self,
        contact: &Loaded,
        filter: Option<&Filter<'_>>,
    ) -> Result<Option<Vec<Rc<Row>>>, Error> {
        let mut search = Search::new(filter, usize::MAX, false);
        let whole = self.search(contact, &mut search).await?;
        sort::sort(&mut search.rows, |a, b| a.order.cmp(&b.order));
        Ok(whole.then_some(search.rows))
    }
}
