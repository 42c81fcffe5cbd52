//! The check of the book's own ledger, piece by piece.

use super::Engine;
use super::lines::{Place, lines};
use crate::error::{Error, Fault, Issue, IssueCode};
use crate::ledger::{Checkpoint, LogReport, Name, Verifier};
use crate::store::Store;

/// Told how far a check is; answers whether to go on.
pub type Progress<'a> = &'a dyn Fn(u64, u64) -> bool;

/// Attempts while other writers erase or compact.
const ATTEMPTS: u32 = 5;

/// Reads heads that somebody kept.
///
/// # Errors
/// `invalid`; all that are none are named.
pub fn known_heads(texts: &[String]) -> Result<Vec<Checkpoint>, Error> {
    let read = |text: &String| Checkpoint::parse(text).filter(|head| head.log().is_some());
    let heads: Vec<_> = texts.iter().map(read).collect();
    let wrong = heads.iter().enumerate().filter(|(_, head)| head.is_none());
    let issue = |(place, _)| {
        Issue::error(format!("checkpoints.{place}"), IssueCode::NotAllowed, params! {})
    };
    let issues: Vec<Issue> = wrong.map(issue).collect();
    if issues.is_empty() {
        Ok(heads.into_iter().flatten().collect())
    } else {
        Err(Fault::Invalid(issues).into())
    }
}

impl<S: Store> Engine<S> {
    /// Recomputes every hash of every log in the book, and compares them with `known` heads.
    ///
    /// # Errors
    /// `aborted`, if `progress` says so; `invalid` for a head that is none; what the store says.
    pub async fn verify(
        &self,
        known: &[String],
        progress: Progress<'_>,
    ) -> Result<Vec<LogReport>, Error> {
        let known = known_heads(known)?;
        let mut attempts = 0..ATTEMPTS;
        loop {
            self.refresh().await?;
            let epoch = self.shared.borrow().head.commit;
            let reports = self.verify_logs(&known, progress).await?;
            // A fault that another writer's erasure explains is looked at again.
            self.follow().await?;
            let is_still = self.shared.borrow().head.commit == epoch;
            if is_still || reports.iter().all(LogReport::ok) || attempts.next().is_none() {
                return Ok(reports);
            }
        }
    }

    async fn verify_logs(
        &self,
        known: &[Checkpoint],
        progress: Progress<'_>,
    ) -> Result<Vec<LogReport>, Error> {
        let logs = self.logs();
        let total = logs.iter().map(|(_, log)| log.size()).sum();
        let (mut verifiers, mut before) = (Vec::with_capacity(logs.len()), 0);
        for (replica, log) in &logs {
            let name = Name { book: self.name.clone(), replica: replica.clone() };
            let mut verifier = Verifier::new(name, known);
            let mut place = Place::start(replica);
            loop {
                let piece = self.read_on(&mut place, log.size()).await?;
                lines(&piece).for_each(|line| verifier.line(line));
                if !progress(before + place.read(), total) {
                    return Err(Fault::Aborted.into());
                }
                if piece.is_empty() {
                    break;
                }
            }
            before += log.size();
            verifier.expect(log);
            verifiers.push(verifier);
        }
        let own = self.size().0;
        Ok(Verifier::report_all(verifiers, known, &|log| log.is_of(&own)))
    }
}
