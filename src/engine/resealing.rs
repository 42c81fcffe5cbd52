//! A log that somebody else has gone on with, too: this profile was copied, or restored from a
//! backup. The part that both have stays; what only this one has is sealed again under a new
//! replica, and the old tail is kept aside, never synced.

use super::Engine;
use super::book::{Change as Told, Shared, Source, uuid};
use super::changes::seq_of;
use super::compact::segment_key;
use super::folding::{Piece, fold_again};
use super::write::Work;
use crate::error::{Error, StoreError};
use crate::ids::{ContactName, ReplicaId, Seq};
use crate::ledger::{Header, Line, Log, Resealed};
use crate::map::{Hashed, Map};
use crate::store::{By, Change, Outcome, Range, Store, Table};
use std::rc::Rc;

impl<S: Store> Engine<S> {
    /// Goes on under a new replica from `common` on, the first place at which the log is another one
    /// elsewhere.
    pub(super) async fn reseal(&self, common: u64) -> Result<(), Error> {
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
        let mut touched: Vec<ContactName> = Vec::new();
        let mut lines = Vec::with_capacity(retired.len());
        for bytes in &retired {
            let line = Line::parse(bytes).map_err(|reason| StoreError::Corrupt(reason.into()))?;
            if let Some(name) = &line.header.contact
                && !touched.contains(name)
            {
                touched.push(name.clone());
            }
            let header = Header {
                prev: work.seal.log.last,
                replica: new.clone(),
                seq: Seq(work.seal.log.size()),
                was: Some(line.leaf()),
                ..line.header.clone()
            };
            let Resealed { line, leaf } = line.sealed_again(&header);
            work.seal.log.push(leaf);
            lines.push(line);
        }
        for name in touched {
            let (before, after) = self.under(&name, &old, &new, common).await?;
            work.arrived(&name, &before, after);
        }
        work.changes.extend(self.cut_off(&old, common).await?);
        work.changes.extend(self.items_under(&old, &new, common).await?);
        if !retired.is_empty() {
            let (key, value) = (segment_key(&old, Seq(common)), retired.join(&b'\n'));
            work.changes.push(Change::Put { table: Table::Retired, key, sort: None, value });
        }
        work.logs.push((old, kept, Seq(common), Vec::new()));
        work.lines = lines;
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

    /// A contact with the entries from `common` on under their new replica.
    async fn under(
        &self,
        name: &ContactName,
        old: &ReplicaId,
        new: &ReplicaId,
        common: u64,
    ) -> Result<(Rc<super::Loaded>, Rc<super::Loaded>), Error> {
        let before = self.load(name).await?;
        let mut pieces = Vec::new();
        for row in self.all_rows(name, None).await? {
            let mut piece = Piece::of(&row)?;
            let order = &mut piece.entry.order;
            if order.replica == *old
                && let Some(seq) = order.seq.0.checked_sub(common)
            {
                (order.replica, order.seq, piece.resealed) = (new.clone(), Seq(seq), true);
            }
            pieces.push(piece);
        }
        let authority = self.shared.borrow().head.sync.authority.clone();
        let after = fold_again(&before, pieces, authority.as_ref());
        Ok((before, Rc::new(after)))
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
        let mut segments = Map::new();
        if common > 0
            && let Some(key) = self.segment_at(replica, Seq(common - 1), &mut segments).await?
            && let Some(segment) = segments.get(&key)
        {
            let mut value = Vec::with_capacity(segment.len());
            for (_, line) in (seq_of(&key)..common).zip(super::lines::lines(segment)) {
                value.extend_from_slice(line);
                value.push(b'\n');
            }
            changes.push(Change::Put { table: Table::Log, key, sort: None, value });
        }
        Ok(changes)
    }
}
