//! What others check the log by: checkpoints of it and proofs over its tree. A proof is made in one
//! pass over the stored lines, a piece at a time, and is tried before it is given.

use super::Engine;
use super::lines::{Place, lines};
use crate::error::{Error, Issue, IssueCode, Missing, StoreError};
use crate::ids::ReplicaId;
use crate::json::{self, Value};
use crate::ledger::{Checkpoint, Hash, Line, Log, Prover, extends, origin, root_of};
use crate::store::Store;

record! {
    /// The contract's `InclusionProof`.
    #[derive(Clone, Debug, PartialEq)]
    #[allow(missing_docs)]
    pub struct InclusionProof {
        pub replica: ReplicaId = "replica",
        pub leaf: String = "leaf",
        pub index: u64 = "index",
        pub size: u64 = "size",
        pub path: Vec<String> = "path",
        /// Of the log that the entry is in.
        pub checkpoint: String = "checkpoint",
    }
}

record! {
    /// The contract's `ConsistencyProof`.
    #[derive(Clone, Debug, PartialEq)]
    #[allow(missing_docs)]
    pub struct ConsistencyProof {
        pub replica: ReplicaId = "replica",
        pub from_size: u64 = "fromSize",
        pub size: u64 = "size",
        pub path: Vec<String> = "path",
        pub checkpoint: String = "checkpoint",
    }
}

impl InclusionProof {
    /// Whether it proves that the leaf is in the log whose head `checkpoint` is. The proof's own
    /// checkpoint counts for nothing: whoever made the proof wrote it, too.
    pub fn verify(&self, checkpoint: &str) -> bool {
        let leads = || {
            let head = head_of(checkpoint, &self.replica, self.size)?;
            let leaf = Hash::from_base64(&self.leaf)?;
            Some(root_of(self.index, self.size, leaf, &hashes(&self.path)?)? == head.root)
        };
        leads().unwrap_or(false)
    }
}

impl ConsistencyProof {
    /// Whether it proves that the log with the head `to` extends the one with the head `from`.
    pub fn verify(&self, from: &str, to: &str) -> bool {
        let leads = || {
            let from = head_of(from, &self.replica, self.from_size)?;
            let to = head_of(to, &self.replica, self.size)?;
            let path = hashes(&self.path)?;
            let fits = extends(from.size, to.size, from.root, to.root, &path);
            Some(fits && from.origin == to.origin)
        };
        leads().unwrap_or(false)
    }
}

/// What a checkpoint says, if it is one of `replica` at `size`.
fn head_of(checkpoint: &str, replica: &ReplicaId, size: u64) -> Option<Checkpoint> {
    let head = Checkpoint::parse(checkpoint)?;
    let fits = head.size == size && head.log()?.1 == replica.as_str();
    fits.then_some(head)
}

fn hashes(path: &[String]) -> Option<Vec<Hash>> {
    path.iter().map(|hash| Hash::from_base64(hash)).collect()
}

impl<S: Store> Engine<S> {
    /// The head of this device's log, once nothing can take it back.
    ///
    /// # Errors
    /// What the store says.
    pub async fn checkpoint(&self) -> Result<String, Error> {
        self.refresh().await?;
        let (replica, log) = self.own_log();
        self.flush().await?;
        Ok(self.checkpoint_of(&replica, &log))
    }

    /// Proves that an entry is in its replica's log.
    ///
    /// # Errors
    /// `not-found`; `corrupt` where the stored lines do not make the log's root; what the store says.
    pub async fn prove_inclusion(&self, entry: &str) -> Result<InclusionProof, Error> {
        self.refresh().await?;
        let missing = || Missing::Entry(entry.to_owned());
        let (replica, seq) = entry.rsplit_once('/').ok_or_else(missing)?;
        let index: u64 = seq.parse().map_err(|_| missing())?;
        let found = self.logs().into_iter().find(|(known, _)| known.as_str() == replica);
        let (replica, log) = found.filter(|_| index.to_string() == seq).ok_or_else(missing)?;
        let mut prover = Prover::inclusion(index, log.size()).ok_or_else(missing)?;
        self.flush().await?;
        let (mut leaf, mut place) = (Hash::default(), 0);
        self.each_leaf(&replica, &log, &mut |hash| {
            prover.push(hash);
            if place == index {
                leaf = hash;
            }
            place += 1;
        })
        .await?;
        let proof = InclusionProof {
            leaf: leaf.to_base64(),
            index,
            size: log.size(),
            path: texts(&prover),
            checkpoint: self.checkpoint_of(&replica, &log),
            replica,
        };
        if proof.verify(&proof.checkpoint) { Ok(proof) } else { Err(not_the_log()) }
    }

    /// Proves that this device's log extends its first `from` entries.
    ///
    /// # Errors
    /// `invalid` for a size that it never had; `corrupt` and what the store says as above.
    pub async fn prove_consistency(&self, from: &Value<'_>) -> Result<ConsistencyProof, Error> {
        self.refresh().await?;
        let (replica, log) = self.own_log();
        let wrong = || Error::from(Issue::error("fromSize", IssueCode::NotAllowed, params! {}));
        let from_size: u64 = json::from_value(from).map_err(|_| wrong())?;
        let mut prover = Prover::consistency(from_size, log.size()).ok_or_else(wrong)?;
        self.flush().await?;
        let mut earlier = Log::default();
        self.each_leaf(&replica, &log, &mut |hash| {
            prover.push(hash);
            if earlier.size() < from_size {
                earlier.push(hash);
            }
        })
        .await?;
        let proof = ConsistencyProof {
            from_size,
            size: log.size(),
            path: texts(&prover),
            checkpoint: self.checkpoint_of(&replica, &log),
            replica,
        };
        let earlier = self.checkpoint_of(&proof.replica, &earlier);
        if proof.verify(&earlier, &proof.checkpoint) { Ok(proof) } else { Err(not_the_log()) }
    }

    /// Gives the leaf hashes of a log's lines as they stand.
    async fn each_leaf(
        &self,
        replica: &ReplicaId,
        log: &Log,
        each: &mut dyn FnMut(Hash),
    ) -> Result<(), Error> {
        let mut place = Place::start(replica);
        loop {
            let piece = self.read_on(&mut place, log.size()).await?;
            if piece.is_empty() {
                return Ok(());
            }
            lines(&piece).for_each(|line| each(Line::leaf_of(line).unwrap_or_default()));
        }
    }

    fn own_log(&self) -> (ReplicaId, Log) {
        let shared = self.shared.borrow();
        (shared.seal.replica.clone(), shared.seal.log.clone())
    }

    /// The unsigned checkpoint of a log.
    pub(super) fn checkpoint_of(&self, replica: &ReplicaId, log: &Log) -> String {
        let origin = origin(&self.name, replica);
        Checkpoint { origin, size: log.size(), root: log.edge.root() }.text()
    }
}

fn texts(prover: &Prover) -> Vec<String> {
    prover.path().into_iter().map(Hash::to_base64).collect()
}

fn not_the_log() -> Error {
    StoreError::Corrupt("the stored lines are not those of the log's head".to_owned()).into()
}
