//! Who does what one tab alone should do, where the browser has no Web Locks: a row of the store
//! says who, and until when. It is written in a commit of its own: of two who take it at once, one
//! finds the number taken and reads again. What its holder does is fenced by commit numbers like
//! every write, so that a clock that is wrong costs traffic and never data.

use super::{ATTEMPTS, Engine};
use crate::error::{Clash, Error};
use crate::json;
use crate::store::{Change, Outcome, Store, Table};
use crate::time::Instant;

/// How long a lease holds that is not renewed.
const LENGTH_MS: i64 = 30_000;
/// Commits after which the tables take in what leases alone would never have them do.
const MANY: usize = 500;

record! {
    struct Lease {
        holder: String = "holder",
        until: Instant = "until",
    }
}

impl<S: Store> Engine<S> {
    /// Takes or renews the lease for `what`, or gives it back: 0, or the milliseconds for which
    /// another handle has it.
    ///
    /// # Errors
    /// What the store says.
    pub async fn lease(&self, what: &str, give_back: bool) -> Result<u64, Error> {
        self.open_or_refuse()?;
        let _turn = self.turn().await?;
        let holder = self.holder.get_or_init(|| self.new_id());
        let key = ["lease/", what].concat();
        for _ in 0..ATTEMPTS {
            let mut work = self.begin_work(Default::default());
            let now = work.now.millis();
            let known = self.store.get(Table::Meta, &key).await?;
            let known = known.and_then(|known| json::read_bytes::<Lease>(&known).ok());
            let left = known.filter(|known| known.holder != *holder);
            let left = left.map_or(0, |known| known.until.millis() - now);
            // One that holds for longer was taken by a clock that is wrong.
            if (1..=LENGTH_MS).contains(&left) {
                return Ok(left.unsigned_abs());
            }
            let until = Instant::from_millis(if give_back { now } else { now + LENGTH_MS });
            let value = json::bytes(&Lease { holder: holder.clone(), until });
            work.changes.push(Change::Put {
                table: Table::Meta,
                key: key.clone(),
                sort: None,
                value,
            });
            let many = self.shared.borrow().tail.len() >= MANY;
            let outcome = match many {
                true => self.commit_compacted(&mut work).await?,
                false => self.commit_tail(&mut work).await?,
            };
            if outcome == Outcome::Done {
                return Ok(0);
            }
            self.follow().await?;
        }
        Err(Clash::Busy.into())
    }
}
