//! The stored lines of a log in their order, a piece at a time: segments first, then what waits in
//! the tail. Compactions and erasures may come between two pieces; each piece is as the log is when
//! it is read, so that nothing erased is read again from memory.

use super::Engine;
use super::compact::segment_key;
use crate::error::Error;
use crate::ids::{ReplicaId, Seq};
use crate::ledger::Log;
use crate::store::{Record, Store};

/// Bytes read at once, or one segment that is larger,
const BYTES: u64 = 2 * 1024 * 1024;
/// and segments at most.
const SEGMENTS: u64 = 10;

record! {
    /// How far the reading of a log is.
    #[derive(Clone, Debug, PartialEq)]
    pub(super) struct Place {
        replica: ReplicaId = "replica",
        /// Lines before it.
        read: u64 = "read",
        /// The last segment that was read, which may have grown since,
        segment: String = "segment",
        /// and how many of its lines were.
        of_segment: u64 = "of_segment",
        /// How large segments are here, as far as it is known.
        width: u64 = "width",
    }
}

impl Place {
    /// The beginning of a log.
    pub(super) fn start(replica: &ReplicaId) -> Self {
        let (replica, segment) = (replica.clone(), segment_key(replica, Seq(0)));
        Self { replica, read: 0, segment, of_segment: 0, width: BYTES / 2 }
    }

    /// Lines before it.
    pub(super) fn read(&self) -> u64 {
        self.read
    }

    /// How many segments are read at once.
    fn segments(&self) -> u32 {
        u32::try_from((BYTES / self.width.max(1)).clamp(1, SEGMENTS)).unwrap_or(1)
    }

    /// The lines of `segments` from here on to before line `end`.
    fn take_segments(&mut self, segments: Vec<Record>, end: u64) -> Vec<u8> {
        let mut piece = Vec::new();
        self.width = segments.iter().map(|one| one.value.len() as u64).max().unwrap_or(self.width);
        for segment in segments {
            if segment.key != self.segment {
                (self.segment, self.of_segment) = (segment.key, 0);
            }
            let known = usize::try_from(self.of_segment).unwrap_or(usize::MAX);
            for line in lines(&segment.value).skip(known) {
                if self.read == end {
                    return piece;
                }
                self.of_segment += 1;
                self.take(line, &mut piece);
            }
        }
        piece
    }

    fn take(&mut self, line: &[u8], piece: &mut Vec<u8>) {
        self.read += 1;
        piece.extend_from_slice(line);
        piece.push(b'\n');
    }
}

/// The lines of a segment or a piece.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty())
}

impl<S: Store> Engine<S> {
    /// Every log that the book has, by replica, with its head.
    pub(super) fn logs(&self) -> Vec<(ReplicaId, Log)> {
        let shared = self.shared.borrow();
        let mut logs = shared.head.logs.clone();
        logs.insert(shared.seal.replica.clone(), shared.seal.log.clone());
        logs.into_iter().collect()
    }

    /// The lines from `place` on that can be had at once, each with its line break, none of them at
    /// or after line `end`; nothing where there are no more.
    pub(super) async fn read_on(&self, place: &mut Place, end: u64) -> Result<Vec<u8>, Error> {
        while place.read < end {
            let epoch = self.shared.borrow().head.commit;
            let segments = self.next_segments(place).await?;
            let piece = place.take_segments(segments, end);
            if !piece.is_empty() {
                return Ok(piece);
            }
            self.follow().await?;
            let piece = self.take_tail(place, end);
            if !piece.is_empty() || self.shared.borrow().head.commit == epoch {
                return Ok(piece);
            }
        }
        Ok(Vec::new())
    }

    /// The segments that come next; where none begins there, the last one, which may have grown.
    async fn next_segments(&self, place: &Place) -> Result<Vec<Record>, Error> {
        let next = segment_key(&place.replica, Seq(place.read));
        let segments = self.segments(&place.replica, &next, place.segments()).await?;
        if segments.first().is_some_and(|segment| segment.key == next) {
            return Ok(segments);
        }
        self.segments(&place.replica, &place.segment, 1).await
    }

    /// Lines of the tail; none where a compaction has moved the next one into a segment.
    fn take_tail(&self, place: &mut Place, end: u64) -> Vec<u8> {
        let shared = self.shared.borrow();
        let mut piece = Vec::new();
        let first = shared.seal.log.size() - shared.tail_entries() as u64;
        if shared.seal.replica == place.replica && first <= place.read {
            let tail = shared.tail.iter().flat_map(|tail| &tail.record.lines);
            let (from, count) = (place.read - first, end - place.read);
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            tail.skip(usize::try_from(from).unwrap_or(usize::MAX))
                .take(count)
                .for_each(|line| place.take(line, &mut piece));
        }
        piece
    }

    /// Waits until all that is known survives a power cut. Before that nothing of it may leave the
    /// device: else it could come back with other entries under the same seq.
    pub(super) async fn flush(&self) -> Result<(), Error> {
        let known = self.shared.borrow().known;
        if self.flushed.get() != known {
            self.store.flush().await?;
            self.flushed.set(known);
        }
        Ok(())
    }
}
