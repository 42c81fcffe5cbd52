//! The contract's shapes, field by field in its order. Plain data: what fills them is next door.

use crate::command::PendingDraft;
use crate::definition::Requires;
use crate::error::{Fix, Severity};
use crate::event::{ByKind, Event, Fields};
use crate::ids::{ActorId, ContactId, EntryId, PendingId, StageId, TaskId, TransitionId, TypeId};
use crate::json::{Members, ToJson};
use crate::project::{ConflictKind, PendingStatus, State, Voided};
use crate::time::{Day, Instant, When};

shape! {
    /// The contract's `Contact`.
    #[derive(Debug)]
    pub(super) struct ContactView<'a> {
        pub(super) id: &'a ContactId = "id",
        pub(super) name: &'a str = "name",
        pub(super) email: Option<&'a str> = "email",
        pub(super) phone: Option<&'a str> = "phone",
        pub(super) company: Option<&'a str> = "company",
        pub(super) fields: &'a Fields = "fields" or null,
        pub(super) status: &'static str = "status",
        pub(super) workflow: Option<WorkflowView<'a>> = "workflow",
        pub(super) version: u64 = "version",
        pub(super) created_at: Instant = "createdAt",
        pub(super) created_by: &'a ActorId = "createdBy",
        pub(super) updated_at: Instant = "updatedAt",
        pub(super) updated_by: &'a ActorId = "updatedBy",
    }
}

shape! {
    #[derive(Debug)]
    pub(super) struct WorkflowView<'a> {
        pub(super) definition: &'a str = "definition",
        pub(super) version: u64 = "version",
        pub(super) stage: &'a StageId = "stage",
        pub(super) stage_label: &'a str = "stageLabel",
        pub(super) entered_at: Instant = "enteredAt",
        pub(super) show_log: bool = "showLog",
    }
}

shape! {
    /// The contract's `TransitionRecord`.
    #[derive(Debug)]
    pub(super) struct TransitionView<'a> {
        pub(super) id: EntryId = "id",
        pub(super) contact_id: &'a str = "contactId",
        pub(super) from: Option<&'a StageId> = "from" or null,
        pub(super) from_label: Option<&'a str> = "fromLabel" or null,
        pub(super) to: &'a StageId = "to",
        pub(super) to_label: &'a str = "toLabel",
        pub(super) transition: Option<&'a TransitionId> = "transition" or null,
        pub(super) by: &'a ActorId = "by",
        pub(super) by_name: &'a str = "byName",
        pub(super) occurred_at: Instant = "occurredAt",
        pub(super) recorded_at: Instant = "recordedAt",
        pub(super) reason: Option<&'a str> = "reason",
        pub(super) note: Option<&'a str> = "note",
        pub(super) answers: Option<&'a Fields> = "answers",
        pub(super) duration_ms: Option<i64> = "durationMs",
        pub(super) automatic: bool = "automatic",
        pub(super) superseded_by: Option<&'a EntryId> = "supersededBy",
        pub(super) voided: Option<&'a Voided> = "voided",
    }
}

shape! {
    /// The contract's `LoggedActivity`.
    #[derive(Debug)]
    pub(super) struct LoggedView<'a> {
        pub(super) place: &'static str = "box",
        pub(super) id: EntryId = "id",
        pub(super) contact_id: &'a str = "contactId",
        pub(super) kind: &'a TypeId = "type",
        pub(super) type_label: &'a str = "typeLabel",
        pub(super) date: Instant = "date",
        pub(super) user: &'a ActorId = "user",
        pub(super) user_name: &'a str = "userName",
        pub(super) description: Option<&'a str> = "description",
        pub(super) outcome: Option<&'a str> = "outcome",
        pub(super) stage: Option<&'a StageId> = "stage" or null,
        pub(super) recorded_at: Instant = "recordedAt",
        pub(super) closes: Option<&'a PendingId> = "closes",
    }
}

shape! {
    /// The contract's `PendingActivity`.
    #[derive(Debug)]
    pub(super) struct PendingView<'a> {
        pub(super) place: &'static str = "box",
        pub(super) id: &'a PendingId = "id",
        pub(super) contact_id: &'a str = "contactId",
        pub(super) kind: &'a TypeId = "type",
        pub(super) type_label: &'a str = "typeLabel",
        pub(super) date: Day = "date",
        pub(super) description: Option<&'a str> = "description",
        pub(super) due: Option<When> = "due",
        pub(super) assignee: &'a ActorId = "assignee",
        pub(super) assignee_name: &'a str = "assigneeName",
        pub(super) remind: Option<RemindView> = "remind",
        pub(super) create_task: bool = "createTask",
        pub(super) task_id: Option<TaskId> = "taskId",
        pub(super) status: PendingStatus = "status",
        pub(super) state: State = "state",
        pub(super) closed_at: Option<Instant> = "closedAt",
        pub(super) follows: Option<&'a str> = "follows",
    }
}

shape! {
    /// The contract's `Task`.
    #[derive(Debug)]
    pub(super) struct TaskView<'a> {
        pub(super) id: TaskId = "id",
        pub(super) contact_id: &'a str = "contactId",
        pub(super) contact_name: &'a str = "contactName",
        pub(super) pending_id: &'a PendingId = "pendingId",
        pub(super) kind: &'a TypeId = "type",
        pub(super) type_label: &'a str = "typeLabel",
        pub(super) description: Option<&'a str> = "description",
        pub(super) due: Option<When> = "due",
        pub(super) assignee: &'a ActorId = "assignee",
        pub(super) status: PendingStatus = "status",
        pub(super) state: State = "state",
        pub(super) closed_at: Option<Instant> = "closedAt",
    }
}

shape! {
    /// The contract's `HistoryEntry`.
    #[derive(Debug)]
    pub(super) struct HistoryView<'a> {
        pub(super) id: EntryId = "id",
        pub(super) contact_id: &'a str = "contactId",
        pub(super) contact_name: Option<&'a str> = "contactName",
        pub(super) by: &'a ActorId = "by",
        pub(super) by_name: &'a str = "byName",
        pub(super) by_kind: ByKind = "byKind",
        pub(super) occurred_at: Instant = "occurredAt",
        pub(super) recorded_at: Instant = "recordedAt",
        pub(super) kind: &'a str = "kind",
        pub(super) data: &'a Event = "data",
        pub(super) summary: String = "summary",
        pub(super) replica: &'a str = "replica",
        pub(super) seq: u64 = "seq",
        pub(super) synced: bool = "synced",
        pub(super) superseded_by: Option<&'a EntryId> = "supersededBy",
        pub(super) voided: Option<&'a Voided> = "voided",
    }
}

shape! {
    #[derive(Debug)]
    pub(super) struct IssueView<'a> {
        pub(super) path: &'a str = "path",
        pub(super) code: crate::error::IssueCode = "code",
        pub(super) severity: Severity = "severity",
        pub(super) message: String = "message",
        pub(super) params: ParamsView<'a> = "params",
    }
}

shape! {
    #[derive(Debug)]
    pub(super) struct BlockerView<'a> {
        pub(super) code: crate::error::BlockerCode = "code",
        pub(super) message: String = "message",
        pub(super) params: ParamsView<'a> = "params" or null,
        pub(super) fix: Option<&'a Fix> = "fix",
    }
}

shape! {
    #[derive(Debug)]
    pub(super) struct StepView<'a> {
        pub(super) transition: &'a TransitionId = "transition",
        pub(super) to: &'a StageId = "to",
        pub(super) blockers: Vec<BlockerView<'a>> = "blockers",
    }
}

shape! {
    #[derive(Debug)]
    pub(super) struct RefusalView<'a> {
        pub(super) step: u64 = "step",
        pub(super) blockers: Vec<BlockerView<'a>> = "blockers",
    }
}

shape! {
    #[derive(Debug)]
    pub(super) struct CoverageView<'a> {
        pub(super) stages: Vec<&'a str> = "stages",
        pub(super) transitions: Vec<&'a str> = "transitions",
    }
}

shape! {
    #[derive(Debug)]
    pub(super) struct SimulationView<'a> {
        pub(super) records: Vec<TransitionView<'a>> = "records",
        pub(super) refusals: Vec<RefusalView<'a>> = "refusals",
        pub(super) coverage: CoverageView<'a> = "coverage",
    }
}

/// Parameters as a host reads them.
#[derive(Debug)]
pub(super) struct ParamsView<'a>(pub(super) Vec<(&'static str, ParamView<'a>)>);

impl ToJson for ParamsView<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        let mut object = Members::open(out);
        self.0.iter().for_each(|(name, param)| object.always(name, param));
        object.close();
    }

    fn is_absent(&self) -> bool {
        self.0.is_empty()
    }
}

/// A parameter as a host reads it: labels in the book's locale.
#[derive(Debug)]
pub(super) enum ParamView<'a> {
    Text(&'a str),
    Number(i64),
    List(Vec<ParamView<'a>>),
}

impl ToJson for ParamView<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Text(text) => text.write(out),
            Self::Number(number) => number.write(out),
            Self::List(items) => items.write(out),
        }
    }
}

shape! {
    #[derive(Debug)]
    pub(super) struct DefinitionIssueView<'a> {
        pub(super) severity: Severity = "severity",
        pub(super) code: &'a str = "code",
        pub(super) path: &'a str = "path",
        pub(super) message: String = "message",
    }
}

shape! {
    #[derive(Debug)]
    pub(super) struct OptionView<'a> {
        pub(super) transition: &'a TransitionId = "transition",
        pub(super) label: &'a str = "label",
        pub(super) from: &'a StageId = "from",
        pub(super) to: &'a StageId = "to",
        pub(super) to_label: &'a str = "toLabel",
        pub(super) direction: crate::definition::Direction = "direction",
        pub(super) allowed: bool = "allowed",
        pub(super) needs_input: bool = "needsInput",
        pub(super) blockers: Vec<BlockerView<'a>> = "blockers",
        pub(super) requires: Option<&'a Requires> = "requires",
    }
}

shape! {
    #[derive(Debug)]
    pub(super) struct TypeView<'a> {
        pub(super) kind: &'a TypeId = "type",
        pub(super) label: &'a str = "label",
        pub(super) required: bool = "required",
        pub(super) suggested: bool = "suggested",
        pub(super) allowed: bool = "allowed",
        pub(super) reason: Option<String> = "reason",
        pub(super) logged: u32 = "logged",
        pub(super) min: u32 = "min",
    }
}

shape! {
    #[derive(Debug)]
    pub(super) struct SaveView<'a> {
        pub(super) issues: Vec<IssueView<'a>> = "issues",
        pub(super) contact: Option<ContactView<'a>> = "contact" or null,
        pub(super) logged: Vec<LoggedView<'a>> = "logged",
        pub(super) pending: Vec<PendingView<'a>> = "pending",
        pub(super) tasks: Vec<TaskView<'a>> = "tasks",
        pub(super) transitions: Vec<TransitionView<'a>> = "transitions",
        pub(super) suggestions: Vec<PendingDraft> = "suggestions",
    }
}

shape! {
    /// A reminder's window and what was done about it.
    #[derive(Debug)]
    pub(super) struct RemindView {
        pub(super) start: When = "start",
        pub(super) end: When = "end",
        pub(super) snoozed_until: Option<Instant> = "snoozedUntil",
        pub(super) acknowledged_at: Option<Instant> = "acknowledgedAt",
    }
}

shape! {
    /// The contract's `Reminder`.
    #[derive(Debug)]
    pub(super) struct ReminderView<'a> {
        pub(super) pending_id: &'a PendingId = "pendingId",
        pub(super) contact_id: &'a ContactId = "contactId",
        pub(super) contact_name: &'a str = "contactName",
        pub(super) type_label: &'a str = "typeLabel",
        pub(super) description: Option<&'a str> = "description",
        pub(super) due: Option<When> = "due",
        pub(super) assignee: &'a ActorId = "assignee",
        pub(super) start: Instant = "start",
        pub(super) end: Instant = "end",
    }
}

/// Either kind of activity.
#[derive(Debug)]
pub(super) enum ActivityView<'a> {
    Logged(LoggedView<'a>),
    Pending(PendingView<'a>),
}

impl ToJson for ActivityView<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Logged(view) => view.write(out),
            Self::Pending(view) => view.write(out),
        }
    }
}

/// The contract's `Page`.
#[derive(Debug)]
pub(super) struct PageView<T> {
    pub(super) total: Option<u64>,
    pub(super) items: Vec<T>,
    pub(super) next: Option<String>,
}

impl<T: ToJson> ToJson for PageView<T> {
    fn write(&self, out: &mut Vec<u8>) {
        let mut object = Members::open(out);
        object.member("total", &self.total);
        object.member("items", &self.items);
        object.member("next", &self.next);
        object.close();
    }
}

shape! {
    #[derive(Debug)]
    pub(super) struct ErrorView<'a> {
        pub(super) code: &'static str = "code",
        pub(super) message: String = "message",
        pub(super) issues: Vec<IssueView<'a>> = "issues" or skip,
        pub(super) blockers: Vec<BlockerView<'a>> = "blockers" or skip,
        pub(super) definition_issues: Vec<DefinitionIssueView<'a>> = "definitionIssues" or skip,
        pub(super) details: Option<Details> = "details",
    }
}

shape! {
    #[derive(Debug)]
    pub(super) struct Details {
        pub(super) expected: u64 = "expected",
        pub(super) actual: Option<u64> = "actual",
    }
}

shape! {
    #[derive(Debug)]
    pub(super) struct VerifyView<'a> {
        pub(super) ok: bool = "ok",
        pub(super) entries: u64 = "entries",
        pub(super) erased: u64 = "erased",
        pub(super) withheld: u64 = "withheld",
        pub(super) missing: u64 = "missing",
        pub(super) replicas: Vec<ReplicaView<'a>> = "replicas",
    }
}

shape! {
    #[derive(Debug)]
    pub(super) struct ReplicaView<'a> {
        pub(super) replica: &'a str = "replica",
        pub(super) size: u64 = "size",
        pub(super) root: String = "root",
        pub(super) ok: bool = "ok",
        pub(super) first_bad: Option<FirstBadView<'a>> = "firstBad",
        pub(super) truncated: bool = "truncated" or skip,
        pub(super) acknowledged: Option<u64> = "acknowledged",
    }
}

shape! {
    #[derive(Debug)]
    pub(super) struct FirstBadView<'a> {
        pub(super) seq: u64 = "seq",
        pub(super) reason: &'a str = "reason",
    }
}

shape! {
    /// The contract's `Conflict`.
    #[derive(Debug)]
    pub(super) struct ConflictView<'a> {
        pub(super) id: &'a EntryId = "id",
        pub(super) contact_id: &'a str = "contactId",
        pub(super) kind: ConflictKind = "kind",
        pub(super) winner: &'a EntryId = "winner",
        pub(super) loser: &'a EntryId = "loser",
        pub(super) message: String = "message",
        pub(super) at: Instant = "at",
    }
}

shape! {
    #[derive(Debug)]
    pub(super) struct AppliedView<'a> {
        pub(super) applied: u64 = "applied",
        pub(super) duplicates: u64 = "duplicates",
        pub(super) conflicts: Vec<ConflictView<'a>> = "conflicts",
    }
}
