//! Moves the tail into the tables: lines into segments of the log, contacts into their records,
//! answers into theirs; the emptied commits keep their numbers. An erasure is the same, with the
//! contact's bodies left out on the way. All of it is one commit.

use super::Engine;
use super::book::Tail;
use super::head::{Answer, Head};
use super::loaded::Loaded;
use super::write::{Work, touched};
use crate::error::{Clash, Error, StoreError};
use crate::ids::{ContactName, ReplicaId, Seq};
use crate::ledger::Line;
use crate::map::{Map, Texts};
use crate::sort;
use crate::store::{By, Change, Commit, Outcome, Range, Record, Store, Table};
use std::rc::Rc;

/// A segment of the log is closed once it has this many bytes. Above 64 KiB browsers spill values
/// into files of their own.
const SEGMENT_BYTES: usize = 48 * 1024;

/// Attempts against other writers before a compaction gives up.
const ATTEMPTS: u32 = 50;

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
        let _turn = self.writer.lock().await;
        self.compact_locked().await
    }

    pub(super) async fn compact_locked(&self) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            if self.tail() == 0 {
                return Ok(());
            }
            let mut work = self.begin_work(Default::default());
            if self.commit_compacted(&mut work, None).await? == Outcome::Done {
                return Ok(());
            }
            self.follow().await?;
        }
        Err(Error::Conflict(Clash::Busy))
    }

    /// Commits `work` and the tail into the tables, without the bodies of `erased`.
    pub(super) async fn commit_compacted(
        &self,
        work: &mut Work,
        erased: Option<&ContactName>,
    ) -> Result<Outcome, Error> {
        let Some(mut changes) = self.contact_changes(work, erased).await? else {
            return Ok(Outcome::Taken);
        };
        changes.extend(self.log_changes(work, erased).await?);
        changes.extend(self.outbox_changes(work, erased).await?);
        if let Some(name) = erased {
            changes.extend(self.answer_removals(name).await?);
        }
        let (head, emptied) = {
            let shared = self.shared.borrow();
            if shared.known.next() != work.number {
                return Ok(Outcome::Taken);
            }
            changes.extend(self.answer_changes(work, erased));
            let added = shared.added.iter().chain(&work.definitions);
            changes.extend(
                added.map(|(hash, json)| put(Table::Definitions, hash.to_string(), json.clone())),
            );
            (
                self.next_head(work, erased.is_some()),
                shared.tail.iter().map(|tail| tail.number).collect(),
            )
        };
        changes.push(put(Table::Meta, Head::KEY.to_owned(), head.write()));
        let strict = self.strict || erased.is_some();
        let commit = Commit { number: work.number, record: Vec::new(), changes, emptied, strict };
        let outcome = self.store.commit(commit).await?;
        if outcome == Outcome::Done {
            self.install_compacted(work, head, erased);
        }
        Ok(outcome)
    }

    /// The head once `work` is committed.
    fn next_head(&self, work: &Work, erases: bool) -> Head {
        let shared = self.shared.borrow();
        let mut head = shared.head.clone();
        head.commit = work.number;
        head.logs.insert(work.seal.replica.clone(), work.seal.log.clone());
        head.hlc = work.seal.hlc;
        head.definitions = self.definitions_after(work);
        head.contacts = self.contacts_after(work);
        head.erasures += u64::from(erases);
        head
    }

    fn definitions_after(&self, work: &Work) -> Vec<super::head::KnownDefinition> {
        let mut known = self.shared.borrow().definitions.clone();
        for (hash, _) in &work.definitions {
            if let Some(given) = self.definitions.iter().find(|given| given.hash() == hash) {
                known.push(super::head::KnownDefinition {
                    id: given.id().clone(),
                    version: given.version(),
                    hash: hash.clone(),
                });
            }
        }
        known
    }

    fn contacts_after(&self, work: &Work) -> u64 {
        use crate::event::Event;
        let change = |entry: &crate::event::Event| match entry {
            Event::ContactCreated(_) => 1_i64,
            Event::ContactErased(_) => -1,
            _ => 0,
        };
        let sum: i64 = work.entries.iter().map(|(_, tail)| change(&tail.entry.fact.event)).sum();
        self.shared.borrow().contacts.saturating_add_signed(sum)
    }

    /// Records of every contact in the tail and in `work`. None if the database moved on.
    async fn contact_changes(
        &self,
        work: &mut Work,
        erased: Option<&ContactName>,
    ) -> Result<Option<Vec<Change>>, Error> {
        let epoch = self.shared.borrow().head.commit;
        let mut names = Texts::default();
        self.shared.borrow().entries.keys().for_each(|name| {
            names.note(name);
        });
        work.entries.iter().for_each(|(name, _)| {
            names.note(name.as_str());
        });
        let mut names: Vec<ContactName> = names.keys().filter_map(ContactName::parse).collect();
        sort::sort(&mut names, Ord::cmp);
        let mut changes = Vec::new();
        for name in names {
            if !work.contacts.contains_key(name.as_str()) {
                let loaded = self.load(&name).await?;
                work.contacts.insert(name.as_str(), loaded);
            }
            if let Some(loaded) = work.contacts.get_mut(name.as_str()) {
                let loaded = Rc::make_mut(loaded);
                changes.extend(loaded.agenda_change());
                changes.extend(loaded.store(work.number));
            }
        }
        if let Some(name) = erased {
            changes.extend(self.chunk_removals(name).await?);
        }
        Ok((self.shared.borrow().head.commit == epoch).then_some(changes))
    }

    async fn chunk_removals(&self, name: &ContactName) -> Result<Vec<Change>, Error> {
        let before = self.load(name).await?;
        let delete =
            |number| Change::Delete { table: Table::History, key: Loaded::chunk_key(name, number) };
        Ok((0..before.chunks.len()).map(delete).collect())
    }

    /// Segments that hold the tail's lines and those of `work`.
    async fn log_changes(
        &self,
        work: &Work,
        erased: Option<&ContactName>,
    ) -> Result<Vec<Change>, Error> {
        let replica = work.seal.replica.clone();
        let (first, tail): (u64, Vec<Vec<u8>>) = {
            let shared = self.shared.borrow();
            let lines: Vec<_> =
                shared.tail.iter().flat_map(|tail| tail.record.lines.clone()).collect();
            (shared.seal.log.size() - lines.len() as u64, lines)
        };
        let mut segments = match erased {
            Some(name) => self.segments_of(name, &replica).await?,
            None => Map::new(),
        };
        let mut open = match self.last_segment(&replica).await? {
            Some(last) => match segments.remove(&last.key) {
                Some(value) => (last.key, value),
                None => (last.key, last.value),
            },
            None => (segment_key(&replica, Seq(0)), Vec::new()),
        };
        for (place, line) in tail.iter().chain(&work.lines).enumerate() {
            if open.1.len() + line.len() > SEGMENT_BYTES && !open.1.is_empty() {
                segments.insert(open.0, open.1);
                open = (segment_key(&replica, Seq(first + place as u64)), Vec::new());
            }
            append(&mut open.1, line);
        }
        segments.insert(open.0, open.1);
        let strip = |bytes: Vec<u8>| match erased {
            Some(name) => strip_all(&bytes, name),
            None => Ok(bytes),
        };
        let write = |(key, bytes)| Ok(put(Table::Log, key, strip(bytes)?));
        segments.into_iter().map(write).collect()
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

    /// The segments that hold entries about `name`, each read once, from the last backwards.
    async fn segments_of(
        &self,
        name: &ContactName,
        replica: &ReplicaId,
    ) -> Result<Map<String, Vec<u8>>, Error> {
        let mut seqs: Vec<Seq> =
            self.all_rows(name).await?.iter().map(|row| row.order.seq).collect();
        sort::sort(&mut seqs, Ord::cmp);
        let mut segments = Map::new();
        while let Some(seq) = seqs.pop() {
            let range = Range {
                table: Table::Log,
                by: By::Key,
                from: segment_key(replica, Seq(0)),
                to: segment_key(replica, Seq(seq.0 + 1)),
                limit: 1,
                descending: true,
            };
            let Some(segment) = self.store.range(range).await?.pop() else {
                continue;
            };
            seqs.retain(|seq| segment_key(replica, *seq) < segment.key);
            segments.insert(segment.key, segment.value);
        }
        Ok(segments)
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

    fn answer_changes(&self, work: &Work, erased: Option<&ContactName>) -> Vec<Change> {
        let shared = self.shared.borrow();
        let in_tail = shared.tail.iter().flat_map(|tail| &tail.record.answers);
        let keep = |answer: &&Answer| erased != Some(&answer.contact);
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

    fn install_compacted(&self, work: &mut Work, head: Head, erased: Option<&ContactName>) {
        let mut ids = touched(work);
        let mut shared = self.shared.borrow_mut();
        if let Some(name) = erased {
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
        if !work.entries.is_empty() {
            self.tell(if work.import { Texts::default() } else { ids });
        }
    }
}

fn put(table: Table, key: String, value: Vec<u8>) -> Change {
    Change::Put { table, key, sort: None, value }
}

/// Lines of a segment end with a line break.
fn append(segment: &mut Vec<u8>, line: &[u8]) {
    segment.extend_from_slice(line);
    segment.push(b'\n');
}

/// Takes body and salt out of every line about `name`, but for its tombstone.
fn strip_all(segment: &[u8], name: &ContactName) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(segment.len());
    for bytes in segment.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let line = Line::parse(bytes).map_err(|reason| StoreError::Corrupt(reason.to_owned()))?;
        let about =
            line.header.contact.as_ref() == Some(name) && line.header.kind != "contact.erased";
        if about { append(&mut out, &line.header_only()) } else { append(&mut out, bytes) }
    }
    Ok(out)
}
