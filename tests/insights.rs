//! The numbers of a workflow: right to the millisecond, the same before and after a compaction and a
//! reopening, and equal to what an independent count over the ledger's lines comes to.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

mod support;

use futures::executor::block_on;
use futures::join;
use proptest::prelude::*;
use serde_json::{Value, json};
use stagebook::command::Command;
use stagebook::definition::{Definition, Definitions};
use stagebook::engine::{Engine, InsightsQuery, view};
use stagebook::error::Fault;
use stagebook::event::{
    By, ByKind, ContactCreated, Entry, Event, Fact, Hlc, Order, StageRef, WorkflowStarted,
    WorkflowTransitioned,
};
use stagebook::ids::{ContactId, ContactName, ReplicaId, Seq};
use stagebook::ledger::definition_hash;
use stagebook::project::{Contact, Row, RowBody, Status, Survey};
use stagebook::store::{MemoryStore, Store, Table};
use stagebook::time::Instant;
use support::arbitrary::{CONTACTS, Step, id, resolve, steps};
use support::commands::{comment, create, erase, go};
use support::database::{history, ledger, replay};
use support::gated::{Gate, GatedStore, Step as Answer};
use support::yielding::YieldingStore;
use support::{Setup, boss, cases, fault, instant, run, sales, tree};

const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;

async fn told<S: Store>(book: &Engine<S>, query: &InsightsQuery) -> Value {
    serde_json::from_str(&view::insights(&book.insights(query).await.unwrap())).unwrap()
}

async fn all<S: Store>(book: &Engine<S>) -> Value {
    told(book, &InsightsQuery::default()).await
}

fn between(from: impl ToString, to: impl ToString) -> InsightsQuery {
    let (from, to) = (Some(from.to_string()), Some(to.to_string()));
    InsightsQuery { definition: None, from, to }
}

fn stage<'a>(told: &'a Value, id: &str) -> &'a Value {
    told["stages"].as_array().unwrap().iter().find(|stage| stage["stage"] == id).unwrap()
}

/// A definition's stages with the days after which contacts are stale there.
fn stale_after(mut definition: Value, days: &[(&str, u32)]) -> Value {
    for stage in definition["stages"].as_array_mut().unwrap() {
        if let Some((_, days)) = days.iter().find(|(id, _)| stage["id"] == *id) {
            stage["staleAfterDays"] = json!(days);
        }
    }
    definition
}

/// Stages whose ids are their places, and a move from each to each other one.
fn numbered(last: u32) -> Value {
    let stages: Vec<Value> = (1..=last).map(|n| json!({ "id": n.to_string() })).collect();
    let move_to = |n: u32| json!({ "id": format!("to-{n}"), "from": "*", "to": n.to_string() });
    let transitions: Vec<Value> = (1..=last).map(move_to).collect();
    json!({
        "id": "numbered", "version": 1, "initial": "1", "stages": stages,
        "transitions": transitions, "activityTypes": [],
    })
}

/// A row of history for an import: the contact's first, or its arrival at a stage.
fn imported(contact: &str, at: &str, stage: Option<&str>) -> Value {
    let mut row = json!({ "contact": contact, "at": at, "by": "u7", "byName": "Ugo" });
    match stage {
        None => (row["kind"], row["set"]) = (json!("contact"), json!({ "name": contact })),
        Some(stage) => (row["kind"], row["stage"]) = (json!("stage"), json!(stage)),
    }
    row
}

async fn import<S: Store>(book: &Engine<S>, rows: Vec<Value>) {
    let report = book.import(&boss(), &Value::from(rows).to_string(), 0, true).await.unwrap();
    assert!(report.rejected.is_empty(), "{:?}", report.rejected.first());
}

/// The time-in-stage table of a CRM's own tests: minutes, and where the contact goes after them.
const TABLE: [(i64, Option<&str>); 9] = [
    (5, Some("to-2")),
    (100, None),
    (5_000, Some("to-3")),
    (5_000, Some("to-4")),
    (20, Some("to-2")),
    (55, Some("to-4")),
    (200, None),
    (300, Some("to-3")),
    (7, None),
];

#[test]
fn time_in_stage_is_what_the_table_says() {
    block_on(async {
        let setup = Setup::new(numbered(4));
        setup.clock.set("2023-02-15T12:00:00Z");
        let (book, _) = setup.fresh().await;
        run(&book, create("c1")).await.unwrap();
        let mut moments = Vec::new();
        for (minutes, transition) in TABLE {
            setup.clock.advance(minutes * MINUTE);
            match transition {
                Some(transition) => drop(run(&book, go("c1", transition)).await.unwrap()),
                None => drop(run(&book, comment("c1", "no move")).await.unwrap()),
            }
            moments.push(setup.clock.now());
        }
        for compacted in [false, true] {
            if compacted {
                book.compact().await.unwrap();
            }
            let row = |stage: &str, contacts: u64, median: i64, p90: i64| json!({ "stage": stage, "contacts": contacts, "stale": 0, "medianMs": median * MINUTE / 10, "p90Ms": p90 * MINUTE });
            let flow = |from: &str, to: &str| json!({ "from": from, "to": to, "count": 1 });
            let expected = json!({
                "stages": [row("1", 0, 50, 5), row("2", 0, 25_775, 5_100), row("3", 1, 50_000, 5_000), row("4", 0, 2_600, 500)],
                "flows": [flow("1", "2"), flow("2", "3"), flow("2", "4"), flow("3", "4"), flow("4", "2"), flow("4", "3")],
                "conversion": { "won": 0, "lost": 0, "open": 1 },
                "backSteps": 2,
            });
            assert_eq!(all(&book).await, expected);

            // Each stay by itself: their sums are the table's.
            let mut seconds = [0; 4];
            for at in &moments {
                let told = told(&book, &between(at, at)).await;
                for (place, sum) in seconds.iter_mut().enumerate() {
                    *sum += told["stages"][place]["medianMs"].as_i64().unwrap_or_default() / 1_000;
                }
            }
            let table = [300, (100 + 5_000) * 60 + 55 * 60, 5_000 * 60, 20 * 60 + (200 + 300) * 60];
            assert_eq!(seconds, table);
        }
    });
}

/// What an independent count comes to: over the lines of the ledger, as JSON, with nothing of what a
/// row or a state keeps of a stay.
struct Count<'a> {
    definition: &'a Value,
    now: Instant,
    from: Option<Instant>,
    to: Option<Instant>,
}

impl Count<'_> {
    fn of(&self, lines: &[String]) -> Value {
        let (id, stages) = (&self.definition["id"], self.definition["stages"].as_array().unwrap());
        let place = |stage: &Value| stages.iter().position(|known| known["id"] == *stage);
        let order = |place: usize| stages[place]["order"].as_f64().unwrap_or(place as f64);
        let mut stays = vec![Vec::new(); stages.len()];
        let (mut contacts, mut stale) = (vec![0; stages.len()], vec![0; stages.len()]);
        let mut flows: Vec<((usize, usize, String, String), u64)> = Vec::new();
        let (mut won, mut lost, mut open, mut back) = (0, 0, 0, 0);
        for (state, rows) in replay(lines).into_values() {
            let mut here: Option<(Value, Value, i64)> = None;
            let gone = state.status == Status::Erased || state.profile.is_none();
            let body = |row: &Row| -> Value { serde_json::from_str(row.body.text()).unwrap() };
            let kinds = ["started", "transitioned", "reverted", "migrated"];
            let mut moves: Vec<(&Row, Value)> = rows
                .iter()
                .filter(|row| !gone && row.superseded_by.is_none())
                .filter(|row| kinds.iter().any(|kind| row.kind == format!("workflow.{kind}")))
                .map(|row| (row, body(row)))
                .collect();
            // What was taken back never was.
            while let Some(back) =
                moves.iter().position(|(_, body)| body["data"].get("reverts").is_some())
            {
                let (_, back) = moves.remove(back);
                moves.retain(|(row, _)| back["data"]["reverts"] != row.order.id().as_str());
            }
            for (row, body) in moves {
                let (workflow, to) = (&body["data"]["workflow"], &body["data"]["to"]["stage"]);
                let at = row.occurred.millis();
                let left = here.replace((workflow.clone(), to.clone(), at));
                let outside = self.from.is_some_and(|from| row.occurred < from)
                    || self.to.is_some_and(|to| row.occurred > to);
                let Some((from_workflow, from, since)) = left.filter(|_| !outside) else {
                    continue;
                };
                if from_workflow != *id {
                    continue;
                }
                let places = (place(&from), place(to));
                if let Some(place) = places.0 {
                    stays[place].push((at - since).max(0));
                }
                if workflow == id {
                    let text = |stage: &Value| stage.as_str().unwrap().to_owned();
                    let last = |place: Option<usize>| place.unwrap_or(usize::MAX);
                    let key = (last(places.0), last(places.1), text(&from), text(to));
                    match flows.iter_mut().find(|(known, _)| *known == key) {
                        Some((_, count)) => *count += 1,
                        None => flows.push((key, 1)),
                    }
                    if let (Some(from), Some(to)) = places {
                        back += u64::from(order(to) < order(from));
                    }
                }
            }
            let Some((_, stage, since)) = here.filter(|(workflow, ..)| workflow == id) else {
                continue;
            };
            let active = state.status == Status::Active;
            let known = place(&stage).map(|place| &stages[place]);
            match known.and_then(|stage| stage["category"].as_str()) {
                Some("won") => won += 1,
                Some("lost") => lost += 1,
                _ => open += u64::from(active),
            }
            if let (Some(place), true) = (place(&stage), active) {
                contacts[place] += 1;
                let days = stages[place]["staleAfterDays"].as_i64();
                let stayed = self.now.millis() - since;
                stale[place] += u64::from(days.is_some_and(|days| stayed > days * DAY));
            }
        }
        flows.sort();
        let flows = flows
            .into_iter()
            .map(|((_, _, from, to), count)| json!({ "from": from, "to": to, "count": count }));
        let rows = stages.iter().enumerate().map(|(place, stage)| {
            let stays = &mut stays[place];
            stays.sort_unstable();
            let covers = |stay: &&i64| {
                stays.iter().filter(|other| *other <= *stay).count() * 10 >= stays.len() * 9
            };
            json!({
                "stage": stage["id"],
                "contacts": contacts[place],
                "stale": stale[place],
                "medianMs": middle(stays),
                "p90Ms": stays.iter().find(covers),
            })
        });
        json!({
            "stages": rows.collect::<Vec<_>>(),
            "flows": flows.collect::<Vec<_>>(),
            "conversion": { "won": won, "lost": lost, "open": open },
            "backSteps": back,
        })
    }
}

fn middle(stays: &[i64]) -> Option<i64> {
    match stays.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(stays[odd / 2]),
        even => Some((stays[even / 2 - 1] + stays[even / 2]).div_euclid(2)),
    }
}

async fn counted(
    setup: &Setup,
    store: &MemoryStore,
    from: Option<Instant>,
    to: Option<Instant>,
) -> Value {
    let count = Count { definition: &setup.definition, now: setup.clock.now(), from, to };
    count.of(&ledger(store).await)
}

async fn assert_counts<S: Store>(book: &Engine<S>, setup: &Setup, store: &MemoryStore) {
    assert_eq!(all(book).await, counted(setup, store, None, None).await);
}

/// Takes a step of a random life; what it is refused is of no interest here.
async fn live(book: &Engine<MemoryStore>, setup: &Setup, step: Step) {
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

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn the_numbers_are_those_of_an_independent_count(
        steps in steps(60),
        archived in 0..CONTACTS + 1,
        stay in 0..3 * DAY,
        ends in (any::<prop::sample::Index>(), any::<prop::sample::Index>(), -1..=1_i64, -1..=1_i64),
    ) {
        block_on(async {
            let days = [("new", 1), ("talk", 0), ("parked", 2), ("lost", 1)];
            let setup = Setup::new(stale_after(sales(), &days));
            let (mut book, store) = setup.fresh().await;
            for step in steps {
                if let Step::Reopen = step {
                    book.close().await;
                    book = setup.open(store.clone()).await.unwrap();
                } else {
                    live(&book, &setup, step).await;
                }
            }
            if archived < CONTACTS {
                let _ = run(&book, Command::Archive { contact: id(archived), reason: None }).await;
            }
            setup.clock.advance(stay);
            let mut times: Vec<Instant> = vec![setup.clock.now()];
            for contact in 0..CONTACTS {
                times.extend(history(&book, &id(contact), 500).await.iter().map(|row| row.occurred));
            }
            let end = |index: prop::sample::Index, off: i64| Instant::from_millis(index.get(&times).millis() + off);
            let (from, to) = (end(ends.0, ends.2), end(ends.1, ends.3));
            let ranges = [(None, None), (Some(from), None), (None, Some(to)), (Some(from), Some(to))];
            for round in 0..3 {
                match round {
                    0 => {}
                    1 => book.compact().await.unwrap(),
                    _ => {
                        book.close().await;
                        book = setup.open(store.clone()).await.unwrap();
                    }
                }
                for (from, to) in ranges {
                    let text = |end: Option<Instant>| end.map(|end| end.to_string());
                    let query = InsightsQuery { definition: None, from: text(from), to: text(to) };
                    let expected = counted(&setup, &store, from, to).await;
                    assert_eq!(told(&book, &query).await, expected, "{round}, {from:?} to {to:?}");
                }
            }
        });
    }

}

proptest! {
    #![proptest_config(cases(8))]

    #[test]
    fn other_writers_disturb_no_number(seed in any::<u64>()) {
        block_on(async {
            let (setup, store) = crowd(250).await;
            let tab = setup.open(YieldingStore::new(store.clone(), seed)).await.unwrap();
            let other = setup.open(YieldingStore::new(store.clone(), seed ^ 1)).await.unwrap();
            let before = counted(&setup, &store, None, None).await;
            let work = async {
                for n in 0..6 {
                    let _ = run(&other, go(&format!("c{n}"), "to-3")).await.unwrap();
                    if n % 2 == 1 {
                        other.compact().await.unwrap();
                        run(&other, erase(&format!("c{}", 100 + n))).await.unwrap();
                    }
                }
            };
            let ((), during) = join!(work, all(&tab));
            let total = |told: &Value| told["conversion"]["open"].as_u64().unwrap();
            prop_assert!((247..=250).contains(&total(&during)), "{during}");
            tab.refresh().await.unwrap();
            let after = counted(&setup, &store, None, None).await;
            prop_assert_eq!(total(&before) - 3, total(&after));
            prop_assert_eq!(all(&tab).await, after.clone());
            prop_assert_eq!(all(&other).await, after);
            Ok(())
        })?;
    }
}

/// A book of many contacts in the tables, more than are read in one go, at stages 1 and 2.
async fn crowd(contacts: usize) -> (Setup, MemoryStore) {
    let setup = Setup::new(numbered(3));
    let (book, store) = setup.fresh().await;
    let mut rows = Vec::new();
    for n in 0..contacts {
        let at = |hour: usize| format!("2026-02-{:02}T{:02}:00:00Z", 1 + n % 28, hour);
        let id = format!("c{n}");
        rows.push(imported(&id, &at(0), None));
        rows.push(imported(&id, &at(0), Some("1")));
        if n % 3 > 0 {
            rows.push(imported(&id, &at(1 + n % 20), Some("2")));
        }
    }
    import(&book, rows).await;
    book.close().await;
    (setup, store)
}

#[test]
fn a_contact_in_a_table_and_in_the_tail_counts_once() {
    block_on(async {
        let (setup, store) = crowd(450).await;
        let book = setup.open(store.clone()).await.unwrap();
        assert_counts(&book, &setup, &store).await;
        for n in (0..450).step_by(7) {
            setup.clock.advance(MINUTE);
            run(&book, go(&format!("c{n}"), "to-3")).await.unwrap();
        }
        for n in 0..5 {
            run(&book, create(&format!("new{n}"))).await.unwrap();
            setup.clock.advance(MINUTE);
            run(&book, go(&format!("new{n}"), "to-2")).await.unwrap();
        }
        let told = all(&book).await;
        assert_eq!(told["conversion"]["open"], 455);
        assert_eq!(told, counted(&setup, &store, None, None).await);
        let asleep = setup.open(store.clone()).await.unwrap();
        assert_eq!(all(&asleep).await, told, "another tab reads the same tail");
        book.compact().await.unwrap();
        assert_eq!(all(&book).await, told);
        assert_eq!(all(&asleep).await, told, "who has not heard of the compaction reads on");
    });
}

#[test]
fn what_is_told_is_the_book_as_it_was_when_it_was_asked() {
    block_on(async {
        let (setup, store) = crowd(250).await;
        let gate = Gate::default();
        let book = setup.open(GatedStore::new(store.clone(), gate.clone())).await.unwrap();
        let before = all(&book).await;
        gate.hold(Answer::Range(Table::Contacts));
        let mut telling = Box::pin(all(&book));
        assert!(futures::poll!(&mut telling).is_pending());
        run(&book, go("c1", "to-3")).await.unwrap();
        run(&book, create("late")).await.unwrap();
        gate.release();
        assert_eq!(telling.await, before, "what came into the tail meanwhile is not half there");
        assert_counts(&book, &setup, &store).await;

        // A compaction shows in what is read after it: all begins again.
        gate.hold(Answer::Range(Table::Contacts));
        let mut telling = Box::pin(all(&book));
        assert!(futures::poll!(&mut telling).is_pending());
        for n in 2..30 {
            run(&book, go(&format!("c{n}"), "to-3")).await.unwrap();
        }
        book.compact().await.unwrap();
        gate.release();
        let after = counted(&setup, &store, None, None).await;
        assert_eq!(telling.await, after);
        assert_eq!(all(&book).await, after);
    });
}

/// A contact whose rows fill several chunks, and that moves on the way.
async fn long_life(book: &Engine<MemoryStore>, contact: &str) {
    let mut rows = vec![imported(contact, "2020-01-01T00:00:00Z", None)];
    for n in 0..400 {
        let at = Instant::from_millis(instant("2020-01-01T00:00:00Z").millis() + n * n * MINUTE);
        let at = at.to_string();
        if n % 20 == 0 {
            let stage = if n % 40 == 0 { "1" } else { "2" };
            rows.push(imported(contact, &at, Some(stage)));
        }
        rows.push(json!({
            "contact": contact, "at": at, "by": "u7", "byName": "Ugo", "kind": "comment",
            "text": format!("\"since\": {} \\\"since\\\":{n}", "x".repeat(300)),
        }));
    }
    import(book, rows).await;
}

#[test]
fn older_rows_count_too_and_dates_may_fall_between_chunks() {
    block_on(async {
        let setup = Setup::new(numbered(3));
        let (book, store) = setup.fresh().await;
        long_life(&book, "long").await;
        run(&book, create("short")).await.unwrap();
        let chunks = book.contact(&"long".into()).await.unwrap().chunks.clone();
        assert!(chunks.len() > 2, "{chunks:?}");
        run(&book, go("long", "to-3")).await.unwrap();
        let whole = all(&book).await;
        assert_eq!(whole["flows"][0], json!({ "from": "1", "to": "2", "count": 10 }));
        assert_eq!((&whole["backSteps"], &stage(&whole, "3")["contacts"]), (&json!(9), &json!(1)));
        assert_counts(&book, &setup, &store).await;
        let mut edges = vec![setup.clock.now()];
        for chunk in &chunks {
            let middle = (chunk.from.millis() + chunk.to.millis()) / 2;
            edges.extend([chunk.from, Instant::from_millis(middle), chunk.to]);
        }
        for from in &edges {
            for to in &edges {
                let expected = counted(&setup, &store, Some(*from), Some(*to)).await;
                assert_eq!(told(&book, &between(from, to)).await, expected, "{from} to {to}");
            }
        }
        run(&book, erase("long")).await.unwrap();
        let left = all(&book).await;
        assert_eq!((&left["flows"], &left["conversion"]["open"]), (&json!([]), &json!(1)));
        assert_counts(&book, &setup, &store).await;
    });
}

#[test]
fn both_ends_of_a_range_are_inside_and_days_are_the_books() {
    block_on(async {
        let setup = Setup::new(numbered(2));
        // In Rome the day of the move is the tenth, in UTC still the ninth.
        setup.clock.set("2026-03-08T12:00:00Z");
        let (book, _) = setup.fresh().await;
        run(&book, create("c1")).await.unwrap();
        setup.clock.set("2026-03-09T23:00:00Z");
        run(&book, go("c1", "to-2")).await.unwrap();
        setup.clock.set("2026-03-20T00:00:00Z");
        let moved = ["2026-03-09T23:00:00.000Z", "2026-03-10", "2026-03-10T00:00:00+01:00"];
        let before = ["2026-03-09T22:59:59.999Z", "2026-03-09", "2025-01-01"];
        let after = ["2026-03-09T23:00:00.001Z", "2026-03-11", "2027-01-01"];
        for (from, to, inside) in [
            (moved, moved, true),
            (before, moved, true),
            (moved, after, true),
            (before, after, true),
            (before, before, false),
            (after, after, false),
            (after, before, false),
        ] {
            for from in from {
                for to in to {
                    let told = told(&book, &between(from, to)).await;
                    let found = stage(&told, "1")["medianMs"].is_i64();
                    assert_eq!(found, inside, "{from} to {to}");
                    assert_eq!(told["flows"].as_array().unwrap().len(), usize::from(inside));
                    assert_eq!(stage(&told, "2")["contacts"], 1, "the present has no dates");
                    assert_eq!(told["conversion"]["open"], 1);
                }
            }
        }
    });
}

#[test]
fn a_bad_date_and_an_unknown_workflow_are_refused() {
    block_on(async {
        let (book, _) = Setup::sales().fresh().await;
        let refused = book.insights(&between("soon", "2026-01-01")).await;
        assert!(
            matches!(fault(&refused), Some(Fault::Invalid(issues)) if issues[0].path == "from")
        );
        let refused = book.insights(&between("2026-01-01", "2026-02-30")).await;
        assert!(matches!(fault(&refused), Some(Fault::Invalid(issues)) if issues[0].path == "to"));
        let named =
            |id: &str| InsightsQuery { definition: Some(id.to_owned()), ..Default::default() };
        assert!(matches!(fault(&book.insights(&named("none")).await), Some(Fault::NotFound(_))));
        let empty = told(&book, &named("sales")).await;
        assert_eq!(empty["stages"].as_array().unwrap().len(), 6);
        assert_eq!(
            empty["stages"][0],
            json!({ "stage": "new", "contacts": 0, "stale": 0, "medianMs": null, "p90Ms": null })
        );
        book.close().await;
        assert!(matches!(fault(&book.insights(&named("sales")).await), Some(Fault::Closed)));
    });
}

#[test]
fn a_contact_is_stale_after_its_stages_days_and_not_before() {
    block_on(async {
        let setup = Setup::new(stale_after(sales(), &[("new", 3)]));
        let (book, _) = setup.fresh().await;
        run(&book, create("c1")).await.unwrap();
        run(&book, create("c2")).await.unwrap();
        run(&book, go("c2", "park")).await.unwrap();
        setup.clock.advance(3 * DAY);
        assert_eq!(stage(&all(&book).await, "new")["stale"], 0);
        setup.clock.advance(1);
        let told = all(&book).await;
        assert_eq!(
            stage(&told, "new"),
            &json!({ "stage": "new", "contacts": 1, "stale": 1, "medianMs": 0, "p90Ms": 0 })
        );
        assert_eq!(stage(&told, "parked")["stale"], 0, "no days, no stale contacts");
        run(&book, go("c1", "park")).await.unwrap();
        assert_eq!(stage(&all(&book).await, "new")["stale"], 0);
    });
}

#[test]
fn an_archived_contact_counts_where_it_ended_and_nowhere_now() {
    block_on(async {
        let setup = Setup::new(stale_after(sales(), &[("new", 0), ("lost", 0)]));
        let (book, store) = setup.fresh().await;
        for id in ["open", "lost"] {
            run(&book, create(id)).await.unwrap();
        }
        run(&book, go("lost", "lose")).await.unwrap();
        setup.clock.advance(DAY);
        let before = all(&book).await;
        assert_eq!(before["conversion"], json!({ "won": 0, "lost": 1, "open": 1 }));
        assert_eq!(
            (&stage(&before, "new")["stale"], &stage(&before, "lost")["stale"]),
            (&json!(1), &json!(1))
        );
        for id in ["open", "lost"] {
            let contact = ContactId::new(id);
            run(&book, Command::Archive { contact, reason: None }).await.unwrap();
        }
        for compacted in [false, true] {
            if compacted {
                book.compact().await.unwrap();
            }
            let told = all(&book).await;
            assert_eq!(told["conversion"], json!({ "won": 0, "lost": 1, "open": 0 }));
            for id in ["new", "lost"] {
                assert_eq!(
                    (&stage(&told, id)["contacts"], &stage(&told, id)["stale"]),
                    (&json!(0), &json!(0))
                );
            }
            assert_eq!(told["flows"], before["flows"], "what happened stays");
            assert_counts(&book, &setup, &store).await;
        }
        for id in ["open", "lost"] {
            run(&book, Command::Restore { contact: ContactId::new(id) }).await.unwrap();
        }
        assert_eq!(all(&book).await, before);
    });
}

#[test]
fn nothing_of_an_erased_contact_counts() {
    block_on(async {
        let setup = Setup::sales();
        let (book, store) = setup.fresh().await;
        for id in ["kept", "gone"] {
            run(&book, create(id)).await.unwrap();
            setup.clock.advance(MINUTE);
            run(&book, go(id, "park")).await.unwrap();
        }
        run(&book, erase("gone")).await.unwrap();
        for reopened in [false, true] {
            let told = match reopened {
                false => all(&book).await,
                true => all(&setup.open(store.clone()).await.unwrap()).await,
            };
            assert_eq!(told["flows"], json!([{ "from": "new", "to": "parked", "count": 1 }]));
            assert_eq!(told["conversion"]["open"], 1);
            assert_eq!(told, counted(&setup, &store, None, None).await);
        }
    });
}

#[test]
fn a_stage_that_the_definition_lost_keeps_its_flows_and_its_contacts_are_open() {
    block_on(async {
        let mut setup = Setup::sales();
        let (book, store) = setup.fresh().await;
        run(&book, create("c1")).await.unwrap();
        run(&book, create("c2")).await.unwrap();
        setup.clock.advance(MINUTE);
        run(&book, go("c1", "park")).await.unwrap();
        run(&book, go("c2", "park")).await.unwrap();
        setup.clock.advance(MINUTE);
        run(&book, go("c2", "lose")).await.unwrap();
        book.close().await;
        setup.definition["version"] = json!(2);
        let keep = |list: &mut Value, kept: &dyn Fn(&Value) -> bool| {
            list.as_array_mut().unwrap().retain(kept);
        };
        keep(&mut setup.definition["stages"], &|stage| stage["id"] != "parked");
        keep(&mut setup.definition["transitions"], &|one| {
            one["id"] != "park" && one["id"] != "resume"
        });
        let book = setup.open(store.clone()).await.unwrap();
        let told = all(&book).await;
        let flow = |from: &str, to: &str| json!({ "from": from, "to": to, "count": if to == "lost" { 1 } else { 2 } });
        assert_eq!(told["flows"], json!([flow("new", "parked"), flow("parked", "lost")]));
        assert_eq!(told["conversion"], json!({ "won": 0, "lost": 1, "open": 1 }));
        let ids: Vec<&Value> =
            told["stages"].as_array().unwrap().iter().map(|one| &one["stage"]).collect();
        assert_eq!(ids, ["new", "talk", "gone", "won", "lost"]);
        assert_eq!(stage(&told, "new")["medianMs"], MINUTE);
        assert_counts(&book, &setup, &store).await;

        let definition = "sales".to_owned();
        let migrate = Command::Migrate { contact: "c1".into(), definition, to: "talk".into() };
        run(&book, migrate).await.unwrap();
        let told = all(&book).await;
        let migrated = json!({ "from": "parked", "to": "talk", "count": 1 });
        assert!(told["flows"].as_array().unwrap().contains(&migrated), "{told}");
        assert_eq!((&stage(&told, "talk")["contacts"], &told["backSteps"]), (&json!(1), &json!(0)));
        assert_counts(&book, &setup, &store).await;
    });
}

#[test]
fn a_move_that_was_taken_back_never_was() {
    block_on(async {
        let setup = Setup::new(numbered(3));
        let (book, store) = setup.fresh().await;
        let back = || Command::Revert { contact: "c1".into(), note: None };
        run(&book, create("c1")).await.unwrap();
        setup.clock.advance(MINUTE);
        run(&book, go("c1", "to-3")).await.unwrap();
        let (moved, before) = (setup.clock.now(), all(&book).await);
        book.compact().await.unwrap();
        setup.clock.advance(MINUTE);
        run(&book, back()).await.unwrap();
        for compacted in [false, true] {
            if compacted {
                book.compact().await.unwrap();
            }
            for query in [InsightsQuery::default(), between(moved, moved)] {
                let told = told(&book, &query).await;
                assert_eq!((&told["flows"], &told["backSteps"]), (&json!([]), &json!(0)));
                assert_eq!(stage(&told, "1")["medianMs"], Value::Null);
                assert_eq!(stage(&told, "1")["contacts"], 1);
            }
            assert_counts(&book, &setup, &store).await;
        }
        setup.clock.advance(MINUTE);
        run(&book, go("c1", "to-3")).await.unwrap();
        let told = all(&book).await;
        assert_eq!(told["flows"], before["flows"]);
        assert_eq!(
            stage(&told, "1")["medianMs"],
            3 * MINUTE,
            "one stay, from the first arrival on"
        );
        run(&book, go("c1", "to-1")).await.unwrap();
        assert_eq!(all(&book).await["backSteps"], 1, "going back is no taking back");
        assert_counts(&book, &setup, &store).await;
    });
}

#[test]
fn a_restart_under_another_workflow_ends_a_stay_and_is_no_flow() {
    block_on(async {
        let first = Setup::sales();
        let (book, store) = first.fresh().await;
        run(&book, create("c1")).await.unwrap();
        book.close().await;
        let second = Setup { definition: numbered(2), ..first.clone() };
        let book = second.open(store.clone()).await.unwrap();
        assert_eq!(all(&book).await["conversion"]["open"], 0, "it is not in this workflow");
        second.clock.advance(MINUTE);
        let definition = "numbered".to_owned();
        run(&book, Command::Start { contact: "c1".into(), definition }).await.unwrap();
        let told = all(&book).await;
        assert_eq!((&stage(&told, "1")["contacts"], &told["flows"]), (&json!(1), &json!([])));
        assert_counts(&book, &second, &store).await;
        book.close().await;
        let book = first.open(store.clone()).await.unwrap();
        let told = all(&book).await;
        assert_eq!(
            (&stage(&told, "new")["medianMs"], &told["flows"]),
            (&json!(MINUTE), &json!([]))
        );
        assert_eq!(told["conversion"]["open"], 0);
        assert_counts(&book, &first, &store).await;
    });
}

/// The entry `n`, so many minutes after the first.
fn entry(n: u64, event: Event) -> Entry {
    let at = Instant::from_millis(n as i64 * MINUTE);
    let hlc = Hlc { millis: n * 60_000, counter: 0 };
    let by = By { id: "u".into(), name: "U".to_owned(), kind: ByKind::User };
    let fact = Fact { by, occurred_at: None, source: None, definition: None, event };
    Entry { order: Order { hlc, replica: ReplicaId::new("r"), seq: Seq(n) }, at, fact }
}

fn moved(from: &str, to: &str) -> Event {
    let stage = |id: &str| StageRef { label: id.into(), stage: id.into() };
    Event::WorkflowTransitioned(WorkflowTransitioned {
        answers: Default::default(),
        automatic: false,
        from: stage(from),
        note: None,
        reason: None,
        reason_label: None,
        to: stage(to),
        transition: None,
        version: 1,
        workflow: "numbered".into(),
    })
}

#[test]
fn a_superseded_move_counts_nowhere() {
    let started = Event::WorkflowStarted(WorkflowStarted {
        from: None,
        reason: None,
        to: StageRef { label: "1".into(), stage: "1".into() },
        version: 1,
        workflow: "numbered".into(),
    });
    let created = ContactCreated { name: "Anna".to_owned(), ..ContactCreated::default() };
    let events = [
        Event::ContactCreated(created),
        started,
        moved("1", "2"),
        moved("1", "3"),
        moved("2", "3"),
    ];
    let definitions = Definitions::parse(vec![tree(&numbered(3))], definition_hash).unwrap();
    let definition: &Definition = definitions.iter().next().unwrap();
    let mut survey = Survey::new(definition, Instant::from_millis(9 * MINUTE), (None, None));
    let id = ContactId::new("c");
    let mut contact =
        Contact::unknown(ContactName::parse("abcdefghijklmnopqrstuv").unwrap(), id.clone());
    for (n, event) in events.into_iter().enumerate() {
        let entry = entry(n as u64, event);
        let body = RowBody::new(&stagebook::json::text(&entry.fact.body(&id)));
        survey.row(&Row::fold(&mut contact, &entry, body)).unwrap();
    }
    survey.contact(&contact);
    let told: Value = serde_json::from_str(&view::insights(&survey.finish())).unwrap();
    let flow = |from: &str, to: &str| json!({ "from": from, "to": to, "count": 1 });
    assert_eq!(told["flows"], json!([flow("1", "2"), flow("2", "3")]));
    assert_eq!(stage(&told, "1")["medianMs"], MINUTE);
    assert_eq!(stage(&told, "2")["medianMs"], 2 * MINUTE, "the superseded move did not end it");
    assert_eq!(stage(&told, "3")["contacts"], 1);
}
