//! What holds of the workflow's rules under any definition: what options say is what moves do, the
//! way is the shortest, what fires by itself ends, what is taken back is as it was.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use futures::executor::block_on;
use proptest::prelude::*;
use serde_json::Value;
use stagebook::command::{Actor, Command, CommandOptions, TransitionInput, TransitionRequest};
use stagebook::decide::{self, Context, Decision};
use stagebook::definition::Definitions;
use stagebook::engine::{Engine, Plan, Step, simulate};
use stagebook::error::{Blocker, BlockerCode, Error, Fault};
use stagebook::event::{ByKind, Entry, Event, Fact, Hlc, Order, WorkflowTransitioned};
use stagebook::ids::{ContactId, ContactName, ReplicaId, Seq, StageId, TypeId};
use stagebook::ledger::definition_hash;
use stagebook::project::Contact;
use stagebook::store::{MemoryStore, Store};
use stagebook::time::{Instant, Utc};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use support::database::{assert_replays, assert_sound};
use support::workflows::{Act, act, contact, create, input, read, resolve, workflow};
use support::{Setup, actor, cases, fault, run, tree};

/// A contact that lives by the rules and the fold alone.
struct Play {
    definitions: Definitions,
    contact: Contact,
    replica: ReplicaId,
    now: Instant,
    ids: Cell<u32>,
    /// What happened when the contact was made.
    born: Vec<Fact>,
}

fn boss() -> Actor {
    actor("boss", &["boss"])
}

impl Play {
    fn begin(definition: &Value) -> Self {
        let definitions = Definitions::parse(vec![tree(definition)], definition_hash);
        let name = ContactName::parse("abcdefghijklmnopqrstuv").unwrap();
        let mut play = Self {
            definitions: definitions.unwrap_or_else(|issues| panic!("{issues:?}: {definition}")),
            contact: Contact::unknown(name, contact()),
            replica: ReplicaId::new("r"),
            now: support::instant("2026-03-09T14:05:00Z"),
            ids: Cell::new(0),
            born: Vec::new(),
        };
        play.born = play.run(&boss(), &create()).unwrap().facts;
        play
    }

    fn ask<T>(&self, actor: &Actor, about: impl FnOnce(&Context<'_>) -> T) -> T {
        let new_id = || {
            self.ids.set(self.ids.get() + 1);
            self.ids.get().to_string()
        };
        about(&Context {
            now: self.now,
            zone: &Utc,
            actor,
            users: None,
            definitions: &self.definitions,
            replica: &self.replica,
            next_seq: Seq(self.contact.entries),
            new_id: &new_id,
            derive: &str::to_owned,
        })
    }

    fn decide(&self, actor: &Actor, command: &Command) -> Result<Decision, Error> {
        let options = CommandOptions::default();
        self.ask(actor, |context| decide::decide(&self.contact, command, &options, context))
    }

    fn resolved(&self, command: &Command) -> Command {
        resolve(command.clone(), &self.contact, &self.definitions)
    }

    /// Decides and folds, an hour after what was done before.
    fn run(&mut self, actor: &Actor, command: &Command) -> Result<Decision, Error> {
        self.now = Instant::from_millis(self.now.millis() + 3_600_000);
        let decision = self.decide(actor, command)?;
        for fact in decision.facts.clone() {
            let seq = Seq(self.contact.entries);
            let order = Order { hlc: Hlc::default(), replica: self.replica.clone(), seq };
            self.contact.apply(&Entry { order, at: self.now, fact });
        }
        Ok(decision)
    }

    fn live(definition: &Value, acts: &[Act]) -> Self {
        let mut play = Self::begin(definition);
        for (actor, command) in acts {
            let _ = play.run(actor, &play.resolved(command));
        }
        play
    }

    fn stage(&self) -> StageId {
        self.contact.workflow.as_ref().unwrap().stage.clone()
    }

    /// Stage, when it was entered, which visit it is, and how often each type counts.
    fn position(&self) -> (StageId, Instant, u32, Vec<(u32, u32, u32)>) {
        let here = self.contact.workflow.as_ref().unwrap();
        let counts = ["k0", "k1", "k2"].map(|kind| self.contact.logged(&TypeId::new(kind)));
        (here.stage.clone(), here.entered, here.visit, counts.to_vec())
    }
}

fn go(transition: &str, input: &TransitionInput) -> Command {
    let TransitionInput { reason, note, answers } = input.clone();
    let transition = Some(transition.to_owned());
    let request = TransitionRequest { transition, to: None, reason, note, answers };
    Command::Transition { contact: contact(), request }
}

fn moved(facts: &[Fact]) -> Vec<(ByKind, &WorkflowTransitioned)> {
    let moved = |fact: &'_ Fact| match &fact.event {
        Event::WorkflowTransitioned(_) => Some(fact.by.kind),
        _ => None,
    };
    let kinds = facts.iter().filter_map(moved);
    let data = facts.iter().filter_map(|fact| match &fact.event {
        Event::WorkflowTransitioned(data) => Some(data),
        _ => None,
    });
    kinds.zip(data).collect()
}

fn refused(result: Result<Decision, Error>) -> Vec<Blocker> {
    let Err(error) = result else { return Vec::new() };
    match *error {
        Fault::Refused { blockers, issues } => {
            assert!(issues.is_empty() && !blockers.is_empty());
            blockers
        }
        fault => panic!("{fault:?}"),
    }
}

/// What a save's automatic moves must be: each one in use, from where the last led, into no stage
/// that the save was in, until none is open.
fn assert_cascade(play: &Play, before: &StageId, actor: &Actor, command: &Command, facts: &[Fact]) {
    let definition = play.definitions.iter().next().unwrap();
    let (mut here, mut been) = (before.clone(), BTreeSet::from([before.clone()]));
    for (place, (by, data)) in moved(facts).into_iter().enumerate() {
        let transition = definition.transition(data.transition.as_ref().unwrap()).unwrap();
        assert_eq!((&data.from.stage, &data.to.stage), (&here, &transition.to));
        assert!(transition.leaves(&here) && !transition.disabled);
        assert_eq!(data.automatic, by == ByKind::Rule);
        if data.automatic {
            assert!(transition.automatic && !been.contains(&transition.to), "{facts:?}");
        } else {
            assert!(place == 0 && !matches!(command, Command::Create { .. }), "comes first");
        }
        here = transition.to.clone();
        been.insert(here.clone());
    }
    let saves = matches!(
        command,
        Command::Create { .. } | Command::Save { .. } | Command::Transition { .. }
    );
    assert!(saves || !moved(facts).iter().any(|(_, data)| data.automatic));
    if let Event::WorkflowReverted(data) = &facts[facts.len() - 1].event {
        here = data.to.stage.clone();
    }
    assert_eq!(here, play.stage());
    if saves {
        let left = play.ask(actor, |context| {
            let moves = decide::moves(&play.contact, &TransitionInput::default(), context);
            let open = moves.into_iter().filter(|one| one.transition.automatic);
            let open = open.filter(|one| one.blockers.is_empty());
            open.map(|one| one.transition.to.clone()).collect::<BTreeSet<_>>()
        });
        assert!(left.is_subset(&been), "{left:?} are open after {facts:?}");
    }
}

/// By stage how many moves it is away from `from`, in the plainest way.
fn distances(definition: &Value, from: &str) -> BTreeMap<String, usize> {
    let disabled = |stage: &str| {
        let stages = definition["stages"].as_array().unwrap();
        stages.iter().any(|one| one["id"] == *stage && one["disabled"] == true)
    };
    let leaves = |one: &Value, stage: &str| match &one["from"] {
        Value::String(_) => one["to"] != *stage,
        list => list.as_array().unwrap().iter().any(|from| from == stage),
    };
    let mut found = BTreeMap::from([(from.to_owned(), 0)]);
    for round in 1..10 {
        for stage in found.clone().into_keys() {
            for one in definition["transitions"].as_array().unwrap() {
                let to = one["to"].as_str().unwrap();
                if one["disabled"] != true && leaves(one, &stage) && !disabled(to) {
                    found.entry(to.to_owned()).or_insert(round);
                }
            }
        }
    }
    found
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn what_fires_by_itself_ends_and_enters_no_stage_twice(
        definition in workflow(),
        acts in prop::collection::vec(act(), 1..25),
    ) {
        let mut play = Play::begin(&definition);
        assert_cascade(&play, &StageId::new("s0"), &boss(), &create(), &play.born);
        for (actor, command) in acts {
            let (before, state) = (play.stage(), play.contact.clone());
            let command = play.resolved(&command);
            match play.run(&actor, &command) {
                Ok(decision) if decision.facts.is_empty() => prop_assert_eq!(&play.contact, &state),
                Ok(decision) => assert_cascade(&play, &before, &actor, &command, &decision.facts),
                Err(_) => prop_assert_eq!(&play.contact, &state),
            }
        }
    }

    #[test]
    fn an_option_is_allowed_exactly_if_the_move_succeeds_and_else_says_why_it_does_not(
        definition in workflow(),
        acts in prop::collection::vec(act(), 0..12),
        given in input(),
        is_boss in any::<bool>(),
    ) {
        let play = Play::live(&definition, &acts);
        let actor = if is_boss { boss() } else { actor("guest", &[]) };
        let input: TransitionInput = read(&given);
        let options: Vec<(String, String, Vec<Blocker>)> = play.ask(&actor, |context| {
            let moves = decide::moves(&play.contact, &input, context);
            let told = moves.into_iter().map(|one| {
                (one.transition.id.to_string(), one.transition.to.to_string(), one.blockers)
            });
            told.collect()
        });
        for one in definition["transitions"].as_array().unwrap() {
            let id = one["id"].as_str().unwrap();
            let found = refused(play.decide(&actor, &go(id, &input)));
            match options.iter().find(|(option, ..)| option == id) {
                Some((_, _, blockers)) => prop_assert_eq!(&found, blockers),
                None => {
                    prop_assert_eq!(found.len(), 1);
                    let alone = [BlockerCode::WrongStage, BlockerCode::Archived];
                    prop_assert!(alone.contains(&found[0].code));
                }
            }
        }
        for stage in definition["stages"].as_array().unwrap() {
            let to = stage["id"].as_str().unwrap();
            let TransitionInput { reason, note, answers } = input.clone();
            let request = TransitionRequest { transition: None, to: Some(to.to_owned()), reason, note, answers };
            let command = Command::Transition { contact: contact(), request };
            let found = refused(play.decide(&actor, &command));
            match options.iter().find(|(_, end, _)| end == to) {
                Some((_, _, blockers)) => prop_assert_eq!(&found, blockers),
                None => prop_assert_eq!(found.len(), 1),
            }
        }
    }

    #[test]
    fn the_way_is_as_short_as_can_be_and_each_step_of_it_leads_to_the_next(
        definition in workflow(),
        acts in prop::collection::vec(act(), 0..12),
    ) {
        let play = Play::live(&definition, &acts);
        let compiled = play.definitions.iter().next().unwrap();
        let far = distances(&definition, play.stage().as_str());
        for stage in compiled.stages() {
            let way = play.ask(&boss(), |context| decide::path(&play.contact, &stage.id, context));
            let way = way.unwrap();
            prop_assert_eq!(way.as_ref().map(Vec::len), far.get(stage.id.as_str()).copied());
            let mut here = play.stage();
            for (place, step) in way.iter().flatten().enumerate() {
                let transition = compiled.transition(&step.transition).unwrap();
                prop_assert!(transition.leaves(&here) && !transition.disabled);
                prop_assert!(transition.to == step.to && !compiled.stage(&step.to).unwrap().disabled);
                if place == 0 {
                    let found = refused(play.decide(&boss(), &go(step.transition.as_str(), &TransitionInput::default())));
                    prop_assert_eq!(&found, &step.blockers, "as the move itself says");
                }
                here = step.to.clone();
            }
            prop_assert!(way.is_none() || here == stage.id);
        }
    }

    #[test]
    fn what_is_taken_back_is_as_it_was(
        definition in workflow(),
        acts in prop::collection::vec(act(), 0..16),
        given in input(),
    ) {
        let input: TransitionInput = read(&given);
        let lived = Play::live(&definition, &acts);
        let ids = definition["transitions"].as_array().unwrap().iter();
        for id in ids.map(|one| one["id"].as_str().unwrap()) {
            let mut play = Play::live(&definition, &acts);
            let Ok(decision) = play.run(&boss(), &go(id, &input)) else { continue };
            let alone = moved(&decision.facts).len() == 1;
            let last = play.contact.workflow.as_ref().unwrap().entry.clone();
            let decision = play.run(&boss(), &Command::Revert { contact: contact(), note: None }).unwrap();
            let Event::WorkflowReverted(data) = &decision.facts[0].event else { panic!() };
            prop_assert_eq!(&data.reverts, &last);
            if alone {
                prop_assert_eq!(play.position(), lived.position());
                let again = play.decide(&boss(), &go(id, &input));
                prop_assert!(again.is_ok(), "what was open is open again: {:?}", again);
            }
            let twice = play.decide(&boss(), &Command::Revert { contact: contact(), note: None });
            prop_assert!(matches!(fault(&twice), Some(Fault::Conflict(_))));
        }
    }
}

/// A book under a definition, with one contact in it.
async fn book(
    definition: &Value,
    record_refusals: bool,
) -> (Setup, Engine<MemoryStore>, MemoryStore) {
    let setup = Setup { record_refusals, ..Setup::new(definition.clone()) };
    let (book, store) = setup.fresh().await;
    book.run(&boss(), create(), CommandOptions::default()).await.unwrap();
    (setup, book, store)
}

async fn refusals<S: Store>(book: &Engine<S>, id: &ContactId) -> usize {
    let query = read(&serde_json::json!({ "kinds": ["workflow.refused"], "limit": 500 }));
    book.history(id, &query).await.unwrap().1.items.len()
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn a_book_shows_what_its_entries_make_whatever_fires_is_reverted_or_refused(
        definition in workflow(),
        acts in prop::collection::vec(act(), 1..30),
        record in any::<bool>(),
        reopened in any::<prop::sample::Index>(),
    ) {
        block_on(async {
            let (setup, mut live, store) = book(&definition, record).await;
            let mut play = Play::begin(&definition);
            let mut told = 0;
            let reopened = reopened.index(acts.len());
            for (place, (actor, command)) in acts.iter().enumerate() {
                setup.clock.advance(61_000);
                let before = live.contact(&contact()).await.unwrap().state.clone();
                let command = play.resolved(command);
                let answer = live.run(actor, command.clone(), CommandOptions::default()).await;
                let alone = play.run(actor, &command);
                assert_eq!(answer.as_ref().err(), alone.as_ref().err(), "as without a book");
                let after = live.contact(&contact()).await.unwrap().state.clone();
                if answer.is_err() {
                    let logged = after.entries - before.entries;
                    told += logged as usize;
                    assert_eq!(after, Contact { entries: after.entries, ..before }, "but for a note of it");
                    let asked = match &command {
                        Command::Transition { .. } => true,
                        Command::Save { changes, .. } => changes.transition.is_some(),
                        _ => false,
                    };
                    let refused = matches!(fault(&answer), Some(Fault::Refused { .. }));
                    assert_eq!(logged, u64::from(record && refused && asked));
                }
                if place == reopened {
                    live.compact().await.unwrap();
                    live.close().await;
                    live = setup.open(store.clone()).await.unwrap();
                }
            }
            assert_eq!(refusals(&live, &contact()).await, told);
            assert_replays(&live, &store, &[contact()], "").await;
            assert_sound(&live, &store).await;
        });
    }

    #[test]
    fn a_simulation_is_what_the_same_commands_come_to_in_a_book(
        definition in workflow(),
        acts in prop::collection::vec((act(), prop::option::of(0..3_u8), 0..100_000_u64), 0..20),
    ) {
        let request = |command: &Command| match command {
            Command::Transition { request, .. } => {
                let transition = request.transition.as_ref().map(|id| id.replace('#', "t"));
                Some(TransitionRequest { transition, ..request.clone() })
            }
            _ => None,
        };
        let known = |request: &TransitionRequest| {
            let has = |list: &str, id: &Option<String>| id.as_ref().is_none_or(|id| {
                definition[list].as_array().unwrap().iter().any(|one| one["id"] == **id)
            });
            has("transitions", &request.transition) && has("stages", &request.to)
        };
        let steps: Vec<Step> = acts.iter().map(|((_, command), log, after_ms)| Step {
            log: log.map(|kind| format!("k{kind}")),
            transition: request(command).filter(known),
            after_ms: *after_ms,
        }).collect();
        block_on(async {
            let (setup, live, _) = book(&definition, false).await;
            let start = setup.clock.now();
            let simulated = simulate(&setup.definitions(), &steps, &boss(), start).unwrap();
            let mut refusals = Vec::new();
            for (place, step) in steps.iter().enumerate() {
                setup.clock.advance(step.after_ms as i64);
                let log = step.log.as_ref().map(|kind| serde_json::json!([{ "log": { "type": kind } }]));
                let mut changes = serde_json::json!({});
                log.into_iter().for_each(|log| changes["activities"] = log);
                let mut changes: stagebook::command::ContactChanges = read(&changes);
                changes.transition.clone_from(&step.transition);
                let command = Command::Save { contact: contact(), changes };
                match fault(&live.run(&boss(), command, CommandOptions::default()).await) {
                    None => {}
                    Some(Fault::Refused { blockers, .. }) => refusals.push((place, blockers.clone())),
                    Some(fault) => panic!("{fault:?}"),
                }
            }
            assert_eq!(simulated.refusals, refusals);
            let (state, rows) = live.history(&contact(), &read(&serde_json::json!({ "order": "oldest", "limit": 500 }))).await.unwrap();
            let lived: Vec<Fact> = rows.items.iter().map(|row| row.entry().unwrap().0.fact).collect();
            let played: Vec<Fact> = simulated.entries.iter().map(|(_, entry)| entry.fact.clone()).collect();
            assert_eq!(played, lived);
            let since = |rows: &mut dyn Iterator<Item = Option<Instant>>| rows.collect::<Vec<_>>();
            assert_eq!(
                since(&mut simulated.entries.iter().map(|(row, _)| row.since)),
                since(&mut rows.items.iter().map(|row| row.since))
            );
            assert_eq!(simulated.contact.tallies, state.state.tallies);
            assert_eq!(simulated.contact.version, state.state.version);
        });
    }

    #[test]
    fn whoever_stands_in_a_stage_that_goes_is_frozen_until_migrated(
        definition in workflow(),
        acts in prop::collection::vec(act(), 1..16),
        gone in 1..6_usize,
    ) {
        block_on(async {
            let (mut setup, live, store) = book(&definition, true).await;
            for (actor, command) in &acts {
                let state = live.contact(&contact()).await.unwrap().state.clone();
                let command = resolve(command.clone(), &state, &setup.definitions());
                let _ = live.run(actor, command, CommandOptions::default()).await;
            }
            let before = live.contact(&contact()).await.unwrap().state.clone();
            live.close().await;
            let gone = gone % definition["stages"].as_array().unwrap().len();
            let gone = format!("s{}", gone.max(1));
            setup.definition = without(&definition, &gone);
            let live = setup.open(store.clone()).await.unwrap();
            assert_eq!(live.contact(&contact()).await.unwrap().state, before, "opening changes nothing");
            let stage = before.workflow.as_ref().unwrap().stage.clone();
            let frozen = stage.as_str() == gone;
            let archived = before.status == stagebook::project::Status::Archived;
            let revert = Command::Revert { contact: contact(), note: None };
            let answer = live.run(&boss(), revert, CommandOptions::default()).await;
            if frozen && !archived {
                let Some(Fault::Refused { blockers, .. }) = fault(&answer) else { panic!("{answer:?}") };
                assert_eq!(blockers[0].code, BlockerCode::StageUnknown);
            } else if frozen {
                assert!(matches!(fault(&answer), Some(Fault::Refused { .. })));
            }
            let plan: Plan = read(&serde_json::json!({ "definition": "w", "stages": { (gone.as_str()): "s0" } }));
            for dry_run in [true, false, false] {
                let (mut moved, mut blocked, mut cursor) = (0, Vec::new(), None);
                let still = live.contact(&contact()).await.unwrap().state.workflow.clone().unwrap();
                let still = still.stage.as_str() == gone;
                loop {
                    let page = live.migrate(&boss(), &plan, dry_run, cursor.as_deref()).await.unwrap();
                    moved += page.moved;
                    blocked.extend(page.blocked);
                    cursor = page.next;
                    if cursor.is_none() { break; }
                }
                assert_eq!(moved, u64::from(still && !archived));
                assert_eq!(blocked.len(), usize::from(still && archived));
            }
            let after = live.contact(&contact()).await.unwrap().state.clone();
            let after = after.workflow.unwrap().stage;
            assert!(archived || after.as_str() != gone);
            assert_replays(&live, &store, &[contact()], "").await;
            assert_sound(&live, &store).await;
        });
    }
}

/// The next version of a definition, without a stage and all that leads to it or from it alone.
fn without(definition: &Value, gone: &str) -> Value {
    let mut next = definition.clone();
    next["version"] = 2.into();
    next["stages"].as_array_mut().unwrap().retain(|one| one["id"] != *gone);
    let transitions = next["transitions"].as_array_mut().unwrap();
    for one in transitions.iter_mut() {
        if let Some(from) = one["from"].as_array_mut() {
            from.retain(|from| from != gone);
        }
    }
    transitions.retain(|one| {
        one["to"] != *gone && one["from"].as_array().is_none_or(|from| !from.is_empty())
    });
    let ids: BTreeSet<String> =
        transitions.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
    for stage in next["stages"].as_array_mut().unwrap() {
        let rows = stage["activities"].as_array_mut().unwrap();
        rows.retain(|row| {
            row["forTransitions"]
                .as_array()
                .is_none_or(|only| only.iter().all(|id| ids.contains(id.as_str().unwrap())))
        });
    }
    next
}

/// Pages of a migration: whoever is moved goes to the head of the list, and nobody is passed over.
#[test]
fn a_migration_of_several_pages_reaches_everybody_once() {
    const MANY: usize = 1_203;
    block_on(async {
        let mut setup = Setup::sales();
        let (live, store) = setup.fresh().await;
        let start = |n: usize| {
            let start = serde_json::json!({ "name": "A", "workflow": { "definition": "sales", "stage": "parked" } });
            Command::Create {
                contact: ContactId::new(format!("c{n}")),
                input: read(&start),
                upsert: false,
            }
        };
        for n in 0..MANY {
            run(&live, start(n)).await.unwrap();
            setup.clock.advance(1_000);
        }
        live.close().await;
        setup.definition["version"] = 2.into();
        setup.definition["stages"][2]["id"] = "waiting".into();
        setup.definition["transitions"][4]["to"] = "waiting".into();
        setup.definition["transitions"][5]["from"] = "waiting".into();
        let live = setup.open(store).await.unwrap();
        let plan: Plan =
            read(&serde_json::json!({ "definition": "sales", "stages": { "parked": "waiting" } }));
        for (dry_run, expected) in [(true, MANY), (false, MANY), (true, 0)] {
            let (mut moved, mut cursor, mut pages) = (0, None, 0);
            loop {
                let page = live.migrate(&boss(), &plan, dry_run, cursor.as_deref()).await.unwrap();
                (moved, pages) = (moved + page.moved as usize, pages + 1);
                assert!(page.blocked.is_empty());
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(moved, expected);
            assert!(pages >= 4, "three of the active, one of the archived: {pages}");
        }
    });
}

/// The generator is worth something only if moves get through, and some of them fire by themselves.
#[test]
fn random_acts_reach_every_way_to_move() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let lives = (workflow(), prop::collection::vec(act(), 25));
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for _ in 0..150 {
        let (definition, acts) = lives.new_tree(&mut runner).unwrap().current();
        let mut play = Play::begin(&definition);
        count(&play.born, &mut seen);
        for (actor, command) in acts {
            match play.run(&actor, &play.resolved(&command)) {
                Ok(decision) => count(&decision.facts, &mut seen),
                Err(error) if matches!(*error, Fault::Refused { .. }) => {
                    *seen.entry("refused").or_default() += 1;
                }
                Err(_) => {}
            }
        }
    }
    for way in
        ["automatic", "cascade", "to the same stage", "answered", "by hand", "reverted", "refused"]
    {
        assert!(seen.get(way).is_some_and(|count| *count > 4), "{way}: {seen:?}");
    }
}

fn count(facts: &[Fact], seen: &mut BTreeMap<&'static str, usize>) {
    for fact in facts {
        let way = match &fact.event {
            Event::WorkflowTransitioned(data) if data.automatic => "automatic",
            Event::WorkflowTransitioned(data) if data.from == data.to => "to the same stage",
            Event::WorkflowTransitioned(data) if !data.answers.is_empty() => "answered",
            Event::WorkflowTransitioned(_) => "by hand",
            Event::WorkflowReverted(_) => "reverted",
            _ => "none",
        };
        *seen.entry(way).or_default() += 1;
    }
    let automatic = moved(facts).iter().filter(|(_, one)| one.automatic).count();
    *seen.entry("cascade").or_default() += usize::from(automatic > 1);
}
