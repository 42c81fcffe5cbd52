//! What can be said of a condition without data: whether its operators exist and have operands that
//! they can take, whether its variables can, and whether it decides anything.

use super::operators::{Form, MANY, Operation, Operator, listed, parts};
use super::run::Run;
use super::values::{truthy, weight};
use super::{Condition, GuardFault, Mode, ROOTS};
use crate::definition::raw::deeper;
use crate::definition::read::{Issues, Node, Path};
use crate::error::{Param, Params};
use crate::json::Value;

/// Levels of lists and objects; an operation and its list of operands are two.
const MAX_DEPTH: usize = 48;
/// Values in a condition, long texts as several.
const MAX_SIZE: usize = 2_000;
/// What all that is constant in a condition is evaluated against.
const NO_DATA: Value<'static> = Value::Null;

/// Reads a condition of a definition; none where there is an issue that is an error.
pub(in crate::definition) fn read(node: Node<'_>) -> Option<Condition> {
    let mut check = Check::of(node.issues);
    let condition = check.form_of(node, true)?;
    check.constants(node.value, node.path, true);
    check.sound.then_some(condition)
}

/// Reads a condition of the right form, whatever its variables are and whatever it says.
pub(super) fn form(node: Node<'_>) -> Option<Condition> {
    Check::of(node.issues).form_of(node, false)
}

struct Check<'a> {
    issues: &'a Issues,
    /// One for all that is constant, so that its limit is for all together.
    run: Run,
    sound: bool,
}

impl<'a> Check<'a> {
    fn of(issues: &'a Issues) -> Self {
        Self { issues, run: Run::new(Mode::Strict), sound: true }
    }

    fn error(&mut self, path: Path<'_>, code: &'static str, params: Params) {
        self.issues.error(path, code, params);
        self.sound = false;
    }

    fn form_of(&mut self, node: Node<'_>, rooted: bool) -> Option<Condition> {
        if deeper(node.value, MAX_DEPTH) {
            node.error("condition-too-deep", params! { "max" => MAX_DEPTH });
            return None;
        }
        if weight(node.value) > MAX_SIZE {
            node.error("too-large", params! { "max" => MAX_SIZE });
            return None;
        }
        self.form(node.value, node.path, rooted);
        self.sound.then(|| Condition::new(node.value.clone().into_owned()))
    }

    /// That operators and operands are right and, where `rule` is `rooted`, that its variables
    /// begin as the data does. In an iteration they are its item's.
    fn form(&mut self, rule: &Value<'_>, path: Path<'_>, rooted: bool) {
        let Some((name, operands)) = parts(rule) else {
            if rule.as_object().is_some_and(|members| !members.is_empty()) {
                self.error(path, "operators-many", Params::new());
            }
            for (place, item) in rule.as_list().into_iter().flatten().enumerate() {
                self.form(item, path.at(place), rooted);
            }
            return;
        };
        let at = path.key(name);
        let Some(operation) = Operation::named(name) else {
            return self.error(at, "operator-unknown", params! { "operator" => name });
        };
        if !fits(operation, operands) {
            self.misfit(operation, at);
        }
        if rooted {
            self.roots(name, operands, at);
        }
        for (place, operand) in listed(operands).iter().enumerate() {
            let rooted = rooted && !(operation.iterates() && place == 1);
            self.form(operand, path_of(&at, operands, place), rooted);
        }
    }

    fn misfit(&mut self, operation: &Operation, path: Path<'_>) {
        let mut params = params! { "operator" => operation.name };
        if operation.min > 0 {
            params.insert("min", Param::from(operation.min));
        }
        if operation.max < MANY {
            params.insert("max", Param::from(operation.max));
        }
        self.error(path, "operands-wrong", params);
    }

    fn roots(&mut self, name: &str, operands: &Value<'_>, path: Path<'_>) {
        let given = listed(operands);
        let given = match name {
            "var" | "val" | "exists" => given.get(..1),
            "missing" => Some(given),
            "missing_some" => given.get(1).and_then(Value::as_list),
            _ => None,
        };
        for variable in given.unwrap_or_default().iter().filter_map(Value::as_str) {
            let root = variable.split('.').next().unwrap_or_default();
            if !variable.is_empty() && !ROOTS.contains(&root) {
                let allowed = ROOTS.into_iter().collect::<Param>();
                let params = params! { "variable" => variable, "allowed" => allowed };
                self.error(path, "variable-unknown", params);
            }
        }
    }

    /// Tells of parts that are the same for any data: those that fail, and those that would
    /// decide, where `decides` says that whether `rule` holds is what it is there for.
    fn constants(&mut self, rule: &Value<'_>, path: Path<'_>, decides: bool) {
        let operation = parts(rule);
        if !reads(rule) {
            if operation.is_some() || decides {
                self.constant(rule, path, decides);
            }
            return;
        }
        let (at, operands, operator) = match operation {
            Some((name, operands)) => {
                (path.key(name), operands, Operation::named(name).map(|one| one.operator))
            }
            None => (path, rule, None),
        };
        let given = listed(operands);
        for (place, operand) in given.iter().enumerate() {
            let decides = match operator {
                Some(Operator::And | Operator::Or | Operator::Not | Operator::Truthy) => decides,
                Some(Operator::If) => place % 2 == 0 && place + 1 < given.len(),
                _ => false,
            };
            self.constants(operand, path_of(&at, operands, place), decides);
        }
    }

    fn constant(&mut self, rule: &Value<'_>, path: Path<'_>, decides: bool) {
        match self.run.value(rule, &NO_DATA) {
            Ok(value) if decides => {
                let value = if truthy(&value) { "true" } else { "false" };
                self.issues.warning(path, "condition-constant", params! { "value" => value });
            }
            Ok(_) => {}
            Err(error) if error.fault == GuardFault::TooLong => {
                self.error(path, "too-large", params! { "max" => MAX_SIZE });
            }
            Err(error) => {
                self.error(path, "condition-fails", params! { "operator" => error.operator });
            }
        }
    }
}

/// Where the operand at `place` stands; a lone one stands for them all.
fn path_of<'p>(at: &'p Path<'p>, operands: &Value<'_>, place: usize) -> Path<'p> {
    if operands.as_list().is_some() { at.at(place) } else { *at }
}

/// Whether `operation` can take `operands`, as far as that can be seen.
fn fits(operation: &Operation, operands: &Value<'_>) -> bool {
    match operation.form {
        Form::Listed if operands.as_list().is_none() => return false,
        Form::Spread if parts(operands).is_some() => return true,
        _ => {}
    }
    let given = listed(operands);
    let nothing = |place: usize| given.get(place).is_some_and(Value::is_null);
    let absurd = match operation.operator {
        Operator::Map | Operator::Filter | Operator::Reduce => nothing(0) || nothing(1),
        _ => operation.iterates() && nothing(0),
    };
    !absurd && (operation.min..=operation.max).contains(&given.len())
}

/// Whether `rule` asks for something of the data, or of an item.
fn reads(rule: &Value<'_>) -> bool {
    match rule {
        Value::List(items) => items.iter().any(reads),
        Value::Object(_) => parts(rule).is_some_and(|(name, operands)| {
            matches!(name, "var" | "val" | "exists" | "missing" | "missing_some") || reads(operands)
        }),
        _ => false,
    }
}
