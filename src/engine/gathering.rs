//! An export on its way in: its lines go into the log as they come, and stay in memory in their
//! contacts, whose records are written once for many lines. Until then the head says from which line
//! on each log is not in them. What is in memory may be lost at any time: it can be folded out of the
//! log again. What needs more than room goes the way of batches.

use super::Engine;
use super::applying::{Applied, piece};
use super::folding::Piece;
use super::loaded::Loaded;
use super::work::Work;
use crate::error::Error;
use crate::event::{DEFINITION_ADDED, Event};
use crate::ids::{CommitNo, ContactId, ContactName, ReplicaId, Seq};
use crate::ledger::Log;
use crate::map::{Hashed, Map};
use crate::project::{Conflict, Status};
use crate::store::{Outcome, Store};
use crate::sync::{Incoming, Run};
use futures_util::future::join;
use std::rc::Rc;

/// Bytes of bodies that are held in memory.
const HELD: usize = 64 * 1024 * 1024;

/// Contacts with entries that are in the log and not in their records.
#[derive(Default)]
pub(super) struct Gathered {
    pub contacts: Hashed<Gathering>,
    bytes: usize,
    /// The commit that it goes on from.
    pub known: CommitNo,
    /// Whether some contact lacks entries that wait.
    late: bool,
    /// Whether it is history from another system.
    pub import: bool,
    /// What did not fit together, not told yet.
    pub conflicts: Vec<(String, Conflict)>,
}

impl Gathered {
    /// Whether there is something to be written.
    pub(super) fn holds(&self) -> bool {
        !self.contacts.is_empty()
    }

    /// All but the conflicts, which stay to be told.
    pub(super) fn take(&mut self) -> Self {
        let conflicts = std::mem::take(&mut self.conflicts);
        std::mem::replace(self, Self { conflicts, ..Self::default() })
    }

    /// Whether it holds more bytes than that.
    pub(super) fn is_more_than(&self, most: usize) -> bool {
        self.bytes > most
    }

    /// A contact that gets so many bytes more; `before` says what it was, the first time.
    fn note(
        &mut self,
        name: &str,
        before: impl FnOnce() -> Rc<Loaded>,
        bytes: usize,
    ) -> &mut Gathering {
        self.bytes += bytes;
        let gathering = self.contacts.get_or_insert_with(name, || {
            let before = before();
            Gathering { after: before.clone(), before, late: Vec::new(), bytes: 0 }
        });
        gathering.bytes += bytes;
        gathering
    }
}

/// A contact as it was, and as it became; entries that do not come after all others wait to be
/// folded in at once.
pub(super) struct Gathering {
    pub before: Rc<Loaded>,
    pub after: Rc<Loaded>,
    pub late: Vec<Piece>,
    pub bytes: usize,
}

impl<S: Store> Engine<S> {
    /// Takes lines in that need nothing but room: they go on from what is known of another device's
    /// log. False where they have to go the way of batches; they are left as they were then.
    pub(super) async fn gather(&self, run: &mut Run<'_>) -> Result<bool, Error> {
        self.gather_on(false).await?;
        let known = self.shared.borrow().known;
        let met = self.newly_met(run).await?;
        let erased = met.iter().any(|(_, loaded)| loaded.state.status == Status::Erased);
        if erased || self.shared.borrow().known != known {
            return Ok(false);
        }
        let Some(log) = self.goes_on(run) else { return Ok(false) };
        let mut work = self.begin_work(Hashed::default());
        work.unfolded = Some(self.unfolded_from(&run.replica, run.from));
        for incoming in &run.lines {
            work.seal.hlc = work.seal.hlc.max(incoming.line.header.hlc);
            if incoming.line.header.kind == DEFINITION_ADDED {
                self.take_definition(incoming, &mut work);
            }
        }
        let mut lines = run.lines.iter().map(|incoming| incoming.text.as_bytes());
        self.append_lines(&run.replica, run.from, &mut lines, &mut work.segments).await?;
        work.logs.push((run.replica.clone(), log, run.from, Vec::new()));
        let number = work.number;
        // While the store works. What is held rests on its success: else whoever writes next folds
        // out of the log what is there.
        let fold = async { self.hold(met, &mut run.lines, number) };
        let (outcome, ()) = join(self.commit_compacted(&mut work), fold).await;
        if !matches!(outcome, Ok(Outcome::Done)) {
            self.gathered.borrow_mut().take();
        }
        if outcome? == Outcome::Taken {
            self.follow().await?;
            return Ok(false);
        }
        if self.gathered.borrow().is_more_than(HELD) {
            self.settle().await?;
        }
        Ok(true)
    }

    /// Begins to gather, or goes on with it where nobody has written meanwhile. What is `decided` by
    /// contacts needs them whole.
    pub(super) async fn gather_on(&self, decided: bool) -> Result<(), Error> {
        let on = {
            let gathered = self.gathered.borrow();
            let whole = !(decided && gathered.late);
            gathered.holds() && whole && gathered.known == self.shared.borrow().known
        };
        if !on {
            self.settle().await?;
            self.compact_locked().await?;
        }
        Ok(())
    }

    /// Which lines are in no contact once those of a log from `from` on are stored.
    fn unfolded_from(&self, replica: &ReplicaId, from: Seq) -> Map<ReplicaId, Seq> {
        let mut unfolded = self.shared.borrow().head.unfolded.clone();
        if !unfolded.contains_key(replica) {
            unfolded.insert(replica.clone(), from);
        }
        unfolded
    }

    /// Contacts as they are with what is gathered.
    pub(super) async fn known_contacts(
        &self,
        names: &mut dyn Iterator<Item = &ContactName>,
    ) -> Result<Hashed<Rc<Loaded>>, Error> {
        let (mut known, mut other) = (Hashed::default(), Vec::new());
        for name in names {
            match self.gathered.borrow().contacts.get(name.as_str()) {
                Some(gathering) => known.insert(name.as_str(), gathering.after.clone()),
                None => other.push(name),
            }
        }
        let mut loaded = self.load_all(&mut other.into_iter()).await?;
        loaded.drain().for_each(|(name, loaded)| known.insert(&name, loaded));
        Ok(known)
    }

    /// Stores new entries of this device in the log, and keeps in memory what their contacts became,
    /// which were as in `before`.
    pub(super) async fn gather_own(
        &self,
        work: &mut Work,
        before: &Hashed<Rc<Loaded>>,
    ) -> Result<Outcome, Error> {
        let first = Seq(work.seal.log.size() - work.lines.len() as u64);
        work.unfolded = Some(self.unfolded_from(&work.seal.replica, first));
        let entries = std::mem::take(&mut work.entries);
        let contacts = std::mem::take(&mut work.contacts);
        let outcome = self.commit_compacted(work).await?;
        if outcome == Outcome::Done {
            let mut gathered = self.gathered.borrow_mut();
            (gathered.known, gathered.import) = (work.number, true);
            for (name, entry) in entries {
                let name = name.as_str();
                let after = contacts.get(name).cloned().unwrap_or_default();
                let before = || before.get(name).cloned().unwrap_or_default();
                gathered.note(name, before, entry.body.text().len()).after = after;
            }
        }
        Ok(outcome)
    }

    /// Whether a contact of that name and id is in memory: then the one was made of the other.
    pub(super) fn has_met(&self, name: &ContactName, id: &ContactId) -> bool {
        let gathered = self.gathered.borrow();
        let known = gathered.contacts.get(name.as_str()).map(|known| &known.after.state.id);
        !id.as_str().is_empty() && known == Some(id)
    }

    /// What the log is after the lines, if they go on from what is known of it, may be taken in now,
    /// and take nothing away.
    fn goes_on(&self, run: &Run<'_>) -> Option<Log> {
        let mut log = {
            let shared = self.shared.borrow();
            (run.replica != shared.seal.replica).then(|| shared.log(&run.replica))?
        };
        let first = run.lines.first()?;
        let now = self.world.now();
        let may = |incoming: &Incoming<'_>| {
            let erases =
                |(fact, _): &(crate::event::Fact, _)| matches!(fact.event, Event::ContactErased(_));
            !incoming.line.header.hlc.is_ahead(now) && !incoming.fact.as_ref().is_some_and(erases)
        };
        let follows = log.size() == run.from.0 && log.last == first.line.header.prev;
        if !follows || !run.lines.iter().all(may) {
            return None;
        }
        run.lines.iter().for_each(|incoming| log.push(incoming.leaf));
        Some(log)
    }

    /// The contacts of the lines that are not among the gathered ones yet.
    async fn newly_met(&self, run: &Run<'_>) -> Result<Hashed<Rc<Loaded>>, Error> {
        let names: Vec<ContactName> = {
            let gathered = self.gathered.borrow();
            let with_body = run.lines.iter().filter(|incoming| incoming.fact.is_some());
            with_body
                .filter_map(|incoming| incoming.line.header.contact.as_ref())
                .filter(|name| !gathered.contacts.contains_key(name.as_str()))
                .cloned()
                .collect()
        };
        self.load_all(&mut names.iter()).await
    }

    /// Folds lines into their contacts that are being stored by the commit `stored`.
    fn hold(&self, mut met: Hashed<Rc<Loaded>>, lines: &mut [Incoming<'_>], stored: CommitNo) {
        let mut gathered = self.gathered.borrow_mut();
        gathered.known = stored;
        for incoming in lines {
            let header = &incoming.line.header;
            let (Some(said), Some((body, _)), Some(name)) =
                (incoming.fact.take(), &incoming.line.body, &header.contact)
            else {
                continue;
            };
            let before = || met.remove(name.as_str()).unwrap_or_default();
            let gathering = gathered.note(name.as_str(), before, body.len());
            let piece = piece(header, said, body);
            if piece.is_plain() && piece.is_after(&gathering.after) {
                piece.fold_into(Rc::make_mut(&mut gathering.after));
            } else {
                gathering.late.push(piece);
                gathered.late = true;
            }
        }
    }

    /// What did not fit together since it was asked last.
    pub(super) fn take_conflicts(&self, report: &mut Applied) {
        report.conflicts.append(&mut self.gathered.borrow_mut().conflicts);
    }
}
