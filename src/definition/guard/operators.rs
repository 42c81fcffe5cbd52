//! Which operators there are, and how many operands each takes.

use crate::json::Value;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Var,
    Val,
    Exists,
    Missing,
    MissingSome,
    If,
    And,
    Or,
    Not,
    Truthy,
    Equal,
    Unequal,
    Same,
    Different,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Min,
    Max,
    Map,
    Filter,
    Reduce,
    All,
    None,
    Some,
    Merge,
    In,
    Cat,
    Substr,
}

/// What stands for the operands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A list of them.
    Listed,
    /// A list of them, or the only one.
    Single,
    /// A list of them, or one whose value is the list.
    Spread,
}

pub(super) struct Operation {
    pub(super) name: &'static str,
    pub(super) operator: Operator,
    pub(super) form: Form,
    pub(super) min: usize,
    pub(super) max: usize,
}

pub(super) const MANY: usize = usize::MAX;

const fn operation(
    name: &'static str,
    operator: Operator,
    form: Form,
    min: usize,
    max: usize,
) -> Operation {
    Operation { name, operator, form, min, max }
}

static OPERATIONS: [Operation; 36] = [
    operation("var", Operator::Var, Form::Single, 0, 2),
    operation("val", Operator::Val, Form::Spread, 0, MANY),
    operation("exists", Operator::Exists, Form::Spread, 1, MANY),
    operation("missing", Operator::Missing, Form::Single, 0, MANY),
    operation("missing_some", Operator::MissingSome, Form::Listed, 2, 2),
    operation("if", Operator::If, Form::Listed, 0, MANY),
    operation("?:", Operator::If, Form::Listed, 0, MANY),
    operation("and", Operator::And, Form::Listed, 0, MANY),
    operation("or", Operator::Or, Form::Listed, 0, MANY),
    operation("!", Operator::Not, Form::Single, 0, 1),
    operation("!!", Operator::Truthy, Form::Single, 0, 1),
    operation("==", Operator::Equal, Form::Listed, 2, MANY),
    operation("!=", Operator::Unequal, Form::Listed, 2, MANY),
    operation("===", Operator::Same, Form::Listed, 2, MANY),
    operation("!==", Operator::Different, Form::Listed, 2, MANY),
    operation("<", Operator::Less, Form::Listed, 2, MANY),
    operation("<=", Operator::LessOrEqual, Form::Listed, 2, MANY),
    operation(">", Operator::Greater, Form::Listed, 2, MANY),
    operation(">=", Operator::GreaterOrEqual, Form::Listed, 2, MANY),
    operation("+", Operator::Add, Form::Spread, 0, MANY),
    operation("-", Operator::Subtract, Form::Spread, 1, MANY),
    operation("*", Operator::Multiply, Form::Spread, 0, MANY),
    operation("/", Operator::Divide, Form::Spread, 1, MANY),
    operation("%", Operator::Remainder, Form::Spread, 2, MANY),
    operation("min", Operator::Min, Form::Spread, 1, MANY),
    operation("max", Operator::Max, Form::Spread, 1, MANY),
    operation("map", Operator::Map, Form::Listed, 2, 2),
    operation("filter", Operator::Filter, Form::Listed, 2, 2),
    operation("reduce", Operator::Reduce, Form::Listed, 2, 3),
    operation("all", Operator::All, Form::Listed, 2, 2),
    operation("none", Operator::None, Form::Listed, 2, 2),
    operation("some", Operator::Some, Form::Listed, 2, 2),
    operation("merge", Operator::Merge, Form::Single, 0, MANY),
    operation("in", Operator::In, Form::Listed, 2, 2),
    operation("cat", Operator::Cat, Form::Spread, 0, MANY),
    operation("substr", Operator::Substr, Form::Listed, 2, 3),
];

impl Operation {
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        OPERATIONS.iter().find(|one| one.name == name)
    }

    /// Whether it evaluates its second operand for each item of its first.
    pub(super) fn iterates(&self) -> bool {
        matches!(
            self.operator,
            Operator::Map
                | Operator::Filter
                | Operator::Reduce
                | Operator::All
                | Operator::None
                | Operator::Some
        )
    }
}

/// The operator of `rule` and what stands for its operands, if it is an operation.
pub(super) fn parts<'a>(rule: &'a Value<'_>) -> Option<(&'a str, &'a Value<'a>)> {
    match rule.as_object()? {
        [(name, operands)] => Some((name, operands)),
        _ => None,
    }
}

/// The operands one by one; a lone one is a list of one.
pub(super) fn listed<'a>(operands: &'a Value<'a>) -> &'a [Value<'a>] {
    operands.as_list().unwrap_or(std::slice::from_ref(operands))
}

/// The name of the variable that `rule` is, if it is one with a name that stands there.
pub(super) fn variable(rule: &Value<'_>) -> Option<String> {
    let (name, operands) = parts(rule)?;
    let given = listed(operands);
    match name {
        "var" => given.first()?.as_str().map(str::to_owned),
        "val" => {
            let names: Option<Vec<&str>> = given.iter().map(Value::as_str).collect();
            names.map(|names| names.join("."))
        }
        _ => None,
    }
}
