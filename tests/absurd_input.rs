//! No input makes the core panic: whatever stands in a command, a row, a query or a definition's
//! place, the answer is a result or an error that can be worded.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

mod support;

use futures::executor::block_on;
use proptest::prelude::*;
use serde_json::{Value, json};
use stagebook::command::{
    ActivityDraft, Actor, BoxPair, Command, CommandOptions, Completion, ContactChanges,
    FieldChanges, Invitation, MessageDraft, NewContact, PendingChanges, PendingDraft, RemindDraft,
    Scalar, Settlement, ShareDraft, StartAt, TransitionRequest, User,
};
use stagebook::decide;
use stagebook::engine::{
    ActivityQuery, Engine, HistoryQuery, ListQuery, LogQuery, OutboxQuery, ReminderQuery,
    TaskQuery, view,
};
use stagebook::error::Error;
use stagebook::event::Fields;
use stagebook::ids::{ContactId, ItemId, TaskId};
use stagebook::store::MemoryStore;
use support::arbitrary::resolve;
use support::commands::{comment, create, go, pending, plan};
use support::database::{assert_replays, assert_sound};
use support::{Setup, cases, run};

/// A text of any kind: real ids and dates, their near misses, and plain noise.
fn text() -> BoxedStrategy<String> {
    let known = prop::sample::select(
        &[
            "",
            " ",
            "c1",
            "sales",
            "new",
            "talk",
            "win",
            "begin",
            "call",
            "visit",
            "old",
            "boss",
            "2026-03-09",
            "0000-01-01",
            "9999-12-31",
            "2026-02-29",
            "-2026-03-09",
            "2026-03-09T14:05:00Z",
            "2026-03-09T24:00:00Z",
            "0000-01-01T00:00:00+23:59",
            "9999-12-31T23:59:59-23:59",
            "+275760-09-13T00:00:00Z",
            "2026-03-09T14:05:60Z",
            "abcdefghijklmnopqrstuv.x",
            "..",
            "a@b.it",
            "@",
            "name",
            "fields",
            "1~0000000000000-0000~x~0",
            "~~~",
            "active/",
            "newest",
            "oldest",
            "logged",
            "open",
            "constructor",
            "__proto__",
            "\u{0}",
            "\u{feff}",
            "\u{10ffff}",
        ][..],
    );
    prop_oneof![
        6 => known.prop_map(str::to_owned),
        3 => "(?s).{0,20}",
        1 => "[a-zé]{0,3}".prop_map(|text| text.repeat(5_000)),
    ]
    .boxed()
}

fn maybe_text() -> BoxedStrategy<Option<String>> {
    prop::option::of(text()).boxed()
}

fn scalar() -> BoxedStrategy<Scalar> {
    prop_oneof![
        Just(Scalar::NULL),
        any::<bool>().prop_map(Scalar::Bool),
        any::<u64>().prop_map(|bits| Scalar::Number(f64::from_bits(bits))),
        prop::sample::select(&[f64::NAN, f64::INFINITY, f64::MAX, f64::MIN_POSITIVE, -0.0][..])
            .prop_map(Scalar::Number),
        text().prop_map(Scalar::Text),
    ]
    .boxed()
}

fn fields() -> BoxedStrategy<Option<Fields>> {
    let fields = prop::collection::vec((text(), scalar()), 0..4);
    prop::option::of(fields.prop_map(Fields::from_iter)).boxed()
}

fn log() -> BoxedStrategy<ActivityDraft> {
    (maybe_text(), maybe_text(), maybe_text(), maybe_text(), maybe_text())
        .prop_map(|(kind, date, user, description, outcome)| ActivityDraft {
            kind,
            date,
            user,
            description,
            outcome,
        })
        .boxed()
}

fn remind() -> BoxedStrategy<Option<RemindDraft>> {
    prop::option::of(
        (maybe_text(), maybe_text()).prop_map(|(start, end)| RemindDraft { start, end }),
    )
    .boxed()
}

fn pending_draft() -> BoxedStrategy<PendingDraft> {
    (
        maybe_text(),
        maybe_text(),
        maybe_text(),
        maybe_text(),
        maybe_text(),
        remind(),
        any::<Option<bool>>(),
    )
        .prop_map(|(kind, date, description, due, assignee, remind, create_task)| PendingDraft {
            kind,
            date,
            description,
            due,
            assignee,
            remind,
            create_task,
        })
        .boxed()
}

fn boxes() -> BoxedStrategy<BoxPair> {
    (prop::option::of(log()), prop::option::of(pending_draft()))
        .prop_map(|(log, pending)| BoxPair { log, pending })
        .boxed()
}

fn request() -> BoxedStrategy<TransitionRequest> {
    (maybe_text(), maybe_text(), maybe_text(), maybe_text())
        .prop_map(|(transition, to, reason, note)| TransitionRequest {
            transition,
            to,
            reason,
            note,
            answers: None,
        })
        .boxed()
}

fn contact() -> BoxedStrategy<ContactId> {
    prop_oneof![2 => Just("c1".to_owned()), 1 => text()].prop_map(ContactId::new).boxed()
}

/// What there is, by its place, or anything.
fn aimed() -> BoxedStrategy<String> {
    prop_oneof![2 => (0..3_u32).prop_map(|n| format!("#{n}")), 1 => text()].boxed()
}

/// Commands about pending activities that exist, and about what goes out to people.
fn panel_command() -> BoxedStrategy<Command> {
    let given = || prop::option::of(maybe_text());
    let changes = (
        maybe_text(),
        maybe_text(),
        given(),
        given(),
        maybe_text(),
        prop::option::of(remind()),
        any::<Option<bool>>(),
    )
        .prop_map(|(kind, date, description, due, assignee, remind, create_task)| {
            PendingChanges { kind, date, description, due, assignee, remind, create_task }
        });
    let result = (text(), maybe_text(), maybe_text(), any::<Option<u32>>());
    let result = prop_oneof![
        result.prop_map(|(status, reference, error, attempts)| Settlement {
            status,
            reference,
            error,
            attempts,
        }),
        Just(Settlement { status: "sent".to_owned(), ..Settlement::default() }),
    ];
    let names = prop::option::of(prop::collection::vec(text(), 0..3));
    prop_oneof![
        (aimed(), changes).prop_map(|(pending, changes)| Command::Update { pending, changes }),
        (aimed(), text()).prop_map(|(pending, until)| Command::Snooze { pending, until }),
        aimed().prop_map(|pending| Command::Acknowledge { pending }),
        (aimed(), result).prop_map(|(item, result)| Command::Settle { item, result }),
        (contact(), maybe_text(), maybe_text()).prop_map(|(contact, email, message)| {
            Command::Invite { contact, input: Invitation { email, message } }
        }),
        (contact(), maybe_text(), maybe_text(), maybe_text()).prop_map(
            |(contact, text, subject, channel)| {
                let input = MessageDraft { text, subject, channel };
                Command::Message { contact, input }
            }
        ),
        (contact(), maybe_text(), names, maybe_text()).prop_map(
            |(contact, email, fields, note)| {
                Command::Share { contact, input: ShareDraft { email, fields, note } }
            }
        ),
        (contact(), maybe_text())
            .prop_map(|(contact, reason)| Command::Archive { contact, reason }),
        contact().prop_map(|contact| Command::Restore { contact }),
    ]
    .boxed()
}

fn command() -> BoxedStrategy<Command> {
    let pairs = || prop::collection::vec(boxes(), 0..3);
    let start = prop::option::of(prop::option::of(
        (text(), maybe_text()).prop_map(|(definition, stage)| StartAt { definition, stage }),
    ));
    let new = (maybe_text(), maybe_text(), maybe_text(), fields(), pairs(), start).prop_map(
        |(name, email, phone, fields, activities, workflow)| NewContact {
            name,
            email,
            phone,
            fields,
            activities,
            workflow,
            ..NewContact::default()
        },
    );
    let set =
        (maybe_text(), prop::option::of(maybe_text()), prop::option::of(maybe_text()), fields())
            .prop_map(|(name, email, company, fields)| FieldChanges {
                name,
                email,
                company,
                fields,
                ..FieldChanges::default()
            });
    let changes = (prop::option::of(set), pairs(), prop::option::of(request()))
        .prop_map(|(set, activities, transition)| ContactChanges { set, activities, transition });
    let input =
        (maybe_text(), maybe_text(), maybe_text(), prop::option::of(pending_draft())).prop_map(
            |(outcome, description, date, next)| Completion { outcome, description, date, next },
        );
    prop_oneof![
        1 => (contact(), new, any::<bool>()).prop_map(|(contact, input, upsert)| Command::Create {
            contact,
            input,
            upsert
        }),
        1 => (contact(), changes).prop_map(|(contact, changes)| Command::Save { contact, changes }),
        1 => (contact(), text()).prop_map(|(contact, text)| Command::Comment { contact, text }),
        1 => (contact(), text(), maybe_text()).prop_map(|(contact, confirm, reason)| Command::Erase {
            contact,
            confirm,
            reason
        }),
        1 => (contact(), text())
            .prop_map(|(contact, definition)| Command::Start { contact, definition }),
        1 => (contact(), request())
            .prop_map(|(contact, request)| Command::Transition { contact, request }),
        1 => (aimed(), input).prop_map(|(pending, input)| Command::Complete { pending, input }),
        1 => aimed().prop_map(|pending| Command::Reopen { pending }),
        1 => (aimed(), maybe_text()).prop_map(|(pending, reason)| Command::Cancel { pending, reason }),
        9 => panel_command(),
    ]
    .boxed()
}

fn options() -> BoxedStrategy<CommandOptions> {
    (maybe_text(), prop::option::weighted(0.1, any::<u64>()), prop::option::weighted(0.3, text()))
        .prop_map(|(command_id, expected_version, occurred_at)| CommandOptions {
            command_id,
            expected_version,
            occurred_at,
        })
        .boxed()
}

fn actor() -> BoxedStrategy<Actor> {
    (text(), maybe_text(), prop::collection::vec(text(), 0..2))
        .prop_map(|(id, name, roles)| Actor {
            id: id.as_str().into(),
            name,
            roles,
            ..Actor::default()
        })
        .boxed()
}

/// A contact with some history, so that there is something to be absurd about.
async fn book() -> (Setup, Engine<MemoryStore>, MemoryStore) {
    let setup = Setup::sales();
    let (book, store) = setup.fresh().await;
    run(&book, create("c1")).await.unwrap();
    run(&book, plan("c1", pending("letter", true))).await.unwrap();
    run(&book, go("c1", "park")).await.unwrap();
    run(&book, comment("c1", "hello")).await.unwrap();
    let invitation = Invitation { email: Some("a@b.it".to_owned()), ..Invitation::default() };
    run(&book, Command::Invite { contact: "c1".into(), input: invitation }).await.unwrap();
    (setup, book, store)
}

/// Shows all there is to show of what was accepted.
async fn show_all(book: &Engine<MemoryStore>) {
    let tasks = book.tasks(&TaskQuery::default()).await.unwrap();
    let found = book.reminders(&ReminderQuery::default()).await.unwrap();
    let next = book.next_reminder(&ReminderQuery::default()).await.unwrap();
    assert!(next.is_none_or(|next| next > book.now()));
    let items = book.outbox(&OutboxQuery::default()).await.unwrap();
    let rows = book.history_all(&HistoryQuery::default()).await.unwrap();
    let shown = book.view(|viewer| {
        let rows = viewer.history_all(&rows).unwrap();
        [viewer.tasks(&tasks), viewer.reminders(&found), view::items(&items), rows]
    });
    for text in shown {
        assert!(serde_json::from_str::<Value>(&text).is_ok(), "{text}");
    }
}

/// An error is worded without gaps, in both languages.
fn assert_worded(error: &Error, book: &Engine<MemoryStore>) {
    let worded: Value = serde_json::from_str(&view::error(error, &book.messages())).unwrap();
    assert_eq!(worded["code"].as_str(), Some(error.code().code()));
    assert!(worded["message"].as_str().is_some_and(|message| !message.is_empty()), "{worded}");
}

proptest! {
    #![proptest_config(cases(160))]

    #[test]
    fn no_command_panics_and_what_is_accepted_is_sound(
        commands in prop::collection::vec((actor(), command(), options(), any::<i32>()), 0..12),
    ) {
        block_on(async {
            let (setup, book, store) = book().await;
            let mut touched = vec![ContactId::new("c1")];
            for (actor, command, options, millis) in commands {
                setup.clock.advance(i64::from(millis) * 1_000);
                if let Command::Create { contact, .. } = &command {
                    touched.push(contact.clone());
                }
                let state = book.contact(&"c1".into()).await.unwrap().state.clone();
                if let Err(error) = book.run(&actor, resolve(command, &state), options).await {
                    assert_worded(&error, &book);
                }
                show_all(&book).await;
            }
            let logs = book.verify(&[], &|_, _| true).await.unwrap();
            assert!(logs.iter().all(|log| log.ok()), "{logs:?}");
            // A clock that went back by days has begun another log.
            if logs.len() == 1 {
                assert_sound(&book, &store).await;
                assert_replays(&book, &store, &touched, "").await;
            }
        });
    }

    #[test]
    fn no_list_of_users_panics(
        users in prop::option::of(prop::collection::vec((text(), text(), maybe_text()), 0..4)),
        millis in any::<i32>(),
    ) {
        let user = |(id, name, time_zone): (String, String, Option<String>)| {
            User { id: id.as_str().into(), name, time_zone }
        };
        let (setup, book, _) = block_on(book());
        book.configure(None, Some(users.map(|users| users.into_iter().map(user).collect())));
        setup.clock.advance(i64::from(millis) * 1_000);
        block_on(show_all(&book));
    }

    #[test]
    fn no_form_panics_however_it_is_filled(actor in actor(), boxes in boxes(), stage in maybe_text()) {
        let (_, book, _) = block_on(book());
        let contact = match book.standing(None, stage.as_deref()) {
            Ok(contact) => contact,
            Err(error) => {
                assert_worded(&error, &book);
                return Ok(());
            }
        };
        book.ask(&actor, |context| {
            let filled = decide::draft(boxes.clone(), &contact, context);
            let issues = decide::validate(&filled, "", &contact, context);
            let shown = book.view(|viewer| (viewer.boxes(&filled), viewer.issues(&issues)));
            assert!(serde_json::from_str::<Value>(&shown.0).is_ok() && serde_json::from_str::<Value>(&shown.1).is_ok());
        });
    }

    #[test]
    fn no_query_panics(
        texts in prop::collection::vec(maybe_text(), 10),
        limit in prop::option::of(prop_oneof![0..3_u32, any::<u32>()]),
        count in any::<bool>(),
        contact in text(),
    ) {
        let (_, book, _) = block_on(book());
        let at = |n: usize| texts[n].clone();
        let history = HistoryQuery {
            kinds: at(0).map(|kind| vec![kind]),
            by: at(1),
            from: at(2),
            to: at(3),
            text: at(4),
            cursor: at(5),
            order: at(6),
            limit,
            count,
        };
        let list = ListQuery { definition: at(0), stage: at(1), text: at(2), cursor: at(5), limit, status: None };
        let activities = ActivityQuery { status: at(7), cursor: at(5), limit };
        let log = LogQuery { cursor: at(5), limit };
        let tasks = TaskQuery {
            assignee: at(8).as_deref().map(Into::into),
            cursor: at(5),
            limit,
            ..TaskQuery::default()
        };
        let items = OutboxQuery { status: None, cursor: at(5), limit };
        let reminders = ReminderQuery { at: at(2), assignee: at(8).as_deref().map(Into::into) };
        let named = at(9).unwrap_or_default();
        block_on(async {
            let id = ContactId::new(contact);
            let found = [
                book.history(&id, &history).await.map(|(_, page)| page.items.len()),
                book.contacts(&list).await.map(|page| page.items.len()),
                book.activities(&id, &activities).await.map(|(_, page)| page.items.len()),
                book.log(&id, &log).await.map(|(_, page)| page.items.len()),
                book.history_all(&history).await.map(|page| page.items.len()),
                book.tasks(&tasks).await.map(|page| page.items.len()),
                book.outbox(&items).await.map(|page| page.items.len()),
                book.reminders(&reminders).await.map(|found| found.len()),
                book.next_reminder(&reminders).await.map(|found| found.iter().count()),
                book.task(&TaskId::new(named.as_str())).await.map(|_| 1),
                book.outbox_item(&ItemId::new(named.as_str())).await.map(|_| 1),
            ];
            for error in found.into_iter().filter_map(Result::err) {
                assert_worded(&error, &book);
            }
        });
    }

    #[test]
    fn no_row_of_another_systems_history_panics(rows in prop::collection::vec(row(), 0..12)) {
        block_on(async {
            let (_, book, store) = book().await;
            let count = rows.len() as u64;
            let touched: Vec<ContactId> =
                rows.iter().filter_map(|row| row["contact"].as_str()).map(ContactId::new).collect();
            let report = book.import(&support::boss(), &Value::from(rows).to_string(), 7, true).await.unwrap();
            assert_eq!(report.imported + report.skipped + report.rejected.len() as u64, count);
            for rejected in &report.rejected {
                assert!((7..7 + count).contains(&rejected.row), "{rejected:?}");
                let unworded = ["import.", "issue."].iter().any(|key| rejected.message.starts_with(key));
                assert!(!unworded, "{rejected:?}");
            }
            assert_sound(&book, &store).await;
            assert_replays(&book, &store, &touched, "").await;
        });
    }

    #[test]
    fn no_text_in_the_place_of_rows_panics(text in prop_oneof![text(), "[\\[\\]{}\",:0-9a-z\\\\u ]{0,40}".boxed()]) {
        block_on(async {
            let (_, book, store) = book().await;
            if let Err(error) = book.import(&support::boss(), &text, 0, true).await {
                assert_worded(&error, &book);
            }
            assert_sound(&book, &store).await;
        });
    }
}

/// A row in which anything may stand anywhere.
fn row() -> BoxedStrategy<Value> {
    let word = |words: &'static [&'static str]| prop::sample::select(words).prop_map(Value::from);
    let odd = prop_oneof![
        6 => text().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => any::<f64>().prop_map(|number| json!(number)),
        1 => Just(json!({ "name": [1], "fields": { "x": {} } })),
        1 => Just(json!(["c1"])),
    ]
    .boxed();
    let member = |likely: BoxedStrategy<Value>, odd: &BoxedStrategy<Value>| {
        prop_oneof![6 => likely, 1 => odd.clone()].boxed()
    };
    let kinds =
        &["contact", "stage", "log", "pending", "complete", "comment", "message", "archive"];
    let known = (
        member(word(&["c1", "c2"]).boxed(), &odd),
        member(word(&["2020-01-01T00:00:00Z", "2027-01-01T00:00:00Z"]).boxed(), &odd),
        member(word(&["anna"]).boxed(), &odd),
        member(word(kinds).boxed(), &odd),
        member(word(&["call", "visit", "old"]).boxed(), &odd),
        member(word(&["new", "talk", "gone"]).boxed(), &odd),
        member(word(&["r1", "r2", "r3"]).boxed(), &odd),
    );
    let names = &[
        "byName",
        "id",
        "set",
        "definition",
        "reason",
        "ref",
        "description",
        "outcome",
        "due",
        "assignee",
        "text",
        "x",
    ];
    let others = prop::collection::vec((prop::sample::select(&names[..]), odd), 0..4);
    let fields = prop::option::of((maybe_text(), fields()).prop_map(|(name, fields)| {
        json!({ "name": name, "fields": support::told(&fields.unwrap_or_default()) })
    }));
    (known, others, fields)
        .prop_map(|((contact, at, by, kind, activity, stage, id), others, set)| {
            let mut row = json!({
                "contact": contact, "at": at, "by": by, "kind": kind, "type": activity, "stage": stage,
                "id": id, "ref": "r1", "text": "said",
            });
            if let Some(set) = set {
                row["set"] = set;
            }
            for (name, value) in others {
                row[name] = value;
            }
            row
        })
        .boxed()
}
