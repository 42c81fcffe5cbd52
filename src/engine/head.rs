//! What a database says of itself in one record, and how a commit's record is written and read.

use crate::error::StoreError;
use crate::event::Hlc;
use crate::ids::{CommitNo, ContactName, DefinitionHash, DefinitionId, ReplicaId, Seq};
use crate::json;
use crate::ledger::Log;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The state of the whole book as of the last compaction.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// Up to this commit all is in the tables.
    pub commit: CommitNo,
    /// This device.
    pub replica: ReplicaId,
    /// Every log there is.
    pub logs: BTreeMap<ReplicaId, Log>,
    /// Last clock reading: milliseconds and counter.
    pub hlc: (u64, u16),
    /// Definitions that the ledger holds.
    pub definitions: Vec<KnownDefinition>,
    /// How many contacts were created and not erased.
    pub contacts: u64,
}

/// A definition that the ledger holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct KnownDefinition {
    pub id: DefinitionId,
    pub version: u64,
    pub hash: DefinitionHash,
}

impl Head {
    /// Key of its record.
    pub const KEY: &str = "head";

    /// The last clock reading.
    pub fn clock(&self) -> Hlc {
        Hlc { millis: self.hlc.0, counter: self.hlc.1 }
    }

    /// Reads its record.
    pub fn read(bytes: &[u8]) -> Result<Self, StoreError> {
        let head: Self = json::read_bytes(bytes)
            .map_err(|error| StoreError::Corrupt(format!("the head: {error}")))?;
        if head.logs.values().any(|log| !log.edge.is_sound()) {
            return Err(StoreError::Corrupt("the head's tree".to_owned()));
        }
        Ok(head)
    }

    /// Writes its record.
    pub fn write(&self) -> Vec<u8> {
        json::bytes(self)
    }
}

/// What is kept of a command that had an id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Answer {
    /// Keyed hash of the commandId.
    pub key: String,
    /// Keyed hash of the command: another one under the same id is a conflict.
    pub fingerprint: String,
    /// Whom it was about.
    pub contact: ContactName,
    /// Its first entry.
    pub from: Seq,
    /// How many entries it wrote.
    pub count: u64,
}

#[derive(Serialize, Deserialize)]
struct CommitHead {
    answers: Vec<Answer>,
}

/// A commit as others read it.
#[derive(Clone, Debug, Default)]
pub(super) struct CommitRecord {
    /// Answers to commands that had an id.
    pub answers: Vec<Answer>,
    /// Lines of the ledger.
    pub lines: Vec<Vec<u8>>,
}

impl CommitRecord {
    /// Answers on the first line, then the ledger's lines.
    pub(super) fn write(&self) -> Vec<u8> {
        let head = CommitHead { answers: self.answers.clone() };
        let mut out = json::bytes(&head);
        for line in &self.lines {
            out.push(b'\n');
            out.extend_from_slice(line);
        }
        out
    }

    /// Reads a record that is not empty.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, StoreError> {
        let mut parts = bytes.split(|byte| *byte == b'\n');
        let head: CommitHead = json::read_bytes(parts.next().unwrap_or_default())
            .map_err(|error| StoreError::Corrupt(format!("a commit: {error}")))?;
        Ok(Self { answers: head.answers, lines: parts.map(<[u8]>::to_vec).collect() })
    }
}
