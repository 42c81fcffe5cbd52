//! History from another system: its rows become facts with their own dates and people. No rule of
//! the workflow holds a row back; what can't be placed is rejected with its reason.

use super::stage::at_stage;
use super::{Context, MAX_TEXT, text_issue};
use crate::command::{ImportRow, Scalar};
use crate::definition::Definition;
use crate::error::Params;
use crate::event::{
    ActivityCompleted, ActivityLogged, ActivityPlanned, By, ByKind, ContactCommented,
    ContactCreated, ContactMessaged, Event, Fact, Reason, StageRef, WorkflowStarted,
    WorkflowTransitioned,
};
use crate::ids::{ActorId, DefinitionId, PendingId, StageId, TypeId, is_id};
use crate::label::Localized;
use crate::project::{Contact, PendingStatus, Position, Status};
use crate::time::{Instant, When};
use std::borrow::Cow;

/// Why a row is left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Rejection {
    /// Stable code.
    pub code: &'static str,
    /// What the message needs.
    pub params: Params,
}

fn reject<T>(code: &'static str, params: Params) -> Result<T, Rejection> {
    Err(Rejection { code, params })
}

/// The fact of one row, or none where the row says nothing new. `unique` derives the same
/// id for the same row of the source, whenever it is imported.
///
/// # Errors
/// Why the row is rejected.
pub fn import(
    contact: &Contact,
    row: &ImportRow,
    unique: &dyn Fn(&str) -> String,
    context: &Context<'_>,
) -> Result<Option<Fact>, Rejection> {
    check(contact, row)?;
    let at = instant(&row.at, "at")?;
    let (event, definition) = match row.kind.as_str() {
        "contact" => (contact_event(contact, row, context)?, None),
        _ if contact.profile.is_none() => {
            return reject("contact-unknown", params! { "contact" => row.contact.as_str() });
        }
        "stage" => {
            let definition = workflow(contact, row, context)?;
            (Some(stage_event(contact, row, at, definition)?), Some(definition.hash().clone()))
        }
        "log" => (Some(log_event(contact, row, context)?), None),
        "pending" => (Some(pending_event(contact, row, at, unique, context)?), None),
        "complete" => (Some(complete_event(contact, row, unique)?), None),
        "comment" => (Some(comment_event(row, unique, context)?), None),
        "message" => {
            let text = required(row.text.as_deref(), "text")?;
            (
                Some(Event::ContactMessaged(ContactMessaged {
                    text,
                    ..ContactMessaged::default()
                })),
                None,
            )
        }
        "archive" => (Some(Event::ContactArchived(Reason { reason: row.reason.clone() })), None),
        other => return reject("kind-unknown", params! { "kind" => other }),
    };
    let by = By {
        id: ActorId::new(row.by.as_str()),
        name: row.by_name.clone().unwrap_or_else(|| row.by.clone()),
        kind: ByKind::Import,
    };
    let occurred_at = (at != context.now).then_some(at);
    Ok(event.map(|event| Fact { by, occurred_at, source: row.id.clone(), definition, event }))
}

/// What holds for every row.
fn check(contact: &Contact, row: &ImportRow) -> Result<(), Rejection> {
    for (name, id) in
        [("contact", Some(&row.contact)), ("by", Some(&row.by)), ("id", row.id.as_ref())]
    {
        if id.is_some_and(|id| !is_id(id)) {
            return reject("id-invalid", params! { "field" => name });
        }
    }
    if contact.status == Status::Erased {
        return reject("conflict", params! { "contact" => row.contact.as_str() });
    }
    let texts = [
        ("byName", &row.by_name),
        ("reason", &row.reason),
        ("description", &row.description),
        ("outcome", &row.outcome),
        ("text", &row.text),
    ];
    for (name, text) in texts {
        if text_issue(name, text.as_deref()).is_some() {
            return reject("too-long", params! { "field" => name, "max" => MAX_TEXT });
        }
    }
    Ok(())
}

fn instant(text: &str, field: &'static str) -> Result<Instant, Rejection> {
    match Instant::parse(text) {
        Some(at) => Ok(at),
        None => reject("date-invalid", params! { "field" => field, "date" => text }),
    }
}

fn required(text: Option<&str>, field: &'static str) -> Result<String, Rejection> {
    match text.filter(|text| !text.trim().is_empty()) {
        Some(text) => Ok(text.to_owned()),
        None => reject("required", params! { "field" => field }),
    }
}

/// A contact's data: its creation, or what differs from what is there.
fn contact_event(
    contact: &Contact,
    row: &ImportRow,
    context: &Context<'_>,
) -> Result<Option<Event>, Rejection> {
    let mut set = row.set.clone().unwrap_or_default();
    let name = set.name.get_or_insert_with(|| row.contact.clone());
    if name.trim().is_empty() {
        name.clone_from(&row.contact);
    }
    let mut draft = super::Draft::new(Cow::Borrowed(contact), context);
    draft.check_fields(&set, "set.");
    if let Some(issue) = draft.issues.first() {
        let mut params = issue.params.clone();
        params.insert("field", issue.path.as_str().into());
        return reject(issue.code.code(), params);
    }
    if contact.profile.is_some() {
        if row.set.as_ref().is_none_or(|given| given.name.is_none()) {
            set.name = None;
        }
        return Ok(draft.changed(&set).map(Event::ContactChanged));
    }
    let fields = set.fields.unwrap_or_default();
    Ok(Some(Event::ContactCreated(ContactCreated {
        company: set.company.flatten(),
        email: set.email.flatten(),
        fields: fields.into_iter().filter(|(_, value)| *value != Scalar::NULL).collect(),
        name: set.name.unwrap_or_default(),
        phone: set.phone.flatten(),
    })))
}

/// The workflow of a stage row: the one it names, else the contact's, else the book's first.
fn workflow<'a>(
    contact: &Contact,
    row: &ImportRow,
    context: &Context<'a>,
) -> Result<&'a Definition, Rejection> {
    let named = row.definition.as_deref().map(DefinitionId::new);
    let here = contact.workflow.as_ref().map(|here| here.definition.clone());
    let found = match named.or(here) {
        Some(id) => context.definitions.get(&id).ok_or(id),
        None => context.definitions.iter().next().ok_or_else(DefinitionId::default),
    };
    found.or_else(|id| reject("definition-unknown", params! { "definition" => id.as_str() }))
}

fn stage_event(
    contact: &Contact,
    row: &ImportRow,
    at: Instant,
    definition: &Definition,
) -> Result<Event, Rejection> {
    let stage = StageId::new(required(row.stage.as_deref(), "stage")?);
    if definition.stage(&stage).is_none() {
        return reject("stage-unknown", params! { "stage" => stage.as_str() });
    }
    if contact.moved_live.is_some_and(|moved| at < moved) {
        return reject("out-of-order", params! { "stage" => stage.as_str() });
    }
    let to = at_stage(definition, &stage, &stage.as_str().into());
    let (version, workflow) = (definition.version(), definition.id().clone());
    let here = contact.workflow.as_ref().filter(|here| here.definition == workflow);
    let Some(here) = here else {
        let from = contact.workflow.as_ref().map(|here| crate::event::LeftStage {
            label: here.label.clone(),
            stage: here.stage.clone(),
            workflow: here.definition.clone(),
        });
        return Ok(Event::WorkflowStarted(WorkflowStarted {
            from,
            reason: row.reason.clone(),
            to,
            version,
            workflow,
        }));
    };
    Ok(Event::WorkflowTransitioned(moved(here, to, row, definition)))
}

fn moved(
    here: &Position,
    to: StageRef,
    row: &ImportRow,
    definition: &Definition,
) -> WorkflowTransitioned {
    let transition = definition.transitions_from(&here.stage).find(|t| t.to == to.stage);
    WorkflowTransitioned {
        answers: crate::map::Map::new(),
        automatic: false,
        from: at_stage(definition, &here.stage, &here.label),
        note: None,
        reason: row.reason.clone(),
        reason_label: None,
        to,
        transition: transition.map(|transition| transition.id.clone()),
        version: definition.version(),
        workflow: definition.id().clone(),
    }
}

fn activity_type(
    contact: &Contact,
    row: &ImportRow,
    context: &Context<'_>,
) -> Result<(TypeId, Localized), Rejection> {
    let id = TypeId::new(required(row.activity.as_deref(), "type")?);
    let definition = super::governing(contact, context.definitions);
    match definition.and_then(|definition| definition.activity_type(&id)) {
        Some(kind) => Ok((id, kind.label.clone())),
        None => reject("type-unknown", params! { "type" => id.as_str() }),
    }
}

fn stage_of(contact: &Contact) -> Option<StageId> {
    contact.workflow.as_ref().map(|here| here.stage.clone())
}

fn log_event(
    contact: &Contact,
    row: &ImportRow,
    context: &Context<'_>,
) -> Result<Event, Rejection> {
    let (kind, label) = activity_type(contact, row, context)?;
    Ok(Event::ActivityLogged(ActivityLogged {
        description: row.description.clone(),
        label,
        outcome: row.outcome.clone(),
        stage: stage_of(contact),
        kind,
    }))
}

fn pending_event(
    contact: &Contact,
    row: &ImportRow,
    at: Instant,
    unique: &dyn Fn(&str) -> String,
    context: &Context<'_>,
) -> Result<Event, Rejection> {
    let (kind, label) = activity_type(contact, row, context)?;
    let due = match row.due.as_deref().map(|due| (due, When::parse(due))) {
        None => None,
        Some((_, Some(due))) => Some(due),
        Some((text, None)) => {
            return reject("date-invalid", params! { "field" => "due", "date" => text });
        }
    };
    let assignee = row.assignee.clone().unwrap_or_else(|| row.by.clone());
    if !is_id(&assignee) {
        return reject("id-invalid", params! { "field" => "assignee" });
    }
    let unique = row.id.as_deref().map_or_else(context.new_id, unique);
    Ok(Event::ActivityPlanned(ActivityPlanned {
        assignee_name: context.name_of(&assignee),
        assignee: ActorId::new(assignee),
        create_task: false,
        date: at.day(context.zone),
        description: row.description.clone(),
        due,
        follows: None,
        label,
        pending: PendingId::of(&contact.name, &unique),
        remind: None,
        kind,
    }))
}

fn complete_event(
    contact: &Contact,
    row: &ImportRow,
    unique: &dyn Fn(&str) -> String,
) -> Result<Event, Rejection> {
    let reference = required(row.reference.as_deref(), "ref")?;
    let id = PendingId::of(&contact.name, &unique(&reference));
    let Some(pending) = contact.pending.get(&id) else {
        return reject("ref-unknown", params! { "ref" => reference.as_str() });
    };
    if pending.status != PendingStatus::Open {
        return reject("ref-closed", params! { "ref" => reference.as_str() });
    }
    Ok(Event::ActivityCompleted(ActivityCompleted {
        description: row.description.clone(),
        label: pending.label.clone(),
        outcome: row.outcome.clone(),
        pending: id,
        stage: stage_of(contact),
        kind: pending.kind.clone(),
    }))
}

fn comment_event(
    row: &ImportRow,
    unique: &dyn Fn(&str) -> String,
    context: &Context<'_>,
) -> Result<Event, Rejection> {
    let text = required(row.text.as_deref().or(row.description.as_deref()), "text")?;
    let id = row.id.as_deref().map_or_else(context.new_id, unique);
    Ok(Event::ContactCommented(ContactCommented { id, text }))
}
