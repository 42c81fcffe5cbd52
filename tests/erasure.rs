//! After an erasure nothing of the contact is anywhere in the database or in an open book, the log
//! still verifies, and nothing brings the contact back.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

mod support;

use futures::executor::block_on;
use proptest::prelude::*;
use stagebook::command::Command;
use stagebook::engine::{Engine, HistoryQuery, LogQuery, OutboxQuery, ReminderQuery, TaskQuery};
use stagebook::error::{BlockerCode, Clash, Fault};
use stagebook::project::Status;
use stagebook::store::{MemoryStore, Store};
use support::arbitrary::{CONTACTS, Step, id, ids, mark, resolve, steps};
use support::commands::{comment, create, create_named, erase, go, pending, plan, rename};
use support::database::{assert_replays, assert_sound, everything, ledger};
use support::{Setup, boss, cases, fault, run, under};

async fn holds<S: Store>(store: &S, text: &str) -> bool {
    let all = everything(store).await;
    all.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Whether an open book still shows anything of the contact, wherever it keeps it.
async fn knows<S: Store>(book: &Engine<S>, contact: usize) -> bool {
    let loaded = book.contact(&id(contact)).await.unwrap();
    let tasks = book.tasks(&TaskQuery::default()).await.unwrap();
    let reminders = book.reminders(&ReminderQuery::default()).await.unwrap();
    let items = book.outbox(&OutboxQuery::default()).await.unwrap();
    let rows = book.history_all(&HistoryQuery::default()).await.unwrap();
    format!("{loaded:?} {tasks:?} {reminders:?} {items:?} {rows:?}").contains(&mark(contact))
}

/// Erases a contact of the random steps, if it still exists.
async fn erase_now(book: &Engine<MemoryStore>, contact: usize) {
    let (id, confirm) = (id(contact), id(contact).to_string());
    let command = Command::Erase { contact: id, confirm, reason: Some("ticket 7".to_owned()) };
    let _ = run(book, command).await;
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn after_an_erasure_no_text_of_the_contact_is_anywhere(steps in steps(40), order in any::<bool>()) {
        let setup = Setup::sales();
        let (book, store) = block_on(setup.fresh());
        block_on(async {
            for step in steps {
                match step {
                    Step::Compact => book.compact().await.unwrap(),
                    Step::Reopen => {}
                    Step::Run { contact, after, actor, command, options } => {
                        setup.clock.wander(after);
                        let state = book.contact(&id(contact)).await.unwrap().state.clone();
                        let _ = book.run(&actor, resolve(command, &state), options).await;
                    }
                }
            }
        });
        let other = block_on(setup.open(store.clone())).unwrap();
        // It keeps in memory what is to be done.
        block_on(other.tasks(&TaskQuery::default())).unwrap();
        let mut contacts: Vec<usize> = (0..CONTACTS).collect();
        if order {
            contacts.reverse();
        }
        for contact in contacts {
            let before = block_on(ledger(&store)).len();
            block_on(erase_now(&book, contact));
            prop_assert!(!block_on(holds(&store, &mark(contact))));
            block_on(other.refresh()).unwrap();
            prop_assert!(!block_on(knows(&book, contact)) && !block_on(knows(&other, contact)));
            let after = block_on(ledger(&store)).len();
            prop_assert!(after == before || after == before + 1, "one tombstone");
        }
        block_on(async {
            assert_replays(&book, &store, &ids(), "").await;
            assert_replays(&other, &store, &ids(), "").await;
            let bare = ledger(&store).await.iter().filter(|line| !line.contains("\"salt\"")).count();
            let report = assert_sound(&other, &store).await;
            assert_eq!((report.erased as usize, report.missing), (bare, 0));
        });
    }
}

/// A contact with some of everything, in the tables and in the tail.
async fn marked(setup: &Setup) -> (Engine<MemoryStore>, MemoryStore) {
    let (book, store) = setup.fresh().await;
    run(&book, create("c1")).await.unwrap();
    run(&book, create_named("Secret-id", "Secret name")).await.unwrap();
    for n in 0..300 {
        run(&book, comment("Secret-id", &format!("Secret {n} {}", "x".repeat(300)))).await.unwrap();
    }
    let mut draft = pending("letter", true);
    draft.description = Some("Secret plan".to_owned());
    book.run(&boss(), plan("Secret-id", draft), under("Secret command")).await.unwrap();
    book.compact().await.unwrap();
    run(&book, rename("Secret-id", "Secret other name")).await.unwrap();
    run(&book, go("Secret-id", "park")).await.unwrap();
    run(&book, comment("c1", "kept")).await.unwrap();
    (book, store)
}

#[test]
fn an_erasure_reaches_chunks_segments_answers_and_the_tail_and_is_counted() {
    block_on(async {
        let setup = Setup::sales();
        let (book, store) = marked(&setup).await;
        let asleep = setup.open(store.clone()).await.unwrap();
        assert!(holds(&store, "Secret").await && holds(&store, "c1").await);
        let entries = book.contact(&"Secret-id".into()).await.unwrap().state.entries;
        let written = run(&book, erase("Secret-id")).await.unwrap();
        assert_eq!((written.entries.len(), written.contact.state.status), (1, Status::Erased));
        assert!(!holds(&store, "Secret").await);
        assert!(holds(&store, "kept").await);
        let report = assert_sound(&book, &store).await;
        assert_eq!((report.erased, report.missing, entries), (entries, 0, 306));
        let (_, page) = asleep.history(&"c1".into(), &HistoryQuery::default()).await.unwrap();
        assert_eq!(page.items.len(), 3);
        for tab in [&book, &asleep] {
            tab.refresh().await.unwrap();
            let contact = tab.contact(&"Secret-id".into()).await.unwrap();
            assert!(!format!("{contact:?}").contains("Secret"));
        }
        assert_eq!(book.size().2, 1, "one contact is left");
    });
}

#[test]
fn the_history_of_an_erased_contact_is_its_tombstone() {
    block_on(async {
        let setup = Setup::sales();
        let (book, store) = marked(&setup).await;
        setup.clock.set("2026-03-10T09:00:00Z");
        run(&book, erase("Secret-id")).await.unwrap();
        let reopened = setup.open(store.clone()).await.unwrap();
        for book in [&book, &reopened] {
            let (contact, page) =
                book.history(&"Secret-id".into(), &HistoryQuery::default()).await.unwrap();
            assert!(!contact.state.exists());
            let [row] = page.items.as_slice() else { unreachable!("{:?}", page.items) };
            let body: serde_json::Value = serde_json::from_str(row.body.text()).unwrap();
            let expected = serde_json::json!({
                "by": "boss", "byKind": "user", "byName": "Name of boss",
                "data": { "entries": 306, "reason": "ticket 7" },
            });
            assert_eq!(
                (row.kind.as_str(), row.occurred.to_string()),
                ("contact.erased", "2026-03-10T09:00:00.000Z".to_owned())
            );
            assert_eq!(body, expected, "who, when, why, how many, and nothing of the contact");
            let (_, log) = book.log(&"Secret-id".into(), &LogQuery::default()).await.unwrap();
            assert!(log.items.is_empty());
        }
    });
}

#[test]
fn an_erased_id_is_never_used_again() {
    block_on(async {
        let setup = Setup::sales();
        let (book, store) = marked(&setup).await;
        run(&book, erase("Secret-id")).await.unwrap();
        let size = ledger(&store).await.len();
        let reopened = setup.open(store.clone()).await.unwrap();
        for book in [&book, &reopened] {
            for upsert in [false, true] {
                let Command::Create { contact, input, .. } = create("Secret-id") else {
                    unreachable!()
                };
                let created =
                    run(book, Command::Create { contact, input, upsert }).await.unwrap_err();
                assert!(
                    matches!(*created, Fault::Conflict(Clash::ContactExists(_))),
                    "{created:?}"
                );
            }
            for command in [
                comment("Secret-id", "x"),
                rename("Secret-id", "x"),
                go("Secret-id", "park"),
                erase("Secret-id"),
            ] {
                let Fault::Refused { blockers, .. } = *run(book, command).await.unwrap_err() else {
                    unreachable!()
                };
                assert_eq!(
                    blockers.iter().map(|b| b.code).collect::<Vec<_>>(),
                    [BlockerCode::Erased]
                );
            }
            let rows = r#"[{"contact":"Secret-id","at":"2020-01-01T00:00:00Z","by":"x","kind":"contact"},
                {"contact":"Secret-id","at":"2020-01-01T00:00:00Z","by":"x","kind":"comment","text":"Secret"},
                {"contact":"c1","at":"2020-01-01T00:00:00Z","by":"x","id":"1","kind":"comment","text":"fine"}]"#;
            let report = book.import(&boss(), rows, 0, true).await.unwrap();
            let codes: Vec<&str> = report.rejected.iter().map(|row| row.code.as_str()).collect();
            assert_eq!(codes, ["conflict", "conflict"]);
        }
        assert_eq!(ledger(&store).await.len(), size + 1);
        assert!(!holds(&store, "Secret").await);
    });
}

#[test]
fn what_was_answered_to_earlier_commands_goes_too() {
    block_on(async {
        let setup = Setup::sales();
        let (book, store) = marked(&setup).await;
        // One answer is in the tables, one in the tail.
        book.run(&boss(), comment("Secret-id", "Secret"), under("late")).await.unwrap();
        run(&book, erase("Secret-id")).await.unwrap();
        let answers = support::database::records(&store, stagebook::store::Table::Commands).await;
        assert_eq!(answers, []);
        for id in ["late", "Secret command"] {
            let again = book.run(&boss(), comment("Secret-id", "Secret"), under(id)).await;
            assert!(matches!(fault(&again), Some(Fault::Refused { .. })), "{again:?}");
        }
    });
}

#[test]
fn an_erasure_must_be_confirmed_and_allowed() {
    block_on(async {
        let (book, store) = Setup::sales().fresh().await;
        run(&book, create("c1")).await.unwrap();
        let unsure =
            Command::Erase { contact: "c1".into(), confirm: "c2".to_owned(), reason: None };
        assert!(matches!(fault(&run(&book, unsure).await), Some(Fault::Invalid(_))));
        let clerk = support::actor("clerk", &["sales"]);
        let forbidden = book.run(&clerk, erase("c1"), Default::default()).await.unwrap_err();
        assert_eq!(
            *forbidden,
            Fault::Forbidden { permission: "erase", roles: vec!["boss".to_owned()] }
        );
        assert_sound(&book, &store).await;
        assert!(book.contact(&"c1".into()).await.unwrap().state.exists());
    });
}

#[test]
fn an_erasure_given_twice_under_one_id_is_one_and_every_contact_can_go() {
    block_on(async {
        let setup = Setup::sales();
        let (book, store) = marked(&setup).await;
        for _ in 0..2 {
            book.run(&boss(), erase("Secret-id"), under("k")).await.unwrap();
        }
        run(&book, erase("c1")).await.unwrap();
        assert_eq!(book.size().2, 0);
        let report = assert_sound(&book, &store).await;
        assert_eq!(report.erased, 306 + 3);
        let kinds =
            ledger(&store).await.iter().filter(|line| line.contains("\"contact.erased\"")).count();
        assert_eq!(kinds, 2);
        run(&book, create("c2")).await.unwrap();
        assert_sound(&book, &store).await;
    });
}
