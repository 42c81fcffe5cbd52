//! Entries of other devices put in their places. What comes after all that is known of a contact is
//! folded in as an own entry is; what comes in between, and whatever voids another entry, has that
//! one contact folded again from its beginning.

use super::Engine;
use super::loaded::Loaded;
use crate::error::Error;
use crate::event::{Entry, Event, Order};
use crate::ids::{ContactId, ContactName, EntryId, LeafHash, ReplicaId};
use crate::ledger::{Hash, Line};
use crate::map::{Map, Texts};
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
    /// Its leaf hash, where its line is not in the log yet.
    pub leaf: Option<Hash>,
    /// Of one that was sealed again, the original's leaf hash,
    pub was: Option<LeafHash>,
    /// and whether another piece counts in its stead.
    pub copy: bool,
}

impl Piece {
    pub(super) fn of(row: &Row) -> Result<Self, Error> {
        let (entry, id) = row.entry()?;
        let (id, body) = (id.unwrap_or_default(), row.body.clone());
        Ok(Self { id, entry, body, leaf: None, was: row.was.clone(), copy: row.copy })
    }

    /// Whether it changes nothing about other entries.
    pub(super) fn is_plain(&self) -> bool {
        self.was.is_none() && !matches!(self.entry.fact.event, Event::EntryVoided(_))
    }

    /// Whether it comes after all that is known of a contact, and is the original of none of it.
    pub(super) fn is_after(&self, contact: &Loaded) -> bool {
        !contact.resealed && Some(&self.entry.order) > contact.rows.last().map(|row| &row.order)
    }

    /// Folds it in behind all else.
    pub(super) fn fold_into(self, contact: &mut Loaded) {
        contact.push(&self.id, &self.entry, self.body);
    }

    /// What pieces have in common that are one entry, whose original has that leaf hash.
    fn key(&self, original: &str) -> String {
        [original, self.body.text()].concat()
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
        in_order(&mut new);
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
        self.fold_anew(&old, pieces, authority).await
    }

    /// A contact of which nothing is left but tombstones. The last one stays, copy or not: what came
    /// before it is not known any more.
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
        in_order(&mut tombstones);
        Ok(Rc::new(fold_again(&old, &tombstones, authority)))
    }

    /// The contact that `pieces` make.
    pub(super) async fn fold_anew(
        &self,
        old: &Loaded,
        mut pieces: Vec<Piece>,
        authority: Option<&ReplicaId>,
    ) -> Result<Rc<Loaded>, Error> {
        in_order(&mut pieces);
        self.tell_copies(&mut pieces).await?;
        Ok(Rc::new(fold_again(old, &pieces, authority)))
    }

    /// Finds entries that were sealed again and whose original is here, too, or an earlier copy of it.
    /// What was found once stays so. Only texts that occur twice have lines looked at.
    async fn tell_copies(&self, pieces: &mut [Piece]) -> Result<(), Error> {
        let (mut texts, mut known) = (Texts::default(), Texts::default());
        for piece in pieces.iter().filter(|piece| piece.was.is_some() && !piece.copy) {
            texts.note(piece.body.text());
        }
        for piece in pieces.iter().filter(|piece| piece.was.is_none()) {
            if texts.contains_key(piece.body.text()) {
                let Order { replica, seq, .. } = &piece.entry.order;
                let lines = match piece.leaf {
                    None => self.lines(replica, *seq, 1).await?,
                    Some(_) => Vec::new(),
                };
                let stored = lines.first().and_then(|line| Line::leaf_of(line));
                let leaf = piece.leaf.or(stored).map(Hash::to_base64);
                known.note(&piece.key(&leaf.unwrap_or_default()));
            }
        }
        for piece in pieces.iter_mut().filter(|piece| !piece.copy) {
            let key = piece.was.as_ref().map(|was| piece.key(was.as_str()));
            piece.copy = key.is_some_and(|key| !known.note(&key));
        }
        Ok(())
    }
}

/// Each once.
fn in_order(pieces: &mut Vec<Piece>) {
    sort::sort(pieces, |a, b| a.entry.order.cmp(&b.entry.order));
    pieces.dedup_by(|later, earlier| later.entry.order == earlier.entry.order);
}

/// The contact that `pieces` make, which are in their order. It keeps what is this device's own: which version
/// its callers know, and what is stored of it.
fn fold_again(old: &Loaded, pieces: &[Piece], authority: Option<&ReplicaId>) -> Loaded {
    let voided = voids(pieces, authority);
    let mut contact = Loaded {
        state: Contact::unknown(old.state.name.clone(), ContactId::default()),
        as_of: old.as_of,
        folds: old.folds + 1,
        has_agenda: old.has_agenda,
        resealed: pieces.iter().any(|piece| piece.was.is_some()),
        ..Loaded::default()
    };
    for piece in pieces {
        let void = voided.get(&piece.entry.order.id()).cloned();
        if void.is_some() || piece.copy {
            let mut row = Row::of(&piece.entry, piece.body.clone());
            (row.voided, row.copy, row.was) = (void, piece.copy, piece.was.clone());
            contact.keep(row);
            continue;
        }
        contact.push(&piece.id, &piece.entry, piece.body.clone());
        if let Some(row) = contact.rows.last_mut().filter(|_| piece.was.is_some()) {
            Rc::make_mut(row).was.clone_from(&piece.was);
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
