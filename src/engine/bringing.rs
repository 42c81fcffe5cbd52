//! A whole export brought in, a piece at a time: the lines of each log are gathered where they can be,
//! go the way of batches where not, and the head behind them must be the one they come to.

use super::Engine;
use super::applying::{Applied, Manner};
use crate::error::{BatchFault, Error};
use crate::ids::ReplicaId;
use crate::json;
use crate::ledger::{Checkpoint, Hash};
use crate::store::Store;
use crate::sync::{Batch, Part, Run, read_parts};

record! {
    /// What stands behind a log's last line.
    struct Head {
        checkpoint: String = "checkpoint",
        prev: Option<Hash> = "prev",
    }
}

impl<S: Store> Engine<S> {
    /// Takes whole lines of an export, each with its line break, in their order. Until `end` is said
    /// they may be in the log alone.
    ///
    /// # Errors
    /// `batch` for lines that are not sound or do not go on from what is known; what the store says.
    /// Lines before those that were refused are kept.
    pub async fn bring(&self, bytes: &[u8], end: bool) -> Result<Applied, Error> {
        self.open_or_refuse()?;
        // Looked at before it is this call's turn, so that the store is at work for another meanwhile.
        let (parts, fault) = read_parts(bytes, &self.name);
        let _turn = self.writer.lock().await;
        let mut all = Applied::default();
        for part in parts {
            match part {
                Part::Run(run) => self.take_in_run(run, &mut all).await?,
                Part::Head(text) => self.check_head(text)?,
            }
        }
        if let Some(fault) = fault {
            return Err(fault.into());
        }
        if end {
            self.settle().await?;
        }
        self.take_conflicts(&mut all);
        Ok(all)
    }

    async fn take_in_run(&self, mut run: Run<'_>, all: &mut Applied) -> Result<(), Error> {
        self.check_names(&run.lines)?;
        let count = run.lines.len() as u64;
        if self.gather(&mut run).await? {
            all.applied += count;
            return Ok(());
        }
        self.settle().await?;
        let batch = Batch {
            book: self.name.clone(),
            replica: run.replica,
            from: run.from,
            lines: run.lines.iter().map(|incoming| incoming.text.to_owned()).collect(),
            checkpoint: String::new(),
        };
        let applied = self.apply_locked(&batch, Manner::Carried).await?;
        if applied.waits {
            self.keep_apart(&batch).await?;
        }
        all.applied += applied.applied;
        all.duplicates += applied.duplicates;
        all.conflicts.extend(applied.conflicts);
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
