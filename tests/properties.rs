//! What holds whatever is commanded, in whatever order, by whomever, whenever. How many lives of how
//! many commands each property is shown on: `STAGEBOOK_LIVES` and `STAGEBOOK_COMMANDS`.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use futures::executor::block_on;
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::Value;
use stagebook::command::{Command, PendingChanges, RemindDraft, User};
use stagebook::engine::{Engine, OutboxQuery, Page, ReminderQuery, TaskQuery, Todo};
use stagebook::error::{BlockerCode, Error, Fault};
use stagebook::event::Remind;
use stagebook::ids::{ActorId, PendingId};
use stagebook::json;
use stagebook::ledger::Line;
use stagebook::project::{Contact, Pending, PendingStatus, Status};
use stagebook::store::MemoryStore;
use stagebook::time::{Day, Instant, When};
use std::collections::BTreeMap;
use support::arbitrary::{ACTORS, CONTACTS, Look, MARK, Step};
use support::arbitrary::{actor_id, id, ids, looks, resolve, steps};
use support::database::{assert_replays, assert_sound, ledger, verify};
use support::naive::{Todos, Told};
use support::{Setup, fault, sales};

fn asked(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |number| number.parse().unwrap())
}

fn commands() -> usize {
    asked("STAGEBOOK_COMMANDS", 60)
}

fn lives() -> Config {
    support::cases(asked("STAGEBOOK_LIVES", 64) as u32)
}

/// A book that lives through steps.
struct Life {
    setup: Setup,
    store: MemoryStore,
    book: Engine<MemoryStore>,
}

/// A command as it was given, to whom, and what came of it.
struct Given {
    contact: usize,
    before: Contact,
    command: Command,
    /// Kinds of the entries it wrote.
    wrote: Result<Vec<String>, Error>,
}

impl Life {
    /// People live in three zones, and a letter has an offer follow, which has a visit follow.
    async fn begin() -> Self {
        let mut definition = sales();
        for (kind, next) in [(3, "offer"), (2, "visit")] {
            definition["activityTypes"][kind]["next"] =
                serde_json::json!({ "type": next, "afterDays": kind, "mode": "trigger" });
        }
        let mut setup = Setup::new(definition);
        let user = |who: usize| User {
            id: actor_id(who).as_str().into(),
            name: format!("Name of {}", actor_id(who)),
            time_zone: [None, Some("Asia/Tokyo"), Some("America/New_York")][who].map(str::to_owned),
        };
        setup.users = Some((0..ACTORS).map(user).collect());
        let (book, store) = setup.fresh().await;
        Self { setup, store, book }
    }

    /// Takes a step. A refused command must leave the log as it was.
    async fn step(&mut self, step: Step) -> Option<Given> {
        match step {
            Step::Compact => self.book.compact().await.unwrap(),
            Step::Reopen => self.reopen().await,
            Step::Run { contact, after, actor, command, options } => {
                self.setup.clock.wander(after);
                let before = self.contact(contact).await;
                let command = resolve(command, &before);
                let size = self.book.size().1;
                let written = self.book.run(&actor, command.clone(), options).await;
                let kinds = |written: stagebook::engine::Written| {
                    let entries = written.entries.iter();
                    entries.map(|(_, entry)| entry.fact.event.kind().to_owned()).collect()
                };
                let wrote: Result<Vec<String>, Error> = written.map(kinds);
                let added = wrote.as_ref().map_or(0, Vec::len);
                let definition = u64::from(size == 0 && added > 0);
                assert_eq!(self.book.size().1 - size, added as u64 + definition);
                return Some(Given { contact, before, command, wrote });
            }
        }
        None
    }

    async fn reopen(&mut self) {
        self.book.close().await;
        self.book = self.setup.open(self.store.clone()).await.unwrap();
    }

    async fn contact(&self, contact: usize) -> Contact {
        self.book.contact(&id(contact)).await.unwrap().state.clone()
    }

    async fn contacts(&self) -> Vec<Contact> {
        let mut all = Vec::new();
        for contact in 0..CONTACTS {
            all.push(self.contact(contact).await);
        }
        all
    }

    async fn assert_replays(&self) {
        assert_replays(&self.book, &self.store, &ids(), "").await;
    }
}

proptest! {
    #![proptest_config(lives())]

    #[test]
    fn the_stored_entries_alone_make_the_state_that_the_book_shows(steps in steps(commands())) {
        block_on(async {
            let mut life = Life::begin().await;
            for step in steps {
                life.step(step).await;
            }
            life.assert_replays().await;
            life.book.compact().await.unwrap();
            life.assert_replays().await;
            life.reopen().await;
            life.assert_replays().await;
            assert_sound(&life.book, &life.store).await;
        });
    }

    #[test]
    fn a_pending_activity_and_its_task_agree_and_keep_what_was_planned(steps in steps(commands())) {
        block_on(async {
            let mut life = Life::begin().await;
            let mut plans = Plans::default();
            for step in steps {
                let Some(given) = life.step(step).await else { continue };
                plans.take(&given, &life.contact(given.contact).await);
                assert_lists_tasks(&life, given.contact).await;
            }
            assert_one_task_each_time(&ledger(&life.store).await, &plans);
        });
    }

    #[test]
    fn who_is_archived_or_erased_is_worked_on_no_more(steps in steps(commands())) {
        block_on(async {
            let mut life = Life::begin().await;
            for step in steps {
                if let Some(given) = life.step(step).await {
                    assert_lets_be(&given);
                }
            }
        });
    }

    #[test]
    fn reminders_and_the_next_moment_are_those_of_a_calendar(
        steps in steps(commands()),
        ahead in -3_000..3_000_i64,
    ) {
        block_on(async {
            let mut life = Life::begin().await;
            for (place, step) in steps.into_iter().enumerate() {
                life.step(step).await;
                let todos = Todos::of(&life.setup, life.contacts().await);
                let assignee = (place % (ACTORS + 1)).checked_sub(1);
                let assignee = assignee.map(|who| ActorId::new(actor_id(who)));
                assert_reminds(&life, &todos, assignee, ahead).await;
            }
        });
    }

    #[test]
    fn every_page_of_every_list_is_what_all_rows_make_of_it(
        steps in steps(commands()),
        looks in looks(commands()),
    ) {
        block_on(async {
            let mut life = Life::begin().await;
            for (place, step) in steps.into_iter().enumerate() {
                life.step(step).await;
                for look in looks.iter().filter(|look| look.after == place) {
                    assert_lists(&life, look).await;
                }
            }
            for look in &looks {
                assert_lists(&life, look).await;
            }
            life.book.compact().await.unwrap();
            for look in &looks {
                assert_lists(&life, look).await;
            }
            life.reopen().await;
            for look in &looks {
                assert_lists(&life, look).await;
            }
            life.assert_replays().await;
        });
    }

    #[test]
    fn the_log_has_no_gap_and_its_headers_hold_nothing_of_the_hosts(steps in steps(commands())) {
        block_on(async {
            let mut life = Life::begin().await;
            for step in steps {
                life.step(step).await;
            }
            let report = assert_sound(&life.book, &life.store).await;
            let lines = ledger(&life.store).await;
            assert_eq!((report.size as usize, report.missing), (lines.len(), 0));
            for text in &lines {
                let header = Line::parse(text.as_bytes()).unwrap().header_bytes;
                assert!(!header.contains(MARK), "{header}");
            }
        });
    }
}

/// Pending activities as they were planned and as the commands since said they be.
#[derive(Default)]
struct Plans {
    known: BTreeMap<PendingId, Pending>,
    /// How often a task was asked for.
    ticks: BTreeMap<PendingId, usize>,
}

impl Plans {
    fn take(&mut self, given: &Given, now: &Contact) {
        if let (Command::Update { pending, changes }, Ok(_)) = (&given.command, &given.wrote) {
            self.change(&PendingId::new(pending.as_str()), changes);
        }
        for (id, one) in now.pending.iter() {
            if !self.known.contains_key(id) {
                self.known.insert(id.clone(), one.clone());
                self.ticks.insert(id.clone(), usize::from(one.create_task));
            }
            assert_agrees(one, &self.known[id]);
        }
    }

    /// Absent stays, null clears.
    fn change(&mut self, id: &PendingId, changes: &PendingChanges) {
        let plan = self.known.get_mut(id).unwrap();
        let when = |text: &String| When::parse(text).unwrap();
        if let Some(kind) = &changes.kind {
            plan.kind = kind.as_str().into();
        }
        if let Some(date) = &changes.date {
            plan.date = Day::parse(date).unwrap();
        }
        if let Some(description) = &changes.description {
            plan.description.clone_from(description);
        }
        if let Some(due) = &changes.due {
            plan.due = due.as_ref().map(when);
        }
        if let Some(assignee) = &changes.assignee {
            plan.assignee = assignee.as_str().into();
        }
        if let Some(remind) = &changes.remind {
            plan.remind = match remind {
                Some(RemindDraft { start: Some(start), end: Some(end) }) => {
                    Some(Remind { start: when(start), end: when(end) })
                }
                _ => None,
            };
        }
        if changes.create_task == Some(true) && !plan.create_task {
            *self.ticks.get_mut(id).unwrap() += 1;
        }
        plan.create_task = changes.create_task.unwrap_or(plan.create_task);
    }
}

/// Task and pending activity are two faces of one thing: what holds of it after any step.
fn assert_agrees(now: &Pending, plan: &Pending) {
    let given = |one: &Pending| {
        let one = one.clone();
        (one.kind, one.date, one.description, one.due, one.assignee, one.remind, one.create_task)
    };
    assert_eq!(given(now), given(plan), "what was planned survives every step");
    assert_eq!(now.task, now.create_task, "a task, and one only where it was asked for");
    assert_eq!(now.closed.is_some(), now.status != PendingStatus::Open, "the closing date");
    let name = format!("Name of {}", now.assignee);
    assert_eq!(now.assignee_name, name, "as the book lists them");
}

/// The contact's tasks are listed, and show what their pending activities show.
async fn assert_lists_tasks(life: &Life, contact: usize) {
    let loaded = life.book.contact(&id(contact)).await.unwrap();
    let page = life.book.tasks(&TaskQuery { limit: Some(500), ..TaskQuery::default() }).await;
    let page = page.unwrap();
    let parse = |text: String| serde_json::from_str::<Value>(&text).unwrap();
    let mut listed = parse(life.book.view(|viewer| viewer.tasks(&page)));
    let listed = listed["items"].as_array_mut().unwrap();
    listed.retain(|task| task["contactId"].as_str() == Some(id(contact).as_str()));
    let active = loaded.state.exists() && loaded.state.status == Status::Active;
    let mut faces = Vec::new();
    for (id, _) in loaded.state.pending.iter().filter(|(_, one)| active && one.task) {
        let face = life.book.view(|viewer| viewer.pending(&loaded.state, id)).map(parse).unwrap();
        let task = life.book.view(|viewer| viewer.task(&loaded.state, id)).map(parse).unwrap();
        for name in
            ["type", "typeLabel", "description", "due", "assignee", "status", "state", "closedAt"]
        {
            assert_eq!(task[name], face[name], "{name}");
        }
        assert_eq!((&task["id"], &task["pendingId"]), (&face["taskId"], &face["id"]));
        faces.push(task);
    }
    let by_id = |task: &Value| task["id"].as_str().unwrap().to_owned();
    faces.sort_by_key(by_id);
    listed.sort_by_key(by_id);
    assert_eq!(*listed, faces);
}

/// Whatever was done in between, each tick made one task, always of the same id.
fn assert_one_task_each_time(lines: &[String], plans: &Plans) {
    let mut tasks: BTreeMap<PendingId, usize> = BTreeMap::new();
    for text in lines {
        let line: Value = serde_json::from_str(text).unwrap();
        if line["header"]["kind"] == "task.created" && line.get("body").is_some() {
            let data = &line["body"]["data"];
            let pending = PendingId::new(data["pending"].as_str().unwrap());
            assert_eq!(data["task"].as_str(), Some(pending.task().as_str()));
            *tasks.entry(pending).or_default() += 1;
        }
    }
    for (pending, made) in tasks {
        assert_eq!(made, plans.ticks[&pending], "{pending}");
    }
}

/// Kinds that an archived contact can still have.
const ARCHIVED: [&str; 7] = [
    "contact.changed",
    "contact.commented",
    "contact.shared",
    "contact.restored",
    "contact.erased",
    "delivery.sent",
    "delivery.failed",
];

fn assert_lets_be(given: &Given) {
    let Given { before, command, wrote, .. } = given;
    let wanted = match before.status {
        Status::Active => return,
        Status::Archived => {
            let wrote = wrote.iter().flatten();
            for kind in wrote {
                assert!(ARCHIVED.contains(&kind.as_str()), "{kind}: {command:?}");
            }
            BlockerCode::Archived
        }
        Status::Erased => {
            assert!(wrote.is_err(), "{command:?}");
            BlockerCode::Erased
        }
    };
    let goes_on = matches!(
        command,
        Command::Create { .. }
            | Command::Save { .. }
            | Command::Comment { .. }
            | Command::Share { .. }
            | Command::Settle { .. }
            | Command::Archive { .. }
            | Command::Restore { .. }
            | Command::Erase { .. }
    );
    match fault(wrote) {
        None => assert!(before.status == Status::Archived && goes_on, "{command:?}"),
        Some(Fault::Refused { blockers, .. }) => {
            assert!(blockers.iter().any(|blocker| blocker.code == wanted), "{command:?}");
        }
        // What is wrong with the call itself, or does not exist, is told before.
        Some(Fault::NotFound(_) | Fault::Conflict(_) | Fault::Forbidden { .. }) => {}
        Some(Fault::Invalid(_)) => assert!(goes_on, "{command:?}"),
        Some(fault) => panic!("{command:?}: {fault:?}"),
    }
}

async fn assert_reminds(life: &Life, todos: &Todos, assignee: Option<ActorId>, ahead: i64) {
    let now = life.setup.clock.now();
    let later = |minutes: i64| Instant::from_millis(now.millis() + minutes * 60_000);
    let query = |at: Option<Instant>| ReminderQuery {
        at: at.map(|at| at.to_string()),
        assignee: assignee.clone(),
    };
    for at in [None, Some(later(ahead))] {
        let found = life.book.reminders(&query(at)).await.unwrap();
        let found: Vec<_> = found.into_iter().map(|todo| todo.id).collect();
        assert_eq!(found, todos.reminders(at.unwrap_or(now), assignee.as_ref()));
    }
    let next = life.book.next_reminder(&query(None)).await.unwrap();
    assert_eq!(next, todos.next(now, assignee.as_ref()));
    let shown = todos.shown(now, assignee.as_ref());
    for minutes in (0..2_000).step_by(97) {
        let at = later(minutes);
        if next.is_none_or(|next| at < next) {
            assert_eq!(todos.shown(at, assignee.as_ref()), shown, "nothing changes before");
        }
    }
}

/// All items of a list, page by page.
async fn pages<T>(
    limit: Option<u32>,
    mut ask: impl AsyncFnMut(Option<String>) -> Page<T>,
) -> (Vec<T>, Option<u64>) {
    let (mut all, mut total) = (Vec::new(), None);
    let mut cursor = None;
    loop {
        let page = ask(cursor).await;
        let full = page.items.len() == limit.unwrap() as usize;
        assert!(if page.next.is_some() {
            full
        } else {
            page.items.len() <= limit.unwrap() as usize
        });
        all.extend(page.items);
        assert!(all.len() < 100_000, "a cursor that goes nowhere");
        total = total.or(page.total);
        cursor = page.next;
        if cursor.is_none() {
            return (all, total);
        }
    }
}

async fn assert_lists(life: &Life, look: &Look) {
    let (book, limit) = (&life.book, look.history.limit);
    let now = life.setup.clock.now();
    life.setup.clock.advance(look.ahead * 60_000);
    let told = Told::of(&life.setup, &life.store).await;

    let ask = async |cursor| book.tasks(&TaskQuery { cursor, ..look.tasks.clone() }).await.unwrap();
    let (tasks, _): (Vec<Todo>, _) = pages(limit, ask).await;
    let found: Vec<_> = tasks
        .iter()
        .map(|todo| (&todo.agenda.contact, todo.agenda.name.as_str(), &todo.id, todo.pending()))
        .collect();
    let wanted = told.todos.tasks(&look.tasks, life.setup.clock.now());
    let wanted: Vec<_> = wanted
        .into_iter()
        .map(|(contact, id, one)| {
            let name = contact.profile.as_ref().unwrap().name.as_str();
            (&contact.id, name, id, Some(one))
        })
        .collect();
    assert_eq!(found, wanted, "{:?}", look.tasks);

    let ask = async |cursor| {
        book.outbox(&OutboxQuery { status: look.items, limit, cursor }).await.unwrap()
    };
    let (items, _) = pages(limit, ask).await;
    let items: Vec<Value> =
        items.iter().map(|item| serde_json::from_str(&json::text(item)).unwrap()).collect();
    assert_eq!(items, told.outbox(look.items.map(|status| status.code())));
    let waiting = told.outbox(Some("waiting")).len() as u64;
    assert_eq!(book.outbox_waiting().await.unwrap(), waiting);

    let ask = async |cursor| {
        let mut query = look.history.clone();
        query.cursor = cursor;
        book.history_all(&query).await.unwrap()
    };
    let (rows, total) = pages(limit, ask).await;
    let body = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let found: Vec<_> =
        rows.iter().map(|(_, row)| (row.order.id().to_string(), body(row.body.text()))).collect();
    let wanted = told.history(&look.history);
    assert_eq!(total, look.history.count.then_some(wanted.len() as u64));
    assert_eq!(found, wanted, "{:?}", look.history);
    for (contact, row) in &rows {
        let of = row.entry().unwrap().1.unwrap_or_default();
        assert_eq!(contact.state.id, of, "the contact it is about");
    }
    life.setup.clock.advance(now.millis() - life.setup.clock.now().millis());
}

/// The generator is worth something only if commands get through.
#[test]
fn random_commands_reach_every_kind_of_entry() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    block_on(async {
        for _ in 0..120 {
            let mut life = Life::begin().await;
            for step in steps(60).new_tree(&mut runner).unwrap().current() {
                life.step(step).await;
            }
            for text in ledger(&life.store).await {
                *kinds.entry(Line::parse(text.as_bytes()).unwrap().header.kind).or_default() += 1;
            }
            assert!(verify(&life.book).await.ok());
        }
    });
    for kind in [
        "contact.created",
        "contact.changed",
        "contact.commented",
        "contact.archived",
        "contact.restored",
        "contact.erased",
        "contact.invited",
        "contact.messaged",
        "contact.shared",
        "workflow.started",
        "workflow.transitioned",
        "workflow.reverted",
        "activity.logged",
        "activity.planned",
        "activity.changed",
        "activity.completed",
        "activity.reopened",
        "activity.cancelled",
        "reminder.snoozed",
        "reminder.acknowledged",
        "task.created",
        "delivery.sent",
        "delivery.failed",
        "definition.added",
    ] {
        assert!(kinds.get(kind).is_some_and(|count| *count > 5), "{kind}: {kinds:?}");
    }
}
