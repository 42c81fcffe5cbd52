//! Conditions as data: JsonLogic over `{ contact, stage, actor, answers, now }`. `now` is a number of
//! milliseconds since 1970; dates in the data are texts that sort as the days they name.
//!
//! **Operators.** `var`, `val`, `exists`, `missing`, `missing_some`; `if` or `?:`, `and`, `or`, `!`,
//! `!!`; `==`, `!=`, `===`, `!==`, `<`, `<=`, `>`, `>=`; `+`, `-`, `*`, `/`, `%`, `min`, `max`; `map`,
//! `filter`, `reduce`, `all`, `none`, `some`; `merge`, `in`, `cat`, `substr`. An object has one
//! member, the operator; any other but `{}` is an issue, since as a value it would silently hold.
//!
//! **Strict.** JsonLogic makes something of everything, so that a typo in a condition is a condition
//! that never holds and nobody knows why. Here it is a [`GuardError`] that names the variable:
//! - A path that is not in the data, unless `var` has a default. A member that is null is there.
//!   `missing`, `missing_some` and `exists` ask for what may be absent; to the first two null and
//!   the empty text are absent too.
//! - `< <= > >=` take two numbers or two texts, in the order of their characters; arithmetic takes
//!   numbers; iteration takes a list; `in` takes a list, or two texts.
//! - `==` and `!=` take two of a kind, or null and something else than a number or a flag: whether
//!   null is 0 is what JsonLogics differ in. `===` and `!==` take anything, lists and objects by
//!   their content; they ask for null where a number may be.
//! - `cat` and `substr` take what is no list and no object; of null they make no text.
//! - A result that is no number, such as a division by zero.
//!
//! What counts as true, everywhere: all but `false`, `null`, `0`, `""` and `[]`.
//!
//! **Total.** Depth and size of a condition are limited as it is read, and what its evaluation may
//! cost as it is evaluated: [`GuardFault::TooLong`].
//!
//! **As JsonLogic.** [`Mode::Lenient`] is what the public suites expect: what is absent is null, and
//! null, flags and texts become numbers. Where a condition has a value, it has the same as there.
//! Of those suites (json-logic/compat-tables), these are about other operators than the above:
//! `coalesce.json` (`??`), `throw.json`, `try.json` and `try.extra.json`, `scopes.json` and
//! `val.extra.json` (`val` that leaves the item of an iteration), `*/*.extra.json` and
//! `iterators.extra.json` in part (`preserve`, operands that are no logic). `log` is refused: a
//! condition has no effects.

mod operators;
mod values;
mod run;
mod compare;
mod apply;
mod check;

pub(super) use check::read;

use super::read::{Issues, Node, Path};
use crate::error::DefinitionIssue;
use crate::json::Value;
use operators::{listed, parts};
use run::Run;
use values::truthy;

/// A condition whose operators and operands are known to be right.
///
/// ```
/// use stagebook::{definition::Condition, json};
/// let rule = r#"{ ">=": [{ "var": "contact.fields.budget" }, 1000] }"#;
/// let condition = Condition::parse(&json::parse(rule).map_err(|at| at.0)?).expect("no errors");
/// let rich = json::parse(r#"{ "contact": { "fields": { "budget": 2500 } } }"#).map_err(|at| at.0)?;
/// assert_eq!(condition.holds(&rich), Ok(true));
/// let unknown = json::parse(r#"{ "contact": { "fields": {} } }"#).map_err(|at| at.0)?;
/// let error = condition.holds(&unknown).expect_err("no budget");
/// assert_eq!(error.variable.as_deref(), Some("contact.fields.budget"));
/// # Ok::<(), usize>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    rule: Value<'static>,
    /// What it may ask for, a bit for each of [`ROOTS`].
    asks: u8,
}

/// What variables begin with.
pub const ROOTS: [&str; 5] = ["contact", "stage", "actor", "answers", "now"];

/// Why a condition has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardError {
    /// What.
    pub fault: GuardFault,
    /// The operator that it happened at; empty where none is to blame.
    pub operator: &'static str,
    /// The variable it is about, as the condition names it: in an iteration from its item. None
    /// where the operand at fault is no variable.
    pub variable: Option<String>,
}

words! {
    /// What is wrong about a [`GuardError`].
    pub enum GuardFault {
        /// The variable is not in the data.
        VariableUnknown = "variable-unknown",
        /// The operator can't take operands of these kinds.
        TypeClash = "type-clash",
        /// The result is no number that JSON has.
        NotFinite = "not-finite",
        /// The evaluation takes too many steps.
        TooLong = "too-long",
    }
}

/// What becomes of unknown variables and of operands of unlike kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// They are errors.
    Strict,
    /// As JsonLogic has it: they are null, and numbers where they can be.
    Lenient,
}

impl Condition {
    /// Checks the form of `rule`: its operators, how many operands they have, its depth and size.
    /// What it says about the data is checked with the definition it belongs to.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(rule: &Value<'_>) -> Result<Self, Vec<DefinitionIssue>> {
        let issues = Issues::default();
        let condition = check::form(Node { value: rule, path: Path::Root, issues: &issues });
        condition.ok_or_else(|| issues.into_list())
    }

    fn new(rule: Value<'static>) -> Self {
        Self { asks: asks(&rule), rule }
    }

    /// Whether it may look at the root of that place in [`ROOTS`].
    pub fn asks(&self, root: usize) -> bool {
        self.asks >> root & 1 == 1
    }

    /// Whether it holds for `data`.
    ///
    /// # Errors
    /// Why it has no value.
    pub fn holds(&self, data: &Value<'_>) -> Result<bool, GuardError> {
        self.evaluate(data).map(|value| truthy(&value))
    }

    /// Its value for `data`.
    ///
    /// # Errors
    /// Why it has none.
    pub fn evaluate(&self, data: &Value<'_>) -> Result<Value<'static>, GuardError> {
        self.evaluate_as(Mode::Strict, data)
    }

    /// Its value for `data` by the rules of `mode`.
    ///
    /// # Errors
    /// Why it has none.
    pub fn evaluate_as(&self, mode: Mode, data: &Value<'_>) -> Result<Value<'static>, GuardError> {
        Run::new(mode).value(&self.rule, data)
    }
}

/// A bit for each root that `rule` names, all of them where it asks for something that is not named
/// in it. What an item's variables are called does no harm.
fn asks(rule: &Value<'_>) -> u8 {
    let within = |rules: &[Value<'_>]| rules.iter().fold(0, |all, one| all | asks(one));
    let Some((name, operands)) = parts(rule) else {
        return rule.as_list().map_or(0, within);
    };
    let names = match name {
        "var" | "val" | "exists" => listed(operands).get(..1).unwrap_or_default(),
        "missing" | "missing_some" => return u8::MAX,
        _ => &[],
    };
    let root = |name: &Value<'_>| match name.as_str().map(|path| path.split('.').next()) {
        Some(Some(root)) if !root.is_empty() => {
            ROOTS.iter().position(|one| *one == root).map_or(0, |place| 1 << place)
        }
        _ => u8::MAX,
    };
    let whole = matches!(name, "var" | "val" | "exists") && names.is_empty();
    let named = names.iter().fold(if whole { u8::MAX } else { 0 }, |all, one| all | root(one));
    named | within(listed(operands))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::json::parse;
    use proptest::prelude::*;

    const DATA: &str = r#"{"contact":{"name":"Ada","fields":{"n":3}},"stage":"a","actor":{"id":"x","roles":["a","b"]},"answers":{"q":7},"now":5}"#;
    /// Ways to name something, and something to name.
    const WAYS: [&str; 14] = [
        r#"{"var":P}"#,
        r#"{"var":[P]}"#,
        r#"{"var":[P,{"var":"stage"}]}"#,
        r#"{"var":{"cat":["con","tact.name"]}}"#,
        r#"{"var":""}"#,
        r#"{"var":[]}"#,
        r#"{"val":P}"#,
        r#"{"val":[P,"fields","n"]}"#,
        r#"{"val":{"merge":[P,"id"]}}"#,
        r#"{"exists":P}"#,
        r#"{"missing":[P,"answers.q"]}"#,
        r#"{"missing_some":[1,[P,"now"]]}"#,
        r#"{"some":[{"var":"actor.roles"},{"==":[{"var":""},{"var":P}]}]}"#,
        r#"{"reduce":[[1,2],{"+":[{"var":"current"},{"var":"accumulator"}]},{"var":P}]}"#,
    ];
    const PATHS: [&str; 9] = [
        r#""contact""#,
        r#""contact.name""#,
        r#""stage""#,
        r#""actor.roles.1""#,
        r#""answers.q""#,
        r#""now""#,
        r#""answers.none""#,
        "0",
        "null",
    ];

    proptest! {
        #[test]
        fn what_it_may_ask_for_is_all_that_it_needs(ways in prop::collection::vec((0..WAYS.len(), 0..PATHS.len()), 1..4)) {
            let parts: Vec<_> = ways.iter().map(|(way, path)| WAYS[*way].replace('P', PATHS[*path])).collect();
            let rule = format!(r#"{{"merge":[{}]}}"#, parts.join(","));
            let condition = Condition::new(parse(&rule).unwrap().into_owned());
            let full = parse(DATA).unwrap();
            let part = full.as_object().unwrap().iter().filter(|(name, _)| {
                condition.asks(ROOTS.iter().position(|root| root == name).unwrap())
            });
            let part = Value::Object(part.cloned().collect());
            for mode in [Mode::Strict, Mode::Lenient] {
                prop_assert_eq!(condition.evaluate_as(mode, &full), condition.evaluate_as(mode, &part), "{}", rule);
            }
        }
    }

    #[test]
    fn a_condition_on_one_thing_asks_for_no_other() {
        let condition = Condition::new(parse(r#"{">":[{"var":"answers.q"},1]}"#).unwrap());
        assert_eq!((0..ROOTS.len()).filter(|root| condition.asks(*root)).collect::<Vec<_>>(), [3]);
    }
}
