//! The log in formats of others: whatever a text holds, a reader of the format gets it back; whatever
//! the book goes through meanwhile, the pieces are one whole.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use futures::executor::block_on;
use proptest::prelude::*;
use roxmltree::Document;
use serde_json::{Value, json};
use stagebook::command::{Command, Invitation, PendingDraft, RemindDraft, Scalar};
use stagebook::engine::{CalendarQuery, Engine, Format, HistoryQuery, Scope};
use stagebook::error::{Error, ErrorCode};
use stagebook::export::{csv, ics, xes};
use stagebook::project::Profile;
use stagebook::store::{MemoryStore, Store};
use stagebook::time::{Day, When, Zone};
use support::commands::{comment, complete, create_named, erase, go, log, pending, plan};
use support::{Iana, Setup, boss, cases, instant, run};

/// Text with all that formats trip over.
fn text() -> impl Strategy<Value = String> {
    let hard = "[=+@\t\r\n\"',;:&<>\\\\ \u{0}\u{1}\u{7f}\u{85}\u{2028}\u{fffe}\u{ffff}è\u{1f600}a-]{0,200}";
    prop_oneof![hard, "(?s).{0,120}"]
}

mod a_table {
    use super::*;

    fn write<'c>(cells: impl Iterator<Item = &'c str>, out: &mut Vec<u8>) {
        let mut row = csv::Row::open(out);
        cells.for_each(|cell| row.cell(cell));
        row.close();
    }

    fn read(bytes: &[u8]) -> Vec<Vec<String>> {
        let reader =
            ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
        let row = |row: ::csv::Result<::csv::StringRecord>| {
            row.unwrap().iter().map(str::to_owned).collect()
        };
        reader.into_records().map(row).collect()
    }

    proptest! {
        #![proptest_config(cases(400))]

        #[test]
        fn gives_every_cell_back_and_none_is_a_formula(rows in prop::collection::vec(prop::collection::vec(text(), 2..5), 1..4)) {
            // Only what the whole begins with can be taken for a byte order mark.
            let mut out = b"heading\r\n".to_vec();
            for row in &rows {
                write(row.iter().map(String::as_str), &mut out);
            }
            let found = read(&out).split_off(1);
            prop_assert_eq!(found.len(), rows.len());
            for (found, given) in found.iter().flatten().zip(rows.iter().flatten()) {
                let formula = |text: &str| text.starts_with(['=', '+', '-', '@', '\t', '\r']);
                prop_assert!(!formula(found));
                let expected = if formula(given) { format!("'{given}") } else { given.clone() };
                prop_assert_eq!(found, &expected);
            }
        }
    }

    #[test]
    fn quotes_only_what_needs_it_and_ends_lines_as_the_standard_says() {
        let mut out = Vec::new();
        write(["a", "b c", "d,e", "f\"g", "=1+1", "-5", "h\ni", ""].into_iter(), &mut out);
        let expected = "a,b c,\"d,e\",\"f\"\"g\",'=1+1,'-5,\"h\ni\",\r\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}

mod an_event_log {
    use super::*;

    fn held(text: &str) -> String {
        let allowed = |c: char| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
        text.chars().map(|c| if allowed(c) { c } else { '\u{fffd}' }).collect()
    }

    proptest! {
        #![proptest_config(cases(400))]

        #[test]
        fn holds_every_text(book in text(), contact in text(), name in text(), key in text(), value in text()) {
            let mut profile = Profile { name: name.clone(), ..Profile::default() };
            profile.fields.insert(format!("f{key}"), Scalar::Text(value.clone()));
            let mut out = Vec::new();
            xes::open(&book, &mut out);
            xes::open_trace(&contact, &profile, &mut out);
            xes::close_trace(&mut out);
            xes::close(&mut out);
            let written = String::from_utf8(out).unwrap();
            let document = Document::parse(&written).unwrap();
            let strings = document.descendants().filter(|node| node.has_tag_name(("http://www.xes-standard.org/", "string")));
            let found: Vec<(String, String)> = strings
                .filter(|node| node.parent().is_none_or(|parent| parent.tag_name().name() != "global"))
                .map(|node| (node.attribute("key").unwrap().to_owned(), node.attribute("value").unwrap().to_owned()))
                .collect();
            let expected = [
                ("concept:name".to_owned(), held(&book)),
                ("lifecycle:model".to_owned(), "standard".to_owned()),
                ("concept:name".to_owned(), held(&contact)),
                ("name".to_owned(), held(&name)),
                (held(&format!("f{key}")).replace(':', "."), held(&value)),
            ];
            prop_assert_eq!(found, expected);
        }
    }
}

mod a_calendar {
    use super::*;

    fn todo(text: &str) -> ics::Todo<'_> {
        ics::Todo {
            uid: "u".to_owned(),
            summary: text.to_owned(),
            description: None,
            category: "c",
            contact: "c",
            assignee: "a",
            date: Day::parse("2026-03-28").unwrap(),
            due: None,
            alarm: None,
        }
    }

    fn written(todo: ics::Todo<'_>, zone: &dyn Zone) -> String {
        ics::calendar(&[todo], instant("2026-03-09T14:05:00.500Z"), zone)
    }

    /// The value of a line that stands once, after joining what was folded.
    fn value(calendar: &str, name: &str) -> Option<String> {
        let joined = calendar.replace("\r\n ", "");
        let mut lines = joined.split("\r\n");
        lines.find_map(|line| line.strip_prefix(&format!("{name}:"))).map(str::to_owned)
    }

    fn unescaped(value: &str) -> String {
        let (mut out, mut rest) = (String::new(), value.chars());
        while let Some(character) = rest.next() {
            match character {
                '\\' => match rest.next().unwrap() {
                    'n' => out.push('\n'),
                    other => out.push(other),
                },
                ',' | ';' => panic!("a bare {character}"),
                other => out.push(other),
            }
        }
        out
    }

    proptest! {
        #![proptest_config(cases(400))]

        #[test]
        fn holds_every_text_in_lines_of_75_octets(given in text()) {
            let calendar = written(todo(&given), &Iana(chrono_tz::UTC));
            prop_assert!(calendar.ends_with("\r\n"));
            for line in calendar.split("\r\n") {
                prop_assert!(line.len() <= 75 && !line.contains(['\r', '\n']));
            }
            let unbroken = given.replace("\r\n", "\n").replace('\r', "\n");
            let expected: String = unbroken.chars().map(|c| if c.is_ascii_control() && c != '\n' && c != '\t' { '\u{fffd}' } else { c }).collect();
            prop_assert_eq!(unescaped(&value(&calendar, "SUMMARY").unwrap()), expected);
        }
    }

    #[test]
    fn a_start_is_of_the_dues_kind_and_before_it() {
        let rome = Iana(chrono_tz::Europe::Rome);
        let span = |due: Option<&str>| {
            let due = due.map(|due| When::parse(due).unwrap());
            let calendar = written(ics::Todo { due, ..todo("x") }, &rome);
            let names = ["DTSTART;VALUE=DATE", "DUE;VALUE=DATE", "DTSTART", "DUE"];
            names.map(|name| value(&calendar, name).unwrap_or_default())
        };
        assert_eq!(span(None), ["20260328", "", "", ""]);
        assert_eq!(span(Some("2026-03-29")), ["20260328", "20260329", "", ""]);
        assert_eq!(span(Some("2026-03-28")), ["", "20260328", "", ""]);
        // The clocks go forward in the night to the 29th.
        let moment = span(Some("2026-03-29T03:30:00+02:00"));
        assert_eq!(moment, ["", "", "20260327T230000Z", "20260329T013000Z"]);
        assert_eq!(span(Some("2026-03-28T00:00:00.900+01:00")), ["", "", "", "20260327T230000Z"]);
    }
}

/// What is asked for.
type Asked = (HistoryQuery, Scope);

async fn pieces<S: Store>(book: &Engine<S>, format: Format, asked: &Asked) -> Vec<String> {
    let (mut pieces, mut cursor) = (Vec::new(), None);
    loop {
        let (query, scope) = asked.clone();
        let piece = book.export(format, query, &scope, cursor).await.unwrap();
        pieces.push(String::from_utf8(piece.bytes).unwrap());
        cursor = piece.next;
        if cursor.is_none() {
            return pieces;
        }
    }
}

/// A book in which `contacts` have gone from stage to stage, with comments between.
async fn lively(contacts: usize, comments: usize) -> (Engine<MemoryStore>, Setup) {
    let setup = Setup::sales();
    let (book, _) = setup.fresh().await;
    for contact in 0..contacts {
        let id = format!("c{contact}");
        run(&book, create_named(&id, "Rossi, =Anna")).await.unwrap();
        run(&book, log(&id, "call")).await.unwrap();
        run(&book, plan(&id, pending("call", false))).await.unwrap();
        run(&book, go(&id, "begin")).await.unwrap();
        for nth in 0..comments {
            setup.clock.advance(1);
            run(&book, comment(&id, &format!("{nth} \"said\""))).await.unwrap();
        }
    }
    (book, setup)
}

fn ids(batch: &str) -> Vec<String> {
    let events: Vec<Value> = serde_json::from_str(batch).unwrap();
    events.iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_pieces_of_a_batch_are_the_history_of_all_in_either_order() {
    block_on(async {
        let (book, _) = lively(3, 500).await;
        for order in ["newest", "oldest"] {
            let query = (
                HistoryQuery { order: Some(order.to_owned()), ..HistoryQuery::default() },
                Scope::default(),
            );
            let pieces = pieces(&book, Format::CloudEvents, &query).await;
            assert!(pieces.len() > 2);
            let mut found = ids(&pieces.concat());
            let mut expected = Vec::new();
            let mut cursor = None;
            loop {
                let query = HistoryQuery {
                    order: Some(order.to_owned()),
                    cursor,
                    ..HistoryQuery::default()
                };
                let page = book.history_all(&query).await.unwrap();
                expected.extend(page.items.iter().map(|(_, row)| row.order.id().to_string()));
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(found, expected);
            found.sort();
            found.dedup();
            assert_eq!(found.len(), expected.len());
        }
    });
}

#[test]
fn a_write_or_an_erasure_between_two_pieces_breaks_nothing() {
    block_on(async {
        for format in [Format::Csv, Format::CloudEvents, Format::Xes] {
            let (book, setup) = lively(40, 30).await;
            for (contact, kind) in (0..800).map(|nth| (nth % 40, ["call", "visit"][nth % 2])) {
                setup.clock.advance(1);
                run(&book, plan(&format!("c{contact}"), pending(kind, false))).await.unwrap();
            }
            let (mut whole, mut cursor, mut n) = (String::new(), None, 0);
            loop {
                let piece = book
                    .export(format, HistoryQuery::default(), &Scope::default(), cursor)
                    .await
                    .unwrap();
                whole.push_str(std::str::from_utf8(&piece.bytes).unwrap());
                cursor = piece.next;
                if cursor.is_none() {
                    break;
                }
                n += 1;
                run(&book, create_named(&format!("new{n}"), "New")).await.unwrap();
                run(&book, erase(&format!("c{n}"))).await.unwrap();
                if n % 2 == 0 {
                    book.compact().await.unwrap();
                }
            }
            assert!(n >= 1, "{format:?} came in one piece");
            match format {
                Format::Csv => {
                    let mut reader = ::csv::Reader::from_reader(whole.as_bytes());
                    let rows = reader.records().map(|row| row.unwrap().get(9).unwrap().to_owned());
                    assert!(all_differ(rows.collect()) > 1_000);
                }
                Format::CloudEvents => assert!(all_differ(ids(&whole)) > 1_000),
                Format::Xes => assert!(all_differ(traces(&whole)) >= 38),
            }
        }
    });
}

fn all_differ(mut found: Vec<String>) -> usize {
    let count = found.len();
    found.sort();
    found.dedup();
    assert_eq!(found.len(), count);
    count
}

fn traces(log: &str) -> Vec<String> {
    let document = Document::parse(log).unwrap();
    let traces = document.descendants().filter(|node| node.tag_name().name() == "trace");
    traces.map(|trace| attribute(trace, "concept:name").unwrap()).collect()
}

fn attribute(node: roxmltree::Node<'_, '_>, key: &str) -> Option<String> {
    let found = node.children().find(|child| child.attribute("key") == Some(key));
    found.and_then(|child| child.attribute("value")).map(str::to_owned)
}

#[test]
fn a_trace_of_many_pieces_is_whole_and_in_the_order_of_time() {
    block_on(async {
        let (book, setup) = lively(1, 0).await;
        let description = "x".repeat(2_000);
        for nth in 0..700 {
            setup.clock.advance(60_000);
            let day = format!("2025-{:02}-{:02}T10:00:00Z", nth % 12 + 1, nth % 28 + 1);
            let row = json!([{ "contact": "c0", "at": day, "by": "ugo", "kind": "log", "type": "call", "description": description }]);
            book.import(&boss(), &row.to_string(), 0, true).await.unwrap();
        }
        let pieces = pieces(&book, Format::Xes, &Asked::default()).await;
        assert!(pieces.len() > 2);
        let whole = pieces.concat();
        assert_eq!(traces(&whole), ["c0"]);
        let document = Document::parse(&whole).unwrap();
        let events = document.descendants().filter(|node| node.tag_name().name() == "event");
        let times: Vec<String> =
            events.map(|event| attribute(event, "time:timestamp").unwrap()).collect();
        assert_eq!(times.len(), 704);
        assert!(times.is_sorted());
    });
}

#[test]
fn a_life_is_told_by_the_transitions_of_the_standard_lifecycle() {
    block_on(async {
        let setup = Setup { locale: "it".to_owned(), ..Setup::sales() };
        let (book, _) = setup.fresh().await;
        run(&book, create_named("c", "Rossi")).await.unwrap();
        let planned = async |kind: &str| {
            setup.clock.advance(60_000);
            let written = run(&book, plan("c", pending(kind, false))).await.unwrap();
            let id = written.contact.state.pending.iter().filter(|(_, one)| one.closed.is_none());
            id.map(|(id, _)| id.to_string()).next().unwrap()
        };
        let call = planned("call").await;
        run(&book, complete(&call)).await.unwrap();
        run(&book, Command::Reopen { pending: call.clone() }).await.unwrap();
        let reason = Some("late".to_owned());
        run(&book, Command::Cancel { pending: call.clone(), reason }).await.unwrap();
        run(&book, go("c", "begin")).await.unwrap();
        run(&book, comment("c", "no event")).await.unwrap();
        let told = pieces(&book, Format::Xes, &Asked::default()).await.concat();
        let document = Document::parse(&told).unwrap();
        let events = document.descendants().filter(|node| node.tag_name().name() == "event");
        let lives: Vec<_> = events
            .map(|event| {
                ["kind", "code", "lifecycle:transition", "concept:instance"]
                    .map(|key| attribute(event, key).unwrap_or_default())
            })
            .collect();
        let expected = [
            ["workflow.started", "new", "complete", ""],
            ["activity.planned", "call", "schedule", &call],
            ["activity.completed", "call", "complete", &call],
            ["activity.reopened", "call", "schedule", &call],
            ["activity.cancelled", "call", "withdraw", &call],
            ["workflow.transitioned", "talk", "complete", ""],
        ];
        assert_eq!(lives, expected);
        let only = (
            HistoryQuery {
                kinds: Some(vec!["workflow.transitioned".to_owned()]),
                ..HistoryQuery::default()
            },
            Scope::default(),
        );
        let told = pieces(&book, Format::Xes, &only).await.concat();
        assert_eq!(told.matches("<event>").count(), 1);
    });
}

#[test]
fn filters_and_a_single_contact_narrow_every_format_down() {
    block_on(async {
        let (book, _) = lively(4, 3).await;
        let one =
            (HistoryQuery::default(), Scope { contact: Some("c2".into()), ..Scope::default() });
        let batch = pieces(&book, Format::CloudEvents, &one).await.concat();
        let events: Vec<Value> = serde_json::from_str(&batch).unwrap();
        assert!(events.len() >= 6 && events.iter().all(|event| event["subject"] == "c2"));
        assert_eq!(traces(&pieces(&book, Format::Xes, &one).await.concat()), ["c2"]);
        let nobody = (
            HistoryQuery { by: Some("nobody".to_owned()), ..HistoryQuery::default() },
            Scope::default(),
        );
        assert_eq!(pieces(&book, Format::Csv, &nobody).await.concat().lines().count(), 1);
        assert_eq!(pieces(&book, Format::CloudEvents, &nobody).await.concat(), "[\n]\n");
        assert_eq!(traces(&pieces(&book, Format::Xes, &nobody).await.concat()), [""; 0]);
    });
}

#[test]
fn a_query_that_cannot_be_is_invalid_in_every_format_even_of_an_empty_book() {
    block_on(async {
        let (book, _) = Setup::sales().fresh().await;
        let wrong = [
            HistoryQuery { from: Some("yesterday".to_owned()), ..HistoryQuery::default() },
            HistoryQuery { order: Some("random".to_owned()), ..HistoryQuery::default() },
        ];
        for format in [Format::Csv, Format::CloudEvents, Format::Xes] {
            for query in &wrong {
                let error: Error =
                    book.export(format, query.clone(), &Scope::default(), None).await.unwrap_err();
                assert_eq!(error.code(), ErrorCode::Invalid, "{format:?}");
            }
            let lost = Some("?".to_owned());
            let error = book
                .export(format, HistoryQuery::default(), &Scope::default(), lost)
                .await
                .unwrap_err();
            assert_eq!(error.code(), ErrorCode::Invalid, "{format:?}");
        }
    });
}

#[test]
fn headings_are_in_the_books_language_and_the_mark_comes_first() {
    block_on(async {
        let setup = Setup { locale: "it".to_owned(), ..Setup::sales() };
        let (book, _) = setup.fresh().await;
        let query = (HistoryQuery::default(), Scope { bom: true, ..Scope::default() });
        let table = pieces(&book, Format::Csv, &query).await.concat();
        assert!(table.starts_with("\u{feff}Quando (UTC),Id contatto,Contatto,"), "{table}");
    });
}

#[test]
fn a_calendar_has_what_is_open_and_rings_when_a_reminder_is_still_to_show() {
    block_on(async {
        let setup = Setup::sales();
        let (book, _) = setup.fresh().await;
        for contact in ["c1", "c2"] {
            run(&book, create_named(contact, "Rossi; Anna")).await.unwrap();
        }
        let remind = |start: &str, end: &str| {
            Some(RemindDraft { start: Some(start.to_owned()), end: Some(end.to_owned()) })
        };
        let draft = PendingDraft {
            due: Some("2026-03-29".to_owned()),
            remind: remind("2026-03-29", "2026-03-29T12:00:00+02:00"),
            description: Some("a, b\nc".to_owned()),
            ..pending("call", false)
        };
        let written = run(&book, plan("c1", draft)).await.unwrap();
        let id = written.contact.state.pending.iter().next().unwrap().0.clone();
        run(&book, plan("c2", pending("call", true))).await.unwrap();
        let all = book.calendar(&CalendarQuery::default()).await.unwrap();
        assert_eq!(all.matches("BEGIN:VTODO").count(), 2);
        assert!(all.contains("TRIGGER;VALUE=DATE-TIME:20260328T230000Z\r\n"), "{all}");
        assert!(all.contains("DESCRIPTION:a\\, b\\nc\r\n"), "{all}");
        let about = CalendarQuery { contact: Some("c1".into()), ..CalendarQuery::default() };
        let one = book.calendar(&about).await.unwrap();
        assert!(one.replace("\r\n ", "").contains(&format!("UID:{id}@crm\r\n")));
        assert_eq!(one.matches("BEGIN:VTODO").count(), 1);
        let whose = CalendarQuery { assignee: Some("nobody".into()), ..CalendarQuery::default() };
        assert_eq!(book.calendar(&whose).await.unwrap().matches("BEGIN:VTODO").count(), 0);

        let snoozed = Command::Snooze {
            pending: id.to_string(),
            until: "2026-03-29T09:00:00+02:00".to_owned(),
        };
        run(&book, snoozed).await.unwrap();
        let one = book.calendar(&about).await.unwrap();
        assert!(one.contains("TRIGGER;VALUE=DATE-TIME:20260329T070000Z\r\n"), "{one}");
        run(&book, Command::Acknowledge { pending: id.to_string() }).await.unwrap();
        assert!(!book.calendar(&about).await.unwrap().contains("VALARM"));
        run(&book, complete(id.as_str())).await.unwrap();
        assert_eq!(book.calendar(&about).await.unwrap().matches("VTODO").count(), 0);
    });
}

#[test]
fn an_address_of_an_invitation_is_data_and_never_a_formula() {
    block_on(async {
        let (book, _) = lively(1, 0).await;
        let input =
            Invitation { email: Some("=cmd@example.com".to_owned()), ..Invitation::default() };
        let _ = run(&book, Command::Invite { contact: "c0".into(), input }).await;
        run(&book, comment("c0", "=HYPERLINK(\"http://evil\")")).await.unwrap();
        let table = pieces(&book, Format::Csv, &Asked::default()).await.concat();
        let mut reader = ::csv::Reader::from_reader(table.as_bytes());
        for row in reader.records() {
            for cell in &row.unwrap() {
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
            }
        }
    });
}
