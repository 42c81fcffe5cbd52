//! Commands: decided one after the other, committed together. Whoever holds the writer's lock
//! takes all that waits, so commands that come while a commit is under way share the next one.

use super::applying::{self, Pieces};
use super::book::{Change, Shared, Source, Tail, TailEntry};
use super::conflicts::conflicts_change;
use super::head::{Answer, CommitRecord, SyncState};
use super::loaded::Loaded;
use super::outbox::item_of;
use super::{ATTEMPTS, Engine};
use crate::command::{Actor, Command, CommandOptions};
use crate::decide::{Context, Subject, decide};
use crate::error::{Blocker, Clash, Error, Fault, Issue, Missing};
use crate::event::{By, Entry, Event, Fact, StageRef, WorkflowRefused};
use crate::ids::{
    CommitNo, ContactId, ContactName, DefinitionHash, ItemId, ReplicaId, Seq, StageId, TransitionId,
};
use crate::json::{self, Members, ToJson, Value};
use crate::ledger::{Line, Log, Salt, Seal, Sealed, canonical_value};
use crate::map::{Hashed, Map, Texts};
use crate::project::{Conflict, Contact, Row, RowBody};
use crate::sort;
use crate::store::{Change as Write, Commit, Outcome, Store, Table};
use crate::time::Instant;
use futures_util::future::poll_fn;
use std::cell::RefCell;
use std::rc::Rc;
use std::task::Poll;

/// An entry that a command wrote, with its row.
pub type WrittenEntry = (Rc<Row>, Rc<Entry>);

/// What a command wrote.
#[derive(Clone, Debug)]
pub struct Written {
    /// The contact as it now is.
    pub contact: Rc<Loaded>,
    /// The entries, with their rows.
    pub entries: Vec<WrittenEntry>,
    /// Warnings.
    pub issues: Vec<Issue>,
}

impl Written {
    /// The item in the outbox that it is about.
    pub fn item(&self) -> Option<&ItemId> {
        self.entries.iter().find_map(|(_, entry)| item_of(&entry.fact.event))
    }

    /// The same with the contact as `work` has it in the end.
    fn renew(&mut self, work: &Work) {
        let Some(contact) = work.contact(&self.contact.state.name) else { return };
        for (row, _) in &mut self.entries {
            let now = contact.rows.iter().find(|now| now.order == row.order);
            *row = now.unwrap_or(row).clone();
        }
        self.contact = contact.clone();
    }
}

type Reply = Rc<RefCell<Option<Result<Written, Error>>>>;

/// A command that waits for the writer.
#[derive(Clone)]
pub(super) struct Queued {
    actor: Actor,
    command: Command,
    options: CommandOptions,
    reply: Reply,
}

/// Commands in one commit.
const TOGETHER: usize = 500;

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
    salts: Vec<Salt>,
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
    /// Runs a command; what it wrote is durable when this resolves.
    ///
    /// # Errors
    /// All that is wrong with it, or what the store says. Nothing of it was written then.
    pub async fn run(
        &self,
        actor: &Actor,
        command: Command,
        options: CommandOptions,
    ) -> Result<Written, Error> {
        self.open_or_refuse()?;
        let reply = Reply::default();
        let queued = Queued { actor: actor.clone(), command, options, reply: reply.clone() };
        self.queue.borrow_mut().push(queued);
        let turn = self.turn().await?;
        if reply.borrow().is_none() {
            // Commands given in the same turn of the event loop are on their way to the queue.
            give_way().await;
            self.write_all().await;
        }
        drop(turn);
        let answer = reply.borrow_mut().take();
        match answer {
            Some(Err(error)) => match *error {
                // A contact's state knows what waits, not what was settled.
                Fault::NotFound(Missing::Item(id)) => Err(self.not_waiting(id).await),
                _ => Err(error),
            },
            Some(answer) => answer,
            None => Err(Fault::Internal("a command was left unanswered".to_owned()).into()),
        }
    }

    /// Writes everything that waits.
    async fn write_all(&self) {
        loop {
            let batch = self.take_batch();
            if batch.is_empty() {
                return;
            }
            if let Err(error) = self.write(&batch).await {
                for queued in &batch {
                    queued.reply.borrow_mut().get_or_insert(Err(error.clone()));
                }
            }
        }
    }

    /// The commands of the next commit. An erasure has one of its own.
    fn take_batch(&self) -> Vec<Queued> {
        let mut queue = self.queue.borrow_mut();
        let alone = |queued: &Queued| matches!(queued.command, Command::Erase { .. });
        let end = match queue.iter().position(alone) {
            Some(0) => 1,
            Some(place) => place.min(TOGETHER),
            None => queue.len().min(TOGETHER),
        };
        queue.drain(..end).collect()
    }

    async fn write(&self, batch: &[Queued]) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            self.open_or_refuse()?;
            let Some((mut work, mut answers)) = self.prepare(batch).await? else {
                self.follow().await?;
                continue;
            };
            if work.lines.is_empty() {
                // No commit tells whether a refusal rests on what another writer has changed.
                self.follow().await?;
                if self.shared.borrow().known.next() != work.number {
                    continue;
                }
                settle(batch, answers);
                return Ok(());
            }
            let erased = match batch {
                [Queued { command: Command::Erase { .. }, .. }] => {
                    work.contacts.keys().next().and_then(ContactName::parse)
                }
                _ => None,
            };
            let tail = self.shared.borrow().tail_entries() + work.lines.len();
            let long = tail > self.store.longest_tail();
            let late = !work.late.is_empty();
            if late {
                self.put_in_place(&mut work).await?;
                answers.iter_mut().flatten().for_each(|written| written.renew(&work));
            }
            let outcome = if erased.is_some() || long || late {
                work.erased.extend(erased);
                self.commit_compacted(&mut work).await?
            } else {
                self.commit_tail(&mut work).await?
            };
            if outcome == Outcome::Done {
                settle(batch, answers);
                return Ok(());
            }
            self.follow().await?;
        }
        Err(Clash::Busy.into())
    }

    /// Decides and seals a batch. None if the database moved on meanwhile.
    #[allow(clippy::type_complexity)]
    async fn prepare(
        &self,
        batch: &[Queued],
    ) -> Result<Option<(Work, Vec<Result<Written, Error>>)>, Error> {
        let start = self.shared.borrow().known;
        let mut contacts = Hashed::default();
        for queued in batch {
            if let Ok(name) = self.subject(&queued.command)
                && !contacts.contains_key(name.as_str())
            {
                contacts.insert(name.as_str(), self.load(&name).await?);
            }
        }
        let mut known = Vec::with_capacity(batch.len());
        for queued in batch {
            known.push(self.answered(queued).await?);
        }
        if self.shared.borrow().known != start {
            return Ok(None);
        }
        let mut work = self.begin_work(contacts);
        let mut answers = Vec::with_capacity(batch.len());
        for (queued, known) in batch.iter().zip(known) {
            answers.push(match known {
                Some(answer) => Err(Replay(answer)),
                None => self.decide_one(queued, &mut work).map_err(Failed),
            });
        }
        let mut settled = Vec::with_capacity(answers.len());
        for (answer, queued) in answers.into_iter().zip(batch) {
            settled.push(match answer {
                Ok(written) => Ok(written),
                Err(Failed(error)) => Err(error),
                Err(Replay(answer)) => self.replay(queued, &answer).await,
            });
        }
        Ok(Some((work, settled)))
    }

    fn subject(&self, command: &Command) -> Result<ContactName, Error> {
        Ok(match command.subject()? {
            Subject::Id(id) => self.name_of(id),
            Subject::Name(name) => name,
        })
    }

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

    fn decide_one(&self, queued: &Queued, work: &mut Work) -> Result<Written, Error> {
        let name = self.subject(&queued.command)?;
        let key =
            queued.options.command_id.as_deref().map(|id| self.pseudonyms.name("command", id));
        if let Some(key) = &key
            && let Some(answer) = work.answers.iter().find(|answer| answer.key == *key)
        {
            return self.twice_in_one(queued, answer, work);
        }
        let loaded = work.contact(&name).cloned().unwrap_or_default();
        let mut state = loaded.state.clone();
        state.name = name.clone();
        if let Ok(Subject::Id(id)) = queued.command.subject()
            && state.id.as_str().is_empty()
        {
            state.id = id.clone();
        }
        let lacking =
            if work.definitions.is_empty() { self.unknown_definitions() } else { Vec::new() };
        let next = work.seal.upcoming(lacking.len());
        let (new_id, derive) = (|| self.new_id(), |text: &str| self.derive(text));
        let replica = work.seal.replica.clone();
        let context: Context<'_> =
            self.context(&queued.actor, work.now, &replica, next, (&new_id, &derive));
        let decided = decide(&state, &queued.command, &queued.options, &context);
        if let Err(error) = &decided
            && let Fault::Refused { blockers, .. } = &**error
            && self.record_refusals
            && state.exists()
        {
            self.record_refusal(queued, blockers, (&name, &state), work)?;
        }
        let decision = decided?;
        if decision.facts.is_empty() {
            return Ok(Written { contact: loaded, entries: Vec::new(), issues: decision.issues });
        }
        for definition in lacking {
            self.seal_definition(definition, &queued.actor, work);
        }
        let from = work.seal.upcoming(0);
        let entries = self.seal_facts(decision.facts, &name, &state.id, work)?;
        if let Some(key) = key {
            let (fingerprint, count) = (self.fingerprint(queued), entries.len() as u64);
            work.answers.push(Answer { key, fingerprint, contact: name.clone(), from, count });
        }
        let contact = work.contact(&name).cloned().unwrap_or_default();
        Ok(Written { contact, entries, issues: decision.issues })
    }

    /// Logs a move that did not happen.
    fn record_refusal(
        &self,
        queued: &Queued,
        blockers: &[Blocker],
        (name, state): (&ContactName, &Contact),
        work: &mut Work,
    ) -> Result<(), Error> {
        let request = match &queued.command {
            Command::Transition { request, .. } => request,
            Command::Save { changes, .. } => match &changes.transition {
                Some(request) => request,
                None => return Ok(()),
            },
            _ => return Ok(()),
        };
        let blocker = |blocker: &Blocker| {
            let mut out = Vec::new();
            let mut object = Members::open(&mut out);
            object.member("code", &blocker.code);
            object.always("params", &blocker.params);
            object.close();
            // Parameters stand in no order of their own; in a body they have to.
            let sorted = json::read_bytes(&out).map(|value: Value<'_>| canonical_value(&value));
            sorted.and_then(|sorted| json::read_bytes(&sorted)).unwrap_or(Value::Null)
        };
        let here = state.workflow.as_ref();
        let event = Event::WorkflowRefused(WorkflowRefused {
            blockers: blockers.iter().map(blocker).collect(),
            from: here
                .map(|here| StageRef { label: here.label.clone(), stage: here.stage.clone() }),
            to: request.to.as_deref().map(StageId::new),
            transition: request.transition.as_deref().map(TransitionId::new),
        });
        let by = By::from(&queued.actor);
        let fact = Fact { by, occurred_at: None, source: None, definition: None, event };
        self.seal_facts(vec![fact], name, &state.id, work).map(drop)
    }

    /// Seals facts about one contact and folds them in.
    pub(super) fn seal_facts(
        &self,
        facts: Vec<Fact>,
        name: &ContactName,
        id: &ContactId,
        work: &mut Work,
    ) -> Result<Vec<WrittenEntry>, Error> {
        let mut written = Vec::with_capacity(facts.len());
        for fact in facts {
            let salt = self.salt(work);
            let (entry, sealed) = work.seal.fact(fact, (name, id), work.now, &salt);
            let entry = Rc::new(entry);
            let body = body_of(&sealed)?;
            let loaded = Rc::make_mut(work.contacts.get_or_insert_with(name.as_str(), Rc::default));
            loaded.state.name = name.clone();
            loaded.push(id, &entry, body.clone());
            if let [.., before, last] = loaded.rows.as_slice()
                && before.order > last.order
            {
                work.late.note(name.as_str());
            }
            let row = loaded.rows.last().cloned();
            work.lines.push(sealed.line);
            written.extend(row.map(|row| (row, entry.clone())));
            let commit = work.number;
            work.entries.push((name.clone(), TailEntry { commit, id: id.clone(), entry, body }));
        }
        Ok(written)
    }

    /// Folds entries in before what comes after them: of a clock that was ahead, and is known of.
    async fn put_in_place(&self, work: &mut Work) -> Result<(), Error> {
        let mut pieces = Pieces::default();
        for line in &work.lines {
            let line = Line::parse(line).map_err(applying::unreadable)?;
            let name = line.header.contact.as_ref().map_or("", ContactName::as_str);
            if work.late.contains_key(name) {
                applying::note(&mut pieces, &line)?;
            }
        }
        let (sync, created) = (self.shared.borrow().head.sync.clone(), work.created);
        self.fold_all(pieces, &Texts::default(), &sync, work).await?;
        // The entries are counted themselves.
        work.created = created;
        Ok(())
    }

    /// Seals the definition before the first entry that uses it.
    pub(super) fn seal_definition(
        &self,
        (hash, canonical): (DefinitionHash, Vec<u8>),
        actor: &Actor,
        work: &mut Work,
    ) {
        let salt = self.salt(work);
        let sealed = work.seal.definition(hash.clone(), &canonical, &actor.id, work.now, &salt);
        work.lines.push(sealed.line);
        work.definitions.push((hash, canonical));
    }

    /// The next salt; randomness is asked for in bulk.
    fn salt(&self, work: &mut Work) -> Salt {
        if work.salts.is_empty() {
            let mut bytes = vec![0; 32 * 64];
            self.world.random(&mut bytes);
            work.salts = bytes.chunks_exact(32).filter_map(|salt| salt.try_into().ok()).collect();
        }
        work.salts.pop().unwrap_or_default()
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

    /// What was answered to the command's id before, if it had one and was.
    async fn answered(&self, queued: &Queued) -> Result<Option<Answer>, Error> {
        let Some(id) = &queued.options.command_id else {
            return Ok(None);
        };
        let key = self.pseudonyms.name("command", id);
        if let Some(answer) = self.shared.borrow().answers.get(&key) {
            return Ok(Some(answer.clone()));
        }
        match self.store.get(Table::Commands, &key).await? {
            Some(bytes) => Ok(Some(json::read_bytes(&bytes).map_err(Fault::Internal)?)),
            None => Ok(None),
        }
    }

    /// What the first call wrote, with the contact as it now is.
    async fn replay(&self, queued: &Queued, answer: &Answer) -> Result<Written, Error> {
        self.same_command(queued, answer)?;
        let contact = self.load(&answer.contact).await?;
        let replica = self.shared.borrow().seal.replica.clone();
        let mut entries = Vec::new();
        for row in self.all_rows(&answer.contact, None).await? {
            let place = row.order.seq.0.checked_sub(answer.from.0);
            if row.order.replica == replica && place.is_some_and(|place| place < answer.count) {
                let (entry, _) = row.entry()?;
                entries.push((row, Rc::new(entry)));
            }
        }
        sort::sort(&mut entries, |(a, _), (b, _)| a.order.seq.cmp(&b.order.seq));
        Ok(Written { contact, entries, issues: Vec::new() })
    }

    /// The same id twice among commands of one commit.
    fn twice_in_one(
        &self,
        queued: &Queued,
        answer: &Answer,
        work: &Work,
    ) -> Result<Written, Error> {
        self.same_command(queued, answer)?;
        let contact = work.contact(&answer.contact).cloned().unwrap_or_default();
        let wrote = |seq: Seq| seq >= answer.from && seq.0 < answer.from.0 + answer.count;
        let rows = contact.rows.iter().filter(|row| wrote(row.order.seq)).cloned();
        let entries = rows
            .filter_map(|row| row.entry().ok().map(|(entry, _)| (row, Rc::new(entry))))
            .collect();
        Ok(Written { contact, entries, issues: Vec::new() })
    }

    fn same_command(&self, queued: &Queued, answer: &Answer) -> Result<(), Error> {
        if answer.fingerprint == self.fingerprint(queued) {
            return Ok(());
        }
        let id = queued.options.command_id.clone().unwrap_or_default();
        Err(Clash::CommandReused(id).into())
    }

    fn fingerprint(&self, queued: &Queued) -> String {
        let mut bytes = json::bytes(&queued.command);
        queued.options.occurred_at.write(&mut bytes);
        self.pseudonyms.fingerprint(&bytes)
    }
}

/// Why a command of a batch has nothing to write.
enum Unwritten {
    Failed(Error),
    Replay(Answer),
}
use Unwritten::{Failed, Replay};

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

fn settle(batch: &[Queued], answers: Vec<Result<Written, Error>>) {
    for (queued, answer) in batch.iter().zip(answers) {
        *queued.reply.borrow_mut() = Some(answer);
    }
}

/// The body's bytes of a line just sealed.
fn body_of(sealed: &Sealed) -> Result<RowBody, Error> {
    let body = std::str::from_utf8(&sealed.line[sealed.body.clone()]);
    body.map(RowBody::new).map_err(|_| unreadable())
}

fn unreadable() -> Error {
    Fault::Internal("an entry is not UTF-8".to_owned()).into()
}

/// Lets whatever else is ready run first.
async fn give_way() {
    let mut gave = false;
    poll_fn(|context| {
        if std::mem::replace(&mut gave, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
