//! Entries of this device sealed again under a new replica; the old tail is kept aside, never synced.
//! Either somebody else has gone on with the log, too: this profile was copied, or restored from a
//! backup. The part that both have stays. Or this device's clock ran ahead and is right again: what
//! no server holds of that time gets readings of the present, else nobody would hear of it, nor of
//! anything after it, before that time.

use super::applying::{unreadable, was_of};
use super::book::{Change as Told, Shared, Source};
use super::changes::seq_of;
use super::compact::segment_key;
use super::folding::Piece;
use super::opening::uuid;
use super::work::Work;
use super::{ATTEMPTS, Engine};
use crate::error::Error;
use crate::event::{Hlc, Order};
use crate::ids::{ContactName, ReplicaId, Seq};
use crate::ledger::{Header, Line, Log, Resealed};
use crate::map::{Hashed, Texts};
use crate::store::{By, Change, Outcome, Range, Store, Table};
use std::rc::Rc;

/// 2026-01-01T00:00Z: no book is older.
const EARLIEST_MS: i64 = 1_767_225_600_000;

impl<S: Store> Engine<S> {
    /// Whether the next entry would be so far ahead that others have it wait, by a clock that can be
    /// right: one that lost the time, as without its battery, would have entries dated by it.
    pub(super) fn runs_ahead(&self) -> bool {
        let now = self.world.now();
        now.millis() > EARLIEST_MS && self.shared.borrow().seal.hlc.is_ahead(now)
    }

    /// Has the clock right before something leaves the device.
    pub(super) async fn keep_time(&self) -> Result<(), Error> {
        if self.runs_ahead() {
            drop(self.turn().await?);
        }
        Ok(())
    }

    /// Seals again what no server holds of a time that has not come yet, and goes on from now and what
    /// is known of others.
    pub(super) async fn set_clock(&self) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            // Another tab may have done so.
            self.follow().await?;
            if !self.runs_ahead() {
                return Ok(());
            }
            let (own, held) = {
                let shared = self.shared.borrow();
                let own = shared.seal.replica.clone();
                let held = shared.head.sync.acknowledged(&own).unwrap_or(0);
                (own, held.min(shared.seal.log.size()))
            };
            let (mut clock, mut common, now) = (Hlc::default(), held, self.world.now());
            for (replica, log) in self.logs() {
                let (mut low, mut high) = (0, log.size());
                while low < high {
                    // Of most logs nothing is ahead.
                    let middle = if high == log.size() { high - 1 } else { low.midpoint(high) };
                    let lines = self.lines(&replica, Seq(middle), 1).await?;
                    let Some(line) = lines.first() else { break };
                    let hlc = Line::parse(line).map_err(unreadable)?.header.hlc;
                    if hlc.is_ahead(now) {
                        high = middle;
                    } else {
                        (clock, low) = (clock.max(hlc), middle + 1);
                    }
                }
                if replica == own {
                    common = common.max(low);
                }
            }
            self.reseal(common, Some(clock)).await?;
        }
        Ok(())
    }

    /// Goes on under a new replica from `common` on: the first place at which the log is another one
    /// elsewhere, or, where entries get new readings, after `clock`, the first of those.
    pub(super) async fn reseal(&self, common: u64, mut clock: Option<Hlc>) -> Result<(), Error> {
        self.compact_locked().await?;
        let (old, size) = {
            let shared = self.shared.borrow();
            (shared.seal.replica.clone(), shared.seal.log.size())
        };
        let count = usize::try_from(size.saturating_sub(common)).unwrap_or(0);
        let retired = self.lines(&old, Seq(common), count).await?;
        let kept = self.log_at(&old, Seq(common), &[]).await?;
        let mut work = self.begin_work(Hashed::default());
        let new = uuid(self.world.as_ref());
        (work.seal.replica, work.seal.log) = (new.clone(), Log::default());
        let (mut touched, mut headers) = (Texts::default(), Vec::with_capacity(retired.len()));
        for bytes in &retired {
            let line = Line::parse(bytes).map_err(unreadable)?;
            if let Some(name) = &line.header.contact {
                touched.note(name.as_str());
            }
            let mut header = Header {
                prev: work.seal.log.last,
                replica: new.clone(),
                seq: Seq(work.seal.log.size()),
                was: line.header.was.or_else(|| Some(line.leaf())),
                ..line.header.clone()
            };
            if let Some(clock) = &mut clock {
                *clock = clock.tick(work.now);
                (header.hlc, header.at) = (*clock, work.now);
            }
            let Resealed { line, leaf } = line.sealed_again(&header);
            work.seal.log.push(leaf);
            work.lines.push(line);
            headers.push(header);
        }
        for name in touched.keys().filter_map(ContactName::parse) {
            let (before, after) = self.under(&name, &old, common, &headers).await?;
            work.arrived(&name, &before, after);
        }
        if let Some(clock) = clock {
            work.seal.hlc = clock;
            let mut sync = self.shared.borrow().head.sync.clone();
            sync.former.insert(old.clone(), common);
            work.sync = Some(sync);
        }
        work.changes.extend(self.cut_off(&old, common).await?);
        work.changes.extend(self.items_under(&old, &new, common).await?);
        if !retired.is_empty() {
            let (key, value) = (segment_key(&old, Seq(common)), retired.join(&b'\n'));
            work.changes.push(Change::Put { table: Table::Retired, key, sort: None, value });
        }
        work.logs.push((old, kept, Seq(common), Vec::new()));
        work.source = Source::Sync;
        self.commit_resealed(&mut work).await
    }

    async fn commit_resealed(&self, work: &mut Work) -> Result<(), Error> {
        if self.commit_compacted(work).await? == Outcome::Taken {
            // Whoever came first is followed; the batch that told of the fork is looked at again.
            return self.follow().await;
        }
        let head = self.shared.borrow().head.clone();
        *self.shared.borrow_mut() = Shared::new(head, &self.name, &self.pseudonyms);
        self.cuts.borrow_mut().clear();
        self.publish(&Told { contacts: Vec::new(), source: Source::Sync });
        Ok(())
    }

    /// A contact with the entries from `common` on under their new `headers`.
    async fn under(
        &self,
        name: &ContactName,
        old: &ReplicaId,
        common: u64,
        headers: &[Header],
    ) -> Result<(Rc<super::Loaded>, Rc<super::Loaded>), Error> {
        let before = self.load(name).await?;
        let mut pieces = Vec::new();
        for row in self.all_rows(name, None).await? {
            let mut piece = Piece::of(&row)?;
            // An original that is retired leaves its copies to count.
            piece.copy = false;
            let Order { replica, seq, .. } = &piece.entry.order;
            let place = seq.0.checked_sub(common).filter(|_| replica == old);
            let header = place.and_then(|place| headers.get(usize::try_from(place).ok()?));
            if let Some(header) = header {
                (piece.entry.order, piece.entry.at) = (header.order(), header.at);
                piece.was = was_of(header);
            }
            pieces.push(piece);
        }
        let authority = self.shared.borrow().head.sync.authority.clone();
        let after = self.fold_anew(&before, pieces, authority.as_ref()).await?;
        Ok((before, after))
    }

    /// Takes the lines from `common` on out of the log.
    async fn cut_off(&self, replica: &ReplicaId, common: u64) -> Result<Vec<Change>, Error> {
        let mut changes = Vec::new();
        let range = Range {
            table: Table::Log,
            by: By::Key,
            from: segment_key(replica, Seq(common)),
            to: format!("{replica}0"),
            limit: u32::MAX,
            descending: false,
        };
        for record in self.store.range(range).await? {
            changes.push(Change::Delete { table: Table::Log, key: record.key });
        }
        if let Some(last) = common.checked_sub(1)
            && let Some(segment) = self.segment_of(replica, Seq(last)).await?
        {
            let (key, mut value) = (segment.key, Vec::with_capacity(segment.value.len()));
            for (_, line) in (seq_of(&key)..common).zip(super::lines::lines(&segment.value)) {
                value.extend_from_slice(line);
                value.push(b'\n');
            }
            changes.push(Change::Put { table: Table::Log, key, sort: None, value });
        }
        Ok(changes)
    }
}
