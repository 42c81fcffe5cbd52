//! How much of every log somebody holds.

use crate::ids::ReplicaId;
use crate::json;
use crate::map::Map;

/// Sizes of logs by replica. As a cursor it is their JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sizes(Map<ReplicaId, u64>);

impl Sizes {
    /// Reads a cursor; none if it can't be one.
    pub fn read(cursor: &str) -> Option<Self> {
        json::read(cursor).ok().map(Self)
    }

    /// The cursor.
    pub fn cursor(&self) -> String {
        json::text(&self.0)
    }

    /// How much of a log is held.
    pub fn of(&self, replica: &ReplicaId) -> u64 {
        self.0.get(replica).copied().unwrap_or(0)
    }

    /// Says how much of a log is held.
    pub fn set(&mut self, replica: &ReplicaId, size: u64) {
        self.0.insert(replica.clone(), size);
    }
}
