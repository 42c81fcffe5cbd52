//! The log in formats of others, a piece at a time: each call reads a page and tells where the next
//! one begins, so that memory does not grow with the log and whoever reads may take its time. What is
//! written between two pieces may or may not be in the whole; nothing is told twice.

use super::read::{Filter, HistoryQuery};
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
    /// What of the history is told.
    #[derive(Clone, Debug, Default)]
    #[allow(missing_docs)]
    pub struct ExportQuery {
        pub kinds: Option<Vec<String>> = "kinds",
        pub by: Option<String> = "by",
        pub from: Option<String> = "from",
        pub to: Option<String> = "to",
        pub text: Option<String> = "text",
        pub order: Option<String> = "order",
        pub contact: Option<ContactId> = "contactId",
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
impl ExportQuery {
    /// The rows that are asked for, from `cursor` on.
    pub(super) fn rows(&self, cursor: Option<String>) -> HistoryQuery {
        HistoryQuery {
            kinds: self.kinds.clone(),
            by: self.by.clone(),
            from: self.from.clone(),
            to: self.to.clone(),
            text: self.text.clone(),
            order: self.order.clone(),
            limit: Some(ROWS),
            cursor,
            count: false,
        }
    }
}

impl<S: Store> Engine<S> {
    /// The next piece of the log as `format` tells it; without a cursor the first.
    ///
    /// # Errors
    /// `invalid` for a query that can't be; what the store says.
    pub async fn export(
        &self,
        format: Format,
        query: &ExportQuery,
        cursor: Option<String>,
    ) -> Result<Piece, Error> {
        self.open_or_refuse()?;
        Filter::new(&query.rows(None), self.world.as_ref())?;
        if format == Format::Xes {
            return self.export_traces(query, cursor).await;
        }
        let first = cursor.is_none();
        let page = self.told(query, cursor).await?;
        let bytes = match format {
            Format::Csv => self.csv(&page, first, query.bom)?,
            _ => self.cloud_events(&page, first)?,
        };
        Ok(Piece { bytes, next: page.next })
    }

    async fn told(&self, query: &ExportQuery, cursor: Option<String>) -> Result<Page<Told>, Error> {
        let rows = query.rows(cursor);
        let Some(id) = &query.contact else {
            return self.history_all(&rows).await;
        };
        let (contact, page) = self.history(id, &rows).await?;
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
