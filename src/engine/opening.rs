//! A book opened, or created where there is none: what the host hands over for it, and what must fit what
//! the store holds already. Here alone an [`Engine`] is made; no entry is written.

use super::Engine;
use super::book::Shared;
use super::head::Head;
use crate::command::User;
use crate::definition::Definitions;
use crate::error::{Clash, DefinitionIssue, Error, Fault, Severity, StoreError};
use crate::ids::{CommitNo, ReplicaId};
use crate::ledger::{Log, Pseudonyms};
use crate::store::{Change as Write, Commit, Store, Table};
use crate::text::Messages;
use crate::time::{Instant, Zone};
use futures_util::future::{LocalBoxFuture, ready};
use futures_util::lock::Mutex;
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

/// What the engine may ask of the world.
pub trait World: Zone {
    /// The present.
    fn now(&self) -> Instant;
    /// Fills `bytes` with randomness fit for secrets.
    fn random(&self, bytes: &mut [u8]);
    /// `text` in lower case. A host has the tables for it anyway; in the component they cost 5 kB.
    fn lower(&self, text: &str) -> String;
    /// The zone of that name; none if there is none.
    fn zone(&self, name: &str) -> Option<Rc<dyn Zone>>;
    /// Lets others have their turn: what takes long waits for it between its parts.
    fn turn(&self) -> LocalBoxFuture<'static, ()> {
        Box::pin(ready(()))
    }
}

/// How a book is opened.
pub struct Options {
    /// Its name.
    pub name: String,
    /// Keys the pseudonyms; may be empty.
    pub secret: String,
    /// Its workflows.
    pub definitions: Definitions,
    /// Its wording.
    pub messages: Messages,
    /// Whom activities can be assigned to.
    pub users: Option<Vec<User>>,
    /// Whether every write must survive a power cut.
    pub strict: bool,
    /// Whether moves that were refused are logged.
    pub record_refusals: bool,
}

impl<S: Store> Engine<S> {
    /// Opens a book, or creates it.
    ///
    /// # Errors
    /// `conflict` for another secret, `definition` for another definition under a known id and
    /// version, and whatever the store says.
    pub async fn open(store: S, world: Box<dyn World>, options: Options) -> Result<Self, Error> {
        store.open().await?;
        let pseudonyms = Pseudonyms::new(&options.name, &options.secret);
        let mut known = store.get_many(Table::Meta, &[Head::KEY, CHECK]).await?;
        let founded = known.first().is_none_or(Option::is_none);
        if founded {
            found(&store, world.as_ref(), &pseudonyms).await?;
            known = store.get_many(Table::Meta, &[Head::KEY, CHECK]).await?;
        }
        let (check, head) = (known.pop().flatten(), known.pop().flatten());
        if check.as_deref() != Some(pseudonyms.check().as_bytes()) {
            store.close().await;
            return Err(Clash::Secret.into());
        }
        let head = head.ok_or_else(|| StoreError::Corrupt("the head is missing".to_owned()))?;
        let shared = Shared::new(Head::read(&head)?, &options.name, &pseudonyms);
        let engine = Self {
            store,
            world,
            name: options.name,
            pseudonyms,
            definitions: Rc::new(options.definitions),
            messages: RefCell::new(Rc::new(options.messages)),
            users: RefCell::new(options.users.map(Rc::from)),
            strict: options.strict,
            record_refusals: options.record_refusals,
            shared: RefCell::new(shared),
            queue: RefCell::default(),
            writer: Mutex::new(()),
            imported: RefCell::default(),
            gathered: RefCell::default(),
            listener: RefCell::default(),
            cuts: RefCell::default(),
            closed: Cell::new(false),
            flushed: Cell::default(),
            founded,
            fault: RefCell::default(),
            holder: OnceCell::new(),
        };
        engine.follow().await?;
        if let Err(error) = engine.check_definitions() {
            engine.close().await;
            return Err(error);
        }
        // A store without room for it still can be read.
        let _ = engine.fold_rest().await;
        Ok(engine)
    }

    /// The same id and version must be the same definition for ever.
    fn check_definitions(&self) -> Result<(), Error> {
        let shared = self.shared.borrow();
        let clash = self.definitions.iter().find(|given| {
            shared.definitions.iter().any(|known| {
                known.id == *given.id()
                    && known.version == given.version()
                    && known.hash != *given.hash()
            })
        });
        let Some(given) = clash else { return Ok(()) };
        let issue = DefinitionIssue {
            severity: Severity::Error,
            code: "changed",
            path: "version".to_owned(),
            params: params! {
                "definition" => given.id().as_str(),
                "version" => given.version().to_string(),
            },
        };
        Err(Fault::Definition(vec![issue]).into())
    }
}

/// Key of the record that tells the book's key again.
const CHECK: &str = "check";

/// Creates a book. Where two do so at once, the first one's is it.
async fn found<S: Store>(
    store: &S,
    world: &dyn World,
    pseudonyms: &Pseudonyms,
) -> Result<(), Error> {
    let replica = uuid(world);
    let logs = [(replica.clone(), Log::default())].into_iter().collect();
    let head = Head { commit: CommitNo(1), replica, logs, ..Head::default() };
    let put = |key: &str, value: Vec<u8>| Write::Put {
        table: Table::Meta,
        key: key.to_owned(),
        sort: None,
        value,
    };
    let commit = Commit {
        number: CommitNo(1),
        changes: vec![put(Head::KEY, head.write()), put(CHECK, pseudonyms.check().into_bytes())],
        strict: true,
        ..Commit::default()
    };
    store.commit(commit).await?;
    Ok(())
}

/// A random UUID (RFC 9562, version 4).
pub(super) fn uuid(world: &dyn World) -> ReplicaId {
    let mut bytes = [0; 16];
    world.random(&mut bytes);
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let mut text = String::with_capacity(36);
    for (place, byte) in bytes.iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    ReplicaId::new(text)
}
