//! Search in a history: a word is found wherever its reader sees it, and what is written meanwhile
//! makes no row appear twice or be lost.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

mod support;

use futures::executor::{LocalPool, block_on};
use futures::future::{LocalBoxFuture, join_all};
use futures::task::LocalSpawnExt;
use proptest::prelude::*;
use serde_json::Value;
use stagebook::engine::{Engine, HistoryQuery};
use stagebook::store::{MemoryStore, Store, Table};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use support::arbitrary::{Step, id, ids, resolve, steps};
use support::commands::{comment, create, erase};
use support::database::records;
use support::yielding::YieldingStore;
use support::{Setup, cases, run};

const LIMIT: u32 = 500;
/// More than stay in a contact's own record.
const MANY: usize = 90;

fn asking(text: &str) -> HistoryQuery {
    let text = Some(text.to_owned());
    HistoryQuery { text, limit: Some(LIMIT), count: true, ..HistoryQuery::default() }
}

async fn live(setup: &Setup, book: &Engine<MemoryStore>, steps: Vec<Step>) {
    for step in steps {
        match step {
            Step::Run { contact, after, actor, command, options } => {
                setup.clock.wander(after);
                let state = book.contact(&id(contact)).await.unwrap().state.clone();
                // What the rules refuse is no fault here.
                drop(book.run(&actor, resolve(command, &state), options).await);
            }
            _ => book.compact().await.unwrap(),
        }
    }
}

/// The rows of the book as its reader sees them, by id.
async fn rows(book: &Engine<MemoryStore>) -> BTreeMap<String, Value> {
    let all = HistoryQuery { limit: Some(LIMIT), ..HistoryQuery::default() };
    let page = book.history_all(&all).await.unwrap();
    let rows = book.view(|viewer| viewer.history_all(&page)).unwrap();
    let rows: Value = serde_json::from_str(&rows).unwrap();
    let rows = rows["items"].as_array().unwrap().iter();
    rows.map(|row| (row["id"].as_str().unwrap().to_owned(), row.clone())).collect()
}

/// Every text in `value`, but for those that are made up.
fn texts(value: &Value, found: &mut Vec<String>) {
    const MADE_UP: [&str; 7] = ["follows", "id", "item", "pending", "reverts", "task", "was"];
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(members) => {
            let read = members.iter().filter(|(name, _)| !MADE_UP.contains(&name.as_str()));
            read.for_each(|(_, value)| texts(value, found));
        }
        _ => {}
    }
}

/// What a reader finds in a row.
fn readable(row: &Value) -> Vec<String> {
    let mut found = vec![row["byName"].as_str().unwrap().to_owned(), summary(row).to_owned()];
    texts(&row["data"], &mut found);
    found
}

fn summary(row: &Value) -> &str {
    row["summary"].as_str().unwrap()
}

/// A part of a text, in some case.
fn part(text: &str, (from, length, upper): (prop::sample::Index, usize, bool)) -> String {
    let characters: Vec<char> = text.chars().collect();
    let from = if characters.is_empty() { 0 } else { from.index(characters.len()) };
    let part: String = characters.into_iter().skip(from).take(length).collect();
    if upper { part.to_uppercase() } else { part }
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn a_text_is_found_wherever_a_reader_sees_it_and_nowhere_else(
        steps in steps(50),
        parts in prop::collection::vec((any::<prop::sample::Index>(), (any::<prop::sample::Index>(), 1..14_usize, any::<bool>())), 24),
        italian in any::<bool>(),
    ) {
        block_on(async {
            let mut setup = Setup::sales();
            setup.locale = if italian { "it" } else { "en" }.to_owned();
            let (book, _) = setup.fresh().await;
            live(&setup, &book, steps).await;
            let rows = rows(&book).await;
            let seen: Vec<String> = rows.values().flat_map(readable).collect();
            for (which, how) in parts {
                let text = part(&seen[which.index(seen.len())], how);
                let text_in = |row: &Value| {
                    readable(row).iter().any(|read| read.to_lowercase().contains(&text.to_lowercase()))
                };
                let expected: BTreeSet<&String> =
                    rows.iter().filter(|(_, row)| text_in(row)).map(|(id, _)| id).collect();
                let page = book.history_all(&asking(&text)).await.unwrap();
                let found: Vec<String> =
                    page.items.iter().map(|(_, row)| row.order.id().to_string()).collect();
                prop_assert_eq!(found.iter().collect::<BTreeSet<_>>(), expected.clone(), "{:?}", text);
                prop_assert_eq!(page.total, Some(expected.len() as u64));
                let mut each = BTreeSet::new();
                for contact in ids() {
                    let (_, page) = book.history(&contact, &asking(&text)).await.unwrap();
                    prop_assert_eq!(page.total, Some(page.items.len() as u64));
                    each.extend(page.items.iter().map(|row| row.order.id().to_string()));
                }
                prop_assert_eq!(each.iter().collect::<BTreeSet<_>>(), expected, "{:?}", text);
            }
            Ok(())
        })?;
    }
}

#[test]
fn a_sentence_is_searched_in_the_language_of_the_book() {
    block_on(async {
        for (locale, text) in [("en", "CREATED the"), ("it", "ha creato")] {
            let mut setup = Setup::sales();
            setup.locale = locale.to_owned();
            let (book, _) = setup.fresh().await;
            run(&book, create("c")).await.unwrap();
            run(&book, comment("c", "nothing else")).await.unwrap();
            let (_, page) = book.history(&"c".into(), &asking(text)).await.unwrap();
            let kinds: Vec<&str> = page.items.iter().map(|row| row.kind.as_str()).collect();
            assert_eq!(kinds, ["contact.created"], "{locale}");
        }
    });
}

/// Runs all of it at once in one thread, as a page does.
fn at_once(tasks: Vec<LocalBoxFuture<'static, ()>>) {
    let mut pool = LocalPool::new();
    let handles: Vec<_> = tasks
        .into_iter()
        .map(|task| pool.spawner().spawn_local_with_handle(task).unwrap())
        .collect();
    pool.run_until(join_all(handles));
}

/// A word of which there is one in every comment, and so many characters that few fit in a chunk.
fn long(n: usize) -> String {
    format!("word {n} {}", "x".repeat(8_000))
}

async fn ids_of<S: Store>(book: &Engine<S>, query: &HistoryQuery) -> BTreeSet<String> {
    let (_, page) = book.history(&"c".into(), query).await.unwrap();
    let found: Vec<String> = page.items.iter().map(|row| row.order.id().to_string()).collect();
    let ids: BTreeSet<String> = found.iter().cloned().collect();
    assert_eq!(ids.len(), found.len(), "a row twice");
    assert_eq!(page.total, Some(found.len() as u64));
    ids
}

proptest! {
    #![proptest_config(cases(48))]

    /// Comments by two tabs, compactions, and entries of another device that have their place among
    /// those that are there: the contact is folded again, and its rows are in other chunks then.
    #[test]
    fn what_is_written_during_a_search_makes_no_row_appear_twice_or_be_lost(
        seed in any::<u64>(),
        late in prop::collection::vec(0..MANY, 1..4),
        oldest in any::<bool>(),
        erased in prop::bool::weighted(0.2),
    ) {
        let (setup, other) = (Setup::sales(), Setup::sales());
        other.handles.set(500);
        let store = MemoryStore::default();
        let tab = |n: u64| Rc::new(block_on(setup.open(YieldingStore::new(store.clone(), seed ^ n))).unwrap());
        let (reader, writer) = (tab(1), tab(2));
        let batches = block_on(async {
            let device = other.fresh().await.0;
            run(&reader, create("c")).await.unwrap();
            for batch in reader.changes(None, Some(LIMIT)).await.unwrap().batches {
                device.apply(&batch).await.unwrap();
            }
            let mut batches = Vec::new();
            for n in 0..MANY {
                setup.clock.advance(60_000);
                run(&reader, comment("c", &long(n))).await.unwrap();
                if late.contains(&n) {
                    other.clock.set(&setup.clock.now().to_string());
                    let before = device.size().1;
                    run(&device, comment("c", &long(1000 + n))).await.unwrap();
                    let cut = device.changes(None, Some(LIMIT)).await.unwrap().batches;
                    batches.push((before, cut));
                }
            }
            reader.compact().await.unwrap();
            batches
        });
        let chunks = block_on(records(&store, Table::History)).len();
        prop_assert!(chunks > 5, "{chunks}");
        let query = Rc::new(HistoryQuery { order: oldest.then(|| "oldest".to_owned()), ..asking("WORD") });
        let before = block_on(ids_of(&*reader, &query));
        prop_assert_eq!(before.len(), MANY);
        let gone = Rc::new(Cell::new(false));
        let answers = Rc::new(std::cell::RefCell::new(Vec::new()));
        let mut tasks: Vec<LocalBoxFuture<'static, ()>> = Vec::new();
        for (tab, texts) in [(&reader, 2000..2003), (&writer, 3000..3003)] {
            let (tab, gone) = (tab.clone(), gone.clone());
            tasks.push(Box::pin(async move {
                for n in texts {
                    // Whoever was erased meanwhile gets no comment.
                    if run(&tab, comment("c", &long(n))).await.is_err() {
                        assert!(gone.get());
                    }
                    tab.compact().await.unwrap();
                }
            }));
        }
        let (tab, last) = (writer, gone);
        tasks.push(Box::pin(async move {
            for (_, cut) in batches {
                for batch in cut {
                    tab.apply(&batch).await.unwrap();
                }
            }
            if erased {
                last.set(true);
                run(&tab, erase("c")).await.unwrap();
            }
        }));
        let (tab, found, asked) = (reader.clone(), answers.clone(), query.clone());
        tasks.push(Box::pin(async move {
            for _ in 0..6 {
                let ids = ids_of(&*tab, &asked).await;
                found.borrow_mut().push(ids);
            }
        }));
        at_once(tasks);
        block_on(reader.refresh()).unwrap();
        let after = block_on(ids_of(&*reader, &query));
        for ids in answers.borrow().iter() {
            prop_assert!(erased && ids.is_empty() || before.is_subset(ids), "lost: {:?}", before.difference(ids));
            prop_assert!(erased || ids.is_subset(&after));
        }
        prop_assert_eq!(after.is_empty(), erased);
    }
}
