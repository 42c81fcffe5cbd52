//! The definitions of a book. A book has exactly one so far; that more than one is refused is
//! said here and nowhere else.

use super::{Definition, check};
use crate::error::{DefinitionIssue, Params, Severity};
use crate::ids::{DefinitionHash, DefinitionId};
use crate::json::Value;

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
        mut values: Vec<Value<'static>>,
        hash: impl FnOnce(&Value<'_>) -> DefinitionHash,
    ) -> Result<Self, Vec<DefinitionIssue>> {
        if values.len() > 1 {
            return Err(several(&values));
        }
        let Some(value) = values.pop() else {
            let key = params! { "key" => "definitions" };
            return Err(vec![problem("required", "definitions", key)]);
        };
        Ok(Self(vec![Definition::build(value, hash)?]))
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

    /// The one that starts when a contact is created: unless told otherwise, the first.
    pub fn auto_start(&self) -> Option<&Definition> {
        let starts = |place: usize, one: &Definition| one.auto_start().unwrap_or(place == 0);
        self.0.iter().enumerate().find(|(place, one)| starts(*place, one)).map(|(_, one)| one)
    }
}

fn problem(code: &'static str, path: &str, params: Params) -> DefinitionIssue {
    DefinitionIssue { severity: Severity::Error, code, path: path.to_owned(), params }
}

/// What is wrong with more than one definition, each of them included.
fn several(values: &[Value<'_>]) -> Vec<DefinitionIssue> {
    let feature = params! { "feature" => "definitions" };
    let mut issues = vec![problem("not-yet", "definitions.1", feature)];
    for (place, value) in values.iter().enumerate() {
        issues.extend(check(value).into_iter().map(|issue| under(place, issue)));
    }
    issues
}

/// `issue` with the path it has in a list of definitions.
fn under(place: usize, mut issue: DefinitionIssue) -> DefinitionIssue {
    let dot = if issue.path.is_empty() { "" } else { "." };
    issue.path = format!("definitions.{place}{dot}{}", issue.path);
    issue
}
