//! The history of all contacts, in the order of the log: its lines are read from the end one asks
//! for, and filtered as they come.

use super::compact::segment_key;
use super::loaded::Loaded;
use super::read::{Filter, HistoryQuery, bad_cursor, page_size};
use super::{Engine, Page};
use crate::error::{Error, StoreError};
use crate::event::DEFINITION_ADDED;
use crate::ids::{ContactName, ReplicaId, Seq};
use crate::json::{self, Value};
use crate::ledger::Line;
use crate::project::{Row, RowBody};
use crate::store::{By, Range, Store, Table};
use crate::time::Instant;
use std::rc::Rc;

/// A row and the contact it is about.
pub type Told = (Rc<Loaded>, Rc<Row>);

/// Segments read in one go.
const SEGMENTS: u32 = 8;

/// Rows that a walk over the log finds.
struct Walk<'w> {
    filter: &'w Filter<'w>,
    after: Option<Seq>,
    /// Where the tail begins. A compaction by another tab may have moved it to the segments already.
    tail: Seq,
    limit: usize,
    counting: bool,
    found: Vec<(ContactName, Row)>,
    total: u64,
}

impl Walk<'_> {
    /// Takes the lines before `end`, in the order of the log; false once no more are needed.
    fn take<'l>(
        &mut self,
        lines: impl DoubleEndedIterator<Item = &'l [u8]>,
        end: Seq,
    ) -> Result<bool, Error> {
        if self.filter.oldest_first {
            self.take_in_order(lines, end)
        } else {
            self.take_in_order(lines.rev(), end)
        }
    }

    fn take_in_order<'l>(
        &mut self,
        lines: impl Iterator<Item = &'l [u8]>,
        end: Seq,
    ) -> Result<bool, Error> {
        for line in lines.filter(|line| !line.is_empty()) {
            let Some((name, row)) = read_line(line)? else { continue };
            if row.order.seq >= end || !self.filter.admits(&row) {
                continue;
            }
            self.total += 1;
            let beyond = self.after.is_none_or(|after| match self.filter.oldest_first {
                true => row.order.seq > after,
                false => row.order.seq < after,
            });
            if beyond && self.found.len() <= self.limit {
                self.found.push((name, row));
            }
            if self.found.len() > self.limit && !self.counting {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The row of a line; none of one that is about no contact, or has lost its body.
fn read_line(bytes: &[u8]) -> Result<Option<(ContactName, Row)>, StoreError> {
    let corrupt = |reason: String| StoreError::Corrupt(format!("an entry: {reason}"));
    let line = Line::parse(bytes).map_err(|reason| corrupt(reason.to_owned()))?;
    let (Some(name), Some((body, _))) = (line.header.contact.clone(), line.body) else {
        return Ok(None);
    };
    let header = line.header;
    if header.kind == DEFINITION_ADDED {
        return Ok(None);
    }
    let (order, at) = (header.order(), header.at);
    let read = json::parse(body).map_err(|_| corrupt("its body".to_owned()))?;
    let occurred = read.get("occurredAt").and_then(Value::as_str).and_then(Instant::parse);
    let row = Row {
        order,
        at,
        occurred: occurred.unwrap_or(at),
        kind: header.kind,
        definition: header.definition,
        superseded_by: None,
        since: None,
        body: RowBody::new(body),
    };
    Ok(Some((name, row)))
}

impl<S: Store> Engine<S> {
    /// A page of what happened to all contacts, in the order in which it was recorded.
    ///
    /// # Errors
    /// `invalid` for a query that can't be; what the store says.
    pub async fn history_all(&self, query: &HistoryQuery) -> Result<Page<Told>, Error> {
        self.open_or_refuse()?;
        let limit = page_size(query.limit)?;
        let own = self.size().0;
        let mut query = query.clone();
        let cursor = query.cursor.take();
        let after = cursor.map(|cursor| read_cursor(&cursor, &own)).transpose()?;
        let filter = Filter::new(&query, self.world.as_ref())?;
        let (found, total) = loop {
            let epoch = self.shared.borrow().head.commit;
            let counting = query.count;
            let found = Vec::new();
            let tail = Seq(0);
            let mut walk = Walk { filter: &filter, after, tail, limit, counting, found, total: 0 };
            self.walk(&own, &mut walk).await?;
            if self.shared.borrow().head.commit == epoch {
                break (walk.found, walk.total);
            }
        };
        let more = found.len() > limit;
        let told = &found[..found.len().min(limit)];
        let contacts = self.load_all(&mut told.iter().map(|(name, _)| name)).await?;
        let mut items: Vec<Told> = Vec::with_capacity(limit);
        for (name, row) in found.into_iter().take(limit) {
            let Some(contact) = contacts.get(name.as_str()).cloned() else { continue };
            let own = contact.rows.iter().rev().find(|known| known.order == row.order);
            let row = own.cloned().unwrap_or_else(|| Rc::new(row));
            items.push((contact, row));
        }
        let last = items.last().filter(|_| more);
        let next = last.map(|(_, row)| format!("{}~{}", row.order.replica, row.order.seq.0));
        Ok(Page { total: query.count.then_some(total), items, next })
    }

    async fn walk(&self, replica: &ReplicaId, walk: &mut Walk<'_>) -> Result<(), Error> {
        let tail: Vec<Vec<u8>> = {
            let shared = self.shared.borrow();
            let lines = shared.tail.iter().flat_map(|tail| tail.record.lines.iter().cloned());
            let lines: Vec<_> = lines.collect();
            walk.tail = Seq(shared.seal.log.size() - lines.len() as u64);
            lines
        };
        let tail = || tail.iter().map(Vec::as_slice);
        if walk.filter.oldest_first {
            if self.walk_segments(replica, walk).await? {
                walk.take(tail(), Seq(u64::MAX))?;
            }
        } else if walk.take(tail(), Seq(u64::MAX))? {
            self.walk_segments(replica, walk).await?;
        }
        Ok(())
    }

    async fn walk_segments(&self, replica: &ReplicaId, walk: &mut Walk<'_>) -> Result<bool, Error> {
        let descending = !walk.filter.oldest_first;
        let mut range = Range {
            table: Table::Log,
            by: By::Key,
            from: segment_key(replica, Seq(0)),
            to: format!("{replica}0"),
            limit: SEGMENTS,
            descending,
        };
        // Before the cursor there is nothing new to find; it stands within a segment.
        if let Some(after) = walk.after.filter(|_| !walk.counting) {
            if descending {
                range.to = segment_key(replica, after);
            } else if let Some(segment) = self.segment_of(replica, after).await? {
                range.from = segment.key;
            }
        }
        loop {
            let segments = self.store.range(range.clone()).await?;
            for segment in &segments {
                if !walk.take(segment.value.split(|byte| *byte == b'\n'), walk.tail)? {
                    return Ok(false);
                }
            }
            match segments.last() {
                Some(last) if segments.len() == SEGMENTS as usize => match descending {
                    true => range.to = last.key.clone(),
                    false => range.from = format!("{}\u{1}", last.key),
                },
                _ => return Ok(true),
            }
        }
    }
}

fn read_cursor(cursor: &str, own: &ReplicaId) -> Result<Seq, Error> {
    let seq = cursor.split_once('~').filter(|(replica, _)| *replica == own.as_str());
    seq.and_then(|(_, seq)| seq.parse().ok()).map(Seq).ok_or_else(bad_cursor)
}
