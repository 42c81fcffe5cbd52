//! Pages: read one after the other they are the whole, in either order, through any filter, however
//! the rows are stored.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

mod support;

use futures::executor::block_on;
use proptest::prelude::*;
use serde_json::{Value, json};
use stagebook::engine::{Activity, ActivityQuery, Engine, HistoryQuery, ListQuery, LogQuery, Page};
use stagebook::error::{Error, Fault};
use stagebook::ids::ContactId;
use stagebook::project::Row;
use stagebook::store::MemoryStore;
use std::rc::Rc;
use support::commands::{comment, create_named, go, pending, plan};
use support::database::{ledger, replay};
use support::{Setup, boss, cases, run};

/// A comment of some size that happened on a day of 2020, or happens now.
#[derive(Clone, Debug)]
struct Said {
    day: Option<u32>,
    by: &'static str,
    size: usize,
}

fn said() -> impl Strategy<Value = Said> {
    let by = prop::sample::select(&["anna", "ugo"][..]);
    (prop::option::weighted(0.7, 1..29_u32), by, prop_oneof![0..50_usize, 3_000..9_000_usize])
        .prop_map(|(day, by, size)| Said { day, by, size })
}

/// A contact whose history fills several chunks, some of it in the tail.
async fn contact_with(said: &[Said]) -> (Engine<MemoryStore>, MemoryStore) {
    let (book, store) = Setup::sales().fresh().await;
    run(&book, create_named("c", "Rossi")).await.unwrap();
    for (n, one) in said.iter().enumerate() {
        let text = format!("{} {n} {}", ["Word", "other"][n % 2], "x".repeat(one.size));
        match one.day {
            None => drop(run(&book, comment("c", &text)).await.unwrap()),
            Some(day) => {
                let at = format!("2020-05-{day:02}T10:00:00Z");
                let row = json!([{ "contact": "c", "at": at, "by": one.by, "kind": "comment", "text": text }]);
                book.import(&boss(), &row.to_string(), 0, true).await.unwrap();
            }
        }
    }
    (book, store)
}

fn query() -> impl Strategy<Value = HistoryQuery> {
    let some = |words: &'static [&'static str]| {
        let word = prop::sample::select(words).prop_map(str::to_owned);
        prop::option::weighted(0.3, word)
    };
    let kinds = prop::option::weighted(0.3, Just(vec!["contact.commented".to_owned()]));
    let order = some(&["newest", "oldest"]);
    let days = || some(&["2020-05-05", "2020-05-20T10:00:00Z", "2026-01-01"]);
    (
        kinds,
        some(&["anna", "boss"]),
        days(),
        days(),
        some(&["WORD", "ther 1", "none"]),
        1..12_u32,
        order,
        any::<bool>(),
    )
        .prop_map(|(kinds, by, from, to, text, limit, order, count)| HistoryQuery {
            kinds,
            by,
            from,
            to,
            text,
            limit: Some(limit),
            order,
            count,
            cursor: None,
        })
}

/// What the query asks for, found the simple way.
fn expected(all: &[Row], query: &HistoryQuery) -> Vec<String> {
    let rome = support::Iana(chrono_tz::Europe::Rome);
    let when = |text: &Option<String>| text.as_deref().and_then(stagebook::time::When::parse);
    let asked = |row: &&Row| {
        let body: Value = serde_json::from_str(row.body.text()).unwrap();
        let says = |text: &String| {
            let data = body["data"].to_string().to_lowercase();
            data.contains(&text.to_lowercase())
                || body["byName"].as_str().unwrap().to_lowercase().contains(&text.to_lowercase())
        };
        query.kinds.as_ref().is_none_or(|kinds| kinds.contains(&row.kind))
            && query.by.as_ref().is_none_or(|by| body["by"] == by.as_str())
            && when(&query.from).is_none_or(|from| row.occurred >= from.start(&rome))
            && when(&query.to).is_none_or(|to| row.occurred <= to.end(&rome))
            && query.text.as_ref().is_none_or(says)
    };
    let mut rows: Vec<&Row> = all.iter().filter(asked).collect();
    rows.sort_by(|a, b| a.reading_order(b));
    if query.order.as_deref() != Some("oldest") {
        rows.reverse();
    }
    rows.into_iter().map(|row| row.order.id().to_string()).collect()
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn pages_of_a_history_are_the_whole_of_what_is_asked_for(
        said in prop::collection::vec(said(), 0..90),
        queries in prop::collection::vec(query(), 12),
        compact in any::<bool>(),
    ) {
        block_on(async {
            let (book, store) = contact_with(&said).await;
            if compact {
                book.compact().await.unwrap();
            }
            let all = replay(&ledger(&store).await).into_values().next().unwrap().1;
            for mut query in queries {
                let expected = expected(&all, &query);
                let mut read = Vec::new();
                loop {
                    let (_, page) = book.history(&"c".into(), &query).await.unwrap();
                    assert!(page.items.len() <= query.limit.unwrap() as usize);
                    assert_eq!(page.total, query.count.then_some(expected.len() as u64));
                    read.extend(page.items.iter().map(|row| row.order.id().to_string()));
                    query.cursor = page.next;
                    if query.cursor.is_none() {
                        break;
                    }
                }
                assert_eq!(read, expected, "{query:?}");
            }
        });
    }

    #[test]
    fn pages_of_contacts_are_all_of_them_newest_first(
        limit in 1..9_u32,
        text in prop::option::of(prop::sample::select(&["ross", "2", "none"][..])),
        stage in prop::option::of(prop::sample::select(&["new", "parked"][..])),
    ) {
        block_on(async {
            let setup = Setup::sales();
            let (book, store) = setup.fresh().await;
            for n in 0..20 {
                // Some are created in the same millisecond.
                setup.clock.advance(i64::from(n % 3));
                run(&book, create_named(&format!("c{n}"), ["Rossi", "Verdi"][n as usize % 2])).await.unwrap();
                if n % 4 == 0 {
                    run(&book, go(&format!("c{n}"), "park")).await.unwrap();
                }
            }
            let fits = |n: u32| {
                let name = ["rossi", "verdi"][n as usize % 2];
                text.is_none_or(|text| name.contains(text) || format!("c{n}").contains(text))
                    && stage.is_none_or(|stage| (stage == "parked") == n.is_multiple_of(4))
            };
            let mut query = ListQuery {
                limit: Some(limit),
                text: text.map(str::to_owned),
                stage: stage.map(str::to_owned),
                ..ListQuery::default()
            };
            let mut read: Vec<(i64, String)> = Vec::new();
            loop {
                let page = book.contacts(&query).await.unwrap();
                read.extend(page.items.iter().map(|c| (c.state.created.at.millis(), c.state.id.to_string())));
                query.cursor = page.next;
                if query.cursor.is_none() {
                    break;
                }
            }
            assert!(read.is_sorted_by(|a, b| a.0 >= b.0), "newest first");
            let mut ids: Vec<String> = read.into_iter().map(|(_, id)| id).collect();
            ids.sort();
            let mut expected: Vec<String> = (0..20).filter(|n| fits(*n)).map(|n| format!("c{n}")).collect();
            expected.sort();
            assert_eq!(ids, expected);
            drop(store);
        });
    }
}

/// Follows a page's cursors to the end.
fn collect<T>(mut page: impl FnMut(Option<String>) -> Page<T>) -> Vec<T> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let next = page(cursor);
        all.extend(next.items);
        cursor = next.next;
        if cursor.is_none() {
            return all;
        }
    }
}

#[test]
fn activities_are_listed_by_status_newest_first_page_by_page() {
    let setup = Setup::sales();
    let (book, _) = block_on(setup.fresh());
    let id = ContactId::new("c");
    block_on(async {
        run(&book, create_named("c", "Rossi")).await.unwrap();
        for n in 0..12 {
            setup.clock.advance(86_400_000);
            let written = run(&book, plan("c", pending("letter", false))).await.unwrap();
            let pending = written.contact.state.pending.keys().last().unwrap().to_string();
            if n % 3 == 0 {
                let _ = run(&book, support::commands::complete(&pending)).await;
            }
        }
    });
    let list = |status: Option<&str>, limit| {
        let status = status.map(str::to_owned);
        let page = |cursor| {
            block_on(book.activities(
                &id,
                &ActivityQuery { status: status.clone(), limit: Some(limit), cursor },
            ))
            .unwrap()
            .1
        };
        let shown = |activity: Activity| match activity {
            Activity::Logged(row) => format!("{} logged", row.occurred),
            Activity::Pending(id) => id.to_string(),
        };
        collect(page).into_iter().map(shown).collect::<Vec<_>>()
    };
    let state = block_on(book.contact(&id)).unwrap().state.clone();
    let logged = list(Some("logged"), 3);
    assert!(logged.len() >= 2 && logged.is_sorted_by(|a, b| a > b), "{logged:?}");
    assert_eq!(list(Some("done"), 2).len(), logged.len());
    assert_eq!(list(Some("open"), 5).len(), 12 - logged.len());
    for limit in [1, 4, 500] {
        let all = list(None, limit);
        assert_eq!(all.len(), 12 + logged.len());
        assert_eq!(all, list(None, 500), "by {limit}");
    }
    let dates: Vec<_> = list(Some("open"), 3)
        .iter()
        .map(|id| state.pending.get(&id.as_str().into()).unwrap().date)
        .collect();
    assert!(dates.is_sorted_by(|a, b| a >= b));
}

#[test]
fn what_can_not_be_asked_for_is_refused_by_name() {
    block_on(async {
        let (book, _) = contact_with(&[]).await;
        let id = ContactId::new("c");
        let path = |error: Error| match *error {
            Fault::Invalid(issues) => {
                issues.into_iter().map(|issue| issue.path).collect::<Vec<_>>().join(",")
            }
            other => format!("{other:?}"),
        };
        for limit in [0, 501] {
            let limit = Some(limit);
            let history = HistoryQuery { limit, ..HistoryQuery::default() };
            assert_eq!(path(book.history(&id, &history).await.unwrap_err()), "limit");
            let list = ListQuery { limit, ..ListQuery::default() };
            assert_eq!(path(book.contacts(&list).await.unwrap_err()), "limit");
            let log = LogQuery { limit, ..LogQuery::default() };
            assert_eq!(path(book.log(&id, &log).await.unwrap_err()), "limit");
        }
        for (query, at) in [
            (HistoryQuery { cursor: Some("x".to_owned()), ..HistoryQuery::default() }, "cursor"),
            (HistoryQuery { order: Some("random".to_owned()), ..HistoryQuery::default() }, "order"),
            (HistoryQuery { to: Some("never".to_owned()), ..HistoryQuery::default() }, "to"),
        ] {
            assert_eq!(path(book.history(&id, &query).await.unwrap_err()), at);
        }
        let status = ActivityQuery { status: Some("lost".to_owned()), ..ActivityQuery::default() };
        assert_eq!(path(book.activities(&id, &status).await.unwrap_err()), "status");
    });
}

#[test]
fn a_page_that_was_read_stays_where_it_was_when_something_new_comes() {
    block_on(async {
        let (book, _) = contact_with(&[]).await;
        for n in 0..10 {
            run(&book, comment("c", &format!("n{n}"))).await.unwrap();
        }
        let mut query = HistoryQuery { limit: Some(4), ..HistoryQuery::default() };
        let (_, first) = book.history(&"c".into(), &query).await.unwrap();
        run(&book, comment("c", "new")).await.unwrap();
        query.cursor = first.next;
        let (_, second) = book.history(&"c".into(), &query).await.unwrap();
        let seqs = |rows: &[Rc<Row>]| rows.iter().map(|row| row.order.seq.0).collect::<Vec<_>>();
        let (first, second) = (seqs(&first.items), seqs(&second.items));
        assert_eq!(second, first.iter().map(|seq| seq - 4).collect::<Vec<_>>());
    });
}
