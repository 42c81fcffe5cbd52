//! A store that fails at any of its steps, before it did what it was asked or after: nothing of a
//! failed command is left behind, or all of it exactly once, and a retry is one effect.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use futures::executor::block_on;
use stagebook::engine::{Engine, HistoryQuery, ListQuery};
use stagebook::error::{Error, ErrorCode, StoreError};
use stagebook::ids::ContactId;
use stagebook::store::{
    Change, Commit, FaultPoint, Faults, FaultyStore, MemoryStore, Outcome, Store, Table,
};
use support::commands::{comment, create, create_named, erase, go, pending, plan};
use support::database::{assert_replays, assert_sound, everything, ledger, records, verify};
use support::{Setup, boss, under};

type Faulty = Engine<FaultyStore<MemoryStore>>;

fn ids() -> Vec<ContactId> {
    ["c0", "c1", "c2"].map(ContactId::new).to_vec()
}

/// What is asked of a book while its store fails.
#[derive(Clone, Copy, Debug)]
enum Ask {
    First,
    Save,
    Move,
    Erase,
    Compact,
    Import,
    List,
    Refresh,
}

impl Ask {
    const ALL: [Self; 8] = [
        Self::First,
        Self::Save,
        Self::Move,
        Self::Erase,
        Self::Compact,
        Self::Import,
        Self::List,
        Self::Refresh,
    ];

    async fn of(self, book: &Faulty) -> Result<(), Error> {
        let command = match self {
            Self::First => create("c2"),
            Self::Save => plan("c0", pending("letter", true)),
            Self::Move => go("c0", "park"),
            Self::Erase => erase("c1"),
            Self::Compact => return book.compact().await,
            Self::List => return book.contacts(&ListQuery::default()).await.map(drop),
            Self::Refresh => return book.refresh().await,
            Self::Import => {
                let rows = r#"[{"contact":"c2","at":"2020-01-01T00:00:00Z","by":"x","id":"1","kind":"contact"},
                    {"contact":"c2","at":"2020-01-02T00:00:00Z","by":"x","id":"2","kind":"comment","text":"old"}]"#;
                return book.import(&boss(), rows, 0, true).await.map(drop);
            }
        };
        book.run(&boss(), command, under("retried")).await.map(drop)
    }
}

/// A book with a compacted past and a tail, and the store behind its failing one.
async fn book(faults: &Faults, setup: &Setup, empty: bool) -> (Faulty, MemoryStore) {
    let store = MemoryStore::default();
    let book = setup.open(FaultyStore::new(store.clone(), faults.clone())).await.unwrap();
    if !empty {
        let run = |command| support::run(&book, command);
        run(create("c0")).await.unwrap();
        run(create_named("c1", "Secret")).await.unwrap();
        book.compact().await.unwrap();
        run(comment("c1", "Secret")).await.unwrap();
        run(comment("c0", "kept")).await.unwrap();
    }
    (book, store)
}

/// How many entries an undisturbed `ask` adds, and how many steps of the store it takes.
async fn undisturbed(ask: Ask, setup: &Setup) -> (usize, u64) {
    let faults = Faults::default();
    let (book, store) = book(&faults, setup, matches!(ask, Ask::First)).await;
    let (lines, steps) = (ledger(&store).await.len(), faults.steps());
    ask.of(&book).await.unwrap();
    (ledger(&store).await.len() - lines, faults.steps() - steps)
}

async fn assert_agree(tabs: [&Faulty; 2], store: &MemoryStore) {
    for tab in tabs {
        tab.refresh().await.unwrap();
        assert_replays(tab, store, &ids(), "").await;
        assert_sound(tab, store).await;
    }
}

#[test]
fn a_command_whose_store_fails_at_any_step_leaves_nothing_behind_or_all_of_it_once() {
    block_on(async {
        for ask in Ask::ALL {
            let setup = Setup::sales();
            let (adds, steps) = undisturbed(ask, &setup).await;
            assert!(steps > 0, "{ask:?}");
            for step in 0..steps {
                for fault in [FaultPoint::Before, FaultPoint::After] {
                    fails_at(ask, step, fault, adds, &setup).await;
                }
            }
        }
    });
}

async fn fails_at(ask: Ask, step: u64, fault: FaultPoint, adds: usize, setup: &Setup) {
    let case = format!("{ask:?} fails at {step}, {fault:?}");
    let faults = Faults::default();
    let (book, store) = book(&faults, setup, matches!(ask, Ask::First)).await;
    let before = ledger(&store).await.len();
    faults.fail_after(step, fault, StoreError::Failed("a test".to_owned()));
    let failed = ask.of(&book).await;
    assert_eq!(failed, Err(StoreError::Failed("a test".to_owned()).into()), "{case}");

    let added = ledger(&store).await.len() - before;
    let unknown_outcome = fault == FaultPoint::After;
    assert!(added == 0 || (unknown_outcome && added == adds), "{case}: {added} entries");
    let fresh = setup.open(FaultyStore::new(store.clone(), Faults::default())).await.unwrap();
    assert_agree([&book, &fresh], &store).await;

    for retry in [&book, &fresh] {
        ask.of(retry).await.unwrap_or_else(|error| panic!("{case}: {error:?}"));
        assert_eq!(ledger(&store).await.len() - before, adds, "{case}: a retry is one effect");
    }
    assert_agree([&book, &fresh], &store).await;
    if matches!(ask, Ask::Erase) {
        let all = String::from_utf8(everything(&store).await).unwrap();
        assert!(!all.contains("Secret"), "{case}");
    }
}

#[test]
fn commands_of_one_commit_that_fails_all_fail_and_the_next_ones_go_through() {
    block_on(async {
        let (setup, faults) = (Setup::sales(), Faults::default());
        let (book, store) = book(&faults, &setup, false).await;
        let before = ledger(&store).await.len();
        let quota = StoreError::Quota;
        // The contact is in memory: the next step is the commit.
        faults.fail_after(0, FaultPoint::Before, quota.clone());
        let all = (0..5).map(|n| support::run(&book, comment("c0", &format!("n{n}"))));
        for failed in futures::future::join_all(all).await {
            assert_eq!(failed.unwrap_err(), Error::from(quota.clone()));
        }
        assert_eq!(ledger(&store).await.len(), before);
        support::run(&book, comment("c0", "after")).await.unwrap();
        assert_eq!(ledger(&store).await.len(), before + 1);
        assert_sound(&book, &store).await;
    });
}

#[test]
fn a_book_whose_opening_fails_at_any_step_opens_the_next_time() {
    block_on(async {
        let setup = Setup::sales();
        for fault in [FaultPoint::Before, FaultPoint::After] {
            for step in 0..8 {
                let (faults, store) = (Faults::default(), MemoryStore::default());
                faults.fail_after(step, fault, StoreError::Closed);
                let first = setup.open(FaultyStore::new(store.clone(), faults.clone())).await;
                assert_eq!(first.is_err(), !faults.is_pending(), "step {step}");
                let book = setup.open(store.clone()).await.unwrap();
                support::run(&book, create("c0")).await.unwrap();
                assert_sound(&book, &store).await;
            }
        }
    });
}

/// Commits changes of the tables behind the book's back, as a damaged disk or a hostile hand does.
async fn damage(store: &MemoryStore, changes: Vec<Change>) {
    let last = store.commits_after(Default::default()).await.unwrap().pop().unwrap().0;
    let record = br#"{"answers":[]}"#.to_vec();
    let commit = Commit { number: last.next(), record, changes, ..Commit::default() };
    assert_eq!(store.commit(commit).await, Ok(Outcome::Done));
}

#[test]
fn what_is_stored_and_can_not_be_read_is_corrupt_and_never_a_hang_or_a_panic() {
    block_on(async {
        let setup = Setup::sales();
        for table in [Table::Meta, Table::Log, Table::Contacts, Table::History] {
            for value in [None, Some(""), Some("{"), Some("\u{0}"), Some("[]\n{}")] {
                let (book, store) = setup.fresh().await;
                support::run(&book, create("c0")).await.unwrap();
                for n in 0..120 {
                    support::run(&book, comment("c0", &format!("{n:0500}"))).await.unwrap();
                }
                book.compact().await.unwrap();
                let spoil = |key: String| match value {
                    Some(value) => {
                        Change::Put { table, key, sort: None, value: value.as_bytes().to_vec() }
                    }
                    None => Change::Delete { table, key },
                };
                let keys = records(&store, table).await.into_iter().map(|record| record.key);
                damage(&store, keys.map(spoil).collect()).await;
                let case = format!("{table:?} {value:?}");
                let Ok(book) = setup.open(store.clone()).await else {
                    assert_eq!(table, Table::Meta, "{case}");
                    continue;
                };
                let oldest =
                    HistoryQuery { order: Some("oldest".to_owned()), ..HistoryQuery::default() };
                let read = book.history(&"c0".into(), &oldest).await.map(drop);
                let erased = support::run(&book, erase("c0")).await.map(drop);
                let checked = book.verify(&[], &|_, _| true).await.map(|reports| reports[0].ok());
                match table {
                    Table::Log => assert!(!checked.unwrap_or(false), "{case}"),
                    Table::History => {
                        assert!(
                            read.as_ref().is_err_and(|error| error.code() == ErrorCode::Corrupt),
                            "{case}: {read:?}"
                        );
                        assert!(erased.is_err(), "{case}: what is not found can't be erased");
                    }
                    _ => drop((read, erased)),
                }
            }
        }
    });
}

#[test]
fn a_body_gone_without_a_tombstone_is_missing() {
    block_on(async {
        let setup = Setup::sales();
        let (book, store) = setup.fresh().await;
        support::run(&book, create("c0")).await.unwrap();
        book.compact().await.unwrap();
        let segment = records(&store, Table::Log).await.remove(0);
        let text = String::from_utf8(segment.value).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let line = stagebook::ledger::Line::parse(lines[1].as_bytes()).unwrap();
        lines[1] = String::from_utf8(line.header_only()).unwrap();
        let value = lines.iter().map(|line| format!("{line}\n")).collect::<String>().into_bytes();
        damage(
            &store,
            vec![Change::Put { table: Table::Log, key: segment.key, sort: None, value }],
        )
        .await;
        let report = verify(&setup.open(store).await.unwrap()).await;
        assert!(!report.ok());
        assert_eq!((report.missing, report.first_bad.unwrap().seq.0), (1, 1));
    });
}
