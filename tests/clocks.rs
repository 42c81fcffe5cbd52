//! A device whose clock ran far ahead and is right again: others hear at once of what it wrote
//! meanwhile and of what it writes after, each entry counts once wherever it is known under both its
//! readings, and nothing is lost, whatever comes in between.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use futures::executor::block_on;
use stagebook::engine::{Engine, ServerName};
use stagebook::error::StoreError;
use stagebook::ids::{ContactId, ReplicaId, Seq};
use stagebook::ledger::{Line, Name, Verifier};
use stagebook::project::Status;
use stagebook::store::{FaultPoint, Faults, FaultyStore, Store, Table};
use support::commands::{comment, create, create_named, erase, go, message, pending, plan, rename};
use support::database::{bytes_of, everything, history, records, row_bytes};
use support::devices::{Device, all, device, hand};
use support::{boss, run};

const HOUR: i64 = 3_600_000;
const YEAR: i64 = 365 * 24 * HOUR;
const CONTACTS: [&str; 3] = ["c1", "c2", "c3"];

/// Work that the year-ahead hour holds, on a device that has `c1` and `c2`.
async fn work<S: Store>(book: &Engine<S>) {
    run(book, rename("c1", "Berta")).await.unwrap();
    run(book, comment("c1", "said ahead")).await.unwrap();
    run(book, comment("c1", "said ahead")).await.unwrap();
    run(book, go("c1", "park")).await.unwrap();
    run(book, message("c1", "sent ahead")).await.unwrap();
    run(book, create_named("c3", "Carla")).await.unwrap();
    run(book, plan("c3", pending("letter", true))).await.unwrap();
}

/// A device that wrote at the right time, then for an hour a year ahead.
async fn ran_ahead(number: u64) -> Device {
    let device = device(number).await;
    run(&device.book, create("c1")).await.unwrap();
    run(&device.book, create("c2")).await.unwrap();
    device.setup.clock.advance(YEAR);
    work(&device.book).await;
    device
}

/// What every device answers alike that holds the same entries.
async fn told<S: Store>(book: &Engine<S>) -> Vec<String> {
    let mut told = vec![book.size().2.to_string()];
    for contact in CONTACTS {
        let id = ContactId::new(contact);
        let mut state = book.contact(&id).await.unwrap().state.clone();
        state.version = 0;
        told.push(bytes_of(&state));
        told.extend(history(book, &id, 500).await.iter().map(|row| row_bytes(row)));
    }
    told
}

/// The bodies of a contact's history, sorted.
async fn bodies<S: Store>(book: &Engine<S>, contact: &str) -> Vec<String> {
    let rows = history(book, &contact.into(), 500).await;
    let mut bodies: Vec<_> = rows.iter().map(|row| row.body.text().to_owned()).collect();
    bodies.sort();
    bodies
}

async fn assert_verifies<S: Store>(book: &Engine<S>) {
    for report in book.verify(&[], &|_, _| true).await.unwrap() {
        assert!(report.ok(), "{report:?}");
    }
}

/// What is retired goes on from the log that is left, and each line of it was sealed again.
async fn assert_retired(device: &Device, count: usize) {
    let own = device.book.size().0;
    let logs = all(&device.book).await;
    let lines = |replica: &ReplicaId| -> Vec<String> {
        logs.iter().find(|log| log.replica == *replica).map_or(Vec::new(), |log| log.lines.clone())
    };
    let [record] = records(&device.store, Table::Retired).await.try_into().unwrap();
    let old = ReplicaId::new(record.key.split_once('/').unwrap().0);
    let name = Name { book: "crm".to_owned(), replica: old.clone() };
    let mut verifier = Verifier::new(name, &[]);
    lines(&old).iter().for_each(|line| verifier.line(line.as_bytes()));
    let retired: Vec<&str> = std::str::from_utf8(&record.value).unwrap().lines().collect();
    retired.iter().for_each(|line| verifier.line(line.as_bytes()));
    let report = verifier.finish(None);
    assert!(report.first_bad.is_none(), "{report:?}");
    assert_eq!(retired.len(), count);
    let read = |line: &str| {
        let line = Line::parse(line.as_bytes()).unwrap();
        (line.leaf(), line.header.was, line.header.body)
    };
    for (retired, again) in retired.iter().zip(lines(&own)) {
        let (retired, again) = (read(retired), read(&again));
        assert_eq!((again.1, again.2), (Some(retired.0), retired.2));
    }
}

#[test]
fn what_a_device_wrote_a_year_ahead_reaches_others_at_once_when_its_clock_is_right() {
    block_on(async {
        for compacted in [false, true] {
            let (a, b) = (ran_ahead(1).await, device(2).await);
            if compacted {
                a.book.compact().await.unwrap();
            }
            assert_eq!(hand(&a.book, &b.book).await, 0, "as long as it is ahead it waits");
            let before = bodies(&a.book, "c1").await;
            let (old, size, _) = a.book.size();
            a.setup.clock.advance(HOUR - YEAR);
            b.setup.clock.advance(HOUR);
            let after = run(&a.book, comment("c1", "said after")).await.unwrap();
            let now = a.setup.clock.now();
            assert_eq!(after.entries[0].0.order.hlc.millis, now.millis().unsigned_abs());
            assert_ne!(a.book.size().0, old);
            hand(&a.book, &b.book).await;
            assert_eq!(told(&a.book).await, told(&b.book).await);
            let bodies = bodies(&b.book, "c1").await;
            assert_eq!(bodies.len(), before.len() + 1);
            assert!(before.iter().all(|body| bodies.contains(body)));
            let rows = history(&b.book, &"c1".into(), 500).await;
            assert!(rows.iter().all(|row| row.at <= now && row.superseded_by.is_none()));
            assert_eq!(a.book.deliverable(None).await.unwrap().len(), 1, "its message is its own");
            for book in [&a.book, &b.book] {
                assert_verifies(book).await;
            }
            let kept = all(&a.book).await.iter().find(|log| log.replica == old).unwrap().end();
            assert_retired(&a, (size - kept) as usize).await;
            assert!(kept > 0, "what was not ahead stays where it is");
        }
    });
}

#[test]
fn cutting_batches_or_beginning_a_round_is_enough() {
    block_on(async {
        for round in [false, true] {
            let (a, b) = (ran_ahead(1).await, device(2).await);
            let old = a.book.size().0;
            a.setup.clock.advance(-YEAR);
            if round {
                a.book.retry().await.unwrap();
                assert_ne!(a.book.size().0, old);
            }
            hand(&a.book, &b.book).await;
            assert_eq!(told(&a.book).await, told(&b.book).await);
        }
    });
}

#[test]
fn a_clock_that_is_less_than_a_day_ahead_is_waited_for() {
    block_on(async {
        let a = device(1).await;
        a.setup.clock.advance(23 * HOUR);
        let ahead = run(&a.book, create("c1")).await.unwrap();
        let old = a.book.size().0;
        a.setup.clock.advance(-23 * HOUR);
        let next = run(&a.book, comment("c1", "x")).await.unwrap();
        assert_eq!(a.book.size().0, old);
        assert!(next.entries[0].0.order.hlc > ahead.entries[0].0.order.hlc);
    });
}

/// All clocks come to the time at which the entries were first written.
async fn a_year_later(devices: &[&Device]) {
    for device in devices {
        device.setup.clock.advance(YEAR + 2 * HOUR);
    }
    for _ in 0..2 {
        for (from, to) in devices.iter().flat_map(|a| devices.iter().map(move |b| (a, b))) {
            hand(&from.book, &to.book).await;
        }
    }
}

#[test]
fn a_clock_that_lost_the_time_dates_nothing_anew() {
    block_on(async {
        let device = device(1).await;
        run(&device.book, create("c1")).await.unwrap();
        run(&device.book, comment("c1", "offline")).await.unwrap();
        let (replica, entries, _) = device.book.size();
        device.setup.clock.set("1970-01-01T00:00:07Z");
        run(&device.book, comment("c1", "after a start without battery")).await.unwrap();
        device.setup.clock.set("2026-03-09T16:00:00Z");
        run(&device.book, comment("c1", "later")).await.unwrap();
        assert_eq!(device.book.size(), (replica, entries + 2, 1));
        assert!(records(&device.store, Table::Retired).await.is_empty());
    });
}

#[test]
fn who_kept_the_batch_until_its_time_counts_each_entry_once() {
    block_on(async {
        let (a, b, c) = (ran_ahead(1).await, device(2).await, device(3).await);
        hand(&a.book, &b.book).await;
        assert_eq!(records(&b.store, Table::Quarantine).await.len(), 1);
        a.setup.clock.advance(-YEAR);
        run(&a.book, comment("c1", "said after")).await.unwrap();
        hand(&a.book, &c.book).await;
        let before = [bodies(&c.book, "c1").await, bodies(&c.book, "c3").await];
        hand(&c.book, &b.book).await;
        assert_eq!(told(&b.book).await, told(&c.book).await);
        a_year_later(&[&a, &b, &c]).await;
        assert!(records(&b.store, Table::Quarantine).await.is_empty());
        for device in [&a, &b, &c] {
            let after = [bodies(&device.book, "c1").await, bodies(&device.book, "c3").await];
            assert_eq!(after, before);
            assert_eq!(told(&device.book).await, told(&a.book).await);
            assert_verifies(&device.book).await;
            let tasks = device.book.tasks(&Default::default()).await.unwrap();
            assert_eq!(tasks.items.len(), 1);
        }
        assert!(all(&b.book).await.iter().all(|log| log.lines.iter().all(|l| !l.is_empty())));
    });
}

#[test]
fn the_originals_may_come_before_what_was_sealed_again() {
    block_on(async {
        let (a, b) = (ran_ahead(1).await, device(2).await);
        // This one's clock is ahead, too: it takes all in at once.
        b.setup.clock.advance(YEAR);
        hand(&a.book, &b.book).await;
        let (before, state) = (bodies(&b.book, "c1").await, told(&b.book).await);
        a.setup.clock.advance(-YEAR);
        hand(&a.book, &b.book).await;
        assert_eq!(bodies(&b.book, "c1").await, before);
        assert_eq!(told(&b.book).await.len(), state.len());
        let c = device(3).await;
        hand(&a.book, &c.book).await;
        a_year_later(&[&a, &c]).await;
        hand(&b.book, &a.book).await;
        hand(&a.book, &b.book).await;
        assert_eq!(told(&a.book).await, told(&b.book).await);
        assert_eq!(bodies(&a.book, "c1").await, before);
    });
}

#[test]
fn an_entry_that_was_sealed_again_twice_counts_once_beside_its_original() {
    block_on(async {
        let (a, b, c) = (ran_ahead(1).await, device(2).await, device(3).await);
        hand(&a.book, &b.book).await;
        // Right is only what comes after another half a year less.
        a.setup.clock.advance(-YEAR / 2);
        c.setup.clock.advance(YEAR / 2);
        run(&a.book, comment("c1", "said between")).await.unwrap();
        hand(&a.book, &c.book).await;
        let before = bodies(&c.book, "c1").await;
        a.setup.clock.advance(-YEAR / 2);
        c.setup.clock.advance(-YEAR / 2);
        hand(&a.book, &c.book).await;
        hand(&a.book, &b.book).await;
        assert_eq!(bodies(&c.book, "c1").await, before);
        assert_eq!(bodies(&b.book, "c1").await, before);
        a_year_later(&[&a, &b, &c]).await;
        for device in [&a, &b, &c] {
            assert_eq!(bodies(&device.book, "c1").await, before);
            assert_eq!(told(&device.book).await, told(&a.book).await);
        }
    });
}

#[test]
fn what_is_written_beside_entries_of_a_time_to_come_is_folded_before_them() {
    block_on(async {
        let (a, b) = (ran_ahead(1).await, device(2).await);
        b.setup.clock.advance(YEAR);
        hand(&a.book, &b.book).await;
        run(&b.book, comment("c1", "from another one ahead")).await.unwrap();
        hand(&b.book, &a.book).await;
        a.setup.clock.advance(-YEAR);
        let renamed = run(&a.book, rename("c1", "Dora")).await.unwrap();
        let state = a.book.contact(&"c1".into()).await.unwrap().state.clone();
        assert_eq!(bytes_of(&renamed.contact.state), bytes_of(&state));
        let row = format!(
            r#"[{{"contact":"c1","at":"{}","by":"x","id":"1","kind":"comment","text":"imported"}},
                {{"contact":"c9","at":"2020-01-01T00:00:00Z","by":"x","id":"2","kind":"contact"}}]"#,
            a.setup.clock.now(),
        );
        for end in [false, true] {
            let row = row.replace("\"1\"", &format!("\"{end}\""));
            assert!(a.book.import(&boss(), &row, 0, end).await.unwrap().imported > 0);
        }
        let again = a.setup.open(a.store.clone()).await.unwrap();
        assert_eq!(told(&again).await, told(&a.book).await);
        // One that takes all in when its time has come folds it in one order.
        let c = device(3).await;
        c.setup.clock.advance(YEAR + HOUR);
        hand(&a.book, &c.book).await;
        assert_eq!(told(&c.book).await, told(&a.book).await);
        let loaded = a.book.contact(&"c1".into()).await.unwrap();
        assert!(loaded.rows.is_sorted_by(|one, next| one.order < next.order));
        assert_verifies(&a.book).await;
    });
}

#[test]
fn what_a_server_holds_stays_and_what_it_lacks_of_the_old_log_is_still_sent() {
    block_on(async {
        let a = ran_ahead(1).await;
        let server = ServerName { id: "main".into(), replica: None };
        let (old, size, _) = a.book.size();
        a.book.pulled_to(&server, None, true).await.unwrap();
        for held in [1, size - 1, size] {
            let copy = a.setup.open(a.store.snapshot()).await.unwrap();
            copy.acknowledged(&old, held).await.unwrap();
            let ahead = a.setup.clock.now();
            a.setup.clock.advance(-YEAR);
            run(&copy, comment("c1", "said after")).await.unwrap();
            let mut sent = 0;
            let waiting = copy.standing_with_server().waiting;
            while let Some(batch) = copy.outgoing(2).await.unwrap() {
                assert!(batch.replica != old || batch.from.0 >= held);
                for line in &batch.lines {
                    let header = Line::parse(line.as_bytes()).unwrap().header;
                    assert!(!header.hlc.is_ahead(a.setup.clock.now()));
                }
                sent += batch.lines.len() as u64;
                copy.acknowledged(&batch.replica, batch.end()).await.unwrap();
            }
            assert_eq!((sent, waiting), (size - held + 1, size - held + 1), "{held} of {size}");
            assert_eq!(copy.standing_with_server().waiting, 0);
            let kept = all(&copy).await.iter().find(|log| log.replica == old).unwrap().end();
            assert!(kept >= held);
            assert_verifies(&copy).await;
            a.setup.clock.advance(ahead.millis() - a.setup.clock.now().millis());
        }
    });
}

#[test]
fn a_store_that_fails_meanwhile_leaves_the_book_as_it_was_or_set_right() {
    block_on(async {
        let ahead = ran_ahead(1).await;
        let texts = bodies(&ahead.book, "c1").await;
        ahead.setup.clock.advance(-YEAR);
        for fault in [FaultPoint::Before, FaultPoint::After] {
            for step in 1.. {
                let (store, faults) = (ahead.store.snapshot(), Faults::default());
                let faulty = FaultyStore::new(store.clone(), faults.clone());
                let book = ahead.setup.open(faulty).await.unwrap();
                faults.fail_after(step, fault, StoreError::Quota);
                let _ = run(&book, comment("c1", "said after")).await;
                let over = faults.is_pending();
                faults.clear();
                let again = ahead.setup.open(store.clone()).await.unwrap();
                let said = bodies(&again, "c1").await;
                let b = device(2).await;
                hand(&again, &b.book).await;
                assert_eq!(told(&again).await, told(&b.book).await, "step {step}");
                assert_eq!(bodies(&b.book, "c1").await, said);
                assert!(
                    texts.iter().all(|text| said.contains(text)) && said.len() <= texts.len() + 1
                );
                assert!(records(&store, Table::Retired).await.len() == 1, "step {step}");
                assert_verifies(&again).await;
                if over {
                    break;
                }
            }
        }
    });
}

#[test]
fn two_tabs_of_one_profile_set_the_clock_right_once() {
    block_on(async {
        let a = ran_ahead(1).await;
        let other = a.setup.open(a.store.clone()).await.unwrap();
        run(&other, comment("c2", "by the other tab, ahead")).await.unwrap();
        a.setup.clock.advance(-YEAR);
        let (one, two) = (
            run(&a.book, comment("c1", "by the first")),
            run(&other, comment("c1", "by the second")),
        );
        let (one, two) = futures::join!(one, two);
        assert!(one.is_ok() && two.is_ok());
        run(&a.book, comment("c2", "by the first")).await.unwrap();
        run(&other, comment("c2", "by the second")).await.unwrap();
        a.book.refresh().await.unwrap();
        assert_eq!(a.book.size().0, other.size().0);
        assert_eq!(records(&a.store, Table::Retired).await.len(), 1);
        let b = device(2).await;
        hand(&other, &b.book).await;
        for book in [&a.book, &other] {
            assert_eq!(told(book).await, told(&b.book).await);
            assert_verifies(book).await;
        }
        let said = bodies(&b.book, "c2").await;
        assert_eq!(said.iter().filter(|text| text.contains("by the")).count(), 3);
    });
}

#[test]
fn an_erasure_reaches_what_was_sealed_again_under_each_of_its_names() {
    block_on(async {
        for eraser in 0..2 {
            let (a, b) = (ran_ahead(1).await, device(2).await);
            hand(&a.book, &b.book).await;
            a.setup.clock.advance(-YEAR);
            hand(&a.book, &b.book).await;
            run([&a.book, &b.book][eraser], erase("c1")).await.unwrap();
            hand(&b.book, &a.book).await;
            hand(&a.book, &b.book).await;
            a_year_later(&[&a, &b]).await;
            for device in [&a, &b] {
                let stored = String::from_utf8(everything(&device.store).await).unwrap();
                assert!(!stored.contains("ahead") && !stored.contains("Berta"));
                let state = device.book.contact(&"c1".into()).await.unwrap().state.clone();
                assert_eq!(state.status, Status::Erased);
                assert_eq!(told(&device.book).await, told(&a.book).await);
                for log in device.book.verify(&[], &|_, _| true).await.unwrap() {
                    assert!(log.first_bad.is_none() && log.missing == 0, "{log:?}");
                }
            }
        }
    });
}

#[test]
fn what_was_not_ahead_does_not_wait_with_what_was() {
    block_on(async {
        let (a, b) = (ran_ahead(1).await, device(2).await);
        let given = a.book.changes(None, None).await.unwrap();
        for batch in &given.batches {
            b.book.apply(batch).await.unwrap();
        }
        a.setup.clock.advance(-YEAR);
        // The cursor says that the old log is there up to what is retired now.
        let rest = a.book.changes(Some(&given.cursor), None).await.unwrap();
        for batch in &rest.batches {
            b.book.apply(batch).await.unwrap();
        }
        assert_eq!(told(&b.book).await, told(&a.book).await);
        assert!(rest.batches.iter().any(|batch| batch.from == Seq(0)));
        let none = a.book.changes(Some(&rest.cursor), None).await.unwrap();
        assert!(none.batches.is_empty() && !none.more);
    });
}
