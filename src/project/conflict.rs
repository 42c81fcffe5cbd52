//! Where entries of two devices did not fit together, for somebody to look at.

use super::row::Row;
use crate::ids::EntryId;
use crate::time::Instant;

words! {
    /// What did not fit.
    pub enum ConflictKind {
        /// Two moves out of one stage.
        Transition = "transition",
        /// A pending activity was completed twice.
        CompletedTwice = "completed-twice",
        /// Something was done about a contact that was erased elsewhere.
        Erased = "erased",
    }
}

record! {
    /// Two entries, of which one counts.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Conflict {
        /// When the one that lost was recorded.
        pub at: Instant = "at",
        /// What did not fit.
        pub kind: ConflictKind = "kind",
        /// The entry that does not count.
        pub loser: EntryId = "loser",
        /// The entry that does.
        pub winner: EntryId = "winner",
    }
}

impl Conflict {
    /// The conflict that a row just folded lost.
    pub fn of(row: &Row) -> Option<Self> {
        let winner = row.superseded_by.clone().filter(|_| row.contested)?;
        let kind = match row.kind.as_str() {
            "activity.completed" => ConflictKind::CompletedTwice,
            _ => ConflictKind::Transition,
        };
        Some(Self { at: row.at, kind, loser: row.order.id(), winner })
    }
}
