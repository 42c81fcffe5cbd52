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
pub struct Condition(Value<'static>);

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
        Run::new(mode).value(&self.0, data)
    }
}
