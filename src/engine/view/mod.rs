//! What callers see: states, rows and refusals in the shapes of the JavaScript contract, worded in
//! the book's locale. Plain data out; nothing here asks the store.

mod export;
mod refusals;
mod shapes;
mod summary;

pub use refusals::{definition_issues, error};

use super::loaded::Loaded;
use super::read::{Activity, Page};
use super::{Applied, Engine, ImportReport, OutboxItem, Simulation, Todo, Told, Written};
use crate::command::{Actor, BoxPair, PendingDraft, TransitionInput};
use crate::decide::{self, Context};
use crate::definition::Definitions;
use crate::error::{Blocker, Error, Issue, Missing};
use crate::event::{
    ActivityCompleted, ActivityLogged, ActivityPlanned, Entry, Event, StageRef, WorkflowStarted,
    WorkflowTransitioned,
};
use crate::ids::{ActorId, ContactId, PendingId, ReplicaId, StageId};
use crate::json::ToJson;
use crate::label::Localized;
use crate::ledger::{Hash, LogReport};
use crate::map::Texts;
use crate::project::{Conflict, Contact, Insights, Pending, Row, State, Status};
use crate::store::Store;
use crate::text::Messages;
use crate::time::{Instant, Zone};
use shapes::*;
use std::rc::Rc;

/// What wording and time need.
pub struct Viewer<'a> {
    /// The book's wording.
    pub messages: &'a Messages,
    /// The book's workflows.
    pub definitions: &'a Definitions,
    /// The present.
    pub now: Instant,
    /// Where "today" is decided,
    pub zone: &'a dyn Zone,
    /// and for users who live elsewhere.
    pub zone_of: &'a dyn Fn(&ActorId) -> Option<Rc<dyn Zone>>,
    /// This device's replica, and how much of its log a server holds; none outside a book.
    pub held: Option<(ReplicaId, u64)>,
}

/// JSON text of a view.
fn json(view: &dyn ToJson) -> String {
    crate::json::text(view)
}

impl<'a> Viewer<'a> {
    fn label(&self, label: &'a Localized) -> &'a str {
        self.messages.label(label)
    }

    fn contact_view(&self, contact: &'a Contact) -> Option<ContactView<'a>> {
        let profile = contact.profile.as_ref().filter(|_| contact.exists())?;
        Some(ContactView {
            id: &contact.id,
            name: &profile.name,
            email: profile.email.as_deref(),
            phone: profile.phone.as_deref(),
            company: profile.company.as_deref(),
            fields: &profile.fields,
            status: contact.status.code(),
            workflow: self.workflow_view(contact),
            version: contact.version,
            created_at: contact.created.at,
            created_by: &contact.created.by,
            updated_at: contact.updated.at,
            updated_by: &contact.updated.by,
        })
    }

    fn workflow_view(&self, contact: &'a Contact) -> Option<WorkflowView<'a>> {
        let here = contact.workflow.as_ref()?;
        let definition = self.definitions.get(&here.definition);
        Some(WorkflowView {
            definition: here.definition.as_str(),
            version: here.version,
            stage: &here.stage,
            stage_label: self.label(&here.label),
            entered_at: here.entered,
            show_log: definition.is_some_and(|definition| definition.show_log()),
        })
    }

    /// The contract's `Contact`; none of one that does not exist.
    pub fn contact(&self, loaded: &Loaded) -> Option<String> {
        Viewer::contact_view(self, &loaded.state).map(|view| json(&view))
    }

    /// A page of contacts.
    pub fn contacts(&self, page: &Page<Rc<Loaded>>) -> String {
        let items =
            page.items.iter().filter_map(|loaded| self.contact_view(&loaded.state)).collect();
        json(&PageView { total: page.total, items, next: page.next.clone() })
    }

    fn transition_view(
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

    fn logged_view(
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

    fn pending_view(&self, contact: &'a Contact, id: &'a PendingId) -> Option<PendingView<'a>> {
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

    fn state_of(&self, pending: &Pending) -> State {
        match (self.zone_of)(&pending.assignee) {
            Some(zone) => pending.state(self.now, zone.as_ref()),
            None => pending.state(self.now, self.zone),
        }
    }

    fn task_view(
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

    fn task_of(&self, contact: &'a Contact, id: &'a PendingId) -> Option<TaskView<'a>> {
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

    fn history_view<'b>(
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

    /// A pending activity as it now is.
    pub fn pending(&self, contact: &'a Contact, id: &'a PendingId) -> Option<String> {
        self.pending_view(contact, id).map(|view| json(&view))
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

    fn refusal(&self, code: crate::error::IssueCode, label: &Localized) -> String {
        self.messages.issue(&Issue::error("type", code, params! { "label" => label }))
    }

    /// The boxes as a form shows them.
    pub fn boxes(&self, boxes: &BoxPair) -> String {
        json(boxes)
    }
}

/// The contract's `VerifyReport`.
/// `held` is how much of this device's log a server holds.
pub fn verified(reports: &[LogReport], held: Option<&(ReplicaId, u64)>) -> String {
    let acknowledged = |report: &LogReport| {
        held.filter(|(own, _)| *own == report.name.replica).map(|(_, held)| *held)
    };
    let views = reports.iter().map(|report| ReplicaView {
        replica: report.name.replica.as_str(),
        size: report.size,
        root: report.root.map(Hash::to_base64).unwrap_or_default(),
        ok: report.ok(),
        first_bad: report
            .first_bad
            .as_ref()
            .map(|bad| FirstBadView { seq: bad.seq.0, reason: bad.reason }),
        truncated: report.truncated,
        acknowledged: acknowledged(report),
    });
    let sum = |count: fn(&LogReport) -> u64| reports.iter().map(count).sum();
    json(&VerifyView {
        ok: !reports.is_empty() && reports.iter().all(LogReport::ok),
        entries: sum(|report| report.entries),
        erased: sum(|report| report.erased),
        withheld: sum(|report| report.withheld),
        missing: sum(|report| report.missing),
        replicas: views.collect(),
    })
}

/// What did not fit together.
pub fn conflicts(found: &[(String, Conflict)], messages: &Messages) -> String {
    json(&conflict_views(found, messages))
}

fn conflict_views<'a>(
    found: &'a [(String, Conflict)],
    messages: &Messages,
) -> Vec<ConflictView<'a>> {
    let view = |(contact, conflict): &'a (String, Conflict)| ConflictView {
        id: &conflict.loser,
        contact_id: contact,
        kind: conflict.kind,
        winner: &conflict.winner,
        loser: &conflict.loser,
        message: messages.conflict(conflict.kind.code()),
        at: conflict.at,
    };
    found.iter().map(view).collect()
}

/// What a batch brought.
pub fn applied(applied: &Applied, messages: &Messages) -> String {
    json(&AppliedView {
        applied: applied.applied,
        duplicates: applied.duplicates,
        conflicts: conflict_views(&applied.conflicts, messages),
    })
}

/// A page of the outbox.
pub fn items(page: &Page<OutboxItem>) -> String {
    let items = page.items.iter().collect();
    json(&PageView { total: page.total, items, next: page.next.clone() })
}

/// A workflow in numbers.
pub fn insights(insights: &Insights) -> String {
    json(insights)
}

/// What became of imported rows.
pub fn imported(report: &ImportReport) -> String {
    json(report)
}

/// An erased contact is named as the ledger does: its id is not known any more.
fn shown_id(contact: &Contact) -> &str {
    if contact.status == Status::Erased { contact.name.as_str() } else { contact.id.as_str() }
}

fn read_entries(rows: &[Rc<Row>]) -> Result<Vec<Entry>, Error> {
    rows.iter().map(|row| Ok(row.entry()?.0)).collect()
}

/// The pending activity that an entry makes or touches; its task's own entry is not asked.
fn pending_of(entry: &Entry) -> Option<&PendingId> {
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

/// What is proposed after each logged activity that nothing was planned after.
fn suggestions(written: &Written, context: &Context<'_>) -> Vec<PendingDraft> {
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

impl<S: Store> Engine<S> {
    /// Calls `view` with what wording and time need.
    pub fn view<T>(&self, view: impl FnOnce(&Viewer<'_>) -> T) -> T {
        let messages = self.messages();
        view(&Viewer {
            messages: &messages,
            definitions: &self.definitions,
            now: self.world.now(),
            zone: self.world.as_ref(),
            zone_of: &|user| self.zone_of(user),
            held: Some(self.held_by_server().unwrap_or_else(|| (self.size().0, 0))),
        })
    }

    /// Calls `ask` with what the rules see of the world now.
    pub fn ask<T>(&self, actor: &Actor, ask: impl FnOnce(&Context<'_>) -> T) -> T {
        let replica = self.shared.borrow().seal.replica.clone();
        let next = self.shared.borrow().seal.upcoming(0);
        let (new_id, derive) = (|| self.new_id(), |text: &str| self.derive(text));
        ask(&self.context(actor, self.world.now(), &replica, next, (&new_id, &derive)))
    }

    /// The contact, if it exists: else why it can't be asked about.
    ///
    /// # Errors
    /// `not-found`, `refused` for an erased one, and what the store says.
    pub async fn existing(&self, id: &ContactId) -> Result<Rc<Loaded>, Error> {
        let loaded = self.contact(id).await?;
        match loaded.state.status {
            Status::Erased => Err(decide::erased().into()),
            _ if loaded.state.exists() => Ok(loaded),
            _ => Err(Error::NotFound(Missing::Contact(id.to_string()))),
        }
    }
}
