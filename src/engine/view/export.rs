//! What is told in formats of others: rows, events and to-dos with their words in the book's locale.

use super::{Viewer, shown_id};
use crate::engine::{Loaded, Todo};
use crate::error::Error;
use crate::export::{cloudevents, csv, ics, xes};
use crate::json;
use crate::project::Row;

/// Columns of a table, by the key of their heading.
const COLUMNS: [&str; 12] = [
    "occurredAt",
    "contactId",
    "contactName",
    "kind",
    "summary",
    "by",
    "byName",
    "byKind",
    "recordedAt",
    "id",
    "supersededBy",
    "data",
];

impl Viewer<'_> {
    /// Appends the headings of a table.
    pub(in crate::engine) fn csv_head(&self, out: &mut Vec<u8>) {
        let mut row = csv::Row::open(out);
        for column in COLUMNS {
            row.cell(&self.messages.text(&format!("column.{column}"), &crate::params! {}));
        }
        row.close();
    }

    /// Appends an entry as a row of a table.
    pub(in crate::engine) fn csv_row(
        &self,
        contact: &Loaded,
        row: &Row,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let entry = row.entry()?.0;
        let view = self.history_view(&contact.state, row, &entry);
        let mut cells = csv::Row::open(out);
        cells.cell(&view.occurred_at.to_string());
        cells.cell(view.contact_id);
        cells.cell(view.contact_name.unwrap_or_default());
        cells.cell(view.kind);
        cells.cell(&view.summary);
        cells.cell(view.by.as_str());
        cells.cell(view.by_name);
        cells.cell(view.by_kind.code());
        cells.cell(&view.recorded_at.to_string());
        cells.cell(view.id.as_str());
        cells.cell(view.superseded_by.map_or("", |entry| entry.as_str()));
        cells.cell(&json::text(view.data));
        cells.close();
        Ok(())
    }

    /// Appends an entry as an event of the batch format.
    pub(in crate::engine) fn cloud_event(
        &self,
        book: &str,
        contact: &Loaded,
        row: &Row,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let entry = row.entry()?.0;
        let view = self.history_view(&contact.state, row, &entry);
        let told = cloudevents::Told {
            book,
            order: &row.order,
            kind: &row.kind,
            subject: shown_id(&contact.state),
            occurred: row.occurred,
            recorded: row.at,
            data: &view,
        };
        cloudevents::event(&told, out);
        Ok(())
    }

    /// Appends an entry as an event of its contact's trace.
    pub(in crate::engine) fn xes_event(&self, row: &Row, out: &mut Vec<u8>) -> Result<(), Error> {
        let entry = row.entry()?.0;
        xes::event(row, &entry, &|label| label.text(self.messages.locale()), out);
        Ok(())
    }

    /// The calendar of `todos`.
    pub(in crate::engine) fn calendar(&self, book: &str, todos: &[Todo]) -> String {
        let entries: Vec<_> = todos.iter().filter_map(|todo| self.todo(book, todo)).collect();
        ics::calendar(&entries, self.now, self.zone)
    }

    fn todo<'t>(&self, book: &str, todo: &'t Todo) -> Option<ics::Todo<'t>> {
        let pending = todo.pending()?;
        let category = pending.label.text(self.messages.locale());
        Some(ics::Todo {
            uid: format!("{}@{book}", todo.id),
            summary: format!("{category}: {}", todo.agenda.name),
            description: pending.description.as_deref(),
            category,
            contact: todo.agenda.contact.as_str(),
            assignee: &pending.assignee_name,
            date: pending.date,
            due: pending.due,
            alarm: pending.rings(self.now, self.zone),
        })
    }
}
