//! The definitions of a book: each checked by itself, and all of them together.

use super::Definition;
use crate::error::{DefinitionIssue, Params, Severity};
use crate::ids::{DefinitionHash, DefinitionId};
use crate::json::Value;
use crate::sort;

/// The checked definitions of a book, as the host listed them.
#[derive(Clone, Debug)]
pub struct Definitions(Vec<Definition>);

impl Definitions {
    /// Checks and compiles `values`. `hash`, of the canonical JSON, is asked for definitions
    /// without errors alone.
    ///
    /// # Errors
    /// The issues of all definitions; their paths begin with `definitions.<n>` if there are several.
    pub fn parse(
        values: Vec<Value<'static>>,
        hash: impl Fn(&Value<'_>) -> DefinitionHash,
    ) -> Result<Self, Vec<DefinitionIssue>> {
        if values.is_empty() {
            let key = params! { "key" => "definitions" };
            return Err(vec![problem("required", "definitions", key)]);
        }
        let alone = values.len() == 1;
        let mut issues = if alone { Vec::new() } else { together(&values) };
        let mut all = Vec::with_capacity(values.len());
        for (place, value) in values.into_iter().enumerate() {
            match Definition::build(value, &hash) {
                Ok(definition) => all.push(definition),
                Err(found) if alone => issues.extend(found),
                Err(found) => issues.extend(found.into_iter().map(|issue| under(place, issue))),
            }
        }
        if issues.is_empty() { Ok(Self(all)) } else { Err(issues) }
    }

    /// No definitions: where there is no book.
    pub fn none() -> Self {
        Self(Vec::new())
    }

    /// The definition `id`.
    pub fn get(&self, id: &DefinitionId) -> Option<&Definition> {
        self.0.iter().find(|definition| definition.id() == id)
    }

    /// All of them, as listed.
    pub fn iter(&self) -> impl Iterator<Item = &Definition> {
        self.0.iter()
    }

    /// Those that may start when a contact is created: unless told otherwise the first. Lower
    /// priority goes first.
    pub fn auto_start(&self) -> Vec<&Definition> {
        let starts = |(place, one): &(usize, &Definition)| one.auto_start().unwrap_or(*place == 0);
        let mut all: Vec<&Definition> =
            self.0.iter().enumerate().filter(starts).map(|(_, one)| one).collect();
        sort::sort(&mut all, |a, b| a.priority().total_cmp(&b.priority()));
        all
    }
}

fn problem(code: &'static str, path: &str, params: Params) -> DefinitionIssue {
    DefinitionIssue { severity: Severity::Error, code, path: path.to_owned(), params }
}

/// What of several definitions does not fit together: ids that stand twice, and rows of one activity
/// type that are not alike.
fn together(values: &[Value<'_>]) -> Vec<DefinitionIssue> {
    let mut issues = Vec::new();
    for (place, value) in values.iter().enumerate() {
        let before = &values[..place];
        if let Some(id) = value.get("id").and_then(Value::as_str)
            && before.iter().any(|other| other.get("id").and_then(Value::as_str) == Some(id))
        {
            let path = format!("definitions.{place}.id");
            issues.push(problem("duplicate-id", &path, params! { "id" => id }));
        }
        for (row, kind) in types_of(value).iter().enumerate() {
            let Some(id) = kind.get("id").and_then(Value::as_str) else { continue };
            let unlike = |other: &Value<'_>| {
                let same = |one: &&Value<'_>| one.get("id").and_then(Value::as_str) == Some(id);
                types_of(other).iter().find(same).is_some_and(|one| !alike(one, kind))
            };
            if before.iter().any(unlike) {
                let path = format!("definitions.{place}.activityTypes.{row}");
                issues.push(problem("type-unlike", &path, params! { "type" => id }));
            }
        }
    }
    issues
}

fn types_of<'v>(definition: &'v Value<'v>) -> &'v [Value<'v>] {
    definition.get("activityTypes").and_then(Value::as_list).unwrap_or_default()
}

/// Whether two values are the same, in whatever order their members stand.
fn alike(a: &Value<'_>, b: &Value<'_>) -> bool {
    match (a, b) {
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(name, value)| b.get(name).is_some_and(|v| alike(value, v)))
        }
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(a, b)| alike(a, b))
        }
        _ => a == b,
    }
}

/// `issue` with the path it has in a list of definitions.
fn under(place: usize, mut issue: DefinitionIssue) -> DefinitionIssue {
    let dot = if issue.path.is_empty() { "" } else { "." };
    issue.path = format!("definitions.{place}{dot}{}", issue.path);
    issue
}
