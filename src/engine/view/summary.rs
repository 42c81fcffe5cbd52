//! The one line of a history row: which of an entry's data its sentence is filled with.

use super::Viewer;
use crate::error::Param;
use crate::event::{Entry, Event, WorkflowMigrated, WorkflowReverted};
use crate::ids::StageId;
use crate::time::Instant;

impl Viewer<'_> {
    /// A moment as a clock in the book's zone shows it.
    fn local(&self, at: Instant) -> String {
        let ahead = i64::from(self.zone.offset_seconds(at)) * 1000;
        let text = Instant::from_millis(at.millis() + ahead).to_string();
        [&self.messages.day(at.day(self.zone)), " ", &text[11..16]].concat()
    }

    pub(in crate::engine) fn summary(&self, entry: &Entry) -> String {
        let mut params = params! { "by" => entry.fact.by.name.as_str() };
        let text = |text: &Option<String>| Param::from(text.clone().unwrap_or_default());
        match &entry.fact.event {
            Event::ContactChanged(data) => {
                let fields: Param =
                    data.changes.iter().map(|change| change.field.as_str()).collect();
                params.insert("fields", fields);
            }
            Event::ContactArchived(data) | Event::ContactRestored(data) => {
                params.insert("reason", text(&data.reason));
            }
            Event::ContactErased(data) => {
                params.insert("entries", Param::from(data.entries as usize));
                params.insert("reason", text(&data.reason));
            }
            Event::ContactCommented(data) => {
                params.insert("text", data.text.as_str().into());
            }
            Event::ContactMessaged(data) => {
                params.insert("subject", text(&data.subject));
                params.insert("text", data.text.as_str().into());
            }
            Event::WorkflowStarted(data) => {
                let workflow =
                    self.definitions.get(&data.workflow).map(|definition| definition.label());
                let workflow = workflow.map_or_else(|| data.workflow.as_str().into(), Param::from);
                params.insert("workflow", workflow);
                params.extend(data.from.as_ref().map(|from| ("from", Param::from(&from.label))));
                params.insert("to", (&data.to.label).into());
            }
            Event::WorkflowTransitioned(data) => {
                params.insert("from", (&data.from.label).into());
                params.insert("to", (&data.to.label).into());
                let reason = data.reason_label.as_ref().map(Param::from);
                params.insert("reason", reason.unwrap_or_else(|| text(&data.reason)));
            }
            Event::WorkflowReverted(WorkflowReverted { from, to, note, .. }) => {
                params.insert("from", (&from.label).into());
                params.insert("to", (&to.label).into());
                params.insert("reason", text(note));
            }
            Event::WorkflowMigrated(WorkflowMigrated { from, to, .. }) => {
                params.insert("from", (&from.label).into());
                params.insert("to", (&to.label).into());
            }
            Event::WorkflowRefused(data) => {
                params.extend(data.from.as_ref().map(|from| ("from", Param::from(&from.label))));
                let asked = data.to.as_ref().map(StageId::as_str);
                let asked = asked.or(data.transition.as_ref().map(|one| one.as_str()));
                params.insert("to", asked.unwrap_or_default().into());
            }
            Event::ActivityLogged(data) => {
                params.insert("type", (&data.label).into());
                params.insert("text", text(&data.description));
            }
            Event::ActivityPlanned(data) => {
                params.insert("type", (&data.label).into());
                params.insert("assignee", data.assignee_name.as_str().into());
                params.extend(
                    data.due.map(|due| ("due", self.messages.day(due.day(self.zone)).into())),
                );
                params.insert("text", text(&data.description));
            }
            Event::ActivityCompleted(data) => {
                params.insert("type", (&data.label).into());
                params.insert("text", text(&data.outcome));
            }
            Event::ActivityReopened(data) | Event::ActivityCancelled(data) => {
                params.insert("type", (&data.label).into());
                params.insert("reason", text(&data.reason));
            }
            Event::TaskCreated(data) => {
                params.insert("type", (&data.label).into());
                params.insert("assignee", data.assignee_name.as_str().into());
            }
            Event::ContactInvited(data) => {
                params.insert("to", data.email.as_str().into());
                params.insert("text", text(&data.message));
            }
            Event::ContactShared(data) => {
                params.insert("to", data.email.as_str().into());
                params.insert("fields", data.fields.iter().map(String::as_str).collect());
            }
            Event::ActivityChanged(data) => {
                let names = data.changes.iter().map(|change| change.field.as_str());
                let fields: Param = names.map(|name| self.messages.field(name)).collect();
                params.insert("type", (&data.label).into());
                params.insert("fields", fields);
            }
            Event::ReminderSnoozed(data) => {
                params.insert("type", (&data.label).into());
                params.insert("until", self.local(data.until).into());
            }
            Event::ReminderAcknowledged(data) => params.insert("type", (&data.label).into()),
            Event::DeliverySent(data) | Event::DeliveryFailed(data) => {
                params.insert("what", data.kind.code().into());
                params.insert("error", text(&data.error));
            }
            Event::EntryVoided(data) => params.insert("reason", data.reason.as_str().into()),
            Event::ContactCreated(_) | Event::Unknown { .. } => {}
        }
        self.messages.summary(entry.fact.event.kind(), &params)
    }
}
