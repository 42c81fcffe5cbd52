//! Entries of other devices put in their places. What comes after all that is known of a contact is
//! folded in as an own entry is; what comes in between, and whatever voids another entry, has that
//! one contact folded again from its beginning.

use super::Engine;
use super::loaded::Loaded;
use crate::error::Error;
use crate::event::{Entry, Event};
use crate::ids::{ContactId, ContactName, EntryId, ReplicaId};
use crate::map::Map;
use crate::project::{Contact, Row, RowBody, Status, Voided};
use crate::sort;
use crate::store::Store;
use std::rc::Rc;

/// An entry on its way into a contact.
pub(super) struct Piece {
    /// The host's id of the contact; empty where the entry does not say it.
    pub id: ContactId,
    pub entry: Entry,
    pub body: RowBody,
    /// Whether it was sealed again.
    pub resealed: bool,
}

impl Piece {
    pub(super) fn of(row: &Row) -> Result<Self, Error> {
        let (entry, id) = row.entry()?;
        let (body, resealed) = (row.body.clone(), row.resealed);
        Ok(Self { id: id.unwrap_or_default(), entry, body, resealed })
    }

    /// Whether it changes nothing about other entries.
    pub(super) fn is_plain(&self) -> bool {
        !self.resealed && !matches!(self.entry.fact.event, Event::EntryVoided(_))
    }

    /// Whether it comes after all that is known of a contact.
    pub(super) fn is_after(&self, contact: &Loaded) -> bool {
        Some(&self.entry.order) > contact.rows.last().map(|row| &row.order)
    }

    /// Folds it in behind all else.
    pub(super) fn fold_into(self, contact: &mut Loaded) {
        contact.push(&self.id, &self.entry, self.body);
    }

    /// Whether both are one entry, of which the other is the original.
    fn is_copy_of(&self, other: &Self) -> bool {
        self.resealed
            && !other.resealed
            && self.entry.order.hlc == other.entry.order.hlc
            && self.body.text() == other.body.text()
    }
}

impl<S: Store> Engine<S> {
    /// A contact with `new` entries in it. Voids count that are by `authority`.
    pub(super) async fn fold_in(
        &self,
        mut old: Rc<Loaded>,
        mut new: Vec<Piece>,
        authority: Option<&ReplicaId>,
    ) -> Result<Rc<Loaded>, Error> {
        sort::sort(&mut new, |a, b| a.entry.order.cmp(&b.entry.order));
        let plain = new.iter().all(Piece::is_plain);
        if plain && new.first().is_none_or(|first| first.is_after(&old)) {
            let contact = Rc::make_mut(&mut old);
            for piece in new {
                piece.fold_into(contact);
            }
            return Ok(old);
        }
        let mut pieces = new;
        for row in self.rows_of(&old).await? {
            pieces.push(Piece::of(&row)?);
        }
        Ok(Rc::new(fold_again(&old, pieces, authority)))
    }

    /// A contact of which nothing is left but tombstones.
    pub(super) async fn fold_tombstones(
        &self,
        name: &ContactName,
        mut tombstones: Vec<Piece>,
        authority: Option<&ReplicaId>,
    ) -> Result<Rc<Loaded>, Error> {
        let old = self.load(name).await?;
        if old.state.status == Status::Erased {
            for row in &old.rows {
                tombstones.push(Piece::of(row)?);
            }
        }
        Ok(Rc::new(fold_again(&old, tombstones, authority)))
    }
}

/// The contact that `pieces` make, in their order. It keeps what is this device's own: which version
/// its callers know, and what is stored of it.
pub(super) fn fold_again(
    old: &Loaded,
    mut pieces: Vec<Piece>,
    authority: Option<&ReplicaId>,
) -> Loaded {
    sort::sort(&mut pieces, |a, b| a.entry.order.cmp(&b.entry.order));
    pieces.dedup_by(|later, earlier| later.entry.order == earlier.entry.order);
    let voided = voids(&pieces, authority);
    let mut contact = Loaded {
        state: Contact::unknown(old.state.name.clone(), ContactId::default()),
        as_of: old.as_of,
        folds: old.folds + 1,
        has_agenda: old.has_agenda,
        ..Loaded::default()
    };
    for piece in &pieces {
        let void = voided.get(&piece.entry.order.id()).cloned();
        let copy = piece.resealed && pieces.iter().any(|other| piece.is_copy_of(other));
        if void.is_some() || copy {
            let mut row = Row::of(&piece.entry, piece.body.clone());
            (row.voided, row.copy, row.resealed) = (void, copy, piece.resealed);
            contact.keep(row);
            continue;
        }
        contact.push(&piece.id, &piece.entry, piece.body.clone());
        if piece.resealed
            && let Some(row) = contact.rows.last_mut()
        {
            Rc::make_mut(row).resealed = true;
        }
    }
    contact.state.version = version_after(&old.state, &mut contact.state);
    contact
}

/// The entries that do not count.
fn voids(pieces: &[Piece], authority: Option<&ReplicaId>) -> Map<EntryId, Voided> {
    let mut voided = Map::new();
    for piece in pieces {
        if let Event::EntryVoided(data) = &piece.entry.fact.event
            && Some(&piece.entry.order.replica) == authority
        {
            let (by, reason) = (piece.entry.fact.by.name.clone(), data.reason.clone());
            voided.insert(data.entry.clone(), Voided { by, reason });
        }
    }
    voided
}

/// A version that callers of this device have not seen for another state.
fn version_after(old: &Contact, new: &mut Contact) -> u64 {
    let folded = std::mem::replace(&mut new.version, old.version);
    if *new == *old { old.version } else { folded.max(old.version + 1) }
}
