//! Conditions: the public JsonLogic suites by their lenient rules, cases of the strict ones, and any
//! condition at all on any data at all.

#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use stagebook::definition::{Condition, GuardError, GuardFault, Mode};
use std::path::PathBuf;
use support::{told, tree};

/// Suites about other operators than those of conditions.
const OUTSIDE: [&str; 6] =
    ["coalesce.json", "scopes.json", "throw.json", "try.json", "try.extra.json", "val.extra.json"];

/// An operator that the suites take for granted and conditions do not have: operands as they stand.
const NO_LOGIC: &str = "preserve";

fn evaluate(mode: Mode, rule: &Value, data: &Value) -> Result<Value, String> {
    let condition = Condition::parse(&tree(rule)).map_err(|issues| issues[0].code.to_owned())?;
    let value = condition.evaluate_as(mode, &tree(data));
    value.map(|value| told(&value)).map_err(|error| error.fault.code().to_owned())
}

/// Whether `error` is what the suites call `expected`. They tell operands of a wrong kind from
/// what becomes no number; here both are a clash.
fn means(error: &str, expected: &str) -> bool {
    match error {
        "type-clash" => ["Invalid Arguments", "NaN"].contains(&expected),
        "operands-wrong" => expected == "Invalid Arguments",
        "not-finite" => expected == "NaN",
        _ => false,
    }
}

/// Whether an operator called `name` is anywhere in `rule`.
fn uses(rule: &Value, name: &str) -> bool {
    match rule {
        Value::Array(items) => items.iter().any(|item| uses(item, name)),
        Value::Object(members) => members.iter().any(|(key, one)| key == name || uses(one, name)),
        _ => false,
    }
}

/// `rule`, with what fails where a suite throws to show that something is not evaluated.
fn without_throw(rule: &Value) -> Value {
    match rule {
        Value::Object(members) if members.contains_key("throw") => json!({ "/": [1, 0] }),
        Value::Object(members) => {
            members.iter().map(|(key, one)| (key.clone(), without_throw(one))).collect()
        }
        Value::Array(items) => items.iter().map(without_throw).collect(),
        other => other.clone(),
    }
}

/// What is wrong with a case, if anything.
fn differs(case: &Value) -> Option<String> {
    let (rule, data) = (without_throw(&case["rule"]), &case["data"]);
    let given = evaluate(Mode::Lenient, &rule, data);
    let right = match (&given, case.get("result"), case["error"]["type"].as_str()) {
        (Ok(value), Some(result), _) => same(value, result),
        (Err(error), None, Some(expected)) => means(error, expected),
        _ => false,
    };
    (!right).then(|| format!("{case} gives {given:?}"))
}

/// Equal, with 2 and 2.0 the same number.
fn same(one: &Value, other: &Value) -> bool {
    tree(one) == tree(other)
}

#[test]
fn the_public_suites_pass_by_lenient_rules() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors/jsonlogic");
    let Ok(index) = std::fs::read_to_string(folder.join("index.json")) else {
        eprintln!("skipped: no test vectors at {}", folder.display());
        return;
    };
    let files: Vec<String> = serde_json::from_str(&index).unwrap();
    let (mut passed, mut outside, mut wrong) = (0, 0, Vec::new());
    for file in files.iter().filter(|file| !OUTSIDE.contains(&file.as_str())) {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
        for case in cases.iter().filter(|case| case.is_object()) {
            if uses(&case["rule"], NO_LOGIC) {
                outside += 1;
                continue;
            }
            match differs(case) {
                None => passed += 1,
                Some(told) => wrong.push(format!("{file}: {told}")),
            }
        }
    }
    eprintln!("{passed} cases of {} files, {outside} outside", files.len() - OUTSIDE.len());
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), wrong.len() + passed);
    assert!(passed > 1_000);
}

#[test]
fn strict_cases_have_their_value_or_their_error() {
    let cases: Vec<Value> =
        serde_json::from_str(include_str!("scenarios/conditions/strict.json")).unwrap();
    let all: Value = serde_json::from_str(include_str!("scenarios/conditions/data.json")).unwrap();
    for case in &cases {
        let condition = Condition::parse(&tree(&case["rule"])).unwrap();
        match condition.evaluate(&tree(&all)) {
            Ok(value) => {
                assert!(same(&told(&value), &case["value"]), "{case} gives {value:?}");
                assert!(case.get("value").is_some(), "{case} gives {value:?}");
            }
            Err(GuardError { fault, operator, variable }) => {
                let error = json!([fault.code(), operator, variable]);
                assert_eq!(error, case["error"], "{case}");
            }
        }
    }
}

/// A rule that becomes larger with each item.
fn growing(grow: Value) -> Value {
    json!({ "reduce": [vec![1; 1_000], grow, "ab"] })
}

#[test]
fn what_grows_without_limit_is_stopped() {
    let accumulator = json!({ "var": "accumulator" });
    let ten = vec![1; 10];
    let deep = (0..8).fold(json!(1), |inner, _| json!({ "map": [ten, inner] }));
    let rules = [
        growing(json!({ "cat": [accumulator, accumulator] })),
        growing(json!({ "merge": [[accumulator], [accumulator]] })),
        growing(json!([accumulator, accumulator])),
        growing(json!([accumulator])),
        deep,
    ];
    for rule in rules {
        let error = Condition::parse(&tree(&rule)).unwrap().evaluate(&json_null());
        assert_eq!(error.map_err(|error| error.fault), Err(GuardFault::TooLong));
    }
    let objects: Vec<Value> =
        (0..2_000).map(|n| json!({ "id": n, "next": { "id": n + 1 } })).collect();
    let large = json!({ "list": objects, "members": Map::from_iter(
        (0..2_000).map(|n| (n.to_string(), json!(n)))) });
    let rule = json!({ "===": [{ "var": "members" }, { "var": "members" }] });
    let error = Condition::parse(&tree(&rule)).unwrap().evaluate(&tree(&large));
    assert_eq!(error.map_err(|error| error.fault), Err(GuardFault::TooLong));
    let rule =
        json!({ "all": [{ "var": "list" }, { "<": [{ "var": "id" }, { "var": "next.id" }] }] });
    assert_eq!(Condition::parse(&tree(&rule)).unwrap().holds(&tree(&large)), Ok(true));
}

fn json_null() -> stagebook::json::Value<'static> {
    stagebook::json::Value::Null
}

const NAMES: &str = "(a|b|a\\.b|a\\.0|list|list\\.1|n|s|||0|current|accumulator)";
const OPERATORS: &str = "(var|var|var|val|exists|missing|missing_some|if|\\?:|and|or|!|!!|==|!=|===|!==|<|<=|>|>=|\\+|-|\\*|/|%|min|max|map|filter|reduce|all|none|some|merge|in|cat|substr|log)";

fn any_leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3..4_i64).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        NAMES.prop_map(Value::from),
        "(1|-2\\.5|1e400|2026-01-01|\\PC{0,3})".prop_map(Value::from),
    ]
}

fn any_data() -> impl Strategy<Value = Value> {
    any_leaf().prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((NAMES, inner), 0..4)
                .prop_map(|members| Value::Object(Map::from_iter(members))),
        ]
    })
}

fn any_rule() -> impl Strategy<Value = Value> {
    any_leaf().prop_recursive(5, 40, 4, |inner| {
        let operands = prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from);
        prop_oneof![
            6 => (OPERATORS, operands.clone())
                .prop_map(|(operator, operands)| json!({ operator: operands })),
            1 => (OPERATORS, inner).prop_map(|(operator, operand)| json!({ operator: operand })),
            1 => operands,
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn no_condition_panics_and_a_strict_value_is_the_lenient_one(rule in any_rule(), data in any_data()) {
        let Ok(condition) = Condition::parse(&tree(&rule)) else {
            return Ok(());
        };
        let data = tree(&data);
        let lenient = condition.evaluate_as(Mode::Lenient, &data);
        if let Ok(value) = condition.evaluate(&data) {
            prop_assert_eq!(Ok(value), lenient);
        }
        prop_assert_eq!(condition.evaluate(&data), condition.evaluate(&data));
    }

    #[test]
    fn no_json_at_all_panics_as_a_condition(rule in any_data(), data in any_data()) {
        for mode in [Mode::Strict, Mode::Lenient] {
            let _ = evaluate(mode, &rule, &data);
        }
    }
}
