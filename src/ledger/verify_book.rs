//! The check of an export or of a sync batch, from bytes that may be cut anywhere: which log each
//! line is of, and where a log ends, is found from the lines alone.

use super::checkpoint::Checkpoint;
use super::hash::Hash;
use super::line::Line;
use super::naming::Name;
use super::verify::{LogReport, Verifier};
use crate::json;

record! {
    /// What stands after a log's last line.
    #[derive(Debug)]
    struct Last {
        checkpoint: String = "checkpoint",
        prev: Option<Hash> = "prev",
    }
}

const LAST: &[u8] = b"{\"checkpoint\":";

/// The line that an export has after the last one of a log.
pub fn last_line(checkpoint: String, last: Option<Hash>) -> String {
    json::text(&Last { checkpoint, prev: last })
}

/// A line longer than this is none: no entry comes near it.
const LONGEST: usize = 32 << 20;

/// Checks lines of any number of logs.
#[derive(Debug, Default)]
pub struct BookVerifier {
    known: Vec<Checkpoint>,
    logs: Vec<Verifier>,
    /// The log that the last line was of.
    current: usize,
    /// The beginning of a line whose end has not come.
    begun: Vec<u8>,
    is_too_long: bool,
    lines: u64,
}

impl BookVerifier {
    /// `known` are heads known from elsewhere.
    pub fn new(known: Vec<Checkpoint>) -> Self {
        Self { known, ..Self::default() }
    }

    /// How many lines were checked.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// Takes the bytes that come next.
    pub fn push(&mut self, mut bytes: &[u8]) {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            let (line, rest) = bytes.split_at(end);
            if self.begun.is_empty() {
                self.line(line);
            } else {
                self.begin(line);
                let line = std::mem::take(&mut self.begun);
                self.line(&line);
            }
            bytes = &rest[1..];
        }
        self.begin(bytes);
    }

    fn begin(&mut self, bytes: &[u8]) {
        self.is_too_long |= self.begun.len() + bytes.len() > LONGEST;
        if !self.is_too_long {
            self.begun.extend_from_slice(bytes);
        }
    }

    fn line(&mut self, line: &[u8]) {
        self.lines += 1;
        if std::mem::take(&mut self.is_too_long) {
            return self.open_log().unreadable(line, "too long for an entry");
        }
        if line.starts_with(LAST) {
            return self.checkpoint(line);
        }
        match Line::parse(line) {
            Ok(entry) => {
                self.choose(&entry);
                let Some(log) = self.logs.get_mut(self.current) else { return };
                let was_sure = log.naming.agreed;
                log.entry(&entry);
                if !was_sure {
                    log.expect_known(&self.known);
                }
            }
            Err(reason) => self.open_log().unreadable(line, reason),
        }
    }

    /// The log that goes on with a line of which nothing can be read: a new one where none is open.
    fn open_log(&mut self) -> &mut Verifier {
        if self.logs.get(self.current).is_none_or(Verifier::has_ended) {
            self.begin_log();
        }
        &mut self.logs[self.current]
    }

    fn begin_log(&mut self) {
        self.current = self.logs.len();
        self.logs.push(Verifier::default());
    }

    /// Turns to the log that an entry is of: the one at hand, unless its name says another and nothing
    /// else links it there.
    fn choose(&mut self, entry: &Line<'_>) {
        let header = &entry.header;
        let knows = |log: &Verifier| log.naming.knows(&header.book, &header.replica);
        if let Some(log) = self.logs.get(self.current) {
            let second = !log.naming.agreed && log.end().0 == 1 && header.seq.0 == 1;
            let linked = header.prev.is_some() && header.prev == log.last();
            if !log.has_ended() && (knows(log) || linked || second) {
                return;
            }
        }
        match self.logs.iter().position(knows) {
            Some(place) => {
                self.current = place;
                let log = &mut self.logs[place];
                if log.has_ended() {
                    log.bad(log.end(), "an entry after its log's checkpoint");
                }
            }
            None => self.begin_log(),
        }
    }

    fn checkpoint(&mut self, line: &[u8]) {
        let text = std::str::from_utf8(line).unwrap_or_default();
        let read = json::read(text).ok().filter(|last: &Last| json::bytes(last) == line);
        let read = read.and_then(|last| Some((Checkpoint::parse(&last.checkpoint)?, last.prev)));
        let Some((head, prev)) = read.filter(|(head, _)| head.log().is_some()) else {
            let log = self.open_log();
            return log.bad(log.end(), "a checkpoint that can't be read");
        };
        self.choose_by(&head);
        self.logs[self.current].checkpoint(&head, prev);
    }

    /// Turns to the log that a checkpoint is of.
    fn choose_by(&mut self, head: &Checkpoint) {
        let (book, replica) = head.log().unwrap_or_default();
        let replica = replica.into();
        let place = self.logs.iter().position(|log| log.naming.knows(book, &replica));
        let is_open = self.logs.get(self.current).is_some_and(|log| !log.has_ended());
        match place {
            Some(place) if place != self.current || !is_open => {
                self.current = place;
                let log = &mut self.logs[place];
                log.bad(log.end(), "its checkpoint is not after its last entry");
            }
            None if !is_open => self.begin_log(),
            _ => {}
        }
    }

    /// What was found.
    pub fn finish(mut self) -> Vec<LogReport> {
        if !self.begun.is_empty() || self.is_too_long {
            let line = std::mem::take(&mut self.begun);
            self.line(&line);
            // Every line of an export ends with a line break, also the last one.
            if let Some(log) = self.logs.get_mut(self.current) {
                log.cut();
            }
        }
        self.compare_logs();
        let is_export = self.logs.iter().any(Verifier::has_ended);
        let is_own = is_export && self.logs.len() == 1;
        Verifier::report_all(self.logs, &self.known, &|_| is_own)
    }

    /// Logs of an export are those of one book, in the order of their replicas.
    fn compare_logs(&mut self) {
        let names: Vec<Name> =
            self.logs.iter().map(|log| log.naming.name.clone().unwrap_or_default()).collect();
        for place in 1..self.logs.len() {
            let (before, name) = (&names[place - 1], &names[place]);
            let in_order = !self.logs[place - 1].has_ended() || before.replica < name.replica;
            if !in_order || name.book != names[0].book {
                self.logs[place].bad(crate::ids::Seq(0), "a log that does not belong here");
            }
        }
    }
}
