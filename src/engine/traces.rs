//! The log as traces, contact by contact, a piece at a time. Contacts come in the order of the
//! ledger's names of them, which no write changes: none is missed, none comes twice.

use super::Engine;
use super::exporting::{Piece, Scope};
use super::read::{HistoryQuery, bad_cursor};
use crate::error::Error;
use crate::export::xes;
use crate::ids::ContactName;
use crate::store::{By, Range, Store, Table};

/// Contacts read in one go.
const CONTACTS: u32 = 32;
/// A piece that has so many bytes gets no further contact.
const FULL: usize = 256 * 1024;
/// What stands between a contact and the cursor in its rows.
const MARK: char = '|';

/// What can be an event of a trace, in the order of time.
fn events(query: HistoryQuery) -> HistoryQuery {
    let asked = |kind: &&str| match &query.kinds {
        None => true,
        Some(kinds) => kinds.iter().any(|one| one == kind),
    };
    let kinds = xes::KINDS.iter().copied().filter(asked).map(str::to_owned).collect();
    HistoryQuery { kinds: Some(kinds), order: Some("oldest".to_owned()), ..query }
}

impl<S: Store> Engine<S> {
    /// The next piece of the log as traces; without a cursor the first.
    pub(super) async fn export_traces(
        &self,
        query: HistoryQuery,
        scope: &Scope,
        cursor: Option<String>,
    ) -> Result<Piece, Error> {
        let mut query = events(query);
        let mut out = Vec::new();
        let mut from = match &cursor {
            None => {
                xes::open(&self.name, &mut out);
                // The tables are read; what is not in them yet must be.
                self.compact().await?;
                String::new()
            }
            Some(cursor) => {
                let (from, within) = cursor.split_once(MARK).ok_or_else(bad_cursor)?;
                query.cursor = Some(within.to_owned()).filter(|within| !within.is_empty());
                from.to_owned()
            }
        };
        loop {
            let epoch = self.shared.borrow().head.commit;
            let records = self.store.range(self.contacts_from(&from, scope)).await?;
            let last = records.len() < CONTACTS as usize;
            for record in records {
                let Some(name) = ContactName::parse(&record.key) else { continue };
                // From here on it is in memory, if it is still as it was read.
                self.adopt(&name, epoch, Some(record.value))?;
                self.trace(&name, &mut query, &mut out).await?;
                if let Some(rest) = query.cursor.take() {
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

    fn contacts_from(&self, from: &str, scope: &Scope) -> Range {
        let only = scope.contact.as_ref().map(|id| self.name_of(id));
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

    /// Appends a contact's trace, or what of it comes after the query's cursor, which is then that of
    /// what is left, if the piece is full before the trace is whole. A contact that has no event has
    /// no trace.
    async fn trace(
        &self,
        name: &ContactName,
        query: &mut HistoryQuery,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let mut open = query.cursor.is_some();
        loop {
            let (contact, page) = self.history_of(name, query, true).await?;
            let state = &contact.state;
            // Of a contact that was erased meanwhile nothing more is told.
            if let Some(profile) = state.profile.as_ref().filter(|_| state.exists()) {
                if !open && !page.items.is_empty() {
                    xes::open_trace(state.id.as_str(), profile, out);
                    open = true;
                }
                self.view(|view| page.items.iter().try_for_each(|row| view.xes_event(row, out)))?;
            }
            query.cursor = page.next;
            if open && query.cursor.is_none() {
                xes::close_trace(out);
            }
            if query.cursor.is_none() || out.len() >= FULL {
                return Ok(());
            }
        }
    }
}
