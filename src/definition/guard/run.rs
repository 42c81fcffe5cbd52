//! The value of a condition. Operands are evaluated one by one, as far as they matter. Every value
//! that is made costs steps by its size, so that neither time nor memory grows beyond a limit,
//! whatever a condition multiplies.

use super::operators::{Form, Operation, Operator, listed, parts, variable};
use super::values::{at_path, text_of, truthy, weight};
use super::{GuardError, GuardFault, Mode};
use crate::json::Value;
use std::borrow::Cow;

/// What evaluating one condition may cost.
const STEPS: usize = 200_000;

pub(super) type Outcome = Result<Value<'static>, GuardError>;

/// An operation as it stands in a condition.
#[derive(Clone, Copy)]
pub(super) struct Call<'a> {
    pub(super) operation: &'static Operation,
    pub(super) given: &'a [Value<'a>],
}

impl<'a> Call<'a> {
    /// An operand, or null where there is none.
    fn operand(self, place: usize) -> &'a Value<'a> {
        self.given.get(place).unwrap_or(&Value::Null)
    }

    /// That it can't take one of its operands `from` up to `to`.
    pub(super) fn clash(self, from: usize, to: usize) -> GuardError {
        let operands = self.given.iter().take(to).skip(from);
        self.fault(GuardFault::TypeClash, operands.filter_map(variable).next())
    }

    pub(super) fn fault(self, fault: GuardFault, variable: Option<String>) -> GuardError {
        GuardError { fault, operator: self.operation.name, variable }
    }
}

pub(super) struct Run {
    pub(super) mode: Mode,
    steps: usize,
}

impl Run {
    pub(super) fn new(mode: Mode) -> Self {
        Self { mode, steps: STEPS }
    }

    /// The value of `rule`, whose variables are in `scope`.
    pub(super) fn value(&mut self, rule: &Value<'_>, scope: &Value<'_>) -> Outcome {
        if let Some((name, operands)) = parts(rule) {
            return self.operation(name, operands, scope);
        }
        match rule {
            Value::List(items) => self.values(items, scope).map(Value::List),
            _ => self.copy(rule),
        }
    }

    fn values(
        &mut self,
        rules: &[Value<'_>],
        scope: &Value<'_>,
    ) -> Result<Vec<Value<'static>>, GuardError> {
        self.spend(1)?;
        rules.iter().map(|rule| self.value(rule, scope)).collect()
    }

    pub(super) fn spend(&mut self, steps: usize) -> Result<(), GuardError> {
        let left = self.steps.checked_sub(steps);
        self.steps = left.unwrap_or_default();
        match left {
            Some(_) => Ok(()),
            None => Err(GuardError { fault: GuardFault::TooLong, operator: "", variable: None }),
        }
    }

    pub(super) fn copy(&mut self, value: &Value<'_>) -> Outcome {
        self.spend(weight(value))?;
        Ok(value.clone().into_owned())
    }

    fn operation(&mut self, name: &str, operands: &Value<'_>, scope: &Value<'_>) -> Outcome {
        let Some(operation) = Operation::named(name) else {
            // The check lets no such operator pass.
            return Err(GuardError { fault: GuardFault::TypeClash, operator: "", variable: None });
        };
        self.spend(1)?;
        let call = Call { operation, given: listed(operands) };
        match operation.operator {
            Operator::Var => self.variable(call, scope),
            Operator::If => self.choose(call, scope),
            Operator::And | Operator::Or => self.until(call, scope),
            Operator::Reduce => self.reduce(call, scope),
            Operator::Equal
            | Operator::Unequal
            | Operator::Same
            | Operator::Different
            | Operator::Less
            | Operator::LessOrEqual
            | Operator::Greater
            | Operator::GreaterOrEqual => self.chain(call, scope),
            _ if operation.iterates() => self.each(call, scope),
            _ => {
                let mut values = self.values(call.given, scope)?;
                if operation.form == Form::Spread
                    && operands.as_list().is_none()
                    && let Some(Value::List(items)) = values.first_mut()
                {
                    values = std::mem::take(items);
                }
                if values.len() < operation.min {
                    return Err(call.clash(0, 1));
                }
                self.apply(call, values, scope)
            }
        }
    }

    fn variable(&mut self, call: Call<'_>, scope: &Value<'_>) -> Outcome {
        let name = match call.given.first() {
            None => String::new(),
            Some(rule) => {
                let name = self.value(rule, scope)?;
                text_of(&name).ok_or_else(|| call.clash(0, 1))?
            }
        };
        match (at_path(scope, &name), call.given.get(1)) {
            (Some(found), _) => self.copy(found),
            (None, Some(default)) => self.value(default, scope),
            (None, None) => self.unknown(call, name),
        }
    }

    pub(super) fn unknown(&self, call: Call<'_>, name: String) -> Outcome {
        match self.mode {
            Mode::Strict => Err(call.fault(GuardFault::VariableUnknown, Some(name))),
            Mode::Lenient => Ok(Value::Null),
        }
    }

    fn choose(&mut self, call: Call<'_>, scope: &Value<'_>) -> Outcome {
        let mut rest = call.given;
        while let [condition, result, more @ ..] = rest {
            if truthy(&self.value(condition, scope)?) {
                return self.value(result, scope);
            }
            rest = more;
        }
        rest.first().map_or(Ok(Value::Null), |other| self.value(other, scope))
    }

    fn until(&mut self, call: Call<'_>, scope: &Value<'_>) -> Outcome {
        let decides = call.operation.operator == Operator::Or;
        let mut last = Value::Bool(false);
        for rule in call.given {
            last = self.value(rule, scope)?;
            if truthy(&last) == decides {
                break;
            }
        }
        Ok(last)
    }

    /// Whether each operand and the next compare as they should, up to the first that do not.
    fn chain(&mut self, call: Call<'_>, scope: &Value<'_>) -> Outcome {
        let mut before: Option<Value<'static>> = None;
        for (place, rule) in call.given.iter().enumerate() {
            let value = self.value(rule, scope)?;
            if let Some(before) = &before
                && !self.compares(call, place, before, &value)?
            {
                return Ok(Value::Bool(false));
            }
            before = Some(value);
        }
        Ok(Value::Bool(true))
    }

    /// The items that an iteration goes through.
    fn items(
        &mut self,
        call: Call<'_>,
        scope: &Value<'_>,
    ) -> Result<Vec<Value<'static>>, GuardError> {
        let asks =
            matches!(call.operation.operator, Operator::All | Operator::None | Operator::Some);
        match self.value(call.operand(0), scope)? {
            Value::List(items) => Ok(items),
            Value::Null if self.mode == Mode::Lenient && !asks => Ok(Vec::new()),
            _ => Err(call.clash(0, 1)),
        }
    }

    fn each(&mut self, call: Call<'_>, scope: &Value<'_>) -> Outcome {
        let operator = call.operation.operator;
        let items = self.items(call, scope)?;
        let none = items.is_empty();
        let mut kept = Vec::new();
        for item in items {
            let value = self.value(call.operand(1), &item)?;
            let holds = truthy(&value);
            match operator {
                Operator::Map => kept.push(value),
                Operator::Filter if holds => kept.push(item),
                Operator::All if !holds => return Ok(Value::Bool(false)),
                Operator::Some | Operator::None if holds => {
                    return Ok(Value::Bool(operator == Operator::Some));
                }
                _ => {}
            }
        }
        Ok(match operator {
            Operator::Map | Operator::Filter => Value::List(kept),
            Operator::All => Value::Bool(!none),
            _ => Value::Bool(operator == Operator::None),
        })
    }

    fn reduce(&mut self, call: Call<'_>, scope: &Value<'_>) -> Outcome {
        let items = self.items(call, scope)?;
        let mut result = self.value(call.operand(2), scope)?;
        for item in items {
            let names = [("current", item), ("accumulator", result)];
            let names = names.into_iter().map(|(name, value)| (Cow::Borrowed(name), value));
            result = self.value(call.operand(1), &Value::Object(names.collect()))?;
        }
        Ok(result)
    }
}
