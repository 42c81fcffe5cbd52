//! A database read from outside: every byte of it, the ledger's lines in their order, and the
//! state that these lines alone make.

use stagebook::engine::{Engine, HistoryQuery, Part};
use stagebook::event::{DEFINITION_ADDED, Entry, Fact};
use stagebook::ids::{CommitNo, ContactId, ContactName};
use stagebook::json;
use stagebook::ledger::{Line, LogReport, Pseudonyms, last_line};
use stagebook::project::{Contact, Row, RowBody};
use stagebook::store::{By, Range, Record, Store, Table};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Every record of a table.
pub(crate) async fn records<S: Store>(store: &S, table: Table) -> Vec<Record> {
    let (from, to) = (String::new(), "\u{ffff}".to_owned());
    let range = Range { table, by: By::Key, from, to, limit: u32::MAX, descending: false };
    store.range(range).await.unwrap()
}

/// Every byte that is stored: keys and values of all tables, and all commits. Rows are unpacked: a
/// name in them would not be found otherwise.
pub(crate) async fn everything<S: Store>(store: &S) -> Vec<u8> {
    let mut all = Vec::new();
    for (table, ..) in Table::ALL {
        for record in records(store, table).await {
            all.extend_from_slice(record.key.as_bytes());
            all.push(b'\n');
            all.extend_from_slice(&unpacked(table, &record.value));
            all.push(b'\n');
        }
    }
    for (_, record) in store.commits_after(CommitNo(0)).await.unwrap() {
        all.extend_from_slice(&record);
        all.push(b'\n');
    }
    all
}

fn unpacked(table: Table, value: &[u8]) -> Vec<u8> {
    let packed = match table {
        Table::Contacts => value.iter().position(|byte| *byte == b'\n').map(|end| end + 1),
        Table::History => Some(0),
        _ => None,
    };
    let (plain, packed) = value.split_at(packed.unwrap_or(value.len()));
    let rows = |packed| lz4_flex::block::decompress_size_prepended(packed).unwrap();
    let rows = if packed.is_empty() { Vec::new() } else { rows(packed) };
    [plain, &rows].concat()
}

/// How many commits there were.
pub(crate) async fn commits<S: Store>(store: &S) -> usize {
    store.commits_after(CommitNo(0)).await.unwrap().len()
}

/// The ledger: closed segments in their order, then the commits that are not compacted, whose
/// first line is not the ledger's.
pub(crate) async fn ledger<S: Store>(store: &S) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    for segment in records(store, Table::Log).await {
        lines.extend(text(&segment.value).lines().map(str::to_owned));
    }
    for (_, record) in store.commits_after(CommitNo(0)).await.unwrap() {
        lines.extend(text(&record).lines().skip(1).map(str::to_owned));
    }
    lines
}

/// The whole export of a book, as the facade puts it together.
pub(crate) async fn export<S: Store>(book: &Engine<S>) -> String {
    let (mut text, mut carried) = (String::new(), None);
    while let Some((next, part)) = book.carry(carried).await.unwrap() {
        match part {
            Part::Lines(lines) => text.push_str(std::str::from_utf8(&lines).unwrap()),
            Part::Head { checkpoint, last, .. } => text += &(last_line(checkpoint, last) + "\n"),
        }
        carried = Some(next);
    }
    text
}

/// What the lines alone make of each contact: its state, and its rows in the order of the fold.
pub(crate) fn replay(lines: &[String]) -> BTreeMap<ContactName, (Contact, Vec<Row>)> {
    let mut contacts: BTreeMap<ContactName, (Contact, Vec<Row>)> = BTreeMap::new();
    for text in lines {
        let line = Line::parse(text.as_bytes()).unwrap();
        let Some((body, _)) = line.body.filter(|_| line.header.kind != DEFINITION_ADDED) else {
            continue;
        };
        let order = line.header.order();
        let read = Fact::read(&line.header.kind, line.header.definition, body).unwrap();
        let (fact, id) = (read.0, read.1.unwrap_or_default());
        let name = line.header.contact.expect("a fact is about a contact");
        let entry = Entry { order, at: line.header.at, fact };
        let (state, rows) = contacts
            .entry(name.clone())
            .or_insert_with(|| (Contact::unknown(name, id), Vec::new()));
        rows.push(Row::fold(state, &entry, RowBody::new(body)));
    }
    contacts
}

/// A state's bytes: equal states are equal to the byte.
pub(crate) fn bytes_of(state: &Contact) -> String {
    json::text(state)
}

/// A row's bytes.
pub(crate) fn row_bytes(row: &Row) -> String {
    let mut line = Vec::new();
    row.write(&mut line);
    String::from_utf8(line).unwrap()
}

/// All of a contact's history, oldest first, read page by page.
pub(crate) async fn history<S: Store>(
    book: &Engine<S>,
    id: &ContactId,
    limit: u32,
) -> Vec<Rc<Row>> {
    let mut query = HistoryQuery {
        limit: Some(limit),
        order: Some("oldest".to_owned()),
        ..HistoryQuery::default()
    };
    let mut rows = Vec::new();
    loop {
        let (_, page) = book.history(id, &query).await.unwrap();
        assert!(page.items.len() <= limit as usize);
        rows.extend(page.items);
        query.cursor = page.next;
        if query.cursor.is_none() {
            return rows;
        }
    }
}

/// Asserts that the book answers about each contact exactly what the stored lines make of it.
pub(crate) async fn assert_replays<S: Store>(
    book: &Engine<S>,
    store: &impl Store,
    ids: &[ContactId],
    secret: &str,
) {
    let replayed = replay(&ledger(store).await);
    let names = Pseudonyms::new(book.name(), secret);
    for id in ids {
        let name = names.contact(id);
        let known = replayed.get(&name).cloned();
        let (state, mut rows) =
            known.unwrap_or_else(|| (Contact::unknown(name, ContactId::default()), Vec::new()));
        let live = book.contact(id).await.unwrap();
        assert_eq!(bytes_of(&live.state), bytes_of(&state), "{id}");
        rows.sort_by(Row::reading_order);
        let rows: Vec<String> = rows.iter().map(row_bytes).collect();
        let shown = history(book, id, 500).await;
        assert_eq!(shown.iter().map(|row| row_bytes(row)).collect::<Vec<_>>(), rows, "{id}");
    }
}

/// What the book's own check finds of its log.
pub(crate) async fn verify<S: Store>(book: &Engine<S>) -> LogReport {
    let mut reports = book.verify(&[], &|_, _| true).await.unwrap();
    assert_eq!(reports.len(), 1);
    reports.remove(0)
}

/// Asserts that the log is whole: seq from 0 without gaps, every link and hash right.
pub(crate) async fn assert_sound<S: Store>(book: &Engine<S>, store: &impl Store) -> LogReport {
    let mut last = None;
    for (place, text) in ledger(store).await.iter().enumerate() {
        let line = Line::parse(text.as_bytes()).unwrap();
        assert_eq!(line.header.seq.0, place as u64);
        assert_eq!(line.header.prev, last, "the link of {place}");
        assert!(line.body_fits() && line.is_canonical(), "{text}");
        last = Some(line.leaf());
    }
    let report = verify(book).await;
    assert!(report.ok(), "{report:?}");
    report
}
