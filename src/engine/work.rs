//! A commit in the making: all that becomes true at once when the store has it, and what the book then
//! holds in memory. It decides nothing and seals nothing; only a commit that succeeded may change
//! [`Shared`] here.

use super::Engine;
use super::book::{Change, Shared, Source, Tail, TailEntry};
use super::conflicts::conflicts_change;
use super::head::{Answer, CommitRecord, SyncState};
use super::loaded::Loaded;
use crate::error::Error;
use crate::ids::{CommitNo, ContactId, ContactName, DefinitionHash, ReplicaId, Seq};
use crate::ledger::{Log, Salt, Seal};
use crate::map::{Hashed, Map, Texts};
use crate::project::Conflict;
use crate::store::{Change as Write, Commit, Outcome, Store};
use crate::time::Instant;
use std::rc::Rc;

/// A commit in the making: everything that becomes true if it succeeds.
pub(super) struct Work {
    pub seal: Seal,
    pub number: CommitNo,
    pub now: Instant,
    pub lines: Vec<Vec<u8>>,
    pub contacts: Hashed<Rc<Loaded>>,
    pub entries: Vec<(ContactName, TailEntry)>,
    /// Contacts that know entries which come after those.
    pub late: Texts,
    pub answers: Vec<Answer>,
    pub definitions: Vec<(DefinitionHash, Vec<u8>)>,
    /// Whether it is part of an import, of which listeners are told no contacts: they read all anew.
    pub import: bool,
    /// Who makes it.
    pub source: Source,
    /// Contacts whose bodies go.
    pub erased: Vec<ContactName>,
    /// What came of other logs: the log after it, the place of the first line, the lines.
    pub logs: Vec<(ReplicaId, Log, Seq, Vec<Vec<u8>>)>,
    /// Segments that hold new lines already.
    pub segments: Map<String, Vec<u8>>,
    /// Lines that were there without their bodies.
    pub completed: Vec<(ReplicaId, Seq, Vec<u8>)>,
    /// Contacts that entries of others were folded into, and how many chunks they had.
    pub folded: Vec<(ContactName, usize)>,
    /// How many more contacts there are for it.
    pub created: i64,
    /// What did not fit together, with the contact's ids,
    pub conflicts: Vec<(String, Conflict)>,
    /// and how many more there are to be looked at.
    pub contested: i64,
    /// How far the book is in step with servers, if that changes.
    pub sync: Option<SyncState>,
    /// Which lines are in no contact after it, if it is about those.
    pub unfolded: Option<Map<ReplicaId, Seq>>,
    /// Other records.
    pub changes: Vec<Write>,
    /// Salts that were drawn and not used yet.
    pub salts: Vec<Salt>,
}

impl Work {
    pub(super) fn contact(&self, name: &ContactName) -> Option<&Rc<Loaded>> {
        self.contacts.get(name.as_str())
    }

    /// Takes in what a contact has become by entries of others.
    pub(super) fn arrived(&mut self, name: &ContactName, before: &Loaded, after: Rc<Loaded>) {
        self.created += i64::from(after.state.exists()) - i64::from(before.state.exists());
        self.folded.push((name.clone(), before.chunks.len()));
        if after.conflicts != before.conflicts {
            let id = after.state.id.as_str();
            let id = if id.is_empty() { name.as_str() } else { id };
            let new = after.conflicts.iter().filter(|one| !before.conflicts.contains(one));
            self.conflicts.extend(new.map(|one| (id.to_owned(), one.clone())));
            self.contested += after.conflicts.len() as i64 - before.conflicts.len() as i64;
            self.changes.push(conflicts_change(name, id, &after.conflicts));
        }
        self.contacts.insert(name.as_str(), after);
    }
}

impl<S: Store> Engine<S> {
    /// A commit in the making on top of what is known.
    pub(super) fn begin_work(&self, contacts: Hashed<Rc<Loaded>>) -> Work {
        let shared = self.shared.borrow();
        Work {
            seal: shared.seal.clone(),
            number: shared.known.next(),
            now: self.world.now(),
            lines: Vec::new(),
            contacts,
            entries: Vec::new(),
            late: Texts::default(),
            answers: Vec::new(),
            definitions: Vec::new(),
            import: false,
            source: Source::Local,
            erased: Vec::new(),
            logs: Vec::new(),
            segments: Map::default(),
            completed: Vec::new(),
            folded: Vec::new(),
            created: 0,
            conflicts: Vec::new(),
            contested: 0,
            sync: None,
            unfolded: None,
            changes: Vec::new(),
            salts: Vec::new(),
        }
    }

    /// Commits `work`, for the tables to take in later.
    pub(super) async fn commit_tail(&self, work: &mut Work) -> Result<Outcome, Error> {
        let record = CommitRecord {
            answers: std::mem::take(&mut work.answers),
            lines: std::mem::take(&mut work.lines),
        };
        let commit = Commit {
            number: work.number,
            record: record.write(),
            changes: std::mem::take(&mut work.changes),
            strict: self.strict,
            ..Commit::default()
        };
        let outcome = self.store.commit(commit).await?;
        if outcome == Outcome::Done {
            self.install(work, record);
        }
        Ok(outcome)
    }

    /// Makes a commit true in memory, unless it was read back already.
    fn install(&self, work: &mut Work, record: CommitRecord) {
        let mut shared = self.shared.borrow_mut();
        let (touched, news) = (touched(work), !record.lines.is_empty());
        if shared.known.next() == work.number {
            install_tail(&mut shared, work, record);
        }
        drop(shared);
        if news {
            self.tell(touched, work.source);
        }
    }

    /// Tells listeners of a write.
    pub(super) fn tell(&self, touched: Texts, source: Source) {
        let many = touched.len() > Change::MANY;
        let contacts =
            if many { Vec::new() } else { touched.keys().map(ContactId::from).collect() };
        self.publish(&Change { contacts, source });
    }
}

/// The contacts that a commit touches, by the host's ids.
pub(super) fn touched(work: &Work) -> Texts {
    let mut ids = Texts::default();
    let written = work.entries.iter().map(|(name, _)| name);
    for name in written.chain(work.folded.iter().map(|(name, _)| name)) {
        if let Some(loaded) = work.contacts.get(name.as_str())
            && !loaded.state.id.as_str().is_empty()
        {
            ids.note(loaded.state.id.as_str());
        }
    }
    ids
}

fn install_tail(shared: &mut Shared, work: &mut Work, record: CommitRecord) {
    shared.seal = work.seal.clone();
    shared.known = work.number;
    for (hash, canonical) in work.definitions.drain(..) {
        shared.define(hash, &canonical);
    }
    for (name, entry) in work.entries.drain(..) {
        shared.count(&entry.entry);
        shared.entries.get_or_insert_with(name.as_str(), Vec::new).push(entry);
    }
    for (name, loaded) in work.contacts.drain() {
        shared.remember(&name, loaded);
    }
    shared.keep_answers(&record);
    shared.tail.push(Tail { number: work.number, record });
}
