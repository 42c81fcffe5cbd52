//! The rules by example: each file of `scenarios/rules` is a list of cases, each a book, steps, and
//! what the caller must be told, in the shapes of the JavaScript contract. See the folder's README.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use futures::executor::block_on;
use serde_json::{Value, json};
use stagebook::command::{
    Actor, BoxPair, Command, CommandOptions, Completion, PendingChanges, TransitionInput,
};
use stagebook::decide;
use stagebook::definition::Permission;
use stagebook::engine::{self, Engine, Plan, Step as Played, Written, view};
use stagebook::error::{BlockerCode, Error, IssueCode};
use stagebook::event::Event;
use stagebook::ids::{ContactId, PendingId, StageId, TaskId};
use stagebook::json::{self, FromJson, ToJson};
use stagebook::params;
use stagebook::store::MemoryStore;
use stagebook::text::Messages;
use std::cell::RefCell;
use std::collections::BTreeSet;
use support::{Setup, sales};

const FILES: [(&str, &str); 23] = [
    ("moves", include_str!("scenarios/rules/moves.json")),
    ("boxes", include_str!("scenarios/rules/boxes.json")),
    ("days", include_str!("scenarios/rules/days.json")),
    ("zones", include_str!("scenarios/rules/zones.json")),
    ("tasks", include_str!("scenarios/rules/tasks.json")),
    ("pending", include_str!("scenarios/rules/pending.json")),
    ("follow", include_str!("scenarios/rules/follow.json")),
    ("reminders", include_str!("scenarios/rules/reminders.json")),
    ("contacts", include_str!("scenarios/rules/contacts.json")),
    ("archive", include_str!("scenarios/rules/archive.json")),
    ("outreach", include_str!("scenarios/rules/outreach.json")),
    ("permissions", include_str!("scenarios/rules/permissions.json")),
    ("history", include_str!("scenarios/rules/history.json")),
    ("conditions", include_str!("scenarios/rules/conditions.json")),
    ("order", include_str!("scenarios/rules/order.json")),
    ("answers", include_str!("scenarios/rules/answers.json")),
    ("automatic", include_str!("scenarios/rules/automatic.json")),
    ("several", include_str!("scenarios/rules/several.json")),
    ("revert", include_str!("scenarios/rules/revert.json")),
    ("migrate", include_str!("scenarios/rules/migrate.json")),
    ("path", include_str!("scenarios/rules/path.json")),
    ("refusals", include_str!("scenarios/rules/refusals.json")),
    ("simulate", include_str!("scenarios/rules/simulate.json")),
];

/// What is done to the book after each step. None of it may change an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Between {
    Nothing,
    Compact,
    Reopen,
}

/// A book that a case is played on.
struct Stage {
    setup: Setup,
    store: MemoryStore,
    book: Engine<MemoryStore>,
    actor: Actor,
    /// Pending activities in the order of their planning.
    planned: RefCell<Vec<String>>,
    /// What went to the outbox, in order.
    sent: RefCell<Vec<String>>,
}

fn read<T: FromJson>(value: &Value) -> T {
    json::read(&value.to_string()).unwrap_or_else(|error| panic!("{error}: {value}"))
}

/// Puts `new` at a path of members and places; a place at the end of a list appends.
fn put(value: &mut Value, path: &str, new: &Value) {
    let (key, rest) = path.split_once('.').unwrap_or((path, ""));
    let slot = match value {
        Value::Array(items) => {
            let place: usize = key.parse().unwrap();
            if place == items.len() {
                items.push(Value::Null);
            }
            &mut items[place]
        }
        Value::Object(members) => members.entry(key).or_insert(Value::Null),
        _ => panic!("nothing at {path}"),
    };
    if rest.is_empty() { *slot = new.clone() } else { put(slot, rest, new) }
}

/// The base with what a case sets.
fn definition(set: &Value) -> Value {
    let mut definition = sales();
    for (path, new) in set.as_object().into_iter().flatten() {
        put(&mut definition, path, new);
    }
    definition
}

fn others(case: &Value) -> Vec<Value> {
    case["others"].as_array().into_iter().flatten().map(definition).collect()
}

impl Stage {
    async fn of(case: &Value, locale: Option<&str>) -> Self {
        let mut setup = Setup::new(definition(&case["set"]));
        setup.others = others(case);
        setup.record_refusals = case["recordRefusals"] == true;
        setup.locale = locale.or(case["locale"].as_str()).unwrap_or("en").to_owned();
        if let Some(zone) = case["timeZone"].as_str() {
            setup.zone = zone.parse().unwrap();
        }
        if case["users"].is_array() {
            setup.users = read(&case["users"]);
        }
        if let Some(now) = case["now"].as_str() {
            setup.clock.set(now);
        }
        let (book, store) = setup.fresh().await;
        let actor = match &case["as"] {
            Value::Null => json!({ "id": "anna", "name": "Anna", "roles": ["sales"] }),
            actor => actor.clone(),
        };
        let (planned, sent) = Default::default();
        Self { setup, store, book, actor: read(&actor), planned, sent }
    }

    async fn between(&mut self, what: Between) {
        match what {
            Between::Nothing => {}
            Between::Compact => self.book.compact().await.unwrap(),
            Between::Reopen => self.book = self.setup.open(self.store.clone()).await.unwrap(),
        }
    }

    /// Plays one step and gives what the caller is told.
    async fn play(&mut self, step: &Value) -> Value {
        if let Some(now) = step["now"].as_str() {
            self.setup.clock.set(now);
        }
        if !step["open"].is_null() {
            self.setup.definition = definition(&step["open"]);
            self.setup.others = others(step);
            self.between(Between::Reopen).await;
            return Value::Null;
        }
        if !step["compact"].is_null() {
            self.between(Between::Compact).await;
            return Value::Null;
        }
        if !step["configure"].is_null() {
            self.configure(&step["configure"]);
            return Value::Null;
        }
        match self.ask(step).await {
            Ok(told) => {
                self.note_shown(&told);
                told
            }
            Err(error) => json!({ "error": parse(&view::error(&error, &self.book.messages())) }),
        }
    }

    /// Changes users and locale of the open book, as later openings will have them.
    fn configure(&mut self, changes: &Value) {
        let users = changes.get("users").map(|users| match users {
            Value::Null => None,
            users => Some(read(users)),
        });
        let messages = changes["locale"].as_str().map(|locale| {
            self.setup.locale = locale.to_owned();
            Messages::new(locale, &Default::default())
        });
        if let Some(users) = &users {
            self.setup.users.clone_from(users);
        }
        self.book.configure(messages, users);
    }

    async fn ask(&self, step: &Value) -> Result<Value, Error> {
        let actor = if step["as"].is_null() { self.actor.clone() } else { read(&step["as"]) };
        let contact = ContactId::new(step["contact"].as_str().unwrap_or("c"));
        if let Some(command) = self.command(step, &contact).await? {
            let options: CommandOptions =
                if step["with"].is_null() { Default::default() } else { read(&step["with"]) };
            let written = self.book.run(&actor, command, options).await?;
            self.note(&written);
            let told = |text: Option<String>| text.map_or(Value::Null, |text| parse(&text));
            return Ok(match asked(step) {
                "erase" => Value::Null,
                "comment" => self.book.view(|viewer| told(viewer.entered(&written))),
                "start" | "transition" | "revert" => {
                    self.book.view(|viewer| told(viewer.transitioned(&written)))
                }
                "archive" | "restore" => {
                    self.book.view(|viewer| told(viewer.contact(&written.contact)))
                }
                "invite" | "message" | "share" | "settle" => {
                    let item = self.book.outbox_item(written.item().unwrap()).await?;
                    parse(&json::text(&item))
                }
                "reopen" | "cancel" | "update" | "snooze" | "acknowledge" => {
                    let pending = PendingId::new(self.pending(&step[asked(step)]));
                    let state = &written.contact.state;
                    self.book.view(|viewer| told(viewer.pending(state, &pending)))
                }
                "tasks.complete" | "tasks.reopen" | "tasks.reassign" => {
                    let pending = self.task(&step[asked(step)]).await?;
                    let state = &written.contact.state;
                    self.book.view(|viewer| told(viewer.task(state, &pending)))
                }
                _ => self.book.ask(&actor, |context| {
                    self.book.view(|viewer| parse(&viewer.saved(&written, context)))
                }),
            });
        }
        self.look(step, &actor, &contact).await
    }

    /// The command that a step asks for, unless it only looks.
    async fn command(&self, step: &Value, contact: &ContactId) -> Result<Option<Command>, Error> {
        let contact = contact.clone();
        let what = &step[asked(step)];
        let text = |name: &str| what[name].as_str().map(str::to_owned);
        let pending = || self.pending(what);
        let task = async || self.task(what).await.map(|pending| pending.to_string());
        Ok(Some(match asked(step) {
            "create" => {
                Command::Create { contact, input: read(what), upsert: step["upsert"] == true }
            }
            "save" => Command::Save { contact, changes: read(what) },
            "comment" => Command::Comment { contact, text: text("text").unwrap_or_default() },
            "erase" => Command::Erase {
                contact,
                confirm: text("confirm").unwrap_or_default(),
                reason: text("reason"),
            },
            "archive" => Command::Archive { contact, reason: text("reason") },
            "restore" => Command::Restore { contact },
            "invite" => Command::Invite { contact, input: read(what) },
            "message" => Command::Message { contact, input: read(what) },
            "share" => Command::Share { contact, input: read(what) },
            "settle" => Command::Settle { item: self.item(&what["item"]), result: read(what) },
            "start" => Command::Start { contact, definition: what.as_str().unwrap().to_owned() },
            "transition" => Command::Transition { contact, request: read(what) },
            "revert" => Command::Revert { contact, note: text("note") },
            "complete" => {
                let input = if what.is_object() { read(what) } else { Completion::default() };
                Command::Complete { pending: pending(), input }
            }
            "reopen" => Command::Reopen { pending: pending() },
            "cancel" => Command::Cancel { pending: pending(), reason: text("reason") },
            "update" => Command::Update { pending: pending(), changes: read(what) },
            "snooze" => {
                Command::Snooze { pending: pending(), until: text("until").unwrap_or_default() }
            }
            "acknowledge" => Command::Acknowledge { pending: pending() },
            "tasks.complete" => {
                let input = Completion { outcome: text("outcome"), ..Completion::default() };
                Command::Complete { pending: task().await?, input }
            }
            "tasks.reopen" => Command::Reopen { pending: task().await? },
            "tasks.reassign" => {
                let assignee = text("assignee");
                let changes = PendingChanges { assignee, ..PendingChanges::default() };
                Command::Update { pending: task().await?, changes }
            }
            _ => return Ok(None),
        }))
    }

    /// The pending activity behind the task that a step names, as the book finds it.
    async fn task(&self, value: &Value) -> Result<PendingId, Error> {
        let value = if value.is_object() { &value["task"] } else { value };
        let task = match value.as_u64() {
            Some(_) => PendingId::new(self.pending(value)).task(),
            None => TaskId::new(value.as_str().unwrap()),
        };
        self.book.task(&task).await
    }

    /// A number stands for the n-th that went to the outbox.
    fn item(&self, value: &Value) -> String {
        match value.as_u64() {
            Some(place) => self.sent.borrow()[place as usize].clone(),
            None => value.as_str().unwrap().to_owned(),
        }
    }

    /// The pending activity that a step names, alone or as a member: a number stands for the n-th
    /// that was planned.
    fn pending(&self, value: &Value) -> String {
        let value = if value.is_object() { &value["pending"] } else { value };
        match value.as_u64() {
            Some(place) => self.planned.borrow()[place as usize].clone(),
            None => value.as_str().unwrap().to_owned(),
        }
    }

    fn note(&self, written: &Written) {
        let note = |list: &RefCell<Vec<String>>, id: &str| {
            let mut list = list.borrow_mut();
            if !list.iter().any(|known| known == id) {
                list.push(id.to_owned());
            }
        };
        for (_, entry) in &written.entries {
            match &entry.fact.event {
                Event::ActivityPlanned(data) => note(&self.planned, data.pending.as_str()),
                Event::ContactInvited(_) | Event::ContactMessaged(_) | Event::ContactShared(_) => {
                    written.item().iter().for_each(|item| note(&self.sent, item.as_str()));
                }
                _ => {}
            }
        }
    }

    /// Imported ones are known once they are shown.
    fn note_shown(&self, told: &Value) {
        let shown = told.as_array().into_iter().flatten().filter(|one| one["box"] == "pending");
        let mut planned = self.planned.borrow_mut();
        for id in shown.filter_map(|one| one["id"].as_str()) {
            if !planned.iter().any(|known| known == id) {
                planned.push(id.to_owned());
            }
        }
    }

    async fn look(&self, step: &Value, actor: &Actor, contact: &ContactId) -> Result<Value, Error> {
        let what = &step[asked(step)];
        let place = || self.book.standing(what["definition"].as_str(), what["stage"].as_str());
        Ok(match asked(step) {
            "import" => {
                let importer = if step["as"].is_null() { support::boss() } else { actor.clone() };
                parse(&view::imported(
                    &self.book.import(&importer, &what.to_string(), 0, true).await?,
                ))
            }
            "get" => {
                let loaded = self.book.contact(contact).await?;
                self.book
                    .view(|viewer| viewer.contact(&loaded))
                    .map_or(Value::Null, |text| parse(&text))
            }
            "options" => {
                let loaded = self.book.existing(contact).await?;
                let input: TransitionInput = read(what);
                self.book.ask(actor, |context| {
                    self.book.view(|viewer| parse(&viewer.options(&loaded.state, &input, context)))
                })
            }
            "path" => {
                let loaded = self.book.existing(contact).await?;
                let to = StageId::new(what["to"].as_str().unwrap());
                let steps =
                    self.book.ask(actor, |context| decide::path(&loaded.state, &to, context))?;
                steps.map_or(Value::Null, |steps| {
                    self.book.view(|viewer| parse(&viewer.path(&steps)))
                })
            }
            "migrate" => self.migrate(what, actor).await?,
            "simulate" => {
                let (definitions, start) = (self.setup.definitions(), self.setup.clock.now());
                let steps: Vec<Played> = read(&what["steps"]);
                let played = engine::simulate(&definitions, &steps, actor, start)?;
                parse(&played.view(&definitions, &self.book.messages(), start))
            }
            "types" => {
                let loaded = self.book.existing(contact).await?;
                self.book.ask(actor, |context| {
                    self.book.view(|viewer| parse(&viewer.types(&loaded.state, context)))
                })
            }
            "draft" => {
                let contact = place()?;
                self.book.ask(actor, |context| {
                    let boxes = decide::draft(read::<BoxPair>(what), &contact, context);
                    self.book.view(|viewer| parse(&viewer.boxes(&boxes)))
                })
            }
            "validate" => {
                let contact = place()?;
                self.book.ask(actor, |context| {
                    let issues = decide::validate(&read::<BoxPair>(what), "", &contact, context);
                    self.book.view(|viewer| parse(&viewer.issues(&issues)))
                })
            }
            "list" => {
                let (loaded, page) = self.book.activities(contact, &read(what)).await?;
                parse(&self.book.view(|viewer| viewer.activities(&loaded, &page))?)["items"].take()
            }
            "log" => {
                let (loaded, page) = self.book.log(contact, &read(what)).await?;
                parse(&self.book.view(|viewer| viewer.log(&loaded, &page))?)["items"].take()
            }
            "history" => {
                let (loaded, page) = self.book.history(contact, &read(what)).await?;
                parse(&self.book.view(|viewer| viewer.history(&loaded, &page))?)["items"].take()
            }
            "historyAll" => {
                let page = self.book.history_all(&read(what)).await?;
                parse(&self.book.view(|viewer| viewer.history_all(&page))?)["items"].take()
            }
            "contacts" => {
                let page = self.book.contacts(&read(what)).await?;
                parse(&self.book.view(|viewer| viewer.contacts(&page)))["items"].take()
            }
            "tasks" => {
                let page = self.book.tasks(&read(what)).await?;
                parse(&self.book.view(|viewer| viewer.tasks(&page)))["items"].take()
            }
            "reminders" => {
                let found = self.book.reminders(&read(what)).await?;
                parse(&self.book.view(|viewer| viewer.reminders(&found)))
            }
            "nextReminderAt" => {
                support::told(&self.book.next_reminder(&read(what)).await? as &dyn ToJson)
            }
            "outbox" => parse(&view::items(&self.book.outbox(&read(what)).await?))["items"].take(),
            _ => panic!("nothing is asked: {step}"),
        })
    }

    /// All pages of a migration together.
    async fn migrate(&self, what: &Value, actor: &Actor) -> Result<Value, Error> {
        let (plan, mut cursor): (Plan, Option<String>) = (read(what), None);
        let (mut moved, mut blocked) = (0, Vec::new());
        loop {
            let dry_run = what["dryRun"] == true;
            let page = self.book.migrate(actor, &plan, dry_run, cursor.as_deref()).await?;
            moved += page.moved;
            blocked.extend(page.blocked.iter().map(|one| support::told(one)));
            cursor = page.next;
            if cursor.is_none() {
                return Ok(json!({ "moved": moved, "blocked": blocked }));
            }
        }
    }
}

const ASKED: [&str; 40] = [
    "create",
    "save",
    "comment",
    "erase",
    "archive",
    "restore",
    "invite",
    "message",
    "share",
    "settle",
    "start",
    "transition",
    "revert",
    "complete",
    "reopen",
    "cancel",
    "update",
    "snooze",
    "acknowledge",
    "tasks.complete",
    "tasks.reopen",
    "tasks.reassign",
    "import",
    "get",
    "options",
    "path",
    "migrate",
    "simulate",
    "types",
    "draft",
    "validate",
    "list",
    "log",
    "history",
    "historyAll",
    "contacts",
    "tasks",
    "reminders",
    "nextReminderAt",
    "outbox",
];

fn asked(step: &Value) -> &'static str {
    let found = ASKED.into_iter().find(|name| step.get(name).is_some());
    found.unwrap_or_else(|| panic!("nothing is asked: {step}"))
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Where `actual` is not what is expected. Of an object only the named members are, null stands for
/// absent, `"*"` for anything; a list has exactly the items expected.
fn differences(path: &str, expected: &Value, actual: &Value, found: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Object(wanted), Value::Object(members)) => {
            for (name, wanted) in wanted {
                let member = members.get(name).unwrap_or(&Value::Null);
                differences(&format!("{path}.{name}"), wanted, member, found);
            }
        }
        (Value::Array(wanted), Value::Array(items)) if wanted.len() == items.len() => {
            for (place, (wanted, item)) in wanted.iter().zip(items).enumerate() {
                differences(&format!("{path}.{place}"), wanted, item, found);
            }
        }
        (Value::String(any), actual) if any == "*" && !actual.is_null() => {}
        (expected, actual) if expected == actual => {}
        (expected, actual) => found.push(format!("{path}: expected {expected}, found {actual}")),
    }
}

/// `{"repeat": x, "times": n}` stands for a text or a list so long, `{"list": x, "times": n}` for a
/// list of texts, `{"members": n}` for an object.
fn expand(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(expand),
        Value::Object(members) => {
            members.values_mut().for_each(expand);
            let times = |value: &Value| value.as_u64().unwrap_or_default() as usize;
            if let (Some(item), Some(count)) = (members.get("list"), members.get("times")) {
                *value = vec![item.clone(); times(count)].into();
                return;
            }
            match (members.get("repeat"), members.get("times"), members.get("members")) {
                (Some(Value::String(text)), Some(count), _) => {
                    *value = text.repeat(times(count)).into()
                }
                (Some(item), Some(count), _) => *value = vec![item.clone(); times(count)].into(),
                (_, _, Some(count)) => {
                    *value = (0..times(count)).map(|n| (format!("f{n}"), Value::from(n))).collect()
                }
                _ => {}
            }
        }
        _ => {}
    }
}

/// Plays every case of every file in `locale` or its own, with `between` done after each step; `each`
/// gets where the step stands and what was told. Gives what was not as expected.
fn play_all(
    between: Between,
    locale: Option<&str>,
    each: &mut dyn FnMut(&str, &Value),
) -> Vec<String> {
    let mut wrong = Vec::new();
    for (file, text) in FILES {
        let mut cases = parse(text);
        expand(&mut cases);
        for case in cases.as_array().unwrap() {
            let mut stage = block_on(Stage::of(case, locale));
            for (place, step) in case["steps"].as_array().unwrap().iter().enumerate() {
                let told = block_on(stage.play(step));
                block_on(stage.between(between));
                let mut found = Vec::new();
                match step.get("then") {
                    Some(then) => differences("", then, &told, &mut found),
                    None if told["error"].is_object() => found.push(told.to_string()),
                    None => {}
                }
                let at = format!("{file}, {}, step {place}", case["case"]);
                each(&at, &told);
                wrong.extend(found.into_iter().map(|found| format!("{at}: {found}")));
            }
        }
    }
    wrong
}

#[test]
fn every_scenario_is_answered_as_it_says() {
    let wrong = play_all(Between::Nothing, None, &mut |_, _| ());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_answer_depends_on_whether_the_book_was_compacted_or_opened_again() {
    for between in [Between::Compact, Between::Reopen] {
        let wrong = play_all(between, None, &mut |_, _| ());
        assert!(wrong.is_empty(), "{between:?}: {}", wrong.join("\n"));
    }
}

/// Of conditions, which this version does not read.
const LATER: [&str; 3] = ["guard-unmet", "guard-error", "activation-unmet"];

#[test]
fn every_blocker_and_issue_has_a_scenario_that_shows_it() {
    let mut shown = BTreeSet::new();
    play_all(Between::Nothing, None, &mut |_, told| codes(told, &mut shown));
    let blockers = BlockerCode::ALL.iter().map(|code| code.code());
    let blockers = blockers.filter(|code| !LATER.contains(code));
    let issues = IssueCode::ALL.iter().map(|code| code.code());
    // The other errors are not the rules' to give.
    let errors = ["invalid", "refused", "not-found", "forbidden", "conflict"];
    let all = blockers.chain(issues).chain(errors);
    let missing: Vec<&str> = all.filter(|code| !shown.contains(*code)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_permission_has_a_scenario_that_refuses_it() {
    let mut shown = Vec::new();
    play_all(Between::Nothing, Some("en"), &mut |_, told| messages("", told, &mut shown));
    for permission in Permission::ALL {
        let params = params! { "permission" => permission.name() };
        let sentence = Messages::new("en", &Default::default()).text("error.forbidden", &params);
        let refused = shown.iter().any(|(_, told)| told.starts_with(&sentence));
        assert!(refused, "{sentence}");
    }
}

#[test]
fn all_that_people_read_is_there_in_both_languages() {
    let told = |locale| {
        let mut told = Vec::new();
        play_all(Between::Nothing, Some(locale), &mut |at, answer| messages(at, answer, &mut told));
        told
    };
    let (english, italian) = (told("en"), told("it"));
    assert_eq!(english.len(), italian.len());
    for ((at, english), (_, italian)) in english.iter().zip(&italian) {
        assert_ne!(english, italian, "{at}: not translated");
        for text in [english, italian] {
            assert!(!text.is_empty() && !text.contains(['{', '[', '}', ']']), "{at}: {text}");
        }
    }
}

/// What people read: messages of errors, blockers and issues, and the history's lines.
fn messages(at: &str, value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match (name.as_str(), member) {
                    // These hold what people wrote.
                    ("data" | "payload", _) => {}
                    ("message" | "summary", Value::String(text)) => {
                        found.push((at.to_owned(), text.clone()));
                    }
                    _ => messages(at, member, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| messages(at, item, found)),
        _ => {}
    }
}

fn codes(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("code").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|member| codes(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| codes(item, found)),
        _ => {}
    }
}

#[test]
fn the_comparison_finds_what_is_not_as_expected() {
    let differ = |expected: Value, actual: Value| {
        let mut found = Vec::new();
        differences("", &expected, &actual, &mut found);
        found.len()
    };
    let actual = || json!({ "a": 1, "b": [{ "c": "x" }], "d": null });
    for same in [
        json!({}),
        json!({ "a": 1, "e": null }),
        json!({ "b": [{}], "d": null }),
        json!({ "b": "*" }),
    ] {
        assert_eq!(differ(same.clone(), actual()), 0, "{same}");
    }
    for other in [
        json!([]),
        json!({ "a": 2 }),
        json!({ "b": [] }),
        json!({ "b": [{ "c": "y" }] }),
        json!({ "d": "*" }),
        json!({ "a": null }),
    ] {
        assert_eq!(differ(other.clone(), actual()), 1, "{other}");
    }
}
