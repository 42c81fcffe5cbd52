//! Rules of a pending activity once it is planned: its task, its end and its return, its changes and
//! its reminder.

use super::activity::{is_empty, past};
use super::check::check_pending;
use super::{Draft, permit};
use crate::command::{Completion, PendingChanges, PendingDraft, RemindDraft};
use crate::definition::Permission;
use crate::error::{Clash, Error, Issue, IssueCode, Missing};
use crate::event::{
    ActivityChanged, ActivityCompleted, Event, FieldChange, PendingTouched, ReminderSnoozed,
    TaskCreated,
};
use crate::ids::{PendingId, TypeId};
use crate::project::{Pending, PendingStatus};
use crate::time::{Day, When};

impl Draft<'_> {
    /// Makes the task of each pending activity of this contact that asks for one and has none.
    pub(super) fn tasks(&mut self) {
        let due = |pending: &&Pending| {
            pending.create_task && !pending.task && pending.status == PendingStatus::Open
        };
        let made: Vec<Event> = self
            .state
            .pending
            .iter()
            .filter(|(_, pending)| due(pending))
            .map(|(id, pending)| {
                Event::TaskCreated(TaskCreated {
                    assignee: pending.assignee.clone(),
                    assignee_name: pending.assignee_name.clone(),
                    label: pending.label.clone(),
                    pending: id.clone(),
                    task: id.task(),
                    kind: pending.kind.clone(),
                })
            })
            .collect();
        for event in made {
            self.push(event);
        }
    }

    pub(super) fn complete(&mut self, id: &str, input: &Completion) -> Result<(), Error> {
        let (id, pending) = self.pending(id)?;
        if !self.need_active() {
            return Ok(());
        }
        need_status(&id, &pending, &[PendingStatus::Open])?;
        self.check_text("description", input.description.as_deref());
        self.check_text("outcome", input.outcome.as_deref());
        let date = input.date.as_deref().and_then(|date| past(date, self.context));
        if input.date.is_some() && date.is_none() {
            self.issue("date", IssueCode::DateInvalid);
        }
        let event = ActivityCompleted {
            description: input.description.clone().or_else(|| pending.description.clone()),
            label: pending.label.clone(),
            outcome: input.outcome.clone(),
            pending: id.clone(),
            stage: self.state.workflow.as_ref().map(|here| here.stage.clone()),
            kind: pending.kind.clone(),
        };
        self.push_at(Event::ActivityCompleted(event), date, None);
        if let Some(next) = input.next.as_ref().filter(|next| !is_empty(next)) {
            let issues = check_pending(next, "next.", &self.state, self.context);
            let wrong = issues.iter().any(Issue::is_error);
            self.issues.extend(issues);
            if !wrong {
                self.plan(next, Some(id.to_string()), None);
            }
        }
        let trigger = format!("{id}/{}", pending.reopened);
        self.follow_up(&pending.kind, id.as_str(), &trigger, input.next.as_ref());
        self.cascade();
        self.tasks();
        Ok(())
    }
    pub(super) fn reopen(&mut self, id: &str) -> Result<(), Error> {
        let (id, pending) = self.pending(id)?;
        if self.need_active() {
            need_status(&id, &pending, &[PendingStatus::Done, PendingStatus::Cancelled])?;
            self.push(Event::ActivityReopened(touched(id, pending, None)));
        }
        Ok(())
    }

    pub(super) fn cancel(&mut self, id: &str, reason: Option<&str>) -> Result<(), Error> {
        let (id, pending) = self.pending(id)?;
        if self.need_active() {
            need_status(&id, &pending, &[PendingStatus::Open])?;
            self.check_text("reason", reason);
            self.push(Event::ActivityCancelled(touched(id, pending, reason)));
        }
        Ok(())
    }

    fn pending(&self, id: &str) -> Result<(PendingId, Pending), Error> {
        let key = PendingId::new(id);
        let found = self.state.pending.get(&key).cloned();
        let pending = found.ok_or_else(|| Missing::Pending(id.to_owned()))?;
        Ok((key, pending))
    }

    /// Changes an open one. Its task shows the same, since it has nothing of its own.
    pub(super) fn update(&mut self, id: &str, changes: &PendingChanges) -> Result<(), Error> {
        let (id, pending) = self.pending(id)?;
        if changes.assignee.as_deref().is_some_and(|id| id != pending.assignee.as_str()) {
            permit(Permission::Reassign, &self.state, self.context)?;
        }
        if !self.need_active() {
            return Ok(());
        }
        need_status(&id, &pending, &[PendingStatus::Open])?;
        if !self.check_changes(&pending, changes) {
            return Ok(());
        }
        let kind = changes.kind.as_deref().map_or_else(|| pending.kind.clone(), TypeId::from);
        let label = if kind == pending.kind { pending.label.clone() } else { self.label_of(&kind) };
        let new = changed(&pending, changes);
        let changed = pending.fields().into_iter().zip(new.fields());
        let changed = changed.filter(|((_, old), (_, new))| old != new);
        let changes: Vec<FieldChange> = changed
            .map(|((field, old), (_, new))| FieldChange { field: field.to_owned(), new, old })
            .collect();
        if !changes.is_empty() {
            let moved = new.assignee != pending.assignee;
            let assignee_name = moved.then(|| self.context.name_of(new.assignee.as_str()));
            let event = ActivityChanged { assignee_name, changes, label, pending: id, kind };
            self.push(Event::ActivityChanged(event));
        }
        self.tasks();
        Ok(())
    }

    /// Checks what the changes touch, against what stays. True if nothing is wrong.
    fn check_changes(&mut self, pending: &Pending, changes: &PendingChanges) -> bool {
        let text = |when: When| Some(when.to_string());
        let remind = pending
            .remind
            .as_ref()
            .map(|remind| RemindDraft { start: text(remind.start), end: text(remind.end) });
        let draft = PendingDraft {
            kind: changes.kind.clone().or_else(|| Some(pending.kind.to_string())),
            date: changes.date.clone().or_else(|| Some(pending.date.to_string())),
            description: changes.description.clone().unwrap_or_default(),
            due: changes.due.clone().unwrap_or_else(|| pending.due.and_then(text)),
            assignee: changes.assignee.clone().or_else(|| Some(pending.assignee.to_string())),
            remind: changes.remind.clone().unwrap_or(remind),
            create_task: changes.create_task,
        };
        let mut issues = check_pending(&draft, "", &self.state, self.context);
        // Who left since, a type that is not used any more, and imported dates that no form would take
        // stay where nobody touches them.
        let (due, remind) = (changes.due.is_some(), changes.remind.is_some());
        issues.retain(|issue| match issue.path.as_str() {
            "type" => changes.kind.is_some(),
            "assignee" => changes.assignee.is_some(),
            "due" => due || changes.date.is_some(),
            "remind.start" | "remind.end" => remind || due,
            _ => true,
        });
        let fits = !issues.iter().any(Issue::is_error);
        self.issues.extend(issues);
        fits
    }

    /// Has the reminder show again from a later moment on.
    pub(super) fn snooze(&mut self, id: &str, until: &str) -> Result<(), Error> {
        let (id, pending) = self.pending(id)?;
        if !self.need_reminder(&id, &pending)? {
            return Ok(());
        }
        let until = When::parse(until).map(|when| when.start(self.context.zone));
        match until.filter(|until| *until > self.context.now) {
            None => self.issue("until", IssueCode::DateInvalid),
            Some(until) => {
                let Pending { label, kind, .. } = pending;
                let event = ReminderSnoozed { label, pending: id, kind, until };
                self.push(Event::ReminderSnoozed(event));
            }
        }
        Ok(())
    }

    pub(super) fn acknowledge(&mut self, id: &str) -> Result<(), Error> {
        let (id, pending) = self.pending(id)?;
        if self.need_reminder(&id, &pending)? && pending.acknowledged.is_none() {
            self.push(Event::ReminderAcknowledged(touched(id, pending, None)));
        }
        Ok(())
    }

    /// Whether there is a reminder that may be touched.
    fn need_reminder(&mut self, id: &PendingId, pending: &Pending) -> Result<bool, Error> {
        if !self.need_active() {
            return Ok(false);
        }
        need_status(id, pending, &[PendingStatus::Open])?;
        if pending.remind.is_none() {
            self.issue("remind", IssueCode::Required);
        }
        Ok(pending.remind.is_some())
    }
}

/// The pending activity as the changes make it.
fn changed(pending: &Pending, changes: &PendingChanges) -> Pending {
    let mut new = pending.clone();
    if let Some(kind) = &changes.kind {
        new.kind = kind.as_str().into();
    }
    if let Some(date) = changes.date.as_deref().and_then(Day::parse) {
        new.date = date;
    }
    if let Some(description) = &changes.description {
        new.description.clone_from(description);
    }
    if let Some(due) = &changes.due {
        new.due = due.as_deref().and_then(When::parse);
    }
    if let Some(assignee) = &changes.assignee {
        new.assignee = assignee.as_str().into();
    }
    if let Some(remind) = &changes.remind {
        new.remind = remind.as_ref().and_then(RemindDraft::window);
    }
    new.create_task = changes.create_task.unwrap_or(new.create_task);
    new
}

fn need_status(id: &PendingId, pending: &Pending, allowed: &[PendingStatus]) -> Result<(), Error> {
    if allowed.contains(&pending.status) {
        return Ok(());
    }
    let (pending, status) = (id.to_string(), pending.status.code());
    Err(Clash::PendingStatus { pending, status }.into())
}

fn touched(id: PendingId, pending: Pending, reason: Option<&str>) -> PendingTouched {
    let reason = reason.map(str::to_owned);
    PendingTouched { label: pending.label, pending: id, reason, kind: pending.kind }
}
