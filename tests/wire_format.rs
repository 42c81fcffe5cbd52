//! The format of entries, kept for ever: what version 1 wrote is written the same to the byte, is
//! still read, and comes to the same state. A fixture is written once and never again; a new kind
//! or version brings a new one beside it.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use futures::executor::block_on;
use proptest::prelude::*;
use stagebook::command::{
    Command, Invitation, PendingChanges, RemindDraft, Scalar, Settlement, ShareDraft,
    TransitionRequest,
};
use stagebook::event::{
    ActivityChanged, ActivityCompleted, ActivityLogged, ActivityPlanned, By, ByKind,
    ContactChanged, ContactCommented, ContactCreated, ContactErased, ContactInvited,
    ContactMessaged, ContactShared, Delivery, EntryVoided, Event, Fact, FieldChange, Fields, Hlc,
    ItemKind, LeftStage, PendingTouched, Reason, Remind, ReminderSnoozed, StageRef, TaskCreated,
    WorkflowMigrated, WorkflowRefused, WorkflowReverted, WorkflowStarted, WorkflowTransitioned,
};
use stagebook::ids::{ActorId, ContactId, DefinitionHash, EntryId, ItemId, PendingId, ReplicaId};
use stagebook::json;
use stagebook::label::Localized;
use stagebook::ledger::{
    Line, Log, LogReport, Name, Pseudonyms, Seal, Sealed, Verifier, canonical_value,
    definition_hash,
};
use stagebook::time::{Day, When};
use std::collections::BTreeSet;
use std::path::PathBuf;
use support::commands::{comment, complete, create_named, erase, go, log, pending, plan, rename};
use support::database::{assert_replays, ledger, replay};
use support::{Setup, boss, cases, instant, run, sales, under};

/// Every kind that has an entry in this version; the match below does not compile without a new one.
const KINDS: [&str; 27] = [
    "activity.cancelled",
    "activity.changed",
    "activity.completed",
    "activity.logged",
    "activity.planned",
    "activity.reopened",
    "contact.archived",
    "contact.changed",
    "contact.commented",
    "contact.created",
    "contact.erased",
    "contact.invited",
    "contact.messaged",
    "contact.restored",
    "contact.shared",
    "definition.added",
    "delivery.failed",
    "delivery.sent",
    "entry.voided",
    "reminder.acknowledged",
    "reminder.snoozed",
    "task.created",
    "workflow.migrated",
    "workflow.refused",
    "workflow.reverted",
    "workflow.started",
    "workflow.transitioned",
];

fn is_listed(event: &Event) -> bool {
    match event {
        Event::ContactCreated(_)
        | Event::ContactChanged(_)
        | Event::ContactArchived(_)
        | Event::ContactRestored(_)
        | Event::ContactErased(_)
        | Event::ContactCommented(_)
        | Event::ContactInvited(_)
        | Event::ContactMessaged(_)
        | Event::ContactShared(_)
        | Event::WorkflowStarted(_)
        | Event::WorkflowTransitioned(_)
        | Event::WorkflowReverted(_)
        | Event::WorkflowMigrated(_)
        | Event::WorkflowRefused(_)
        | Event::ActivityLogged(_)
        | Event::ActivityPlanned(_)
        | Event::ActivityChanged(_)
        | Event::ActivityCompleted(_)
        | Event::ActivityReopened(_)
        | Event::ActivityCancelled(_)
        | Event::ReminderSnoozed(_)
        | Event::ReminderAcknowledged(_)
        | Event::TaskCreated(_)
        | Event::DeliverySent(_)
        | Event::DeliveryFailed(_)
        | Event::EntryVoided(_) => KINDS.contains(&event.kind()),
        Event::Unknown { .. } => false,
    }
}

fn label() -> Localized {
    json::read(r#"{ "it": "Chiamata", "en": "Call" }"#).unwrap()
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// Names whose order in UTF-16 is not that of their bytes, and numbers of every spelling.
fn fields() -> Fields {
    let fields = [
        (
            "\u{fb33}",
            Scalar::Text(
                "a \"quoted\" \\ \u{8}\u{c}\n\r\t\u{1f}\u{7f}\u{2028} \u{1f600}".to_owned(),
            ),
        ),
        ("\u{1f600}", Scalar::Number(1e21)),
        ("a", Scalar::Number(-0.1)),
        ("B", Scalar::Number(1e-7)),
        ("b", Scalar::Number(9_007_199_254_740_991.0)),
        ("c", Scalar::Bool(true)),
        ("d", Scalar::Number(333_333_333.333_333_3)),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn pending_id() -> PendingId {
    PendingId::of(&Pseudonyms::new("crm", "").contact(&contact()), "p-1")
}

fn item_id(unique: &str) -> ItemId {
    ItemId::of(&Pseudonyms::new("crm", "").contact(&contact()), unique)
}

fn contact() -> ContactId {
    ContactId::new("contact-1")
}

/// The same JSON in its canonical form, by another implementation.
fn canonical(text: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(text).unwrap();
    serde_json_canonicalizer::to_string(&value).unwrap()
}

fn touched(reason: Option<String>) -> PendingTouched {
    PendingTouched { label: label(), pending: pending_id(), reason, kind: "call".into() }
}

/// One event of each of the first kinds with all that it can carry.
fn full() -> Vec<Event> {
    let stage = |stage: &str| StageRef { label: label(), stage: stage.into() };
    let day = Day::parse("2026-03-12").unwrap();
    vec![
        Event::ContactCreated(ContactCreated {
            company: some("ACME"),
            email: some("anna@example.com"),
            fields: fields(),
            name: "Anna Rossi".to_owned(),
            phone: some("+39 02 1234"),
        }),
        Event::WorkflowStarted(WorkflowStarted {
            from: Some(LeftStage {
                label: "Old".into(),
                stage: "old".into(),
                workflow: "before".into(),
            }),
            reason: None,
            to: stage("new"),
            version: 1,
            workflow: "sales".into(),
        }),
        Event::ContactChanged(ContactChanged {
            changes: vec![FieldChange {
                field: "email".to_owned(),
                new: Scalar::NULL,
                old: Scalar::from(Some("anna@example.com")),
            }],
            untracked: fields(),
        }),
        Event::ActivityLogged(ActivityLogged {
            description: some("what"),
            label: label(),
            outcome: some("fine"),
            stage: Some("new".into()),
            kind: "call".into(),
        }),
        Event::ActivityPlanned(ActivityPlanned {
            assignee: "u2".into(),
            assignee_name: "Ugo".to_owned(),
            create_task: true,
            date: day,
            description: some("what next"),
            due: Some(When::Day(day.plus(7))),
            follows: some("9b2e4f0a-8f0f-4b63-9a53-0d8f3d3d1c11/3"),
            label: label(),
            pending: pending_id(),
            remind: Some(Remind {
                end: When::Day(day.plus(7)),
                start: When::At(instant("2026-03-18T06:30:00Z")),
            }),
            kind: "call".into(),
        }),
        Event::TaskCreated(TaskCreated {
            assignee: "u2".into(),
            assignee_name: "Ugo".to_owned(),
            label: label(),
            pending: pending_id(),
            task: pending_id().task(),
            kind: "call".into(),
        }),
        Event::ActivityCompleted(ActivityCompleted {
            description: some("done"),
            label: label(),
            outcome: some("sold"),
            pending: pending_id(),
            stage: Some("new".into()),
            kind: "call".into(),
        }),
        Event::ActivityReopened(touched(None)),
        Event::ActivityCancelled(touched(some("no more"))),
        Event::WorkflowTransitioned(WorkflowTransitioned {
            answers: Fields::default(),
            automatic: true,
            from: stage("new"),
            note: some("a note"),
            reason: some("price"),
            reason_label: Some(label()),
            to: stage("talk"),
            transition: Some("begin".into()),
            version: 1,
            workflow: "sales".into(),
        }),
        Event::ContactCommented(ContactCommented {
            id: "m-1".to_owned(),
            text: "a comment".to_owned(),
        }),
        Event::ContactMessaged(ContactMessaged {
            channel: some("sms"),
            subject: some("offer"),
            text: "a message".to_owned(),
            ..ContactMessaged::default()
        }),
        Event::ContactArchived(Reason { reason: some("over") }),
        Event::ContactRestored(Reason { reason: some("not over") }),
    ]
}

/// The same kinds with as little as they can carry, and the end of the contact.
fn bare() -> Vec<Event> {
    let stage = |stage: &str| StageRef { label: stage.into(), stage: stage.into() };
    vec![
        Event::ContactCreated(ContactCreated {
            name: "Anna".to_owned(),
            ..ContactCreated::default()
        }),
        Event::WorkflowStarted(WorkflowStarted {
            from: None,
            reason: None,
            to: stage("new"),
            version: 1,
            workflow: "sales".into(),
        }),
        Event::ContactChanged(ContactChanged::default()),
        Event::ActivityLogged(ActivityLogged {
            description: None,
            label: "Call".into(),
            outcome: None,
            stage: None,
            kind: "call".into(),
        }),
        Event::WorkflowTransitioned(WorkflowTransitioned {
            answers: Fields::default(),
            automatic: false,
            from: stage("new"),
            note: None,
            reason: None,
            reason_label: None,
            to: stage("talk"),
            transition: None,
            version: 1,
            workflow: "sales".into(),
        }),
        Event::ContactMessaged(ContactMessaged {
            text: "a message".to_owned(),
            ..ContactMessaged::default()
        }),
        Event::ContactArchived(Reason::default()),
        Event::Unknown {
            kind: "contact.sung".to_owned(),
            data: json::parse(r#"{"a":[1.5,null],"b":1}"#).unwrap(),
        },
        Event::ContactErased(ContactErased { entries: 22, reason: some("ticket 7") }),
    ]
}

/// Kinds and members that came with what is sent to people and with changes of pending activities,
/// with all that they can carry.
fn full_panel() -> Vec<Event> {
    let delivery = |item, kind, attempts, error, reference| Delivery {
        attempts,
        error,
        item: item_id(item),
        kind,
        reference,
    };
    let change = |field: &str, new, old| FieldChange {
        field: field.to_owned(),
        new,
        old: Scalar::from(old),
    };
    let day = Day::parse("2026-03-12").unwrap();
    let (day, at) = (day.to_string(), "2026-03-18T06:30:00.000Z");
    vec![
        Event::ContactInvited(ContactInvited {
            email: "anna@example.com".to_owned(),
            id: item_id("i-1"),
            message: some("welcome"),
        }),
        Event::ContactMessaged(ContactMessaged {
            channel: some("sms"),
            id: Some(item_id("i-2")),
            subject: some("offer"),
            text: "a message".to_owned(),
            to: some("anna@example.com"),
        }),
        Event::ContactShared(ContactShared {
            details: fields(),
            email: "berta@example.com".to_owned(),
            fields: vec!["a".to_owned(), "\u{1f600}".to_owned(), "none".to_owned()],
            id: item_id("i-3"),
            note: some("as agreed"),
        }),
        Event::DeliverySent(delivery("i-1", ItemKind::Invite, 1, None, some("<1@mail>"))),
        Event::DeliveryFailed(delivery("i-2", ItemKind::Message, 3, some("no such number"), None)),
        Event::ActivityChanged(ActivityChanged {
            assignee_name: some("Berta"),
            changes: vec![
                change("type", Scalar::from(Some("visit")), Some("call")),
                change("date", Scalar::from(Some(day.as_str())), Some("2026-03-09")),
                change("description", Scalar::NULL, Some("what next")),
                change("due", Scalar::from(Some(at)), None),
                change("assignee", Scalar::from(Some("u3")), Some("u2")),
                change("remind.start", Scalar::from(Some(day.as_str())), None),
                change("remind.end", Scalar::from(Some(at)), None),
                FieldChange {
                    field: "createTask".to_owned(),
                    new: Scalar::Bool(true),
                    old: Scalar::Bool(false),
                },
            ],
            label: label(),
            pending: pending_id(),
            kind: "visit".into(),
        }),
        Event::ReminderSnoozed(ReminderSnoozed {
            label: label(),
            pending: pending_id(),
            kind: "visit".into(),
            until: instant("2026-03-13T07:00:00.25Z"),
        }),
        Event::ReminderAcknowledged(touched(None)),
    ]
}

/// The same with as little as they can carry.
fn bare_panel() -> Vec<Event> {
    vec![
        Event::ContactInvited(ContactInvited {
            email: "a@b.it".to_owned(),
            id: item_id("i-4"),
            message: None,
        }),
        Event::ContactShared(ContactShared {
            details: Fields::default(),
            email: "a@b.it".to_owned(),
            fields: Vec::new(),
            id: item_id("i-5"),
            note: None,
        }),
        Event::DeliverySent(Delivery {
            attempts: 0,
            error: None,
            item: item_id("i-5"),
            kind: ItemKind::Share,
            reference: None,
        }),
        Event::ActivityChanged(ActivityChanged {
            assignee_name: None,
            changes: Vec::new(),
            label: "Call".into(),
            pending: pending_id(),
            kind: "call".into(),
        }),
    ]
}

/// Kinds and members that came with answers, taking moves back, migrations and refusals, with all
/// that they can carry.
fn full_workflow() -> Vec<Event> {
    let stage = |stage: &str| StageRef { label: label(), stage: stage.into() };
    let blockers = r#"[{"code":"activity-missing","params":{"label":{"en":"Call","it":"Chiamata"},
        "missing":1,"type":"call"}},{"code":"role-missing","params":{"of":"stage","roles":["boss"]}}]"#;
    vec![
        Event::WorkflowTransitioned(WorkflowTransitioned {
            answers: fields(),
            automatic: false,
            from: stage("new"),
            note: some("a note"),
            reason: some("price"),
            reason_label: Some(label()),
            to: stage("talk"),
            transition: Some("begin".into()),
            version: 1,
            workflow: "sales".into(),
        }),
        Event::WorkflowReverted(WorkflowReverted {
            from: stage("talk"),
            note: some("a slip"),
            reverts: EntryId::new("9b2e4f0a-8f0f-4b63-9a53-0d8f3d3d1c11/2"),
            to: stage("new"),
            version: 1,
            workflow: "sales".into(),
        }),
        Event::WorkflowMigrated(WorkflowMigrated {
            from: stage("new"),
            to: stage("fresh"),
            version: 2,
            workflow: "sales".into(),
        }),
        Event::WorkflowRefused(WorkflowRefused {
            blockers: json::read(blockers).unwrap(),
            from: Some(stage("fresh")),
            to: Some("won".into()),
            transition: Some("win".into()),
        }),
    ]
}

/// The same with as little as they can carry.
fn bare_workflow() -> Vec<Event> {
    let stage = |stage: &str| StageRef { label: stage.into(), stage: stage.into() };
    vec![
        Event::WorkflowReverted(WorkflowReverted {
            from: stage("fresh"),
            note: None,
            reverts: EntryId::new("9b2e4f0a-8f0f-4b63-9a53-0d8f3d3d1c11/4"),
            to: stage("new"),
            version: 1,
            workflow: "sales".into(),
        }),
        Event::WorkflowRefused(WorkflowRefused {
            blockers: Vec::new(),
            from: None,
            to: None,
            transition: None,
        }),
    ]
}

fn fact(n: usize, event: Event) -> Fact {
    let kind = [ByKind::User, ByKind::System, ByKind::Rule, ByKind::Import][n % 4];
    let moves = matches!(
        event,
        Event::WorkflowStarted(_)
            | Event::WorkflowTransitioned(_)
            | Event::WorkflowReverted(_)
            | Event::WorkflowMigrated(_)
    );
    Fact {
        by: By { id: ActorId::new("u1"), name: "Ugo \"U\" Verdi".to_owned(), kind },
        occurred_at: n.is_multiple_of(2).then(|| instant("2026-03-01T08:00:00.5Z")),
        source: n.is_multiple_of(3).then(|| format!("row {n}")),
        definition: moves.then(|| definition_hash(&support::tree(&sales()))),
        event,
    }
}

/// Lines of the first kinds.
fn kinds() -> Vec<String> {
    sealed(full().into_iter().chain(bare()))
}

/// Lines of the later ones, of a pending activity that was planned before.
fn panel_kinds() -> Vec<String> {
    let planned = full().into_iter().filter(|event| event.kind() == "activity.planned");
    sealed(planned.chain(full_panel()).chain(bare_panel()))
}

/// Lines of what the workflow got later, of a contact that was started before.
/// What a server says of another's entry.
fn full_sync() -> Vec<Event> {
    vec![Event::EntryVoided(EntryVoided {
        entry: EntryId::new("9b2e4f0a-8f0f-4b63-9a53-0d8f3d3d1c11/4"),
        reason: "forbidden".to_owned(),
    })]
}

fn sync_kinds() -> Vec<String> {
    sealed(full_sync().into_iter())
}

fn workflow_kinds() -> Vec<String> {
    let started = bare().into_iter().filter(|event| event.kind() == "workflow.started");
    sealed(started.chain(full_workflow()).chain(bare_workflow()))
}

/// A definition's line, then one of each event, sealed one after the other by a fixed hand.
fn sealed(events: impl Iterator<Item = Event>) -> Vec<String> {
    let names = Pseudonyms::new("crm", "");
    let replica = ReplicaId::new("9b2e4f0a-8f0f-4b63-9a53-0d8f3d3d1c11");
    let mut seal =
        Seal::new("crm".to_owned(), replica, Log::default(), Hlc::default(), names.clone());
    let now = |n: usize| {
        stagebook::time::Instant::from_millis(1_773_065_100_000 + 1_000 * (n / 2) as i64)
    };
    let definition =
        r#"{"version": 1, "id": "tiny", "note": "a definition is kept as it was given"}"#;
    let definition = json::parse(definition).unwrap();
    let (canonical, hash) = (canonical_value(&definition), definition_hash(&definition));
    let by = ActorId::new("u1");
    let mut lines = vec![seal.definition(hash, &canonical, &by, now(0), &[7; 32]).line];
    for (n, event) in events.enumerate() {
        let name = names.contact(&contact());
        let sealed = seal.fact(fact(n, event), (&name, &contact()), now(n), &[n as u8; 32]);
        lines.push(sealed.1.line);
    }
    lines.into_iter().map(|line| String::from_utf8(line).unwrap()).collect()
}

/// A book as the engine writes it, erased entries included.
async fn book() -> (stagebook::engine::Engine<stagebook::store::MemoryStore>, Vec<String>) {
    let setup = Setup { constant: true, ..Setup::sales() };
    let (book, store) = setup.fresh().await;
    let go_on = || setup.clock.advance(61_000);
    run(&book, create_named("contact-1", "Anna \u{1f600}")).await.unwrap();
    go_on();
    let written =
        book.run(&boss(), plan("contact-1", pending("letter", true)), under("k")).await.unwrap();
    let id = written.contact.state.pending.keys().next().unwrap().to_string();
    run(&book, create_named("contact-2", "Berta")).await.unwrap();
    run(&book, comment("contact-2", "soon gone")).await.unwrap();
    go_on();
    run(&book, complete(&id)).await.unwrap();
    run(&book, stagebook::command::Command::Reopen { pending: id.clone() }).await.unwrap();
    run(&book, stagebook::command::Command::Cancel { pending: id, reason: None }).await.unwrap();
    run(&book, go("contact-1", "park")).await.unwrap();
    run(&book, erase("contact-2")).await.unwrap();
    run(&book, rename("contact-1", "Anna Bianchi")).await.unwrap();
    let rows = r#"[{"contact":"contact-3","at":"2020-01-01T00:00:00Z","by":"u9","id":"1","kind":"contact"},
        {"contact":"contact-3","at":"2020-01-02T00:00:00Z","by":"u9","id":"2","kind":"pending","type":"call"}]"#;
    book.import(&boss(), rows, 0, true).await.unwrap();
    let lines = ledger(&store).await;
    (book, lines)
}

/// A book in which people were written to, and pending activities were changed.
async fn panel_book() -> (stagebook::engine::Engine<stagebook::store::MemoryStore>, Vec<String>) {
    let setup = Setup { constant: true, ..Setup::sales() };
    let (book, store) = setup.fresh().await;
    let say = async |command: Command| {
        setup.clock.advance(61_000);
        run(&book, command).await.unwrap()
    };
    let contact = || ContactId::new("contact-1");
    say(create_named("contact-1", "Anna \u{1f600}")).await;
    let invitation = Invitation { email: some("anna@example.com"), ..Invitation::default() };
    let item = say(Command::Invite { contact: contact(), input: invitation }).await;
    let item = item.item().unwrap().to_string();
    let failed = Settlement {
        status: "failed".to_owned(),
        error: some("mailbox full"),
        ..Settlement::default()
    };
    say(Command::Settle { item, result: failed }).await;
    let planned = say(plan("contact-1", pending("letter", false))).await;
    let pending = planned.contact.state.pending.keys().next().unwrap().to_string();
    let changes = PendingChanges {
        description: Some(some("by post")),
        due: Some(some("2026-03-20")),
        remind: Some(Some(RemindDraft { start: some("2026-03-19"), end: some("2026-03-20") })),
        create_task: Some(true),
        ..PendingChanges::default()
    };
    say(Command::Update { pending: pending.clone(), changes }).await;
    say(Command::Snooze { pending: pending.clone(), until: "2026-03-20".to_owned() }).await;
    say(Command::Acknowledge { pending }).await;
    let share = ShareDraft { email: some("berta@example.com"), ..ShareDraft::default() };
    say(Command::Share { contact: contact(), input: share }).await;
    say(Command::Archive { contact: contact(), reason: some("over") }).await;
    say(Command::Restore { contact: contact() }).await;
    let lines = ledger(&store).await;
    (book, lines)
}

/// A definition that asks, and has a move that fires by itself.
fn asking() -> serde_json::Value {
    let mut asking = sales();
    asking["transitions"][4]["requires"] = serde_json::json!({ "answers": [
        { "id": "why", "kind": "text", "required": true }, { "id": "size", "kind": "number" }
    ] });
    asking["transitions"][0]["automatic"] = true.into();
    asking
}

/// A book in which a move was refused, one was answered for, one was taken back, one fired by
/// itself, and a contact was migrated.
async fn workflow_book() -> (stagebook::engine::Engine<stagebook::store::MemoryStore>, Vec<String>)
{
    let mut setup = Setup { constant: true, record_refusals: true, ..Setup::new(asking()) };
    let (book, store) = setup.fresh().await;
    let contact = || ContactId::new("contact-1");
    let park = |answers: Option<Fields>| {
        let request =
            TransitionRequest { to: some("parked"), answers, ..TransitionRequest::default() };
        setup.clock.advance(61_000);
        run(&book, Command::Transition { contact: contact(), request })
    };
    run(&book, create_named("contact-1", "Anna \u{1f600}")).await.unwrap();
    park(None).await.unwrap_err();
    let answers = [("why", Scalar::from(Some("away"))), ("size", Scalar::Number(12.5))];
    let answers: Fields = answers.map(|(id, answer)| (id.to_owned(), answer)).into_iter().collect();
    park(Some(answers.clone())).await.unwrap();
    setup.clock.advance(61_000);
    run(&book, Command::Revert { contact: contact(), note: some("a slip") }).await.unwrap();
    run(&book, log("contact-1", "call")).await.unwrap();
    park(Some(answers)).await.unwrap();
    book.close().await;
    setup.definition["version"] = 2.into();
    setup.definition["stages"][2]["id"] = "waiting".into();
    setup.definition["transitions"][4]["to"] = "waiting".into();
    setup.definition["transitions"][5]["from"] = "waiting".into();
    let book = setup.open(store.clone()).await.unwrap();
    let plan = r#"{ "definition": "sales", "stages": { "parked": "waiting" } }"#;
    let report = book.migrate(&boss(), &json::read(plan).unwrap(), false, None).await.unwrap();
    assert_eq!(report.moved, 1);
    let lines = ledger(&store).await;
    (book, lines)
}

/// Every fixture.
const FIXTURES: [&str; 7] = [
    "kinds.jsonl",
    "book.jsonl",
    "panel-kinds.jsonl",
    "panel-book.jsonl",
    "workflow-kinds.jsonl",
    "workflow-book.jsonl",
    "sync-kinds.jsonl",
];

/// A fixture's lines as they are written today.
fn written(name: &str) -> Vec<String> {
    match name {
        "kinds.jsonl" => kinds(),
        "book.jsonl" => block_on(book()).1,
        "panel-kinds.jsonl" => panel_kinds(),
        "panel-book.jsonl" => block_on(panel_book()).1,
        "workflow-kinds.jsonl" => workflow_kinds(),
        "sync-kinds.jsonl" => sync_kinds(),
        "workflow-book.jsonl" => block_on(workflow_book()).1,
        _ => panic!("no such fixture: {name}"),
    }
}

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/v1").join(name)
}

fn fixture(name: &str) -> Vec<String> {
    let text =
        std::fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    text.lines().map(str::to_owned).collect()
}

fn check(lines: &[String]) -> LogReport {
    let first = Line::parse(lines[0].as_bytes()).unwrap().header;
    let name = Name { book: first.book, replica: first.replica };
    let mut verifier = Verifier::new(name, &[]);
    for line in lines {
        verifier.line(line.as_bytes());
    }
    verifier.finish(None)
}

/// Writes fixtures that are not there yet: `cargo test --test wire_format -- --ignored`.
#[test]
#[ignore = "writes files"]
fn write_missing_fixtures() {
    for name in FIXTURES.into_iter().filter(|name| !path(name).exists()) {
        std::fs::create_dir_all(path("")).unwrap();
        std::fs::write(path(name), written(name).join("\n") + "\n").unwrap();
    }
}

#[test]
fn every_kind_of_entry_is_written_as_version_1_wrote_it() {
    for name in ["kinds.jsonl", "panel-kinds.jsonl", "workflow-kinds.jsonl", "sync-kinds.jsonl"] {
        assert_eq!(written(name), fixture(name), "{name}");
    }
    assert!(
        full()
            .iter()
            .chain(&full_panel())
            .chain(&full_workflow())
            .chain(&full_sync())
            .all(is_listed)
    );
}

#[test]
fn a_book_is_written_as_version_1_wrote_it() {
    for name in ["book.jsonl", "panel-book.jsonl", "workflow-book.jsonl"] {
        assert_eq!(written(name), fixture(name), "{name}");
    }
}

#[test]
fn the_fixtures_have_a_line_of_every_kind_and_verify() {
    let mut found = BTreeSet::new();
    for name in FIXTURES {
        let lines = fixture(name);
        let report = check(&lines);
        assert!(report.ok() && report.size as usize == lines.len(), "{name}: {report:?}");
        found.extend(lines.iter().map(|line| Line::parse(line.as_bytes()).unwrap().header.kind));
    }
    found.remove("contact.sung");
    assert_eq!(found, KINDS.map(str::to_owned).into());
}

#[test]
fn what_version_1_wrote_is_read_and_written_again_to_the_byte() {
    for name in FIXTURES {
        for text in fixture(name) {
            let line = Line::parse(text.as_bytes()).unwrap();
            assert_eq!(canonical(&json::text(&line.header)), line.header_bytes);
            let Some((body, salt)) = line.body else { continue };
            assert_eq!(canonical(body), body, "a canonical body");
            if line.header.kind == "definition.added" {
                continue;
            }
            let read = Fact::read(&line.header.kind, line.header.definition.clone(), body).unwrap();
            let contact = read.1.unwrap_or_default();
            let again = Sealed::new(line.header, &read.0.body(&contact), &salt);
            assert_eq!(String::from_utf8(again.line), Ok(text));
        }
    }
}

#[test]
fn what_version_1_wrote_comes_to_the_same_state() {
    block_on(async {
        let (live, lines) = book().await;
        assert_eq!(lines, fixture("book.jsonl"));
        for (name, (state, _)) in replay(&lines) {
            let ids = ["contact-1", "contact-2", "contact-3"].map(ContactId::new);
            let id =
                ids.into_iter().find(|id| Pseudonyms::new("crm", "").contact(id) == name).unwrap();
            assert_eq!(live.contact(&id).await.unwrap().state, state);
        }
        assert_replays(
            &live,
            live.store(),
            &["contact-1".into(), "contact-2".into(), "contact-3".into()],
            "",
        )
        .await;
        let states = replay(&fixture("kinds.jsonl"));
        let (state, rows) = states.values().next().unwrap();
        assert_eq!((states.len(), rows.len(), state.entries), (1, full().len() + bare().len(), 23));
        for (live, lines) in [panel_book().await, workflow_book().await] {
            let replayed = replay(&lines);
            assert_eq!(
                live.contact(&contact()).await.unwrap().state,
                replayed.values().next().unwrap().0
            );
            assert_replays(&live, live.store(), &[contact()], "").await;
        }
    });
}

#[test]
fn what_was_sent_and_what_was_changed_comes_to_the_same_state() {
    let states = replay(&fixture("panel-kinds.jsonl"));
    let (state, rows) = states.values().next().unwrap();
    assert_eq!(rows.len(), 1 + full_panel().len() + bare_panel().len());
    let waiting: Vec<_> = state.waiting.iter().map(|(id, kind)| (id.clone(), *kind)).collect();
    assert_eq!(waiting, [(item_id("i-3"), ItemKind::Share), (item_id("i-4"), ItemKind::Invite)]);
    let at = |text| Some(When::At(instant(text)));
    let one = state.pending.get(&pending_id()).unwrap();
    assert_eq!((one.kind.as_str(), one.date.to_string().as_str()), ("visit", "2026-03-12"));
    assert_eq!((&one.description, one.due), (&None, at("2026-03-18T06:30:00Z")));
    assert_eq!((one.assignee.as_str(), one.assignee_name.as_str()), ("u3", "Berta"));
    let remind = one.remind.clone().unwrap();
    assert_eq!(remind.start, When::Day(Day::parse("2026-03-12").unwrap()));
    assert_eq!(Some(remind.end), at("2026-03-18T06:30:00Z"));
    assert!(one.create_task && !one.task, "its task's entry is another");
    assert_eq!(one.snoozed, Some(instant("2026-03-13T07:00:00.25Z")));
    assert!(one.acknowledged.is_some());
}

#[test]
fn moves_that_were_taken_back_or_migrated_come_to_the_same_state() {
    let states = replay(&fixture("workflow-kinds.jsonl"));
    let (state, rows) = states.values().next().unwrap();
    assert_eq!(rows.len(), 1 + full_workflow().len() + bare_workflow().len());
    let here = state.workflow.as_ref().unwrap();
    assert_eq!((here.stage.as_str(), here.visit, here.acts), ("new", 1, 0), "as it was before");
    assert_eq!((state.version, state.entries), (5, 7), "a refusal changes nothing");
    assert!(here.before.is_none() && rows.iter().all(|row| row.superseded_by.is_none()));
}

#[test]
fn a_move_that_was_written_before_there_were_answers_has_none() {
    let old = fixture("kinds.jsonl").into_iter().chain(fixture("book.jsonl"));
    let moved = old.filter_map(|text| {
        let line = Line::parse(text.as_bytes()).unwrap();
        let body = line.body.filter(|_| line.header.kind == "workflow.transitioned")?.0.to_owned();
        assert!(!body.contains("answers"));
        match Fact::read(&line.header.kind, None, &body).unwrap().0.event {
            Event::WorkflowTransitioned(moved) => Some(moved),
            _ => None,
        }
    });
    let answers: Vec<_> = moved.map(|moved| moved.answers).collect();
    assert!(answers.len() > 2 && answers.iter().all(Fields::is_empty));
}

#[test]
fn a_header_is_refused_that_has_what_version_1_does_not_know() {
    let text = fixture("kinds.jsonl").remove(1);
    for (from, to) in [
        (r#""v":1"#, r#""v":1,"w":2"#),
        (r#""hlc":"1773065100000-0001""#, r#""hlc":"1773065100000""#),
        (r#""seq":1"#, r#""seq":-1"#),
        (r#""salt""#, r#""extra":1,"salt""#),
        (r#"{"body""#, r#"{"body":1,"body""#),
    ] {
        let other = text.replacen(from, to, 1);
        assert_ne!(other, text);
        let accepted = Line::parse(other.as_bytes()).is_ok_and(|line| line.is_canonical());
        assert!(!accepted, "{other}");
    }
}

proptest! {
    #![proptest_config(cases(200))]

    /// Members are written in the order in which a struct has them: that must be their canonical order.
    #[test]
    fn bodies_are_canonical_whatever_they_hold(
        texts in prop::collection::vec("(?s).{0,12}", 6),
        names in prop::collection::vec("(?s).{1,3}", 0..6),
        numbers in prop::collection::vec(any::<f64>(), 6),
    ) {
        let at = |n: usize| texts[n].clone();
        let header = Line::parse(fixture("kinds.jsonl")[0].as_bytes()).unwrap().header;
        let values = numbers.iter().filter(|number| number.is_finite()).map(|number| Scalar::Number(*number));
        let fields: Fields = names.into_iter().zip(values).collect();
        let events = [
            Event::ContactCreated(ContactCreated { company: Some(at(0)), email: Some(at(1)), fields: fields.clone(), name: at(2), phone: Some(at(3)) }),
            Event::ContactChanged(ContactChanged {
                changes: vec![FieldChange { field: at(0), new: Scalar::Text(at(1)), old: Scalar::Bool(false) }],
                untracked: fields.clone(),
            }),
            Event::ContactShared(ContactShared { details: fields, email: at(0), fields: vec![at(1), at(2)], id: ItemId::new(at(3)), note: Some(at(4)) }),
            Event::DeliveryFailed(Delivery { attempts: 7, error: Some(at(0)), item: ItemId::new(at(1)), kind: ItemKind::Invite, reference: Some(at(2)) }),
        ];
        let later = full_panel().into_iter().chain(bare_panel());
        let later = later.chain(full_workflow()).chain(bare_workflow()).chain(full_sync());
        for event in full().into_iter().chain(bare()).chain(later).chain(events) {
            let fact = Fact {
                by: By { id: ActorId::new(at(4)), name: at(5), kind: ByKind::System },
                occurred_at: Some(instant("2026-03-01T08:00:00Z")),
                source: Some(at(0)),
                definition: Some(DefinitionHash::new("sha256:0")),
                event,
            };
            let contact = ContactId::new(at(1));
            let body = fact.body(&contact);
            let sealed = Sealed::new(header.clone(), &body, &[7; 32]);
            let written = String::from_utf8(sealed.line[sealed.body].to_vec()).unwrap();
            prop_assert_eq!(&written, &canonical(&written));
        }
    }
}
