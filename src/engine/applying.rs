//! Batches of other devices: checked whole against what is known of their log, then stored and
//! folded in as one commit that goes straight into the tables. A batch that comes again changes
//! nothing; one that does not fit changes nothing either.

use super::book::Source;
use super::compact::strip;
use super::folding::Piece;
use super::head::{Deferred, SyncState};
use super::loaded::Loaded;
use super::work::Work;
use super::{ATTEMPTS, Engine};
use crate::error::{BatchFault, Clash, Error, Fault, StoreError};
use crate::event::{DEFINITION_ADDED, Entry, Event, Fact, Order};
use crate::ids::{ContactId, ContactName, EntryId, LeafHash, ReplicaId, Seq};
use crate::ledger::{Hash, Header, Line, Log};
use crate::map::{Hashed, Texts};
use crate::project::{Conflict, ConflictKind, Row, RowBody, Status};
use crate::store::{Outcome, Store};
use crate::sync::{Batch, Incoming};
use crate::time::Instant;
use std::rc::Rc;

const ERASED: &str = "contact.erased";

/// What a batch brought.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Applied {
    /// Entries that were new.
    pub applied: u64,
    /// Entries that were known.
    pub duplicates: u64,
    /// What did not fit together, with the contact's ids.
    pub conflicts: Vec<(String, Conflict)>,
    /// Whether it waits: its clock is ahead, or entries before it wait.
    pub waits: bool,
}

/// How a batch came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// From another device.
    Given,
    /// From a server: an erasure waits until its round is complete.
    Pulled,
    /// Out of an export, whose head comes at its end.
    Carried,
}

/// What becomes of a batch.
enum Fate {
    /// It is taken in; the place of its first new line.
    Take(usize, Log),
    /// It has to wait for its time.
    Wait,
    /// It is of this device's log, which somebody else has gone on with from that place on.
    Forked(u64),
}

impl<S: Store> Engine<S> {
    /// Applies a batch.
    ///
    /// # Errors
    /// `batch`, `fork`, or what the store says; nothing of it was applied then.
    pub async fn apply(&self, batch: &Batch) -> Result<Applied, Error> {
        self.open_or_refuse()?;
        let _turn = self.turn().await?;
        let retried = self.retry_locked(Manner::Given).await?;
        let mut applied = self.apply_locked(batch, Manner::Given).await?;
        if applied.waits {
            self.keep_apart(batch).await?;
        }
        applied.conflicts.splice(0..0, retried.conflicts);
        Ok(applied)
    }

    /// Applies a batch.
    pub(super) async fn apply_locked(
        &self,
        batch: &Batch,
        manner: Manner,
    ) -> Result<Applied, Error> {
        for _ in 0..ATTEMPTS {
            let mut lines = batch.read(&self.name)?;
            self.check_names(&lines)?;
            let (first, log) = match self.fate(batch, &lines, manner).await? {
                Fate::Take(first, log) => (first, log),
                Fate::Wait => return Ok(Applied { waits: true, ..Applied::default() }),
                Fate::Forked(common) => {
                    self.reseal(common, None).await?;
                    continue;
                }
            };
            let mut work = self.begin_work(Hashed::default());
            let mut report = Applied { duplicates: first as u64, ..Applied::default() };
            report.applied = (lines.len() - first) as u64;
            self.complete(&lines[..first], &mut work).await?;
            if first == lines.len() && work.completed.is_empty() {
                return Ok(report);
            }
            self.arrive(batch, lines.split_off(first), log, manner, &mut work).await?;
            report.conflicts = std::mem::take(&mut work.conflicts);
            if self.commit_compacted(&mut work).await? == Outcome::Done {
                return Ok(report);
            }
            self.follow().await?;
        }
        Err(Clash::Busy.into())
    }

    /// A contact's name is made of the id in the body, under this book's key.
    pub(super) fn check_names(&self, lines: &[Incoming<'_>]) -> Result<(), BatchFault> {
        for incoming in lines {
            let id = incoming.fact.as_ref().and_then(|(_, id)| id.as_ref());
            let name = incoming.line.header.contact.as_ref();
            let fits = |id: &ContactId| {
                name.is_some_and(|name| self.has_met(name, id) || self.name_of(id) == *name)
            };
            if !id.is_none_or(fits) {
                let seq = incoming.line.header.seq.0;
                let reason = "the contact's name is not made of its id";
                return Err(BatchFault::Line { seq, reason });
            }
        }
        Ok(())
    }

    /// Whether the batch goes on from what is known of its log, and what that log is after it.
    async fn fate(
        &self,
        batch: &Batch,
        lines: &[Incoming<'_>],
        manner: Manner,
    ) -> Result<Fate, Error> {
        let (mut log, own) = {
            let shared = self.shared.borrow();
            (shared.log(&batch.replica), batch.replica == shared.seal.replica)
        };
        let size = log.size();
        if batch.from.0 > size {
            return Err(BatchFault::Gap { expected: size }.into());
        }
        let first = usize::try_from(size - batch.from.0).unwrap_or(usize::MAX).min(lines.len());
        let known = self.lines(&batch.replica, batch.from, first).await?;
        for (place, (stored, incoming)) in known.iter().zip(lines).enumerate() {
            if Line::parse(stored).map(|line| line.leaf()) != Ok(incoming.leaf) {
                let common = batch.from.0 + place as u64;
                // An entry before the first that differs must be known to be the same.
                return match own && (place > 0 || self.follows(incoming, &batch.replica).await?) {
                    true => Ok(Fate::Forked(common)),
                    false => Err(BatchFault::Fork.into()),
                };
            }
        }
        let Some(next) = lines.get(first) else {
            return Ok(Fate::Take(first, log));
        };
        if next.line.header.prev != log.last {
            return Err(BatchFault::Fork.into());
        }
        if own {
            return Ok(Fate::Forked(size));
        }
        let now = self.world.now();
        if lines.iter().any(|incoming| incoming.line.header.hlc.is_ahead(now)) {
            return Ok(Fate::Wait);
        }
        lines[first..].iter().for_each(|incoming| log.push(incoming.leaf));
        let headed = manner != Manner::Carried;
        if headed && self.checkpoint_of(&batch.replica, &log) != batch.checkpoint {
            return Err(BatchFault::Checkpoint.into());
        }
        Ok(Fate::Take(first, log))
    }

    /// Whether an entry goes on from the one before it that is known here.
    async fn follows(&self, incoming: &Incoming<'_>, replica: &ReplicaId) -> Result<bool, Error> {
        let header = &incoming.line.header;
        let Some(before) = header.seq.0.checked_sub(1) else { return Ok(true) };
        let before = self.lines(replica, Seq(before), 1).await?;
        let leaf = before.first().and_then(|line| Line::parse(line).ok()).map(|line| line.leaf());
        Ok(leaf == header.prev)
    }

    /// Bodies that known lines lack here, and that these bring.
    async fn complete(&self, known: &[Incoming<'_>], work: &mut Work) -> Result<(), Error> {
        let Some(first) = known.first() else { return Ok(()) };
        let header = &first.line.header;
        let stored = self.lines(&header.replica, header.seq, known.len()).await?;
        for (stored, incoming) in stored.iter().zip(known) {
            let bare = incoming.line.body.is_some()
                && Line::parse(stored).is_ok_and(|line| line.body.is_none());
            if bare {
                let header = &incoming.line.header;
                let line = incoming.text.as_bytes().to_vec();
                work.completed.push((header.replica.clone(), header.seq, line));
            }
        }
        Ok(())
    }

    /// Everything that becomes true with the new lines of a batch.
    async fn arrive(
        &self,
        batch: &Batch,
        new: Vec<Incoming<'_>>,
        log: Log,
        manner: Manner,
        work: &mut Work,
    ) -> Result<(), Error> {
        let mut sync = self.shared.borrow().head.sync.clone();
        let mut pieces = Pieces::default();
        let mut lines = Vec::with_capacity(new.len());
        for incoming in new {
            let header = &incoming.line.header;
            work.seal.hlc = work.seal.hlc.max(header.hlc);
            lines.push(incoming.text.as_bytes().to_vec());
            if header.kind == DEFINITION_ADDED {
                self.take_definition(&incoming, work);
            } else if manner == Manner::Pulled && header.kind == ERASED {
                sync.erasures.push(Deferred { replica: header.replica.clone(), seq: header.seq });
            } else if let (Some((fact, id)), Some((body, _))) = (incoming.fact, &incoming.line.body)
            {
                add(&mut pieces, header, (fact, id), body, Some(incoming.leaf));
            }
        }
        self.take_completed(&mut pieces, work).await?;
        self.fold_all(pieces, &Texts::default(), &sync, work).await?;
        self.strip(&mut lines, work)?;
        let first = Seq(log.size() - lines.len() as u64);
        work.logs.push((batch.replica.clone(), log, first, lines));
        work.sync = Some(sync);
        work.source = Source::Sync;
        Ok(())
    }

    /// Bodies that were missing, but for those about a contact that is erased.
    async fn take_completed(&self, pieces: &mut Pieces, work: &mut Work) -> Result<(), Error> {
        for (replica, seq, text) in std::mem::take(&mut work.completed) {
            let line = Line::parse(&text).map_err(unreadable)?;
            let name = line.header.contact.clone().unwrap_or_default();
            if self.load(&name).await?.state.status != Status::Erased {
                note(pieces, &line)?;
                work.completed.push((replica, seq, text));
            }
        }
        Ok(())
    }

    pub(super) fn take_definition(&self, incoming: &Incoming<'_>, work: &mut Work) {
        let (Some(hash), Some((body, _))) = (&incoming.line.header.definition, &incoming.line.body)
        else {
            return;
        };
        let shared = self.shared.borrow();
        let known = shared.definitions.iter().any(|known| known.hash == *hash)
            || work.definitions.iter().any(|(known, _)| known == hash);
        if !known {
            work.definitions.push((hash.clone(), body.as_bytes().to_vec()));
        }
    }

    /// Folds what arrived into its contacts. What is about an erased one is not folded; erasures among
    /// `voided` erase nothing.
    pub(super) async fn fold_all(
        &self,
        mut pieces: Pieces,
        voided: &Texts,
        sync: &SyncState,
        work: &mut Work,
    ) -> Result<(), Error> {
        let names: Vec<ContactName> = pieces.keys().filter_map(ContactName::parse).collect();
        for name in names {
            let pieces = pieces.remove(name.as_str()).unwrap_or_default();
            let before = self.load(&name).await?;
            let erases = |piece: &Piece| {
                matches!(piece.entry.fact.event, Event::ContactErased(_))
                    && !voided.contains_key(piece.entry.order.id().as_str())
            };
            let gone = before.state.status == Status::Erased;
            let after = if gone || pieces.iter().any(erases) {
                let (stay, lost): (Vec<_>, Vec<_>) = pieces.into_iter().partition(erases);
                work.erased.push(name.clone());
                self.fold_erased(&name, (stay, lost), gone, sync).await?
            } else {
                self.fold_in(before.clone(), pieces, sync.authority.as_ref()).await?
            };
            work.arrived(&name, &before, after);
        }
        Ok(())
    }

    /// Folds tombstones. What is lost by them on this device is told as a conflict.
    async fn fold_erased(
        &self,
        name: &ContactName,
        (tombstones, lost): (Vec<Piece>, Vec<Piece>),
        gone: bool,
        sync: &SyncState,
    ) -> Result<Rc<Loaded>, Error> {
        let mut losers: Vec<_> =
            lost.iter().map(|piece| (piece.entry.at, piece.entry.order.id())).collect();
        if !gone {
            losers.extend(self.unsent(name).await?);
        }
        let mut after = self.fold_tombstones(name, tombstones, sync.authority.as_ref()).await?;
        let winner = after.rows.last().map(|row| row.order.id()).unwrap_or_default();
        let kind = ConflictKind::Erased;
        if !losers.is_empty() {
            let told = losers.into_iter().map(|(at, loser)| {
                let winner = winner.clone();
                Conflict { at, kind, loser, winner }
            });
            Rc::make_mut(&mut after).conflicts.extend(told);
        }
        Ok(after)
    }

    /// This device's own entries about a contact that no server has.
    async fn unsent(&self, name: &ContactName) -> Result<Vec<(Instant, EntryId)>, Error> {
        let lacking = {
            let shared = self.shared.borrow();
            let sync = &shared.head.sync;
            if sync.servers.is_empty() {
                return Ok(Vec::new());
            }
            let held = |replica: &ReplicaId| sync.acknowledged(replica).unwrap_or(0);
            sync.lacking((&shared.seal.replica, u64::MAX), &held)
        };
        let rows = self.all_rows(name, None).await?;
        let is_unsent = |row: &&Rc<Row>| {
            let Order { replica, seq, .. } = &row.order;
            lacking.iter().any(|(own, held, size)| own == replica && (held..size).contains(&&seq.0))
        };
        Ok(rows.iter().filter(is_unsent).map(|row| (row.at, row.order.id())).collect())
    }

    /// Takes body and salt out of the lines about contacts that are erased.
    fn strip(&self, lines: &mut [Vec<u8>], work: &Work) -> Result<(), Error> {
        for line in lines {
            if let Some(bare) = strip(line, &work.erased)? {
                *line = bare;
            }
        }
        Ok(())
    }

    /// Changes how the book stands with servers. With `erase` the erasures of a complete round are
    /// carried out, but for those that are void.
    pub(super) async fn finish_locked(
        &self,
        erase: bool,
        change: &dyn Fn(&mut SyncState),
    ) -> Result<Applied, Error> {
        for _ in 0..ATTEMPTS {
            let mut sync = self.shared.borrow().head.sync.clone();
            change(&mut sync);
            let mut work = self.begin_work(Hashed::default());
            let (mut pieces, mut voided) = (Pieces::default(), Texts::default());
            let due = if erase { std::mem::take(&mut sync.erasures) } else { Vec::new() };
            for Deferred { replica, seq } in due {
                let lines = self.lines(&replica, seq, 1).await?;
                let Some(bytes) = lines.first() else { continue };
                let line = Line::parse(bytes).map_err(unreadable)?;
                let id = EntryId::of(&replica, seq);
                let name = line.header.contact.clone().unwrap_or_default();
                if self.is_void(&name, &id, sync.authority.as_ref()).await? {
                    voided.note(id.as_str());
                }
                note(&mut pieces, &line)?;
            }
            self.fold_all(pieces, &voided, &sync, &mut work).await?;
            let conflicts = std::mem::take(&mut work.conflicts);
            work.sync = Some(sync);
            work.source = Source::Sync;
            if self.commit_compacted(&mut work).await? == Outcome::Done {
                return Ok(Applied { conflicts, ..Applied::default() });
            }
            self.follow().await?;
        }
        Err(Clash::Busy.into())
    }

    /// Whether the authority does not permit an entry.
    async fn is_void(
        &self,
        name: &ContactName,
        id: &EntryId,
        authority: Option<&ReplicaId>,
    ) -> Result<bool, Error> {
        for row in self.all_rows(name, None).await? {
            if row.kind == "entry.voided"
                && Some(&row.order.replica) == authority
                && let Event::EntryVoided(data) = row.entry()?.0.fact.event
                && data.entry == *id
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Entries that arrived, by contact.
pub(super) type Pieces = Hashed<Vec<Piece>>;

/// Adds what a line says, if it says something still.
pub(super) fn note(pieces: &mut Pieces, line: &Line<'_>) -> Result<(), Error> {
    let (Some((body, _)), Some(_)) = (line.body, &line.header.contact) else {
        return Ok(());
    };
    let header = &line.header;
    let read = Fact::read(&header.kind, header.definition.clone(), body);
    let read = read.map_err(|error| Fault::Internal(error.to_string()))?;
    add(pieces, header, read, body, None);
    Ok(())
}

fn add(
    pieces: &mut Pieces,
    header: &Header,
    said: (Fact, Option<ContactId>),
    body: &str,
    leaf: Option<Hash>,
) {
    let name = header.contact.as_ref().map_or("", ContactName::as_str);
    let piece = Piece { leaf, ..piece(header, said, body) };
    pieces.get_or_insert_with(name, Vec::new).push(piece);
}

/// What a line says, on its way into its contact.
pub(super) fn piece(header: &Header, said: (Fact, Option<ContactId>), body: &str) -> Piece {
    let (fact, id) = said;
    let entry = Entry { order: header.order(), at: header.at, fact };
    let (id, body) = (id.unwrap_or_default(), RowBody::new(body));
    Piece { id, entry, body, leaf: None, was: was_of(header), copy: false }
}

/// Of an entry that was sealed again, the original's leaf hash.
pub(super) fn was_of(header: &Header) -> Option<LeafHash> {
    header.was.map(|was| LeafHash::new(was.to_base64()))
}

pub(super) fn unreadable(reason: &'static str) -> Error {
    StoreError::Corrupt(format!("an entry: {reason}")).into()
}
