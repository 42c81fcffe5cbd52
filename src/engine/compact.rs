//! Moves the tail into the tables: lines into segments of the log, contacts into their records,
//! answers into theirs; the emptied commits keep their numbers. An erasure is the same, with the
//! contact's bodies left out on the way. All of it is one commit.

use super::book::Tail;
use super::head::{Answer, Head, KnownDefinition};
use super::lines::lines;
use super::loaded::Loaded;
use super::work::{Work, touched};
use super::{ATTEMPTS, Engine};
use crate::error::{Clash, Error, StoreError};
use crate::event::Event;
use crate::ids::{ContactName, ReplicaId, Seq};
use crate::ledger::Line;
use crate::map::{Map, Texts};
use crate::sort;
use crate::store::{By, Change, Commit, Outcome, Range, Record, Store, Table};
use std::ops::Range as Numbers;
use std::rc::Rc;

/// A segment of the log is closed once it has this many bytes. Above 64 KiB browsers spill values
/// into files of their own.
const SEGMENT_BYTES: usize = 48 * 1024;
/// The same for lines that come by the thousand: values in files are written many times as fast, and
/// the larger they are the fewer; but each of them is written anew when one of its lines goes.
const BULK_SEGMENT_BYTES: usize = 512 * 1024;
/// Lines beyond which they are so many.
const BULK: usize = 1_000;

/// Digits of a seq in a key: enough for 2^53.
const SEQ_DIGITS: usize = 16;

/// Key of the segment that begins at `seq`.
pub(super) fn segment_key(replica: &ReplicaId, seq: Seq) -> String {
    format!("{replica}/{:0width$}", seq.0, width = SEQ_DIGITS)
}

/// First key after all of a replica's segments: `0` comes after `/`.
fn segments_end(replica: &ReplicaId) -> String {
    format!("{replica}0")
}

impl<S: Store> Engine<S> {
    /// Entries that a compaction would move.
    pub fn tail(&self) -> usize {
        self.shared.borrow().tail_entries()
    }

    /// Moves the tail into the tables.
    ///
    /// # Errors
    /// What the store says; the book is as it was then.
    pub async fn compact(&self) -> Result<(), Error> {
        self.open_or_refuse()?;
        if self.tail() > 0 {
            let _turn = self.turn().await?;
            self.compact_locked().await?;
        }
        Ok(())
    }

    pub(super) async fn compact_locked(&self) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            if self.tail() == 0 {
                return Ok(());
            }
            let mut work = self.begin_work(Default::default());
            if self.commit_compacted(&mut work).await? == Outcome::Done {
                return Ok(());
            }
            self.follow().await?;
        }
        Err(Clash::Busy.into())
    }

    /// Commits `work` and the tail into the tables, without the bodies of contacts that it erases.
    pub(super) async fn commit_compacted(&self, work: &mut Work) -> Result<Outcome, Error> {
        if work.unfolded.is_none() && !self.shared.borrow().head.unfolded.is_empty() {
            // It is tried again on contacts that are whole.
            Box::pin(self.fold_rest()).await?;
            return Ok(Outcome::Taken);
        }
        let Some(mut changes) = self.contact_changes(work).await? else {
            return Ok(Outcome::Taken);
        };
        changes.extend(self.log_changes(work).await?);
        changes.extend(self.outbox_changes(work).await?);
        for name in &work.erased {
            changes.extend(self.answer_removals(name).await?);
        }
        changes.extend(self.quarantine_changes(work).await?);
        changes.append(&mut work.changes);
        let (head, emptied) = {
            let shared = self.shared.borrow();
            if shared.known.next() != work.number {
                return Ok(Outcome::Taken);
            }
            let before = Head { contacts: shared.contacts, ..shared.head.clone() };
            changes.extend(self.answer_changes(work));
            let added = shared.added.iter().chain(&work.definitions);
            changes.extend(
                added.map(|(hash, json)| put(Table::Definitions, hash.to_string(), json.clone())),
            );
            (self.next_head(before, work), shared.tail.iter().map(|tail| tail.number).collect())
        };
        changes.push(head_change(&head));
        let strict = self.strict || !work.erased.is_empty();
        let commit = Commit { number: work.number, changes, emptied, strict, ..Commit::default() };
        let outcome = self.store.commit(commit).await?;
        if outcome == Outcome::Done {
            self.install_compacted(work, head);
        }
        Ok(outcome)
    }

    /// The head once `work` is committed.
    pub(super) fn next_head(&self, mut head: Head, work: &Work) -> Head {
        head.commit = work.number;
        head.replica.clone_from(&work.seal.replica);
        head.logs.insert(work.seal.replica.clone(), work.seal.log.clone());
        for (replica, log, ..) in &work.logs {
            head.logs.insert(replica.clone(), log.clone());
        }
        head.hlc = work.seal.hlc;
        head.definitions = self.definitions_after(work);
        head.contacts = contacts_after(head.contacts, work);
        if let Some(sync) = &work.sync {
            head.sync.clone_from(sync);
        }
        if let Some(unfolded) = &work.unfolded {
            head.unfolded.clone_from(unfolded);
        }
        head.sync.conflicts = head.sync.conflicts.saturating_add_signed(work.contested);
        head.erasures += work.erased.len() as u64;
        head
    }

    fn definitions_after(&self, work: &Work) -> Vec<KnownDefinition> {
        let mut known = self.shared.borrow().definitions.clone();
        for (hash, canonical) in &work.definitions {
            // What another device says of an id and version that are known is kept by its hash alone.
            let new = KnownDefinition::read(hash, canonical);
            let fits = |new: &KnownDefinition| {
                known.iter().all(|known| (&known.id, known.version) != (&new.id, new.version))
            };
            known.extend(new.filter(fits));
        }
        known
    }

    /// Records of every contact in the tail and in `work`. None if the database moved on.
    async fn contact_changes(&self, work: &mut Work) -> Result<Option<Vec<Change>>, Error> {
        let epoch = self.shared.borrow().head.commit;
        let mut names = Texts::default();
        self.shared.borrow().entries.keys().for_each(|name| {
            names.note(name);
        });
        work.entries.iter().for_each(|(name, _)| {
            names.note(name.as_str());
        });
        work.folded.iter().for_each(|(name, _)| {
            names.note(name.as_str());
        });
        let mut names: Vec<ContactName> = names.keys().filter_map(ContactName::parse).collect();
        sort::sort(&mut names, Ord::cmp);
        for name in &names {
            if !work.contacts.contains_key(name.as_str()) {
                let loaded = self.load(name).await?;
                work.contacts.insert(name.as_str(), loaded);
            }
        }
        let mut changes = records(&names, work);
        for name in &work.erased {
            let before = self.load(name).await?;
            changes.extend(chunk_removals(name, 0..before.chunks.len()));
            if !work.folded.iter().any(|(folded, _)| folded == name) {
                work.contested -= before.conflicts.len() as i64;
                changes.push(Change::Delete { table: Table::Conflicts, key: name.to_string() });
            }
        }
        let shared = self.shared.borrow();
        let same = shared.head.commit == epoch && shared.known.next() == work.number;
        Ok(same.then_some(changes))
    }

    /// Segments that hold the tail's lines and those of `work`.
    async fn log_changes(&self, work: &mut Work) -> Result<Vec<Change>, Error> {
        let replica = work.seal.replica.clone();
        let mut lines: Vec<Vec<u8>> = {
            let shared = self.shared.borrow();
            shared.tail.iter().flat_map(|tail| tail.record.lines.clone()).collect()
        };
        lines.extend(work.lines.iter().cloned());
        let first = work.seal.log.size() - lines.len() as u64;
        let mut segments = std::mem::take(&mut work.segments);
        for name in &work.erased {
            self.segments_of(name, &mut segments).await?;
        }
        for (replica, seq, line) in &work.completed {
            if let Some(key) = self.segment_at(replica, *seq, &mut segments).await?
                && let Some(segment) = segments.get_mut(&key)
            {
                *segment = replaced(segment, *seq, line)?;
            }
        }
        let mut lines = lines.iter().map(Vec::as_slice);
        self.append_lines(&replica, Seq(first), &mut lines, &mut segments).await?;
        for (replica, _, first, lines) in &work.logs {
            let mut lines = lines.iter().map(Vec::as_slice);
            self.append_lines(replica, *first, &mut lines, &mut segments).await?;
        }
        let mut changes = Vec::with_capacity(segments.len());
        for (key, bytes) in segments {
            let bytes = match work.erased.is_empty() {
                true => bytes,
                false => strip_all(&bytes, &work.erased)?,
            };
            changes.push(put(Table::Log, key, bytes));
        }
        Ok(changes)
    }

    /// Adds lines to the end of a log: to its last segment, and to new ones. So many that they fill
    /// some begin a new one.
    pub(super) async fn append_lines(
        &self,
        replica: &ReplicaId,
        first: Seq,
        lines: &mut dyn ExactSizeIterator<Item = &[u8]>,
        segments: &mut Map<String, Vec<u8>>,
    ) -> Result<(), Error> {
        if lines.len() == 0 {
            return Ok(());
        }
        let many = lines.len() >= BULK;
        let last = if many { None } else { self.last_segment(replica).await? };
        let mut open = match last {
            Some(last) => match segments.remove(&last.key) {
                Some(value) => (last.key, value),
                None => (last.key, last.value),
            },
            None => (segment_key(replica, first), Vec::new()),
        };
        let most = if many { BULK_SEGMENT_BYTES } else { SEGMENT_BYTES };
        for (place, line) in lines.enumerate() {
            if open.1.len() + line.len() > most && !open.1.is_empty() {
                segments.insert(open.0, open.1);
                let key = segment_key(replica, Seq(first.0 + place as u64));
                open = (key, Vec::with_capacity(most));
            }
            append(&mut open.1, line);
        }
        segments.insert(open.0, open.1);
        Ok(())
    }

    async fn last_segment(&self, replica: &ReplicaId) -> Result<Option<Record>, Error> {
        let range = Range {
            table: Table::Log,
            by: By::Key,
            from: segment_key(replica, Seq(0)),
            to: segments_end(replica),
            limit: 1,
            descending: true,
        };
        Ok(self.store.range(range).await?.pop())
    }

    /// The segment that the entry at `seq` stands in, if it is in one.
    pub(super) async fn segment_of(
        &self,
        replica: &ReplicaId,
        seq: Seq,
    ) -> Result<Option<Record>, Error> {
        let range = Range {
            table: Table::Log,
            by: By::Key,
            from: segment_key(replica, Seq(0)),
            to: segment_key(replica, Seq(seq.0 + 1)),
            limit: 1,
            descending: true,
        };
        Ok(self.store.range(range).await?.pop())
    }

    /// Adds the segments that hold entries about `name`, each read once.
    async fn segments_of(
        &self,
        name: &ContactName,
        segments: &mut Map<String, Vec<u8>>,
    ) -> Result<(), Error> {
        let rows = self.all_rows(name, None).await?;
        let mut orders: Vec<_> = rows.iter().map(|row| &row.order).collect();
        sort::sort(&mut orders, |a, b| (&a.replica, a.seq).cmp(&(&b.replica, b.seq)));
        while let Some(order) = orders.pop() {
            let Some(key) = self.segment_at(&order.replica, order.seq, segments).await? else {
                continue;
            };
            orders.retain(|order| segment_key(&order.replica, order.seq) < key);
        }
        Ok(())
    }

    /// Adds the segment that holds an entry, if it is not there yet, and gives its key.
    pub(super) async fn segment_at(
        &self,
        replica: &ReplicaId,
        seq: Seq,
        segments: &mut Map<String, Vec<u8>>,
    ) -> Result<Option<String>, Error> {
        let Some(segment) = self.segment_of(replica, seq).await? else {
            return Ok(None);
        };
        if !segments.contains_key(&segment.key) {
            segments.insert(segment.key.clone(), segment.value);
        }
        Ok(Some(segment.key))
    }

    /// Segments of a log from the one with the key `from` on, for readers of the whole log.
    pub(super) async fn segments(
        &self,
        replica: &ReplicaId,
        from: &str,
        limit: u32,
    ) -> Result<Vec<Record>, Error> {
        let range = Range {
            table: Table::Log,
            by: By::Key,
            from: from.to_owned(),
            to: segments_end(replica),
            limit,
            descending: false,
        };
        Ok(self.store.range(range).await?)
    }

    fn answer_changes(&self, work: &Work) -> Vec<Change> {
        let shared = self.shared.borrow();
        let in_tail = shared.tail.iter().flat_map(|tail| &tail.record.answers);
        let keep = |answer: &&Answer| !work.erased.contains(&answer.contact);
        let write = |answer: &Answer| Change::Put {
            table: Table::Commands,
            key: answer.key.clone(),
            sort: Some(format!("{}/{:0width$}", answer.contact, answer.from.0, width = SEQ_DIGITS)),
            value: crate::json::bytes(answer),
        };
        let last = work.answers.iter();
        in_tail.filter(keep).map(write).chain(last.map(write)).collect()
    }

    /// What was answered to earlier commands about `name` goes with it.
    async fn answer_removals(&self, name: &ContactName) -> Result<Vec<Change>, Error> {
        let range = Range {
            table: Table::Commands,
            by: By::Sort,
            from: format!("{name}/"),
            to: format!("{name}0"),
            limit: u32::MAX,
            descending: false,
        };
        let delete = |record: Record| Change::Delete { table: Table::Commands, key: record.key };
        Ok(self.store.range(range).await?.into_iter().map(delete).collect())
    }

    pub(super) fn install_compacted(&self, work: &mut Work, head: Head) {
        let mut ids = touched(work);
        let mut shared = self.shared.borrow_mut();
        for name in &work.erased {
            if let Some(loaded) = shared.cache.get(name.as_str()) {
                ids.note(loaded.state.id.as_str());
            }
            self.imported.borrow_mut().remove(name.as_str());
        }
        if shared.known.next() == work.number {
            shared.known = work.number;
            shared.seal = work.seal.clone();
            shared.definitions.clone_from(&head.definitions);
            shared.contacts = head.contacts;
            shared.head = head;
            shared.tail = Vec::<Tail>::new();
            shared.entries.clear();
            shared.answers.clear();
            shared.added.clear();
            for (name, loaded) in work.contacts.drain() {
                if let Some(agendas) = &mut shared.agendas {
                    match loaded.agenda() {
                        Some(agenda) => agendas.insert(&name, Rc::new(agenda)),
                        None => drop(agendas.remove(&name)),
                    }
                }
                shared.remember(&name, loaded);
            }
        }
        drop(shared);
        if !work.entries.is_empty() || !work.folded.is_empty() {
            self.tell(if work.import { Texts::default() } else { ids }, work.source);
        }
    }
}

fn contacts_after(before: u64, work: &Work) -> u64 {
    let change = |entry: &Event| match entry {
        Event::ContactCreated(_) => 1_i64,
        Event::ContactErased(_) => -1,
        _ => 0,
    };
    let sum: i64 = work.entries.iter().map(|(_, tail)| change(&tail.entry.fact.event)).sum();
    before.saturating_add_signed(sum + work.created)
}

pub(super) fn head_change(head: &Head) -> Change {
    put(Table::Meta, Head::KEY.to_owned(), head.write())
}

fn put(table: Table, key: String, value: Vec<u8>) -> Change {
    Change::Put { table, key, sort: None, value }
}

/// Lines of a segment end with a line break.
fn append(segment: &mut Vec<u8>, line: &[u8]) {
    segment.extend_from_slice(line);
    segment.push(b'\n');
}

/// The records of contacts as `work` has them.
pub(super) fn records(names: &[ContactName], work: &mut Work) -> Vec<Change> {
    let mut changes = Vec::new();
    for name in names {
        if let Some(loaded) = work.contacts.get_mut(name.as_str()) {
            let loaded = Rc::make_mut(loaded);
            changes.extend(loaded.agenda_change());
            changes.extend(loaded.store(work.number));
        }
    }
    for (name, chunks) in &work.folded {
        let kept = work.contact(name).map_or(0, |loaded| loaded.chunks.len());
        changes.extend(chunk_removals(name, kept..*chunks));
    }
    changes
}

fn chunk_removals(name: &ContactName, numbers: Numbers<usize>) -> impl Iterator<Item = Change> {
    numbers.map(move |number| Change::Delete {
        table: Table::History,
        key: Loaded::chunk_key(name, number),
    })
}

/// A segment with another line in one place.
fn replaced(segment: &[u8], seq: Seq, with: &[u8]) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(segment.len() + with.len());
    for bytes in lines(segment) {
        let line = Line::parse(bytes).map_err(|reason| StoreError::Corrupt(reason.to_owned()))?;
        append(&mut out, if line.header.seq == seq { with } else { bytes });
    }
    Ok(out)
}

/// Takes body and salt out of every line about contacts that are erased, but for their tombstones.
pub(super) fn strip_all(segment: &[u8], erased: &[ContactName]) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(segment.len());
    for bytes in lines(segment) {
        match strip(bytes, erased)? {
            Some(bare) => append(&mut out, &bare),
            None => append(&mut out, bytes),
        }
    }
    Ok(out)
}

/// A line about one of `erased` without body and salt; none of any other line.
pub(super) fn strip(bytes: &[u8], erased: &[ContactName]) -> Result<Option<Vec<u8>>, Error> {
    if erased.is_empty() {
        return Ok(None);
    }
    let line = Line::parse(bytes).map_err(|reason| StoreError::Corrupt(reason.to_owned()))?;
    let about = line.header.contact.as_ref().is_some_and(|name| erased.contains(name));
    Ok((about && line.header.kind != "contact.erased").then(|| line.header_only()))
}
