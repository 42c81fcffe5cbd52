//! Workflows at random: lists and `"*"` as origins, parts that are disabled, requirements of every
//! kind, moves that fire by themselves; and what is done under them.

use super::actor;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use stagebook::command::{Actor, Command, ContactChanges};
use stagebook::definition::Definitions;
use stagebook::ids::ContactId;
use stagebook::json::{self, FromJson};
use stagebook::project::Contact;

/// Reads what a test writes as JSON.
pub(crate) fn read<T: FromJson>(value: &Value) -> T {
    json::read(&value.to_string()).unwrap()
}

fn stage_id(place: usize) -> String {
    format!("s{place}")
}

#[derive(Clone, Debug)]
struct Row {
    kind: u8,
    required: bool,
    min: u8,
    only: Option<Index>,
}

#[derive(Clone, Debug)]
struct Stage {
    order: Option<i8>,
    disabled: bool,
    boss: bool,
    rows: Vec<Row>,
}

#[derive(Clone, Debug)]
struct Transition {
    /// None: from everywhere.
    from: Option<Vec<usize>>,
    to: usize,
    priority: i8,
    disabled: bool,
    boss: bool,
    gated: Option<bool>,
    automatic: bool,
    requires: Value,
}

fn seldom() -> impl Strategy<Value = bool> {
    prop::bool::weighted(0.12)
}

fn stage() -> impl Strategy<Value = Stage> {
    let required = prop::bool::weighted(0.3);
    let row = (0..3_u8, required, 1..3_u8, prop::option::weighted(0.3, any::<Index>()))
        .prop_map(|(kind, required, min, only)| Row { kind, required, min, only });
    let order = prop::option::weighted(0.3, -1..4_i8);
    (order, seldom(), seldom(), prop::collection::vec(row, 0..3))
        .prop_map(|(order, disabled, boss, rows)| Stage { order, disabled, boss, rows })
}

fn requires() -> impl Strategy<Value = Value> {
    let reason = prop_oneof![
        9 => Just(json!(false)),
        1 => Just(json!(true)),
        1 => Just(json!(["price", { "id": "other", "label": "Other" }])),
    ];
    let fields = prop_oneof![
        3 => Just(Vec::new()),
        1 => prop::sample::subsequence(vec!["email", "vat"], 1..=2),
    ];
    let questions = vec![
        json!({ "id": "why", "kind": "text", "required": true }),
        json!({ "id": "size", "kind": "number" }),
        json!({ "id": "new", "kind": "boolean", "required": true }),
        json!({ "id": "since", "kind": "date" }),
        json!({ "id": "how", "kind": "choice", "choices": ["web", "fair"] }),
    ];
    let answers = prop_oneof![
        4 => Just(Vec::new()),
        1 => prop::sample::subsequence(questions, 1..=5),
    ];
    (reason, seldom(), fields, answers).prop_map(|(reason, note, fields, answers)| {
        json!({ "reason": reason, "note": note, "fields": fields, "answers": answers })
    })
}

fn transition(stages: usize) -> impl Strategy<Value = Transition> {
    let from = prop_oneof![
        4 => (0..stages).prop_map(|one| Some(vec![one])),
        2 => prop::sample::subsequence((0..stages).collect::<Vec<_>>(), 1..=stages).prop_map(Some),
        1 => Just(None),
    ];
    let flags = (seldom(), seldom(), prop::option::weighted(0.3, any::<bool>()), any::<bool>());
    (from, 0..stages, -1..2_i8, flags, requires()).prop_map(
        move |(from, to, priority, (disabled, boss, gated, automatic), requires)| {
            // Those that fire by themselves often lead a step up, so that one follows another.
            let step = from.as_ref().filter(|from| automatic && from.len() == 1);
            let to = step.map_or(to, |from| (from[0] + 1).min(stages - 1));
            Transition { from, to, priority, disabled, boss, gated, automatic, requires }
        },
    )
}

impl Transition {
    fn origins(&self, stages: usize) -> Vec<usize> {
        let all = || (0..stages).filter(|&from| from != self.to).collect();
        self.from.clone().unwrap_or_else(all)
    }
}

fn built(stages: &[Stage], transitions: &[Transition], scope: &str) -> Value {
    let count = stages.len();
    let moves = transitions.iter().enumerate().map(|(place, one)| {
        let from = match &one.from {
            None => json!("*"),
            Some(from) => from.iter().map(|&from| stage_id(from)).collect(),
        };
        // Upwards alone, so that no round of them is an error of the definition.
        let upward = one.origins(count).iter().all(|&from| from < one.to);
        let automatic = one.automatic && upward;
        let mut requires = one.requires.clone();
        if automatic && place % 4 > 0 {
            // What a person is asked for, no rule can give.
            requires = json!({ "fields": requires["fields"] });
        }
        json!({
            "id": format!("t{place}"), "from": from, "to": stage_id(one.to), "priority": one.priority,
            "disabled": one.disabled, "roles": one.boss.then(|| json!(["boss"])), "gated": one.gated,
            "automatic": automatic, "requires": requires,
        })
    });
    let grid = |place: usize, stage: &Stage| {
        let leaving = transitions.iter().enumerate();
        let leaving = leaving.filter(|(_, one)| one.origins(count).contains(&place));
        let leaving: Vec<usize> = leaving.map(|(place, _)| place).collect();
        let row = |row: &Row| {
            let only = row.only.filter(|_| !leaving.is_empty());
            let only = only.map(|only| json!([format!("t{}", only.get(&leaving))]));
            json!({ "type": format!("k{}", row.kind), "required": row.required, "min": row.min, "forTransitions": only })
        };
        stage.rows.iter().map(row).collect::<Value>()
    };
    let places = stages.iter().enumerate().map(|(place, stage)| {
        json!({
            "id": stage_id(place), "order": stage.order, "disabled": stage.disabled && place > 0,
            "editRoles": stage.boss.then(|| json!(["boss"])), "activities": grid(place, stage),
        })
    });
    json!({
        "id": "w", "version": 1, "initial": "s0", "requirementScope": scope,
        "stages": places.collect::<Value>(), "transitions": moves.collect::<Value>(),
        "activityTypes": [{ "id": "k0" }, { "id": "k1" }, { "id": "k2" }],
    })
}

/// A definition without errors.
pub(crate) fn workflow() -> impl Strategy<Value = Value> {
    let scope = prop::sample::select(vec!["stage-visit", "stage-ever", "contact"]);
    (2..7_usize, scope).prop_flat_map(|(count, scope)| {
        let stages = prop::collection::vec(stage(), count);
        let transitions = prop::collection::vec(transition(count), 4..14);
        (stages, transitions)
            .prop_map(move |(stages, transitions)| built(&stages, &transitions, scope))
    })
}

/// What a transition may be given, right and wrong.
pub(crate) fn input() -> impl Strategy<Value = Value> {
    let answers = (
        prop::sample::select(vec![json!(null), json!("because"), json!(" "), json!(7)]),
        prop::sample::select(vec![json!(null), json!(0), json!(-2.5), json!("7")]),
        prop::sample::select(vec![json!(null), json!(false), json!(true), json!("yes")]),
        prop::sample::select(vec![json!(null), json!("2026-03-09"), json!("2026-02-30")]),
        prop::sample::select(vec![json!(null), json!("web"), json!("tv")]),
    );
    let full = json!({ "why": "because", "new": false });
    let answers = prop_oneof![
        4 => Just(json!(null)),
        4 => Just(full),
        1 => answers.prop_map(|(why, size, new, since, how)| {
            let all = [("why", why), ("size", size), ("new", new), ("since", since), ("how", how)];
            all.into_iter().filter(|(_, answer)| !answer.is_null()).collect()
        }),
    ];
    let reason =
        prop::sample::select(vec![json!(null), json!("price"), json!("other"), json!("x")]);
    (reason, prop::option::of(Just("a note")), answers).prop_map(
        |(reason, note, answers)| json!({ "reason": reason, "note": note, "answers": answers }),
    )
}

/// What is done, and by whom.
pub(crate) type Act = (Actor, Command);

pub(crate) fn contact() -> ContactId {
    ContactId::new("c")
}

fn somebody() -> impl Strategy<Value = Actor> {
    prop_oneof![5 => Just(actor("boss", &["boss"])), 1 => Just(actor("guest", &[]))]
}

fn request() -> impl Strategy<Value = Value> {
    let way = prop_oneof![
        6 => (0..6_usize).prop_map(|place| ("transition", format!("#{place}"))),
        2 => (0..14_usize).prop_map(|place| ("transition", format!("t{place}"))),
        1 => (0..6_usize).prop_map(|place| ("to", stage_id(place))),
    ];
    (way, input()).prop_map(|((by, what), mut request)| {
        request[by] = what.into();
        request
    })
}

fn changes() -> impl Strategy<Value = Value> {
    let email = prop_oneof![
        3 => Just(None),
        2 => Just(Some(json!({ "email": "a@example.com", "fields": { "vat": "IT1" } }))),
        1 => Just(Some(json!({ "email": null, "fields": { "vat": null } }))),
        1 => Just(Some(json!({ "fields": { "vat": "IT1" } }))),
    ];
    let log = prop::collection::vec(
        (0..3_u8).prop_map(|kind| json!({ "type": format!("k{kind}") })),
        0..3,
    );
    let plan = prop::option::weighted(0.1, Just(json!({ "type": "k0", "assignee": "boss" })));
    let transition = prop::option::weighted(0.3, request());
    (email, log, plan, transition).prop_map(|(set, log, plan, transition)| {
        let mut boxes: Vec<Value> = log.into_iter().map(|log| json!({ "log": log })).collect();
        boxes.extend(plan.map(|plan| json!({ "pending": plan })));
        json!({ "set": set, "activities": boxes, "transition": transition })
    })
}

/// Puts the n-th transition that leaves the contact's stage where a command says `#n`.
pub(crate) fn resolve(mut command: Command, contact: &Contact, book: &Definitions) -> Command {
    let (Command::Transition { request, .. }
    | Command::Save { changes: ContactChanges { transition: Some(request), .. }, .. }) =
        &mut command
    else {
        return command;
    };
    let Some(place) = request.transition.as_deref().and_then(|id| id.strip_prefix('#')) else {
        return command;
    };
    let place: usize = place.parse().unwrap();
    let here = contact.workflow.as_ref();
    let definition = here.and_then(|here| book.get(&here.definition));
    let leaving = here.zip(definition).map(|(here, one)| one.transitions_from(&here.stage));
    let leaving: Vec<_> = leaving.into_iter().flatten().map(|one| one.id.to_string()).collect();
    if !leaving.is_empty() {
        request.transition = Some(leaving[place % leaving.len()].clone());
    }
    command
}

/// Something that is done about the contact. What it names need not exist.
pub(crate) fn act() -> impl Strategy<Value = Act> {
    let command = prop_oneof![
        8 => changes().prop_map(|changes| Command::Save { contact: contact(), changes: read(&changes) }),
        8 => request().prop_map(|request| Command::Transition { contact: contact(), request: read(&request) }),
        3 => prop::option::of(Just("a slip".to_owned()))
            .prop_map(|note| Command::Revert { contact: contact(), note }),
        1 => Just(Command::Comment { contact: contact(), text: "a comment".to_owned() }),
        1 => prop::bool::weighted(0.15).prop_map(|archive| match archive {
            true => Command::Archive { contact: contact(), reason: None },
            false => Command::Restore { contact: contact() },
        }),
    ];
    (somebody(), command)
}

/// The contact's first save, under the workflow from its initial stage.
pub(crate) fn create() -> Command {
    let input = json!({ "name": "Simulation", "workflow": { "definition": "w" } });
    Command::Create { contact: contact(), input: read(&input), upsert: false }
}
