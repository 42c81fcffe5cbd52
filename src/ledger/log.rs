//! The head of one replica's log, and how an entry is put onto it.

use super::hash::Hash;
use super::line::{Header, Line, Salt, Sealed};
use super::pseudonym::Pseudonyms;
use super::tree::Edge;
use crate::event::{DEFINITION_ADDED, Entry, Fact, Hlc};
use crate::ids::{ActorId, ContactId, ContactName, DefinitionHash, ReplicaId, Seq};
use crate::json::ToJson;
use crate::time::Instant;

record! {
    /// How long a log is, its tree's right edge, and its last leaf.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Log {
        /// The tree.
        pub edge: Edge = "edge",
        /// Leaf hash of the last entry.
        pub last: Option<Hash> = "last",
    }
}

impl Log {
    /// How many entries it has.
    pub fn size(&self) -> u64 {
        self.edge.size()
    }

    /// Takes in the next entry's leaf hash.
    pub fn push(&mut self, leaf: Hash) {
        self.edge.push(leaf);
        self.last = Some(leaf);
    }

    /// Takes in an entry that is stored already. Its chain was checked when it came.
    pub fn follow(&mut self, line: &Line<'_>) {
        self.push(line.leaf());
    }
}

/// JSON as it was written.
struct Written<'w>(&'w [u8]);

impl ToJson for Written<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0);
    }
}

/// Puts entries onto this device's log.
#[derive(Clone, Debug)]
pub struct Seal {
    /// The book's name.
    pub book: String,
    /// This device.
    pub replica: ReplicaId,
    /// The head.
    pub log: Log,
    /// The last clock reading.
    pub hlc: Hlc,
    pseudonyms: Pseudonyms,
}

impl Seal {
    /// Goes on from `log`.
    pub fn new(
        book: String,
        replica: ReplicaId,
        log: Log,
        hlc: Hlc,
        pseudonyms: Pseudonyms,
    ) -> Self {
        Self { book, replica, log, hlc, pseudonyms }
    }

    /// Seals a fact about a contact.
    pub fn fact(
        &mut self,
        fact: Fact,
        contact: (&ContactName, &ContactId),
        now: Instant,
        salt: &Salt,
    ) -> (Entry, Sealed) {
        let header = Header {
            contact: Some(contact.0.clone()),
            definition: fact.definition.clone(),
            ..self.header(fact.event.kind(), &fact.by.id, now)
        };
        let order = header.order();
        let sealed = Sealed::new(header, &fact.body(contact.1), salt);
        self.log.push(sealed.leaf);
        (Entry { order, at: now, fact }, sealed)
    }

    /// Seals a definition: its canonical JSON is the body.
    pub fn definition(
        &mut self,
        hash: DefinitionHash,
        canonical: &[u8],
        by: &ActorId,
        now: Instant,
        salt: &Salt,
    ) -> Sealed {
        let header = Header { definition: Some(hash), ..self.header(DEFINITION_ADDED, by, now) };
        let sealed = Sealed::new(header, &Written(canonical), salt);
        self.log.push(sealed.leaf);
        sealed
    }

    /// The place that the entry after `ahead` others will have.
    pub fn upcoming(&self, ahead: usize) -> Seq {
        Seq(self.log.size() + ahead as u64)
    }

    fn header(&mut self, kind: &str, by: &ActorId, now: Instant) -> Header {
        self.hlc = self.hlc.tick(now);
        Header {
            at: now,
            body: Hash([0; 32]),
            book: self.book.clone(),
            by: self.pseudonyms.actor(by),
            contact: None,
            definition: None,
            hlc: self.hlc,
            kind: kind.to_owned(),
            prev: self.log.last,
            replica: self.replica.clone(),
            seq: Seq(self.log.size()),
            v: Header::VERSION,
            was: None,
        }
    }
}
