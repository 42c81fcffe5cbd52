//! What the tests of the core share: a world whose clock and chance are theirs, books over any
//! store, readers of a database that know its layout from outside, and an independent replay.

// Each test crate uses its part.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub(crate) mod arbitrary;
pub(crate) mod commands;
pub(crate) mod database;
pub(crate) mod devices;
pub(crate) mod gated;
pub(crate) mod naive;
pub(crate) mod workflows;
pub(crate) mod yielding;

use chrono_tz::Tz;
use proptest::test_runner::Config as ProptestConfig;
use serde_json::Value;
use stagebook::command::{Actor, Command, CommandOptions, User};
use stagebook::definition::Definitions;
use stagebook::engine::{Engine, Options, World, Written};
use stagebook::error::{Error, Fault};
use stagebook::json;
use stagebook::ledger::definition_hash;
use stagebook::store::{MemoryStore, Store};
use stagebook::text::Messages;
use stagebook::time::{Instant, Zone};
use std::cell::Cell;
use std::rc::Rc;

/// Six stages that use all that a definition of this version can say.
pub(crate) const SALES: &str = include_str!("../scenarios/rules/base.json");

/// The definition of the file above.
pub(crate) fn sales() -> Value {
    serde_json::from_str(SALES).unwrap()
}

/// A test's JSON as the core holds it.
pub(crate) fn tree(value: &Value) -> json::Value<'static> {
    json::parse(&value.to_string()).unwrap().into_owned()
}

/// What the core writes, as a test's JSON.
pub(crate) fn told(value: &dyn json::ToJson) -> Value {
    serde_json::from_slice(&json::bytes(value)).unwrap()
}

/// A clock that tests set; clones show the same time.
#[derive(Clone, Debug)]
pub(crate) struct Clock(Rc<Cell<i64>>, Rc<Cell<i64>>);

impl Clock {
    pub(crate) fn at(text: &str) -> Self {
        let now = instant(text).millis();
        Self(Rc::new(Cell::new(now)), Rc::new(Cell::new(now)))
    }

    pub(crate) fn set(&self, text: &str) {
        self.0.set(instant(text).millis());
    }

    pub(crate) fn advance(&self, millis: i64) {
        self.0.set(self.0.get() + millis);
    }

    /// Goes on or back, by less than a day from the latest time that it came to so: beyond that a
    /// device goes on under another replica, which tests/clocks.rs is about.
    pub(crate) fn wander(&self, millis: i64) {
        self.advance(millis.max(self.1.get() - 86_000_000 - self.0.get()));
        self.1.set(self.1.get().max(self.0.get()));
    }

    pub(crate) fn now(&self) -> Instant {
        Instant::from_millis(self.0.get())
    }
}

/// An IANA zone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Iana(pub(crate) Tz);

impl Zone for Iana {
    fn offset_seconds(&self, at: Instant) -> i32 {
        use chrono::{DateTime, Offset, TimeZone};
        let utc = DateTime::from_timestamp_millis(at.millis()).unwrap_or_default();
        self.0.offset_from_utc_datetime(&utc.naive_utc()).fix().local_minus_utc()
    }
}

/// The world of one handle. Its chance is a sequence of its own: two handles never draw the same.
struct TestWorld {
    clock: Clock,
    zone: Iana,
    drawn: Cell<u64>,
    constant: bool,
}

impl Zone for TestWorld {
    fn offset_seconds(&self, at: Instant) -> i32 {
        self.zone.offset_seconds(at)
    }
}

impl World for TestWorld {
    fn now(&self) -> Instant {
        self.clock.now()
    }

    fn random(&self, bytes: &mut [u8]) {
        if self.constant {
            return bytes.fill(7);
        }
        for byte in bytes {
            self.drawn.set(self.drawn.get().wrapping_add(0x9e37_79b9_7f4a_7c15));
            *byte = mix(self.drawn.get()) as u8;
        }
    }

    fn lower(&self, text: &str) -> String {
        text.to_lowercase()
    }

    fn zone(&self, name: &str) -> Option<Rc<dyn Zone>> {
        name.parse().ok().map(|zone| Rc::new(Iana(zone)) as Rc<dyn Zone>)
    }
}

/// SplitMix64's finaliser.
pub(crate) fn mix(seed: u64) -> u64 {
    let seed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let seed = (seed ^ (seed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    seed ^ (seed >> 31)
}

/// How books are opened: the same for every handle on one database.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) clock: Clock,
    pub(crate) definition: Value,
    /// The book's other workflows.
    pub(crate) others: Vec<Value>,
    pub(crate) record_refusals: bool,
    pub(crate) zone: Tz,
    pub(crate) users: Option<Vec<User>>,
    pub(crate) locale: String,
    pub(crate) name: String,
    pub(crate) secret: String,
    /// Chance always gives the same, so that what is written does not depend on how often it is asked.
    pub(crate) constant: bool,
    pub(crate) handles: Rc<Cell<u64>>,
}

impl Setup {
    pub(crate) fn new(definition: Value) -> Self {
        Self {
            clock: Clock::at("2026-03-09T14:05:00Z"),
            definition,
            others: Vec::new(),
            record_refusals: false,
            zone: chrono_tz::Europe::Rome,
            users: None,
            locale: "en".to_owned(),
            name: "crm".to_owned(),
            secret: String::new(),
            constant: false,
            handles: Rc::default(),
        }
    }

    pub(crate) fn sales() -> Self {
        Self::new(sales())
    }

    /// The definitions that a book is opened with.
    pub(crate) fn definitions(&self) -> Definitions {
        let all = std::iter::once(&self.definition).chain(&self.others).map(tree);
        Definitions::parse(all.collect(), definition_hash).unwrap()
    }

    /// Another handle, as another tab or the next start of the browser has.
    pub(crate) async fn open<S: Store>(&self, store: S) -> Result<Engine<S>, Error> {
        self.handles.set(self.handles.get() + 1);
        let world = TestWorld {
            clock: self.clock.clone(),
            zone: Iana(self.zone),
            drawn: Cell::new(mix(self.handles.get())),
            constant: self.constant,
        };
        let options = Options {
            name: self.name.clone(),
            secret: self.secret.clone(),
            definitions: self.definitions(),
            messages: Messages::new(&self.locale, &Default::default()),
            users: self.users.clone(),
            record_refusals: self.record_refusals,
            strict: false,
        };
        Engine::open(store, Box::new(world), options).await
    }

    /// The first handle of a new database, and the database.
    pub(crate) async fn fresh(&self) -> (Engine<MemoryStore>, MemoryStore) {
        let store = MemoryStore::default();
        (self.open(store.clone()).await.unwrap(), store)
    }
}

pub(crate) fn instant(text: &str) -> Instant {
    Instant::parse(text).unwrap_or_else(|| panic!("not an instant: {text}"))
}

pub(crate) fn actor(id: &str, roles: &[&str]) -> Actor {
    Actor {
        id: id.into(),
        name: Some(format!("Name of {id}")),
        roles: roles.iter().map(|&role| role.to_owned()).collect(),
        ..Actor::default()
    }
}

/// Somebody who may do everything.
pub(crate) fn boss() -> Actor {
    actor("boss", &["sales", "boss"])
}

/// Options that make a retry a no-op.
pub(crate) fn under(command_id: &str) -> CommandOptions {
    CommandOptions { command_id: Some(command_id.to_owned()), ..CommandOptions::default() }
}

/// How many cases a property has; what fails is told in the output and kept nowhere.
pub(crate) fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        max_shrink_iters: 2_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Why there is no result.
pub(crate) fn fault<T>(result: &Result<T, Error>) -> Option<&Fault> {
    result.as_ref().err().map(AsRef::as_ref)
}

/// Runs a command as somebody who may do everything.
pub(crate) async fn run<S: Store>(book: &Engine<S>, command: Command) -> Result<Written, Error> {
    book.run(&boss(), command, CommandOptions::default()).await
}
