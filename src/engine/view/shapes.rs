//! The contract's shapes, field by field in its order. Plain data: what fills them is next door.

use crate::command::PendingDraft;
use crate::command::Scalar;
use crate::definition::Requires;
use crate::error::{Fix, Severity};
use crate::event::{ByKind, Event};
use crate::ids::{ActorId, ContactId, EntryId, PendingId, StageId, TaskId, TransitionId, TypeId};
use crate::time::{Day, Instant, When};
use serde::Serialize;
use std::collections::BTreeMap;

/// The contract's `Contact`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ContactView<'a> {
    pub(super) id: &'a ContactId,
    pub(super) name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) phone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) company: Option<&'a str>,
    pub(super) fields: &'a BTreeMap<String, Scalar>,
    pub(super) status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) workflow: Option<WorkflowView<'a>>,
    pub(super) version: u64,
    pub(super) created_at: Instant,
    pub(super) created_by: &'a ActorId,
    pub(super) updated_at: Instant,
    pub(super) updated_by: &'a ActorId,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WorkflowView<'a> {
    pub(super) definition: &'a str,
    pub(super) version: u64,
    pub(super) stage: &'a StageId,
    pub(super) stage_label: &'a str,
    pub(super) entered_at: Instant,
    pub(super) show_log: bool,
}

/// The contract's `TransitionRecord`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TransitionView<'a> {
    pub(super) id: EntryId,
    pub(super) contact_id: &'a str,
    pub(super) from: Option<&'a StageId>,
    pub(super) from_label: Option<&'a str>,
    pub(super) to: &'a StageId,
    pub(super) to_label: &'a str,
    pub(super) transition: Option<&'a TransitionId>,
    pub(super) by: &'a ActorId,
    pub(super) by_name: &'a str,
    pub(super) occurred_at: Instant,
    pub(super) recorded_at: Instant,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) note: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) duration_ms: Option<i64>,
    pub(super) automatic: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) superseded_by: Option<&'a EntryId>,
}

/// The contract's `LoggedActivity`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LoggedView<'a> {
    #[serde(rename = "box")]
    pub(super) place: &'static str,
    pub(super) id: EntryId,
    pub(super) contact_id: &'a str,
    #[serde(rename = "type")]
    pub(super) kind: &'a TypeId,
    pub(super) type_label: &'a str,
    pub(super) date: Instant,
    pub(super) user: &'a ActorId,
    pub(super) user_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) outcome: Option<&'a str>,
    pub(super) stage: Option<&'a StageId>,
    pub(super) recorded_at: Instant,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) closes: Option<&'a PendingId>,
}

/// The contract's `PendingActivity`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PendingView<'a> {
    #[serde(rename = "box")]
    pub(super) place: &'static str,
    pub(super) id: &'a PendingId,
    pub(super) contact_id: &'a str,
    #[serde(rename = "type")]
    pub(super) kind: &'a TypeId,
    pub(super) type_label: &'a str,
    pub(super) date: Day,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) due: Option<When>,
    pub(super) assignee: &'a ActorId,
    pub(super) assignee_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remind: Option<&'a crate::event::Remind>,
    pub(super) create_task: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) task_id: Option<TaskId>,
    pub(super) status: &'static str,
    pub(super) state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) closed_at: Option<Instant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) follows: Option<&'a str>,
}

/// The contract's `Task`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TaskView<'a> {
    pub(super) id: TaskId,
    pub(super) contact_id: &'a str,
    pub(super) contact_name: &'a str,
    pub(super) pending_id: &'a PendingId,
    #[serde(rename = "type")]
    pub(super) kind: &'a TypeId,
    pub(super) type_label: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) due: Option<When>,
    pub(super) assignee: &'a ActorId,
    pub(super) status: &'static str,
    pub(super) state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) closed_at: Option<Instant>,
}

/// The contract's `HistoryEntry`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HistoryView<'a> {
    pub(super) id: EntryId,
    pub(super) contact_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) contact_name: Option<&'a str>,
    pub(super) by: &'a ActorId,
    pub(super) by_name: &'a str,
    pub(super) by_kind: ByKind,
    pub(super) occurred_at: Instant,
    pub(super) recorded_at: Instant,
    pub(super) kind: &'a str,
    pub(super) data: &'a Event,
    pub(super) summary: String,
    pub(super) replica: &'a str,
    pub(super) seq: u64,
    pub(super) synced: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) superseded_by: Option<&'a EntryId>,
}

#[derive(Debug, Serialize)]
pub(super) struct IssueView<'a> {
    pub(super) path: &'a str,
    pub(super) code: crate::error::IssueCode,
    pub(super) severity: Severity,
    pub(super) message: String,
    #[serde(skip_serializing_if = "ParamsView::is_empty")]
    pub(super) params: ParamsView<'a>,
}

#[derive(Debug, Serialize)]
pub(super) struct BlockerView<'a> {
    pub(super) code: crate::error::BlockerCode,
    pub(super) message: String,
    pub(super) params: ParamsView<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fix: Option<&'a Fix>,
}

/// Parameters as a host reads them.
#[derive(Debug)]
pub(super) struct ParamsView<'a>(pub(super) Vec<(&'static str, ParamView<'a>)>);

impl ParamsView<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for ParamsView<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, param)| (name, param)))
    }
}

/// A parameter as a host reads it: labels in the book's locale.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum ParamView<'a> {
    Text(&'a str),
    Number(i64),
    List(Vec<ParamView<'a>>),
}

#[derive(Debug, Serialize)]
pub(super) struct DefinitionIssueView<'a> {
    pub(super) severity: Severity,
    pub(super) code: &'a str,
    pub(super) path: &'a str,
    pub(super) message: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OptionView<'a> {
    pub(super) transition: &'a TransitionId,
    pub(super) label: &'a str,
    pub(super) from: &'a StageId,
    pub(super) to: &'a StageId,
    pub(super) to_label: &'a str,
    pub(super) direction: crate::definition::Direction,
    pub(super) allowed: bool,
    pub(super) needs_input: bool,
    pub(super) blockers: Vec<BlockerView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) requires: Option<&'a Requires>,
}

#[derive(Debug, Serialize)]
pub(super) struct TypeView<'a> {
    #[serde(rename = "type")]
    pub(super) kind: &'a TypeId,
    pub(super) label: &'a str,
    pub(super) required: bool,
    pub(super) suggested: bool,
    pub(super) allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
    pub(super) logged: u32,
    pub(super) min: u32,
}

#[derive(Debug, Serialize)]
pub(super) struct SaveView<'a> {
    pub(super) issues: Vec<IssueView<'a>>,
    pub(super) contact: Option<ContactView<'a>>,
    pub(super) logged: Vec<LoggedView<'a>>,
    pub(super) pending: Vec<PendingView<'a>>,
    pub(super) tasks: Vec<TaskView<'a>>,
    pub(super) transitions: Vec<TransitionView<'a>>,
    pub(super) suggestions: Vec<PendingDraft>,
}

#[derive(Debug, Serialize)]
pub(super) struct PageView<T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) total: Option<u64>,
    pub(super) items: Vec<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ErrorView<'a> {
    pub(super) code: &'static str,
    pub(super) message: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) issues: Vec<IssueView<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) blockers: Vec<BlockerView<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) definition_issues: Vec<DefinitionIssueView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) details: Option<Versions>,
}

#[derive(Debug, Serialize)]
pub(super) struct Versions {
    pub(super) expected: u64,
    pub(super) actual: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VerifyView<'a> {
    pub(super) ok: bool,
    pub(super) entries: u64,
    pub(super) erased: u64,
    pub(super) withheld: u64,
    pub(super) missing: u64,
    pub(super) replicas: Vec<ReplicaView<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReplicaView<'a> {
    pub(super) replica: &'a str,
    pub(super) size: u64,
    pub(super) root: String,
    pub(super) ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) first_bad: Option<FirstBadView<'a>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) truncated: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct FirstBadView<'a> {
    pub(super) seq: u64,
    pub(super) reason: &'a str,
}
