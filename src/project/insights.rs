//! How contacts move through a workflow, in numbers: a fold of where they stand and of the stage
//! changes that count.
//!
//! - A move that was taken back counts nowhere, and neither does what took it back: the contact never
//!   left.
//! - A *stay* is what the log calls the time spent in the stage that was left: from the change that
//!   led there to the one that leaves it, never below 0. It belongs to the change that ends it. One that
//!   still lasts is none; a move that keeps the stage ends one and begins another, as everywhere else.
//! - The *median* of an even number of stays is the mean of the two in the middle, without its fraction of
//!   a millisecond. The *p90* is by nearest rank: the shortest stay that at least nine tenths of
//!   all stays are no longer than.
//! - An archived contact is over: it counts where it ended well or badly, not as a contact of its
//!   stage, a stale or an open one. What it went through counts like everybody's.

use super::contact::{Contact, Status};
use super::row::Row;
use crate::definition::{Category, Definition, Direction};
use crate::error::StoreError;
use crate::ids::StageId;
use crate::json::{self, Value};
use crate::map::Texts;
use crate::sort;
use crate::time::Instant;

shape! {
    /// The contract's `Insights`.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Insights {
        /// Of each stage of the definition, as listed.
        pub stages: Vec<StageInsights> = "stages",
        /// Moves within the workflow; also those from and to stages that the definition lacks now.
        pub flows: Vec<Flow> = "flows",
        /// How it ended for the contacts.
        pub conversion: Conversion = "conversion",
        /// Moves to a lower order.
        pub back_steps: u64 = "backSteps",
    }
}

shape! {
    /// One stage in numbers.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct StageInsights {
        /// Its id.
        pub stage: StageId = "stage",
        /// Contacts that are in it.
        pub contacts: u64 = "contacts",
        /// Those among them that have been for longer than its `staleAfterDays`, of 24 hours each.
        pub stale: u64 = "stale",
        /// The median of its stays; null without any.
        pub median_ms: Option<i64> = "medianMs" or null,
        /// Nine tenths of its stays are no longer; null without any.
        pub p90_ms: Option<i64> = "p90Ms" or null,
    }
}

shape! {
    /// How often contacts went from one stage to another.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Flow {
        /// The stage that was left.
        pub from: StageId = "from",
        /// The stage that was entered.
        pub to: StageId = "to",
        /// How often.
        pub count: u64 = "count",
    }
}

shape! {
    /// Contacts by the category of the stage that they are in.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Conversion {
        /// Won ones.
        pub won: u64 = "won",
        /// Lost ones.
        pub lost: u64 = "lost",
        /// The others; also where the definition lacks the stage.
        pub open: u64 = "open",
    }
}

/// Takes in contacts and their stage changes, each once, and gives the numbers.
#[derive(Debug)]
pub struct Survey<'d> {
    definition: &'d Definition,
    now: Instant,
    range: (Option<Instant>, Option<Instant>),
    stages: Vec<Tallied>,
    flows: Vec<Flow>,
    conversion: Conversion,
    /// Moves that were taken back, and are still to come.
    taken_back: Texts,
}

/// What is known of one stage so far.
#[derive(Clone, Debug, Default)]
struct Tallied {
    contacts: u64,
    stale: u64,
    stays: Vec<i64>,
}

const DAY_MS: i64 = 86_400_000;

impl<'d> Survey<'d> {
    /// Of the workflow of `definition`, as it is at `now`. Of the stage changes those count that
    /// happened in `range`, both ends included.
    pub fn new(
        definition: &'d Definition,
        now: Instant,
        range: (Option<Instant>, Option<Instant>),
    ) -> Self {
        Self {
            definition,
            now,
            range,
            stages: vec![Tallied::default(); definition.stages().len()],
            flows: Vec::new(),
            conversion: Conversion::default(),
            taken_back: Texts::default(),
        }
    }

    /// Takes in where a contact stands.
    pub fn contact(&mut self, contact: &Contact) {
        let here = contact.workflow.as_ref().filter(|_| contact.exists());
        let Some(here) = here.filter(|here| here.definition == *self.definition.id()) else {
            return;
        };
        let active = contact.status == Status::Active;
        let place = self.place(here.stage.as_str());
        let stage = place.map(|place| &self.definition.stages()[place]);
        match stage.and_then(|stage| stage.category) {
            Some(Category::Won) => self.conversion.won += 1,
            Some(Category::Lost) => self.conversion.lost += 1,
            _ => self.conversion.open += u64::from(active),
        }
        let (Some(place), Some(stage), true) = (place, stage, active) else {
            return;
        };
        let stayed = self.now.millis() - here.entered.millis();
        let is_stale = |days: u32| stayed > i64::from(days) * DAY_MS;
        self.stages[place].contacts += 1;
        self.stages[place].stale += u64::from(stage.stale_after_days.is_some_and(is_stale));
    }

    /// Takes in a row of a contact's history; only stage changes that count say something. A contact's
    /// rows come from the newest on, so that what takes a move back is met before the move.
    ///
    /// # Errors
    /// A row that can't be read.
    pub fn row(&mut self, row: &Row) -> Result<(), StoreError> {
        let Some(since) = row.since else {
            return Ok(());
        };
        if self.taken_back.remove(row.order.id().as_str()).is_some() {
            return Ok(());
        }
        let body = json::parse(row.body.text()).ok();
        let moved = body.as_ref().and_then(Moved::read).ok_or_else(|| {
            StoreError::Corrupt(format!("{}: a stage change is expected", row.order.id()))
        })?;
        if let Some(taken_back) = moved.takes_back {
            self.taken_back.note(taken_back);
        } else if self.is_inside(row.occurred) {
            self.moved(&moved, (row.occurred.millis() - since.millis()).max(0));
        }
        Ok(())
    }

    fn is_inside(&self, at: Instant) -> bool {
        let (from, to) = self.range;
        from.is_none_or(|from| at >= from) && to.is_none_or(|to| at <= to)
    }

    fn moved(&mut self, moved: &Moved<'_>, stay: i64) {
        let ours = self.definition.id().as_str();
        if moved.left != ours {
            return;
        }
        if let Some(place) = self.place(moved.from) {
            self.stages[place].stays.push(stay);
        }
        if moved.entered == ours {
            self.flow(moved.from, moved.to);
        }
    }

    fn flow(&mut self, from: &str, to: &str) {
        let same = |flow: &&mut Flow| flow.from.as_str() == from && flow.to.as_str() == to;
        if let Some(flow) = self.flows.iter_mut().find(same) {
            flow.count += 1;
        } else {
            self.flows.push(Flow { from: from.into(), to: to.into(), count: 1 });
        }
    }

    fn place(&self, stage: &str) -> Option<usize> {
        self.definition.stages().iter().position(|known| known.id.as_str() == stage)
    }

    /// The numbers. Flows come in the order of the definition's stages, those it lacks last.
    pub fn finish(mut self) -> Insights {
        let mut flows = std::mem::take(&mut self.flows);
        let place = |stage: &StageId| self.place(stage.as_str()).unwrap_or(usize::MAX);
        let order = |flow: &Flow| (place(&flow.from), place(&flow.to));
        sort::sort(&mut flows, |a, b| (order(a), &a.from, &a.to).cmp(&(order(b), &b.from, &b.to)));
        let backward =
            |flow: &&Flow| self.definition.direction(&flow.from, &flow.to) == Direction::Backward;
        let back_steps = flows.iter().filter(backward).map(|flow| flow.count).sum();
        let stages = self.definition.stages().iter().zip(&self.stages).map(|(stage, tallied)| {
            let stays = in_order(&tallied.stays);
            StageInsights {
                stage: stage.id.clone(),
                contacts: tallied.contacts,
                stale: tallied.stale,
                median_ms: median(&stays),
                p90_ms: p90(&stays),
            }
        });
        let stages = stages.collect();
        Insights { stages, flows, conversion: self.conversion, back_steps }
    }
}

/// What the body of a stage change says: the workflow and stage that were left, those entered, and
/// the move that it takes back.
struct Moved<'b> {
    left: &'b str,
    from: &'b str,
    entered: &'b str,
    to: &'b str,
    takes_back: Option<&'b str>,
}

impl<'b> Moved<'b> {
    /// A change within a workflow names it once.
    fn read(body: &'b Value<'_>) -> Option<Self> {
        let data = body.get("data")?;
        let text = |object: &'b Value<'_>, name: &str| object.get(name)?.as_str();
        let (from, entered) = (data.get("from")?, text(data, "workflow")?);
        Some(Self {
            left: text(from, "workflow").unwrap_or(entered),
            from: text(from, "stage")?,
            entered,
            to: text(data.get("to")?, "stage")?,
            takes_back: text(data, "reverts"),
        })
    }
}

fn in_order(stays: &[i64]) -> Vec<i64> {
    let places = sort::places(stays.len(), &|a, b| stays[a].cmp(&stays[b]));
    places.into_iter().map(|place| stays[place]).collect()
}

fn median(stays: &[i64]) -> Option<i64> {
    let upper = *stays.get(stays.len() / 2)?;
    let lower = stays[(stays.len() - 1) / 2];
    Some(lower + (upper - lower) / 2)
}

fn p90(stays: &[i64]) -> Option<i64> {
    let rank = (stays.len() * 9).div_ceil(10);
    stays.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_or_the_mean_of_both() {
        let cases: [(&[i64], Option<i64>); 5] = [
            (&[], None),
            (&[7], Some(7)),
            (&[1, 4], Some(2)),
            (&[1, 4, 90], Some(4)),
            (&[1, 4, 8, 90], Some(6)),
        ];
        for (stays, expected) in cases {
            assert_eq!(median(stays), expected, "{stays:?}");
        }
    }

    #[test]
    fn the_p90_is_by_nearest_rank() {
        let upto = |last: i64| (1..=last).collect::<Vec<_>>();
        for (count, expected) in
            [(0, None), (1, Some(1)), (9, Some(9)), (10, Some(9)), (11, Some(10)), (20, Some(18))]
        {
            assert_eq!(p90(&upto(count)), expected, "of {count}");
        }
    }
}
