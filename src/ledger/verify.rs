//! The check of one log, line by line, in memory that does not grow with it: form, body, chain and
//! tree are recomputed from the bytes as they stand, and the fault is put where it is.

use super::checkpoint::Checkpoint;
use super::hash::Hash;
use super::line::{Header, Line};
use super::log::Log;
use super::naming::{Name, Naming};
use crate::ids::{ContactName, ReplicaId, Seq};
use crate::map::{Hashed, Texts};

/// The first entry that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstBad {
    /// Its place. What ends a log, its checkpoint, has the place after the last entry.
    pub seq: Seq,
    /// Why, for people.
    pub reason: &'static str,
}

/// What the check of one replica's log found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogReport {
    /// Whose log; without a name where no line could be read.
    pub name: Name,
    /// How many lines there were.
    pub entries: u64,
    /// How many entries the log has up to the last of them.
    pub size: u64,
    /// The root of the tree over them; none of lines that begin later than the log does.
    pub root: Option<Hash>,
    /// Bodies gone whose contact has a tombstone.
    pub erased: u64,
    /// Bodies not given to a reader who may not see their contact.
    pub withheld: u64,
    /// Bodies gone without either.
    pub missing: u64,
    /// The first that does not fit.
    pub first_bad: Option<FirstBad>,
    /// Whether lines are missing at the end, or may be.
    pub truncated: bool,
}

const STRANGER: &str = "an entry of another book or replica";

impl LogReport {
    /// Whether nothing changed, is missing or cut.
    pub fn ok(&self) -> bool {
        self.first_bad.is_none() && self.missing == 0 && !self.truncated
    }
}

/// Takes the lines of one replica's log, in the order of seq, and reports at the end.
#[derive(Debug, Default)]
pub struct Verifier {
    pub(super) naming: Naming,
    /// The seq of the first line: others than 0 are of a log that is not here from its beginning.
    start: u64,
    log: Log,
    first_bad: Option<FirstBad>,
    /// The line before, if its own link did not fit: the next link tells whether it or the one before it is bad.
    suspect: Option<Seq>,
    /// Lines without a body by contact: how many, and the first. Without a contact there is no tombstone.
    bare: Hashed<(u64, Seq)>,
    tombstones: Texts,
    /// Heads known from elsewhere that are still to come, the nearest last.
    known: Vec<Checkpoint>,
    /// The size that was last found to be that of a known head.
    confirmed: Option<u64>,
    /// Whether its head has come.
    ended: bool,
    is_cut: bool,
}

impl Verifier {
    /// Checks the log of that name. `known` are heads known from elsewhere, of this log or others.
    pub fn new(name: Name, known: &[Checkpoint]) -> Self {
        let mut verifier = Self { naming: Naming::sure(name), ..Self::default() };
        verifier.expect_known(known);
        verifier
    }

    /// Picks the heads that are to be compared with this log from now on.
    pub(super) fn expect_known(&mut self, known: &[Checkpoint]) {
        let about = |head: &&Checkpoint| {
            head.size >= self.log.size()
                && self.naming.name.as_ref().is_some_and(|name| head.log() == Some(name.parts()))
        };
        self.known = known.iter().filter(about).cloned().collect();
        crate::sort::sort(&mut self.known, |a, b| b.size.cmp(&a.size));
        self.compare_known();
    }

    fn compare_known(&mut self) {
        while let Some(head) =
            self.known.pop_if(|head| self.start == 0 && head.size == self.log.size())
        {
            if head.root == self.log.edge.root() {
                self.confirmed = Some(head.size);
            } else {
                self.bad(Seq(head.size.saturating_sub(1)), "the log is not that of a known head");
            }
        }
    }

    /// The place after the last line.
    pub(super) fn end(&self) -> Seq {
        Seq(self.start + self.log.size())
    }

    /// Leaf hash of the last line.
    pub(super) fn last(&self) -> Option<Hash> {
        self.log.last
    }

    /// Whether it is the log of `replica`.
    pub fn is_of(&self, replica: &ReplicaId) -> bool {
        self.naming.name.as_ref().is_some_and(|name| name.replica == *replica)
    }

    /// Whether its head has come.
    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }

    /// Takes the next line.
    pub fn line(&mut self, bytes: &[u8]) {
        match Line::parse(bytes) {
            Ok(line) => self.entry(&line),
            Err(reason) => self.unreadable(bytes, reason),
        }
    }

    /// Takes a line that is no entry.
    pub(super) fn unreadable(&mut self, bytes: &[u8], reason: &'static str) {
        self.bad(self.end(), reason);
        self.push(Hash::leaf(bytes));
    }

    pub(super) fn entry(&mut self, line: &Line<'_>) {
        if self.log.size() == 0 && !self.naming.agreed && line.header.prev.is_some() {
            self.start = line.header.seq.0;
        }
        let seq = self.end();
        let begins_later = self.start > 0 && self.log.size() == 0;
        let linked = begins_later || line.header.prev == self.log.last;
        self.settle(!linked);
        if let Some(stranger) = self.naming.hear(&line.header.book, &line.header.replica, seq) {
            self.bad(stranger, STRANGER);
        }
        match fault(line, seq) {
            Some(reason) => self.bad(seq, reason),
            None if !linked => self.suspect = Some(seq),
            None => {}
        }
        self.note(line, seq);
        self.push(line.leaf());
    }

    fn push(&mut self, leaf: Hash) {
        self.log.push(leaf);
        self.compare_known();
    }

    /// Compares with the head that the log must have.
    pub fn expect(&mut self, head: &Log) {
        self.close(head.size(), head.edge.root(), head.last);
    }

    /// Compares with the checkpoint that an export has after the log. `last` is the leaf hash to which
    /// it says it is linked.
    pub(super) fn checkpoint(&mut self, head: &Checkpoint, last: Option<Hash>) {
        let end = self.end();
        let (book, replica) = head.log().unwrap_or_default();
        if let Some(stranger) = self.naming.hear(book, &replica.into(), end) {
            self.bad(stranger, STRANGER);
        }
        let fits = self.close(head.size, head.root, last);
        // Of one entry and a checkpoint that do not agree, what it proves decides.
        if self.naming.undecided().is_some_and(|(_, other)| other == end) {
            let stranger = self.naming.decide(fits);
            self.bad(stranger, STRANGER);
        }
    }

    /// One of link and tree that fits alone shows that the head is bad itself. Gives whether both do.
    fn close(&mut self, size: u64, root: Hash, last: Option<Hash>) -> bool {
        let end = self.end();
        let links = last == self.log.last;
        let fits = size == end.0 && self.start == 0 && root == self.log.edge.root();
        self.settle(!links);
        self.ended = true;
        if self.start > 0 {
            self.bad(Seq(0), "the log does not begin with its first entry");
        }
        match (links, fits) {
            (true, true) => {}
            (false, false) if size > end.0 => self.is_cut = true,
            (false, false) if self.first_bad.is_none() => {
                self.bad(Seq(end.0.saturating_sub(1)), "it and the log's head do not link");
            }
            (false, false) => {}
            _ => self.bad(end, "the log's head is another one"),
        }
        links && fits
    }

    /// Takes note that what came was cut within its last line, or behind it.
    pub(super) fn cut(&mut self) {
        self.is_cut = true;
    }

    /// What was found of this log alone. `expected` is the head that it must have, where one is known.
    pub fn finish(mut self, expected: Option<&Log>) -> LogReport {
        match expected {
            Some(head) => self.expect(head),
            None => self.ended = true,
        }
        Self::report_all(vec![self], &[], &|_| true).swap_remove(0)
    }

    /// What was found of all logs of a book, and of those that are not there though somebody knows a
    /// head of theirs. A tombstone in one of them counts for all. `is_own` tells of which log no body
    /// may be withheld.
    pub fn report_all(
        mut logs: Vec<Self>,
        known: &[Checkpoint],
        is_own: &dyn Fn(&Self) -> bool,
    ) -> Vec<LogReport> {
        for name in known.iter().filter_map(|head| head.log().map(Name::from)) {
            if logs.iter().all(|log| log.naming.name.as_ref() != Some(&name)) {
                logs.push(Self::new(name, known));
            }
        }
        let mut tombstones = Texts::default();
        for log in &logs {
            for contact in log.tombstones.keys() {
                tombstones.note(contact);
            }
        }
        let own: Vec<bool> = logs.iter().map(is_own).collect();
        logs.into_iter().zip(own).map(|(log, own)| log.report(&tombstones, own)).collect()
    }

    fn report(mut self, tombstones: &Texts, is_own: bool) -> LogReport {
        self.settle(false);
        if let Some((first, _)) = self.naming.undecided() {
            self.bad(first, STRANGER);
        }
        let (mut erased, mut withheld, mut missing, mut first) = (0, 0, 0, None);
        for (contact, (count, seq)) in self.bare.iter() {
            if tombstones.contains_key(contact) {
                erased += count;
            } else if is_own || contact.is_empty() {
                missing += count;
                first = Some(first.map_or(*seq, |first: Seq| first.min(*seq)));
            } else {
                withheld += count;
            }
        }
        // An entry that was changed may have been the tombstone.
        if let (Some(seq), None) = (first, &self.first_bad) {
            self.bad(seq, "the body is gone without a tombstone");
        }
        let is_whole = self.ended || self.confirmed == Some(self.end().0);
        LogReport {
            entries: self.log.size(),
            size: self.end().0,
            root: (self.start == 0).then(|| self.log.edge.root()),
            erased,
            withheld,
            missing,
            first_bad: self.first_bad,
            truncated: self.is_cut || !is_whole || !self.known.is_empty(),
            name: self.naming.name.unwrap_or_default(),
        }
    }

    /// If only the link from a line to the next breaks, that line is bad; if both links of a line
    /// break, it is.
    fn settle(&mut self, next_link_broken: bool) {
        if let Some(suspect) = self.suspect.take() {
            let culprit = if next_link_broken { suspect.0 } else { suspect.0.saturating_sub(1) };
            self.bad(Seq(culprit), "it and the entry beside it do not link");
        }
    }

    fn note(&mut self, line: &Line<'_>, seq: Seq) {
        let contact = line.header.contact.as_ref().map_or("", ContactName::as_str);
        if line.body.is_none() {
            self.bare.get_or_insert_with(contact, || (0, seq)).0 += 1;
        } else if line.header.kind == "contact.erased" {
            self.tombstones.note(contact);
        }
    }

    pub(super) fn bad(&mut self, seq: Seq, reason: &'static str) {
        if self.first_bad.as_ref().is_none_or(|bad| seq < bad.seq) {
            self.first_bad = Some(FirstBad { seq, reason });
        }
    }
}

fn fault(line: &Line<'_>, seq: Seq) -> Option<&'static str> {
    let tests = [
        (line.header.v == Header::VERSION, "a version that is not known"),
        (line.header.seq == seq, "not the next seq"),
        (line.is_canonical(), "not in canonical form"),
        (line.body_fits(), "the body is not the one that the header promises"),
    ];
    tests.into_iter().find(|(fits, _)| !fits).map(|(_, reason)| reason)
}
