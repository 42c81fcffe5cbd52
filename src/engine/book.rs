//! What an open book knows without asking its store, how it comes to know it, and how it follows
//! other writers of the same database. It commits nothing: what it takes in is in the store already.

use super::Engine;
use super::agenda::Agendas;
use super::head::{Answer, CommitRecord, Head, KnownDefinition};
use super::loaded::Loaded;
use crate::decide::Context;
use crate::definition::Definition;
use crate::error::{Error, Missing, StoreError};
use crate::event::{DEFINITION_ADDED, Entry, Event, Fact};
use crate::ids::{
    CommitNo, ContactId, ContactName, DefinitionHash, DefinitionId, ReplicaId, StageId,
};
use crate::json::Mismatch;
use crate::ledger::{Line, Log, Pseudonyms, Seal};
use crate::map::{Hashed, Texts};
use crate::project::{Contact, RowBody};
use crate::store::{Store, Table};
use crate::time::Instant;
use std::rc::Rc;

/// Gives ids: ones that never repeat, and the same for the same text.
pub(super) type Ids<'a> = (&'a dyn Fn() -> String, &'a dyn Fn(&str) -> String);

/// Who made a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// This book.
    Local,
    /// Another writer of the same database.
    Tab,
    /// Another device.
    Sync,
}

/// A change of the book.
#[derive(Clone, Debug)]
pub struct Change {
    /// Contacts it is about; empty: too many, read all anew.
    pub contacts: Vec<ContactId>,
    /// Who made it.
    pub source: Source,
}

impl Change {
    /// Contacts beyond which a change names none.
    pub const MANY: usize = 1_000;
}

/// A commit that is not compacted yet.
pub(super) struct Tail {
    pub number: CommitNo,
    pub record: CommitRecord,
}

/// An entry of the tail, ready to be folded.
#[derive(Clone)]
pub(super) struct TailEntry {
    pub commit: CommitNo,
    /// Whom it is about; empty in a tombstone.
    pub id: ContactId,
    pub entry: Rc<Entry>,
    pub body: RowBody,
}

/// What is known of the database, as of commit `known`.
pub(super) struct Shared {
    pub head: Head,
    pub known: CommitNo,
    pub seal: Seal,
    pub tail: Vec<Tail>,
    pub entries: Hashed<Vec<TailEntry>>,
    pub answers: Hashed<Answer>,
    pub definitions: Vec<KnownDefinition>,
    /// Definitions in the tail, to be stored by the next compaction.
    pub added: Vec<(DefinitionHash, Vec<u8>)>,
    pub contacts: u64,
    pub cache: Hashed<Rc<Loaded>>,
    /// What is to be done, as of the last compaction, once it was asked for.
    pub agendas: Option<Agendas>,
}

/// Contacts kept in memory before all are dropped again.
const CACHED: usize = 512;

impl Shared {
    pub(super) fn new(head: Head, name: &str, pseudonyms: &Pseudonyms) -> Self {
        let log = head.logs.get(&head.replica).cloned().unwrap_or_default();
        let seal =
            Seal::new(name.to_owned(), head.replica.clone(), log, head.hlc, pseudonyms.clone());
        Self {
            known: head.commit,
            definitions: head.definitions.clone(),
            contacts: head.contacts,
            head,
            seal,
            tail: Vec::new(),
            entries: Hashed::default(),
            answers: Hashed::default(),
            added: Vec::new(),
            cache: Hashed::default(),
            agendas: None,
        }
    }

    /// A log as it now is; nothing, if it is not known.
    pub(super) fn log(&self, replica: &ReplicaId) -> Log {
        if *replica == self.seal.replica {
            return self.seal.log.clone();
        }
        self.head.logs.get(replica).cloned().unwrap_or_default()
    }

    /// What the server of the last round lacks of the logs that are this device's to send.
    pub(super) fn lacking(&self) -> Vec<(ReplicaId, u64, u64)> {
        let server = self.head.sync.current().map(|(_, server)| server);
        let held = |replica: &ReplicaId| server.map_or(0, |server| server.held_of(replica));
        self.head.sync.lacking((&self.seal.replica, self.seal.log.size()), &held)
    }

    /// How many entries the tail has.
    pub(super) fn tail_entries(&self) -> usize {
        self.tail.iter().map(|tail| tail.record.lines.len()).sum()
    }

    /// Keeps a contact in memory.
    pub(super) fn remember(&mut self, name: &str, loaded: Rc<Loaded>) {
        if self.cache.len() >= CACHED {
            self.cache.clear();
        }
        self.cache.insert(name, loaded);
    }

    /// Takes in a commit that is stored: the next one, and not compacted.
    fn follow(
        &mut self,
        number: CommitNo,
        record: CommitRecord,
    ) -> Result<Vec<ContactId>, StoreError> {
        let mut touched = Vec::new();
        for bytes in &record.lines {
            touched.extend(self.follow_line(number, bytes)?);
        }
        self.keep_answers(&record);
        self.tail.push(Tail { number, record });
        self.known = number;
        Ok(touched)
    }

    pub(super) fn keep_answers(&mut self, record: &CommitRecord) {
        for answer in &record.answers {
            self.answers.insert(&answer.key, answer.clone());
        }
    }

    fn follow_line(
        &mut self,
        commit: CommitNo,
        bytes: &[u8],
    ) -> Result<Option<ContactId>, StoreError> {
        let corrupt = |reason: &str| StoreError::Corrupt(format!("an entry: {reason}"));
        let line = Line::parse(bytes).map_err(corrupt)?;
        if line.header.replica != self.seal.replica || line.header.seq.0 != self.seal.log.size() {
            return Err(corrupt("not the next of this log"));
        }
        self.seal.log.follow(&line);
        self.seal.hlc = self.seal.hlc.max(line.header.hlc);
        let Some((body, _)) = line.body else {
            return Ok(None);
        };
        let header = line.header;
        if header.kind == DEFINITION_ADDED {
            self.define(header.definition.unwrap_or_default(), body.as_bytes());
            return Ok(None);
        }
        let order = header.order();
        let unread = |error: Mismatch| StoreError::Corrupt(format!("an entry's body: {error}"));
        let (fact, contact) = Fact::read(&header.kind, header.definition, body).map_err(unread)?;
        let Some(name) = header.contact else {
            return Ok(None);
        };
        let entry = Rc::new(Entry { order, at: header.at, fact });
        let id = contact.unwrap_or_default();
        self.note(&name, TailEntry { commit, id: id.clone(), entry, body: RowBody::new(body) });
        Ok(Some(id))
    }

    /// Takes in an entry of the tail: for the contact in memory, and for those loaded later.
    fn note(&mut self, name: &ContactName, entry: TailEntry) {
        self.count(&entry.entry);
        if let Some(loaded) = self.cache.get_mut(name.as_str()) {
            Rc::make_mut(loaded).push(&entry.id, &entry.entry, entry.body.clone());
        }
        self.entries.get_or_insert_with(name.as_str(), Vec::new).push(entry);
    }

    /// Keeps the number of contacts.
    pub(super) fn count(&mut self, entry: &Entry) {
        match entry.fact.event {
            Event::ContactCreated(_) => self.contacts += 1,
            Event::ContactErased(_) => self.contacts = self.contacts.saturating_sub(1),
            _ => {}
        }
    }

    /// Takes in a definition that the ledger holds now.
    pub(super) fn define(&mut self, hash: DefinitionHash, canonical: &[u8]) {
        self.definitions.extend(KnownDefinition::read(&hash, canonical));
        self.added.push((hash, canonical.to_vec()));
    }
}

impl<S: Store> Engine<S> {
    /// Reads what other writers committed, and tells of it.
    ///
    /// # Errors
    /// What the store says.
    pub async fn refresh(&self) -> Result<(), Error> {
        self.open_or_refuse()?;
        self.follow().await
    }

    /// Reads commits that are not known yet, and tells of them: nobody else will.
    pub(super) async fn follow(&self) -> Result<(), Error> {
        if let Some(contacts) = self.catch_up().await? {
            self.publish(&Change { contacts, source: Source::Tab });
        }
        Ok(())
    }

    /// Reads commits that are not known yet. Gives the contacts they touch, none if there is
    /// nothing new, and an empty list if all must be read anew.
    async fn catch_up(&self) -> Result<Option<Vec<ContactId>>, Error> {
        let mut reloaded = false;
        loop {
            let known = self.shared.borrow().known;
            let commits = self.store.commits_after(known).await?;
            if self.shared.borrow().known != known {
                continue;
            }
            if commits.is_empty() {
                return Ok(reloaded.then(Vec::new));
            }
            if commits.iter().any(|(_, record)| CommitRecord::is_silent(record)) {
                self.reload().await?;
                reloaded = true;
                continue;
            }
            let touched = self.take_in(commits)?;
            // A commit that touches no contact is a lease.
            let news = reloaded || !touched.is_empty();
            let all = reloaded || touched.len() > Change::MANY;
            return Ok(news.then(|| if all { Vec::new() } else { touched }));
        }
    }

    fn take_in(&self, commits: Vec<(CommitNo, Vec<u8>)>) -> Result<Vec<ContactId>, Error> {
        let mut touched = Texts::default();
        let mut shared = self.shared.borrow_mut();
        for (number, record) in commits {
            for id in shared.follow(number, CommitRecord::read(&record)?)? {
                touched.note(id.as_str());
            }
        }
        Ok(touched.keys().map(ContactId::from).collect())
    }

    /// Begins again from the tables: another writer compacted or erased.
    async fn reload(&self) -> Result<(), Error> {
        let head = self.store.get(Table::Meta, Head::KEY).await?;
        let head =
            Head::read(&head.ok_or_else(|| StoreError::Corrupt("the head is gone".to_owned()))?)?;
        // While the head was read, a write of this handle may have gone on to a later commit.
        if head.commit > self.shared.borrow().known {
            *self.shared.borrow_mut() = Shared::new(head, &self.name, &self.pseudonyms);
            self.imported.borrow_mut().clear();
        }
        Ok(())
    }

    /// A contact as it now is, tail included.
    pub(super) async fn load(&self, name: &ContactName) -> Result<Rc<Loaded>, Error> {
        loop {
            if let Some(loaded) = self.shared.borrow().cache.get(name.as_str()) {
                return Ok(loaded.clone());
            }
            let epoch = self.shared.borrow().head.commit;
            let record = self.store.get(Table::Contacts, name.as_str()).await?;
            if let Some(loaded) = self.adopt(name, epoch, record)? {
                return Ok(loaded);
            }
            self.expect_news(epoch).await?;
        }
    }

    /// Contacts by name as they now are, those that are not in memory in one go.
    pub(super) async fn load_all(
        &self,
        names: &mut dyn Iterator<Item = &ContactName>,
    ) -> Result<Hashed<Rc<Loaded>>, Error> {
        let mut found = Hashed::default();
        let (epoch, missing) = {
            let shared = self.shared.borrow();
            let (mut asked, mut missing) = (Texts::default(), Vec::new());
            for name in names.filter(|name| asked.note(name.as_str())) {
                match shared.cache.get(name.as_str()) {
                    Some(loaded) => found.insert(name.as_str(), loaded.clone()),
                    None => missing.push(name),
                }
            }
            (shared.head.commit, missing)
        };
        if missing.is_empty() {
            return Ok(found);
        }
        let keys: Vec<&str> = missing.iter().map(|name| name.as_str()).collect();
        let records = self.store.get_many(Table::Contacts, &keys).await?;
        for (name, record) in missing.into_iter().zip(records) {
            let loaded = match self.adopt(name, epoch, record)? {
                Some(loaded) => loaded,
                None => self.load(name).await?,
            };
            found.insert(name.as_str(), loaded);
        }
        Ok(found)
    }

    /// Where a contact stands in a workflow, if it does and is in memory.
    pub fn stage_in_memory(&self, id: &ContactId, definition: &DefinitionId) -> Option<StageId> {
        let shared = self.shared.borrow();
        let loaded = shared.cache.get(self.name_of(id).as_str())?;
        let position = loaded.state.workflow.as_ref()?;
        (position.definition == *definition).then(|| position.stage.clone())
    }

    /// What does not fit to the compaction at `epoch` fits to a later one, or is damaged.
    pub(super) async fn expect_news(&self, epoch: CommitNo) -> Result<(), Error> {
        self.follow().await?;
        if self.shared.borrow().head.commit == epoch {
            return Err(StoreError::Corrupt("a part of a contact is missing".to_owned()).into());
        }
        Ok(())
    }

    /// Makes a contact of its record and the tail. None if they do not belong together: a
    /// compaction came since `epoch`, when the record was asked for, or is not known here yet.
    pub(super) fn adopt(
        &self,
        name: &ContactName,
        epoch: CommitNo,
        record: Option<Vec<u8>>,
    ) -> Result<Option<Rc<Loaded>>, Error> {
        let mut loaded = match record {
            Some(record) => Loaded::read(&record)?,
            None => Loaded::default(),
        };
        let mut shared = self.shared.borrow_mut();
        if shared.head.commit != epoch || loaded.as_of > epoch {
            return Ok(None);
        }
        loaded.state.name = name.clone();
        for tail in shared.entries.get(name.as_str()).into_iter().flatten() {
            if tail.commit > loaded.as_of {
                loaded.push(&tail.id, &tail.entry, tail.body.clone());
            }
        }
        let loaded = Rc::new(loaded);
        shared.remember(name.as_str(), loaded.clone());
        Ok(Some(loaded))
    }

    /// What the rules see of the world, for `actor`.
    pub(super) fn context<'a>(
        &'a self,
        actor: &'a crate::command::Actor,
        now: Instant,
        replica: &'a ReplicaId,
        next_seq: crate::ids::Seq,
        (new_id, derive): Ids<'a>,
    ) -> Context<'a> {
        Context {
            now,
            zone: self.world.as_ref(),
            actor,
            users: self.users.borrow().clone(),
            definitions: &self.definitions,
            replica,
            next_seq,
            new_id,
            derive,
        }
    }

    /// An id that never repeats: 96 random bits.
    pub(super) fn new_id(&self) -> String {
        use base64ct::{Base64UrlUnpadded, Encoding};
        let mut bytes = [0; 12];
        self.world.random(&mut bytes);
        Base64UrlUnpadded::encode_string(&bytes)
    }

    /// An id for a contact that the host gave none. Under a commandId it is always the same.
    pub fn invent(&self, command_id: Option<&str>) -> ContactId {
        ContactId::new(match command_id {
            Some(id) => self.pseudonyms.name("created", id),
            None => self.new_id(),
        })
    }

    /// A contact that stands at `stage` of `definition`, by default the book's first: what a form is
    /// checked against before there is one. Without a stage none narrows the form down.
    ///
    /// # Errors
    /// `not-found`.
    pub fn standing(
        &self,
        definition: Option<&str>,
        stage: Option<&str>,
    ) -> Result<Contact, Error> {
        let definition = self.definition(definition)?;
        let Some(id) = stage else {
            return Ok(Contact::default());
        };
        let stage = definition.stage(&id.into());
        let stage = stage.ok_or_else(|| Missing::Stage(id.into()))?;
        Ok(Contact::standing_at(definition.id(), stage))
    }

    /// The workflow of that id; the book's first, if none is named.
    pub fn definition(&self, id: Option<&str>) -> Result<&Definition, Error> {
        let found = match id {
            Some(id) => self.definitions.get(&id.into()),
            None => self.definitions.iter().next(),
        };
        let missing = || Missing::Definition(id.unwrap_or_default().to_owned());
        Ok(found.ok_or_else(missing)?)
    }

    /// An id that is the same on every device for the same text.
    pub(super) fn derive(&self, text: &str) -> String {
        self.pseudonyms.name("follow", text)
    }

    /// The ledger's name of a contact.
    pub(super) fn name_of(&self, id: &ContactId) -> ContactName {
        self.pseudonyms.contact(id)
    }

    /// The definitions that the ledger lacks, as the canonical JSON it will hold.
    pub(super) fn unknown_definitions(&self) -> Vec<(DefinitionHash, Vec<u8>)> {
        let shared = self.shared.borrow();
        let lacking =
            |hash: &DefinitionHash| shared.definitions.iter().all(|known| known.hash != *hash);
        let given = self.definitions.iter().filter(|given| lacking(given.hash()));
        given
            .map(|given| (given.hash().clone(), crate::ledger::canonical_value(given.source())))
            .collect()
    }
}
