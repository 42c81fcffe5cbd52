//! Commands that were given before: under the same commandId the first answer holds, and another command
//! is a conflict. It reads what was written then, and writes nothing.

use super::Engine;
use super::head::Answer;
use super::work::Work;
use super::write::{Queued, Written};
use crate::error::{Clash, Error, Fault};
use crate::ids::Seq;
use crate::json::{self, ToJson};
use crate::sort;
use crate::store::{Store, Table};
use std::rc::Rc;

impl<S: Store> Engine<S> {
    /// What was answered to the command's id before, if it had one and was.
    pub(super) async fn answered(&self, queued: &Queued) -> Result<Option<Answer>, Error> {
        let Some(id) = &queued.options.command_id else {
            return Ok(None);
        };
        let key = self.pseudonyms.name("command", id);
        if let Some(answer) = self.shared.borrow().answers.get(&key) {
            return Ok(Some(answer.clone()));
        }
        match self.store.get(Table::Commands, &key).await? {
            Some(bytes) => Ok(Some(json::read_bytes(&bytes).map_err(Fault::Internal)?)),
            None => Ok(None),
        }
    }

    /// What the first call wrote, with the contact as it now is.
    pub(super) async fn replay(&self, queued: &Queued, answer: &Answer) -> Result<Written, Error> {
        self.same_command(queued, answer)?;
        let contact = self.load(&answer.contact).await?;
        let replica = self.shared.borrow().seal.replica.clone();
        let mut entries = Vec::new();
        for row in self.all_rows(&answer.contact, None).await? {
            let place = row.order.seq.0.checked_sub(answer.from.0);
            if row.order.replica == replica && place.is_some_and(|place| place < answer.count) {
                let (entry, _) = row.entry()?;
                entries.push((row, Rc::new(entry)));
            }
        }
        sort::sort(&mut entries, |(a, _), (b, _)| a.order.seq.cmp(&b.order.seq));
        Ok(Written { contact, entries, issues: Vec::new() })
    }

    /// The same id twice among commands of one commit.
    pub(super) fn twice_in_one(
        &self,
        queued: &Queued,
        answer: &Answer,
        work: &Work,
    ) -> Result<Written, Error> {
        self.same_command(queued, answer)?;
        let contact = work.contact(&answer.contact).cloned().unwrap_or_default();
        let wrote = |seq: Seq| seq >= answer.from && seq.0 < answer.from.0 + answer.count;
        let rows = contact.rows.iter().filter(|row| wrote(row.order.seq)).cloned();
        let entries = rows
            .filter_map(|row| row.entry().ok().map(|(entry, _)| (row, Rc::new(entry))))
            .collect();
        Ok(Written { contact, entries, issues: Vec::new() })
    }

    fn same_command(&self, queued: &Queued, answer: &Answer) -> Result<(), Error> {
        if answer.fingerprint == self.fingerprint(queued) {
            return Ok(());
        }
        let id = queued.options.command_id.clone().unwrap_or_default();
        Err(Clash::CommandReused(id).into())
    }

    pub(super) fn fingerprint(&self, queued: &Queued) -> String {
        let mut bytes = json::bytes(&queued.command);
        queued.options.occurred_at.write(&mut bytes);
        self.pseudonyms.fingerprint(&bytes)
    }
}
