//! The log in formats of others, a piece at a time: each call reads a page and tells where the next
//! one begins, so that memory does not grow with the log and whoever reads may take its time. What is
//! written between two pieces may or may not be in the whole; nothing is told twice.

use super::read::HistoryQuery;
use super::{Engine, Page, Told};
use crate::error::Error;
use crate::export::csv;
use crate::ids::ContactId;
use crate::store::Store;

words! {
    /// How the log is told.
    #[derive(Default)]
    pub enum Format {
        /// A table.
        #[default]
        Csv = "csv",
        /// An event log, contact by contact.
        Xes = "xes",
        /// A batch of events.
        CloudEvents = "cloudevents",
    }
}

record! {
    /// What an export is asked for besides the query of a history.
    #[derive(Clone, Debug, Default)]
    pub struct Scope {
        /// One contact's alone.
        pub contact: Option<ContactId> = "contactId",
        /// Of a table: whether it begins with a byte order mark.
        pub bom: bool = "bom" or default,
    }
}

/// A piece of an export.
#[derive(Clone, Debug, Default)]
pub struct Piece {
    /// Its bytes: whole characters.
    pub bytes: Vec<u8>,
    /// Where the next one begins; none after the last.
    pub next: Option<String>,
}

/// Rows read in one go.
const ROWS: u32 = 500;
impl<S: Store> Engine<S> {
    /// The next piece of the log as `format` tells it; without a cursor the first. How many rows a
    /// query asks for does not matter.
    ///
    /// # Errors
    /// `invalid` for a query that can't be; what the store says.
    pub async fn export(
        &self,
        format: Format,
        query: HistoryQuery,
        scope: &Scope,
        cursor: Option<String>,
    ) -> Result<Piece, Error> {
        self.open_or_refuse()?;
        let query = HistoryQuery { limit: Some(ROWS), cursor: None, count: false, ..query };
        self.filter(&query, false)?;
        if format == Format::Xes {
            return self.export_traces(query, scope, cursor).await;
        }
        let first = cursor.is_none();
        let page = self.told(HistoryQuery { cursor, ..query }, scope).await?;
        let bytes = match format {
            Format::Csv => self.csv(&page, first, scope.bom)?,
            _ => self.cloud_events(&page, first)?,
        };
        Ok(Piece { bytes, next: page.next })
    }

    async fn told(&self, query: HistoryQuery, scope: &Scope) -> Result<Page<Told>, Error> {
        let Some(id) = &scope.contact else {
            return self.history_all(&query).await;
        };
        let (contact, page) = self.history(id, &query).await?;
        let items = page.items.into_iter().map(|row| (contact.clone(), row)).collect();
        Ok(Page { total: None, items, next: page.next })
    }

    fn csv(&self, page: &Page<Told>, first: bool, bom: bool) -> Result<Vec<u8>, Error> {
        let mut out = Vec::new();
        if first && bom {
            out.extend_from_slice(csv::BOM);
        }
        self.view(|viewer| {
            if first {
                viewer.csv_head(&mut out);
            }
            page.items.iter().try_for_each(|(contact, row)| viewer.csv_row(contact, row, &mut out))
        })?;
        Ok(out)
    }

    fn cloud_events(&self, page: &Page<Told>, mut first: bool) -> Result<Vec<u8>, Error> {
        let mut out = Vec::new();
        if first {
            out.push(b'[');
        }
        self.view(|viewer| {
            page.items.iter().try_for_each(|(contact, row)| {
                let between: &[u8] = if std::mem::take(&mut first) { b"\n" } else { b",\n" };
                out.extend_from_slice(between);
                viewer.cloud_event(&self.name, contact, row, &mut out)
            })
        })?;
        if page.next.is_none() {
            out.extend_from_slice(b"\n]\n");
        }
        Ok(out)
    }
}
