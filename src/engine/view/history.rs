//! What happened, as callers see it: rows of the history, moves, and activities of both kinds.

use super::super::Told;
use super::super::loaded::Loaded;
use super::super::read::{Activity, Page};
use super::shapes::*;
use super::{Viewer, json, shown_id};
use crate::error::Error;
use crate::event::{
    ActivityCompleted, ActivityLogged, Entry, Event, StageRef, WorkflowStarted,
    WorkflowTransitioned,
};
use crate::ids::StageId;
use crate::label::Localized;
use crate::project::{Contact, Row};
use std::rc::Rc;

impl<'a> Viewer<'a> {
    pub(super) fn transition_view(
        &self,
        contact: &'a str,
        row: &'a Row,
        entry: &'a Entry,
    ) -> Option<TransitionView<'a>> {
        let stages: (Option<(&StageId, &Localized)>, &StageRef);
        let (mut transition, mut note, mut automatic, mut answers) = (None, None, false, None);
        let reason;
        match &entry.fact.event {
            Event::WorkflowStarted(WorkflowStarted { from, reason: why, to, .. }) => {
                reason = why.as_deref();
                stages = (from.as_ref().map(|from| (&from.stage, &from.label)), to);
            }
            Event::WorkflowTransitioned(data) => {
                let WorkflowTransitioned { from, to, .. } = data;
                stages = (Some((&from.stage, &from.label)), to);
                transition = data.transition.as_ref();
                reason = data
                    .reason_label
                    .as_ref()
                    .map(|label| self.label(label))
                    .or(data.reason.as_deref());
                note = data.note.as_deref();
                automatic = data.automatic;
                answers = Some(&data.answers).filter(|answers| !answers.is_empty());
            }
            Event::WorkflowReverted(data) => {
                stages = (Some((&data.from.stage, &data.from.label)), &data.to);
                (reason, note) = (None, data.note.as_deref());
            }
            Event::WorkflowMigrated(data) => {
                stages = (Some((&data.from.stage, &data.from.label)), &data.to);
                reason = None;
            }
            _ => return None,
        }
        let (from, to) = stages;
        Some(TransitionView {
            id: row.order.id(),
            contact_id: contact,
            from: from.map(|(stage, _)| stage),
            from_label: from.map(|(_, label)| self.label(label)),
            to: &to.stage,
            to_label: self.label(&to.label),
            transition,
            by: &entry.fact.by.id,
            by_name: &entry.fact.by.name,
            occurred_at: row.occurred,
            recorded_at: row.at,
            reason,
            note,
            answers,
            duration_ms: row.since.map(|since| (row.occurred.millis() - since.millis()).max(0)),
            automatic,
            superseded_by: row.superseded_by.as_ref(),
            voided: row.voided.as_ref(),
        })
    }

    pub(super) fn logged_view(
        &self,
        contact: &'a str,
        row: &'a Row,
        entry: &'a Entry,
    ) -> Option<LoggedView<'a>> {
        let (kind, label, description, outcome, stage, closes) = match &entry.fact.event {
            Event::ActivityLogged(ActivityLogged { kind, label, description, outcome, stage }) => {
                (kind, label, description, outcome, stage, None)
            }
            Event::ActivityCompleted(ActivityCompleted {
                kind,
                label,
                description,
                outcome,
                stage,
                pending,
            }) => (kind, label, description, outcome, stage, Some(pending)),
            _ => return None,
        };
        Some(LoggedView {
            place: "log",
            id: row.order.id(),
            contact_id: contact,
            kind,
            type_label: self.label(label),
            date: row.occurred,
            user: &entry.fact.by.id,
            user_name: &entry.fact.by.name,
            description: description.as_deref(),
            outcome: outcome.as_deref(),
            stage: stage.as_ref(),
            recorded_at: row.at,
            closes,
        })
    }

    /// A page of the history of all contacts.
    ///
    /// # Errors
    /// A row that can't be read.
    pub fn history_all(&self, page: &Page<Told>) -> Result<String, Error> {
        let entries = page.items.iter().map(|(_, row)| Ok(row.entry()?.0));
        let entries = entries.collect::<Result<Vec<_>, Error>>()?;
        let rows = page.items.iter().zip(&entries);
        let items =
            rows.map(|((contact, row), entry)| self.history_view(&contact.state, row, entry));
        let items = items.collect();
        Ok(json(&PageView { total: page.total, items, next: page.next.clone() }))
    }

    /// A page of stage changes.
    ///
    /// # Errors
    /// A row that can't be read.
    pub fn log(&self, contact: &Loaded, page: &Page<Rc<Row>>) -> Result<String, Error> {
        let entries = read_entries(&page.items)?;
        let id = shown_id(&contact.state);
        let pairs = page.items.iter().zip(&entries);
        let items = pairs.filter_map(|(row, entry)| self.transition_view(id, row, entry)).collect();
        Ok(json(&PageView { total: page.total, items, next: page.next.clone() }))
    }

    /// A page of history.
    ///
    /// # Errors
    /// A row that can't be read.
    pub fn history(&self, contact: &Loaded, page: &Page<Rc<Row>>) -> Result<String, Error> {
        let entries = read_entries(&page.items)?;
        let pairs = page.items.iter().zip(&entries);
        let items =
            pairs.map(|(row, entry)| self.history_view(&contact.state, row, entry)).collect();
        Ok(json(&PageView { total: page.total, items, next: page.next.clone() }))
    }

    pub(super) fn history_view<'b>(
        &self,
        contact: &'b Contact,
        row: &'b Row,
        entry: &'b Entry,
    ) -> HistoryView<'b> {
        HistoryView {
            id: row.order.id(),
            contact_id: shown_id(contact),
            contact_name: contact.profile.as_ref().map(|profile| profile.name.as_str()),
            by: &entry.fact.by.id,
            by_name: &entry.fact.by.name,
            by_kind: entry.fact.by.kind,
            occurred_at: row.occurred,
            recorded_at: row.at,
            kind: &row.kind,
            data: &entry.fact.event,
            summary: self.summary(entry),
            replica: row.order.replica.as_str(),
            seq: row.order.seq.0,
            synced: self
                .held
                .as_ref()
                .is_some_and(|(own, held)| row.order.replica != *own || row.order.seq.0 < *held),
            superseded_by: row.superseded_by.as_ref(),
            voided: row.voided.as_ref(),
        }
    }

    /// A page of activities.
    ///
    /// # Errors
    /// A row that can't be read.
    pub fn activities(&self, contact: &Loaded, page: &Page<Activity>) -> Result<String, Error> {
        let id = shown_id(&contact.state);
        let entries = page.items.iter().map(|activity| match activity {
            Activity::Logged(row) => Ok(Some(row.entry()?.0)),
            Activity::Pending(_) => Ok(None),
        });
        let entries = entries.collect::<Result<Vec<_>, Error>>()?;
        let mut items = Vec::with_capacity(page.items.len());
        for (activity, entry) in page.items.iter().zip(&entries) {
            items.extend(match (activity, entry) {
                (Activity::Logged(row), Some(entry)) => {
                    self.logged_view(id, row, entry).map(ActivityView::Logged)
                }
                (Activity::Pending(pending), _) => {
                    self.pending_view(&contact.state, pending).map(ActivityView::Pending)
                }
                (Activity::Logged(_), None) => None,
            });
        }
        Ok(json(&PageView { total: page.total, items, next: page.next.clone() }))
    }
}

pub(super) fn read_entries(rows: &[Rc<Row>]) -> Result<Vec<Entry>, Error> {
    rows.iter().map(|row| Ok(row.entry()?.0)).collect()
}
