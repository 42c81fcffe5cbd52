//! What is gathered written into the records of its contacts, two commits on their way at a time; and
//! lines folded out of the log that are in no contact, since whoever took them in did not come to it.

use super::applying::{Pieces, note, unreadable};
use super::book::Source;
use super::compact::{head_change, records};
use super::gathering::{Gathered, Gathering};
use super::head::Head;
use super::opening::uuid;
use super::work::Work;
use super::{ATTEMPTS, Engine};
use crate::error::{Clash, Error, StoreError};
use crate::ids::{ContactName, ReplicaId, Seq};
use crate::ledger::Line;
use crate::map::{Hashed, Texts};
use crate::store::{Commit, Outcome, Store};
use futures_util::future::{LocalBoxFuture, MaybeDone, maybe_done, poll_fn};
use std::iter::Peekable;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

/// Bytes of bodies whose contacts are written in one commit. So few in a debug build that tests, whose
/// books are small, see several commits on their way.
const TOGETHER: usize = if cfg!(debug_assertions) { 512 } else { 8 * 1024 * 1024 };
/// Lines folded out of the log in one commit.
const LINES: usize = 5_000;

/// A commit on its way, and what becomes true with it.
struct OnTheWay<'e> {
    work: Work,
    head: Head,
    stored: MaybeDone<LocalBoxFuture<'e, Result<Outcome, StoreError>>>,
}

impl<S: Store> Engine<S> {
    /// Writes the records of the gathered contacts.
    ///
    /// # Errors
    /// What the store says: whoever writes next folds what is missing out of the log.
    pub(super) async fn settle(&self) -> Result<(), Error> {
        let gathered = self.gathered.borrow_mut().take();
        if gathered.holds() && gathered.known == self.shared.borrow().known {
            if self.write_gathered(gathered).await? == Outcome::Done {
                return Ok(());
            }
            self.follow().await?;
        }
        self.fold_rest().await
    }

    /// While the store is at work for some contacts, the next ones are on their way to it.
    async fn write_gathered(&self, gathered: Gathered) -> Result<Outcome, Error> {
        let Gathered { mut contacts, import, .. } = gathered;
        let mut contacts = contacts.drain().peekable();
        let (mut head, mut earlier) = (self.shared.borrow().head.clone(), None);
        // By it a commit knows the one before it from another tab's.
        let word = uuid(&*self.world).to_string().into_bytes();
        loop {
            let later = match contacts.peek() {
                Some(_) => {
                    let follows = earlier.is_some();
                    let commit = Commit { record: word.clone(), follows, ..Commit::default() };
                    Some(self.send_some(&mut contacts, &mut head, (import, commit)).await)
                }
                None => None,
            };
            let outcome = match earlier {
                Some(earlier) => self.arrived(earlier).await,
                None => Ok(Outcome::Done),
            };
            earlier = match (outcome, later) {
                (Ok(Outcome::Done), None) => return Ok(Outcome::Done),
                (Ok(Outcome::Done), Some(later)) => Some(later?),
                (outcome, later) => {
                    // It comes to nothing without the earlier one, and is waited for until then.
                    if let Some(Ok(later)) = later {
                        later.stored.await;
                    }
                    return outcome;
                }
            };
        }
    }

    /// Sends the commit off with some contacts, on top of `head`, which is then the one with them.
    async fn send_some(
        &self,
        contacts: &mut Peekable<impl Iterator<Item = (Rc<str>, Gathering)>>,
        head: &mut Head,
        (import, commit): (bool, Commit),
    ) -> Result<OnTheWay<'_>, Error> {
        let mut work = self.begin_work(Hashed::default());
        (work.number, work.import) = (head.commit.next(), import);
        work.source = if import { Source::Local } else { Source::Sync };
        let (mut names, mut bytes) = (Vec::new(), 0);
        while bytes < TOGETHER
            && let Some((name, Gathering { before, mut after, late, bytes: held })) =
                contacts.next()
        {
            if !late.is_empty() {
                after = self.fold_in(after, late, head.sync.authority.as_ref()).await?;
            }
            bytes += held;
            names.extend(ContactName::parse(&name));
            work.arrived(&ContactName::parse(&name).unwrap_or_default(), &before, after);
        }
        let rest = contacts.peek().map(|_| head.unfolded.clone());
        work.unfolded = Some(rest.unwrap_or_default());
        let mut changes = records(&names, &mut work);
        changes.append(&mut work.changes);
        *head = self.next_head(head.clone(), &work);
        changes.push(head_change(head));
        let (number, strict) = (work.number, self.strict);
        let commit = Commit { number, changes, strict, ..commit };
        let stored: LocalBoxFuture<'_, _> = Box::pin(self.store.commit(commit));
        let mut sent = OnTheWay { work, head: head.clone(), stored: maybe_done(stored) };
        poll_fn(|context| {
            _ = Pin::new(&mut sent.stored).poll(context);
            Poll::Ready(())
        })
        .await;
        Ok(sent)
    }

    /// Waits for a commit, and makes it true in memory.
    async fn arrived(&self, mut sent: OnTheWay<'_>) -> Result<Outcome, Error> {
        (&mut sent.stored).await;
        let outcome = Pin::new(&mut sent.stored).take_output().unwrap_or(Ok(Outcome::Taken))?;
        if outcome == Outcome::Done {
            let conflicts = std::mem::take(&mut sent.work.conflicts);
            self.gathered.borrow_mut().conflicts.extend(conflicts);
            self.install_compacted(&mut sent.work, sent.head);
        }
        Ok(outcome)
    }

    /// Folds lines out of the log that are not in their contacts: whoever took them in did not come
    /// to it, or is another tab. A contact that has some of them already is the same after it.
    pub(super) async fn fold_rest(&self) -> Result<(), Error> {
        let mut attempts = 0;
        while attempts < ATTEMPTS {
            let (mut unfolded, sync) = {
                let shared = self.shared.borrow();
                (shared.head.unfolded.clone(), shared.head.sync.clone())
            };
            let Some((replica, from)) = unfolded.iter().next() else { return Ok(()) };
            let (replica, from): (ReplicaId, Seq) = (replica.clone(), *from);
            let mut work = self.begin_work(Hashed::default());
            work.source = Source::Sync;
            let lines = self.lines(&replica, from, LINES).await?;
            let mut pieces = Pieces::default();
            for line in &lines {
                note(&mut pieces, &Line::parse(line).map_err(unreadable)?)?;
            }
            self.fold_all(pieces, &Texts::default(), &sync, &mut work).await?;
            match lines.len() {
                LINES => unfolded.insert(replica, Seq(from.0 + LINES as u64)),
                _ => drop(unfolded.remove(&replica)),
            }
            work.unfolded = Some(unfolded);
            let conflicts = std::mem::take(&mut work.conflicts);
            if self.commit_compacted(&mut work).await? == Outcome::Taken {
                attempts += 1;
                self.follow().await?;
            } else {
                self.gathered.borrow_mut().conflicts.extend(conflicts);
            }
        }
        Err(Clash::Busy.into())
    }
}
