//! An export cut into runs: consecutive lines of one log, looked at as a batch's are, and the heads
//! that stand behind a log's last line. Nothing is taken out of the bytes but what has to be.

use super::batch::{Incoming, MOST, is_uuid, read_line};
use crate::error::BatchFault;
use crate::ids::{ReplicaId, Seq};

/// Consecutive lines of one log.
#[derive(Debug)]
pub struct Run<'b> {
    /// Whose log they are a part of.
    pub replica: ReplicaId,
    /// Place of the first.
    pub from: Seq,
    /// The lines.
    pub lines: Vec<Incoming<'b>>,
}

/// A part of an export.
#[derive(Debug)]
pub enum Part<'b> {
    /// Lines of a log.
    Run(Run<'b>),
    /// What stands behind a log's last line.
    Head(&'b str),
}

/// The parts of some whole lines of an export of `book`, as far as they are sound, and what is wrong
/// with the first that is not.
pub fn read_parts<'b>(lines: &'b [u8], book: &str) -> (Vec<Part<'b>>, Option<BatchFault>) {
    let mut parts = Vec::new();
    // As one text the lines are found several times as fast as byte by byte.
    let (text, mut fault) = whole_lines(lines);
    for line in text.split('\n').filter(|line| !line.is_empty()) {
        if let Err(found) = take(&mut parts, line, book) {
            fault = Some(found);
            break;
        }
    }
    (parts, fault)
}

/// The lines before the first that is no text.
fn whole_lines(lines: &[u8]) -> (&str, Option<BatchFault>) {
    std::str::from_utf8(lines).map_or_else(
        |error| {
            let valid = &lines[..error.valid_up_to()];
            let end = valid.iter().rposition(|byte| *byte == b'\n').map_or(0, |place| place + 1);
            (std::str::from_utf8(&valid[..end]).unwrap_or_default(), Some(BatchFault::Shape))
        },
        |text| (text, None),
    )
}

fn take<'b>(parts: &mut Vec<Part<'b>>, text: &'b str, book: &str) -> Result<(), BatchFault> {
    if text.starts_with("{\"checkpoint\"") {
        parts.push(Part::Head(text));
        return Ok(());
    }
    let incoming = match read_line(text) {
        Ok(incoming) => incoming,
        Err(reason) => return Err(fault(text, reason)),
    };
    let header = &incoming.line.header;
    let fault = |reason| BatchFault::Line { seq: header.seq.0, reason };
    if let Some(Part::Run(run)) = parts.last_mut()
        && run.replica == header.replica
        && run.from.0 + run.lines.len() as u64 == header.seq.0
    {
        let place = (book, &run.replica, header.seq.0);
        incoming.check_place(place, run.lines.last()).map_err(fault)?;
        run.lines.push(incoming);
        return Ok(());
    }
    if !is_uuid(header.replica.as_str()) || header.seq.0 >= MOST {
        return Err(BatchFault::Shape);
    }
    let (replica, from) = (header.replica.clone(), header.seq);
    incoming.check_place((book, &replica, from.0), None).map_err(fault)?;
    parts.push(Part::Run(Run { replica, from, lines: vec![incoming] }));
    Ok(())
}

/// What is wrong with a line that can't be read, at the place that it has by its last words: both
/// stand behind the body.
fn fault(line: &str, reason: &'static str) -> BatchFault {
    match seq_of(line) {
        Some(seq) => BatchFault::Line { seq, reason },
        None => BatchFault::Shape,
    }
}

fn seq_of(line: &str) -> Option<u64> {
    let (_, behind) = line.rsplit_once("\"replica\":\"")?;
    let (_, behind) = behind.split_once("\",\"seq\":")?;
    let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
    behind[..digits].parse().ok()
}
