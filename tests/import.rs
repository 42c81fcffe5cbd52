//! History from another system: what each kind of row becomes, why a row is left out, and that an
//! import that broke off can be run again.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use futures::executor::block_on;
use serde_json::{Value, json};
use stagebook::engine::{Engine, HistoryQuery, ImportReport};
use stagebook::error::Fault;
use stagebook::ids::ContactId;
use stagebook::project::{Contact, PendingStatus, Status};
use stagebook::store::{MemoryStore, Store};
use support::commands::{comment, create, go};
use support::database::{assert_replays, assert_sound, history, ledger};
use support::{Setup, actor, boss, fault, run};

async fn import<S: Store>(book: &Engine<S>, rows: Value) -> ImportReport {
    book.import(&boss(), &rows.to_string(), 0, true).await.unwrap()
}

/// A row of a contact's history, on a day of January 2020.
fn row(contact: &str, day: u32, kind: &str, more: Value) -> Value {
    let mut row = json!({
        "contact": contact, "at": format!("2020-01-{day:02}T10:00:00+01:00"), "by": "u7", "byName": "Ugo", "kind": kind,
    });
    for (name, value) in more.as_object().unwrap() {
        row[name] = value.clone();
    }
    row
}

fn counts(report: &ImportReport) -> (u64, u64, usize) {
    (report.imported, report.skipped, report.rejected.len())
}

async fn state<S: Store>(book: &Engine<S>, contact: &str) -> Contact {
    book.contact(&contact.into()).await.unwrap().state.clone()
}

/// Kinds of a contact's entries, oldest first.
async fn kinds<S: Store>(book: &Engine<S>, contact: &str) -> Vec<String> {
    history(book, &contact.into(), 500).await.into_iter().map(|row| row.kind.clone()).collect()
}

/// One contact with a row of every kind.
fn a_life(contact: &str) -> Vec<Value> {
    let set = json!({ "set": { "name": "Anna Rossi", "email": "anna@example.com", "fields": { "vip": true } } });
    vec![
        row(contact, 1, "contact", set),
        row(contact, 2, "stage", json!({ "id": "s1", "stage": "new" })),
        row(
            contact,
            3,
            "log",
            json!({ "id": "l1", "type": "call", "description": "first call", "outcome": "fine" }),
        ),
        row(
            contact,
            4,
            "pending",
            json!({ "id": "p1", "type": "visit", "due": "2020-01-20", "assignee": "u8", "description": "go there" }),
        ),
        row(contact, 5, "stage", json!({ "id": "s2", "stage": "talk", "reason": "wants it" })),
        row(contact, 6, "complete", json!({ "id": "c1", "ref": "p1", "outcome": "sold" })),
        row(contact, 7, "comment", json!({ "id": "m1", "text": "a comment" })),
        row(contact, 8, "message", json!({ "id": "m2", "text": "a message" })),
        row(contact, 9, "stage", json!({ "id": "s3", "stage": "won" })),
        row(contact, 10, "archive", json!({ "id": "a1", "reason": "over" })),
    ]
}

#[test]
fn every_kind_of_row_becomes_an_entry_with_its_own_date_and_person() {
    block_on(async {
        let setup = Setup::sales();
        let (book, store) = setup.fresh().await;
        let report = import(&book, Value::from(a_life("c1"))).await;
        assert_eq!(counts(&report), (10, 0, 0), "{report:?}");
        let expected = [
            "contact.created",
            "workflow.started",
            "activity.logged",
            "activity.planned",
            "workflow.transitioned",
            "activity.completed",
            "contact.commented",
            "contact.messaged",
            "workflow.transitioned",
            "contact.archived",
        ];
        assert_eq!(kinds(&book, "c1").await, expected);
        for (place, row) in history(&book, &"c1".into(), 500).await.iter().enumerate() {
            let (entry, id) = row.entry().unwrap();
            assert_eq!(row.occurred.to_string(), format!("2020-01-{:02}T09:00:00.000Z", place + 1));
            assert_eq!((row.at, id), (setup.clock.now(), Some(ContactId::new("c1"))));
            assert_eq!((entry.fact.by.id.as_str(), entry.fact.by.name.as_str()), ("u7", "Ugo"));
        }
        let contact = state(&book, "c1").await;
        assert_eq!((contact.status, contact.created.by.as_str()), (Status::Archived, "u7"));
        assert_eq!(contact.profile.as_ref().unwrap().email.as_deref(), Some("anna@example.com"));
        let here = contact.workflow.as_ref().unwrap();
        assert_eq!(
            (here.stage.as_str(), here.entered.to_string().as_str()),
            ("won", "2020-01-09T09:00:00.000Z")
        );
        let pending = contact.pending.iter().next().unwrap().1;
        assert_eq!(
            (pending.status, pending.due.unwrap().to_string().as_str()),
            (PendingStatus::Done, "2020-01-20")
        );
        assert_eq!(
            (pending.assignee.as_str(), pending.create_task, pending.task),
            ("u8", false, false)
        );
        assert_sound(&book, &store).await;
        assert_replays(&book, &store, &["c1".into()], "").await;
    });
}

#[test]
fn a_stage_row_takes_the_transition_that_leads_there_and_none_where_there_is_none() {
    block_on(async {
        let (book, _) = Setup::sales().fresh().await;
        import(&book, Value::from(a_life("c1"))).await;
        let mut taken = Vec::new();
        for row in history(&book, &"c1".into(), 500).await {
            let body: Value = serde_json::from_str(row.body.text()).unwrap();
            if row.kind.starts_with("workflow.") {
                taken.push((
                    body["data"]["from"]["stage"].clone(),
                    body["data"]["transition"].clone(),
                ));
            }
        }
        assert_eq!(taken[0], (Value::Null, Value::Null), "the first entry has no starting stage");
        assert_eq!(taken[1..], [(json!("new"), json!("begin")), (json!("talk"), json!("win"))]);
        let direct = [
            row("c2", 1, "contact", json!({})),
            row("c2", 2, "stage", json!({ "stage": "parked" })),
            row("c2", 3, "stage", json!({ "stage": "won" })),
        ];
        assert_eq!(counts(&import(&book, json!(direct)).await), (3, 0, 0));
        let last = history(&book, &"c2".into(), 500).await.pop().unwrap();
        assert!(
            last.body.text().contains(r#""transition":null"#),
            "no transition leads from parked to won"
        );
        assert_eq!(
            last.since.unwrap().to_string(),
            "2020-01-02T09:00:00.000Z",
            "how long it was parked is known"
        );
    });
}

#[test]
fn a_contact_row_starts_no_workflow_and_a_later_one_changes_what_differs() {
    block_on(async {
        let (book, _) = Setup::sales().fresh().await;
        let rows = json!([
            row("c1", 1, "contact", json!({})),
            row("c1", 2, "contact", json!({ "set": { "phone": "1" } })),
            row("c1", 3, "contact", json!({ "set": { "phone": "1", "fields": { "vip": null } } })),
            row("c1", 4, "contact", json!({ "set": { "name": "Anna", "phone": null } })),
        ]);
        assert_eq!(counts(&import(&book, rows).await), (3, 1, 0), "one says nothing new");
        let contact = state(&book, "c1").await;
        assert_eq!(contact.workflow, None);
        let profile = contact.profile.unwrap();
        assert_eq!((profile.name.as_str(), profile.phone), ("Anna", None));
        assert_eq!(
            kinds(&book, "c1").await,
            ["contact.created", "contact.changed", "contact.changed"]
        );
    });
}

#[test]
fn a_nameless_contact_is_named_by_its_id() {
    block_on(async {
        let (book, _) = Setup::sales().fresh().await;
        import(
            &book,
            json!([
                row("c1", 1, "contact", json!({ "set": { "name": " " } })),
                row("c2", 1, "contact", json!({}))
            ]),
        )
        .await;
        assert_eq!(state(&book, "c1").await.profile.unwrap().name, "c1");
        assert_eq!(state(&book, "c2").await.profile.unwrap().name, "c2");
    });
}

#[test]
fn every_reason_to_leave_a_row_out_has_its_code_and_holds_back_no_other_row() {
    let long = "x".repeat(10_001);
    let reasons = [
        ("id-invalid", row("", 3, "comment", json!({ "text": "x" }))),
        ("id-invalid", row("c1", 3, "comment", json!({ "text": "x", "by": "" }))),
        ("id-invalid", row("c1", 3, "comment", json!({ "text": "x", "id": "a\u{7}" }))),
        ("id-invalid", row("c1", 3, "pending", json!({ "type": "call", "assignee": "" }))),
        ("too-long", row("c1", 3, "comment", json!({ "text": long }))),
        ("too-long", row("c1", 3, "log", json!({ "type": "call", "description": long }))),
        ("date-invalid", row("c1", 3, "comment", json!({ "text": "x", "at": "yesterday" }))),
        ("date-invalid", row("c1", 3, "comment", json!({ "text": "x", "at": "2020-01-01" }))),
        ("date-invalid", row("c1", 3, "pending", json!({ "type": "call", "due": "soon" }))),
        ("kind-unknown", row("c1", 3, "sung", json!({}))),
        ("contact-unknown", row("c9", 3, "comment", json!({ "text": "x" }))),
        (
            "definition-unknown",
            row("c1", 3, "stage", json!({ "stage": "new", "definition": "none" })),
        ),
        ("stage-unknown", row("c1", 3, "stage", json!({ "stage": "none" }))),
        ("required", row("c1", 3, "stage", json!({}))),
        ("required", row("c1", 3, "log", json!({}))),
        ("required", row("c1", 3, "comment", json!({ "text": " " }))),
        ("required", row("c1", 3, "message", json!({}))),
        ("required", row("c1", 3, "complete", json!({}))),
        ("type-unknown", row("c1", 3, "log", json!({ "type": "none" }))),
        ("type-unknown", row("c1", 3, "pending", json!({ "type": "none" }))),
        ("ref-unknown", row("c1", 3, "complete", json!({ "ref": "none" }))),
        ("email-invalid", row("c1", 3, "contact", json!({ "set": { "email": "nowhere" } }))),
        ("not-allowed", row("c1", 3, "contact", json!({ "set": { "fields": { "name": "x" } } }))),
        ("too-long", row("c1", 3, "contact", json!({ "set": { "phone": long } }))),
        ("malformed", json!({ "contact": 1 })),
        ("malformed", json!("a row")),
        ("malformed", row("c1", 3, "contact", json!({ "set": { "fields": { "a": [1] } } }))),
    ];
    for locale in ["en", "it"] {
        block_on(async {
            let setup = Setup { locale: locale.to_owned(), ..Setup::sales() };
            let (book, store) = setup.fresh().await;
            import(&book, json!([row("c1", 1, "contact", json!({}))])).await;
            for (code, bad) in &reasons {
                let good = |text: &str| row("c1", 2, "comment", json!({ "text": text }));
                let rows = json!([good("before"), bad, good("after")]).to_string();
                let report = book.import(&boss(), &rows, 100, true).await.unwrap();
                assert_eq!(report.imported, 2, "{code} {bad}");
                let [rejected] = report.rejected.as_slice() else { panic!("{report:?}") };
                assert_eq!((rejected.row, rejected.code.as_str()), (101, *code), "{bad}");
                let worded =
                    rejected.message.ends_with('.') && !rejected.message.contains("import.");
                assert!(worded, "{code}: {}", rejected.message);
            }
            assert_sound(&book, &store).await;
        });
    }
}

#[test]
fn a_lone_surrogate_or_a_key_twice_leaves_out_that_row_alone() {
    block_on(async {
        let (book, _) = Setup::sales().fresh().await;
        let rows = r#"[{"contact":"c1","at":"2020-01-01T00:00:00Z","by":"x","kind":"contact"},
            {"contact":"c1","at":"2020-01-01T00:00:00Z","by":"x","kind":"comment","text":"half \ud83d a face"},
            {"contact":"c1","at":"2020-01-01T00:00:00Z","by":"x","kind":"comment","text":"a","text":"b"},
            {"contact":"c1","at":"2020-01-01T00:00:00Z","by":"x","kind":"comment","text":"a whole \ud83d\ude00"}]"#;
        let report = book.import(&boss(), rows, 0, true).await.unwrap();
        assert_eq!(counts(&report), (2, 0, 2));
        assert!(report.rejected.iter().all(|rejected| rejected.code == "malformed"), "{report:?}");
        let last = history(&book, &"c1".into(), 500).await.pop().unwrap();
        assert!(last.body.text().contains("a whole \u{1f600}"));
        assert!(matches!(
            fault(&book.import(&boss(), "[{]", 0, true).await),
            Some(Fault::Malformed(_))
        ));
    });
}

#[test]
fn rows_that_were_imported_before_are_skipped_within_a_run_later_and_after_a_restart() {
    block_on(async {
        let setup = Setup::sales();
        let (book, store) = setup.fresh().await;
        let mut twice = a_life("c1");
        twice.extend(a_life("c1").into_iter().skip(1));
        assert_eq!(counts(&import(&book, Value::from(twice)).await), (10, 9, 0));
        let lines = ledger(&store).await.len();
        let reopened = setup.open(store.clone()).await.unwrap();
        for book in [&book, &reopened] {
            let report = import(book, Value::from(a_life("c1"))).await;
            assert_eq!(counts(&report), (0, 10, 0), "{report:?}");
        }
        assert_eq!(ledger(&store).await.len(), lines);
        assert_sound(&reopened, &store).await;
    });
}

#[test]
fn a_run_that_broke_off_is_run_again_and_adds_only_the_rest() {
    block_on(async {
        let setup = Setup::sales();
        let (whole, whole_store) = setup.fresh().await;
        import(&whole, Value::from(a_life("c1"))).await;
        for broken in 1..10 {
            let (book, store) = setup.fresh().await;
            import(&book, Value::from(a_life("c1")[..broken].to_vec())).await;
            let book = setup.open(store.clone()).await.unwrap();
            let report = import(&book, Value::from(a_life("c1"))).await;
            assert_eq!(counts(&report), (10 - broken as u64, broken as u64, 0));
            assert_eq!(kinds(&book, "c1").await, kinds(&whole, "c1").await);
            assert_eq!(ledger(&store).await.len(), ledger(&whole_store).await.len());
        }
    });
}

#[test]
fn a_row_id_means_one_row_of_one_contact() {
    block_on(async {
        let (book, _) = Setup::sales().fresh().await;
        let mut rows = a_life("c1");
        rows.extend(a_life("c2"));
        assert_eq!(counts(&import(&book, Value::from(rows)).await), (20, 0, 0));
        let (one, two) = (state(&book, "c1").await, state(&book, "c2").await);
        assert_ne!(one.pending.keys().next(), two.pending.keys().next());
    });
}

#[test]
fn a_pending_row_is_completed_once_even_if_it_was_completed_here_meanwhile() {
    block_on(async {
        let (book, _) = Setup::sales().fresh().await;
        import(&book, Value::from(a_life("c1")[..4].to_vec())).await;
        let pending = state(&book, "c1").await.pending.keys().next().unwrap().to_string();
        run(&book, support::commands::complete(&pending)).await.unwrap();
        let late = json!([row("c1", 6, "complete", json!({ "id": "c1", "ref": "p1" }))]);
        let report = import(&book, late).await;
        assert_eq!(report.rejected[0].code, "ref-closed");
    });
}

#[test]
fn a_stage_row_older_than_a_live_stage_change_is_out_of_order_and_other_rows_are_not() {
    block_on(async {
        let setup = Setup::sales();
        let (book, _) = setup.fresh().await;
        import(&book, Value::from(a_life("c1")[..2].to_vec())).await;
        setup.clock.set("2020-02-01T12:00:00Z");
        run(&book, go("c1", "park")).await.unwrap();
        let at = |at: &str, kind: &str| {
            row("c1", 1, kind, json!({ "at": at, "stage": "talk", "type": "call", "text": "x" }))
        };
        let report = import(
            &book,
            json!([
                at("2020-01-31T00:00:00Z", "stage"),
                at("2020-01-31T00:00:00Z", "log"),
                at("2020-01-31T00:00:00Z", "comment")
            ]),
        )
        .await;
        assert_eq!((report.imported, report.rejected[0].code.as_str()), (2, "out-of-order"));
        let report = import(&book, json!([at("2020-02-01T12:00:00Z", "stage")])).await;
        assert_eq!(report.imported, 1, "at the same moment it is not older");
        assert_eq!(state(&book, "c1").await.workflow.unwrap().stage.as_str(), "talk");
    });
}

#[test]
fn imported_rows_of_an_archived_contact_go_on_since_no_rule_holds_them_back() {
    block_on(async {
        let (book, _) = Setup::sales().fresh().await;
        let mut rows = a_life("c1");
        rows.extend([
            row("c1", 11, "log", json!({ "type": "old" })),
            row("c1", 12, "stage", json!({ "stage": "gone" })),
            row("c1", 13, "pending", json!({ "type": "old", "due": "2019-01-01" })),
        ]);
        assert_eq!(counts(&import(&book, Value::from(rows)).await), (13, 0, 0));
        assert_eq!(state(&book, "c1").await.workflow.unwrap().stage.as_str(), "gone");
    });
}

#[test]
fn an_import_needs_the_permission_and_says_who_has_it() {
    block_on(async {
        let (book, store) = Setup::sales().fresh().await;
        let rows = Value::from(a_life("c1")).to_string();
        let refused = book.import(&actor("clerk", &["sales"]), &rows, 0, true).await.unwrap_err();
        assert_eq!(
            *refused,
            Fault::Forbidden { permission: "importHistory", roles: vec!["boss".to_owned()] }
        );
        assert!(ledger(&store).await.is_empty());
    });
}

#[test]
fn history_is_read_by_date_whatever_was_recorded_first() {
    block_on(async {
        let (book, _) = Setup::sales().fresh().await;
        run(&book, create("c1")).await.unwrap();
        run(&book, comment("c1", "today")).await.unwrap();
        import(&book, json!([row("c1", 5, "comment", json!({ "text": "long ago" }))])).await;
        let (_, page) = book.history(&"c1".into(), &HistoryQuery::default()).await.unwrap();
        let kinds: Vec<&str> = page.items.iter().map(|row| row.kind.as_str()).collect();
        assert_eq!(
            kinds,
            ["contact.commented", "workflow.started", "contact.created", "contact.commented"]
        );
        assert!(page.items[3].body.text().contains("long ago"));
    });
}

/// As much as a real log brings, in batches as the page sends them.
#[test]
fn twenty_thousand_rows_are_imported_in_batches_and_verify() {
    const BATCH: usize = 1_000;
    block_on(async {
        let setup = Setup::sales();
        let (book, store) = setup.fresh().await;
        let rows: Vec<Value> = (0..2_000).flat_map(|n| a_life(&format!("c{n}"))).collect();
        let mut imported = 0;
        for (place, batch) in rows.chunks(BATCH).enumerate() {
            let text = Value::from(batch).to_string();
            let last = (place + 1) * BATCH == rows.len();
            let report = book.import(&boss(), &text, (place * BATCH) as u64, last).await.unwrap();
            assert_eq!(report.rejected, []);
            imported += report.imported;
            assert_eq!(book.tail(), 0, "nothing of an import waits in memory");
        }
        assert_eq!(imported, 20_000);
        let reopened = setup.open(store).await.unwrap();
        assert_eq!((reopened.size().1, reopened.size().2), (20_001, 2_000));
        let report = support::database::verify(&reopened).await;
        assert!(report.ok() && report.size == 20_001, "{report:?}");
        for n in [0, 999, 1_999] {
            let id = format!("c{n}");
            assert_eq!(kinds(&reopened, &id).await.len(), 10);
            assert_eq!(state(&reopened, &id).await.workflow.unwrap().stage.as_str(), "won");
        }
    });
}

/// The same store type serves the whole of a test's books.
#[test]
fn an_import_beside_another_tab_loses_nothing_of_either() {
    block_on(async {
        let setup = Setup::sales();
        let store = MemoryStore::default();
        let importing = setup.open(store.clone()).await.unwrap();
        let writing = setup.open(store.clone()).await.unwrap();
        run(&writing, create("live")).await.unwrap();
        for (n, one) in a_life("c1").into_iter().enumerate() {
            assert_eq!(import(&importing, json!([one])).await.imported, 1);
            run(&writing, comment("live", &format!("n{n}"))).await.unwrap();
        }
        for book in [&importing, &writing] {
            book.refresh().await.unwrap();
            assert_sound(book, &store).await;
            assert_replays(book, &store, &["c1".into(), "live".into()], "").await;
        }
        assert_eq!(import(&writing, Value::from(a_life("c1"))).await.skipped, 10);
    });
}
