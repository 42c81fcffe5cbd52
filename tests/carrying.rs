//! The ledger on its way out, and its check by who has no book: exports in pieces while the book goes
//! on, batches, and heads that somebody kept.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use futures::executor::block_on;
use proptest::prelude::*;
use stagebook::engine::{Carried, Engine, Part, known_heads};
use stagebook::error::Fault;
use stagebook::ledger::{
    BookVerifier, Checkpoint, Hash, Line, Log, LogReport, Sealed, last_line, origin,
};
use stagebook::store::{MemoryStore, Store};
use support::commands::{comment, create, erase};
use support::database::ledger;
use support::{Setup, cases, run};

/// The next part of an export as text; none behind the last.
async fn part<S: Store>(book: &Engine<S>, carried: &mut Option<Carried>) -> Option<String> {
    let (next, part) = book.carry(carried.take()).await.unwrap()?;
    *carried = Some(next);
    Some(match part {
        Part::Lines(lines) => String::from_utf8(lines).unwrap(),
        Part::Head { checkpoint, last, is_own } => {
            assert!(is_own);
            last_line(checkpoint, last) + "\n"
        }
    })
}

async fn rest<S: Store>(book: &Engine<S>, mut carried: Option<Carried>) -> String {
    let mut text = String::new();
    while let Some(next) = part(book, &mut carried).await {
        text.push_str(&next);
    }
    text
}

fn check(text: &str, known: &[&str]) -> Vec<LogReport> {
    let known: Vec<String> = known.iter().map(|&head| head.to_owned()).collect();
    let mut verifier = BookVerifier::new(known_heads(&known).unwrap());
    verifier.push(text.as_bytes());
    verifier.finish()
}

fn one(text: &str, known: &[&str]) -> LogReport {
    let mut reports = check(text, known);
    assert_eq!(reports.len(), 1, "{reports:?}");
    reports.remove(0)
}

async fn some_book() -> (Engine<MemoryStore>, MemoryStore) {
    let (book, store) = Setup::sales().fresh().await;
    for contact in ["c1", "c2", "c3"] {
        run(&book, create(contact)).await.unwrap();
        run(&book, comment(contact, "text")).await.unwrap();
    }
    (book, store)
}

/// Lines as a batch has them.
fn batch(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

#[test]
fn an_export_is_the_stored_lines_and_the_head_behind_them() {
    block_on(async {
        let (book, store) = some_book().await;
        for _ in 0..2 {
            let text = rest(&book, None).await;
            let lines = ledger(&store).await;
            let head = book.checkpoint().await.unwrap();
            let last = Line::parse(lines.last().unwrap().as_bytes()).unwrap().leaf();
            assert_eq!(text, batch(&lines) + &last_line(head, Some(last)) + "\n");
            let report = one(&text, &[]);
            assert!(report.ok() && report.entries == lines.len() as u64, "{report:?}");
            book.compact().await.unwrap();
            run(&book, comment("c1", "after a compaction")).await.unwrap();
        }
    });
}

#[test]
fn a_book_without_entries_exports_its_head_and_nothing_at_all_is_not_ok() {
    block_on(async {
        let (book, _) = Setup::sales().fresh().await;
        let text = rest(&book, None).await;
        assert_eq!(text.lines().count(), 1);
        assert!(one(&text, &[]).ok());
        assert!(check("", &[]).is_empty());
    });
}

#[test]
fn what_is_written_during_an_export_is_not_in_it() {
    block_on(async {
        let (book, store) = some_book().await;
        book.compact().await.unwrap();
        run(&book, comment("c1", "in the tail")).await.unwrap();
        let before = ledger(&store).await.len() as u64;
        let mut carried = None;
        let mut text = part(&book, &mut carried).await.unwrap();
        for _ in 0..3 {
            run(&book, comment("c2", "later")).await.unwrap();
            book.compact().await.unwrap();
        }
        text.push_str(&rest(&book, carried).await);
        assert!(!text.contains("later"));
        let report = one(&text, &[]);
        assert!(report.ok() && report.size == before, "{report:?}");
    });
}

#[test]
fn an_erasure_during_an_export_brings_its_tombstone_along_and_no_body_more() {
    block_on(async {
        let (book, _) = some_book().await;
        book.compact().await.unwrap();
        for n in 0..200 {
            run(&book, comment("c3", &format!("{n} {}", "long ".repeat(1_000)))).await.unwrap();
        }
        book.compact().await.unwrap();
        run(&book, comment("c3", "the last secret")).await.unwrap();
        let mut carried = None;
        let mut text = part(&book, &mut carried).await.unwrap();
        run(&book, erase("c3")).await.unwrap();
        let rest = rest(&book, carried).await;
        assert!(!rest.contains("long") && !rest.contains("secret"));
        text.push_str(&rest);
        let report = one(&text, &[]);
        assert!(report.ok() && report.erased > 0, "{report:?}");
    });
}

#[test]
fn an_erased_contact_leaves_nothing_in_an_export_but_what_proves_the_log() {
    block_on(async {
        let (book, store) = Setup::sales().fresh().await;
        run(&book, create("Secret-id")).await.unwrap();
        run(&book, comment("Secret-id", "secret text")).await.unwrap();
        run(&book, create("c2")).await.unwrap();
        let gone = ledger(&store).await.iter().filter(|line| line.contains("ecret")).count();
        run(&book, erase("Secret-id")).await.unwrap();
        let text = rest(&book, None).await;
        assert!(!text.contains("ecret"));
        let report = one(&text, &[]);
        assert!(report.ok() && report.erased == gone as u64, "{report:?}");
        let own = book.verify(&[], &|_, _| true).await.unwrap();
        assert_eq!(own[0].erased, report.erased);
    });
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn bytes_may_be_cut_anywhere(sizes in prop::collection::vec(1..400_usize, 1..40)) {
        let text = block_on(async { rest(&some_book().await.0, None).await });
        let (mut verifier, mut bytes) = (BookVerifier::default(), text.as_bytes());
        for size in sizes.iter().cycle() {
            let (now, later) = bytes.split_at((*size).min(bytes.len()));
            verifier.push(now);
            bytes = later;
            if bytes.is_empty() {
                break;
            }
        }
        prop_assert_eq!(verifier.finish(), check(&text, &[]));
    }
}

#[test]
fn a_batch_from_the_beginning_is_whole_with_its_checkpoint_and_may_withhold_bodies() {
    block_on(async {
        let (book, store) = some_book().await;
        let head = book.checkpoint().await.unwrap();
        let mut lines = ledger(&store).await;
        assert!(one(&batch(&lines), &[&head]).ok());
        let alone = one(&batch(&lines), &[]);
        assert!(alone.truncated && alone.first_bad.is_none(), "nothing tells where it ends");
        let place = lines.iter().position(|line| line.contains(r#""contact":"c2""#)).unwrap();
        let bare = Line::parse(lines[place].as_bytes()).unwrap().header_only();
        lines[place] = String::from_utf8(bare).unwrap();
        let report = one(&batch(&lines), &[&head]);
        assert_eq!((report.ok(), report.withheld, report.missing), (true, 1, 0));
        let last = Line::parse(lines.last().unwrap().as_bytes()).unwrap().leaf();
        let export = batch(&lines) + &last_line(head, Some(last)) + "\n";
        let report = one(&export, &[]);
        assert_eq!((report.ok(), report.withheld, report.missing), (false, 0, 1), "its own log");
        assert_eq!(report.first_bad.unwrap().seq.0, place as u64);
    });
}

#[test]
fn a_batch_from_later_on_is_part_of_a_log_and_a_fault_in_it_is_found() {
    block_on(async {
        let (book, store) = some_book().await;
        let head = book.checkpoint().await.unwrap();
        let lines = ledger(&store).await;
        for known in [&[][..], &[head.as_str()]] {
            let report = one(&batch(&lines[3..]), known);
            assert!(report.truncated && report.first_bad.is_none() && report.root.is_none());
            assert_eq!((report.entries, report.size), (lines.len() as u64 - 3, lines.len() as u64));
        }
        let changed = batch(&lines[3..]).replacen("text", "next", 1);
        let place = lines.iter().skip(3).position(|line| line.contains("text")).unwrap() + 3;
        assert_eq!(one(&changed, &[]).first_bad.unwrap().seq.0, place as u64);
    });
}

#[test]
fn batches_of_several_logs_may_take_turns() {
    block_on(async {
        let mut logs = Vec::new();
        for seed in 1..=2 {
            let setup = Setup::sales();
            setup.handles.set(seed);
            let (book, store) = setup.fresh().await;
            run(&book, create("c1")).await.unwrap();
            run(&book, comment("c1", "text")).await.unwrap();
            logs.push((ledger(&store).await, book.checkpoint().await.unwrap()));
        }
        let [(a, a_head), (b, b_head)] = &logs[..] else { panic!() };
        let text = batch(&a[..2]) + &batch(&b[..3]) + &batch(&a[2..]) + &batch(&b[3..]);
        let reports = check(&text, &[a_head, b_head]);
        assert!(reports.len() == 2 && reports.iter().all(LogReport::ok), "{reports:?}");
    });
}

#[test]
fn a_kept_head_tells_a_log_that_was_cut_rewritten_or_left_out() {
    block_on(async {
        let (book, store) = some_book().await;
        let mut heads = vec![book.checkpoint().await.unwrap()];
        for n in 0..4 {
            run(&book, comment("c1", &format!("{n}"))).await.unwrap();
            heads.push(book.checkpoint().await.unwrap());
        }
        let text = rest(&book, None).await;
        let all: Vec<&str> = heads.iter().map(String::as_str).collect();
        assert!(one(&text, &all).ok());

        let lines = ledger(&store).await;
        let cut = exported(&lines[..lines.len() - 2]);
        assert!(one(&cut, &[]).ok(), "without a head nothing tells");
        assert!(one(&cut, &all[..3]).ok());
        let report = one(&cut, &all);
        assert!(report.truncated && report.first_bad.is_none(), "{report:?}");

        let other = rewritten(&lines, lines.len() - 3);
        assert!(one(&other, &[]).ok(), "without a head nothing tells");
        assert!(one(&other, &all[..2]).ok(), "{:?}", one(&other, &all[..2]));
        let report = one(&other, &all);
        assert_eq!(report.first_bad.unwrap().seq.0, lines.len() as u64 - 3);

        let (another, _) = some_book_of(7).await;
        let theirs = another.checkpoint().await.unwrap();
        let reports = check(&text, &[&theirs]);
        assert_eq!(reports.iter().map(LogReport::ok).collect::<Vec<_>>(), [true, false]);
        assert!(reports[1].truncated && reports[1].size == 0);
        assert_eq!(reports[1].name.replica, another.size().0);
    });
}

async fn some_book_of(seed: u64) -> (Engine<MemoryStore>, MemoryStore) {
    let setup = Setup::sales();
    setup.handles.set(seed);
    let (book, store) = setup.fresh().await;
    run(&book, create("c1")).await.unwrap();
    (book, store)
}

/// The export of a log that has these lines.
fn exported(lines: &[String]) -> String {
    let mut log = Log::default();
    let mut name = String::new();
    for line in lines {
        let line = Line::parse(line.as_bytes()).unwrap();
        log.push(line.leaf());
        name = origin(&line.header.book, &line.header.replica);
    }
    let head = Checkpoint { origin: name, size: log.size(), root: log.edge.root() };
    batch(lines) + &last_line(head.text(), log.last) + "\n"
}

/// The export of a log that was written anew from some line on.
fn rewritten(lines: &[String], from: usize) -> String {
    let mut lines = lines.to_vec();
    let mut prev: Option<Hash> = None;
    for (place, line) in lines.iter_mut().enumerate() {
        let mut header = Line::parse(line.as_bytes()).unwrap().header;
        if place >= from {
            header.prev = prev;
            let body = stagebook::json::parse(r#"{"by":"somebody else"}"#).unwrap();
            *line = String::from_utf8(Sealed::new(header, &body, &[9; 32]).line).unwrap();
        }
        prev = Some(Line::parse(line.as_bytes()).unwrap().leaf());
    }
    exported(&lines)
}

#[test]
fn a_books_own_check_compares_kept_heads_too() {
    block_on(async {
        let (book, _) = some_book().await;
        let early = book.checkpoint().await.unwrap();
        run(&book, comment("c1", "more")).await.unwrap();
        let reports = book.verify(std::slice::from_ref(&early), &|_, _| true).await.unwrap();
        assert!(reports.len() == 1 && reports[0].ok());
        let head = Checkpoint::parse(&early).unwrap();
        let other = Checkpoint { root: Hash([3; 32]), ..head.clone() };
        let longer = Checkpoint { size: 99, ..head };
        for (head, truncated) in [(other.text(), false), (longer.text(), true)] {
            let reports = book.verify(std::slice::from_ref(&head), &|_, _| true).await.unwrap();
            assert!(!reports[0].ok() && reports[0].truncated == truncated, "{head}: {reports:?}");
        }
        let bad = ["x".to_owned(), early, String::new()];
        let Fault::Invalid(issues) = *book.verify(&bad, &|_, _| true).await.unwrap_err() else {
            panic!()
        };
        let paths: Vec<&str> = issues.iter().map(|issue| issue.path.as_str()).collect();
        assert_eq!(paths, ["checkpoints.0", "checkpoints.2"]);
    });
}
