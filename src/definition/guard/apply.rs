//! Operators that need no more than the values of their operands, and the data.

use super::GuardFault;
use super::operators::{Operator, variable};
use super::run::{Call, Outcome, Run};
use super::values::{absent, flat, member, text, text_of, truthy};
use crate::json::Value;

impl Run {
    pub(super) fn apply(
        &mut self,
        call: Call<'_>,
        values: Vec<Value<'static>>,
        scope: &Value<'_>,
    ) -> Outcome {
        let first = values.first().is_some_and(truthy);
        match call.operation.operator {
            Operator::Not => Ok(Value::Bool(!first)),
            Operator::Truthy => Ok(Value::Bool(first)),
            Operator::Val | Operator::Exists => self.at(call, &values, scope),
            Operator::Missing => Ok(Value::List(absent(flat(values), scope))),
            Operator::MissingSome => self.missing_some(call, values, scope),
            Operator::Merge => Ok(Value::List(flat(values))),
            Operator::Cat => {
                let mut all = String::new();
                for (place, value) in values.iter().enumerate() {
                    all += &text_of(value).ok_or_else(|| call.clash(place, place + 1))?;
                }
                Ok(text(all))
            }
            Operator::In => self.is_in(call, &values[0], &values[1]),
            Operator::Substr => self.substr(call, &values),
            _ => self.arithmetic(call, &values),
        }
    }

    /// What is at the path whose names are `values`, or whether something is.
    fn at(&mut self, call: Call<'_>, values: &[Value<'_>], scope: &Value<'_>) -> Outcome {
        let mut names = Vec::with_capacity(values.len());
        for (place, value) in values.iter().enumerate() {
            names.push(text_of(value).ok_or_else(|| call.clash(place, place + 1))?);
        }
        let found = names.iter().try_fold(scope, |value, name| member(value, name));
        if call.operation.operator == Operator::Exists {
            return Ok(Value::Bool(found.is_some()));
        }
        match found {
            Some(found) => self.copy(found),
            None => self.unknown(call, names.join(".")),
        }
    }

    fn missing_some(
        &mut self,
        call: Call<'_>,
        mut values: Vec<Value<'static>>,
        scope: &Value<'_>,
    ) -> Outcome {
        let names = values.pop();
        let (Some(Value::List(names)), Some(needed)) =
            (names, values.first().and_then(|value| self.number(value)))
        else {
            return Err(call.clash(0, 2));
        };
        let all = names.len();
        let missing = absent(names, scope);
        let enough = (all - missing.len()) as f64 >= needed;
        Ok(Value::List(if enough { Vec::new() } else { missing }))
    }

    /// Part of a text, counted in characters, from its end where negative.
    fn substr(&self, call: Call<'_>, values: &[Value<'_>]) -> Outcome {
        let whole = text_of(&values[0]).ok_or_else(|| call.clash(0, 1))?;
        let chars = whole.chars().count() as f64;
        let number = |place: usize| match values.get(place) {
            None => Ok(f64::INFINITY),
            Some(value) => match self.number(value) {
                Some(number) => Ok(number.trunc()),
                None => Err(call.clash(place, place + 1)),
            },
        };
        let from = |start: f64, end: f64| if start < 0.0 { (end + start).max(0.0) } else { start };
        let start = from(number(1)?, chars).min(chars);
        let length = from(number(2)?, chars - start);
        let part = whole.chars().skip(start as usize).take(length as usize);
        Ok(text(part.collect()))
    }

    fn arithmetic(&self, call: Call<'_>, values: &[Value<'_>]) -> Outcome {
        let operator = call.operation.operator;
        let mut numbers = Vec::with_capacity(values.len() + 1);
        for (place, value) in values.iter().enumerate() {
            numbers.push(self.number(value).ok_or_else(|| call.clash(place, place + 1))?);
        }
        // Of one number: its negative, its inverse, or itself.
        match operator {
            Operator::Add | Operator::Subtract if numbers.len() < 2 => numbers.insert(0, 0.0),
            Operator::Multiply | Operator::Divide if numbers.len() < 2 => numbers.insert(0, 1.0),
            _ => {}
        }
        let mut result = numbers.first().copied().unwrap_or_default();
        for &next in numbers.iter().skip(1) {
            result = match operator {
                Operator::Add => result + next,
                Operator::Subtract => result - next,
                Operator::Multiply => result * next,
                Operator::Divide => result / next,
                Operator::Remainder => remainder(result, next),
                Operator::Min => result.min(next),
                _ => result.max(next),
            };
        }
        if !result.is_finite() {
            let variable = call.given.iter().rev().filter_map(variable).next();
            return Err(call.fault(GuardFault::NotFinite, variable));
        }
        Ok(Value::Number(result))
    }
}

/// What `%` gives for doubles, exactly: the remainder that is below the divisor, with the sign of
/// what is divided. The operator itself brings 2 kB of code into the WebAssembly.
fn remainder(number: f64, divisor: f64) -> f64 {
    let (mut rest, unit) = (number.abs(), divisor.abs());
    if unit == 0.0 {
        return f64::NAN;
    }
    let mut times = unit;
    while times <= rest / 2.0 {
        times *= 2.0;
    }
    while times >= unit {
        if rest >= times {
            rest -= times;
        }
        times /= 2.0;
    }
    rest.copysign(number)
}

#[cfg(test)]
mod tests {
    use super::remainder;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_remainder_is_that_of_the_operator(
            number in prop_oneof![any::<f64>(), (-99..99_i32).prop_map(f64::from), -9.0..9.0],
            divisor in prop_oneof![any::<f64>(), (-9..9_i32).prop_map(f64::from), -1.0..1.0],
        ) {
            prop_assume!(number.is_finite() && divisor.is_finite());
            let (ours, theirs) = (remainder(number, divisor), number % divisor);
            prop_assert!(ours == theirs || ours.is_nan() && theirs.is_nan(), "{ours} {theirs}");
        }
    }
}
