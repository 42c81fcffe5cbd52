//! What is to be done, as callers see it: pending activities, tasks and reminders.

use super::super::Todo;
use super::super::read::Page;
use super::shapes::*;
use super::{Viewer, json};
use crate::event::{ActivityPlanned, Entry, Event};
use crate::ids::{ContactId, PendingId};
use crate::project::{Contact, Pending, State};

impl<'a> Viewer<'a> {
    pub(super) fn pending_view(
        &self,
        contact: &'a Contact,
        id: &'a PendingId,
    ) -> Option<PendingView<'a>> {
        let pending = contact.pending.get(id)?;
        Some(PendingView {
            place: "pending",
            id,
            contact_id: contact.id.as_str(),
            kind: &pending.kind,
            type_label: self.label(&pending.label),
            date: pending.date,
            description: pending.description.as_deref(),
            due: pending.due,
            assignee: &pending.assignee,
            assignee_name: &pending.assignee_name,
            remind: pending.remind.as_ref().map(|remind| RemindView {
                start: remind.start,
                end: remind.end,
                snoozed_until: pending.snoozed,
                acknowledged_at: pending.acknowledged,
            }),
            create_task: pending.create_task,
            task_id: pending.task.then(|| id.task()),
            status: pending.status,
            state: self.state_of(pending),
            closed_at: pending.closed,
            follows: pending.follows.as_deref(),
        })
    }

    pub(super) fn state_of(&self, pending: &Pending) -> State {
        match (self.zone_of)(&pending.assignee) {
            Some(zone) => pending.state(self.now, zone.as_ref()),
            None => pending.state(self.now, self.zone),
        }
    }

    pub(super) fn task_view(
        &self,
        contact: (&'a ContactId, &'a str),
        id: &'a PendingId,
        pending: &'a Pending,
    ) -> Option<TaskView<'a>> {
        pending.task.then(|| TaskView {
            id: id.task(),
            contact_id: contact.0.as_str(),
            contact_name: contact.1,
            pending_id: id,
            kind: &pending.kind,
            type_label: self.label(&pending.label),
            description: pending.description.as_deref(),
            due: pending.due,
            assignee: &pending.assignee,
            status: pending.status,
            state: self.state_of(pending),
            closed_at: pending.closed,
        })
    }

    pub(super) fn task_of(&self, contact: &'a Contact, id: &'a PendingId) -> Option<TaskView<'a>> {
        let name = contact.profile.as_ref().map_or("", |profile| &profile.name);
        self.task_view((&contact.id, name), id, contact.pending.get(id)?)
    }

    /// A task as it now is.
    pub fn task(&self, contact: &'a Contact, id: &'a PendingId) -> Option<String> {
        self.task_of(contact, id).map(|view| json(&view))
    }

    /// A page of tasks.
    pub fn tasks(&self, page: &'a Page<Todo>) -> String {
        let view = |todo: &'a Todo| {
            let contact = (&todo.agenda.contact, todo.agenda.name.as_str());
            self.task_view(contact, &todo.id, todo.pending()?)
        };
        let items = page.items.iter().filter_map(view).collect();
        json(&PageView { total: page.total, items, next: page.next.clone() })
    }

    /// Reminders that show.
    pub fn reminders(&self, todos: &'a [Todo]) -> String {
        let view = |todo: &'a Todo| {
            let pending = todo.pending()?;
            let (start, end) = pending.window(self.zone)?;
            Some(ReminderView {
                pending_id: &todo.id,
                contact_id: &todo.agenda.contact,
                contact_name: &todo.agenda.name,
                type_label: self.label(&pending.label),
                description: pending.description.as_deref(),
                due: pending.due,
                assignee: &pending.assignee,
                start,
                end,
            })
        };
        json(&todos.iter().filter_map(view).collect::<Vec<_>>())
    }

    /// A pending activity as it now is.
    pub fn pending(&self, contact: &'a Contact, id: &'a PendingId) -> Option<String> {
        self.pending_view(contact, id).map(|view| json(&view))
    }
}

/// The pending activity that an entry makes or touches; its task's own entry is not asked.
pub(super) fn pending_of(entry: &Entry) -> Option<&PendingId> {
    match &entry.fact.event {
        Event::ActivityPlanned(ActivityPlanned { pending, .. }) => Some(pending),
        Event::ActivityCompleted(data) => Some(&data.pending),
        Event::ActivityReopened(data)
        | Event::ActivityCancelled(data)
        | Event::ReminderAcknowledged(data) => Some(&data.pending),
        Event::ActivityChanged(data) => Some(&data.pending),
        Event::ReminderSnoozed(data) => Some(&data.pending),
        _ => None,
    }
}
