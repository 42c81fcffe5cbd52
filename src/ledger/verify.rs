//! The check of a log, line by line, in memory that does not grow with it: form, body, chain and
//! tree are recomputed from the bytes as they stand.

use super::hash::Hash;
use super::line::{Header, Line};
use super::log::Log;
use crate::ids::{ContactName, ReplicaId, Seq};
use crate::map::{Hashed, Texts};

/// The first entry that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstBad {
    /// Its place.
    pub seq: Seq,
    /// Why, for people.
    pub reason: &'static str,
}

/// What the check of one replica's log found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogReport {
    /// Whose log.
    pub replica: ReplicaId,
    /// How many lines there are.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
    /// Bodies gone whose contact has a tombstone.
    pub erased: u64,
    /// Bodies gone whose contact has none.
    pub missing: u64,
    /// The first that does not fit.
    pub first_bad: Option<FirstBad>,
    /// Whether lines are missing at the end.
    pub truncated: bool,
}

impl LogReport {
    /// Whether nothing changed, is missing or cut.
    pub fn ok(&self) -> bool {
        self.first_bad.is_none() && self.missing == 0 && !self.truncated
    }
}

/// Takes the lines of one replica's log, in the order of seq, and reports at the end.
#[derive(Debug)]
pub struct Verifier {
    book: String,
    replica: ReplicaId,
    log: Log,
    first_bad: Option<FirstBad>,
    /// The line before, if its own link did not fit: the next link tells whether it or the one before it is bad.
    suspect: Option<Seq>,
    /// Lines without a body by contact: how many, and the first. Without a contact there is no tombstone.
    bare: Hashed<(u64, Seq)>,
    tombstones: Texts,
}

impl Verifier {
    /// Checks the log of `replica` in `book`.
    pub fn new(book: String, replica: ReplicaId) -> Self {
        Self {
            book,
            replica,
            log: Log::default(),
            first_bad: None,
            suspect: None,
            bare: Hashed::default(),
            tombstones: Texts::default(),
        }
    }

    /// Takes the next line.
    pub fn line(&mut self, bytes: &[u8]) {
        let seq = Seq(self.log.size());
        match Line::parse(bytes) {
            Err(reason) => {
                self.bad(seq, reason);
                self.log.push(Hash::leaf(bytes));
            }
            Ok(line) => {
                let linked = line.header.prev == self.log.last;
                self.settle(!linked);
                match self.fault(&line, seq) {
                    Some(reason) => self.bad(seq, reason),
                    None if !linked => self.suspect = Some(seq),
                    None => {}
                }
                self.note(&line, seq);
                self.log.push(line.leaf());
            }
        }
    }

    /// What was found. `expected` is the head that the log must have, where one is known.
    pub fn finish(mut self, expected: Option<&Log>) -> LogReport {
        self.settle(expected.is_some_and(|log| log.last != self.log.last));
        let missing: u64 = self.unexplained().map(|(count, _)| count).sum();
        let first_missing = self.unexplained().map(|(_, seq)| *seq).min();
        let bare: u64 = self.bare.iter().map(|(_, (count, _))| count).sum();
        let erased = bare - missing;
        if let Some(seq) = first_missing {
            self.bad(seq, "the body is gone without a tombstone");
        }
        let truncated = expected.is_some_and(|log| log.size() > self.log.size());
        if let (Some(log), None, false) = (expected, &self.first_bad, truncated)
            && *log != self.log
        {
            self.bad(Seq(self.log.size().saturating_sub(1)), "the log's head is another one");
        }
        LogReport {
            replica: self.replica,
            size: self.log.size(),
            root: self.log.edge.root(),
            erased,
            missing,
            first_bad: self.first_bad,
            truncated,
        }
    }

    fn unexplained(&self) -> impl Iterator<Item = &(u64, Seq)> {
        let bare = self.bare.iter();
        bare.filter(|(contact, _)| contact.is_empty() || !self.tombstones.contains_key(contact))
            .map(|(_, found)| found)
    }

    /// If only the link from a line to the next breaks, that line is bad; if both links of a line
    /// break, it is.
    fn settle(&mut self, next_link_broken: bool) {
        if let Some(suspect) = self.suspect.take() {
            let culprit = if next_link_broken { suspect.0 } else { suspect.0.saturating_sub(1) };
            self.bad(Seq(culprit), "it and the entry beside it do not link");
        }
    }

    fn fault(&self, line: &Line<'_>, seq: Seq) -> Option<&'static str> {
        let Header { book, replica, v, .. } = &line.header;
        let tests = [
            (*v == Header::VERSION, "a version that is not known"),
            (*book == self.book, "an entry of another book"),
            (*replica == self.replica, "an entry of another replica"),
            (line.header.seq == seq, "not the next seq"),
            (line.is_canonical(), "not in canonical form"),
            (line.body_fits(), "the body is not the one that the header promises"),
        ];
        tests.into_iter().find(|(fits, _)| !fits).map(|(_, reason)| reason)
    }

    fn note(&mut self, line: &Line<'_>, seq: Seq) {
        if line.body.is_none() {
            let contact = line.header.contact.as_ref().map_or("", ContactName::as_str);
            self.bare.get_or_insert_with(contact, || (0, seq)).0 += 1;
        } else if line.header.kind == "contact.erased" {
            let contact = line.header.contact.as_ref().map_or("", ContactName::as_str);
            self.tombstones.note(contact);
        }
    }

    fn bad(&mut self, seq: Seq, reason: &'static str) {
        if self.first_bad.as_ref().is_none_or(|bad| seq < bad.seq) {
            self.first_bad = Some(FirstBad { seq, reason });
        }
    }
}
