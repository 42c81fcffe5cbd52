//! What the audit tells its callers: reports of checks and imports, conflicts, what waits to be sent.

use super::super::read::Page;
use super::super::{Applied, ImportReport, OutboxItem};
use super::json;
use super::shapes::*;
use crate::ids::ReplicaId;
use crate::ledger::{Hash, LogReport};
use crate::project::{Conflict, Insights};
use crate::text::Messages;

/// The contract's `VerifyReport`.
/// `held` is how much of this device's log a server holds.
pub fn verified(reports: &[LogReport], held: Option<&(ReplicaId, u64)>) -> String {
    let acknowledged = |report: &LogReport| {
        held.filter(|(own, _)| *own == report.name.replica).map(|(_, held)| *held)
    };
    let views = reports.iter().map(|report| ReplicaView {
        replica: report.name.replica.as_str(),
        size: report.size,
        root: report.root.map(Hash::to_base64).unwrap_or_default(),
        ok: report.ok(),
        first_bad: report
            .first_bad
            .as_ref()
            .map(|bad| FirstBadView { seq: bad.seq.0, reason: bad.reason }),
        truncated: report.truncated,
        acknowledged: acknowledged(report),
    });
    let sum = |count: fn(&LogReport) -> u64| reports.iter().map(count).sum();
    json(&VerifyView {
        ok: !reports.is_empty() && reports.iter().all(LogReport::ok),
        entries: sum(|report| report.entries),
        erased: sum(|report| report.erased),
        withheld: sum(|report| report.withheld),
        missing: sum(|report| report.missing),
        replicas: views.collect(),
    })
}

/// What did not fit together.
pub fn conflicts(found: &[(String, Conflict)], messages: &Messages) -> String {
    json(&conflict_views(found, messages))
}

pub(super) fn conflict_views<'a>(
    found: &'a [(String, Conflict)],
    messages: &Messages,
) -> Vec<ConflictView<'a>> {
    let view = |(contact, conflict): &'a (String, Conflict)| ConflictView {
        id: &conflict.loser,
        contact_id: contact,
        kind: conflict.kind,
        winner: &conflict.winner,
        loser: &conflict.loser,
        message: messages.conflict(conflict.kind.code()),
        at: conflict.at,
    };
    found.iter().map(view).collect()
}

/// What a batch brought.
pub fn applied(applied: &Applied, messages: &Messages) -> String {
    json(&AppliedView {
        applied: applied.applied,
        duplicates: applied.duplicates,
        conflicts: conflict_views(&applied.conflicts, messages),
    })
}

/// A page of the outbox.
pub fn items(page: &Page<OutboxItem>) -> String {
    let items = page.items.iter().collect();
    json(&PageView { total: page.total, items, next: page.next.clone() })
}

/// A workflow in numbers.
pub fn insights(insights: &Insights) -> String {
    json(insights)
}

/// What became of imported rows.
pub fn imported(report: &ImportReport) -> String {
    json(report)
}
