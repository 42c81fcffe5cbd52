//! A decision in the making: facts are folded into a working state as they are found, so that later
//! steps of a save see earlier ones, and all that is wrong is gathered before anything is refused.

use super::{Context, text_issue};
use crate::error::{Blocker, Error, Fault, Issue, IssueCode};
use crate::event::{By, Entry, Event, Fact, Hlc, Order};
use crate::ids::{DefinitionHash, EntryId, Seq, StageId};
use crate::project::Contact;
use crate::time::Instant;
use std::borrow::Cow;

/// What a command comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// What happened, in order.
    pub facts: Vec<Fact>,
    /// Warnings.
    pub issues: Vec<Issue>,
}

/// A decision in the making.
pub struct Draft<'a> {
    /// Copied by the first fact: most of what is refused needs no copy.
    pub(super) state: Cow<'a, Contact>,
    pub(super) context: &'a Context<'a>,
    pub(super) issues: Vec<Issue>,
    pub(super) blockers: Vec<Blocker>,
    facts: Vec<Fact>,
    occurred_at: Option<Instant>,
}

impl<'a> Draft<'a> {
    /// Starts from a contact's state.
    pub fn new(contact: Cow<'a, Contact>, context: &'a Context<'a>) -> Self {
        Self {
            state: contact,
            context,
            issues: Vec::new(),
            blockers: Vec::new(),
            facts: Vec::new(),
            occurred_at: None,
        }
    }

    /// Takes the option `occurredAt`, which can't be in the future.
    pub(super) fn happened(&mut self, text: Option<&str>) {
        let Some(text) = text else { return };
        match Instant::parse(text) {
            Some(at) if at <= self.context.now => self.occurred_at = Some(at),
            _ => self.issue("occurredAt", IssueCode::DateInvalid),
        }
    }

    pub(super) fn issue(&mut self, path: impl Into<String>, code: IssueCode) {
        self.issues.push(Issue::error(path, code, params! {}));
    }

    pub(super) fn check_text(&mut self, path: &str, text: Option<&str>) {
        self.issues.extend(text_issue(path, text));
    }

    /// Adds a fact by the actor.
    pub(super) fn push(&mut self, event: Event) -> EntryId {
        self.push_at(event, None, None)
    }

    /// Adds a fact that depends on a definition, or has a date of its own.
    pub(super) fn push_at(
        &mut self,
        event: Event,
        occurred_at: Option<Instant>,
        definition: Option<DefinitionHash>,
    ) -> EntryId {
        let by = By::from(self.context.actor);
        let occurred_at = occurred_at.or(self.occurred_at).filter(|at| *at != self.context.now);
        self.push_fact(Fact { by, occurred_at, source: None, definition, event })
    }

    /// Whether nothing has changed yet.
    pub(super) fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// The stages that it has moved the contact out of.
    pub(super) fn stages_left(&self) -> Vec<StageId> {
        let left = |fact: &Fact| match &fact.event {
            Event::WorkflowTransitioned(moved) => Some(moved.from.stage.clone()),
            _ => None,
        };
        self.facts.iter().filter_map(left).collect()
    }

    /// When it happened, if not now.
    pub(super) fn occurred(&self) -> Option<Instant> {
        self.occurred_at.filter(|at| *at != self.context.now)
    }

    /// Adds a fact as it is.
    pub(super) fn push_fact(&mut self, fact: Fact) -> EntryId {
        let seq = Seq(self.context.next_seq.0 + self.facts.len() as u64);
        let order = Order { hlc: Hlc::default(), replica: self.context.replica.clone(), seq };
        let id = order.id();
        let entry = Entry { order, at: self.context.now, fact };
        self.state.to_mut().apply(&entry);
        self.facts.push(entry.fact);
        id
    }

    /// The decision and the state it makes, or all that stands against it.
    pub(super) fn finish(self) -> (Result<Decision, Error>, Cow<'a, Contact>) {
        let Self { state, issues, blockers, facts, .. } = self;
        (outcome(facts, issues, blockers), state)
    }
}

fn outcome(
    facts: Vec<Fact>,
    issues: Vec<Issue>,
    blockers: Vec<Blocker>,
) -> Result<Decision, Error> {
    let wrong = |issues: Vec<Issue>| issues.into_iter().filter(Issue::is_error).collect();
    if !blockers.is_empty() {
        return Err(Fault::Refused { blockers, issues: wrong(issues) }.into());
    }
    if issues.iter().any(Issue::is_error) {
        return Err(Fault::Invalid(wrong(issues)).into());
    }
    Ok(Decision { facts, issues })
}
