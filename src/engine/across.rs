//! The history of all contacts, in the order of the log: its lines are read from the end one asks
//! for, and filtered as they come.

use super::compact::segment_key;
use super::filter::Filter;
use super::loaded::Loaded;
use super::read::{HistoryQuery, bad_cursor, page_size};
use super::{Engine, Page};
use crate::error::{Error, StoreError};
use crate::event::DEFINITION_ADDED;
use crate::ids::{ContactName, ReplicaId, Seq};
use crate::json::{self, Value};
use crate::ledger::Line;
use crate::map::Map;
use crate::project::{Row, RowBody};
use crate::sort;
use crate::store::{By, Range, Store, Table};
use crate::time::Instant;
use std::rc::Rc;

/// A row and the contact it is about.
pub type Told = (Rc<Loaded>, Rc<Row>);

/// Segments read in one go, once one has told that little of what there is is asked for,
const SEGMENTS: usize = 8;
/// as far as they are no more than so many bytes.
const BYTES: usize = 1024 * 1024;

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
            if str::from_utf8(line).is_ok_and(|line| self.filter.rules_out(line)) {
                continue;
            }
            let Some((name, row)) = read_line(line)? else { continue };
            if row.order.seq >= end || !self.filter.admits(&row)? {
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
    let read = json::parse(body).map_err(|_| corrupt("its body".to_owned()))?;
    let occurred = read.get("occurredAt").and_then(Value::as_str).and_then(Instant::parse);
    let occurred = occurred.unwrap_or(header.at);
    let mut row =
        Row::bare((header.order(), header.at, occurred), &header.kind, RowBody::new(body));
    row.definition = header.definition;
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
        let mut query = query.clone();
        let cursor = query.cursor.take();
        let mut after = cursor.map(|cursor| read_cursor(&cursor)).transpose()?.unwrap_or_default();
        let filter = self.filter(&query, false)?;
        if after.keys().any(|replica| self.logs().iter().all(|(known, _)| known != replica)) {
            return Err(bad_cursor());
        }
        let (mut found, total) = loop {
            let before = self.taken_away();
            let (mut found, mut total) = (Vec::new(), 0);
            for (replica, log) in self.logs() {
                let (counting, tail) = (query.count, Seq(log.size()));
                let after = after.get(&replica).copied();
                let found_here = Vec::new();
                let mut walk = Walk {
                    filter: &filter,
                    after,
                    tail,
                    limit,
                    counting,
                    found: found_here,
                    total: 0,
                };
                self.walk(&replica, &mut walk).await?;
                found.append(&mut walk.found);
                total += walk.total;
            }
            if self.taken_away() == before {
                break (found, total);
            }
        };
        sort::sort(&mut found, |(_, a), (_, b)| match filter.oldest_first {
            true => a.order.cmp(&b.order),
            false => b.order.cmp(&a.order),
        });
        let more = found.len() > limit;
        let told = &found[..found.len().min(limit)];
        let contacts = self.load_all(&mut told.iter().map(|(name, _)| name)).await?;
        let mut items: Vec<Told> = Vec::with_capacity(limit);
        for (name, row) in found.into_iter().take(limit) {
            after.insert(row.order.replica.clone(), row.order.seq);
            let Some(contact) = contacts.get(name.as_str()).cloned() else { continue };
            let own = contact.rows.iter().rev().find(|known| known.order == row.order);
            let row = own.cloned().unwrap_or_else(|| Rc::new(row));
            if !row.copy {
                items.push((contact, row));
            }
        }
        let next = more.then(|| write_cursor(&after));
        Ok(Page { total: query.count.then_some(total), items, next })
    }

    /// What changes with whatever takes from the logs; else they only grow, and what is known of them
    /// stays true.
    fn taken_away(&self) -> (u64, ReplicaId) {
        let shared = self.shared.borrow();
        (shared.head.erasures, shared.seal.replica.clone())
    }

    async fn walk(&self, replica: &ReplicaId, walk: &mut Walk<'_>) -> Result<(), Error> {
        let tail: Vec<Vec<u8>> = {
            let shared = self.shared.borrow();
            let own = *replica == shared.seal.replica;
            let lines = shared.tail.iter().filter(|_| own).flat_map(|tail| &tail.record.lines);
            let lines: Vec<_> = lines.cloned().collect();
            walk.tail = Seq(shared.log(replica).size() - lines.len() as u64);
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
            limit: 1,
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
            self.world.turn().await;
            let segments = self.store.range(range.clone()).await?;
            for segment in &segments {
                if !walk.take(segment.value.split(|byte| *byte == b'\n'), walk.tail)? {
                    return Ok(false);
                }
            }
            match segments.last() {
                Some(last) if segments.len() == range.limit as usize => match descending {
                    true => range.to = last.key.clone(),
                    false => range.from = format!("{}\u{1}", last.key),
                },
                _ => return Ok(true),
            }
            let bytes: usize = segments.iter().map(|segment| segment.value.len()).sum();
            let fitting = BYTES * segments.len() / bytes.max(1);
            range.limit = (segments.len() * 2).min(fitting).clamp(1, SEGMENTS) as u32;
        }
    }
}

/// The place in each log up to which rows were given.
type Places = Map<ReplicaId, Seq>;

fn write_cursor(places: &Places) -> String {
    let place = |(replica, seq): (&ReplicaId, &Seq)| format!("{replica}~{}", seq.0);
    places.iter().map(place).collect::<Vec<_>>().join("~")
}

fn read_cursor(cursor: &str) -> Result<Places, Error> {
    let mut parts = cursor.split('~');
    let mut places = Places::new();
    while let Some(replica) = parts.next() {
        let seq = parts.next().and_then(|seq| seq.parse().ok()).ok_or_else(bad_cursor)?;
        places.insert(ReplicaId::new(replica), Seq(seq));
    }
    Ok(places)
}
