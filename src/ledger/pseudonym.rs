//! The names that stand in clear: keyed hashes of the host's ids. Two devices that share the book's
//! name and secret give a contact the same one.

use super::hash::Hash;
use crate::ids::{ActorId, ActorName, ContactId, ContactName, pseudonym};
use crate::map::Hashed;
use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

/// Makes names under a book's key. Actors' names are remembered, since the same few people write
/// most entries; clones share what is remembered.
#[derive(Clone)]
pub struct Pseudonyms {
    key: Hmac<Sha256>,
    actors: Rc<RefCell<Hashed<ActorName>>>,
}

/// Actors remembered before all are forgotten again.
const REMEMBERED: usize = 1_000;

impl fmt::Debug for Pseudonyms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pseudonyms")
    }
}

impl Pseudonyms {
    /// The names of `book` under `secret`, which may be empty.
    pub fn new(book: &str, secret: &str) -> Self {
        let key = Hash::of(&[b"stagebook/key/v1\0", book.as_bytes(), b"\0", secret.as_bytes()]);
        // A key shorter than the hash's block is filled up with zeros (RFC 2104).
        let mut block = [0; 64];
        block[..32].copy_from_slice(&key.0);
        Self { key: Hmac::<Sha256>::new(&block.into()), actors: Rc::default() }
    }

    /// A contact's name.
    pub fn contact(&self, id: &ContactId) -> ContactName {
        ContactName::of_hash(&self.hash("contact", id.as_str()))
    }

    /// An actor's name.
    pub fn actor(&self, id: &ActorId) -> ActorName {
        if let Some(name) = self.actors.borrow().get(id.as_str()) {
            return name.clone();
        }
        let name = ActorName::of_hash(&self.hash("actor", id.as_str()));
        let mut actors = self.actors.borrow_mut();
        if actors.len() >= REMEMBERED {
            actors.clear();
        }
        actors.insert(id.as_str(), name.clone());
        name
    }

    /// 22 characters for an id of another sort.
    pub fn name(&self, sort: &str, id: &str) -> String {
        pseudonym(&self.hash(sort, id))
    }

    fn hash(&self, sort: &str, id: &str) -> [u8; 32] {
        self.mac(&[sort.as_bytes(), b"\0", id.as_bytes()])
    }

    /// What a database keeps to know its key again.
    pub fn check(&self) -> String {
        Base64UrlUnpadded::encode_string(&self.mac(&[b"check"]))
    }

    /// A keyed fingerprint of a command's payload, so that what is kept of it can't be guessed at.
    pub fn fingerprint(&self, payload: &[u8]) -> String {
        Base64UrlUnpadded::encode_string(&self.mac(&[b"payload\0", payload]))
    }

    fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.key.clone();
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_has_the_same_name_on_every_device_and_another_in_another_book() {
        let id = ContactId::new("c-1");
        let name = Pseudonyms::new("crm", "s").contact(&id);
        assert_eq!(name.as_str().len(), 22);
        assert_eq!(name, Pseudonyms::new("crm", "s").contact(&id));
        assert_ne!(name, Pseudonyms::new("crm2", "s").contact(&id));
        assert_ne!(name, Pseudonyms::new("crm", "t").contact(&id));
        assert_ne!(name.as_str(), Pseudonyms::new("crm", "s").actor(&ActorId::new("c-1")).as_str());
    }
}
