//! How two values compare.

use super::operators::Operator;
use super::run::{Call, Outcome, Run};
use super::values::text_of;
use super::{GuardError, Mode};
use crate::json::{self, Value};
use std::cmp::Ordering;

impl Run {
    pub(super) fn compares(
        &mut self,
        call: Call<'_>,
        place: usize,
        one: &Value<'_>,
        other: &Value<'_>,
    ) -> Result<bool, GuardError> {
        let operator = call.operation.operator;
        match operator {
            Operator::Same => return self.same(one, other),
            Operator::Different => return self.same(one, other).map(|same| !same),
            _ => {}
        }
        let equality = matches!(operator, Operator::Equal | Operator::Unequal);
        let Some(order) = self.order(one, other, equality) else {
            return Err(call.clash(place - 1, place + 1));
        };
        Ok(match operator {
            Operator::Equal => order.is_eq(),
            Operator::Unequal => order.is_ne(),
            Operator::Less => order.is_lt(),
            Operator::LessOrEqual => order.is_le(),
            Operator::Greater => order.is_gt(),
            _ => order.is_ge(),
        })
    }

    /// How two values sort, if they do. For `equality` any order but `Equal` is the same.
    fn order(&self, one: &Value<'_>, other: &Value<'_>, equality: bool) -> Option<Ordering> {
        use Value::{Bool, List, Null, Object, Text};
        match (one, other) {
            (Text(one), Text(other)) => Some(one.cmp(other)),
            (Bool(one), Bool(other)) if equality => Some(one.cmp(other)),
            (Null, Null) if equality => Some(Ordering::Equal),
            (Null, Text(_) | List(_) | Object(_)) | (Text(_) | List(_) | Object(_), Null)
                if equality =>
            {
                Some(Ordering::Less)
            }
            _ => self.number(one)?.partial_cmp(&self.number(other)?),
        }
    }

    /// Whether two values are equal, whatever their kinds; the order of members does not matter.
    fn same(&mut self, one: &Value<'_>, other: &Value<'_>) -> Result<bool, GuardError> {
        match (one, other) {
            (Value::List(one), Value::List(other)) => {
                for (one, other) in one.iter().zip(other) {
                    if !self.same(one, other)? {
                        return Ok(false);
                    }
                }
                Ok(one.len() == other.len())
            }
            (Value::Object(members), Value::Object(others)) => {
                self.spend(members.len().saturating_mul(others.len()))?;
                for (name, value) in members {
                    let Some(found) = other.get(name) else {
                        return Ok(false);
                    };
                    if !self.same(value, found)? {
                        return Ok(false);
                    }
                }
                Ok(members.len() == others.len())
            }
            _ => Ok(one == other),
        }
    }

    pub(super) fn is_in(&mut self, call: Call<'_>, one: &Value<'_>, many: &Value<'_>) -> Outcome {
        let found = match (one, many) {
            (_, Value::List(items)) => {
                for item in items {
                    if self.same(one, item)? {
                        return Ok(Value::Bool(true));
                    }
                }
                false
            }
            (Value::Text(part), Value::Text(whole)) => whole.contains(&**part),
            _ if self.mode == Mode::Strict => return Err(call.clash(0, 2)),
            (_, Value::Text(whole)) => text_of(one).is_some_and(|part| whole.contains(&part)),
            _ => false,
        };
        Ok(Value::Bool(found))
    }

    /// What counts as a number: in lenient conditions all but lists, objects and most texts.
    pub(super) fn number(&self, value: &Value<'_>) -> Option<f64> {
        if self.mode == Mode::Lenient {
            match value {
                Value::Null => return Some(0.0),
                Value::Bool(flag) => return Some((*flag).into()),
                Value::Text(text) if text.trim().is_empty() => return Some(0.0),
                Value::Text(text) => return json::parse(text).ok()?.as_f64(),
                _ => {}
            }
        }
        value.as_f64()
    }
}
