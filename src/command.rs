//! Everything a caller may ask of a book, in the shapes of the JavaScript contract. Dates and ids
//! stay text here: what is wrong with them is an issue at their path, found by `decide`.

use crate::ids::{ActorId, ContactId};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;

/// Who operates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Actor {
    /// The host's id.
    pub id: ActorId,
    /// Shown beside what they did. Without one, the id is.
    #[serde(default)]
    pub name: Option<String>,
    /// Roles that definitions name.
    #[serde(default)]
    pub roles: Vec<String>,
    /// A person unless it says otherwise.
    #[serde(default)]
    pub kind: ActorKind,
}

impl Actor {
    /// The name to show.
    pub fn shown_name(&self) -> &str {
        self.name.as_deref().unwrap_or(self.id.as_str())
    }

    /// Whether one of `roles` is the actor's.
    pub fn has_any(&self, roles: &[String]) -> bool {
        roles.iter().any(|role| self.roles.contains(role))
    }
}

/// What acts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ActorKind {
    /// A person.
    #[default]
    User,
    /// A program.
    System,
}

/// Somebody an activity can be assigned to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The host's id.
    pub id: ActorId,
    /// Shown.
    pub name: String,
    /// IANA zone of their "today", if it is not the book's.
    #[serde(default)]
    pub time_zone: Option<String>,
}

/// What every command may carry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CommandOptions {
    /// Makes a retry a no-op.
    pub command_id: Option<String>,
    /// Refuses a stale write.
    pub expected_version: Option<u64>,
    /// When it really happened.
    pub occurred_at: Option<String>,
}

/// A value of a contact's field.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Scalar {
    /// Nothing: as a change, it removes the field.
    Null(()),
    /// Yes or no.
    Bool(bool),
    /// A finite number.
    Number(f64),
    /// A text.
    Text(String),
}

impl Scalar {
    /// No value.
    pub const NULL: Self = Self::Null(());
}

impl<'de> Deserialize<'de> for Scalar {
    /// Looks at one value and never into it: input of any depth is refused without being walked.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shallow;

        impl serde::de::Visitor<'_> for Shallow {
            type Value = Scalar;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a text, a number, true, false or null")
            }

            fn visit_bool<E>(self, value: bool) -> Result<Scalar, E> {
                Ok(Scalar::Bool(value))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Scalar, E> {
                Ok(Scalar::Number(value))
            }

            #[allow(clippy::cast_precision_loss)]
            fn visit_i64<E>(self, value: i64) -> Result<Scalar, E> {
                Ok(Scalar::Number(value as f64))
            }

            #[allow(clippy::cast_precision_loss)]
            fn visit_u64<E>(self, value: u64) -> Result<Scalar, E> {
                Ok(Scalar::Number(value as f64))
            }

            fn visit_str<E>(self, value: &str) -> Result<Scalar, E> {
                Ok(Scalar::Text(value.to_owned()))
            }

            fn visit_string<E>(self, value: String) -> Result<Scalar, E> {
                Ok(Scalar::Text(value))
            }

            fn visit_unit<E>(self) -> Result<Scalar, E> {
                Ok(Scalar::NULL)
            }

            fn visit_none<E>(self) -> Result<Scalar, E> {
                Ok(Scalar::NULL)
            }
        }

        deserializer.deserialize_any(Shallow)
    }
}

impl From<Option<&str>> for Scalar {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::NULL, |text| Self::Text(text.to_owned()))
    }
}

/// A contact's first save.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NewContact {
    /// Chosen by the host, else by the book.
    pub id: Option<String>,
    /// Required.
    pub name: Option<String>,
    /// An email address.
    pub email: Option<String>,
    /// A phone number.
    pub phone: Option<String>,
    /// A company.
    pub company: Option<String>,
    /// Other fields.
    pub fields: Option<BTreeMap<String, Scalar>>,
    /// Activities of the same save.
    pub activities: Vec<BoxPair>,
    /// Absent: the autoStart definition; null: none.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub workflow: Option<Option<StartAt>>,
}

/// The workflow that a new contact begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartAt {
    /// Which definition.
    pub definition: String,
    /// Where, if not at its initial stage.
    #[serde(default)]
    pub stage: Option<String>,
}

/// One save of a contact.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContactChanges {
    /// Fields to change.
    pub set: Option<FieldChanges>,
    /// Activities, each with what was done and what is to be done next.
    pub activities: Vec<BoxPair>,
    /// A move.
    pub transition: Option<TransitionRequest>,
}

/// Fields to change: an absent one stays, null clears.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldChanges {
    /// Can't be cleared.
    pub name: Option<String>,
    /// An email address.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub email: Option<Option<String>>,
    /// A phone number.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub phone: Option<Option<String>>,
    /// A company.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub company: Option<Option<String>>,
    /// Merged; null removes one.
    pub fields: Option<BTreeMap<String, Scalar>>,
}

/// The two boxes as they are saved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BoxPair {
    /// What was done.
    pub log: Option<ActivityDraft>,
    /// What is to be done next.
    pub pending: Option<PendingDraft>,
}

/// The Task box. All are optional here: what is missing is an issue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ActivityDraft {
    /// The activity type.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// When it was done; now, if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Who makes the entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
}

/// The Pending activity box. All are optional here: what is missing is an issue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PendingDraft {
    /// The activity type.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Its date; today, if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The closing date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// Who will do it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// When a reminder shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remind: Option<RemindDraft>,
    /// Whether it becomes a task of its assignee.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_task: Option<bool>,
}

/// A reminder's window as it is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RemindDraft {
    /// From.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// To.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
}

/// What a transition asks the user for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TransitionInput {
    /// Why: one of the transition's reasons, or free text where it has no list.
    pub reason: Option<String>,
    /// Free text.
    pub note: Option<String>,
    /// Answers: no definition of this version asks for any.
    pub answers: Option<Present>,
}

/// That something was given, whatever it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Present;

impl<'de> Deserialize<'de> for Present {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

/// A move, by the transition's id or by the stage to reach.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TransitionRequest {
    /// The transition.
    pub transition: Option<String>,
    /// The stage to reach.
    pub to: Option<String>,
    /// Why: one of the transition's reasons, or free text where it has no list.
    pub reason: Option<String>,
    /// Free text.
    pub note: Option<String>,
    /// Answers: no definition of this version asks for any.
    pub answers: Option<Present>,
}

impl TransitionRequest {
    /// What it gives the transition that asks.
    pub fn input(&self) -> TransitionInput {
        let (reason, note) = (self.reason.clone(), self.note.clone());
        TransitionInput { reason, note, answers: self.answers }
    }
}

/// How a pending activity was done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Completion {
    /// Free text.
    pub outcome: Option<String>,
    /// Free text; the pending activity's own stays with it.
    pub description: Option<String>,
    /// When; now, if absent.
    pub date: Option<String>,
    /// What is to be done next.
    pub next: Option<PendingDraft>,
}

/// One command.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "do")]
#[allow(missing_docs)]
pub enum Command {
    /// Creates a contact; with `upsert`, saves it if it exists.
    Create { contact: ContactId, input: NewContact, upsert: bool },
    /// Saves changes of a contact.
    Save { contact: ContactId, changes: ContactChanges },
    /// Comments a contact.
    Comment { contact: ContactId, text: String },
    /// Erases a contact for good.
    Erase { contact: ContactId, confirm: String, reason: Option<String> },
    /// Starts a workflow.
    Start { contact: ContactId, definition: String },
    /// Moves a contact.
    Transition { contact: ContactId, request: TransitionRequest },
    /// Completes a pending activity.
    Complete { pending: String, input: Completion },
    /// Reopens a closed pending activity.
    Reopen { pending: String },
    /// Cancels an open pending activity.
    Cancel { pending: String, reason: Option<String> },
}

/// One row of another system's history.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ImportRow {
    /// The host's id of the contact.
    pub contact: String,
    /// When it happened.
    pub at: String,
    /// Who did it.
    pub by: String,
    /// Their name.
    pub by_name: Option<String>,
    /// The row's id in its source.
    pub id: Option<String>,
    /// What it is.
    pub kind: String,
    /// A contact's data.
    pub set: Option<FieldChanges>,
    /// The workflow of a stage row, if not the book's first.
    pub definition: Option<String>,
    /// The stage reached.
    pub stage: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The activity type.
    #[serde(rename = "type")]
    pub activity: Option<String>,
    /// The id of the pending row that is completed.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// Free text.
    pub description: Option<String>,
    /// Free text.
    pub outcome: Option<String>,
    /// A closing date.
    pub due: Option<String>,
    /// Who will do it.
    pub assignee: Option<String>,
    /// A comment's or message's text.
    pub text: Option<String>,
}

/// Tells a present null from an absent key.
fn present<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}
