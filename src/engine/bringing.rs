//! A whole export brought in: the lines of each log go the way of batches, and the head behind them
//! must be the one they come to.

use super::Engine;
use super::applying::{Applied, Manner};
use super::lines::lines;
use crate::error::{BatchFault, Error};
use crate::ids::{ReplicaId, Seq};
use crate::json;
use crate::ledger::{Checkpoint, Hash};
use crate::store::Store;
use crate::sync::Batch;

/// Lines in one commit.
const TOGETHER: usize = 20_000;

record! {
    /// What stands behind a log's last line.
    struct Head {
        checkpoint: String = "checkpoint",
        prev: Option<Hash> = "prev",
    }
}

impl<S: Store> Engine<S> {
    /// Takes whole lines of an export, each with its line break, in their order.
    ///
    /// # Errors
    /// `batch` for lines that are not sound or do not go on from what is known; what the store says.
    /// Lines before those that were refused are kept.
    pub async fn bring(&self, bytes: &[u8]) -> Result<Applied, Error> {
        self.open_or_refuse()?;
        let _turn = self.writer.lock().await;
        let mut all = Applied::default();
        let mut batch = Batch::default();
        for line in lines(bytes) {
            let text = std::str::from_utf8(line).map_err(|_| BatchFault::Shape)?;
            if text.starts_with("{\"checkpoint\"") {
                self.take_batch_in(&mut batch, &mut all).await?;
                self.check_head(text)?;
                continue;
            }
            let (replica, seq) = place_of(text).ok_or(BatchFault::Shape)?;
            let next = batch.replica == replica && batch.end() == seq.0;
            if !next || batch.lines.len() == TOGETHER {
                self.take_batch_in(&mut batch, &mut all).await?;
                (batch.replica, batch.from) = (replica, seq);
            }
            batch.lines.push(text.to_owned());
        }
        self.take_batch_in(&mut batch, &mut all).await?;
        Ok(all)
    }

    async fn take_batch_in(&self, batch: &mut Batch, all: &mut Applied) -> Result<(), Error> {
        if batch.lines.is_empty() {
            return Ok(());
        }
        batch.book.clone_from(&self.name);
        let applied = self.apply_locked(batch, Manner::Carried).await?;
        if applied.waits {
            self.keep_apart(batch).await?;
        }
        all.applied += applied.applied;
        all.duplicates += applied.duplicates;
        all.conflicts.extend(applied.conflicts);
        batch.lines.clear();
        Ok(())
    }

    /// A log that is longer here than in the export has gone on since.
    fn check_head(&self, text: &str) -> Result<(), Error> {
        let head: Head = json::read(text).map_err(|_| BatchFault::Shape)?;
        let said = Checkpoint::parse(&head.checkpoint).ok_or(BatchFault::Checkpoint)?;
        let (book, replica) = said.log().ok_or(BatchFault::Checkpoint)?;
        if book != self.name {
            return Err(BatchFault::Book.into());
        }
        let log = self.shared.borrow().log(&ReplicaId::new(replica));
        if log.size() < said.size {
            return Err(BatchFault::Gap { expected: log.size() }.into());
        }
        let same = log.edge.root() == said.root && log.last == head.prev;
        if log.size() == said.size && !same {
            return Err(BatchFault::Checkpoint.into());
        }
        Ok(())
    }
}

/// Whose line it is, and its place: both stand behind the body.
fn place_of(line: &str) -> Option<(ReplicaId, Seq)> {
    const REPLICA: &str = "\"replica\":\"";
    let (_, behind) = line.rsplit_once(REPLICA)?;
    let (replica, behind) = behind.split_once("\",\"seq\":")?;
    let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
    Some((ReplicaId::new(replica), Seq(behind[..digits].parse().ok()?)))
}
