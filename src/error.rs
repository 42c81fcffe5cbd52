//! What can go wrong, as data: stable codes, the place, the parameters. No sentence is written
//! here; `text` words every one of these in the reader's language.

use crate::ids::{DefinitionId, StageId, TypeId};
use crate::json::{Members, ToJson};
use crate::label::Localized;

/// A parameter of a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Param {
    /// Text as it stands.
    Text(String),
    /// A number.
    Number(i64),
    /// A label, shown in the reader's language.
    Label(Localized),
    /// Several of them.
    List(Vec<Param>),
}

impl ToJson for Param {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Text(text) => text.write(out),
            Self::Number(number) => number.write(out),
            Self::Label(label) => label.write(out),
            Self::List(items) => items.write(out),
        }
    }
}

impl From<&str> for Param {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Param {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&Localized> for Param {
    fn from(label: &Localized) -> Self {
        Self::Label(label.clone())
    }
}

impl From<usize> for Param {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl<T: Into<Param>> FromIterator<T> for Param {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

/// Parameters by name: a handful, in the order in which they were given.
#[derive(Clone, Debug, Default)]
pub struct Params(Vec<(&'static str, Param)>);

impl Params {
    /// No parameters.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The parameter `name`.
    pub fn get(&self, name: &str) -> Option<&Param> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, param)| param)
    }

    /// Sets the parameter `name`.
    pub fn insert(&mut self, name: &'static str, param: Param) {
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, param));
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Param)> {
        self.0.iter().map(|(name, param)| (*name, param))
    }

    /// Their values, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Param> {
        self.0.iter_mut().map(|(_, param)| param)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl ToJson for Params {
    fn write(&self, out: &mut Vec<u8>) {
        let mut object = Members::open(out);
        self.iter().for_each(|(name, param)| object.always(name, param));
        object.close();
    }
}

impl PartialEq for Params {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len()
            && self.iter().all(|(name, param)| other.get(name) == Some(param))
    }
}

impl Extend<(&'static str, Param)> for Params {
    fn extend<I: IntoIterator<Item = (&'static str, Param)>>(&mut self, params: I) {
        params.into_iter().for_each(|(name, param)| self.insert(name, param));
    }
}

impl From<Vec<(&'static str, Param)>> for Params {
    fn from(params: Vec<(&'static str, Param)>) -> Self {
        Self(params)
    }
}

/// Builds [`Params`] from `name => value` pairs.
#[macro_export]
macro_rules! params {
    ($($name:literal => $value:expr),* $(,)?) => {
        $crate::error::Params::from(vec![$(($name, $crate::error::Param::from($value))),*])
    };
}

words! {
    /// Whether a finding stops the command.
    pub enum Severity {
        /// It does.
        Error = "error",
        /// It is only told.
        Warning = "warning",
    }
}

words! {
    /// Why a field was not accepted.
    #[allow(missing_docs)]
    pub enum IssueCode {
        Required = "required",
        TypeUnknown = "type-unknown",
        TypeDisabled = "type-disabled",
        TypeNotInStage = "type-not-in-stage",
        DateInvalid = "date-invalid",
        DueBeforeDate = "due-before-date",
        DuePast = "due-past",
        RemindOrder = "remind-order",
        RemindIncomplete = "remind-incomplete",
        RemindAfterDue = "remind-after-due",
        AssigneeRequired = "assignee-required",
        AssigneeUnknown = "assignee-unknown",
        EmailInvalid = "email-invalid",
        TooLong = "too-long",
        TooLarge = "too-large",
        NotAllowed = "not-allowed",
        UnknownField = "unknown-field",
        ConfirmMismatch = "confirm-mismatch",
    }
}

words! {
    /// Why a move or an action is not allowed now.
    #[allow(missing_docs)]
    pub enum BlockerCode {
        WrongStage = "wrong-stage",
        StageUnknown = "stage-unknown",
        StageDisabled = "stage-disabled",
        TransitionDisabled = "transition-disabled",
        RoleMissing = "role-missing",
        ActivityMissing = "activity-missing",
        FieldMissing = "field-missing",
        ReasonRequired = "reason-required",
        ReasonUnknown = "reason-unknown",
        NoteRequired = "note-required",
        AnswerRequired = "answer-required",
        AnswerInvalid = "answer-invalid",
        GuardUnmet = "guard-unmet",
        GuardError = "guard-error",
        ActivationUnmet = "activation-unmet",
        Archived = "archived",
        Erased = "erased",
        NotStarted = "not-started",
    }
}

words! {
    /// The kind of an [`Error`], as the contract names it.
    #[allow(missing_docs)]
    pub enum ErrorCode {
        Definition = "definition",
        Invalid = "invalid",
        Refused = "refused",
        NotFound = "not-found",
        Forbidden = "forbidden",
        Conflict = "conflict",
        Batch = "batch",
        Fork = "fork",
        Storage = "storage",
        Quota = "quota",
        BlockedUpgrade = "blocked-upgrade",
        TooNew = "too-new",
        Corrupt = "corrupt",
        Closed = "closed",
        Aborted = "aborted",
        Internal = "internal",
    }
}

/// One field's problem, at the path the caller used (`activities.0.pending.due`).
#[derive(Clone, Debug, PartialEq)]
pub struct Issue {
    /// Where, in the words of the call.
    pub path: String,
    /// What.
    pub code: IssueCode,
    /// Whether it stops the command.
    pub severity: Severity,
    /// What the message needs.
    pub params: Params,
}

impl Issue {
    /// A problem that stops the command.
    pub fn error(path: impl Into<String>, code: IssueCode, params: Params) -> Self {
        Self { path: path.into(), code, severity: Severity::Error, params }
    }

    /// A problem that is only told.
    pub fn warning(path: impl Into<String>, code: IssueCode, params: Params) -> Self {
        Self { path: path.into(), code, severity: Severity::Warning, params }
    }

    /// Whether it stops the command.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// One reason against a move.
#[derive(Clone, Debug, PartialEq)]
pub struct Blocker {
    /// What.
    pub code: BlockerCode,
    /// What the message needs.
    pub params: Params,
    /// What would clear it.
    pub fix: Option<Fix>,
}

/// What would clear a [`Blocker`].
#[derive(Clone, Debug, PartialEq)]
pub enum Fix {
    /// Log `missing` more activities of the type.
    Log {
        /// The activity type.
        kind: TypeId,
        /// How many more.
        missing: u32,
    },
    /// Fill a field of the contact.
    Set {
        /// Its name.
        field: String,
    },
    /// Give the transition what it asks for.
    Input {
        /// `reason`, `note` or `answer`.
        what: &'static str,
        /// Of an answer, to which question.
        question: Option<String>,
    },
    /// Restore the contact from the archive.
    Restore,
    /// Start a workflow.
    Start {
        /// Its definition.
        definition: DefinitionId,
    },
}

impl ToJson for Fix {
    fn write(&self, out: &mut Vec<u8>) {
        let mut object = Members::open(out);
        match self {
            Self::Log { kind, missing } => {
                object.member("do", &"log");
                object.member("type", kind);
                object.member("missing", missing);
            }
            Self::Set { field } => {
                object.member("do", &"set");
                object.member("field", field);
            }
            Self::Input { what, question } => {
                object.member("do", &"input");
                object.member("what", what);
                object.member("question", question);
            }
            Self::Restore => object.member("do", &"restore"),
            Self::Start { definition } => {
                object.member("do", &"start");
                object.member("definition", definition);
            }
        }
        object.close();
    }
}

/// One problem of a workflow definition.
#[derive(Clone, Debug, PartialEq)]
pub struct DefinitionIssue {
    /// Whether the definition can be used all the same.
    pub severity: Severity,
    /// Stable code, such as `stage-unknown`.
    pub code: &'static str,
    /// Where, such as `transitions.3.to`.
    pub path: String,
    /// What the message needs.
    pub params: Params,
}

/// What a caller asked for and does not exist.
#[derive(Clone, Debug, PartialEq)]
pub enum Missing {
    /// No such contact.
    Contact(String),
    /// No such stage in the contact's workflow.
    Stage(StageId),
    /// No such transition in the contact's workflow.
    Transition(String),
    /// No such definition in this book.
    Definition(String),
    /// No such pending activity.
    Pending(String),
    /// Nothing such in the outbox.
    Item(String),
    /// No such task.
    Task(String),
    /// No such entry.
    Entry(String),
    /// No such call.
    Call(String),
}

/// Why two writes do not fit together.
#[derive(Clone, Debug, PartialEq)]
pub enum Clash {
    /// The contact exists already, or existed and was erased.
    ContactExists(String),
    /// The contact changed since the caller read it.
    Version {
        /// What the caller expected.
        expected: u64,
        /// What it is.
        actual: u64,
    },
    /// The same commandId stood for another command.
    CommandReused(String),
    /// The pending activity is closed, or not closed, already.
    PendingStatus {
        /// The pending activity.
        pending: String,
        /// Its status.
        status: &'static str,
    },
    /// What is in the outbox was sent, or failed for good, already.
    ItemSettled(String),
    /// The contact is in that workflow already.
    AlreadyStarted(DefinitionId),
    /// The last move can't be taken back: there is none, or something rests on it.
    CannotRevert(&'static str),
    /// So many entries are on this device alone.
    Unsynced(u64),
    /// The database was made with another secret.
    Secret,
    /// Other writers kept coming first.
    Busy,
}

/// Why a batch of another device can't be applied. Nothing of it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BatchFault {
    /// It is of another book.
    Book,
    /// It is no batch.
    Shape,
    /// An entry of it is not sound.
    Line {
        /// Its place in the log.
        seq: u64,
        /// Why, for people.
        reason: &'static str,
    },
    /// Entries before it are missing.
    Gap {
        /// The place of the first that is missing.
        expected: u64,
    },
    /// The head after it is another one.
    Checkpoint,
    /// The log is known with other entries.
    Fork,
}

/// Why the store could not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// There is no room; the book is as it was.
    Quota,
    /// Another tab holds an older version of the database open.
    BlockedUpgrade,
    /// The database was written by a newer major version.
    TooNew,
    /// What is stored can't be read.
    Corrupt(String),
    /// The connection was closed for good.
    Closed,
    /// This place has no such store, or denies it; another kind of store may do.
    Unavailable(String),
    /// Anything else the store said.
    Failed(String),
}

/// A command that did not happen. Nothing of it was written.
///
/// Boxed, so that a result is no larger for what may go wrong.
pub type Error = Box<Fault>;

/// Why a command did not happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// The definitions can't be used.
    Definition(Vec<DefinitionIssue>),
    /// Fields are wrong; all of them are listed.
    Invalid(Vec<Issue>),
    /// It is not allowed now; all reasons are listed, and what else is wrong with the call.
    Refused {
        /// The reasons.
        blockers: Vec<Blocker>,
        /// Wrong fields.
        issues: Vec<Issue>,
    },
    /// Something does not exist.
    NotFound(Missing),
    /// The actor lacks the role.
    Forbidden {
        /// The permission's name.
        permission: &'static str,
        /// Roles that have it.
        roles: Vec<String>,
    },
    /// It does not fit what is there.
    Conflict(Clash),
    /// A batch can't be applied.
    Batch(BatchFault),
    /// The store failed.
    Store(StoreError),
    /// The call itself can't be read.
    Malformed(String),
    /// The book is closed.
    Closed,
    /// The caller gave up.
    Aborted,
    /// A fault of this component.
    Internal(String),
}

impl Fault {
    /// The contract's code.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Definition(_) => ErrorCode::Definition,
            Self::Invalid(_) | Self::Malformed(_) => ErrorCode::Invalid,
            Self::Refused { .. } => ErrorCode::Refused,
            Self::NotFound(_) => ErrorCode::NotFound,
            Self::Forbidden { .. } => ErrorCode::Forbidden,
            Self::Conflict(_) => ErrorCode::Conflict,
            Self::Batch(BatchFault::Fork) => ErrorCode::Fork,
            Self::Batch(_) => ErrorCode::Batch,
            Self::Store(error) => match error {
                StoreError::Quota => ErrorCode::Quota,
                StoreError::BlockedUpgrade => ErrorCode::BlockedUpgrade,
                StoreError::TooNew => ErrorCode::TooNew,
                StoreError::Corrupt(_) => ErrorCode::Corrupt,
                StoreError::Closed => ErrorCode::Closed,
                StoreError::Unavailable(_) | StoreError::Failed(_) => ErrorCode::Storage,
            },
            Self::Closed => ErrorCode::Closed,
            Self::Aborted => ErrorCode::Aborted,
            Self::Internal(_) => ErrorCode::Internal,
        }
    }
}

impl From<Blocker> for Error {
    fn from(blocker: Blocker) -> Self {
        Fault::Refused { blockers: vec![blocker], issues: Vec::new() }.into()
    }
}

impl From<Issue> for Error {
    fn from(issue: Issue) -> Self {
        Fault::Invalid(vec![issue]).into()
    }
}

impl From<Missing> for Error {
    fn from(missing: Missing) -> Self {
        Fault::NotFound(missing).into()
    }
}

impl From<Clash> for Error {
    fn from(clash: Clash) -> Self {
        Fault::Conflict(clash).into()
    }
}

impl From<BatchFault> for Error {
    fn from(fault: BatchFault) -> Self {
        Fault::Batch(fault).into()
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Fault::Store(error).into()
    }
}
