//! What others may have of this book: lines of a log as they are stored, and batches cut from them.

use super::Engine;
use super::lines::lines;
use crate::error::{Error, Issue, IssueCode, StoreError};
use crate::ids::{ReplicaId, Seq};
use crate::ledger::{Line, Log};
use crate::map::Map;
use crate::store::Store;
use crate::sync::{Batch, Sizes};

/// Lines in a batch, unless it is said otherwise.
const LINES: u32 = 500;
/// Lines in a batch at most.
const MOST_LINES: u32 = 5_000;
/// Segments read in one go.
const SEGMENTS: u32 = 4;

shape! {
    /// Batches, and where the next ones begin.
    #[derive(Clone, Debug, Default)]
    pub struct Changes {
        /// The batches.
        pub batches: Vec<Batch> = "batches",
        /// What whoever has taken them in holds.
        pub cursor: String = "cursor",
        /// Whether there is more.
        pub more: bool = "more",
    }
}

impl<S: Store> Engine<S> {
    /// What this device has and `since` does not, at most `limit` lines.
    ///
    /// # Errors
    /// `invalid` for a cursor or limit that can't be; what the store says.
    pub async fn changes(&self, since: Option<&str>, limit: Option<u32>) -> Result<Changes, Error> {
        self.open_or_refuse()?;
        let refused =
            |path: &str| Error::from(Issue::error(path, IssueCode::NotAllowed, params! {}));
        let since = since.map_or_else(|| Some(Sizes::default()), Sizes::read);
        let mut cursor = since.ok_or_else(|| refused("since"))?;
        let limit = limit.unwrap_or(LINES);
        if limit == 0 || limit > MOST_LINES {
            return Err(refused("limit"));
        }
        self.keep_time().await?;
        self.flush().await?;
        let mut left = limit as usize;
        let mut batches = Vec::new();
        for (replica, log) in self.logs() {
            let mut from = cursor.of(&replica);
            if from > log.size() {
                // What came after was sealed again: it may keep what comes before it waiting elsewhere.
                from = 0;
                cursor.set(&replica, from);
            }
            if from >= log.size() || left == 0 {
                continue;
            }
            let batch = self.cut(&replica, Seq(from), left, &log).await?;
            left -= batch.lines.len();
            cursor.set(&replica, batch.end());
            batches.push(batch);
        }
        let more = self.logs().iter().any(|(replica, log)| cursor.of(replica) < log.size());
        Ok(Changes { batches, cursor: cursor.cursor(), more })
    }

    /// A batch of at most `count` lines of a log that is now `log`.
    pub(super) async fn cut(
        &self,
        replica: &ReplicaId,
        from: Seq,
        count: usize,
        log: &Log,
    ) -> Result<Batch, Error> {
        let end = log.size().min(from.0.saturating_add(count as u64));
        let expected = usize::try_from(end - from.0).unwrap_or(0);
        let lines = self.lines(replica, from, expected).await?;
        if lines.len() != expected {
            return Err(corrupt("a part of it is missing"));
        }
        let head = if end == log.size() {
            log.clone()
        } else {
            self.log_at(replica, from, &lines).await?
        };
        self.cuts.borrow_mut().insert(replica.as_str(), head.clone());
        let text = |line: Vec<u8>| String::from_utf8(line).map_err(|_| corrupt("not UTF-8"));
        Ok(Batch {
            book: self.name.clone(),
            replica: replica.clone(),
            from,
            lines: lines.into_iter().map(text).collect::<Result<_, Error>>()?,
            checkpoint: self.checkpoint_of(replica, &head),
        })
    }

    /// A log as it was after `lines`, which begin at `from`. It goes on from the cut before, or else
    /// from the beginning.
    pub(super) async fn log_at(
        &self,
        replica: &ReplicaId,
        from: Seq,
        lines: &[Vec<u8>],
    ) -> Result<Log, Error> {
        let known = self.cuts.borrow().get(replica.as_str()).cloned();
        let mut log = known.filter(|log| log.size() <= from.0).unwrap_or_default();
        while log.size() < from.0 {
            let count = usize::try_from(from.0 - log.size()).unwrap_or(usize::MAX);
            let before =
                self.lines(replica, Seq(log.size()), count.min(MOST_LINES as usize)).await?;
            if before.is_empty() {
                return Err(corrupt("a part of a log is missing"));
            }
            push_all(&mut log, &before)?;
        }
        push_all(&mut log, lines)?;
        Ok(log)
    }

    /// At most `count` lines of a log from `from` on, as they are stored.
    pub(super) async fn lines(
        &self,
        replica: &ReplicaId,
        from: Seq,
        count: usize,
    ) -> Result<Vec<Vec<u8>>, Error> {
        let mut found: Vec<Vec<u8>> = Vec::new();
        if count == 0 {
            return Ok(found);
        }
        let (tail, tail_from) = {
            let shared = self.shared.borrow();
            let own = *replica == shared.seal.replica;
            let tail = shared.tail.iter().filter(|_| own).flat_map(|tail| &tail.record.lines);
            let tail: Vec<_> = tail.cloned().collect();
            let from = shared.log(replica).size() - tail.len() as u64;
            (tail, from)
        };
        let mut next = from.0;
        if next < tail_from {
            let mut segments = Map::new();
            let mut key = self.segment_at(replica, from, &mut segments).await?;
            while let Some(at) = key {
                for (key, segment) in segments.iter() {
                    for (seq, line) in (seq_of(key)..).zip(lines(segment)) {
                        if seq == next && seq < tail_from && found.len() < count {
                            found.push(line.to_vec());
                            next += 1;
                        }
                    }
                }
                if found.len() == count || next >= tail_from {
                    break;
                }
                // The one at `at` comes again.
                let more = self.segments(replica, &at, SEGMENTS).await?;
                key = more.last().map(|last| last.key.clone()).filter(|last| *last != at);
                segments = more.into_iter().map(|record| (record.key, record.value)).collect();
            }
        }
        if next >= tail_from {
            let skip = usize::try_from(next - tail_from).unwrap_or(usize::MAX);
            let left = count - found.len();
            found.extend(tail.into_iter().skip(skip).take(left));
        }
        Ok(found)
    }
}

/// The place of a segment's first line.
pub(super) fn seq_of(key: &str) -> u64 {
    key.rsplit_once('/').and_then(|(_, seq)| seq.parse().ok()).unwrap_or(u64::MAX)
}

fn push_all(log: &mut Log, lines: &[Vec<u8>]) -> Result<(), Error> {
    for line in lines {
        log.push(Line::parse(line).map_err(corrupt)?.leaf());
    }
    Ok(())
}

fn corrupt(reason: &str) -> Error {
    StoreError::Corrupt(format!("the log: {reason}")).into()
}
