//! The whole ledger on its way out, a part at a time: the lines of each log up to the head that it
//! had when the export began, then that head. Between two parts nothing is kept here: how far it is
//! goes out with each part and comes back for the next.

use super::Engine;
use super::lines::Place;
use crate::error::Error;
use crate::ids::ReplicaId;
use crate::ledger::{Hash, Log};
use crate::store::Store;

record! {
    /// How far an export is.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Carried {
        /// Erasures that the book has seen.
        erasures: u64 = "erasures",
        /// The logs that are still to be carried out, the next one last.
        logs: Vec<Cut> = "logs",
        /// How far the next one is.
        place: Option<Place> = "place",
    }
}

record! {
    /// A log up to some head of it.
    #[derive(Clone, Debug, PartialEq)]
    struct Cut {
        log: Log = "log",
        replica: ReplicaId = "replica",
    }
}

/// A part of an export.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Lines of the ledger, each with its line break.
    Lines(Vec<u8>),
    /// The head of the log whose last line came before.
    Head {
        /// The text of its checkpoint.
        checkpoint: String,
        /// Leaf hash of the last line.
        last: Option<Hash>,
        /// Whether it is this device's log.
        is_own: bool,
    },
}

impl<S: Store> Engine<S> {
    /// The part that comes next, and how far the export is then; none behind the last.
    ///
    /// # Errors
    /// What the store says.
    pub async fn carry(&self, carried: Option<Carried>) -> Result<Option<(Carried, Part)>, Error> {
        self.open_or_refuse()?;
        let mut carried = match carried {
            Some(carried) => carried,
            None => self.begin_to_carry().await?,
        };
        while let Some(cut) = carried.logs.last() {
            let size = cut.log.size();
            let mut place = carried.place.take().unwrap_or_else(|| Place::start(&cut.replica));
            let piece = self.read_on(&mut place, size).await?;
            carried.place = Some(place);
            if !piece.is_empty() {
                return Ok(Some((carried, Part::Lines(piece))));
            }
            if !self.cut_anew(&mut carried).await? {
                return Ok(self.end_log(carried));
            }
        }
        Ok(None)
    }

    async fn begin_to_carry(&self) -> Result<Carried, Error> {
        self.keep_time().await?;
        self.refresh().await?;
        let logs = self.logs().into_iter().rev().map(|(replica, log)| Cut { log, replica });
        let carried = Carried {
            erasures: self.shared.borrow().head.erasures,
            logs: logs.collect(),
            place: None,
        };
        self.flush().await?;
        Ok(carried)
    }

    /// An erasure that came meanwhile took bodies away, and its tombstone has to come along: then the
    /// log goes on to its present head. Gives whether it does.
    async fn cut_anew(&self, carried: &mut Carried) -> Result<bool, Error> {
        self.follow().await?;
        let seen = std::mem::replace(&mut carried.erasures, self.shared.borrow().head.erasures);
        let Some(cut) = carried.logs.last_mut().filter(|_| seen != carried.erasures) else {
            return Ok(false);
        };
        let now = self.logs().into_iter().find(|(replica, _)| *replica == cut.replica);
        if let Some((_, log)) = now {
            cut.log = log;
        }
        self.flush().await?;
        Ok(true)
    }

    fn end_log(&self, mut carried: Carried) -> Option<(Carried, Part)> {
        let Cut { log, replica } = carried.logs.pop()?;
        carried.place = None;
        let checkpoint = self.checkpoint_of(&replica, &log);
        let is_own = replica == self.size().0;
        Some((carried, Part::Head { checkpoint, last: log.last, is_own }))
    }
}
