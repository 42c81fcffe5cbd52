//! What a server makes of a batch: whether it goes on from what is known of its log, which of its
//! entries do not count, and the server's own entries that say so. What it comes to is stored in one
//! transaction, or not at all.

use super::authority::{Authority, Mark, Requester, moved};
use super::batch::{Batch, Incoming};
use crate::error::BatchFault;
use crate::event::{By, ByKind, ContactErased, EntryVoided, Event, Fact, Hlc};
use crate::ids::{ActorId, ContactId, ContactName, EntryId, ReplicaId, Seq};
use crate::json;
use crate::ledger::{Checkpoint, Hash, Header, Line, Log, Pseudonyms, Salt, Seal, origin};
use crate::map::Map;
use crate::time::Instant;
use base64ct::{Base64UrlUnpadded, Encoding};

const ERASED: &str = "contact.erased";

/// A book on its server.
#[derive(Debug)]
pub struct Book {
    /// Its name.
    pub name: String,
    /// Its key.
    pub names: Pseudonyms,
    /// Its rules.
    pub authority: Authority,
    /// Whom the server's own entries are by.
    pub by: By,
}

/// A batch that is sound in itself.
#[derive(Debug)]
pub struct Pushed {
    /// Whose log it is a part of.
    pub replica: ReplicaId,
    from: u64,
    checkpoint: String,
    items: Vec<Item>,
}

/// A line, owned.
#[derive(Debug)]
struct Item {
    header: Header,
    text: String,
    leaf: Hash,
    body: Option<(String, Salt)>,
    fact: Option<(Fact, Option<ContactId>)>,
}

record! {
    /// The head of the server's own log.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct Own {
        /// Its last clock reading.
        pub hlc: Option<Hlc> = "hlc",
        /// The log.
        pub log: Log = "log" or default,
        /// Its id.
        pub replica: ReplicaId = "replica",
    }
}

record! {
    /// What is stored that a batch meets.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct Known {
        /// The contacts that it is about.
        pub contacts: Map<String, Mark> = "contacts" or default,
        /// Of a batch that ends within the log, the header at its last place.
        pub header: Option<String> = "header",
        /// The log that it is a part of.
        pub log: Log = "log" or default,
        /// The present, in milliseconds.
        pub now: i64 = "now",
        /// The server's own log.
        pub own: Own = "own",
    }
}

shape! {
    /// A line to be stored, in parts.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Kept {
        /// The body's bytes, unless they are gone.
        pub body: Option<String> = "body",
        /// Whom it is about.
        pub contact: Option<ContactName> = "contact",
        /// The header's bytes.
        pub header: String = "header",
        /// What it is.
        pub kind: String = "kind",
        /// Whose log it is in.
        pub replica: ReplicaId = "replica",
        /// Root of the log's tree after it, in base64.
        pub root: String = "root",
        /// The salt, as in the line.
        pub salt: Option<String> = "salt",
        /// Its place in the log.
        pub seq: Seq = "seq",
    }
}

shape! {
    /// An entry that does not count.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Rejected {
        /// Why.
        pub reason: &'static str = "reason",
        /// Which.
        pub seq: u64 = "seq",
    }
}

shape! {
    /// What becomes of a batch.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct Verdict {
        /// How many of its lines are held.
        pub accepted: u64 = "accepted",
        /// What is remembered of contacts from now on.
        pub contacts: Map<String, Mark> = "contacts" or null,
        /// Contacts whose bodies go.
        pub erased: Vec<ContactName> = "erased",
        /// Of a gap, the place of the first line that is missing.
        pub expected: Option<u64> = "expected",
        /// What is stored, in this order; the server's own lines come last.
        pub lines: Vec<Kept> = "lines",
        /// The batch's log after it.
        pub log: Log = "log",
        /// The server's own log after it.
        pub own: Own = "own",
        /// Those of its entries that do not count.
        pub rejected: Vec<Rejected> = "rejected",
    }
}

impl Pushed {
    /// The place after its last line.
    pub fn end(&self) -> u64 {
        self.from + self.items.len() as u64
    }

    /// Whom it is about, each once.
    pub fn contacts(&self) -> Vec<&ContactName> {
        let mut found: Map<&ContactName, ()> = Map::new();
        for name in self.items.iter().filter_map(|item| item.header.contact.as_ref()) {
            found.insert(name, ());
        }
        found.keys().copied().collect()
    }
}

impl Book {
    /// Reads a batch, as JSON text.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn read(&self, text: &str) -> Result<Pushed, BatchFault> {
        let batch: Batch = json::read(text).map_err(|_| BatchFault::Shape)?;
        let lines = batch.read(&self.name)?;
        let items = lines.into_iter().map(|line| self.item(line)).collect::<Result<_, _>>()?;
        let Batch { replica, from, checkpoint, .. } = batch;
        Ok(Pushed { replica, from: from.0, checkpoint, items })
    }

    /// The names in the header are made of the ids in the body, under this book's key.
    fn item(&self, Incoming { line, leaf, fact, .. }: Incoming<'_>) -> Result<Item, BatchFault> {
        let Line { header, header_bytes, body, .. } = line;
        if let Some((fact, contact)) = &fact {
            let contact = contact.as_ref().map(|id| self.names.contact(id));
            let named = contact.is_none() || contact == header.contact;
            if !named || self.names.actor(&fact.by.id) != header.by {
                let reason = "a name in the header is not made of the body's id";
                return Err(BatchFault::Line { seq: header.seq.0, reason });
            }
        }
        let body = body.map(|(body, salt)| (body.to_owned(), salt));
        Ok(Item { header, text: header_bytes.to_owned(), leaf, body, fact })
    }

    /// What becomes of a batch that comes from `requester`. Whose salts are `salt`'s are the server's own
    /// entries.
    ///
    /// # Errors
    /// `fork`, or why it is not stored.
    pub fn judge(
        &self,
        pushed: &Pushed,
        known: Known,
        requester: &Requester,
        salt: &dyn Fn() -> Salt,
    ) -> Result<Verdict, BatchFault> {
        let size = known.log.size();
        if pushed.from > size {
            let (expected, log, own) = (Some(size), known.log, known.own);
            return Ok(Verdict { expected, log, own, ..Verdict::default() });
        }
        let new = &pushed.items[new_from(pushed, &known)?..];
        let now = Instant::from_millis(known.now);
        if new.iter().any(|item| item.header.hlc.is_ahead(now)) {
            let reason = "its clock is more than a day ahead";
            return Err(BatchFault::Line { seq: size, reason });
        }
        let mut judging = Judging::of(self, known, new, salt);
        for item in new {
            judging.take(item, requester);
        }
        let said = Checkpoint {
            origin: origin(&self.name, &pushed.replica),
            size: pushed.end(),
            root: judging.verdict.log.edge.root(),
        };
        if !new.is_empty() && said.text() != pushed.checkpoint {
            return Err(BatchFault::Checkpoint);
        }
        judging.verdict.accepted = pushed.items.len() as u64;
        Ok(judging.finish())
    }

    /// A tombstone by the host, onto the server's own log.
    pub fn bury(
        &self,
        own: Own,
        (contact, entries): (&ContactName, u64),
        (by, reason): (By, Option<String>),
        now: i64,
        salt: &dyn Fn() -> Salt,
    ) -> Verdict {
        let known = Known { own, now, ..Known::default() };
        let mut judging = Judging::of(self, known, &[], salt);
        let event = Event::ContactErased(ContactErased { entries, reason });
        let tombstone = Fact { by, occurred_at: None, source: None, definition: None, event };
        judging.say(tombstone, contact, &ContactId::default());
        judging.verdict.contacts.insert(contact.to_string(), Mark { erased: true, moved: None });
        judging.verdict.erased.push(contact.clone());
        judging.finish()
    }

    /// The server itself as an actor.
    pub fn server(name: &str) -> By {
        By { id: ActorId::new("server"), name: name.to_owned(), kind: ByKind::System }
    }
}

/// Where the lines begin that are new. What is known must be the same.
fn new_from(pushed: &Pushed, known: &Known) -> Result<usize, BatchFault> {
    let size = known.log.size();
    let first = usize::try_from(size - pushed.from).unwrap_or(usize::MAX).min(pushed.items.len());
    let same = match first.checked_sub(1).map(|last| &pushed.items[last]) {
        None => pushed.items.first().is_none_or(|item| item.header.prev == known.log.last),
        // Lines are linked: where the last is the same, all before it are.
        Some(last) if pushed.from + first as u64 == size => Some(last.leaf) == known.log.last,
        Some(last) => known.header.as_ref() == Some(&last.text),
    };
    let is_own = pushed.replica == known.own.replica && first < pushed.items.len();
    if same && !is_own { Ok(first) } else { Err(BatchFault::Fork) }
}

/// A verdict in the making.
struct Judging<'b> {
    book: &'b Book,
    seal: Seal,
    now: Instant,
    salt: &'b dyn Fn() -> Salt,
    said: Vec<Kept>,
    verdict: Verdict,
}

impl<'b> Judging<'b> {
    fn of(book: &'b Book, known: Known, new: &[Item], salt: &'b dyn Fn() -> Salt) -> Self {
        let Own { hlc, log, replica } = known.own;
        let latest = new.iter().map(|item| item.header.hlc).max();
        let hlc = hlc.max(latest).unwrap_or_default();
        let seal = Seal::new(book.name.clone(), replica, log, hlc, book.names.clone());
        let verdict = Verdict { log: known.log, contacts: known.contacts, ..Verdict::default() };
        let now = Instant::from_millis(known.now);
        Self { book, seal, now, salt, said: Vec::new(), verdict }
    }

    fn take(&mut self, item: &Item, requester: &Requester) {
        self.verdict.log.push(item.leaf);
        let root = self.verdict.log.edge.root();
        self.verdict.lines.push(kept(&item.header, &item.text, item.body.as_ref(), root));
        let Some(name) = item.header.contact.clone() else { return };
        let mut mark = self.verdict.contacts.get(name.as_str()).cloned().unwrap_or_default();
        if mark.erased {
            return;
        }
        let fact = item.fact.as_ref().map(|(fact, _)| fact);
        let authority = &self.book.authority;
        if let Some(reason) = authority.objection(&item.header, fact, &mark, requester) {
            return self.void(item, &name, reason);
        }
        let Some(fact) = fact else { return };
        if item.header.kind == ERASED {
            mark = Mark { erased: true, moved: None };
            self.verdict.erased.push(name.clone());
        } else if let Some(moved) = moved(&item.header, fact)
            && mark.moved.as_ref().is_none_or(|last| last.hlc < moved.hlc)
        {
            mark.moved = Some(moved);
        } else {
            return;
        }
        self.verdict.contacts.insert(name.to_string(), mark);
    }

    fn void(&mut self, item: &Item, name: &ContactName, reason: &'static str) {
        let header = &item.header;
        let entry = EntryId::of(&header.replica, header.seq);
        let event = Event::EntryVoided(EntryVoided { entry, reason: reason.to_owned() });
        let by = self.book.by.clone();
        let fact = Fact { by, occurred_at: None, source: None, definition: None, event };
        let id = item.fact.as_ref().and_then(|(_, id)| id.clone()).unwrap_or_default();
        self.say(fact, name, &id);
        self.verdict.rejected.push(Rejected { reason, seq: header.seq.0 });
    }

    /// Puts an entry onto the server's own log.
    fn say(&mut self, fact: Fact, name: &ContactName, id: &ContactId) {
        let sealed = self.seal.fact(fact, (name, id), self.now, &(self.salt)()).1;
        let root = self.seal.log.edge.root();
        // What was just sealed can be cut apart.
        if let Ok(Line { header, header_bytes, body, .. }) = Line::parse(&sealed.line) {
            let body = body.map(|(body, salt)| (body.to_owned(), salt));
            self.said.push(kept(&header, header_bytes, body.as_ref(), root));
        }
    }

    fn finish(mut self) -> Verdict {
        let mut verdict = self.verdict;
        verdict.lines.append(&mut self.said);
        for line in &mut verdict.lines {
            let mark = line.contact.as_ref().and_then(|name| verdict.contacts.get(name.as_str()));
            if line.kind != ERASED && mark.is_some_and(|mark| mark.erased) {
                (line.body, line.salt) = (None, None);
            }
        }
        let Seal { hlc, log, replica, .. } = self.seal;
        verdict.own = Own { hlc: Some(hlc), log, replica };
        verdict
    }
}

fn kept(header: &Header, text: &str, body: Option<&(String, Salt)>, root: Hash) -> Kept {
    let (body, salt) = body.map(|(body, salt)| (body.clone(), salt)).unzip();
    Kept {
        body,
        contact: header.contact.clone(),
        header: text.to_owned(),
        kind: header.kind.clone(),
        replica: header.replica.clone(),
        root: root.to_base64(),
        salt: salt.map(|salt| Base64UrlUnpadded::encode_string(salt)),
        seq: header.seq,
    }
}
