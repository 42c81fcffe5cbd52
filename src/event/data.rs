//! What each kind of fact says, in its body's `data`. Every record's members stand in the order of
//! their JSON names; a member may be added, none may change its meaning.

use crate::command::Scalar;
use crate::ids::{
    ActorId, DefinitionId, EntryId, ItemId, PendingId, StageId, TaskId, TransitionId, TypeId,
};
use crate::json::Value;
use crate::label::Localized;
use crate::map::Map;
use crate::time::{Day, Instant, When};

record! {
    /// A field's change.
    #[derive(Clone, Debug, PartialEq)]
    pub struct FieldChange {
        /// Its name.
        pub field: String = "field",
        /// What it is now.
        pub new: Scalar = "new",
        /// What it was.
        pub old: Scalar = "old",
    }
}

record! {
    /// A stage with its label as it was.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct StageRef {
        /// In all languages of its definition.
        pub label: Localized = "label",
        /// Its id.
        pub stage: StageId = "stage",
    }
}

record! {
    /// A stage of another workflow that a contact leaves by a restart.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct LeftStage {
        /// In all languages of its definition.
        pub label: Localized = "label",
        /// Its id.
        pub stage: StageId = "stage",
        /// Its workflow.
        pub workflow: DefinitionId = "workflow",
    }
}

record! {
    /// A reminder's window.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Remind {
        /// To.
        pub end: When = "end",
        /// From.
        pub start: When = "start",
    }
}

record! {
    /// Data of `contact.created`.
    #[derive(Clone, Debug, Default, PartialEq)]
    #[allow(missing_docs)]
    pub struct ContactCreated {
        pub company: Option<String> = "company",
        pub email: Option<String> = "email",
        pub fields: Fields = "fields",
        pub name: String = "name",
        pub phone: Option<String> = "phone",
    }
}

/// A contact's own fields by name.
pub type Fields = Map<String, Scalar>;

record! {
    /// Data of `contact.changed`.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct ContactChanged {
        /// Of tracked fields, with old and new value.
        pub changes: Vec<FieldChange> = "changes",
        /// New values of fields whose changes are not tracked.
        pub untracked: Fields = "untracked",
    }
}

record! {
    /// Data of kinds that carry a reason alone.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Reason {
        /// Free text.
        pub reason: Option<String> = "reason",
    }
}

record! {
    /// Data of `contact.erased`: all that stays of a contact.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct ContactErased {
        /// How many entries lost their body.
        pub entries: u64 = "entries",
        /// No personal data: a ticket number.
        pub reason: Option<String> = "reason",
    }
}

record! {
    /// Data of `contact.commented`.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ContactCommented {
        /// Random; of an imported one, derived from its row.
        pub id: String = "id",
        /// What was said.
        pub text: String = "text",
    }
}

record! {
    /// Data of `contact.invited`.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ContactInvited {
        /// Where to.
        pub email: String = "email",
        /// Of the item in the outbox.
        pub id: ItemId = "id",
        /// Free text.
        pub message: Option<String> = "message",
    }
}

record! {
    /// Data of `contact.messaged`.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct ContactMessaged {
        /// How it goes out, in the host's words.
        pub channel: Option<String> = "channel",
        /// Of the item in the outbox; an imported message went out elsewhere.
        pub id: Option<ItemId> = "id",
        /// What it is about.
        pub subject: Option<String> = "subject",
        /// What it says.
        pub text: String = "text",
        /// The contact's email address as it was.
        pub to: Option<String> = "to",
    }
}

record! {
    /// Data of `contact.shared`.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ContactShared {
        /// The fields' values as they were.
        pub details: Fields = "details" or null,
        /// Where to.
        pub email: String = "email",
        /// Names of the fields.
        pub fields: Vec<String> = "fields",
        /// Of the item in the outbox.
        pub id: ItemId = "id",
        /// Free text.
        pub note: Option<String> = "note",
    }
}

words! {
    /// What an item in the outbox is.
    pub enum ItemKind {
        /// An invitation.
        Invite = "invite",
        /// A message to the contact.
        Message = "message",
        /// The contact's details for somebody.
        Share = "share",
    }
}

record! {
    /// Data of `delivery.sent` and `delivery.failed`.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Delivery {
        /// How often it was tried.
        pub attempts: u32 = "attempts",
        /// Why it failed.
        pub error: Option<String> = "error",
        /// Which item.
        pub item: ItemId = "item",
        /// What it is.
        pub kind: ItemKind = "kind",
        /// The sender's own id of it.
        pub reference: Option<String> = "ref",
    }
}

record! {
    /// Data of `workflow.started`.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct WorkflowStarted {
        /// Where the contact was; null: nowhere.
        pub from: Option<LeftStage> = "from" or null,
        /// Why, of an imported one whose source says so.
        pub reason: Option<String> = "reason",
        /// Where it is.
        pub to: StageRef = "to",
        /// The definition's version.
        pub version: u64 = "version",
        /// The definition.
        pub workflow: DefinitionId = "workflow",
    }
}

record! {
    /// Data of `workflow.transitioned`.
    #[derive(Clone, Debug, PartialEq)]
    pub struct WorkflowTransitioned {
        /// Answers to what the transition asks, by question.
        pub answers: Map<String, Scalar> = "answers",
        /// Whether a rule did it.
        pub automatic: bool = "automatic" or skip,
        /// Where the contact was.
        pub from: StageRef = "from",
        /// Free text.
        pub note: Option<String> = "note",
        /// Free text, or the id of one of the transition's reasons.
        pub reason: Option<String> = "reason",
        /// The reason's label as it was, where it is one of a list.
        pub reason_label: Option<Localized> = "reasonLabel",
        /// Where it is.
        pub to: StageRef = "to",
        /// Null: an imported move that the definition has no transition for.
        pub transition: Option<TransitionId> = "transition" or null,
        /// The definition's version.
        pub version: u64 = "version",
        /// The definition.
        pub workflow: DefinitionId = "workflow",
    }
}

record! {
    /// Data of `workflow.reverted`: a move that takes the last one back.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct WorkflowReverted {
        /// Where the contact was.
        pub from: StageRef = "from",
        /// Free text.
        pub note: Option<String> = "note",
        /// The entry that it takes back.
        pub reverts: EntryId = "reverts",
        /// Where it is again.
        pub to: StageRef = "to",
        /// The definition's version.
        pub version: u64 = "version",
        /// The definition.
        pub workflow: DefinitionId = "workflow",
    }
}

record! {
    /// Data of `workflow.migrated`: out of a stage that the definition no longer has.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct WorkflowMigrated {
        /// Where the contact was.
        pub from: StageRef = "from",
        /// Where it is.
        pub to: StageRef = "to",
        /// The definition's version.
        pub version: u64 = "version",
        /// The definition.
        pub workflow: DefinitionId = "workflow",
    }
}

record! {
    /// Data of `workflow.refused`: a move that did not happen.
    #[derive(Clone, Debug, PartialEq)]
    pub struct WorkflowRefused {
        /// What stood against it: codes and parameters.
        pub blockers: Vec<Value<'static>> = "blockers",
        /// Where the contact is.
        pub from: Option<StageRef> = "from",
        /// The stage that was asked for, where one was.
        pub to: Option<StageId> = "to",
        /// The transition that was asked for, where one was.
        pub transition: Option<TransitionId> = "transition",
    }
}

record! {
    /// Data of `activity.logged`. Its date is when the entry happened, its user who the entry is by.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ActivityLogged {
        /// Free text.
        pub description: Option<String> = "description",
        /// The type's label as it was.
        pub label: Localized = "label",
        /// Free text.
        pub outcome: Option<String> = "outcome",
        /// The stage it was logged in; null: without a workflow.
        pub stage: Option<StageId> = "stage" or null,
        /// The activity type.
        pub kind: TypeId = "type",
    }
}

record! {
    /// Data of `activity.planned`.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ActivityPlanned {
        /// Who will do it.
        pub assignee: ActorId = "assignee",
        /// Their name as it was.
        pub assignee_name: String = "assigneeName",
        /// Whether it becomes a task of theirs.
        pub create_task: bool = "createTask",
        /// Its date.
        pub date: Day = "date",
        /// Free text.
        pub description: Option<String> = "description",
        /// The closing date.
        pub due: Option<When> = "due",
        /// The activity it follows: a logged one's entry, or the pending one that was completed.
        pub follows: Option<String> = "follows",
        /// The type's label as it was.
        pub label: Localized = "label",
        /// Its id.
        pub pending: PendingId = "pending",
        /// When a reminder shows.
        pub remind: Option<Remind> = "remind",
        /// The activity type.
        pub kind: TypeId = "type",
    }
}

record! {
    /// Data of `activity.completed`: it closes a pending activity and logs what was done.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ActivityCompleted {
        /// Free text about what was done.
        pub description: Option<String> = "description",
        /// The type's label as it was.
        pub label: Localized = "label",
        /// Free text.
        pub outcome: Option<String> = "outcome",
        /// What is closed.
        pub pending: PendingId = "pending",
        /// The stage it was done in; null: without a workflow.
        pub stage: Option<StageId> = "stage" or null,
        /// The activity type.
        pub kind: TypeId = "type",
    }
}

record! {
    /// Data of `activity.changed`. Of the same field the last one counts.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ActivityChanged {
        /// The new assignee's name as it was.
        pub assignee_name: Option<String> = "assigneeName",
        /// With old and new value; both ends of a reminder are fields.
        pub changes: Vec<FieldChange> = "changes",
        /// The type's label as it was.
        pub label: Localized = "label",
        /// Which.
        pub pending: PendingId = "pending",
        /// The activity type.
        pub kind: TypeId = "type",
    }
}

record! {
    /// Data of `activity.reopened`, `activity.cancelled` and `reminder.acknowledged`.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct PendingTouched {
        /// The type's label as it was.
        pub label: Localized = "label",
        /// Which.
        pub pending: PendingId = "pending",
        /// Free text.
        pub reason: Option<String> = "reason",
        /// The activity type.
        pub kind: TypeId = "type",
    }
}

record! {
    /// Data of `reminder.snoozed`.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ReminderSnoozed {
        /// The type's label as it was.
        pub label: Localized = "label",
        /// Which.
        pub pending: PendingId = "pending",
        /// The activity type.
        pub kind: TypeId = "type",
        /// When it shows again.
        pub until: Instant = "until",
    }
}

record! {
    /// Data of `task.created`.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct TaskCreated {
        /// Whose list it is on.
        pub assignee: ActorId = "assignee",
        /// Their name as it was.
        pub assignee_name: String = "assigneeName",
        /// The type's label as it was.
        pub label: Localized = "label",
        /// The pending activity it is a face of.
        pub pending: PendingId = "pending",
        /// Its id.
        pub task: TaskId = "task",
        /// The activity type.
        pub kind: TypeId = "type",
    }
}

record! {
    /// Data of `entry.voided`: a server does not permit another entry, which does not count then.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct EntryVoided {
        /// Which.
        pub entry: EntryId = "entry",
        /// Why: a stable word, such as `forbidden` or `late`.
        pub reason: String = "reason",
    }
}
