//! The check of the book's own ledger, segment by segment.

use super::Engine;
use super::compact::lines;
use crate::error::Error;
use crate::ids::ReplicaId;
use crate::ledger::{Log, LogReport, Verifier};
use crate::store::Store;

/// Told how far a check is; answers whether to go on.
pub type Progress<'a> = &'a dyn Fn(u64, u64) -> bool;

/// Segments read at once.
const SEGMENTS: u32 = 20;
/// Attempts while other writers erase or compact.
const ATTEMPTS: u32 = 5;

impl<S: Store> Engine<S> {
    /// Recomputes every hash of this device's log.
    ///
    /// # Errors
    /// `aborted`, if `progress` says so; what the store says.
    pub async fn verify(&self, progress: Progress<'_>) -> Result<Vec<LogReport>, Error> {
        self.open_or_refuse()?;
        let mut report = None;
        for _ in 0..ATTEMPTS {
            self.follow().await?;
            let (replica, log, tail, epoch) = {
                let shared = self.shared.borrow();
                let lines: Vec<_> =
                    shared.tail.iter().flat_map(|tail| tail.record.lines.clone()).collect();
                (shared.seal.replica.clone(), shared.seal.log.clone(), lines, shared.head.commit)
            };
            let found = self.verify_log(&replica, &log, &tail, progress).await?;
            let ok = found.ok();
            report = Some(found);
            // A fault that another writer's erasure explains is looked at again.
            self.follow().await?;
            if ok || self.shared.borrow().head.commit == epoch {
                break;
            }
        }
        Ok(report.into_iter().collect())
    }

    async fn verify_log(
        &self,
        replica: &ReplicaId,
        log: &Log,
        tail: &[Vec<u8>],
        progress: Progress<'_>,
    ) -> Result<LogReport, Error> {
        let total = log.size();
        let mut verifier = Verifier::new(self.name.clone(), replica.clone());
        let (mut read, mut from) = (0, String::new());
        loop {
            let segments = self.segments(replica, &from, SEGMENTS).await?;
            let Some(last) = segments.last() else { break };
            from.clone_from(&last.key);
            for line in segments.iter().flat_map(|segment| lines(&segment.value)) {
                // Lines beyond the head that was read came while this ran.
                if read < total {
                    verifier.line(line);
                    read += 1;
                }
            }
            if !progress(read, total) {
                return Err(Error::Aborted);
            }
        }
        let known = total - tail.len() as u64;
        for line in tail.iter().skip(usize::try_from(read.saturating_sub(known)).unwrap_or(0)) {
            verifier.line(line);
            read += 1;
        }
        if !progress(read, total) {
            return Err(Error::Aborted);
        }
        Ok(verifier.finish(Some(log)))
    }
}
