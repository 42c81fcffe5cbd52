//! What a workflow definition consists of, as the rules read it. Plain data: nothing here reads
//! JSON, and nothing but a checked [`Definition`](super::Definition) hands it out.

use super::guard::Condition;
use crate::ids::{ActorId, StageId, TransitionId, TypeId};
use crate::json::ToJson;
use crate::label::Localized;

/// Who may do something: anybody, or whoever has one of the roles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles(Option<Vec<String>>);

impl Roles {
    /// Anybody where `names` is none; nobody where it is empty.
    pub fn new(names: Option<Vec<String>>) -> Self {
        Self(names)
    }

    /// Whether somebody who has the roles `held` may.
    pub fn admit<S: AsRef<str>>(&self, held: &[S]) -> bool {
        self.0.as_ref().is_none_or(|names| {
            names.iter().any(|name| held.iter().any(|role| role.as_ref() == name))
        })
    }

    /// The roles, or none where anybody may.
    pub fn names(&self) -> Option<&[String]> {
        self.0.as_deref()
    }
}

/// What a [`Definition`](super::Definition) may restrict to roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Taking a contact out of the list.
    Archive,
    /// Removing a contact for good.
    Erase,
    /// Inviting a contact by email.
    Invite,
    /// Sending a contact a message.
    Message,
    /// Sending a contact's details to somebody.
    Share,
    /// Adding a comment.
    Comment,
    /// Bringing in history from another system.
    ImportHistory,
    /// Giving an activity to somebody else.
    Reassign,
}

impl Permission {
    /// Every permission, in the order of its discriminant.
    pub const ALL: [Self; 8] = [
        Self::Archive,
        Self::Erase,
        Self::Invite,
        Self::Message,
        Self::Share,
        Self::Comment,
        Self::ImportHistory,
        Self::Reassign,
    ];

    /// Its name in definitions and errors.
    pub fn name(self) -> &'static str {
        match self {
            Self::Archive => "archive",
            Self::Erase => "erase",
            Self::Invite => "invite",
            Self::Message => "message",
            Self::Share => "share",
            Self::Comment => "comment",
            Self::ImportHistory => "importHistory",
            Self::Reassign => "reassign",
        }
    }
}

/// Which logged activities count for a stage's requirements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RequirementScope {
    /// Those since the stage was last entered.
    #[default]
    StageVisit,
    /// Those of all visits of the stage.
    StageEver,
    /// All of the contact.
    Contact,
}

words! {
    /// Where a move leads on the stage path.
    pub enum Direction {
        /// To a stage that does not stand lower.
        Forward = "forward",
        /// To a lower order.
        Backward = "backward",
        /// To the same stage.
        Self_ = "self",
    }
}

words! {
    /// What a stage means for the business.
    #[allow(missing_docs)]
    pub enum Category {
        Open = "open",
        Ongoing = "ongoing",
        OnHold = "on-hold",
        Won = "won",
        Lost = "lost",
    }
}

/// Whether activities outside a stage's grid can be logged there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ActivityPolicy {
    /// They can.
    #[default]
    Open,
    /// They can't.
    Closed,
}

/// A stage of the workflow.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// Its id.
    pub id: StageId,
    /// Its name; the id where none was given.
    pub label: Localized,
    /// Its place on the stage path; any number, so that a stage fits between two others.
    pub order: f64,
    /// What it means.
    pub category: Option<Category>,
    /// Whether the workflow is over here.
    pub final_: bool,
    /// Whether it can't be entered any more.
    pub disabled: bool,
    /// A CSS colour.
    pub color: Option<String>,
    /// Who may move a contact out of it.
    pub edit_roles: Roles,
    /// Its suggested and required activities.
    pub activities: Vec<StageActivity>,
    /// What of activities outside that grid.
    pub policy: ActivityPolicy,
    /// Days after which a contact still here is stale.
    pub stale_after_days: Option<u32>,
}

/// One row of a stage's activity grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageActivity {
    /// The activity type.
    pub kind: TypeId,
    /// What is suggested once it is logged here; goes before the type's own `next`.
    pub next: Option<TypeId>,
    /// Whether a pending activity of it makes a task unless told otherwise.
    pub create_task: bool,
    /// Whether a move out of the stage waits for it.
    pub required: bool,
    /// How many are required.
    pub min: u32,
    /// Transitions that it is required for; empty: all.
    pub for_transitions: Vec<TransitionId>,
}

impl StageActivity {
    /// Whether it gates `transition`.
    pub fn required_for(&self, transition: &TransitionId) -> bool {
        self.required
            && (self.for_transitions.is_empty() || self.for_transitions.contains(transition))
    }
}

/// Stages a transition leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `"*"`: every stage but the one it leads to.
    Anywhere,
    /// These.
    Stages(Vec<StageId>),
}

/// A move that the workflow allows.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    /// Its id.
    pub id: TransitionId,
    /// Where it starts.
    pub from: Origin,
    /// Where it ends.
    pub to: StageId,
    /// Its name; the id where none was given.
    pub label: Localized,
    /// Lower goes first.
    pub priority: f64,
    /// Whether it can't be taken any more.
    pub disabled: bool,
    /// Who may take it.
    pub roles: Roles,
    /// What it asks the user for.
    pub requires: Requires,
    /// Whether required activities gate it; none: if it is a forward one.
    pub gated: Option<bool>,
    /// Whether it fires by itself as soon as nothing blocks it.
    pub automatic: bool,
    /// What must hold for it to be taken.
    pub when: Option<Condition>,
    /// Shown when its condition does not hold.
    pub message: Option<Localized>,
}

impl Transition {
    /// Whether it leaves `stage`.
    pub fn leaves(&self, stage: &StageId) -> bool {
        match &self.from {
            Origin::Anywhere => *stage != self.to,
            Origin::Stages(stages) => stages.contains(stage),
        }
    }
}

shape! {
    /// What a transition asks the user for. Its JSON is what the definition says, without what is off.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct Requires {
        /// A reason.
        pub reason: Reason = "reason" or skip,
        /// A note.
        pub note: bool = "note" or skip,
        /// Fields of the contact that must be filled.
        pub fields: Vec<String> = "fields" or skip,
        /// Questions whose answers are kept.
        pub answers: Vec<Question> = "answers" or skip,
    }
}

impl Requires {
    /// Whether it asks for nothing.
    pub fn is_empty(&self) -> bool {
        self.reason.is_none() && !self.note && self.fields.is_empty() && self.answers.is_empty()
    }
}

/// The reason that a transition asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Reason {
    /// No reason.
    #[default]
    None,
    /// Any text.
    Any,
    /// One of these; [`Choice::OTHER`] also needs a note.
    OneOf(Vec<Choice>),
}

impl Reason {
    /// Whether no reason is asked for.
    pub fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }
}

impl ToJson for Reason {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::None => false.write(out),
            Self::Any => true.write(out),
            Self::OneOf(choices) => choices.write(out),
        }
    }

    fn is_default(&self) -> bool {
        self.is_none()
    }
}

shape! {
    /// One of the answers to choose from.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Choice {
        /// Its id.
        pub id: String = "id",
        /// Its text; the id where none was given.
        pub label: Localized = "label",
    }
}

words! {
    /// What an answer is.
    pub enum QuestionKind {
        /// Any text.
        Text = "text",
        /// A finite number.
        Number = "number",
        /// Yes or no.
        Boolean = "boolean",
        /// A day.
        Date = "date",
        /// One of its choices.
        Choice = "choice",
    }
}

shape! {
    /// A question that a transition asks.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Question {
        /// Its id.
        pub id: String = "id",
        /// Its text; the id where none was given.
        pub label: Localized = "label",
        /// What its answer is.
        pub kind: QuestionKind = "kind",
        /// What there is to choose from.
        pub choices: Vec<Choice> = "choices" or skip,
        /// Whether it must be answered.
        pub required: bool = "required" or skip,
    }
}

impl Choice {
    /// The id of the reason that is not in the list and needs a note.
    pub const OTHER: &str = "other";
}

/// A type of activity.
#[derive(Clone, Debug, PartialEq)]
pub struct ActivityType {
    /// Its id.
    pub id: TypeId,
    /// Its name; the id where none was given.
    pub label: Localized,
    /// The host's name of a picture.
    pub icon: Option<String>,
    /// Whether nothing new of it can be logged or planned.
    pub disabled: bool,
    /// What a pending activity of it starts with.
    pub defaults: Defaults,
    /// What is offered once one is logged.
    pub next: Option<Next>,
}

/// What fills an empty field of a pending activity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defaults {
    /// Its description.
    pub description: Option<String>,
    /// Who will do it.
    pub assignee: Option<ActorId>,
    /// Days from its date to the day on which it is due.
    pub due_in_days: Option<u32>,
    /// Minutes from the start of the reminder to the first moment of what is due.
    pub remind_minutes_before: Option<u32>,
}

/// The activity that is suggested after another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// Its type.
    pub kind: TypeId,
    /// Days until it is due.
    pub after_days: u32,
    /// Whether it is planned without being asked, in the same save.
    pub trigger: bool,
}
