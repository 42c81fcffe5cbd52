//! The history of a contact. Filters run over the whole of it, never over a page; a page of the
//! newest rows reads the contact's record and nothing else. Going through the older rows takes as
//! long as there are many: it is done in parts, with a turn for others between them, over the
//! contact as it was in the beginning.

use super::Engine;
use super::filter::Filter;
use super::loaded::{Chunk, Loaded, lines};
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
/// Times that others may fold the contact again before they have to wait.
const PATIENCE: u32 = 2;

/// A contact and rows of it.
type Found = (Rc<Loaded>, Page<Rc<Row>>);

/// What is found of what is asked for.
struct Search<'f> {
    filter: &'f Filter<'f>,
    limit: usize,
    /// How many rows the filter admits, so far.
    total: u64,
    /// Those beyond the cursor: the first ones, and one more that tells of a next page.
    rows: Vec<Rc<Row>>,
}

impl Search<'_> {
    fn take(&mut self, row: &Rc<Row>) -> Result<(), Error> {
        if self.filter.admits(row)? {
            self.keep(row.clone());
            self.total += 1;
        }
        Ok(())
    }

    /// Takes the lines of a chunk, of which none is kept unless it is `wanted`. Gives their number.
    fn take_lines(&mut self, bytes: &[u8], wanted: bool) -> Result<u32, Error> {
        let mut count = 0;
        for line in lines(bytes)? {
            count += 1;
            if self.filter.admits_line(line)? {
                self.total += 1;
                if wanted {
                    self.keep(Rc::new(Row::read(line)?));
                }
            }
        }
        Ok(count)
    }

    fn keep(&mut self, row: Rc<Row>) {
        if self.filter.is_beyond_cursor(&row) {
            self.rows.push(row);
        }
    }

    /// Whether the rows of the page are known, where all that was not searched is in `next` or after.
    fn is_settled(&mut self, next: Option<&Chunk>) -> bool {
        let oldest_first = self.filter.oldest_first;
        sort::sort(&mut self.rows, |a, b| {
            if oldest_first { a.reading_order(b) } else { b.reading_order(a) }
        });
        self.rows.truncate(self.limit.saturating_add(1));
        match (next, self.rows.get(self.limit)) {
            (None, _) => true,
            (_, None) => false,
            (Some(next), Some(last)) if oldest_first => last.occurred < next.from,
            (Some(next), Some(last)) => last.occurred > next.to,
        }
    }

    fn page(mut self, total: Option<u64>) -> Page<Rc<Row>> {
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
        self.search(name, &filter, limit, query.count).await
    }

    /// The first rows that a filter admits, and how many there are, if they are to be counted.
    pub(super) async fn search(
        &self,
        name: &ContactName,
        filter: &Filter<'_>,
        limit: usize,
        count: bool,
    ) -> Result<Found, Error> {
        let mut attempts = 0;
        loop {
            let _turn = match attempts >= PATIENCE {
                true => Some(self.writer.lock().await),
                false => None,
            };
            let epoch = self.shared.borrow().head.commit;
            let contact = self.load(name).await?;
            let search = Search { filter, limit, total: 0, rows: Vec::new() };
            if let Some(page) = self.search_in(&contact, search, count).await? {
                return Ok((contact, page));
            }
            self.expect_news(epoch).await?;
            attempts += 1;
        }
    }

    /// None if the contact was folded again or erased meanwhile.
    async fn search_in(
        &self,
        contact: &Loaded,
        mut search: Search<'_>,
        count: bool,
    ) -> Result<Option<Page<Rc<Row>>>, Error> {
        for rows in contact.rows.chunks(ROWS) {
            rows.iter().try_for_each(|row| search.take(row))?;
            if rows.len() == ROWS {
                self.world.turn().await;
            }
        }
        let filter = search.filter;
        let counting = count && !filter.counts_everything();
        let mut chunks = ahead(contact, filter, counting);
        let mut step = 1;
        loop {
            let settled = search.is_settled(chunks.last().map(|(_, chunk)| *chunk));
            if chunks.is_empty() || settled && !counting {
                break;
            }
            if step > 1 {
                self.world.turn().await;
            }
            let part = chunks.split_off(chunks.len().saturating_sub(step));
            let numbers = part.iter().map(|(number, _)| *number);
            let found = self.chunks(contact, numbers).await?;
            for (bytes, (_, chunk)) in found.iter().zip(&part) {
                let wanted = !(settled || filter.is_behind(chunk));
                let whole = |bytes| Ok(search.take_lines(bytes, wanted)? == chunk.rows);
                if !bytes.as_deref().map_or(Ok::<_, Error>(false), whole)? {
                    return Ok(None);
                }
            }
            step = if settled { CHUNKS } else { CHUNKS.min(step * 2) };
        }
        if step > 1 && !self.is_as_it_was(contact).await? {
            return Ok(None);
        }
        let chunks = contact.chunks.iter().map(|chunk| u64::from(chunk.rows));
        let all = contact.rows.len() as u64 + chunks.sum::<u64>();
        let total = if counting { search.total } else { all };
        Ok(Some(search.page(count.then_some(total))))
    }

    /// Whether what is stored of the contact is still as it was: else parts of it that were read one
    /// after the other do not belong together.
    async fn is_as_it_was(&self, contact: &Loaded) -> Result<bool, Error> {
        self.follow().await?;
        let now = self.load(&contact.state.name).await?;
        Ok(now.folds == contact.folds && now.chunks.starts_with(&contact.chunks))
    }

    async fn chunks(
        &self,
        contact: &Loaded,
        numbers: impl Iterator<Item = usize>,
    ) -> Result<Vec<Option<Vec<u8>>>, Error> {
        let key = |number| Loaded::chunk_key(&contact.state.name, number);
        let keys: Vec<String> = numbers.map(key).collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        Ok(self.store.get_many(Table::History, &keys).await?)
    }

    /// All rows of a contact, in the order of the fold.
    pub(super) async fn all_rows(&self, name: &ContactName) -> Result<Vec<Rc<Row>>, Error> {
        'again: loop {
            let epoch = self.shared.borrow().head.commit;
            let contact = self.load(name).await?;
            let mut rows = Vec::new();
            for first in (0..contact.chunks.len()).step_by(CHUNKS) {
                let numbers = first..contact.chunks.len().min(first + CHUNKS);
                for (bytes, number) in
                    self.chunks(&contact, numbers.clone()).await?.iter().zip(numbers)
                {
                    let before = rows.len();
                    for line in lines(bytes.as_deref().unwrap_or_default())? {
                        rows.push(Rc::new(Row::read(line)?));
                    }
                    if rows.len() - before != contact.chunks[number].rows as usize {
                        self.expect_news(epoch).await?;
                        continue 'again;
                    }
                }
            }
            rows.extend(contact.rows.iter().cloned());
            return Ok(rows);
        }
    }
}

/// A contact's chunks that may hold what is asked for, the next to be read last.
fn ahead<'c>(contact: &'c Loaded, filter: &Filter<'_>, counting: bool) -> Vec<(usize, &'c Chunk)> {
    let chunks = contact.chunks.iter().enumerate().filter(|(_, chunk)| !filter.is_outside(chunk));
    let chunks = chunks.filter(|(_, chunk)| counting || !filter.is_behind(chunk));
    let mut chunks: Vec<_> = chunks.collect();
    let next = |chunk: &Chunk| if filter.oldest_first { chunk.from } else { chunk.to };
    sort::sort(&mut chunks, |(_, a), (_, b)| next(a).cmp(&next(b)));
    if filter.oldest_first {
        chunks.reverse();
    }
    chunks
}
