//! What a call wrote or may write, as its caller sees it: results, options, findings and forms.

use super::super::{Simulation, Written};
use super::agenda::pending_of;
use super::shapes::*;
use super::{Viewer, json, shown_id};
use crate::command::{BoxPair, PendingDraft, TransitionInput};
use crate::decide::{self, Context};
use crate::error::{Blocker, Issue};
use crate::event::{Entry, Event};
use crate::ids::PendingId;
use crate::label::Localized;
use crate::map::Texts;
use crate::project::{Contact, Row};
use std::rc::Rc;

impl<'a> Viewer<'a> {
    /// The contract's `SaveResult`.
    pub fn saved(&self, written: &Written, context: &Context<'_>) -> String {
        let contact = &written.contact.state;
        let id = shown_id(contact);
        let entries = || written.entries.iter();
        let touched: Vec<&PendingId> =
            entries().filter_map(|(_, entry)| pending_of(entry)).collect();
        let view = SaveView {
            issues: written.issues.iter().map(|issue| self.issue_view(issue)).collect(),
            contact: self.contact_view(contact),
            logged: entries().filter_map(|(row, entry)| self.logged_view(id, row, entry)).collect(),
            pending: touched.iter().filter_map(|id| self.pending_view(contact, id)).collect(),
            tasks: touched.iter().filter_map(|id| self.task_of(contact, id)).collect(),
            transitions: entries()
                .filter_map(|(row, entry)| self.transition_view(id, row, entry))
                .collect(),
            suggestions: suggestions(written, context),
        };
        json(&view)
    }

    /// The `TransitionRecord` that a command wrote.
    pub fn transitioned(&self, written: &Written) -> Option<String> {
        let id = shown_id(&written.contact.state);
        let found =
            written.entries.iter().find_map(|(row, entry)| self.transition_view(id, row, entry));
        found.map(|view| json(&view))
    }

    /// What a simulation came to.
    pub fn simulation(&self, simulation: &'a Simulation) -> String {
        let entries = || simulation.entries.iter();
        let records: Vec<_> = entries()
            .filter_map(|(row, entry)| self.transition_view("simulation", row, entry))
            .collect();
        let refusal = |(step, blockers): &'a (usize, Vec<Blocker>)| RefusalView {
            step: *step as u64,
            blockers: blockers.iter().map(|blocker| self.blocker_view(blocker)).collect(),
        };
        let (mut stages, mut transitions) = (Texts::default(), Texts::default());
        for record in &records {
            stages.note(record.to.as_str());
            if let Some(transition) = record.transition {
                transitions.note(transition.as_str());
            }
        }
        json(&SimulationView {
            refusals: simulation.refusals.iter().map(refusal).collect(),
            coverage: CoverageView {
                stages: stages.keys().collect(),
                transitions: transitions.keys().collect(),
            },
            records,
        })
    }

    /// The way to a stage; null where there is none.
    pub fn path(&self, steps: &'a [decide::Step]) -> String {
        let step = |step: &'a decide::Step| StepView {
            transition: &step.transition,
            to: &step.to,
            blockers: step.blockers.iter().map(|blocker| self.blocker_view(blocker)).collect(),
        };
        json(&steps.iter().map(step).collect::<Vec<_>>())
    }

    /// The `HistoryEntry` that a command wrote.
    pub fn entered(&self, written: &Written) -> Option<String> {
        let (row, entry) = written.entries.first()?;
        Some(json(&self.history_view(&written.contact.state, row, entry)))
    }

    /// A list of issues.
    pub fn issues(&self, issues: &[Issue]) -> String {
        json(&issues.iter().map(|issue| self.issue_view(issue)).collect::<Vec<_>>())
    }

    /// Every transition out of the contact's stage.
    pub fn options(
        &self,
        contact: &Contact,
        input: &TransitionInput,
        context: &Context<'_>,
    ) -> String {
        let Some(here) = &contact.workflow else {
            return "[]".to_owned();
        };
        let moves = decide::moves(contact, input, context);
        let views: Vec<_> = moves
            .iter()
            .map(|found| OptionView {
                transition: &found.transition.id,
                label: self.messages.label(&found.transition.label),
                from: &here.stage,
                to: &found.transition.to,
                to_label: found.to.map_or("", |to| self.messages.label(&to.label)),
                direction: found.direction,
                allowed: found.blockers.is_empty(),
                needs_input: found.needs_input(),
                blockers: found.blockers.iter().map(|blocker| self.blocker_view(blocker)).collect(),
                requires: Some(&found.transition.requires).filter(|requires| !requires.is_empty()),
            })
            .collect();
        json(&views)
    }

    /// The types for the contact's stage.
    pub fn types(&self, contact: &Contact, context: &Context<'_>) -> String {
        let options = decide::type_options(contact, context);
        let views: Vec<_> = options
            .iter()
            .map(|option| TypeView {
                kind: &option.kind.id,
                label: self.messages.label(&option.kind.label),
                required: option.required,
                suggested: option.suggested,
                allowed: option.refused.is_none(),
                reason: option.refused.map(|code| self.refusal(code, &option.kind.label)),
                logged: option.logged,
                min: option.min,
            })
            .collect();
        json(&views)
    }

    pub(super) fn refusal(&self, code: crate::error::IssueCode, label: &Localized) -> String {
        self.messages.issue(&Issue::error("type", code, params! { "label" => label }))
    }

    /// The boxes as a form shows them.
    pub fn boxes(&self, boxes: &BoxPair) -> String {
        json(boxes)
    }
}

/// What is proposed after each logged activity that nothing was planned after.
pub(super) fn suggestions(written: &Written, context: &Context<'_>) -> Vec<PendingDraft> {
    let followed = |id: &str| {
        written.entries.iter().any(|(_, entry)| match &entry.fact.event {
            Event::ActivityPlanned(data) => data.follows.as_deref() == Some(id),
            _ => false,
        })
    };
    let proposal = |(row, entry): &(Rc<Row>, Rc<Entry>)| {
        let (kind, id) = match &entry.fact.event {
            Event::ActivityLogged(data) => (&data.kind, row.order.id().to_string()),
            Event::ActivityCompleted(data) => (&data.kind, data.pending.to_string()),
            _ => return None,
        };
        let contact = &written.contact.state;
        (!followed(&id)).then(|| decide::suggestion(kind, contact, context)).flatten()
    };
    written.entries.iter().filter_map(proposal).collect()
}
