//! Facts, and how they stand in an entry's body. The format is append-only: a field may be added,
//! none may change its meaning, and what an older version wrote is read for ever. In each struct
//! the fields stand in the order of their JSON names, so that what serde writes is canonical.

use crate::command::{Actor, ActorKind, Scalar};
use crate::ids::{
    ActorId, ContactId, DefinitionHash, DefinitionId, EntryId, PendingId, ReplicaId, Seq, StageId,
    TaskId, TransitionId, TypeId,
};
use crate::json;
use crate::label::Localized;
use crate::sort;
use crate::time::{Day, Instant, When};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fmt;

/// What kind of actor an entry is by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ByKind {
    /// A person.
    User,
    /// A program.
    System,
    /// A rule of the workflow.
    Rule,
    /// A row of another system's history.
    Import,
}

/// Who an entry is by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// The host's id.
    pub id: ActorId,
    /// Their name as it was then.
    pub name: String,
    /// What they are.
    pub kind: ByKind,
}

impl From<&Actor> for By {
    fn from(actor: &Actor) -> Self {
        let kind = match actor.kind {
            ActorKind::User => ByKind::User,
            ActorKind::System => ByKind::System,
        };
        Self { id: actor.id.clone(), name: actor.shown_name().to_owned(), kind }
    }
}

/// A fact before it has its place in a log.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// Who.
    pub by: By,
    /// When it happened, if not when it is recorded.
    pub occurred_at: Option<Instant>,
    /// The import row it came from.
    pub source: Option<String>,
    /// The definition it depends on.
    pub definition: Option<DefinitionHash>,
    /// What.
    pub event: Event,
}

/// A fact at its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its place in the order of all.
    pub order: Order,
    /// When it was recorded.
    pub at: Instant,
    /// The fact.
    pub fact: Fact,
}

impl Entry {
    /// When it happened.
    pub fn occurred_at(&self) -> Instant {
        self.fact.occurred_at.unwrap_or(self.at)
    }
}

/// A hybrid logical clock's reading: milliseconds, then a counter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hlc {
    /// Milliseconds since 1970.
    pub millis: u64,
    /// Order within them.
    pub counter: u16,
}

const MAX_HLC_MILLIS: u64 = 9_999_999_999_999;

impl Hlc {
    /// The reading after this one, at `now` or later. When the counter overflows, the milliseconds
    /// go up by one.
    #[must_use]
    pub fn tick(self, now: Instant) -> Self {
        let now = u64::try_from(now.millis()).unwrap_or(0).min(MAX_HLC_MILLIS);
        match self.counter.checked_add(1) {
            _ if now > self.millis => Self { millis: now, counter: 0 },
            Some(counter) => Self { counter, ..self },
            None => Self { millis: (self.millis + 1).min(MAX_HLC_MILLIS), counter: 0 },
        }
    }

    /// Reads `<13 digits>-<4 hex digits>`.
    pub fn parse(text: &str) -> Option<Self> {
        let (millis, counter) = text.split_once('-')?;
        let plain = millis.len() == 13
            && counter.len() == 4
            && millis.bytes().all(|b| b.is_ascii_digit())
            && counter.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        plain.then_some(Self {
            millis: millis.parse().ok()?,
            counter: u16::from_str_radix(counter, 16).ok()?,
        })
    }
}

impl fmt::Display for Hlc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:013}-{:04x}", self.millis, self.counter)
    }
}

/// Total order of a contact's entries: the same on every device.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Order {
    /// First by clock,
    pub hlc: Hlc,
    /// then by replica,
    pub replica: ReplicaId,
    /// then by place in its log.
    pub seq: Seq,
}

impl Order {
    /// The entry's id.
    pub fn id(&self) -> EntryId {
        EntryId::of(&self.replica, self.seq)
    }
}

/// A field's change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Its name.
    pub field: String,
    /// What it is now.
    pub new: Scalar,
    /// What it was.
    pub old: Scalar,
}

/// A stage with its label as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageRef {
    /// In all languages of its definition.
    pub label: Localized,
    /// Its id.
    pub stage: StageId,
}

/// A stage of another workflow that a contact leaves by a restart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftStage {
    /// In all languages of its definition.
    pub label: Localized,
    /// Its id.
    pub stage: StageId,
    /// Its workflow.
    pub workflow: DefinitionId,
}

/// A reminder's window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remind {
    /// To.
    pub end: When,
    /// From.
    pub start: When,
}

/// Data of `contact.created`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct ContactCreated {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(default, skip_serializing_if = "Fields::is_empty")]
    pub fields: Fields,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// A contact's own fields by name.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Fields(pub BTreeMap<String, Scalar>);

impl Fields {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Fields {
    /// In the order of canonical JSON: by UTF-16 code unit, which is not the map's own.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields: Vec<_> = self.0.iter().collect();
        sort::sort(&mut fields, |(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
        serializer.collect_map(fields)
    }
}

/// Data of `contact.changed`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ContactChanged {
    /// Of tracked fields, with old and new value.
    pub changes: Vec<FieldChange>,
    /// New values of fields whose changes are not tracked.
    #[serde(default, skip_serializing_if = "Fields::is_empty")]
    pub untracked: Fields,
}

/// Data of kinds that carry a reason alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Data of `contact.erased`: all that stays of a contact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactErased {
    /// How many entries lost their body.
    pub entries: u64,
    /// No personal data: a ticket number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Data of `contact.commented`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactCommented {
    /// Random; of an imported one, derived from its row.
    pub id: String,
    /// What was said.
    pub text: String,
}

/// Data of `contact.messaged`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct ContactMessaged {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    pub text: String,
}

/// Data of `workflow.started`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkflowStarted {
    /// Where the contact was; null: nowhere.
    pub from: Option<LeftStage>,
    /// Why, of an imported one whose source says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where it is.
    pub to: StageRef,
    /// The definition's version.
    pub version: u64,
    /// The definition.
    pub workflow: DefinitionId,
}

/// Data of `workflow.transitioned`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkflowTransitioned {
    /// Whether a rule did it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub automatic: bool,
    /// Where the contact was.
    pub from: StageRef,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Free text, or the id of one of the transition's reasons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The reason's label as it was, where it is one of a list.
    #[serde(default, rename = "reasonLabel", skip_serializing_if = "Option::is_none")]
    pub reason_label: Option<Localized>,
    /// Where it is.
    pub to: StageRef,
    /// Null: an imported move that the definition has no transition for.
    pub transition: Option<TransitionId>,
    /// The definition's version.
    pub version: u64,
    /// The definition.
    pub workflow: DefinitionId,
}

/// Data of `activity.logged`. Its date is when the entry happened, its user who the entry is by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityLogged {
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The type's label as it was.
    pub label: Localized,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// The stage it was logged in; null: without a workflow.
    pub stage: Option<StageId>,
    /// The activity type.
    #[serde(rename = "type")]
    pub kind: TypeId,
}

/// Data of `activity.planned`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityPlanned {
    /// Who will do it.
    pub assignee: ActorId,
    /// Their name as it was.
    #[serde(rename = "assigneeName")]
    pub assignee_name: String,
    /// Whether it becomes a task of theirs.
    #[serde(rename = "createTask")]
    pub create_task: bool,
    /// Its date.
    pub date: Day,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The closing date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<When>,
    /// The activity it follows: a logged one's entry, or the pending one that was completed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<String>,
    /// The type's label as it was.
    pub label: Localized,
    /// Its id.
    pub pending: PendingId,
    /// When a reminder shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remind: Option<Remind>,
    /// The activity type.
    #[serde(rename = "type")]
    pub kind: TypeId,
}

/// Data of `activity.completed`: it closes a pending activity and logs what was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityCompleted {
    /// Free text about what was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The type's label as it was.
    pub label: Localized,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// What is closed.
    pub pending: PendingId,
    /// The stage it was done in; null: without a workflow.
    pub stage: Option<StageId>,
    /// The activity type.
    #[serde(rename = "type")]
    pub kind: TypeId,
}

/// Data of `activity.reopened` and `activity.cancelled`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingTouched {
    /// The type's label as it was.
    pub label: Localized,
    /// Which.
    pub pending: PendingId,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The activity type.
    #[serde(rename = "type")]
    pub kind: TypeId,
}

/// Data of `task.created`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskCreated {
    /// Whose list it is on.
    pub assignee: ActorId,
    /// Their name as it was.
    #[serde(rename = "assigneeName")]
    pub assignee_name: String,
    /// The type's label as it was.
    pub label: Localized,
    /// The pending activity it is a face of.
    pub pending: PendingId,
    /// Its id.
    pub task: TaskId,
    /// The activity type.
    #[serde(rename = "type")]
    pub kind: TypeId,
}

macro_rules! events {
    ($($variant:ident($data:ty) => $kind:literal),* $(,)?) => {
        /// What happened. Kinds of a newer version are kept as they are and change no state.
        #[derive(Clone, Debug, PartialEq)]
        #[allow(missing_docs)]
        pub enum Event {
            $($variant($data),)*
            /// A kind that this version does not know.
            Unknown { kind: String, data: serde_json::Value },
        }

        impl Event {
            /// Its kind, as the header names it.
            pub fn kind(&self) -> &str {
                match self {
                    $(Self::$variant(_) => $kind,)*
                    Self::Unknown { kind, .. } => kind,
                }
            }

            /// Reads the `data` of a body.
            pub fn read(kind: &str, data: &RawValue) -> Result<Self, serde_json::Error> {
                Ok(match kind {
                    $($kind => Self::$variant(json::read(data.get())?),)*
                    _ => Self::Unknown { kind: kind.to_owned(), data: json::read(data.get())? },
                })
            }
        }

        impl Serialize for Event {
            /// The `data` of a body.
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(data) => data.serialize(serializer),)*
                    Self::Unknown { data, .. } => data.serialize(serializer),
                }
            }
        }
    };
}

events!(
    ContactCreated(ContactCreated) => "contact.created",
    ContactChanged(ContactChanged) => "contact.changed",
    ContactArchived(Reason) => "contact.archived",
    ContactRestored(Reason) => "contact.restored",
    ContactErased(ContactErased) => "contact.erased",
    ContactCommented(ContactCommented) => "contact.commented",
    ContactMessaged(ContactMessaged) => "contact.messaged",
    WorkflowStarted(WorkflowStarted) => "workflow.started",
    WorkflowTransitioned(WorkflowTransitioned) => "workflow.transitioned",
    ActivityLogged(ActivityLogged) => "activity.logged",
    ActivityPlanned(ActivityPlanned) => "activity.planned",
    ActivityCompleted(ActivityCompleted) => "activity.completed",
    ActivityReopened(PendingTouched) => "activity.reopened",
    ActivityCancelled(PendingTouched) => "activity.cancelled",
    TaskCreated(TaskCreated) => "task.created",
);

/// The kind of entries whose body is a workflow definition as it was given.
pub const DEFINITION_ADDED: &str = "definition.added";

/// A body as it is written: who, about whom, what, when.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BodyOut<'a> {
    by: &'a ActorId,
    by_kind: ByKind,
    by_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<&'a ContactId>,
    data: &'a Event,
    #[serde(skip_serializing_if = "Option::is_none")]
    occurred_at: Option<Instant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
}

/// A body as it is read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BodyIn<'a> {
    by: ActorId,
    by_kind: ByKind,
    by_name: String,
    contact: Option<ContactId>,
    #[serde(borrow)]
    data: &'a RawValue,
    occurred_at: Option<Instant>,
    source: Option<String>,
}

impl Fact {
    /// What an entry's body serialises. `contact` is left out of a tombstone, which must hold
    /// nothing of the contact.
    pub fn body<'a>(&'a self, contact: &'a ContactId) -> impl Serialize + 'a {
        let tombstone = matches!(self.event, Event::ContactErased(_));
        BodyOut {
            by: &self.by.id,
            by_kind: self.by.kind,
            by_name: &self.by.name,
            contact: (!tombstone).then_some(contact),
            data: &self.event,
            occurred_at: self.occurred_at,
            source: self.source.as_deref(),
        }
    }

    /// Reads a body back, with the contact it names.
    pub fn read(
        kind: &str,
        definition: Option<DefinitionHash>,
        body: &str,
    ) -> Result<(Self, Option<ContactId>), serde_json::Error> {
        let body: BodyIn<'_> = json::read(body)?;
        let fact = Self {
            by: By { id: body.by, name: body.by_name, kind: body.by_kind },
            occurred_at: body.occurred_at,
            source: body.source,
            definition,
            event: Event::read(kind, body.data)?,
        };
        Ok((fact, body.contact))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_reading_is_13_digits_and_4_hex_digits() {
        let hlc = Hlc { millis: 1_773_065_100_000, counter: 0x2a };
        assert_eq!(hlc.to_string(), "1773065100000-002a");
        assert_eq!(Hlc::parse("1773065100000-002a"), Some(hlc));
        for bad in
            ["1773065100000-002A", "177306510000-002a", "1773065100000-2a", "+773065100000-0000"]
        {
            assert_eq!(Hlc::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_clock_never_goes_back_and_overflows_into_the_next_millisecond() {
        let full = Hlc { millis: 10, counter: u16::MAX };
        assert_eq!(full.tick(Instant::from_millis(5)), Hlc { millis: 11, counter: 0 });
        assert_eq!(full.tick(Instant::from_millis(12)), Hlc { millis: 12, counter: 0 });
        let reading = Hlc { millis: 10, counter: 3 };
        assert_eq!(reading.tick(Instant::from_millis(10)), Hlc { millis: 10, counter: 4 });
    }
}
