//! Batches between devices, and rounds with a server: what is refused and leaves everything as it
//! was, what has to wait, what a server may take back, and what becomes of a copied profile.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use futures::executor::block_on;
use proptest::prelude::*;
use stagebook::command::{CommandOptions, Completion};
use stagebook::engine::{ActivityQuery, Change, Engine, HistoryQuery, ServerName, Source};
use stagebook::error::{BatchFault, Fault};
use stagebook::event::{By, ByKind, EntryVoided, Event, Fact, Hlc};
use stagebook::ids::{ContactId, EntryId, ReplicaId, Seq};
use stagebook::ledger::{Checkpoint, Line, Log, Pseudonyms, Seal, origin};
use stagebook::project::{ConflictKind, Status};
use stagebook::store::{MemoryStore, Table};
use stagebook::sync::Batch;
use std::cell::RefCell;
use std::rc::Rc;
use support::commands::{
    comment, complete, create, create_named, erase, go, log, message, pending, plan, rename,
};
use support::database::{everything, history, records};
use support::devices::{Device, all, device, hand};
use support::{Setup, cases, fault, instant, run};

type Book = Engine<MemoryStore>;

async fn two() -> (Device, Device) {
    (device(1).await, device(2).await)
}

/// Everybody has everything.
async fn meet(a: &Book, b: &Book) {
    hand(a, b).await;
    hand(b, a).await;
}

fn id(text: &str) -> ContactId {
    text.into()
}

async fn stage(book: &Book, contact: &str) -> String {
    let loaded = book.contact(&id(contact)).await.unwrap();
    loaded.state.workflow.as_ref().unwrap().stage.to_string()
}

/// A replica that only says what it does not permit.
struct Server {
    seal: Seal,
    lines: Vec<String>,
}

impl Server {
    const REPLICA: &str = "5e7e5e7e-0000-4000-8000-000000000000";

    fn new() -> Self {
        let names = Pseudonyms::new("crm", "");
        let hlc = Hlc { millis: instant("2026-03-09T15:00:00Z").millis() as u64, counter: 0 };
        let replica = ReplicaId::new(Self::REPLICA);
        Self { seal: Seal::new("crm".into(), replica, Log::default(), hlc, names), lines: vec![] }
    }

    fn name() -> ServerName {
        ServerName { id: "main".into(), replica: Some(ReplicaId::new(Self::REPLICA)) }
    }

    fn void(&mut self, contact: &str, entry: &EntryId) -> Batch {
        let event = Event::EntryVoided(EntryVoided { entry: entry.clone(), reason: "late".into() });
        let by = By { id: "server".into(), name: "The server".into(), kind: ByKind::System };
        let fact = Fact { by, occurred_at: None, source: None, definition: None, event };
        let name = Pseudonyms::new("crm", "").contact(&id(contact));
        let now = instant("2026-03-09T15:00:00Z");
        let sealed = self.seal.fact(fact, (&name, &id(contact)), now, &[3; 32]).1;
        self.lines.push(String::from_utf8(sealed.line).unwrap());
        self.batch()
    }

    fn batch(&self) -> Batch {
        let replica = self.seal.replica.clone();
        Batch {
            book: "crm".into(),
            checkpoint: checkpoint(&replica, &self.seal.log),
            replica,
            from: Seq(0),
            lines: self.lines.clone(),
        }
    }
}

fn checkpoint(replica: &ReplicaId, log: &Log) -> String {
    let origin = origin("crm", replica);
    Checkpoint { origin, size: log.size(), root: log.edge.root() }.text()
}

/// The batch with its lines linked, numbered and headed as they now stand.
fn headed(mut batch: Batch) -> Batch {
    let mut log = Log::default();
    for line in &batch.lines {
        log.push(Line::parse(line.as_bytes()).map(|line| line.leaf()).unwrap_or_default());
    }
    batch.checkpoint = checkpoint(&batch.replica, &log);
    batch
}

#[test]
fn a_batch_brings_everything_once() {
    block_on(async {
        let (a, b) = two().await;
        run(&a.book, create("c1")).await.unwrap();
        run(&a.book, plan("c1", pending("letter", true))).await.unwrap();
        let told = Rc::new(RefCell::new(Vec::<Change>::new()));
        let seen = told.clone();
        b.book.on_change(Rc::new(move |change| seen.borrow_mut().push(change.clone())));
        let batch = all(&a.book).await.remove(0);
        let first = b.book.apply(&batch).await.unwrap();
        assert_eq!((first.applied, first.duplicates), (batch.lines.len() as u64, 0));
        assert_eq!(told.borrow()[0].source, Source::Sync);
        assert_eq!(told.borrow()[0].contacts, [id("c1")]);
        let before = everything(&b.store).await;
        let again = b.book.apply(&batch).await.unwrap();
        assert_eq!((again.applied, again.duplicates), (0, batch.lines.len() as u64));
        assert_eq!(everything(&b.store).await, before);
        assert_eq!(b.book.contact(&id("c1")).await.unwrap().state.pending.len(), 1);
        assert_eq!(b.book.tasks(&Default::default()).await.unwrap().items.len(), 1);
    });
}

#[test]
fn what_a_device_lacks_is_told_by_its_cursor_and_no_more_than_was_asked_for() {
    block_on(async {
        let (a, b) = two().await;
        for n in 0..7 {
            run(&a.book, create(&format!("c{n}"))).await.unwrap();
        }
        let (mut cursor, mut rounds) = (None, 0);
        loop {
            let changes = a.book.changes(cursor.as_deref(), Some(4)).await.unwrap();
            for batch in &changes.batches {
                assert!(batch.lines.len() <= 4);
                b.book.apply(batch).await.unwrap();
            }
            cursor = Some(changes.cursor);
            rounds += 1;
            if !changes.more {
                break;
            }
        }
        assert_eq!(rounds, 4, "15 entries, 4 at a time");
        assert_eq!(b.book.size().2, 7);
        let none = a.book.changes(cursor.as_deref(), None).await.unwrap();
        assert!(none.batches.is_empty() && !none.more);
        for (since, limit) in [(Some("no cursor"), None), (None, Some(0)), (None, Some(5_001))] {
            let refused = a.book.changes(since, limit).await;
            assert!(matches!(fault(&refused), Some(Fault::Invalid(_))), "{refused:?}");
        }
    });
}

#[test]
fn a_batch_that_is_not_sound_is_refused_whole_and_changes_nothing() {
    block_on(async {
        let (a, b) = two().await;
        run(&a.book, create("c1")).await.unwrap();
        run(&a.book, comment("c1", "first")).await.unwrap();
        run(&a.book, comment("c1", "second")).await.unwrap();
        let good = all(&a.book).await.remove(0);
        let last = good.lines.len() - 1;
        let with = |change: &dyn Fn(&mut Batch)| {
            let mut batch = good.clone();
            change(&mut batch);
            batch
        };
        let bad = [
            with(&|batch| batch.book = "other".into()),
            with(&|batch| batch.replica = ReplicaId::new("../x")),
            with(&|batch| batch.replica = ReplicaId::new(Server::REPLICA)),
            with(&|batch| batch.from = Seq(1)),
            with(&|batch| batch.from = Seq(u64::MAX)),
            with(&|batch| batch.checkpoint.clear()),
            with(&|batch| batch.lines.swap(last, last - 1)),
            with(&|batch| drop(batch.lines.remove(1))),
            with(&|batch| batch.lines.truncate(2)),
            with(&|batch| batch.lines[last] = batch.lines[last].replace("second", "sekond")),
            with(&|batch| batch.lines[last] = batch.lines[last].replace("\"v\":1", "\"v\":2")),
            with(&|batch| batch.lines[last].push('\n')),
            with(&|batch| batch.lines[last] = "{}".into()),
            with(&|batch| batch.lines.push(batch.lines[last].clone())),
        ];
        let before = everything(&b.store).await;
        for (n, batch) in bad.iter().enumerate() {
            let refused = b.book.apply(batch).await;
            assert!(matches!(fault(&refused), Some(Fault::Batch(_))), "{n}: {refused:?}");
        }
        assert_eq!(everything(&b.store).await, before);
        assert!(b.book.apply(&good).await.unwrap().applied > 0);
    });
}

#[test]
fn entries_that_are_missing_are_named() {
    block_on(async {
        let (a, b) = two().await;
        for n in 0..4 {
            run(&a.book, create(&format!("c{n}"))).await.unwrap();
        }
        let changes = a.book.changes(None, Some(3)).await.unwrap();
        let rest = a.book.changes(Some(&changes.cursor), None).await.unwrap();
        let gap = b.book.apply(&rest.batches[0]).await;
        assert_eq!(gap, Err(BatchFault::Gap { expected: 0 }.into()));
        b.book.apply(&changes.batches[0]).await.unwrap();
        b.book.apply(&rest.batches[0]).await.unwrap();
        assert_eq!(b.book.size().2, 4);
    });
}

#[test]
fn a_batch_that_can_not_be_applied_is_told_until_it_can() {
    block_on(async {
        let (a, b) = two().await;
        for n in 0..4 {
            run(&a.book, create(&format!("c{n}"))).await.unwrap();
        }
        let first = a.book.changes(None, Some(3)).await.unwrap();
        let rest = a.book.changes(Some(&first.cursor), None).await.unwrap();
        let server = Server::name();
        b.book.pulled(&server, &rest.batches[0]).await.unwrap_err();
        let told = || b.book.standing_with_server().fault;
        assert!(told().is_some_and(|fault| fault.contains("missing")), "{:?}", told());
        b.book.retry().await.unwrap();
        assert!(told().is_some());
        b.book.pulled(&server, &first.batches[0]).await.unwrap();
        b.book.retry().await.unwrap();
        assert_eq!(told(), None);
        assert_eq!(b.book.size().2, 4);
    });
}

/// The name in the header must be the one that the book's key makes of the id in the body.
#[test]
fn an_entry_about_another_contact_than_its_header_says_is_refused() {
    block_on(async {
        let b = device(2).await;
        let mut forged = Server::new();
        let event = Event::ContactCommented(stagebook::event::ContactCommented {
            id: "x".into(),
            text: "x".into(),
        });
        let by = By { id: "u".into(), name: "U".into(), kind: ByKind::User };
        let fact = Fact { by, occurred_at: None, source: None, definition: None, event };
        let name = Pseudonyms::new("crm", "another secret").contact(&id("c1"));
        let now = instant("2026-03-09T15:00:00Z");
        let sealed = forged.seal.fact(fact, (&name, &id("c1")), now, &[3; 32]).1;
        forged.lines.push(String::from_utf8(sealed.line).unwrap());
        let refused = b.book.apply(&forged.batch()).await;
        assert!(matches!(fault(&refused), Some(Fault::Batch(BatchFault::Line { seq: 0, .. }))));
    });
}

#[test]
fn a_move_that_came_second_does_not_count_and_is_told() {
    block_on(async {
        let (a, b) = two().await;
        run(&a.book, create("c1")).await.unwrap();
        run(&a.book, log("c1", "call")).await.unwrap();
        meet(&a.book, &b.book).await;
        a.setup.clock.advance(1_000);
        b.setup.clock.advance(2_000);
        run(&a.book, go("c1", "park")).await.unwrap();
        let late = run(&b.book, go("c1", "lose")).await.unwrap();
        let (loser, winner) = (late.entries[0].0.order.id(), all(&a.book).await[0].lines.len() - 1);
        let winner = EntryId::of(&a.book.size().0, Seq(winner as u64));
        let applied = b.book.apply(&all(&a.book).await[0]).await.unwrap();
        let (contact, conflict) = applied.conflicts.first().unwrap();
        assert_eq!((contact.as_str(), conflict.kind), ("c1", ConflictKind::Transition));
        assert_eq!((&conflict.loser, &conflict.winner), (&loser, &winner));
        hand(&b.book, &a.book).await;
        for book in [&a.book, &b.book] {
            assert_eq!(stage(book, "c1").await, "parked");
            assert_eq!(book.conflicts(Some(&id("c1"))).await.unwrap().len(), 1);
            assert_eq!(book.standing_with_server().conflicts, 1);
            let rows = history(book, &id("c1"), 50).await;
            let lost = rows.iter().find(|row| row.order.id() == loser).unwrap();
            assert_eq!(lost.superseded_by.as_ref(), Some(&winner));
        }
    });
}

#[test]
fn an_activity_that_two_devices_completed_is_closed_once_and_logged_twice() {
    block_on(async {
        let (a, b) = two().await;
        run(&a.book, create("c1")).await.unwrap();
        let planned = run(&a.book, plan("c1", pending("letter", true))).await.unwrap();
        let pending = planned.contact.state.pending.keys().next().unwrap().to_string();
        meet(&a.book, &b.book).await;
        run(&a.book, complete(&pending)).await.unwrap();
        b.setup.clock.advance(5_000);
        run(&b.book, complete(&pending)).await.unwrap();
        meet(&a.book, &b.book).await;
        for book in [&a.book, &b.book] {
            let state = book.contact(&id("c1")).await.unwrap().state.clone();
            assert_eq!(state.logged(&"letter".into()).2, 2);
            let found = book.conflicts(None).await.unwrap();
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].1.kind, ConflictKind::CompletedTwice);
        }
    });
}

#[test]
fn a_version_that_a_caller_read_does_not_stand_for_what_another_device_changed() {
    block_on(async {
        let (a, b) = two().await;
        run(&a.book, create("c1")).await.unwrap();
        meet(&a.book, &b.book).await;
        run(&a.book, rename("c1", "Berta")).await.unwrap();
        b.setup.clock.advance(60_000);
        run(&b.book, rename("c1", "Carla")).await.unwrap();
        let read = b.book.contact(&id("c1")).await.unwrap().state.version;
        // It is put before the name given here, which stays: what callers see has not changed.
        hand(&a.book, &b.book).await;
        let state = b.book.contact(&id("c1")).await.unwrap().state.clone();
        assert_eq!(state.profile.as_ref().unwrap().name, "Carla");
        run(&a.book, log("c1", "call")).await.unwrap();
        a.setup.clock.advance(120_000);
        run(&a.book, rename("c1", "Dora")).await.unwrap();
        hand(&a.book, &b.book).await;
        let expected = Some(read);
        let stale = CommandOptions { expected_version: expected, ..CommandOptions::default() };
        let refused = b.book.run(&support::boss(), rename("c1", "Emma"), stale).await;
        assert!(matches!(fault(&refused), Some(Fault::Conflict(_))), "{refused:?}");
    });
}

#[test]
fn a_clock_that_is_a_day_ahead_waits_for_its_time_and_nobody_follows_it() {
    block_on(async {
        let (a, b) = two().await;
        a.setup.clock.advance(30 * 3_600_000);
        run(&a.book, create_named("c1", "Tomorrow")).await.unwrap();
        let batch = all(&a.book).await.remove(0);
        let waits = b.book.apply(&batch).await.unwrap();
        assert!(waits.waits && waits.applied == 0);
        assert!(!b.book.contact(&id("c1")).await.unwrap().state.exists());
        assert_eq!(records(&b.store, Table::Quarantine).await.len(), 1);
        let own = run(&b.book, create("c2")).await.unwrap();
        let now = b.setup.clock.now().millis() as u64;
        assert_eq!(own.entries[0].0.order.hlc.millis, now, "its own clock goes on");
        b.book.retry().await.unwrap();
        assert!(!b.book.contact(&id("c1")).await.unwrap().state.exists());
        b.setup.clock.advance(7 * 3_600_000);
        // Whatever comes next has what waits looked at again.
        let other = device(3).await;
        run(&other.book, create("c3")).await.unwrap();
        b.book.apply(&all(&other.book).await[0]).await.unwrap();
        assert!(b.book.contact(&id("c1")).await.unwrap().state.exists());
        assert!(records(&b.store, Table::Quarantine).await.is_empty());
    });
}

#[test]
fn an_erasure_reaches_what_waits_in_quarantine() {
    block_on(async {
        let (a, b) = two().await;
        run(&b.book, create("c1")).await.unwrap();
        a.setup.clock.advance(30 * 3_600_000);
        run(&a.book, create_named("c1", "Zebra")).await.unwrap();
        b.book.apply(&all(&a.book).await[0]).await.unwrap();
        let holds = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().contains("Zebra");
        assert!(holds(everything(&b.store).await));
        run(&b.book, erase("c1")).await.unwrap();
        assert!(!holds(everything(&b.store).await));
        b.setup.clock.advance(7 * 3_600_000);
        assert!(b.book.retry().await.unwrap().applied > 0);
        assert!(!b.book.contact(&id("c1")).await.unwrap().state.exists());
    });
}

#[test]
fn nothing_that_comes_late_brings_an_erased_contact_back() {
    block_on(async {
        let (a, b) = two().await;
        run(&a.book, create_named("c1", "Zebra")).await.unwrap();
        let old = all(&a.book).await;
        meet(&a.book, &b.book).await;
        run(&b.book, comment("c1", "Zebra says hello")).await.unwrap();
        run(&a.book, erase("c1")).await.unwrap();
        let told = {
            let batch = all(&a.book).await.remove(0);
            b.book.apply(&batch).await.unwrap().conflicts
        };
        assert!(told.is_empty(), "no server is known, so nothing counts as unsent");
        hand(&b.book, &a.book).await;
        let third = device(3).await;
        for batch in &old {
            third.book.apply(batch).await.unwrap();
        }
        meet(&third.book, &b.book).await;
        for device in [&a, &b, &third] {
            let all = String::from_utf8(everything(&device.store).await).unwrap();
            assert!(!all.contains("Zebra"));
            assert_eq!(device.book.contact(&id("c1")).await.unwrap().state.status, Status::Erased);
            assert_eq!(history(&device.book, &id("c1"), 50).await.len(), 1, "its tombstone");
        }
    });
}

#[test]
fn a_line_without_its_body_is_completed_by_one_that_has_it() {
    block_on(async {
        let (a, b) = two().await;
        run(&a.book, create("c1")).await.unwrap();
        run(&a.book, comment("c1", "withheld at first")).await.unwrap();
        run(&a.book, comment("c1", "seen at once")).await.unwrap();
        let whole = all(&a.book).await.remove(0);
        let mut held_back = whole.clone();
        let place = whole.lines.iter().position(|line| line.contains("withheld")).unwrap();
        let bare = Line::parse(whole.lines[place].as_bytes()).unwrap().header_only();
        held_back.lines[place] = String::from_utf8(bare).unwrap();
        b.book.apply(&held_back).await.unwrap();
        let texts = |rows: Vec<Rc<stagebook::project::Row>>| {
            rows.iter().filter(|row| row.kind == "contact.commented").count()
        };
        assert_eq!(texts(history(&b.book, &id("c1"), 50).await), 1);
        b.book.apply(&whole).await.unwrap();
        assert_eq!(texts(history(&b.book, &id("c1"), 50).await), 2);
        let both = [history(&a.book, &id("c1"), 50).await, history(&b.book, &id("c1"), 50).await];
        let ids = both.map(|rows| rows.iter().map(|row| row.order.id()).collect::<Vec<_>>());
        assert_eq!(ids[0], ids[1]);
        assert_eq!(
            all(&b.book).await.iter().find(|one| one.replica == whole.replica),
            Some(&whole)
        );
    });
}

#[test]
fn what_a_server_voids_does_not_count() {
    block_on(async {
        let (a, b) = two().await;
        let mut server = Server::new();
        run(&a.book, create("c1")).await.unwrap();
        let moved = run(&a.book, go("c1", "park")).await.unwrap();
        let void = server.void("c1", &moved.entries[0].0.order.id());
        // From whoever is not the authority it is a word like any other.
        a.book.apply(&void).await.unwrap();
        assert_eq!(stage(&a.book, "c1").await, "parked");
        for book in [&a.book, &b.book] {
            for batch in all(&a.book).await {
                book.pulled(&Server::name(), &batch).await.unwrap();
            }
            book.pulled_to(&Server::name(), Some("1"), true).await.unwrap();
        }
        run(&a.book, comment("c1", "and on it goes")).await.unwrap();
        hand(&a.book, &b.book).await;
        assert_eq!(stage(&b.book, "c1").await, "new");
        let rows = history(&b.book, &id("c1"), 50).await;
        let lost = rows.iter().find(|row| row.order == moved.entries[0].0.order).unwrap();
        let voided = lost.voided.clone().unwrap();
        assert_eq!((voided.by.as_str(), voided.reason.as_str()), ("The server", "late"));
        let fresh = Server::new().void("c1", &moved.entries[0].0.order.id());
        assert_eq!(fresh, void, "a server seals what it says as everybody does");
    });
}

#[test]
fn an_activity_that_a_server_voids_is_in_the_history_and_in_no_list() {
    block_on(async {
        let a = device(1).await;
        let mut server = Server::new();
        run(&a.book, create("c1")).await.unwrap();
        let logged = run(&a.book, log("c1", "call")).await.unwrap();
        run(&a.book, log("c1", "call")).await.unwrap();
        let void = server.void("c1", &logged.entries[0].0.order.id());
        a.book.pulled(&Server::name(), &void).await.unwrap();
        a.book.pulled_to(&Server::name(), Some("1"), true).await.unwrap();
        for status in [None, Some("logged".to_owned())] {
            let query = ActivityQuery { status, ..ActivityQuery::default() };
            assert_eq!(a.book.activities(&id("c1"), &query).await.unwrap().1.items.len(), 1);
        }
        let rows = history(&a.book, &id("c1"), 50).await;
        assert_eq!(rows.iter().filter(|row| row.kind == "activity.logged").count(), 2);
        let state = a.book.contact(&id("c1")).await.unwrap().state.clone();
        assert_eq!(state.logged(&"call".into()).2, 1);
    });
}

#[test]
fn an_erasure_that_is_voided_in_its_round_erases_nothing() {
    block_on(async {
        for voided in [true, false] {
            let (a, b) = two().await;
            let mut server = Server::new();
            run(&a.book, create("c1")).await.unwrap();
            hand(&a.book, &b.book).await;
            let erased = run(&a.book, erase("c1")).await.unwrap();
            let batch = all(&a.book).await.remove(0);
            b.book.pulled(&Server::name(), &batch).await.unwrap();
            let exists = |book: Rc<stagebook::engine::Loaded>| book.state.exists();
            assert!(exists(b.book.contact(&id("c1")).await.unwrap()), "the round is not over");
            if voided {
                let void = server.void("c1", &erased.entries[0].0.order.id());
                b.book.pulled(&Server::name(), &void).await.unwrap();
            }
            // A tab that is closed in the middle of a round forgets nothing.
            let again = b.setup.open(b.store.clone()).await.unwrap();
            again.pulled_to(&Server::name(), Some("1"), true).await.unwrap();
            assert_eq!(exists(again.contact(&id("c1")).await.unwrap()), voided);
            if voided {
                let rows = history(&again, &id("c1"), 50).await;
                let tombstone = rows.iter().find(|row| row.kind == "contact.erased").unwrap();
                assert!(tombstone.voided.is_some());
                run(&again, rename("c1", "Still here")).await.unwrap();
            }
        }
    });
}

#[test]
fn a_server_is_given_what_it_lacks_and_what_it_holds_is_remembered() {
    block_on(async {
        let a = device(1).await;
        run(&a.book, create("c1")).await.unwrap();
        let entries = a.book.size().1;
        assert_eq!(a.book.standing_with_server().waiting, entries);
        a.book.pulled_to(&Server::name(), None, true).await.unwrap();
        let first = a.book.outgoing(2).await.unwrap().unwrap();
        assert_eq!((first.from, first.lines.len()), (Seq(0), 2));
        a.book.acknowledged(&first.replica, 2).await.unwrap();
        let again = a.setup.open(a.store.clone()).await.unwrap();
        let standing = again.standing_with_server();
        assert_eq!((standing.waiting, standing.server.as_deref()), (entries - 2, Some("main")));
        let second = again.outgoing(50).await.unwrap().unwrap();
        assert_eq!(second.from, Seq(2));
        again.acknowledged(&second.replica, second.end()).await.unwrap();
        assert_eq!(again.outgoing(50).await.unwrap(), None);
        assert!(again.standing_with_server().at.is_some());
        // Another server has nothing of it.
        let other = ServerName { id: "other".into(), replica: None };
        again.pulled_to(&other, None, true).await.unwrap();
        assert_eq!(again.standing_with_server().waiting, entries);
    });
}

#[test]
fn a_copied_profile_goes_on_as_another_replica_and_loses_nothing() {
    block_on(async {
        let (a, b) = two().await;
        run(&a.book, create("c1")).await.unwrap();
        run(&a.book, message("c1", "hello")).await.unwrap();
        a.book.compact().await.unwrap();
        let copy_store = a.store.snapshot();
        let mut copy_setup = a.setup.clone();
        copy_setup.clock = support::Clock::at("2026-03-09T16:00:00Z");
        let copy = copy_setup.open(copy_store.clone()).await.unwrap();
        run(&a.book, comment("c1", "by the original")).await.unwrap();
        run(&copy, comment("c1", "by the copy")).await.unwrap();
        run(&copy, message("c1", "waits in the copy")).await.unwrap();
        let before = copy.size().0;
        assert_eq!(copy.size().0, a.book.size().0);
        hand(&a.book, &b.book).await;
        // The copy is told of its own log by somebody who has gone on with it.
        hand(&b.book, &copy).await;
        assert_ne!(copy.size().0, before);
        hand(&copy, &b.book).await;
        meet(&a.book, &b.book).await;
        let texts = |rows: &[Rc<stagebook::project::Row>]| {
            let mut texts: Vec<String> = rows
                .iter()
                .filter(|row| row.kind != "contact.created")
                .map(|row| row.body.text().to_owned())
                .collect();
            texts.sort();
            texts
        };
        let expected = texts(&history(&a.book, &id("c1"), 50).await);
        assert!(expected.iter().any(|text| text.contains("by the copy")));
        assert!(expected.iter().any(|text| text.contains("by the original")));
        assert_eq!(texts(&history(&copy, &id("c1"), 50).await), expected);
        assert_eq!(texts(&history(&b.book, &id("c1"), 50).await), expected);
        let waiting = copy.deliverable(None).await.unwrap();
        assert_eq!(waiting.len(), 1, "what only the copy had is its to deliver");
        assert_eq!(records(&copy_store, Table::Retired).await.len(), 1);
        let reports = copy.verify(&[], &|_, _| true).await.unwrap();
        assert!(reports.iter().all(|report| report.ok()), "{reports:?}");
        let lines = all(&copy).await;
        let own = lines.iter().find(|batch| batch.replica == copy.size().0).unwrap();
        assert!(own.lines.iter().all(|line| line.contains("\"was\":\"sha256:")));
    });
}

#[test]
fn the_history_of_all_contacts_runs_through_all_devices_in_one_order() {
    block_on(async {
        let (a, b) = two().await;
        run(&a.book, create("c1")).await.unwrap();
        meet(&a.book, &b.book).await;
        for n in 0..12 {
            let device = if n % 3 == 0 { &a } else { &b };
            a.setup.clock.advance(1_000);
            b.setup.clock.advance(1_000);
            run(&device.book, comment("c1", &format!("no. {n:02}"))).await.unwrap();
        }
        meet(&a.book, &b.book).await;
        for (order, reverse) in [("oldest", false), ("newest", true)] {
            let mut query = HistoryQuery {
                kinds: Some(vec!["contact.commented".into()]),
                order: Some(order.into()),
                limit: Some(5),
                count: true,
                ..HistoryQuery::default()
            };
            let mut texts = Vec::new();
            loop {
                let page = a.book.history_all(&query).await.unwrap();
                assert_eq!(page.total, Some(12));
                texts.extend(page.items.iter().map(|(_, row)| row.body.text().to_owned()));
                query.cursor = page.next;
                if query.cursor.is_none() {
                    break;
                }
            }
            let mut expected: Vec<String> = (0..12).map(|n| format!("no. {n:02}")).collect();
            if reverse {
                expected.reverse();
            }
            assert_eq!(texts.len(), 12);
            for (text, expected) in texts.iter().zip(&expected) {
                assert!(text.contains(expected), "{order}: {text} {expected}");
            }
        }
    });
}

#[test]
fn a_definition_comes_with_the_entries_that_need_it() {
    block_on(async {
        let a = device(1).await;
        let mut other = Setup::sales();
        other.definition["version"] = 2.into();
        other.definition["stages"].as_array_mut().unwrap().retain(|stage| stage["id"] != "parked");
        let transitions = other.definition["transitions"].as_array_mut().unwrap();
        transitions.retain(|one| one["id"] != "park" && one["id"] != "resume");
        other.handles.set(500);
        let (b, _) = other.fresh().await;
        run(&a.book, create("c1")).await.unwrap();
        run(&a.book, go("c1", "park")).await.unwrap();
        hand(&a.book, &b).await;
        assert_eq!(stage(&b, "c1").await, "parked");
        let refused = run(&b, go("c1", "lose")).await;
        let Some(Fault::Refused { blockers, .. }) = fault(&refused) else { panic!("{refused:?}") };
        assert_eq!(blockers[0].code.code(), "stage-unknown");
        assert_eq!(b.known_definitions().len(), 1, "its own is added with its first entry");
    });
}

proptest! {
    #![proptest_config(cases(400))]

    /// Whatever stands in a batch, it is applied or refused, and a refusal changes nothing.
    #[test]
    fn no_batch_does_harm(
        place in 0_usize..6,
        at in 0_usize..900,
        byte in 0_u8..128,
        from in 0_u64..9,
        cut in 0_usize..6,
    ) {
        block_on(async {
            let (a, b) = two().await;
            run(&a.book, create("c1")).await.unwrap();
            run(&a.book, plan("c1", pending("letter", true))).await.unwrap();
            let mut batch = all(&a.book).await.remove(0);
            let count = batch.lines.len();
            let line = &mut batch.lines[place % count];
            let mut bytes = std::mem::take(line).into_bytes();
            let at = at % bytes.len();
            let same = bytes[at] == byte;
            bytes[at] = byte;
            *line = String::from_utf8_lossy(&bytes).into_owned();
            batch.lines.truncate(count - cut.min(count - 1));
            batch.from = Seq(if from < 6 { 0 } else { from });
            let before = everything(&b.store).await;
            let whole = batch.lines.len() == count && batch.from == Seq(0);
            match fault(&b.book.apply(&batch).await) {
                None => assert!(same && whole, "a changed batch was applied"),
                Some(Fault::Batch(_)) => assert_eq!(everything(&b.store).await, before),
                Some(fault) => panic!("{fault:?}"),
            }
            let headed = headed(Batch { from: Seq(0), ..batch });
            let _ = b.book.apply(&headed).await;
        });
    }
}

#[test]
fn a_completion_and_a_cancellation_at_once_come_to_done() {
    block_on(async {
        let (a, b) = two().await;
        run(&a.book, create("c1")).await.unwrap();
        let planned = run(&a.book, plan("c1", pending("letter", true))).await.unwrap();
        let pending = planned.contact.state.pending.keys().next().unwrap().to_string();
        meet(&a.book, &b.book).await;
        let cancel = stagebook::command::Command::Cancel { pending: pending.clone(), reason: None };
        run(&a.book, cancel).await.unwrap();
        b.setup.clock.advance(-60_000);
        let input = Completion::default();
        run(&b.book, stagebook::command::Command::Complete { pending, input }).await.unwrap();
        meet(&a.book, &b.book).await;
        for book in [&a.book, &b.book] {
            let state = book.contact(&id("c1")).await.unwrap().state.clone();
            let one = state.pending.iter().next().unwrap().1;
            assert_eq!(one.status.code(), "done");
        }
    });
}
