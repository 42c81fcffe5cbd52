//! The check of the book's own ledger, segment by segment.

use super::Engine;
use super::lines::{Place, lines};
use crate::error::Error;
use crate::ids::ReplicaId;
use crate::ledger::{Log, LogReport, Verifier};
use crate::store::Store;

/// Told how far a check is; answers whether to go on.
pub type Progress<'a> = &'a dyn Fn(u64, u64) -> bool;

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
            let (replica, log, epoch) = {
                let shared = self.shared.borrow();
                (shared.seal.replica.clone(), shared.seal.log.clone(), shared.head.commit)
            };
            let found = self.verify_log(&replica, &log, progress).await?;
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
        progress: Progress<'_>,
    ) -> Result<LogReport, Error> {
        let mut verifier = Verifier::new(self.name.clone(), replica.clone());
        let mut place = Place::start(replica);
        loop {
            let piece = self.read_on(&mut place, log.size()).await?;
            lines(&piece).for_each(|line| verifier.line(line));
            if !progress(place.read(), log.size()) {
                return Err(Error::Aborted);
            }
            if piece.is_empty() {
                return Ok(verifier.finish(Some(log)));
            }
        }
    }
}
