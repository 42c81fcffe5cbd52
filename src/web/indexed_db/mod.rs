//! The store in the browser's IndexedDB, as a thin driver: it knows tables, commits and connections,
//! not what they hold. Nothing but the store trait and its errors is imported from the core.
//!
//! One database a book, one object store a table, and `commits`, where every commit adds one record
//! under its number. That `add` is the only fence: who comes second with a number is refused by the
//! database itself, with all else that was in the transaction.

mod bindings;
mod connection;
mod migrations;
mod opening;
mod reading;
mod request;
mod writing;

use crate::error::StoreError;
use crate::ids::CommitNo;
use crate::store::{Commit, Outcome, Range, Record, Store, Table};
use crate::web::browser::{UnderWay, sleep};
use connection::Connection;
use opening::Missing;
use request::Failure;
use std::cell::RefCell;
use std::fmt;
use std::rc::{Rc, Weak};
use web_sys::Event;

/// How long a connection that could not be had again gets before the second and last try.
const REOPEN_MS: u32 = 300;

/// Why a book has to let its database go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// Another tab brings a newer schema, or deletes the database, and waits: flush and close.
    Upgrade,
    /// The connection is lost and can't be had again. The store is closed already.
    Storage,
}

/// One tab's handle on a book's database.
#[derive(Debug)]
pub struct IndexedDb(Rc<Handle>);

struct Handle {
    name: String,
    on_loss: Box<dyn Fn(Loss)>,
    state: RefCell<State>,
    under_way: UnderWay,
}

enum State {
    New,
    Open(Rc<Connection>),
    /// It was open. Whoever needs it next reconnects.
    Lost,
    Closed,
}

impl IndexedDb {
    /// A handle on the database of `book`, not yet open. `on_loss` is called when it must be closed.
    pub fn new(book: &str, on_loss: impl Fn(Loss) + 'static) -> Self {
        Self(Rc::new(Handle {
            name: format!("stagebook:{book}"),
            on_loss: Box::new(on_loss),
            state: RefCell::new(State::New),
            under_way: UnderWay::default(),
        }))
    }

    /// Opens what is there; false where there is no such database, or it can't be opened.
    pub(super) async fn open_existing(&self) -> bool {
        let _work = self.0.under_way.begin();
        self.0.connect(Missing::Refuse).await.is_ok()
    }

    /// Runs an operation, and once more on a new connection if the first one is lost. It is told
    /// which time it is: then nobody knows whether the first did its work.
    async fn run<T>(
        &self,
        operation: impl AsyncFn(&Connection, Time) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        let _work = self.0.under_way.begin();
        let connection = self.0.connection().await?;
        match operation(&connection, Time::First).await {
            Err(Failure::Lost(_)) => self.0.lose(|open| Rc::ptr_eq(open, &connection)),
            result => return Ok(result?),
        }
        drop(connection);
        let connection = self.0.connection().await?;
        Ok(operation(&connection, Time::Second).await?)
    }
}

/// Removes the database of `book`, once nobody has it open.
///
/// # Errors
/// `blocked-upgrade` where another tab does not let go; what the browser says.
pub(super) async fn delete(book: &str) -> Result<(), StoreError> {
    opening::delete(&format!("stagebook:{book}")).await
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Time {
    First,
    Second,
}

impl Store for IndexedDb {
    async fn open(&self) -> Result<(), StoreError> {
        match &*self.0.state.borrow() {
            State::New => {}
            State::Open(_) | State::Lost => return Ok(()),
            State::Closed => return Err(StoreError::Closed),
        }
        let _work = self.0.under_way.begin();
        self.0.connect(Missing::Create).await.map(drop)
    }

    async fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.run(async |connection, _| connection.get(table, key).await).await
    }

    async fn get_many(
        &self,
        table: Table,
        keys: &[&str],
    ) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        self.run(async |connection, _| connection.get_many(table, keys).await).await
    }

    async fn range(&self, range: Range) -> Result<Vec<Record>, StoreError> {
        self.run(async |connection, _| connection.range(&range).await).await
    }

    async fn commits_after(
        &self,
        number: CommitNo,
    ) -> Result<Vec<(CommitNo, Vec<u8>)>, StoreError> {
        self.run(async |connection, _| connection.commits_after(number).await).await
    }

    async fn commit(&self, commit: Commit) -> Result<Outcome, StoreError> {
        self.run(async |connection, time| {
            let outcome = connection.commit(&commit).await?;
            // The first time may have written it. A record tells whose it is; an empty one does
            // not, and then its author reads the tables anew, as everybody does after such a commit.
            let is_ours = outcome == Outcome::Taken
                && time == Time::Second
                && !commit.record.is_empty()
                && connection.holds(commit.number, &commit.record).await?;
            Ok(if is_ours { Outcome::Done } else { outcome })
        })
        .await
    }

    async fn flush(&self) -> Result<(), StoreError> {
        self.run(async |connection, _| connection.flush().await).await
    }

    async fn close(&self) {
        let open = self.0.state.replace(State::Closed);
        self.0.under_way.ended().await;
        drop(open);
    }
}

impl Handle {
    async fn connection(self: &Rc<Self>) -> Result<Rc<Connection>, StoreError> {
        match &*self.state.borrow() {
            State::New => return Err(StoreError::Failed("the store is not open yet".to_owned())),
            State::Open(connection) => return Ok(Rc::clone(connection)),
            State::Lost => {}
            State::Closed => return Err(StoreError::Closed),
        }
        self.reconnect().await
    }

    async fn reconnect(self: &Rc<Self>) -> Result<Rc<Connection>, StoreError> {
        if let Ok(connection) = self.connect(Missing::Refuse).await {
            return Ok(connection);
        }
        sleep(REOPEN_MS).await;
        let second = self.connect(Missing::Refuse).await;
        if let Err(error) = &second {
            let before = self.state.replace(State::Closed);
            // Several operations come here at once; one of them tells.
            if *error != StoreError::Closed && !matches!(before, State::Closed) {
                (self.on_loss)(Loss::Storage);
            }
        }
        second
    }

    async fn connect(self: &Rc<Self>, missing: Missing) -> Result<Rc<Connection>, StoreError> {
        let handle = Rc::downgrade(self);
        let connection = Connection::open(&self.name, missing, move |event| hear(&handle, event));
        let connection = Rc::new(connection.await?);
        let mut state = self.state.borrow_mut();
        match &*state {
            State::New | State::Lost => *state = State::Open(Rc::clone(&connection)),
            // Somebody else was first; this one closes itself.
            State::Open(first) => return Ok(Rc::clone(first)),
            State::Closed => return Err(StoreError::Closed),
        }
        Ok(connection)
    }

    /// Gives the open connection up if it is the one that was lost.
    fn lose(&self, is_lost: impl Fn(&Rc<Connection>) -> bool) {
        let mut state = self.state.borrow_mut();
        if matches!(&*state, State::Open(open) if is_lost(open)) {
            *state = State::Lost;
        }
    }
}

fn hear(handle: &Weak<Handle>, event: &Event) {
    let Some(handle) = handle.upgrade() else { return };
    if event.type_() == "versionchange" {
        (handle.on_loss)(Loss::Upgrade);
    } else {
        handle.lose(|open| open.is_target_of(event));
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("IndexedDb").field("name", &self.name).finish_non_exhaustive()
    }
}
