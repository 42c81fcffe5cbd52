//! Opening a book: what the host asks for is checked, the store chosen, and the book wired to its
//! host and to other tabs.

use super::book::{Book, Hooks, Inner, Wordings};
use super::convert::{failure, messages, read, value};
use super::indexed_db::{IndexedDb, Loss};
use super::local_storage;
use super::stores::AnyStore;
use super::world::{HostWorld, HostZone, is_random};
use crate::command::{Actor, User};
use crate::definition::Definitions;
use crate::engine::{Engine, Options};
use crate::error::{Error, Fault, Issue, IssueCode, StoreError};
use crate::ids::is_id;
use crate::json::Value;
use crate::ledger::definition_hash;
use crate::store::{MemoryStore, Store};
use crate::text::{HostMessages, Messages};
use gloo_storage::{LocalStorage, Storage};
use js_sys::{Function, Reflect};
use std::cell::RefCell;
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;

record! {
    #[derive(Default)]
    struct Asked {
        actor: Option<Actor> = "actor",
        name: Option<String> = "name",
        store: Option<String> = "store",
        durability: Option<String> = "durability",
        locale: Option<String> = "locale",
        messages: HostMessages = "messages" or default,
        time_zone: Option<String> = "timeZone",
        users: Option<Vec<User>> = "users",
        secret: Option<String> = "secret",
        record_refusals: bool = "recordRefusals" or default,
    }
}

/// Opens or creates a book.
///
/// # Errors
/// JSON of the contract's `StagebookError`.
#[wasm_bindgen(js_name = openBook)]
pub async fn open_book(options: String, hooks: JsValue) -> Result<Book, JsValue> {
    let hook = |name: &str| Reflect::get(&hooks, &name.into()).ok()?.dyn_into().ok();
    let times = (hook("clock"), hook("turn"));
    let asked = value(&options)
        .and_then(|options| Ok((read::<Asked>(&options)?, definitions(options.into_owned()))));
    let (asked, definitions) =
        asked.map_err(|error| failure(&error, &messages(None, &HostMessages::default())))?;
    let wording = messages(asked.locale.as_deref(), &asked.messages);
    let opened = open(asked, definitions, times, Hooks::new(&hooks), wording.clone()).await;
    opened.map_err(|error| failure(&error, &wording))
}

async fn open(
    asked: Asked,
    definitions: Vec<Value<'static>>,
    (clock, turn): (Option<Function>, Option<Function>),
    hooks: Hooks,
    wording: Messages,
) -> Result<Book, Error> {
    let definitions =
        Definitions::parse(definitions, definition_hash).map_err(Fault::Definition)?;
    check(&asked)?;
    let name = asked.name.unwrap_or_else(|| "stagebook".to_owned());
    let kind = Kind::choose(asked.store.as_deref());
    let is_named = asked.store.is_some();
    let inner: Rc<RefCell<Weak<Inner>>> = Rc::default();
    let store = kind.make(&name, inner.clone());
    // A zone takes as long to ask for as the database to open: both at once.
    let zone = async { HostZone::new(asked.time_zone.as_deref()) };
    let (opened, zone) = futures_util::future::join(store.open(), zone).await;
    let Some(zone) = zone else {
        store.close().await;
        return Err(Fault::Invalid(vec![unknown_zone()]).into());
    };
    let (kind, store, instead) = match opened {
        Ok(()) => (kind, store, None),
        Err(error) => fall_back(kind, is_named, &name, error).await?,
    };
    let zone = Rc::new(RefCell::new(Rc::new(zone)));
    let world = Box::new(HostWorld::new(clock, turn, zone.clone()));
    let wordings = Wordings { locale: asked.locale, messages: asked.messages };
    let options = Options {
        name: name.clone(),
        secret: asked.secret.unwrap_or_default(),
        definitions,
        messages: wording,
        users: asked.users,
        strict: asked.durability.as_deref() == Some("strict"),
        record_refusals: asked.record_refusals,
    };
    let engine = Engine::open(store, world, options).await?;
    let reason = instead.or_else(|| kind.note(&name, engine.is_new()));
    let book = Inner::wire(engine, hooks, (kind.code(), reason), zone, wordings);
    *inner.borrow_mut() = Rc::downgrade(&book);
    Ok(Book::new(book, asked.actor.unwrap_or_default()))
}

/// The store instead of one that can't be opened, and why it is not the first choice: localStorage
/// where nobody named a store, IndexedDB is absent or denied, and the book was never made in it.
async fn fall_back(
    kind: Kind,
    is_named: bool,
    name: &str,
    error: StoreError,
) -> Result<(Kind, AnyStore, Option<String>), Error> {
    let StoreError::Unavailable(why) = &error else { return Err(error.into()) };
    if is_named || kind != Kind::IndexedDb || local_storage::has(name, local_storage::MADE) {
        return Err(error.into());
    }
    let store = Kind::LocalStorage.make(name, Rc::default());
    store.open().await.map_err(|other| match other {
        StoreError::Unavailable(other) => StoreError::Unavailable(format!("{why}; {other}")),
        other => other,
    })?;
    Ok((Kind::LocalStorage, store, Some(format!("indexeddb: {why}"))))
}

/// The definitions among the options: the facade gives a list.
fn definitions(options: Value<'static>) -> Vec<Value<'static>> {
    let Value::Object(members) = options else {
        return Vec::new();
    };
    let found = members.into_iter().find(|(name, _)| name == "definitions");
    match found {
        Some((_, Value::List(definitions))) => definitions,
        _ => Vec::new(),
    }
}

fn unknown_zone() -> Issue {
    Issue::error("timeZone", IssueCode::NotAllowed, params! {})
}

/// All that is wrong with the options, at once; a zone that nobody knows alone is found while the
/// database opens.
fn check(asked: &Asked) -> Result<(), Error> {
    let name = asked.name.as_deref().unwrap_or("stagebook");
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let named = (1..=64).contains(&name.len()) && name.chars().all(plain);
    let one_of = |value: &Option<String>, known: &[&str]| {
        value.as_deref().is_none_or(|value| known.contains(&value))
    };
    let actor = asked.actor.as_ref().map_or("", |actor| actor.id.as_str());
    let people = asked.users.iter().flatten().all(|user| is_id(user.id.as_str()));
    let tests = [
        (named, "name", IssueCode::NotAllowed),
        (!actor.is_empty(), "actor.id", IssueCode::Required),
        (actor.is_empty() || is_id(actor), "actor.id", IssueCode::NotAllowed),
        (people, "users", IssueCode::NotAllowed),
        (
            one_of(&asked.store, &["indexeddb", "localstorage", "memory"]),
            "store",
            IssueCode::NotAllowed,
        ),
        (one_of(&asked.durability, &["strict", "relaxed"]), "durability", IssueCode::NotAllowed),
    ];
    let wrong = tests.into_iter().filter(|(fits, ..)| !fits);
    let mut issues: Vec<Issue> =
        wrong.map(|(_, path, code)| Issue::error(path, code, params! {})).collect();
    if !issues.is_empty() && HostZone::new(asked.time_zone.as_deref()).is_none() {
        issues.push(unknown_zone());
    }
    match issues.is_empty() {
        false => Err(Fault::Invalid(issues).into()),
        true if !is_random() => {
            Err(Fault::Internal("the host has no secure randomness".to_owned()).into())
        }
        true => Ok(()),
    }
}

/// Where a book is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Memory,
    IndexedDb,
    LocalStorage,
}

impl Kind {
    /// In a browser IndexedDB unless told otherwise, elsewhere memory.
    fn choose(asked: Option<&str>) -> Self {
        let browser = ["window", "WorkerGlobalScope"]
            .iter()
            .any(|name| Reflect::has(&js_sys::global(), &(*name).into()).unwrap_or(false));
        match asked {
            Some("memory") => Self::Memory,
            Some("localstorage") => Self::LocalStorage,
            None if !browser => Self::Memory,
            _ => Self::IndexedDb,
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::IndexedDb => "indexeddb",
            Self::LocalStorage => "localstorage",
        }
    }

    fn make(self, name: &str, book: Rc<RefCell<Weak<Inner>>>) -> AnyStore {
        match self {
            Self::Memory => AnyStore::Memory(MemoryStore::default()),
            Self::LocalStorage => AnyStore::LocalStorage(local_storage::LocalStorage::new(name)),
            Self::IndexedDb => AnyStore::IndexedDb(IndexedDb::new(name, move |loss| {
                let Some(book) = book.borrow().upgrade() else { return };
                book.lose(match loss {
                    Loss::Upgrade => "upgrade",
                    Loss::Storage => "storage",
                });
            })),
        }
    }

    /// Remembers outside the database that there is one, so that an emptied one is noticed, and never
    /// replaced by another store. A book in localStorage needs no such note: it would go with the book.
    fn note(self, name: &str, is_new: bool) -> Option<String> {
        // A page's first touch of localStorage costs many times what opening the database does.
        if self != Self::IndexedDb || !is_new {
            return None;
        }
        let window = web_sys::window();
        window.and_then(|window| window.local_storage().ok().flatten())?;
        let key = format!("stagebook:{name}:made");
        let storage = LocalStorage::raw();
        let known = storage.get_item(&key).ok().flatten();
        // Without the note an emptied database looks like a new one, and nothing worse.
        let _ = storage.set_item(&key, "true");
        if known.is_some() {
            return Some("the storage was found emptied".to_owned());
        }
        local_storage::has(name, local_storage::FORMAT)
            .then(|| "localstorage holds a book of this name".to_owned())
    }
}
