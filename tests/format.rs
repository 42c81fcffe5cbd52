//! The format's document against what the code does: its vectors are made here and compared, its list
//! of bodies names what is written and nothing else, and nothing personal can reach a header.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use futures::executor::block_on;
use proptest::prelude::*;
use serde_json::{Value, json};
use stagebook::engine::{Carried, Part};
use stagebook::ids::{ActorId, ContactId};
use stagebook::ledger::{BookVerifier, Hash, Line, Pseudonyms, last_line};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use support::arbitrary::{MARK, Step, resolve, steps};
use support::commands::{comment, create_named, erase};
use support::database::ledger;
use support::{Setup, cases, run};

const FORMAT: &str = include_str!("../src/ledger/FORMAT.md");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The smallest definition there is.
fn small() -> Value {
    json!({
        "id": "w", "version": 1, "initial": "a",
        "stages": [{ "id": "a" }], "transitions": [], "activityTypes": [],
    })
}

/// The vectors as the document has them.
fn vectors() -> String {
    block_on(async {
        let setup = Setup { constant: true, ..Setup::new(small()) };
        let (book, store) = setup.fresh().await;
        run(&book, create_named("c-1", "Anna \u{1f600} \"è\"")).await.unwrap();
        run(&book, comment("c-1", "1\n2")).await.unwrap();
        run(&book, create_named("c-2", "Bruno")).await.unwrap();
        let whole = ledger(&store).await;
        let before = book.checkpoint().await.unwrap();
        run(&book, erase("c-1")).await.unwrap();
        let replica = book.size().0;
        let inclusion = book.prove_inclusion(&format!("{replica}/2")).await.unwrap();
        let earlier = stagebook::json::Value::Number(whole.len() as f64);
        let consistency = book.prove_consistency(&earlier).await.unwrap();
        let names = Pseudonyms::new("crm", "");
        let line = Line::parse(whole[1].as_bytes()).unwrap();
        let key = Hash::of(&[b"stagebook/key/v1\0crm\0"]).to_string();
        let mut out = "| what | value |\n|---|---|\n".to_owned();
        let mut row = |what: &str, value: &str| writeln!(out, "| {what} | `{value}` |").unwrap();
        row("key of the book `crm`", &key[7..]);
        row("pseudonym of contact `c-1`", names.contact(&ContactId::new("c-1")).as_str());
        row("pseudonym of actor `boss`", names.actor(&ActorId::new("boss")).as_str());
        row("entry 1, `body` of its header", &line.header.body.to_string());
        row("entry 1, leaf hash", &line.leaf().to_string());
        row("root of no entries", &stagebook::ledger::Edge::default().root().to_base64());
        let block = |kind: &str, text: &str| format!("```{kind}\n{}\n```\n", text.trim_end());
        [
            out,
            format!(
                "\nEntry 1 of that book before `c-1` is erased:\n\n{}",
                block("json", &whole[1])
            ),
            format!("\nThe checkpoint at that time:\n\n{}", block("text", &before)),
            format!("\nThe whole export afterwards:\n\n{}", block("json", &exported(&book).await)),
            "\nThat entry 2 is in it, and that it extends the checkpoint above:\n\n".to_owned(),
            block("json", &stagebook::json::text(&inclusion)),
            "\n".to_owned(),
            block("json", &stagebook::json::text(&consistency)),
        ]
        .concat()
    })
}

async fn exported(book: &stagebook::engine::Engine<stagebook::store::MemoryStore>) -> String {
    let (mut text, mut carried): (_, Option<Carried>) = (String::new(), None);
    while let Some((next, part)) = book.carry(carried.take()).await.unwrap() {
        match part {
            Part::Lines(lines) => text.push_str(&String::from_utf8(lines).unwrap()),
            Part::Head { checkpoint, last, .. } => text.push_str(&last_line(checkpoint, last)),
        }
        carried = Some(next);
    }
    text
}

#[test]
fn the_documented_vectors_are_what_is_written() {
    let (begin, end) = ("<!-- vectors -->\n", "<!-- /vectors -->\n");
    let (before, rest) = FORMAT.split_once(begin).unwrap();
    let (documented, after) = rest.split_once(end).unwrap();
    let made = vectors();
    if std::env::var_os("UPDATE").is_some() {
        let text = [before, begin, &made, end, after].concat();
        std::fs::write(root().join("src/ledger/FORMAT.md"), text).unwrap();
        return;
    }
    assert_eq!(documented, made);
    let export = documented.split("```json\n").nth(2).unwrap().split_once("```").unwrap().0;
    let mut verifier = BookVerifier::default();
    verifier.push(export.as_bytes());
    let reports = verifier.finish();
    assert!(reports.len() == 1 && reports[0].ok() && reports[0].erased == 3, "{reports:?}");
}

#[test]
fn the_documented_bodies_are_those_that_are_written() {
    let mut written: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let folder = root().join("tests/fixtures/v1");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files {
        for line in std::fs::read_to_string(file).unwrap().lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            let kind = line["header"]["kind"].as_str().unwrap().to_owned();
            let Some(data) = line["body"]["data"].as_object() else { continue };
            written.entry(kind).or_default().extend(data.keys().cloned());
        }
    }
    // One that no version knows stands for those to come.
    written.remove("contact.sung");
    let mut documented = BTreeMap::new();
    for row in FORMAT.lines().filter_map(|line| line.strip_prefix("| `")) {
        let Some((kind, members)) = row.split_once("` | ") else { continue };
        if kind.contains('.') {
            documented.insert(kind.to_owned(), names(members));
        }
    }
    assert_eq!(documented.keys().collect::<Vec<_>>(), written.keys().collect::<Vec<_>>());
    for (kind, members) in written {
        let missing: Vec<_> = members.difference(&documented[&kind]).collect();
        assert!(missing.is_empty(), "{kind}: {missing:?} is not documented");
        // A stage change that was imported has a reason; no fixture does.
        let more: Vec<_> = documented[&kind].difference(&members).collect();
        assert!(more.is_empty() || kind == "workflow.started", "{kind}: {more:?} is not written");
    }
}

/// The names in backquotes, without those in parentheses.
fn names(members: &str) -> BTreeSet<String> {
    let mut depth = 0;
    let outside: String = members
        .chars()
        .filter(|c| {
            depth += i32::from(*c == '(') - i32::from(*c == ')');
            depth == 0
        })
        .collect();
    outside.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Every member that a header can have, and its type. Whoever adds one says here why no text of a
/// person can be in it.
#[test]
fn a_header_has_members_of_these_types_and_no_others() {
    let source = std::fs::read_to_string(root().join("src/ledger/line.rs")).unwrap();
    let header =
        source.split_once("pub struct Header {").unwrap().1.split_once("\n    }").unwrap().0;
    let members: Vec<&str> =
        header.lines().filter_map(|line| line.trim().strip_prefix("pub ")).collect();
    let expected = [
        // Moments, hashes, counts and the format's version.
        r#"at: Instant = "at","#,
        r#"body: Hash = "body","#,
        // The database's name, of a few plain characters, chosen by the app.
        r#"book: String = "book","#,
        // Keyed hashes.
        r#"by: ActorName = "by","#,
        r#"contact: Option<ContactName> = "contact","#,
        r#"definition: Option<DefinitionHash> = "definition","#,
        r#"hlc: Hlc = "hlc","#,
        // A word of the format.
        r#"kind: String = "kind","#,
        r#"prev: Option<Hash> = "prev","#,
        // A random UUID.
        r#"replica: ReplicaId = "replica","#,
        r#"seq: Seq = "seq","#,
        r#"v: u32 = "v","#,
        r#"was: Option<Hash> = "was","#,
    ];
    assert_eq!(members, expected);
}

/// Only `Pseudonyms` makes the names that stand in headers.
#[test]
fn pseudonyms_are_made_in_one_place() {
    let mut makers = BTreeSet::new();
    let mut waiting = vec![root().join("src")];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|end| end == "rs")
                && std::fs::read_to_string(&path).unwrap().contains("Name::of_hash(")
            {
                makers.insert(path.file_name().unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    assert_eq!(makers, BTreeSet::from(["pseudonym.rs".to_owned()]));
}

fn is_pseudonym(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    text.len() == 22 && text.bytes().all(plain)
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn no_text_id_or_name_of_the_host_is_in_any_header(steps in steps(60)) {
        let setup = Setup { record_refusals: true, ..Setup::sales() };
        let lines = block_on(async {
            let (book, store) = setup.fresh().await;
            for step in steps {
                if let Step::Run { contact, after, actor, command, options } = step {
                    setup.clock.wander(after);
                    let id = support::arbitrary::id(contact);
                    let state = book.contact(&id).await.unwrap().state.clone();
                    let _ = book.run(&actor, resolve(command, &state), options).await;
                }
            }
            let rows = format!(
                r#"[{{"kind":"contact","contact":"{MARK}9","at":"2026-01-01T08:00:00Z","by":"{MARK}-by","byName":"{MARK} Rossi","id":"{MARK}","set":{{"name":"{MARK}","email":"a@{MARK}.it"}}}},
                {{"kind":"comment","contact":"{MARK}9","at":"2026-01-02T08:00:00Z","by":"{MARK}-by","text":"{MARK}"}}]"#
            );
            let imported = book.import(&support::boss(), &rows, 0, true).await.unwrap();
            assert_eq!(imported.imported, 2, "{imported:?}");
            ledger(&store).await
        });
        prop_assert!(lines.iter().any(|line| line.contains(MARK)), "the bodies hold the marks");
        for text in &lines {
            let line = Line::parse(text.as_bytes()).unwrap();
            let header = line.header_bytes;
            prop_assert!(!header.to_lowercase().contains(&MARK.to_lowercase()), "{}", header);
            prop_assert!(!header.contains('@') && !header.contains("Rossi"), "{}", header);
            let header: Value = serde_json::from_str(header).unwrap();
            for name in ["by", "contact"].iter().filter_map(|name| header[name].as_str()) {
                prop_assert!(is_pseudonym(name), "{}", name);
            }
            prop_assert_eq!(&header["book"], "crm");
        }
    }
}
