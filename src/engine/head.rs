//! What a database says of itself in one record, and how a commit's record is written and read.

use crate::error::StoreError;
use crate::event::Hlc;
use crate::ids::{CommitNo, ContactName, DefinitionHash, DefinitionId, ReplicaId, Seq};
use crate::json;
use crate::ledger::Log;
use crate::map::Map;
use crate::store::{Store, Table};
use crate::time::Instant;

record! {
    /// The state of the whole book as of the last compaction.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct Head {
        /// Up to this commit all is in the tables.
        pub commit: CommitNo = "commit",
        /// This device.
        pub replica: ReplicaId = "replica",
        /// Every log there is.
        pub logs: Map<ReplicaId, Log> = "logs" or default,
        /// Last clock reading.
        pub hlc: Hlc = "hlc",
        /// Definitions that the ledger holds.
        pub definitions: Vec<KnownDefinition> = "definitions",
        /// How many contacts were created and not erased.
        pub contacts: u64 = "contacts",
        /// How many were erased: who reads the log piece by piece sees by it that bodies went meanwhile.
        pub erasures: u64 = "erasures" or skip,
        /// How far the book is in step with servers.
        pub sync: SyncState = "sync" or default,
        /// Of logs that are not in their contacts to the end, the first line that is not.
        pub unfolded: Map<ReplicaId, Seq> = "unfolded" or skip,
    }
}

record! {
    /// How far a book is in step with servers.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct SyncState {
        /// The replica whose voids count.
        pub authority: Option<ReplicaId> = "authority",
        /// How many conflicts there are.
        pub conflicts: u64 = "conflicts" or default,
        /// Erasures of the round under way.
        pub erasures: Vec<Deferred> = "erasures" or default,
        /// What this device was before its clock was set right, and how much of those logs is its own.
        pub former: Map<ReplicaId, u64> = "former" or skip,
        /// The server of the last round.
        pub server: Option<String> = "server",
        /// How many batches wait in quarantine.
        pub quarantined: u64 = "quarantined" or default,
        /// Servers by their ids.
        pub servers: Map<String, Server> = "servers" or default,
    }
}

record! {
    /// An erasure that waits for the end of its round: the place of its entry.
    #[derive(Clone, Debug, PartialEq)]
    #[allow(missing_docs)]
    pub struct Deferred {
        pub replica: ReplicaId = "replica",
        pub seq: Seq = "seq",
    }
}

record! {
    /// How far a book is in step with one server.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct Server {
        /// When the last round was complete.
        pub at: Option<Instant> = "at",
        /// Where the next pull goes on.
        pub cursor: Option<String> = "cursor",
        /// How much of this device's log it holds.
        pub held: Map<ReplicaId, u64> = "held" or default,
    }
}

impl SyncState {
    /// How much of a log some server holds; none if there is no server.
    pub fn acknowledged(&self, replica: &ReplicaId) -> Option<u64> {
        self.servers.iter().map(|(_, server)| server.held.get(replica).copied().unwrap_or(0)).max()
    }

    /// The logs that this device has to send, now `own`, of which something is not held yet: how much is,
    /// and their sizes.
    pub(super) fn lacking(
        &self,
        own: (&ReplicaId, u64),
        held: &dyn Fn(&ReplicaId) -> u64,
    ) -> Vec<(ReplicaId, u64, u64)> {
        let former = self.former.iter().map(|(replica, size)| (replica, *size));
        let logs =
            former.chain([own]).map(|(replica, size)| (replica.clone(), held(replica), size));
        logs.filter(|(_, held, size)| held < size).collect()
    }
}

record! {
    /// A definition that the ledger holds.
    #[derive(Clone, Debug, PartialEq)]
    #[allow(missing_docs)]
    pub struct KnownDefinition {
        pub id: DefinitionId = "id",
        pub version: u64 = "version",
        pub hash: DefinitionHash = "hash",
    }
}

record! {
    /// What of a definition names it.
    struct Named {
        id: DefinitionId = "id",
        version: u64 = "version",
    }
}

impl KnownDefinition {
    /// What names the definition; none if nothing does.
    pub(super) fn read(hash: &DefinitionHash, canonical: &[u8]) -> Option<Self> {
        let Named { id, version } = json::read_bytes(canonical).ok()?;
        Some(Self { id, version, hash: hash.clone() })
    }
}

impl Head {
    /// Key of its record.
    pub const KEY: &str = "head";

    /// Reads its record.
    pub fn read(bytes: &[u8]) -> Result<Self, StoreError> {
        let head: Self = json::read_bytes(bytes)
            .map_err(|error| StoreError::Corrupt(format!("the head: {error}")))?;
        if head.logs.iter().any(|(_, log)| !log.edge.is_sound()) {
            return Err(StoreError::Corrupt("the head's tree".to_owned()));
        }
        Ok(head)
    }

    /// Writes its record.
    pub fn write(&self) -> Vec<u8> {
        json::bytes(self)
    }
}

/// How many entries of its own log a database holds that no server has.
///
/// # Errors
/// What the store says.
pub async fn unsynced_entries(store: &impl Store) -> Result<u64, StoreError> {
    let Some(head) = store.get(Table::Meta, Head::KEY).await? else {
        return Ok(0);
    };
    let head = Head::read(&head)?;
    let mut entries = head.logs.get(&head.replica).map_or(0, Log::size);
    for (_, record) in store.commits_after(head.commit).await? {
        if !CommitRecord::is_silent(&record) {
            entries += CommitRecord::read(&record)?.lines.len() as u64;
        }
    }
    let held = |replica: &ReplicaId| head.sync.acknowledged(replica).unwrap_or(0);
    let lacking = head.sync.lacking((&head.replica, entries), &held);
    Ok(lacking.iter().map(|(_, held, size)| size - held).sum())
}

record! {
/// What is kept of a command that had an id.
    #[derive(Clone, Debug, PartialEq)]
    pub(super) struct Answer {
        /// Keyed hash of the commandId.
        pub key: String = "key",
        /// Keyed hash of the command: another one under the same id is a conflict.
        pub fingerprint: String = "fingerprint",
        /// Whom it was about.
        pub contact: ContactName = "contact",
        /// Its first entry.
        pub from: Seq = "from",
        /// How many entries it wrote.
        pub count: u64 = "count",
    }
}

record! {
    struct CommitHead {
        answers: Vec<Answer> = "answers",
    }
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

    /// Whether a record says nothing of what its commit did: that is in the tables.
    pub(super) fn is_silent(record: &[u8]) -> bool {
        !record.starts_with(b"{")
    }

    /// Reads a record that is not silent.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, StoreError> {
        let mut parts = bytes.split(|byte| *byte == b'\n');
        let head: CommitHead = json::read_bytes(parts.next().unwrap_or_default())
            .map_err(|error| StoreError::Corrupt(format!("a commit: {error}")))?;
        Ok(Self { answers: head.answers, lines: parts.map(<[u8]>::to_vec).collect() })
    }
}
