//! What can be said of a condition without data: whether its operators exist and have operands that
//! they can take, whether its variables can, and whether it decides anything.

use super::operators::{Form, MANY, Operation, Operator, listed, parts};
use super::run::Run;
use super::values::{truthy, weight};
use super::{Condition, GuardFault, Mode};
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
/// What variables begin with.
const ROOTS: [&str; 5] = ["contact", "stage", "actor", "answers", "now"];

/// Reads a condition of a definition; none where there is an issue that is an error.
pub(in crate::definition) fn read(node: Node<'_>) -> Option<Condition> {
    let condition = form(node)?;
    let mut check = Check { issues: node.issues, run: Run::new(Mode::Strict), sound: true };
    check.variables(node.value, node.path);
    check.constants(node.value, node.path, true);
    check.sound.then_some(condition)
}

/// Reads a condition of the right form, whatever it says.
pub(super) fn form(node: Node<'_>) -> Option<Condition> {
    if deeper(node.value, MAX_DEPTH) {
        node.error("condition-too-deep", params! { "max" => MAX_DEPTH });
        return None;
    }
    if weight(node.value) > MAX_SIZE {
        node.error("too-large", params! { "max" => MAX_SIZE });
        return None;
    }
    let mut check = Check { issues: node.issues, run: Run::new(Mode::Strict), sound: true };
    check.form(node.value, node.path);
    check.sound.then(|| Condition(node.value.clone().into_owned()))
}

struct Check<'a> {
    issues: &'a Issues,
    /// One for all that is constant, so that its limit is for all together.
    run: Run,
    sound: bool,
}

impl Check<'_> {
    fn error(&mut self, path: Path<'_>, code: &'static str, params: Params) {
        self.issues.error(path, code, params);
        self.sound = false;
    }

    fn form(&mut self, rule: &Value<'_>, path: Path<'_>) {
        match parts(rule) {
            Some((name, operands)) => {
                let at = path.key(name);
                self.operation(name, operands, at);
                match operands {
                    Value::List(_) => self.form(operands, at),
                    one => self.form(one, at),
                }
            }
            None => match rule {
                Value::List(items) => {
                    items.iter().enumerate().for_each(|(place, item)| {
                        self.form(item, path.at(place));
                    });
                }
                Value::Object(members) if !members.is_empty() => {
                    self.error(path, "operators-many", Params::new());
                }
                _ => {}
            },
        }
    }

    fn operation(&mut self, name: &str, operands: &Value<'_>, path: Path<'_>) {
        let Some(operation) = Operation::named(name) else {
            return self.error(path, "operator-unknown", params! { "operator" => name });
        };
        if !fits(operation, operands) {
            let mut params = params! { "operator" => name };
            if operation.min > 0 {
                params.insert("min", Param::from(operation.min));
            }
            if operation.max < MANY {
                params.insert("max", Param::from(operation.max));
            }
            self.error(path, "operands-wrong", params);
        }
    }

    /// That variables begin as the data does. Those of an iteration are its item's.
    fn variables(&mut self, rule: &Value<'_>, path: Path<'_>) {
        let Some((name, operands)) = parts(rule) else {
            for (place, item) in rule.as_list().into_iter().flatten().enumerate() {
                self.variables(item, path.at(place));
            }
            return;
        };
        let at = path.key(name);
        for variable in names(name, operands) {
            let root = variable.split('.').next().unwrap_or_default();
            if !variable.is_empty() && !ROOTS.contains(&root) {
                let allowed = ROOTS.into_iter().collect::<Param>();
                let params = params! { "variable" => variable, "allowed" => allowed };
                self.error(at, "variable-unknown", params);
            }
        }
        let iterates = Operation::named(name).is_some_and(Operation::iterates);
        for (place, operand) in listed(operands).iter().enumerate() {
            if !(iterates && place == 1) {
                self.variables(
                    operand,
                    if operands.as_list().is_some() { at.at(place) } else { at },
                );
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
            let path = if operands.as_list().is_some() { at.at(place) } else { at };
            self.constants(operand, path, decides);
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

/// The variables that stand among the operands of `name`, or what they begin with.
fn names<'a>(name: &str, operands: &'a Value<'a>) -> Vec<&'a str> {
    let given = listed(operands);
    let given = match name {
        "var" | "val" | "exists" => given.get(..1),
        "missing" => Some(given),
        "missing_some" => given.get(1).and_then(Value::as_list),
        _ => None,
    };
    given.unwrap_or_default().iter().filter_map(Value::as_str).collect()
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
