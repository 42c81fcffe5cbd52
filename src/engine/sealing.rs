//! Facts made entries of this device's log: salted, sealed, and folded into the contacts of a commit in
//! the making, which alone holds them until it succeeds. Nothing is decided here or written to the store.

use super::Engine;
use super::applying::{self, Pieces};
use super::book::TailEntry;
use super::work::Work;
use super::write::WrittenEntry;
use crate::command::Actor;
use crate::error::{Error, Fault};
use crate::event::Fact;
use crate::ids::{ContactId, ContactName, DefinitionHash};
use crate::ledger::{Line, Salt, Sealed};
use crate::map::Texts;
use crate::project::RowBody;
use crate::store::Store;
use std::rc::Rc;

impl<S: Store> Engine<S> {
    /// Seals facts about one contact and folds them in.
    pub(super) fn seal_facts(
        &self,
        facts: Vec<Fact>,
        name: &ContactName,
        id: &ContactId,
        work: &mut Work,
    ) -> Result<Vec<WrittenEntry>, Error> {
        let mut written = Vec::with_capacity(facts.len());
        for fact in facts {
            let salt = self.salt(work);
            let (entry, sealed) = work.seal.fact(fact, (name, id), work.now, &salt);
            let entry = Rc::new(entry);
            let body = body_of(&sealed)?;
            let loaded = Rc::make_mut(work.contacts.get_or_insert_with(name.as_str(), Rc::default));
            loaded.state.name = name.clone();
            loaded.push(id, &entry, body.clone());
            if let [.., before, last] = loaded.rows.as_slice()
                && before.order > last.order
            {
                work.late.note(name.as_str());
            }
            let row = loaded.rows.last().cloned();
            work.lines.push(sealed.line);
            written.extend(row.map(|row| (row, entry.clone())));
            let commit = work.number;
            work.entries.push((name.clone(), TailEntry { commit, id: id.clone(), entry, body }));
        }
        Ok(written)
    }

    /// Folds entries in before what comes after them: of a clock that was ahead, and is known of.
    pub(super) async fn put_in_place(&self, work: &mut Work) -> Result<(), Error> {
        let mut pieces = Pieces::default();
        for line in &work.lines {
            let line = Line::parse(line).map_err(applying::unreadable)?;
            let name = line.header.contact.as_ref().map_or("", ContactName::as_str);
            if work.late.contains_key(name) {
                applying::note(&mut pieces, &line)?;
            }
        }
        let (sync, created) = (self.shared.borrow().head.sync.clone(), work.created);
        self.fold_all(pieces, &Texts::default(), &sync, work).await?;
        // The entries are counted themselves.
        work.created = created;
        Ok(())
    }

    /// Seals the definition before the first entry that uses it.
    pub(super) fn seal_definition(
        &self,
        (hash, canonical): (DefinitionHash, Vec<u8>),
        actor: &Actor,
        work: &mut Work,
    ) {
        let salt = self.salt(work);
        let sealed = work.seal.definition(hash.clone(), &canonical, &actor.id, work.now, &salt);
        work.lines.push(sealed.line);
        work.definitions.push((hash, canonical));
    }

    /// The next salt; randomness is asked for in bulk.
    fn salt(&self, work: &mut Work) -> Salt {
        if work.salts.is_empty() {
            let mut bytes = vec![0; 32 * 64];
            self.world.random(&mut bytes);
            work.salts = bytes.chunks_exact(32).filter_map(|salt| salt.try_into().ok()).collect();
        }
        work.salts.pop().unwrap_or_default()
    }
}

/// The body's bytes of a line just sealed.
fn body_of(sealed: &Sealed) -> Result<RowBody, Error> {
    let body = std::str::from_utf8(&sealed.line[sealed.body.clone()]);
    body.map(RowBody::new).map_err(|_| unreadable())
}

fn unreadable() -> Error {
    Fault::Internal("an entry is not UTF-8".to_owned()).into()
}
