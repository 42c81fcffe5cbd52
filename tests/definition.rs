//! Checking and compiling definitions: cases by data, limits, and any JSON at all.

#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use stagebook::definition::{Definition, Definitions, Direction, Permission, preset};
use stagebook::error::{DefinitionIssue, Severity};
use stagebook::ids::{DefinitionHash, StageId};
use stagebook::text::{HostMessages, Messages};
use std::collections::{BTreeMap, BTreeSet};
use support::tree;

const BASE: &str = include_str!("scenarios/definitions/base.json");
const CASES: [&str; 5] = [
    include_str!("scenarios/definitions/shape.json"),
    include_str!("scenarios/definitions/references.json"),
    include_str!("scenarios/definitions/graph.json"),
    include_str!("scenarios/definitions/looks.json"),
    include_str!("scenarios/definitions/conditions.json"),
];

fn base() -> Value {
    serde_json::from_str(BASE).unwrap()
}

fn compile(value: &Value) -> Result<Definition, Vec<DefinitionIssue>> {
    Definition::parse(tree(value), DefinitionHash::new("sha256:0"))
}

fn parse(value: Value) -> Definition {
    compile(&value).unwrap()
}

fn check(value: &Value) -> Vec<DefinitionIssue> {
    stagebook::definition::check(&tree(value))
}

/// Puts `new` at `path`; a place at the end of a list appends.
fn put(value: &mut Value, path: &str, new: Value) {
    let (key, rest) = path.split_once('.').unwrap_or((path, ""));
    let slot = match value {
        _ if key.is_empty() => value,
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
    if rest.is_empty() { *slot = new } else { put(slot, rest, new) }
}

fn with(path: &str, new: Value) -> Value {
    let mut value = base();
    put(&mut value, path, new);
    value
}

fn told(issue: &DefinitionIssue) -> String {
    let severity = if issue.severity == Severity::Error { "error" } else { "warning" };
    format!("{severity} {} {}", issue.code, issue.path)
}

/// Every case of every file, with its issues and those expected.
fn cases() -> impl Iterator<Item = (String, Vec<DefinitionIssue>, BTreeSet<String>)> {
    let cases = CASES.iter().flat_map(|file| serde_json::from_str::<Vec<Value>>(file).unwrap());
    cases.map(|case| {
        let mut value = base();
        for (path, new) in case["set"].as_object().unwrap() {
            put(&mut value, path, new.clone());
        }
        let expected = case["issues"].as_array().unwrap().iter();
        let expected = expected.map(|issue| issue.as_str().unwrap().to_owned()).collect();
        (case["case"].to_string(), check(&value), expected)
    })
}

#[test]
fn each_case_has_its_issues_and_no_others() {
    let mut wrong = Vec::new();
    for (case, issues, expected) in cases() {
        let found: BTreeSet<String> = issues.iter().map(told).collect();
        assert_eq!(found.len(), issues.len(), "{case}: told twice");
        if found != expected {
            wrong.push((case, expected, found));
        }
    }
    assert!(wrong.is_empty(), "case, expected, found: {wrong:#?}");
}

#[test]
fn each_issue_is_worded_in_both_languages_and_each_wording_is_used() {
    let english: BTreeMap<String, String> =
        serde_json::from_str(include_str!("../src/text/en.json")).unwrap();
    let worded = english.keys().filter_map(|key| key.strip_prefix("definition."));
    let mut unused: BTreeSet<&str> = worded.collect();
    for (case, issues, _) in cases() {
        for (locale, issue) in issues.iter().flat_map(|one| [("en", one), ("it", one)]) {
            let message = Messages::new(locale, &HostMessages::new()).definition_issue(issue);
            let gap = message.contains(['{', '}']) || message.starts_with("definition.");
            assert!(!gap && message.ends_with('.'), "{case}: {message}");
            unused.remove(issue.code);
        }
    }
    assert_eq!(unused, BTreeSet::from(["changed", "type-unlike"]), "found where a book is opened");
}

#[test]
fn what_is_too_large_is_refused() {
    let stage = |n: usize| json!({ "id": format!("s{n}"), "final": true });
    let stages = |count: usize| (0..count).map(stage).collect::<Value>();
    let text = |length: usize| json!("è".repeat(length));
    let deep = (0..70).fold(json!(0), |inner, _| json!([inner]));
    let too_large = |path: &str, new: Value, at: &str| {
        let issues = check(&with(path, new));
        let found = issues.iter().any(|one| one.code == "too-large" && one.path == at);
        assert!(found, "{path}: {:?}", issues.iter().map(told).take(9).collect::<Vec<_>>());
    };
    too_large("stages", stages(1_001), "stages");
    too_large("transitions", json!(vec![0; 10_001]), "transitions");
    too_large("activityTypes", json!(vec![0; 5_001]), "activityTypes");
    too_large("stages.0.label", text(10_001), "stages.0.label");
    too_large("stages.0.editRoles", json!(vec!["a"; 1_001]), "stages.0.editRoles");
    too_large("other", deep, "");
    too_large("activateWhen", json!({ "in": [1, vec![0; 2_001]] }), "activateWhen");
    let thousand = json!(vec![0; 1_000]);
    let square = json!({ "map": [thousand, { "map": [[1, 2], { "merge": [thousand] }] }] });
    too_large("transitions.0.when", square, "transitions.0.when");
    let every = |n: usize| json!({ "id": format!("t{n}"), "from": "*", "to": "s0" });
    let mut value = with("stages", stages(1_000));
    put(&mut value, "transitions", (0..101).map(every).collect());
    let issues = check(&value);
    assert!(issues.iter().any(|one| told(one) == "error too-large transitions"));
    assert!(check(&with("stages.0.label", text(10_000))).is_empty());
}

#[test]
fn a_definition_without_errors_is_compiled_and_keeps_its_warnings() {
    let warned = parse(with("stages.1.final", json!(false)));
    assert_eq!(
        warned.warnings().iter().map(told).collect::<Vec<_>>(),
        ["warning dead-end stages.1"]
    );
    let refused = compile(&with("initial", json!("x")));
    assert!(refused.is_err_and(|issues| issues[0].code == "stage-unknown"));
}

#[test]
fn a_compiled_definition_answers_what_rules_ask() {
    let sales = parse(base());
    assert_eq!((sales.id().as_str(), sales.version()), ("sales", 3));
    assert_eq!(sales.source(), &tree(&base()));
    assert_eq!(sales.initial().id.as_str(), "new");
    assert!(sales.tracked("vat") && !sales.tracked("phone"));
    assert!(sales.permission(Permission::Archive).admit::<&str>(&[]));
    assert!(sales.permission(Permission::Erase).admit(&["manager"]));
    assert!(!sales.permission(Permission::Erase).admit(&["sales"]));
    assert!(!sales.permission(Permission::Reassign).admit(&["manager"]));
    let won = sales.stage(&"won".into()).unwrap();
    assert_eq!((won.label.text("it"), won.order), ("won", 1.0));
    assert!(sales.stage(&"gone".into()).is_none());
    assert_eq!(sales.activity_type(&"visit".into()).unwrap().label.text("en"), "visit");
    let lose = sales.transition(&"lose".into()).unwrap();
    let asked = support::told(&lose.requires);
    assert_eq!(
        asked["reason"][1],
        json!({ "id": "other", "label": { "en": "Other", "it": "Altro" } })
    );
    assert_eq!((&asked["note"], &asked["fields"]), (&json!(true), &json!(["phone", "vat"])));
    let new = sales.initial();
    assert!(new.activities[1].required_for(&"win".into()));
    assert!(!new.activities[1].required_for(&"lose".into()));
    assert!(new.activities[0].required_for(&"lose".into()));
}

#[test]
fn transitions_come_by_priority_then_as_listed() {
    let mut value = base();
    let more = [
        json!({ "id": "late", "from": "new", "to": "won", "priority": 2 }),
        json!({ "id": "any", "from": "*", "to": "won", "priority": 1 }),
        json!({ "id": "second", "from": ["lost", "new"], "to": "new", "priority": 0 }),
        json!({ "id": "zero", "from": "new", "to": "new", "priority": -0.0 }),
    ];
    value["transitions"].as_array_mut().unwrap().extend(more);
    let sales = parse(value);
    let from = |stage: &str| {
        let stage = StageId::from(stage);
        sales.transitions_from(&stage).map(|one| one.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(from("new"), ["win", "lose", "second", "zero", "any", "late"]);
    assert_eq!(from("lost"), ["second", "any"]);
    assert!(from("won").is_empty() && from("gone").is_empty());
}

#[test]
fn a_lower_order_is_backward_and_forward_moves_are_gated() {
    let sales = parse(with("stages.2.order", json!(-1)));
    let direction = |from: &str, to: &str| sales.direction(&from.into(), &to.into());
    assert_eq!(direction("new", "won"), Direction::Forward);
    assert_eq!(direction("new", "lost"), Direction::Backward);
    assert_eq!(direction("new", "new"), Direction::Self_);
    assert_eq!(direction("gone", "new"), Direction::Forward);
    let gates = |id: &str| sales.gates(sales.transition(&id.into()).unwrap(), &"new".into());
    assert!(gates("win") && !gates("lose"));
    let told = parse(with("transitions.0.gated", json!(false)));
    assert!(!told.gates(&told.transitions()[0], &"new".into()));
}

fn book(values: &[Value]) -> Result<Definitions, Vec<DefinitionIssue>> {
    let values = values.iter().map(tree).collect();
    Definitions::parse(values, |_| DefinitionHash::new("sha256:0"))
}

fn refused(values: &[Value]) -> Vec<String> {
    book(values).unwrap_err().iter().map(told).collect()
}

/// The base under another id, with values at paths.
fn other(id: &str, set: &[(&str, Value)]) -> Value {
    let mut value = with("id", json!(id));
    set.iter().for_each(|(path, new)| put(&mut value, path, new.clone()));
    value
}

#[test]
fn a_book_has_one_definition_or_several() {
    let one = book(&[base()]).unwrap();
    assert!(one.get(&"sales".into()).is_some() && one.get(&"other".into()).is_none());
    let three = book(&[base(), other("late", &[]), other("early", &[])]).unwrap();
    let ids: Vec<&str> = three.iter().map(|one| one.id().as_str()).collect();
    assert_eq!(ids, ["sales", "late", "early"], "as listed");
    assert!(ids.iter().all(|&id| three.get(&id.into()).is_some()));
    assert_eq!(refused(&[]), ["error required definitions"]);
}

#[test]
fn what_is_wrong_with_one_of_several_is_told_under_its_place() {
    assert_eq!(refused(&[with("initial", json!("x"))]), ["error stage-unknown initial"]);
    assert_eq!(refused(&[base(), json!(1)]), ["error wrong-kind definitions.1"]);
    assert_eq!(
        refused(&[other("a", &[("initial", json!("x"))]), json!(null), with("version", json!(0))]),
        [
            "error stage-unknown definitions.0.initial",
            "error wrong-kind definitions.1",
            "error not-in-range definitions.2.version",
        ]
    );
}

#[test]
fn definitions_of_one_book_have_ids_of_their_own_and_the_same_activity_types() {
    assert_eq!(
        refused(&[base(), other("b", &[]), base(), base()]),
        ["error duplicate-id definitions.2.id", "error duplicate-id definitions.3.id"]
    );
    let visit = |kind: Value| other("b", &[("activityTypes.1", kind)]);
    let unlike = ["error type-unlike definitions.1.activityTypes.1"];
    assert_eq!(refused(&[base(), visit(json!({ "id": "visit", "label": "V" }))]), unlike);
    assert_eq!(refused(&[base(), visit(json!({ "id": "visit", "disabled": true }))])[0], unlike[0]);
    let next = json!({ "mode": "suggest", "afterDays": 7, "type": "visit" });
    let same = [("activityTypes.0.next", next), ("activityTypes.2", json!({ "id": "letter" }))];
    assert!(book(&[base(), other("b", &same)]).is_ok(), "order of members; a type of its own");
    let third = other("c", &[("activityTypes.2", json!({ "id": "letter", "icon": "x" }))]);
    assert_eq!(
        refused(&[base(), other("b", &same), third]),
        ["error type-unlike definitions.2.activityTypes.2"],
        "any earlier one, not the first alone"
    );
    let both = [base(), with("activityTypes.1.label", json!("V"))];
    assert_eq!(refused(&both), ["error duplicate-id definitions.1.id", unlike[0]]);
}

#[test]
fn the_first_definition_starts_by_itself_unless_told_otherwise_and_lower_priority_goes_first() {
    let starts = |values: &[Value]| {
        let definitions = book(values).unwrap();
        let ids = definitions.auto_start().into_iter().map(|one| one.id().to_string());
        ids.collect::<Vec<_>>()
    };
    let of = |id: &str, auto: Value, priority: f64| {
        other(id, &[("autoStart", auto), ("priority", json!(priority))])
    };
    let (yes, no, unsaid) = (|| json!(true), || json!(false), || json!(null));
    assert_eq!(starts(&[base()]), ["sales"]);
    assert_eq!(starts(&[of("a", no(), 0.0)]), [""; 0]);
    assert_eq!(starts(&[of("a", unsaid(), 0.0), of("b", unsaid(), 0.0)]), ["a"]);
    assert_eq!(starts(&[of("a", unsaid(), 0.0), of("b", yes(), -1.0)]), ["b", "a"]);
    assert_eq!(
        starts(&[of("a", no(), -9.0), of("b", yes(), 2.0), of("c", yes(), 1.0)]),
        ["c", "b"]
    );
    assert_eq!(
        starts(&[of("a", yes(), 0.0), of("b", yes(), -0.0), of("c", no(), 0.0)]),
        ["a", "b"]
    );
}

fn crm_contact() -> Value {
    serde_json::from_str(preset::CRM_CONTACT).unwrap()
}

#[test]
fn the_preset_is_the_chain_of_eight_stages() {
    let preset = parse(crm_contact());
    assert_eq!(
        preset.warnings().iter().map(told).collect::<Vec<_>>(),
        ["warning final-exit stages.7"]
    );
    assert!(preset.show_log() && preset.transitions().len() == 14);
    let stages: Vec<&str> = preset.stages().iter().map(|stage| stage.id.as_str()).collect();
    assert_eq!(
        stages,
        [
            "start",
            "qualification",
            "prospect",
            "lead",
            "opportunity",
            "not-qualified",
            "customer",
            "closed"
        ]
    );
    for pair in stages.windows(2) {
        for (from, to, direction) in
            [(pair[0], pair[1], Direction::Forward), (pair[1], pair[0], Direction::Backward)]
        {
            let move_ = preset.transition(&format!("{from}-{to}").as_str().into()).unwrap();
            assert!(move_.leaves(&from.into()) && move_.to.as_str() == to);
            assert_eq!(preset.direction(&from.into(), &to.into()), direction);
        }
    }
    let required = preset.initial().activities.iter().filter(|row| row.required);
    let required: Vec<&str> = required.map(|row| row.kind.as_str()).collect();
    assert_eq!(required, ["register-contact", "intro-call"]);
    let suggested = &preset.stages()[1].activities;
    assert!(
        suggested.len() == 1
            && suggested[0].kind.as_str() == "intro-call"
            && !suggested[0].required
    );
    assert!(preset.stages()[7].final_);
}

fn any_json() -> impl Strategy<Value = Value> {
    let words = "(id|from|to|\\*|start|type|stages|suggest|other|[a-z]{0,3}|\\PC{0,4})";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        words.prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((words, inner), 0..6)
                .prop_map(|members| Value::Object(Map::from_iter(members))),
        ]
    })
}

/// The paths of everything in `value`, but for names that no path can say.
fn paths(value: &Value, path: &str, all: &mut Vec<String>) {
    let mut below = |key: &str, value: &Value| {
        let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        paths(value, &path, all);
        all.push(path);
    };
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(place, item)| below(&place.to_string(), item));
        }
        Value::Object(members) => {
            let plain = members.iter().filter(|(key, _)| !key.is_empty() && !key.contains('.'));
            plain.for_each(|(key, member)| below(key, member));
        }
        _ => {}
    }
}

/// Asks a compiled definition everything; what it hands out must exist.
fn exercise(definition: &Definition) {
    assert!(definition.stage(&definition.initial().id).is_some());
    for stage in definition.stages() {
        for transition in definition.transitions_from(&stage.id) {
            assert!(transition.leaves(&stage.id) && definition.stage(&transition.to).is_some());
            definition.gates(transition, &stage.id);
        }
        for row in &stage.activities {
            assert!(definition.activity_type(&row.kind).is_some());
        }
    }
    for permission in Permission::ALL {
        definition.permission(permission).admit(&["sales"]);
    }
}

/// Checks `value` and, if it has no errors, compiles it.
fn never_panics(value: Value) {
    let issues = check(&value);
    let messages = Messages::new("it", &HostMessages::new());
    issues.iter().for_each(|issue| assert!(!messages.definition_issue(issue).is_empty()));
    let errors = issues.iter().any(|issue| issue.severity == Severity::Error);
    match compile(&value) {
        Ok(definition) => {
            assert!(!errors);
            exercise(&definition);
        }
        Err(_) => assert!(errors),
    }
}

proptest! {
    #[test]
    fn no_json_makes_it_panic(value in any_json()) {
        never_panics(value);
    }

    #[test]
    fn no_change_of_a_good_definition_makes_it_panic(
        preset in any::<bool>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any_json()), 1..4),
    ) {
        let mut value = if preset { crm_contact() } else { base() };
        for (place, new) in changes {
            let mut all = vec![String::new()];
            paths(&value, "", &mut all);
            put(&mut value, &all[place.index(all.len())], new);
        }
        never_panics(value);
    }

    #[test]
    fn one_part_put_in_another_place_does_not_make_it_panic(
        places in prop::collection::vec(any::<prop::sample::Index>(), 2..8),
    ) {
        let mut value = base();
        for pair in places.windows(2) {
            let mut all = vec![String::new()];
            paths(&value, "", &mut all);
            let (to, from) = (&all[pair[0].index(all.len())], &all[pair[1].index(all.len())]);
            let part = value.pointer(&format!("/{}", from.replace('.', "/"))).cloned();
            put(&mut value, to, part.unwrap_or_default());
        }
        never_panics(value);
    }
}
