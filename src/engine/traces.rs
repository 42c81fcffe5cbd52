//! The log as traces, contact by contact, a piece at a time. Contacts come in the order of the
//! ledger's names of them, which no write changes: none is missed, none comes twice.

use super::Engine;
use super::exporting::{ExportQuery, Piece};
use super::loaded::Loaded;
use super::read::bad_cursor;
use crate::error::Error;
use crate::export::xes;
use crate::ids::{CommitNo, ContactName};
use crate::store::{By, Range, Record, Store, Table};

/// Contacts read in one go.
const CONTACTS: u32 = 32;
/// A piece that has so many bytes gets no further contact.
const FULL: usize = 256 * 1024;
/// What stands between a contact and the cursor in its rows.
const MARK: char = '|';

/// What can be an event of a trace, in the order of time.
fn events(query: &ExportQuery) -> ExportQuery {
    let asked =
        |kind: &str| query.kinds.as_ref().is_none_or(|kinds| kinds.iter().any(|k| k == kind));
    let kinds = xes::KINDS.into_iter().filter(|kind| asked(kind)).map(str::to_owned);
    let order = Some("oldest".to_owned());
    ExportQuery { kinds: Some(kinds.collect()), order, ..query.clone() }
}

impl<S: Store> Engine<S> {
    /// The next piece of the log as traces; without a cursor the first.
    pub(super) async fn export_traces(
        &self,
        query: &ExportQuery,
        cursor: Option<String>,
    ) -> Result<Piece, Error> {
        let query = events(query);
        let mut out = Vec::new();
        let (mut from, mut within) = match &cursor {
            None => {
                xes::open(&self.name, &mut out);
                // The tables are read; what is not in them yet must be.
                self.compact().await?;
                (String::new(), None)
            }
            Some(cursor) => {
                let (from, within) = cursor.split_once(MARK).ok_or_else(bad_cursor)?;
                (from.to_owned(), Some(within.to_owned()).filter(|within| !within.is_empty()))
            }
        };
        loop {
            let epoch = self.shared.borrow().head.commit;
            let records = self.store.range(self.contacts_from(&from, &query)).await?;
            let last = records.len() < CONTACTS as usize;
            for record in records {
                let name = ContactName::from(record.key.as_str());
                let rest = self.trace(record, epoch, &query, within.take(), &mut out).await?;
                if let Some(rest) = rest {
                    return Ok(Piece { bytes: out, next: Some(format!("{name}{MARK}{rest}")) });
                }
                from = format!("{name}\u{1}");
                if out.len() >= FULL {
                    return Ok(Piece { bytes: out, next: Some(format!("{from}{MARK}")) });
                }
            }
            if last {
                xes::close(&mut out);
                return Ok(Piece { bytes: out, next: None });
            }
        }
    }

    fn contacts_from(&self, from: &str, query: &ExportQuery) -> Range {
        let only = query.contact.as_ref().map(|id| self.name_of(id));
        let first = only.as_ref().map_or("", ContactName::as_str);
        Range {
            table: Table::Contacts,
            by: By::Key,
            from: from.max(first).to_owned(),
            to: only.as_ref().map_or_else(|| "~".to_owned(), |only| format!("{only}\u{1}")),
            limit: CONTACTS,
            descending: false,
        }
    }

    /// Appends a contact's trace, or what of it comes after the cursor. Gives the cursor of what is
    /// left, if the piece is full before the trace is whole. A contact that has no event has no
    /// trace.
    async fn trace(
        &self,
        record: Record,
        epoch: CommitNo,
        query: &ExportQuery,
        mut within: Option<String>,
        out: &mut Vec<u8>,
    ) -> Result<Option<String>, Error> {
        let name = ContactName::from(record.key.as_str());
        let mut known = self.adopt(&name, epoch, Some(record.value))?;
        let mut open = within.is_some();
        loop {
            let (contact, page) =
                self.history_of(&name, known.take(), &query.rows(within.take())).await?;
            let Loaded { state, .. } = &*contact;
            let profile = state.profile.as_ref().filter(|_| state.exists());
            if let Some(profile) = profile.filter(|_| !open && !page.items.is_empty()) {
                xes::open_trace(state.id.as_str(), profile, out);
                open = true;
            }
            // Of a contact that was erased meanwhile nothing more is told.
            if profile.is_some() {
                self.view(|viewer| {
                    page.items.iter().try_for_each(|row| viewer.xes_event(row, out))
                })?;
            }
            within = page.next;
            if within.is_none() {
                if open {
                    xes::close_trace(out);
                }
                return Ok(None);
            }
            if out.len() >= FULL {
                return Ok(within);
            }
        }
    }
}
