//! The check of a log: whatever single thing is changed in it, the check says no and names the
//! place; and the published vectors of the formats that it stands on.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use futures::executor::block_on;
use proptest::prelude::*;
use stagebook::ids::ReplicaId;
use stagebook::json;
use stagebook::ledger::{
    Hash, Header, Line, Log, LogReport, Name, Sealed, Verifier, canonical_value,
};
use std::path::PathBuf;
use std::sync::OnceLock;
use support::commands::{comment, create, erase, go, pending, plan, rename};
use support::database::ledger;
use support::{Setup, cases, run};

/// A log of some thirty lines, and the same after an erasure.
fn logs() -> &'static (Vec<String>, Vec<String>) {
    static LOGS: OnceLock<(Vec<String>, Vec<String>)> = OnceLock::new();
    LOGS.get_or_init(|| {
        block_on(async {
            let (book, store) = Setup::sales().fresh().await;
            for contact in ["c1", "c2"] {
                run(&book, create(contact)).await.unwrap();
                run(&book, plan(contact, pending("letter", true))).await.unwrap();
                run(&book, go(contact, "park")).await.unwrap();
                for n in 0..4 {
                    run(&book, comment(contact, &format!("comment {n} \"è\" \\ \u{1f600}")))
                        .await
                        .unwrap();
                }
                run(&book, rename(contact, "Other")).await.unwrap();
            }
            let whole = ledger(&store).await;
            run(&book, erase("c1")).await.unwrap();
            run(&book, comment("c2", "after")).await.unwrap();
            (whole, ledger(&store).await)
        })
    })
}

fn header(line: &str) -> Header {
    Line::parse(line.as_bytes()).unwrap().header
}

fn head_of(lines: &[String]) -> Log {
    let mut log = Log::default();
    for line in lines {
        log.push(Line::parse(line.as_bytes()).unwrap().leaf());
    }
    log
}

fn check(lines: &[Vec<u8>], expected: Option<&Log>) -> LogReport {
    let name = Name { book: "crm".to_owned(), replica: header(&logs().0[0]).replica };
    let mut verifier = Verifier::new(name, &[]);
    for line in lines {
        verifier.line(line);
    }
    verifier.finish(expected)
}

fn bytes(lines: &[String]) -> Vec<Vec<u8>> {
    lines.iter().map(|line| line.as_bytes().to_vec()).collect()
}

/// The seq that the check names of `changed`, where `lines` was what was written.
fn first_bad(lines: &[String], changed: &[Vec<u8>]) -> Option<u64> {
    let report = check(changed, Some(&head_of(lines)));
    assert!(!report.ok(), "{report:?}");
    report.first_bad.map(|bad| bad.seq.0)
}

#[test]
fn an_untouched_log_is_ok_with_or_without_a_known_head() {
    let (whole, erased) = logs();
    for lines in [whole, erased] {
        let head = head_of(lines);
        for expected in [None, Some(&head)] {
            let report = check(&bytes(lines), expected);
            assert!(report.ok(), "{report:?}");
            assert_eq!((report.size as usize, report.root), (lines.len(), Some(head.edge.root())));
        }
    }
    let bare = erased.iter().filter(|line| line.starts_with("{\"header\"")).count();
    let report = check(&bytes(erased), None);
    assert_eq!((report.erased as usize, report.missing), (bare, 0));
    assert!(bare > 5);
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn a_changed_byte_is_found_in_its_line(place in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), new in any::<u8>()) {
        let (lines, _) = logs();
        let place = place.index(lines.len());
        let mut changed = bytes(lines);
        let at = at.index(changed[place].len());
        prop_assume!(changed[place][at] != new && new != b'\n');
        changed[place][at] = new;
        prop_assert_eq!(first_bad(lines, &changed), Some(place as u64));
    }

    #[test]
    fn a_changed_byte_is_found_beside_erased_entries(place in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), bit in 0..7_u32) {
        let (_, lines) = logs();
        let place = place.index(lines.len());
        let mut changed = bytes(lines);
        let at = at.index(changed[place].len());
        changed[place][at] ^= 1 << bit;
        prop_assume!(changed[place][at] != b'\n');
        prop_assert_eq!(first_bad(lines, &changed), Some(place as u64));
    }

    #[test]
    fn a_byte_more_or_less_is_found_in_its_line(place in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), more in prop::option::of(b' '..127)) {
        let (lines, _) = logs();
        let place = place.index(lines.len());
        let mut changed = bytes(lines);
        let at = at.index(changed[place].len());
        match more {
            Some(byte) => changed[place].insert(at, byte),
            None => drop(changed[place].remove(at)),
        }
        prop_assert_eq!(first_bad(lines, &changed), Some(place as u64));
    }
}

#[test]
fn a_dropped_doubled_or_moved_line_is_found_where_it_is() {
    let (lines, _) = logs();
    for place in 0..lines.len() {
        let last = place + 1 == lines.len();
        let mut dropped = bytes(lines);
        dropped.remove(place);
        assert_eq!(first_bad(lines, &dropped), (!last).then_some(place as u64), "dropped {place}");
        let mut doubled = bytes(lines);
        doubled.insert(place, doubled[place].clone());
        assert_eq!(first_bad(lines, &doubled), Some(place as u64 + 1), "doubled {place}");
        if !last {
            let mut swapped = bytes(lines);
            swapped.swap(place, place + 1);
            assert_eq!(first_bad(lines, &swapped), Some(place as u64), "swapped {place}");
        }
    }
}

#[test]
fn a_log_cut_at_its_end_is_truncated_where_its_head_is_known() {
    let (lines, _) = logs();
    for keep in 0..lines.len() {
        let cut = bytes(&lines[..keep]);
        let report = check(&cut, Some(&head_of(lines)));
        assert!(!report.ok() && report.truncated, "{keep}: {report:?}");
        assert!(check(&cut, None).ok(), "without a known head nothing tells");
    }
}

/// The line at `place` with another body, sealed as if it had always been so.
fn forged(line: &str, change: impl Fn(&mut Header)) -> Vec<u8> {
    let mut header = header(line);
    change(&mut header);
    let body = json::parse(r#"{"by":"somebody else"}"#).unwrap();
    Sealed::new(header, &body, &[9; 32]).line
}

#[test]
fn a_rewritten_entry_breaks_the_link_after_it_and_is_named_itself() {
    let (lines, _) = logs();
    for place in 0..lines.len() {
        let mut changed = bytes(lines);
        changed[place] = forged(&lines[place], |_| ());
        assert_eq!(
            first_bad(lines, &changed),
            Some(place as u64),
            "one link broken: the line before it"
        );
        changed[place] = forged(&lines[place], |header| header.prev = Some(Hash([1; 32])));
        assert_eq!(
            first_bad(lines, &changed),
            Some(place as u64),
            "both links broken: the line between them"
        );
    }
}

#[test]
fn a_log_rewritten_whole_from_one_line_on_is_told_by_its_known_head() {
    let (lines, _) = logs();
    let from = lines.len() / 2;
    let mut changed = bytes(lines);
    let mut log = head_of(&lines[..from]);
    for (place, line) in lines.iter().enumerate().skip(from) {
        changed[place] = forged(line, |header| header.prev = log.last);
        log.push(Line::parse(&changed[place]).unwrap().leaf());
    }
    assert!(check(&changed, None).ok(), "whoever has no head of it can't tell");
    assert!(first_bad(lines, &changed).is_some());
}

#[test]
fn a_body_taken_away_without_a_tombstone_is_missing() {
    let (lines, _) = logs();
    for place in 0..lines.len() {
        let mut changed = bytes(lines);
        changed[place] = Line::parse(lines[place].as_bytes()).unwrap().header_only();
        let report = check(&changed, Some(&head_of(lines)));
        assert_eq!((report.ok(), report.missing, report.erased), (false, 1, 0));
        assert_eq!(report.first_bad.unwrap().seq.0, place as u64);
    }
    let all: Vec<Vec<u8>> =
        lines.iter().map(|line| Line::parse(line.as_bytes()).unwrap().header_only()).collect();
    let report = check(&all, None);
    assert_eq!((report.missing as usize, report.first_bad.unwrap().seq.0), (lines.len(), 0));
}

#[test]
fn a_line_of_another_book_another_log_or_a_newer_version_does_not_fit() {
    let (lines, _) = logs();
    let changes: [fn(&mut Header); 4] = [
        |header| header.book = "other".to_owned(),
        |header| header.replica = ReplicaId::new("9b2e4f0a-8f0f-4b63-9a53-0d8f3d3d1c11"),
        |header| header.v = 2,
        |header| header.seq.0 += 1,
    ];
    for change in changes {
        let mut changed = bytes(lines);
        changed[5] = forged(&lines[5], change);
        assert_eq!(first_bad(lines, &changed), Some(5));
    }
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn no_line_makes_the_check_panic(lines in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..6)) {
        check(&lines, None);
        for line in &lines {
            let _ = Line::parse(line);
        }
    }
}

/// Published vectors, where they are at hand.
fn vectors(folder: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors").join(folder);
    if !path.is_dir() {
        eprintln!("skipped: no test vectors at {}", path.display());
        return None;
    }
    Some(path)
}

fn files(folder: PathBuf) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[test]
fn canonical_json_is_that_of_the_published_vectors_of_rfc_8785() {
    let Some(folder) = vectors("rfc8785") else { return };
    let inputs = files(folder.join("input"));
    assert!(inputs.len() >= 6);
    for input in inputs {
        let expected =
            std::fs::read(folder.join("output").join(input.file_name().unwrap())).unwrap();
        let text = std::fs::read_to_string(&input).unwrap();
        assert_eq!(
            String::from_utf8(canonical_value(&json::parse(&text).unwrap())),
            String::from_utf8(expected),
            "{input:?}"
        );
    }
}
