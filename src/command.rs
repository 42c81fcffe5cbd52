//! Everything a caller may ask of a book, in the shapes of the JavaScript contract. Dates and ids
//! stay text here: what is wrong with them is an issue at their path, found by `decide`.

use crate::ids::{ActorId, ContactId, StageId};
use crate::json::{Errors, FromJson, Members, ToJson, Value};
use crate::map::Map;

record! {
    /// Who operates.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Actor {
        /// The host's id.
        pub id: ActorId = "id",
        /// Shown beside what they did. Without one, the id is.
        pub name: Option<String> = "name" or null,
        /// Roles that definitions name.
        pub roles: Vec<String> = "roles",
        /// A person unless it says otherwise.
        pub kind: ActorKind = "kind" or default,
    }
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

words! {
    /// What acts.
    #[derive(Default)]
    pub enum ActorKind {
        /// A person.
        #[default]
        User = "user",
        /// A program.
        System = "system",
    }
}

record! {
    /// Somebody an activity can be assigned to.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct User {
        /// The host's id.
        pub id: ActorId = "id",
        /// Shown.
        pub name: String = "name",
        /// IANA zone of their "today", if it is not the book's.
        pub time_zone: Option<String> = "timeZone" or null,
    }
}

record! {
    /// What every command may carry.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct CommandOptions {
        /// Makes a retry a no-op.
        pub command_id: Option<String> = "commandId",
        /// Refuses a stale write.
        pub expected_version: Option<u64> = "expectedVersion",
        /// When it really happened.
        pub occurred_at: Option<String> = "occurredAt",
    }
}

/// A value of a contact's field.
#[derive(Clone, Debug, PartialEq)]
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

impl ToJson for Scalar {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null(()) => Value::Null.write(out),
            Self::Bool(flag) => flag.write(out),
            Self::Number(number) => number.write(out),
            Self::Text(text) => text.write(out),
        }
    }
}

impl FromJson for Scalar {
    fn read(value: Option<&Value<'_>>, errors: &mut Errors) -> Self {
        match value {
            None | Some(Value::Null) => return Self::NULL,
            Some(Value::Bool(flag)) => return Self::Bool(*flag),
            Some(Value::Number(number)) => return Self::Number(*number),
            Some(Value::Text(text)) => return Self::Text(text.as_ref().to_owned()),
            _ => errors.note("a text, a number, true, false or null"),
        }
        Self::NULL
    }
}

impl From<Option<String>> for Scalar {
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::NULL, Self::Text)
    }
}

impl From<Option<&str>> for Scalar {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::NULL, |text| Self::Text(text.to_owned()))
    }
}

record! {
    /// A contact's first save.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct NewContact {
        /// Chosen by the host, else by the book.
        pub id: Option<String> = "id",
        /// Required.
        pub name: Option<String> = "name",
        /// An email address.
        pub email: Option<String> = "email",
        /// A phone number.
        pub phone: Option<String> = "phone",
        /// A company.
        pub company: Option<String> = "company",
        /// Other fields.
        pub fields: Option<Map<String, Scalar>> = "fields",
        /// Activities of the same save.
        pub activities: Vec<BoxPair> = "activities",
        /// Absent: the autoStart definition; null: none.
        pub workflow: Option<Option<StartAt>> = "workflow",
    }
}

record! {
    /// The workflow that a new contact begins.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct StartAt {
        /// Which definition.
        pub definition: String = "definition",
        /// Where, if not at its initial stage.
        pub stage: Option<String> = "stage" or null,
    }
}

record! {
    /// One save of a contact.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct ContactChanges {
        /// Fields to change.
        pub set: Option<FieldChanges> = "set",
        /// Activities, each with what was done and what is to be done next.
        pub activities: Vec<BoxPair> = "activities",
        /// A move.
        pub transition: Option<TransitionRequest> = "transition",
    }
}

record! {
    /// Fields to change: an absent one stays, null clears.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct FieldChanges {
        /// Can't be cleared.
        pub name: Option<String> = "name",
        /// An email address.
        pub email: Option<Option<String>> = "email",
        /// A phone number.
        pub phone: Option<Option<String>> = "phone",
        /// A company.
        pub company: Option<Option<String>> = "company",
        /// Merged; null removes one.
        pub fields: Option<Map<String, Scalar>> = "fields",
    }
}

record! {
    /// The two boxes as they are saved.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct BoxPair {
        /// What was done.
        pub log: Option<ActivityDraft> = "log",
        /// What is to be done next.
        pub pending: Option<PendingDraft> = "pending",
    }
}

record! {
    /// The Task box. All are optional here: what is missing is an issue.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct ActivityDraft {
        /// The activity type.
        pub kind: Option<String> = "type",
        /// When it was done; now, if absent.
        pub date: Option<String> = "date",
        /// Who makes the entry.
        pub user: Option<String> = "user",
        /// Free text.
        pub description: Option<String> = "description",
        /// Free text.
        pub outcome: Option<String> = "outcome",
    }
}

record! {
    /// The Pending activity box. All are optional here: what is missing is an issue.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct PendingDraft {
        /// The activity type.
        pub kind: Option<String> = "type",
        /// Its date; today, if absent.
        pub date: Option<String> = "date",
        /// Free text.
        pub description: Option<String> = "description",
        /// The closing date.
        pub due: Option<String> = "due",
        /// Who will do it.
        pub assignee: Option<String> = "assignee",
        /// When a reminder shows.
        pub remind: Option<RemindDraft> = "remind",
        /// Whether it becomes a task of its assignee.
        pub create_task: Option<bool> = "createTask",
    }
}

record! {
    /// A reminder's window as it is given.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct RemindDraft {
        /// From.
        pub start: Option<String> = "start",
        /// To.
        pub end: Option<String> = "end",
    }
}

record! {
    /// Changes of a pending activity: an absent field stays, null clears.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct PendingChanges {
        /// The activity type.
        pub kind: Option<String> = "type",
        /// Its date.
        pub date: Option<String> = "date",
        /// Free text.
        pub description: Option<Option<String>> = "description",
        /// The closing date.
        pub due: Option<Option<String>> = "due",
        /// Who will do it.
        pub assignee: Option<String> = "assignee",
        /// When a reminder shows.
        pub remind: Option<Option<RemindDraft>> = "remind",
        /// Whether it becomes a task of its assignee.
        pub create_task: Option<bool> = "createTask",
    }
}

record! {
    /// An invitation.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Invitation {
        /// Where to. Required.
        pub email: Option<String> = "email",
        /// Free text.
        pub message: Option<String> = "message",
    }
}

record! {
    /// A message to the contact.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct MessageDraft {
        /// What it says. Required.
        pub text: Option<String> = "text",
        /// What it is about.
        pub subject: Option<String> = "subject",
        /// How it goes out, in the host's words.
        pub channel: Option<String> = "channel",
    }
}

record! {
    /// The contact's details for somebody.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct ShareDraft {
        /// Where to. Required.
        pub email: Option<String> = "email",
        /// Which fields; absent: name, email, phone, company.
        pub fields: Option<Vec<String>> = "fields",
        /// Free text.
        pub note: Option<String> = "note",
    }
}

record! {
    /// What became of an item in the outbox.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Settlement {
        /// `sent` or `failed`.
        pub status: String = "status" or default,
        /// The sender's own id of it.
        pub reference: Option<String> = "ref",
        /// Why it failed.
        pub error: Option<String> = "error",
        /// How often it was tried.
        pub attempts: Option<u32> = "attempts",
    }
}

record! {
    /// What a transition asks the user for.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct TransitionInput {
        /// Why: one of the transition's reasons, or free text where it has no list.
        pub reason: Option<String> = "reason",
        /// Free text.
        pub note: Option<String> = "note",
        /// Answers to its questions.
        pub answers: Option<Map<String, Scalar>> = "answers",
    }
}

record! {
    /// A move, by the transition's id or by the stage to reach.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct TransitionRequest {
        /// The transition.
        pub transition: Option<String> = "transition",
        /// The stage to reach.
        pub to: Option<String> = "to",
        /// Why: one of the transition's reasons, or free text where it has no list.
        pub reason: Option<String> = "reason",
        /// Free text.
        pub note: Option<String> = "note",
        /// Answers to its questions.
        pub answers: Option<Map<String, Scalar>> = "answers",
    }
}

impl TransitionRequest {
    /// What it gives the transition that asks.
    pub fn input(&self) -> TransitionInput {
        let (reason, note) = (self.reason.clone(), self.note.clone());
        TransitionInput { reason, note, answers: self.answers.clone() }
    }
}

record! {
    /// How a pending activity was done.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Completion {
        /// Free text.
        pub outcome: Option<String> = "outcome",
        /// Free text; the pending activity's own stays with it.
        pub description: Option<String> = "description",
        /// When; now, if absent.
        pub date: Option<String> = "date",
        /// What is to be done next.
        pub next: Option<PendingDraft> = "next",
    }
}

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident = $call:literal { $($field:ident: $type:ty),* }),* $(,)?) => {
        /// One command.
        #[derive(Clone, Debug, PartialEq)]
        #[allow(missing_docs)]
        pub enum Command { $($(#[$doc])* $name { $($field: $type),* }),* }

        impl ToJson for Command {
            /// What tells whether two commands are the same.
            fn write(&self, out: &mut Vec<u8>) {
                let mut object = Members::open(out);
                match self {
                    $(Self::$name { $($field),* } => {
                        object.member("do", &$call);
                        $(object.member(stringify!($field), $field);)*
                    })*
                }
                object.close();
            }
        }
    };
}

commands! {
    /// Creates a contact; with `upsert`, saves it if it exists.
    Create = "contacts.create" { contact: ContactId, input: NewContact, upsert: bool },
    /// Saves changes of a contact.
    Save = "contacts.save" { contact: ContactId, changes: ContactChanges },
    /// Comments a contact.
    Comment = "contacts.comment" { contact: ContactId, text: String },
    /// Erases a contact for good.
    Erase = "contacts.erase" { contact: ContactId, confirm: String, reason: Option<String> },
    /// Takes a contact out of the list.
    Archive = "contacts.archive" { contact: ContactId, reason: Option<String> },
    /// Brings a contact back.
    Restore = "contacts.restore" { contact: ContactId },
    /// Invites a contact.
    Invite = "contacts.invite" { contact: ContactId, input: Invitation },
    /// Writes to a contact.
    Message = "contacts.message" { contact: ContactId, input: MessageDraft },
    /// Sends a contact's details to somebody.
    Share = "contacts.share" { contact: ContactId, input: ShareDraft },
    /// Says what became of an item in the outbox.
    Settle = "outbox.settle" { item: String, result: Settlement },
    /// Starts a workflow.
    Start = "workflow.start" { contact: ContactId, definition: String },
    /// Moves a contact.
    Transition = "workflow.transition" { contact: ContactId, request: TransitionRequest },
    /// Takes the last move back.
    Revert = "workflow.revert" { contact: ContactId, note: Option<String> },
    /// Moves a contact out of a stage that its definition no longer has.
    Migrate = "workflow.migrate" { contact: ContactId, definition: String, to: StageId },
    /// Completes a pending activity.
    Complete = "activities.complete" { pending: String, input: Completion },
    /// Changes an open pending activity.
    Update = "activities.update" { pending: String, changes: PendingChanges },
    /// Puts a reminder off.
    Snooze = "activities.snooze" { pending: String, until: String },
    /// Dismisses a reminder.
    Acknowledge = "activities.acknowledge" { pending: String },
    /// Reopens a closed pending activity.
    Reopen = "activities.reopen" { pending: String },
    /// Cancels an open pending activity.
    Cancel = "activities.cancel" { pending: String, reason: Option<String> },
}

record! {
    /// One row of another system's history.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct ImportRow {
        /// The host's id of the contact.
        pub contact: String = "contact" or default,
        /// When it happened.
        pub at: String = "at" or default,
        /// Who did it.
        pub by: String = "by" or default,
        /// Their name.
        pub by_name: Option<String> = "byName",
        /// The row's id in its source.
        pub id: Option<String> = "id",
        /// What it is.
        pub kind: String = "kind" or default,
        /// A contact's data.
        pub set: Option<FieldChanges> = "set",
        /// The workflow of a stage row, if not the book's first.
        pub definition: Option<String> = "definition",
        /// The stage reached.
        pub stage: Option<String> = "stage",
        /// Why.
        pub reason: Option<String> = "reason",
        /// The activity type.
        pub activity: Option<String> = "type",
        /// The id of the pending row that is completed.
        pub reference: Option<String> = "ref",
        /// Free text.
        pub description: Option<String> = "description",
        /// Free text.
        pub outcome: Option<String> = "outcome",
        /// A closing date.
        pub due: Option<String> = "due",
        /// Who will do it.
        pub assignee: Option<String> = "assignee",
        /// A comment's or message's text.
        pub text: Option<String> = "text",
    }
}
