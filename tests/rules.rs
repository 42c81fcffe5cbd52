//! The rules by example: each file of `scenarios/rules` is a list of cases, each a book, steps, and
//! what the caller must be told, in the shapes of the JavaScript contract. See the folder's README.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use futures::executor::block_on;
use serde_json::{Value, json};
use stagebook::command::{Actor, BoxPair, Command, CommandOptions, Completion, TransitionInput};
use stagebook::decide;
use stagebook::engine::{Engine, Written, view};
use stagebook::error::{BlockerCode, Error, IssueCode};
use stagebook::event::Event;
use stagebook::ids::{ContactId, PendingId};
use stagebook::json::{self, FromJson};
use stagebook::store::MemoryStore;
use std::cell::RefCell;
use std::collections::BTreeSet;
use support::{Setup, sales};

const FILES: [(&str, &str); 5] = [
    ("moves", include_str!("scenarios/rules/moves.json")),
    ("boxes", include_str!("scenarios/rules/boxes.json")),
    ("days", include_str!("scenarios/rules/days.json")),
    ("tasks", include_str!("scenarios/rules/tasks.json")),
    ("contacts", include_str!("scenarios/rules/contacts.json")),
];

/// A book that a case is played on.
struct Stage {
    setup: Setup,
    store: MemoryStore,
    book: Engine<MemoryStore>,
    actor: Actor,
    /// Pending activities in the order of their planning.
    planned: RefCell<Vec<String>>,
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

fn definition(set: &Value) -> Value {
    let mut definition = sales();
    for (path, new) in set.as_object().into_iter().flatten() {
        put(&mut definition, path, new);
    }
    definition
}

impl Stage {
    async fn of(case: &Value) -> Self {
        let mut setup = Setup::new(definition(&case["set"]));
        setup.locale = case["locale"].as_str().unwrap_or("en").to_owned();
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
        Self { setup, store, book, actor: read(&actor), planned: RefCell::default() }
    }

    /// Plays one step and gives what the caller is told.
    async fn play(&mut self, step: &Value) -> Value {
        if let Some(now) = step["now"].as_str() {
            self.setup.clock.set(now);
        }
        if !step["open"].is_null() {
            self.setup.definition = definition(&step["open"]);
            self.book = self.setup.open(self.store.clone()).await.unwrap();
            return Value::Null;
        }
        match self.ask(step).await {
            Ok(told) => told,
            Err(error) => json!({ "error": parse(&view::error(&error, &self.book.messages())) }),
        }
    }

    async fn ask(&self, step: &Value) -> Result<Value, Error> {
        let actor = if step["as"].is_null() { self.actor.clone() } else { read(&step["as"]) };
        let contact = ContactId::new(step["contact"].as_str().unwrap_or("c"));
        if let Some(command) = self.command(step, &contact) {
            let options: CommandOptions =
                if step["with"].is_null() { Default::default() } else { read(&step["with"]) };
            let written = self.book.run(&actor, command, options).await?;
            self.note(&written);
            let told = |text: Option<String>| text.map_or(Value::Null, |text| parse(&text));
            return Ok(match asked(step) {
                "erase" => Value::Null,
                "comment" => self.book.view(|viewer| told(viewer.entered(&written))),
                "start" | "transition" => {
                    self.book.view(|viewer| told(viewer.transitioned(&written)))
                }
                "reopen" | "cancel" => {
                    let pending = PendingId::new(self.pending(&step[asked(step)]));
                    let state = &written.contact.state;
                    self.book.view(|viewer| told(viewer.pending(state, &pending)))
                }
                _ => self.book.ask(&actor, |context| {
                    self.book.view(|viewer| parse(&viewer.saved(&written, context)))
                }),
            });
        }
        self.look(step, &actor, &contact).await
    }

    /// The command that a step asks for, unless it only looks.
    fn command(&self, step: &Value, contact: &ContactId) -> Option<Command> {
        let contact = contact.clone();
        let what = &step[asked(step)];
        let text = |name: &str| what[name].as_str().map(str::to_owned);
        let pending = || self.pending(what);
        Some(match asked(step) {
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
            "start" => Command::Start { contact, definition: what.as_str().unwrap().to_owned() },
            "transition" => Command::Transition { contact, request: read(what) },
            "complete" => {
                let input = if what.is_object() { read(what) } else { Completion::default() };
                Command::Complete { pending: pending(), input }
            }
            "reopen" => Command::Reopen { pending: pending() },
            "cancel" => Command::Cancel { pending: pending(), reason: text("reason") },
            _ => return None,
        })
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
        for (_, entry) in &written.entries {
            if let Event::ActivityPlanned(data) = &entry.fact.event {
                self.planned.borrow_mut().push(data.pending.to_string());
            }
        }
    }

    async fn look(&self, step: &Value, actor: &Actor, contact: &ContactId) -> Result<Value, Error> {
        let what = &step[asked(step)];
        let place = || self.book.standing(what["definition"].as_str(), what["stage"].as_str());
        Ok(match asked(step) {
            "import" => {
                let importer = support::boss();
                parse(&view::imported(&self.book.import(&importer, &what.to_string(), 0).await?))
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
            _ => panic!("nothing is asked: {step}"),
        })
    }
}

const ASKED: [&str; 18] = [
    "create",
    "save",
    "comment",
    "erase",
    "start",
    "transition",
    "complete",
    "reopen",
    "cancel",
    "import",
    "get",
    "options",
    "types",
    "draft",
    "validate",
    "list",
    "log",
    "history",
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

/// `{"repeat": x, "times": n}` stands for a text or a list so long, `{"members": n}` for an object.
fn expand(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(expand),
        Value::Object(members) => {
            members.values_mut().for_each(expand);
            let times = |value: &Value| value.as_u64().unwrap_or_default() as usize;
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

/// Every case of every file, with what was found wrong.
fn play_all(each: &mut dyn FnMut(&Value, &Value)) -> Vec<String> {
    let mut wrong = Vec::new();
    for (file, text) in FILES {
        let mut cases = parse(text);
        expand(&mut cases);
        for case in cases.as_array().unwrap() {
            let mut stage = block_on(Stage::of(case));
            for (place, step) in case["steps"].as_array().unwrap().iter().enumerate() {
                let told = block_on(stage.play(step));
                let mut found = Vec::new();
                match step.get("then") {
                    Some(then) => differences("", then, &told, &mut found),
                    None if told.get("error").is_some() => found.push(told.to_string()),
                    None => {}
                }
                each(step, &told);
                wrong.extend(
                    found
                        .into_iter()
                        .map(|found| format!("{file}, {}, step {place}: {found}", case["case"])),
                );
            }
        }
    }
    wrong
}

#[test]
fn every_scenario_is_answered_as_it_says() {
    let wrong = play_all(&mut |_, _| ());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Codes that no command of this version can bring about.
const LATER: [&str; 1] = ["unknown-field"];

#[test]
fn every_blocker_and_issue_has_a_scenario_that_shows_it() {
    let mut shown = BTreeSet::new();
    play_all(&mut |_, told| codes(told, &mut shown));
    let blockers = BlockerCode::ALL.iter().map(|code| code.code());
    let all = blockers.chain(IssueCode::ALL.iter().map(|code| code.code()));
    let missing: Vec<&str> =
        all.filter(|code| !shown.contains(*code) && !LATER.contains(code)).collect();
    assert!(missing.is_empty(), "{missing:?}");
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
