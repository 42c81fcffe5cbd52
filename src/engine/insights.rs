//! A workflow in numbers. All contacts' records are read once, a batch at a time: of their rows only
//! the stage changes, which a line tells before it is parsed. The tail, as it was in the beginning, is
//! laid over them, so what is told is the book at one moment.

use super::Engine;
use super::book::TailEntry;
use super::loaded::{Loaded, lines};
use super::packing::unpack;
use super::read::range;
use crate::error::{Error, StoreError};
use crate::ids::CommitNo;
use crate::map::Hashed;
use crate::project::{Insights, Row, Survey};
use crate::store::{By, Range, Store, Table};

record! {
    /// What is to be told in numbers.
    #[derive(Clone, Debug, Default)]
    pub struct InsightsQuery {
        /// Of which workflow; the book's first, if absent.
        pub definition: Option<String> = "definition",
        /// Stage changes from this day or moment on.
        pub from: Option<String> = "from",
        /// Stage changes up to this day or moment, inside.
        pub to: Option<String> = "to",
    }
}

/// Contacts read in one go; a record rarely has more than 50 kB.
const BATCH: u32 = 200;
/// Chunks of older rows read in one go, of 40 kB each.
const CHUNKS: usize = 50;
/// Attempts that compactions may disturb before they have to wait.
const PATIENCE: u32 = 2;

/// A chunk, and how many rows it has.
type Older = (String, u32);

/// Entries of the tail, by contact.
type Tail = Hashed<Vec<TailEntry>>;

impl<S: Store> Engine<S> {
    /// Counts, times and flows of a workflow; the dates narrow down the stage changes, not where
    /// contacts stand now.
    ///
    /// # Errors
    /// `not-found` for a workflow that the book lacks, `invalid` for a date that can't be; what the
    /// store says.
    pub async fn insights(&self, query: &InsightsQuery) -> Result<Insights, Error> {
        self.open_or_refuse()?;
        let definition = self.definition(query.definition.as_deref())?;
        let range = range(&query.from, &query.to, self.world.as_ref())?;
        let mut attempts = 0;
        loop {
            let _turn = match attempts >= PATIENCE {
                true => Some(self.writer.lock().await),
                false => None,
            };
            let mut survey = Survey::new(definition, self.world.now(), range);
            let (epoch, tail) = self.tail_as_it_is();
            if self.survey(&mut survey, epoch, tail).await? {
                return Ok(survey.finish());
            }
            self.expect_news(epoch).await?;
            attempts += 1;
        }
    }

    /// The tail as it is, and the compaction it lies over.
    fn tail_as_it_is(&self) -> (CommitNo, Tail) {
        let shared = self.shared.borrow();
        let mut tail = Tail::default();
        for (name, entries) in shared.entries.iter() {
            tail.insert(name, entries.clone());
        }
        (shared.head.commit, tail)
    }

    /// False if another compaction than that of `epoch` shows: whatever one writes tells its number,
    /// so what is met without it is as it was.
    async fn survey(
        &self,
        survey: &mut Survey<'_>,
        epoch: CommitNo,
        mut tail: Tail,
    ) -> Result<bool, Error> {
        let mut range = Range {
            table: Table::Contacts,
            by: By::Key,
            from: String::new(),
            to: "~".to_owned(),
            limit: BATCH,
            descending: false,
        };
        loop {
            let records = self.store.range(range.clone()).await?;
            let mut older = Vec::new();
            for record in &records {
                let (loaded, rows) = Loaded::read_bare(&record.value)?;
                if loaded.as_of > epoch {
                    return Ok(false);
                }
                let newer = tail.remove(&record.key).unwrap_or_default();
                older.extend(take_in(survey, loaded, &rows, &newer)?);
            }
            if !self.survey_older(survey, &older).await? {
                return Ok(false);
            }
            match records.last() {
                Some(last) if records.len() == BATCH as usize => {
                    range.from = format!("{}\u{1}", last.key);
                }
                _ => break,
            }
        }
        for (_, newer) in tail.drain() {
            take_in(survey, Loaded::default(), &[], &newer)?;
        }
        Ok(true)
    }

    /// False if a chunk is gone.
    async fn survey_older(&self, survey: &mut Survey<'_>, older: &[Older]) -> Result<bool, Error> {
        for some in older.chunks(CHUNKS) {
            let keys: Vec<&str> = some.iter().map(|(key, _)| key.as_str()).collect();
            let found = self.store.get_many(Table::History, &keys).await?;
            for (bytes, (_, rows)) in found.iter().zip(some) {
                let Some(bytes) = bytes else {
                    return Ok(false);
                };
                if take_in_lines(survey, &unpack(bytes)?)? != *rows {
                    let error = "rows of a history are missing".to_owned();
                    return Err(StoreError::Corrupt(error).into());
                }
            }
        }
        Ok(true)
    }
}

/// Takes in a contact: its record, the lines of its rows, and what of the tail comes on top. Gives
/// the chunks of older rows, the newest first.
fn take_in(
    survey: &mut Survey<'_>,
    mut loaded: Loaded,
    rows: &[u8],
    newer: &[TailEntry],
) -> Result<Vec<Older>, StoreError> {
    let as_of = loaded.as_of;
    for tail in newer.iter().filter(|tail| tail.commit > as_of) {
        loaded.push(&tail.id, &tail.entry, tail.body.clone());
    }
    if !loaded.state.exists() {
        return Ok(Vec::new());
    }
    survey.contact(&loaded.state);
    for row in loaded.rows.iter().rev() {
        survey.row(row)?;
    }
    take_in_lines(survey, rows)?;
    let chunks = loaded.chunks.iter().enumerate().rev();
    let name = &loaded.state.name;
    Ok(chunks.map(|(number, chunk)| (Loaded::chunk_key(name, number), chunk.rows)).collect())
}

/// Takes in the stage changes among lines of rows, from the newest on, and counts the lines.
fn take_in_lines(survey: &mut Survey<'_>, rows: &[u8]) -> Result<u32, StoreError> {
    let mut count = 0;
    for line in lines(rows)?.rev() {
        count += 1;
        if Row::leaves_a_stage(line) {
            survey.row(&Row::read(line)?)?;
        }
    }
    Ok(count)
}
