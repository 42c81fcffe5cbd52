//! An export that anybody changed, wherever and however little, is told from the export alone, with
//! the log and the place of what was changed. `TAMPERINGS=100000` tries that many; the tests of every
//! day fewer. The verifier of the documentation, which has none of our code, says the same.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use futures::executor::block_on;
use stagebook::engine::{Carried, Engine, Part};
use stagebook::ledger::{BookVerifier, Line, LogReport, last_line};
use stagebook::store::{MemoryStore, Store};
use std::path::PathBuf;
use std::process::Command as Process;
use support::commands::{comment, create, create_named, erase, go, pending, plan, rename};
use support::{Setup, mix, run};

/// What an export of the book is.
async fn export<S: Store>(book: &Engine<S>) -> Vec<u8> {
    let (mut bytes, mut carried): (_, Option<Carried>) = (Vec::new(), None);
    while let Some((next, part)) = book.carry(carried.take()).await.unwrap() {
        match part {
            Part::Lines(lines) => bytes.extend_from_slice(&lines),
            Part::Head { checkpoint, last, .. } => {
                bytes.extend_from_slice(last_line(checkpoint, last).as_bytes());
                bytes.push(b'\n');
            }
        }
        carried = Some(next);
    }
    bytes
}

/// A book of some thirty entries with an erased contact among them.
async fn book(seed: u64) -> (Engine<MemoryStore>, MemoryStore) {
    let setup = Setup::sales();
    setup.handles.set(seed);
    let (book, store) = setup.fresh().await;
    for contact in ["c1", "c2"] {
        run(&book, create(contact)).await.unwrap();
        run(&book, plan(contact, pending("letter", true))).await.unwrap();
        run(&book, go(contact, "park")).await.unwrap();
        for n in 0..3 {
            let text = format!("comment {n} \"è\" \\ \u{1f600}");
            run(&book, comment(contact, &text)).await.unwrap();
        }
        run(&book, rename(contact, "Other")).await.unwrap();
    }
    run(&book, erase("c1")).await.unwrap();
    run(&book, comment("c2", "after")).await.unwrap();
    (book, store)
}

fn check(bytes: &[u8]) -> Vec<LogReport> {
    let mut verifier = BookVerifier::default();
    verifier.push(bytes);
    verifier.finish()
}

fn is_ok(reports: &[LogReport]) -> bool {
    !reports.is_empty() && reports.iter().all(LogReport::ok)
}

/// Exports of one log, of three, and of one with a single entry.
fn exports() -> Vec<Vec<u8>> {
    block_on(async {
        let mut single = Vec::new();
        for seed in 1..=3 {
            single.push(export(&book(seed).await.0).await);
        }
        let mut several = single.clone();
        several.sort_by_key(|export| replica_of(export));
        let tiny = {
            let (book, _) = Setup::sales().fresh().await;
            run(&book, create_named("c1", "Anna")).await.unwrap();
            let whole = export(&book).await;
            let first = whole.split_inclusive(|byte| *byte == b'\n').next().unwrap().to_vec();
            first_alone(&first)
        };
        vec![single.remove(0), several.concat(), tiny]
    })
}

fn replica_of(export: &[u8]) -> String {
    let line = export.split(|byte| *byte == b'\n').next().unwrap();
    Line::parse(line).unwrap().header.replica.to_string()
}

/// The export of a log that has one entry.
fn first_alone(line: &[u8]) -> Vec<u8> {
    let text = line.strip_suffix(b"\n").unwrap();
    let parsed = Line::parse(text).unwrap();
    let mut log = stagebook::ledger::Log::default();
    log.push(parsed.leaf());
    let origin = stagebook::ledger::origin(&parsed.header.book, &parsed.header.replica);
    let head = stagebook::ledger::Checkpoint { origin, size: 1, root: log.edge.root() };
    [line, last_line(head.text(), log.last).as_bytes(), b"\n"].concat()
}

/// A line of an export, and whose it is.
struct Place {
    replica: String,
    seq: u64,
    is_last: bool,
}

fn places(export: &[u8]) -> Vec<Place> {
    let (mut found, mut waiting): (Vec<Place>, _) = (Vec::new(), 0);
    for line in export.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        match Line::parse(line) {
            Ok(line) => {
                waiting = line.header.seq.0 + 1;
                let replica = line.header.replica.to_string();
                found.push(Place { replica, seq: line.header.seq.0, is_last: false });
            }
            Err(_) => {
                let replica = found.last().unwrap().replica.clone();
                found.push(Place { replica, seq: waiting, is_last: true });
            }
        }
    }
    found
}

struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        (mix(self.0) % limit as u64) as usize
    }
}

/// What was done, and where, if it was done inside one line.
struct Change {
    bytes: Vec<u8>,
    what: String,
    inside: Option<usize>,
}

/// One random change. None where it came to nothing, or cut the export exactly between two logs: what
/// is left then is a whole export of the others.
fn tamper(export: &[u8], chance: &mut Chance) -> Option<Change> {
    let mut lines: Vec<Vec<u8>> =
        export.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let line = chance.below(lines.len());
    let mut inside = Some(line);
    let what = chance.below(12);
    match what {
        0..=5 => {
            let at = chance.below(lines[line].len());
            lines[line][at] ^= 1 + chance.below(255) as u8;
        }
        6 => {
            let at = chance.below(lines[line].len());
            lines[line].insert(at, chance.below(256) as u8);
        }
        7 => {
            let at = chance.below(lines[line].len());
            lines[line].remove(at);
        }
        8 => {
            let at = chance.below(lines[line].len());
            lines[line].truncate(at);
            lines[line].push(b'\n');
        }
        9 => {
            inside = None;
            drop(lines.remove(line));
        }
        10 => {
            inside = None;
            let other = chance.below(lines.len());
            if chance.below(2) == 0 {
                let copy = lines[line].clone();
                lines.insert(other, copy);
            } else if lines[line] != lines[other] {
                lines.swap(line, other);
            }
        }
        _ => {
            let keep = chance.below(export.len());
            // A line that lacks nothing but its break is whole.
            let ends = keep == 0 || export[..keep].ends_with(b"\n") || export[keep] == b'\n';
            let cut = lines_before(export, keep);
            if cut > 0 && export[keep - 1] == b'\n' && places(export)[cut - 1].is_last {
                return None;
            }
            return Some(Change {
                bytes: export[..keep].to_vec(),
                what: format!("cut at {keep}"),
                inside: (!ends).then_some(cut),
            });
        }
    }
    let bytes = lines.concat();
    if bytes == export[..export.len() - 1] {
        inside = None;
    }
    (bytes != export).then(|| Change { bytes, what: format!("{what} at line {line}"), inside })
}

fn lines_before(export: &[u8], end: usize) -> usize {
    export[..end].iter().filter(|byte| **byte == b'\n').count()
}

fn tamperings() -> usize {
    std::env::var("TAMPERINGS").ok().and_then(|count| count.parse().ok()).unwrap_or(3_000)
}

#[test]
fn whatever_is_changed_in_an_export_is_found_and_put_where_it_is() {
    let exports = exports();
    let places: Vec<Vec<Place>> = exports.iter().map(|export| places(export)).collect();
    exports.iter().for_each(|export| assert!(is_ok(&check(export)), "{:?}", check(export)));
    let mut chance = Chance(11);
    let mut tried = 0;
    while tried < tamperings() {
        let which = chance.below(exports.len());
        let Some(change) = tamper(&exports[which], &mut chance) else { continue };
        tried += 1;
        let reports = check(&change.bytes);
        let told = || format!("{} of {which}: {reports:#?}", change.what);
        assert!(!is_ok(&reports), "{}", told());
        if let Some(place) = change.inside.map(|line| &places[which][line]) {
            let mut bad: Vec<_> = reports
                .iter()
                .filter_map(|report| Some((report, report.first_bad.as_ref()?)))
                .map(|(report, bad)| (report.name.replica.to_string(), bad.seq.0))
                .collect();
            // Without the break behind a log's last line the next log lost its first.
            let breaks = |bytes: &[u8]| lines_before(bytes, bytes.len());
            if breaks(&change.bytes) < breaks(&exports[which]) {
                bad.truncate(1);
            }
            // Where a log's first line is not whole and nothing follows it, nothing names the log.
            let nameless =
                |report: &LogReport| report.entries == 1 && report.name.replica.as_str().is_empty();
            let is_nameless = place.seq == 0 && reports.iter().any(nameless);
            let replica = if is_nameless { String::new() } else { place.replica.clone() };
            assert_eq!(bad, [(replica, place.seq)], "{}", told());
        }
    }
}

/// The verifier of the documentation, in a file of its own; none where there is no Python.
fn python() -> Option<(PathBuf, PathBuf)> {
    let works =
        Process::new("python3").arg("--version").output().is_ok_and(|run| run.status.success());
    if !works {
        eprintln!("skipped: python3 is not here");
        return None;
    }
    let text = include_str!("../src/ledger/FORMAT.md");
    let code = text.split_once("```python\n").unwrap().1.split_once("```\n").unwrap().0;
    assert!(code.lines().count() <= 60, "the documented verifier has at most 60 lines");
    let folder = std::env::temp_dir().join(format!("stagebook-python-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("verify.py");
    std::fs::write(&file, code).unwrap();
    Some((folder, file))
}

/// What it says of each of the exports.
fn ask_python(exports: &[Vec<u8>]) -> Option<Vec<String>> {
    let (folder, file) = python()?;
    let paths: Vec<PathBuf> =
        (0..exports.len()).map(|n| folder.join(format!("{n}.jsonl"))).collect();
    for (path, export) in paths.iter().zip(exports) {
        std::fs::write(path, export).unwrap();
    }
    let mut said = Vec::new();
    for some in paths.chunks(250) {
        let run = Process::new("python3").arg(&file).args(some).output().unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        let lines = String::from_utf8(run.stdout).unwrap();
        said.extend(lines.lines().map(|line| line.split_once(' ').unwrap().1.to_owned()));
    }
    std::fs::remove_dir_all(folder).unwrap();
    assert_eq!(said.len(), exports.len());
    Some(said)
}

#[test]
fn the_documented_verifier_agrees_on_a_thousand_changed_exports() {
    let exports = exports();
    let places: Vec<Vec<Place>> = exports.iter().map(|export| places(export)).collect();
    let mut chance = Chance(23);
    let mut changes = Vec::new();
    while changes.len() < 1_000 {
        let which = chance.below(exports.len());
        changes.extend(tamper(&exports[which], &mut chance).map(|change| (which, change)));
    }
    let asked: Vec<Vec<u8>> =
        changes.iter().map(|(_, change)| change.bytes.clone()).chain(exports).collect();
    let Some(said) = ask_python(&asked) else { return };
    for ((which, change), said) in changes.iter().zip(&said) {
        let told = || format!("{} of {which}: {said}", change.what);
        assert!(said.starts_with("bad "), "{}", told());
        assert!(!is_ok(&check(&change.bytes)), "{}", told());
        let Some(place) = change.inside.map(|line| &places[*which][line]) else { continue };
        assert!(said.ends_with(&format!(" {}", place.seq)), "{}: not {}", told(), place.seq);
        assert!(said.contains(&place.replica) || place.seq == 0, "{}", told());
    }
    assert!(said[1_000..].iter().all(|said| said.starts_with("ok ")), "{:?}", &said[1_000..]);
}
