//! Workflow definitions: data from the host, read, checked for every problem at once, and compiled.
//! Whoever holds a [`Definition`] need not check it again. Nothing here knows contacts or time.

mod check;
mod graph;
mod guard;
mod model;
pub mod preset;
mod raw;
mod read;
mod set;
mod table;
mod translation;
pub mod diagram;

pub use guard::{Condition, GuardError, GuardFault, Mode, ROOTS};
pub use model::*;
pub use set::Definitions;

use crate::error::{DefinitionIssue, Severity};
use crate::ids::{DefinitionHash, DefinitionId, StageId, TransitionId, TypeId};
use crate::json::Value;
use crate::label::Localized;
use graph::Graph;
use raw::Parts;

/// Everything that is wrong with `value` as a workflow definition, warnings included.
///
/// ```
/// use stagebook::{definition, json};
/// let text = r#"{ "id": "sales", "version": 1, "initial": "strat", "activityTypes": [],
///     "stages": [{ "id": "start", "final": true }], "transitions": [] }"#;
/// let issues = definition::check(&json::parse(text).map_err(|at| at.0)?);
/// assert_eq!((issues[0].code, issues[0].path.as_str()), ("stage-unknown", "initial"));
/// # Ok::<(), usize>(())
/// ```
pub fn check(value: &Value<'_>) -> Vec<DefinitionIssue> {
    examine(value).2
}

fn examine(value: &Value<'_>) -> (Parts, Graph, Vec<DefinitionIssue>) {
    let issues = read::Issues::default();
    let parts = raw::parts(value, &issues);
    let graph = Graph::of(&parts, &issues);
    check::check(&parts, &graph, &issues);
    (parts, graph, issues.into_list())
}

/// A workflow definition without errors. It never changes.
#[derive(Clone, Debug)]
pub struct Definition {
    parts: Parts,
    graph: Graph,
    source: Value<'static>,
    hash: DefinitionHash,
    warnings: Vec<DefinitionIssue>,
}

impl Definition {
    /// Checks and compiles `value`, whose canonical JSON has `hash`. Warnings do not stop it.
    ///
    /// # Errors
    /// All issues, warnings included, if any of them is an error.
    pub fn parse(
        value: Value<'static>,
        hash: DefinitionHash,
    ) -> Result<Self, Vec<DefinitionIssue>> {
        Self::build(value, |_| hash)
    }

    fn build(
        value: Value<'static>,
        hash: impl FnOnce(&Value<'_>) -> DefinitionHash,
    ) -> Result<Self, Vec<DefinitionIssue>> {
        let (parts, graph, issues) = examine(&value);
        if issues.iter().any(|issue| issue.severity == Severity::Error) {
            return Err(issues);
        }
        let hash = hash(&value);
        Ok(Self { parts, graph, source: value, hash, warnings: issues })
    }

    /// Its id.
    pub fn id(&self) -> &DefinitionId {
        &self.parts.id
    }

    /// Its version, from 1.
    pub fn version(&self) -> u64 {
        self.parts.version
    }

    /// Its name; the id where none was given.
    pub fn label(&self) -> &Localized {
        &self.parts.label
    }

    /// The JSON it was made of, as given.
    pub fn source(&self) -> &Value<'static> {
        &self.source
    }

    /// The hash of its canonical JSON.
    pub fn hash(&self) -> &DefinitionHash {
        &self.hash
    }

    /// What is doubtful about it, but no error.
    pub fn warnings(&self) -> &[DefinitionIssue] {
        &self.warnings
    }

    /// Whether the Workflow Log of a contact under it is shown.
    pub fn show_log(&self) -> bool {
        self.parts.show_log
    }

    /// Whether it starts with a contact's creation; none where the definition does not say.
    pub fn auto_start(&self) -> Option<bool> {
        self.parts.auto_start
    }

    /// What must hold for a contact to be brought under it.
    pub fn activate_when(&self) -> Option<&Condition> {
        self.parts.activate_when.as_ref()
    }

    /// Lower goes first among definitions.
    pub fn priority(&self) -> f64 {
        self.parts.priority
    }

    /// Which logged activities count for requirements.
    pub fn requirement_scope(&self) -> RequirementScope {
        self.parts.scope
    }

    /// Whether the history records changes of the contact's `field` with old and new value.
    pub fn tracked(&self, field: &str) -> bool {
        self.parts.tracked.as_ref().is_none_or(|fields| fields.iter().any(|name| name == field))
    }

    /// Who may do what `permission` guards.
    pub fn permission(&self, permission: Permission) -> &Roles {
        &self.parts.permissions[permission as usize]
    }

    /// Where a contact starts.
    pub fn initial(&self) -> &Stage {
        &self.parts.stages[self.graph.initial()]
    }

    /// All stages, as listed.
    pub fn stages(&self) -> &[Stage] {
        &self.parts.stages
    }

    /// The stage `id`.
    pub fn stage(&self, id: &StageId) -> Option<&Stage> {
        self.find_stage(id.as_str())
    }

    /// The stage of that id, whoever gave it.
    pub fn find_stage(&self, id: &str) -> Option<&Stage> {
        self.parts.stages.find(id)
    }

    /// All transitions, as listed.
    pub fn transitions(&self) -> &[Transition] {
        &self.parts.transitions
    }

    /// The transition `id`.
    pub fn transition(&self, id: &TransitionId) -> Option<&Transition> {
        self.find_transition(id.as_str())
    }

    /// The transition of that id, whoever gave it.
    pub fn find_transition(&self, id: &str) -> Option<&Transition> {
        self.parts.transitions.find(id)
    }

    /// The transitions that leave `stage`, disabled ones too: by priority, then as listed.
    pub fn transitions_from(&self, stage: &StageId) -> impl Iterator<Item = &Transition> {
        let places = self.parts.stages.place(stage.as_str()).map(|stage| self.graph.leaving(stage));
        places.unwrap_or_default().iter().map(|&place| &self.parts.transitions[place])
    }

    /// All activity types, as listed.
    pub fn activity_types(&self) -> &[ActivityType] {
        &self.parts.types
    }

    /// The activity type `id`.
    pub fn activity_type(&self, id: &TypeId) -> Option<&ActivityType> {
        self.find_type(id.as_str())
    }

    /// The activity type of that id, whoever gave it.
    pub fn find_type(&self, id: &str) -> Option<&ActivityType> {
        self.parts.types.find(id)
    }

    /// Where a move from `from` to `to` leads on the stage path. Only a lower order is backward,
    /// so what is unknown is forward.
    pub fn direction(&self, from: &StageId, to: &StageId) -> Direction {
        if from == to {
            return Direction::Self_;
        }
        match (self.stage(from), self.stage(to)) {
            (Some(from), Some(to)) if to.order < from.order => Direction::Backward,
            _ => Direction::Forward,
        }
    }

    /// Whether required activities gate `transition` when it is taken out of `from`.
    pub fn gates(&self, transition: &Transition, from: &StageId) -> bool {
        transition
            .gated
            .unwrap_or_else(|| self.direction(from, &transition.to) == Direction::Forward)
    }
}
