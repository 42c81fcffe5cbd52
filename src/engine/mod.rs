//! The only orchestration: load, decide, seal, commit, project, publish. Every file here is one
//! step of it; the rules, the format and the storage are elsewhere. The world (clock, randomness,
//! zone) comes in as [`World`], the storage as a [`Store`].

mod across;
mod agenda;
mod applying;
mod book;
mod bringing;
mod carrying;
mod changes;
mod compact;
mod conflicts;
mod deciding;
mod exporting;
mod filter;
mod folding;
mod gathering;
mod head;
mod history;
mod importing;
mod insights;
mod leasing;
mod lines;
mod loaded;
mod migrating;
mod opening;
mod outbox;
mod packing;
mod playing;
mod proving;
mod read;
mod repeating;
mod resealing;
mod sealing;
mod settling;
mod simulating;
mod syncing;
mod traces;
mod verifying;
pub mod view;
mod work;
mod write;

pub use across::Told;
pub use agenda::{Agenda, CalendarQuery, ReminderQuery, TaskQuery, Todo};
pub use applying::Applied;
pub use book::{Change, Source};
pub use carrying::{Carried, Part};
pub use changes::Changes;
pub use exporting::{Format, Piece, Scope};
pub use head::{Head, SyncState, unsynced_entries};
pub use importing::{ImportReport, RejectedRow};
pub use insights::InsightsQuery;
pub use loaded::Loaded;
pub use migrating::{Migration, Plan, Stuck};
pub use opening::{Options, World};
pub use outbox::{ItemStatus, OutboxItem, OutboxQuery, Payload};
pub use playing::Trial;
pub use proving::{ConsistencyProof, InclusionProof};
pub use read::{Activity, ActivityQuery, HistoryQuery, ListQuery, LogQuery, Page};
pub use simulating::{Simulation, Step, simulate};
pub use syncing::{ServerName, Standing};
pub use verifying::{Progress, known_heads};
pub use write::{Written, WrittenEntry};

use crate::command::User;
use crate::definition::Definitions;
use crate::error::{Error, Fault};
use crate::ids::{CommitNo, DefinitionHash, DefinitionId, ReplicaId};
use crate::ledger::{Log, Pseudonyms};
use crate::map::Hashed;
use crate::store::Store;
use crate::text::Messages;
use crate::time::Instant;
use book::Shared;
use futures_util::lock::{Mutex, MutexGuard};
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

/// Attempts against other writers before a write gives up.
const ATTEMPTS: u32 = 50;

/// Who is told of changes.
pub type Listener = Rc<dyn Fn(&Change)>;

/// An open book over a store.
///
/// Calls may overlap: writes of one moment share a commit, reads never wait for writes.
pub struct Engine<S> {
    store: S,
    world: Box<dyn World>,
    name: String,
    pseudonyms: Pseudonyms,
    definitions: Rc<Definitions>,
    messages: RefCell<Rc<Messages>>,
    users: RefCell<Option<Rc<[User]>>>,
    strict: bool,
    record_refusals: bool,
    shared: RefCell<Shared>,
    queue: RefCell<Vec<write::Queued>>,
    writer: Mutex<()>,
    imported: RefCell<importing::Sources>,
    gathered: RefCell<gathering::Gathered>,
    listener: RefCell<Option<Listener>>,
    /// Logs as they were at the last batch cut from each.
    cuts: RefCell<Hashed<Log>>,
    closed: Cell<bool>,
    /// Up to this commit all survives a power cut.
    flushed: Cell<CommitNo>,
    founded: bool,
    /// Why a batch in quarantine could not be applied when it was last tried.
    fault: RefCell<Option<Error>>,
    /// Who this handle is where leases are kept.
    holder: OnceCell<String>,
}

impl<S: Store> Engine<S> {
    /// Tells `listener` of every change of the book, after it is durable.
    pub fn on_change(&self, listener: Listener) {
        *self.listener.borrow_mut() = Some(listener);
    }

    /// The wording in the book's locale.
    pub fn messages(&self) -> Rc<Messages> {
        self.messages.borrow().clone()
    }

    /// Changes what may change while a book is open; what is none stays.
    pub fn configure(&self, messages: Option<Messages>, users: Option<Option<Vec<User>>>) {
        if let Some(messages) = messages {
            *self.messages.borrow_mut() = Rc::new(messages);
        }
        if let Some(users) = users {
            *self.users.borrow_mut() = users.map(Rc::from);
        }
    }

    /// The book's workflows.
    pub fn definitions(&self) -> &Definitions {
        &self.definitions
    }

    /// The book's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The present.
    pub fn now(&self) -> Instant {
        self.world.now()
    }

    /// The store, for what is its alone (its kind, its events).
    pub fn store(&self) -> &S {
        &self.store
    }

    /// Whether the database was made by this opening.
    pub fn is_new(&self) -> bool {
        self.founded
    }

    /// This device's id, how many entries its log has, and how many contacts the book has.
    pub fn size(&self) -> (ReplicaId, u64, u64) {
        let shared = self.shared.borrow();
        (shared.seal.replica.clone(), shared.seal.log.size(), shared.contacts)
    }

    /// How many entries the book has, of all devices.
    pub fn entries(&self) -> u64 {
        self.logs().iter().map(|(_, log)| log.size()).sum()
    }

    /// This device's id, and how much of its log a server holds; none without a server.
    pub fn held_by_server(&self) -> Option<(ReplicaId, u64)> {
        let shared = self.shared.borrow();
        let own = &shared.seal.replica;
        shared.head.sync.acknowledged(own).map(|held| (own.clone(), held))
    }

    /// Definitions that the ledger holds, as id, version and hash.
    pub fn known_definitions(&self) -> Vec<(DefinitionId, u64, DefinitionHash)> {
        let shared = self.shared.borrow();
        let row =
            |known: &head::KnownDefinition| (known.id.clone(), known.version, known.hash.clone());
        shared.definitions.iter().map(row).collect()
    }

    /// Waits for writes under way, then lets go of the store. Later calls are refused.
    pub async fn close(&self) {
        if !self.closed.replace(true) {
            let _writing = self.writer.lock().await;
            // What does not come to it is folded by the next opening.
            let _ = self.settle().await;
            self.store.close().await;
        }
    }

    /// Marks the book as ended without touching the store, which is gone.
    pub fn abandon(&self) {
        self.closed.set(true);
    }

    /// The writer's turn, with every contact's record as the log says, and the clock right.
    async fn turn(&self) -> Result<MutexGuard<'_, ()>, Error> {
        let turn = self.writer.lock().await;
        if self.gathered.borrow().holds() {
            self.settle().await?;
        }
        if self.runs_ahead() {
            // A store without room for it still has what is there read and erased.
            let _ = Box::pin(self.set_clock()).await;
        }
        Ok(turn)
    }

    fn open_or_refuse(&self) -> Result<(), Error> {
        if self.closed.get() { Err(Fault::Closed.into()) } else { Ok(()) }
    }

    fn publish(&self, change: &Change) {
        let listener = self.listener.borrow().clone();
        if let Some(listener) = listener {
            listener(change);
        }
    }
}
