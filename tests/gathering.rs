//! An export on its way in: its lines are in the log before they are in their contacts, and whatever
//! comes in between, a crash, a full disk, another tab, an erasure, ends with the same book.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use futures::executor::block_on;
use stagebook::engine::Engine;
use stagebook::error::{Error, StoreError};
use stagebook::ids::ContactId;
use stagebook::store::{FaultPoint, Faults, FaultyStore, MemoryStore, Store};
use support::commands::{comment, create_named, erase, go, pending, plan};
use support::database::{assert_replays, everything, export, history, ledger};
use support::yielding::YieldingStore;
use support::{Setup, boss, cases, run};

const CONTACTS: [&str; 3] = ["c0", "c1", "c2"];

/// What a device's export is: its contacts, with `comments` comments about each.
async fn exported(comments: usize) -> String {
    let (book, _) = Setup::sales().fresh().await;
    for contact in CONTACTS {
        run(&book, create_named(contact, "Secret")).await.unwrap();
        run(&book, plan(contact, pending("letter", true))).await.unwrap();
        run(&book, go(contact, "park")).await.unwrap();
        for n in 0..comments {
            run(&book, comment(contact, &format!("Secret {n}"))).await.unwrap();
        }
    }
    export(&book).await
}

/// A setup whose devices are others than those of [`exported`].
fn elsewhere() -> Setup {
    let setup = Setup::sales();
    setup.handles.set(1_000);
    setup
}

/// Brings an export in two parts.
async fn bring<S: Store>(book: &Engine<S>, export: &str) -> Result<u64, Error> {
    let middle = export[..export.len() / 2].rfind('\n').unwrap() + 1;
    let first = book.bring(&export.as_bytes()[..middle], false).await?;
    let rest = book.bring(&export.as_bytes()[middle..], false).await?;
    book.bring(&[], true).await?;
    Ok(first.applied + rest.applied)
}

/// The three contacts and `own` others are as the lines make them.
async fn assert_whole<S: Store>(book: &Engine<S>, store: &MemoryStore, own: u64) {
    assert_replays(book, store, &CONTACTS.map(ContactId::new), "").await;
    assert_eq!(book.size().2, 3 + own, "contacts");
    for report in book.verify(&[], &|_, _| true).await.unwrap() {
        assert!(report.ok(), "{report:?}");
    }
}

#[test]
fn lines_that_are_in_the_log_alone_are_folded_by_the_next_opening() {
    block_on(async {
        let (text, setup) = (exported(2_000).await, elsewhere());
        let (book, store) = setup.fresh().await;
        let brought = book.bring(text.as_bytes(), false).await.unwrap();
        assert_eq!(brought.applied, text.lines().count() as u64 - 1);
        assert_eq!(
            book.contact(&"c0".into()).await.unwrap().state.entries,
            0,
            "not before its time"
        );
        drop(book);
        let book = setup.open(store.clone()).await.unwrap();
        assert_whole(&book, &store, 0).await;
    });
}

#[test]
fn an_import_whose_store_fails_at_any_step_leaves_a_book_that_the_next_import_completes() {
    block_on(async {
        let text = exported(5).await;
        for fault in [FaultPoint::Before, FaultPoint::After] {
            for step in 1.. {
                let (setup, faults, store) =
                    (elsewhere(), Faults::default(), MemoryStore::default());
                let faulty = || FaultyStore::new(store.clone(), faults.clone());
                let mut book = setup.open(faulty()).await.unwrap();
                faults.fail_after(step, fault, StoreError::Quota);
                let failed = bring(&book, &text).await.is_err();
                let over = faults.is_pending();
                faults.clear();
                if step % 2 == 0 {
                    book = setup.open(faulty()).await.unwrap();
                }
                run(&book, create_named("own", "Saved meanwhile")).await.unwrap();
                let again = bring(&book, &text).await.unwrap();
                assert!(failed || over || again == 0, "step {step}");
                assert_whole(&book, &store, 1).await;
                if over {
                    break;
                }
            }
        }
    });
}

/// Two tabs at once: one takes an export in, or rows of another system, and reads what the other writes meanwhile, about contacts
/// that both know.
#[test]
fn what_another_tab_writes_during_an_import_is_in_the_contacts_with_it() {
    let ids: Vec<String> = (0..24).map(|n| format!("c{n}")).collect();
    let text = block_on(async {
        let (book, _) = Setup::sales().fresh().await;
        for id in &ids {
            run(&book, create_named(id, "Theirs")).await.unwrap();
            run(&book, comment(id, "Theirs")).await.unwrap();
        }
        export(&book).await
    });
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    // As many rows of another system as there are entries in the export.
    let row = |n: usize| {
        let (id, day) = (&ids[n % ids.len()], n / ids.len() + 1);
        format!(
            r#"{{"contact":"{id}","at":"2020-01-0{day}T10:00:00Z","by":"x","kind":"comment","text":"Theirs"}}"#
        )
    };
    let rows: Vec<String> = (0..3 * ids.len()).map(row).collect();
    for seed in 0..cases(60).cases.into() {
        block_on(async {
            let (setup, store) = (elsewhere(), MemoryStore::default());
            let tab = |n: u64| setup.open(YieldingStore::new(store.clone(), seed * 2 + n));
            let (importing, other) = (tab(0).await.unwrap(), tab(1).await.unwrap());
            for id in &ids {
                run(&other, create_named(id, "Ours")).await.unwrap();
            }
            let import = async {
                let size = 3 + seed as usize % 9;
                for piece in lines.chunks(size).filter(|_| seed % 2 == 0) {
                    importing.bring(piece.concat().as_bytes(), false).await.unwrap();
                }
                for piece in rows.chunks(size).filter(|_| seed % 2 == 1) {
                    let piece = format!("[{}]", piece.join(","));
                    let report = importing.import(&boss(), &piece, 0, false).await.unwrap();
                    assert_eq!(report.rejected, []);
                }
                importing.bring(&[], true).await.unwrap();
            };
            let reading = async {
                for _ in 0..60 {
                    importing.refresh().await.unwrap();
                }
            };
            let writing = async {
                for (n, id) in ids.iter().cycle().take(48).enumerate() {
                    run(&other, comment(id, "Ours")).await.unwrap();
                    if n % 9 == 0 {
                        other.compact().await.unwrap();
                    }
                }
            };
            futures::join!(import, reading, writing);
            let last = setup.open(store.clone()).await.unwrap();
            let mut total = 0;
            for id in &ids {
                let entries = last.contact(&id.as_str().into()).await.unwrap().state.entries;
                let found = history(&last, &id.as_str().into(), 500).await.len();
                assert_eq!((found, entries), (7, 7), "seed {seed}, {id}");
                total += found;
            }
            assert_eq!(total, lines_about_contacts(&ledger(&store).await), "seed {seed}");
        });
    }
}

fn lines_about_contacts(lines: &[String]) -> usize {
    lines.iter().filter(|line| !line.contains("\"definition.added\"")).count()
}

#[test]
fn an_erasure_takes_lines_along_that_are_in_the_log_alone() {
    block_on(async {
        let text = exported(5).await;
        for from_another_tab in [false, true] {
            let setup = elsewhere();
            let (book, store) = setup.fresh().await;
            book.bring(text.as_bytes(), false).await.unwrap();
            let other = setup.open(store.clone()).await.unwrap();
            let eraser = if from_another_tab { &other } else { &book };
            for contact in CONTACTS {
                run(eraser, erase(contact)).await.unwrap();
            }
            book.bring(&[], true).await.unwrap();
            let all = String::from_utf8(everything(&store).await).unwrap();
            assert!(!all.contains("Secret"), "another tab: {from_another_tab}");
            assert_eq!(book.size().2, 0);
            assert!(other.verify(&[], &|_, _| true).await.unwrap().iter().all(|log| log.ok()));
        }
    });
}

#[test]
fn an_export_brings_nothing_back_that_was_erased_here_or_in_itself() {
    block_on(async {
        let text = exported(5).await;
        let (book, store) = elsewhere().fresh().await;
        run(&book, create_named("c1", "Ours")).await.unwrap();
        run(&book, erase("c1")).await.unwrap();
        bring(&book, &text).await.unwrap();
        let about = |lines: &[String]| lines.iter().filter(|line| line.contains("\"c1\"")).count();
        let left = about(&ledger(&store).await);
        assert!(left <= 1, "{left} bodies about an erased contact");
        assert_eq!(book.size().2, 2);

        let (first, _) = Setup::sales().fresh().await;
        for contact in CONTACTS {
            run(&first, create_named(contact, "Secret")).await.unwrap();
        }
        run(&first, erase("c2")).await.unwrap();
        let (book, store) = elsewhere().fresh().await;
        bring(&book, &export(&first).await).await.unwrap();
        assert_eq!(book.size().2, 2);
        let (ours, theirs) = (ledger(&store).await, ledger(first.store()).await);
        assert_eq!(ours, theirs);
    });
}
