//! The shape of the source: modules import only what stands above them in `lib.rs`, no wasm crate
//! and no clock, chance or IO comes into the core, and every file says what it is for. The checks
//! read the source as tokens, so that comments and texts may speak of anything.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The shell: what only runs in wasm, and may name what the core may not.
const SHELL: &str = "web";

/// Crates of the wasm boundary.
const WASM: [&str; 9] = [
    "gloo_storage",
    "js_sys",
    "serde",
    "serde_wasm_bindgen",
    "wasm_bindgen",
    "wasm_bindgen_futures",
    "wasm_bindgen_test",
    "web_sys",
    "gloo",
];

/// Ways to a clock, to chance, or out of the process. A path counts if it begins so.
const WORLD: [&str; 18] = [
    "SystemTime",
    "Instant::now",
    "Local::now",
    "Utc::now",
    "getrandom",
    "rand",
    "std::env",
    "std::fs",
    "std::io::stdin",
    "std::io::stdout",
    "std::net",
    "std::process",
    "std::sync::mpsc",
    "std::thread",
    "std::time::Instant",
    "std::time::SystemTime",
    "std::time::UNIX_EPOCH",
    "chrono::Local",
];

#[test]
fn modules_import_only_from_modules_above_them() {
    let order = module_order(&source("lib.rs"));
    assert!(order.len() > 5 && order.contains(&"engine".to_owned()), "{order:?}");
    let wrong: Vec<String> = files()
        .iter()
        .flat_map(|file| upward_imports(&order, &file.module, &file.text, &file.name))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_core_names_no_wasm_crate_and_no_clock_chance_or_io() {
    let core = files().into_iter().filter(|file| file.module != SHELL);
    let wrong: Vec<String> = core.flat_map(|file| strangers(&file.text, &file.name)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_file_opens_with_a_paragraph_that_says_what_it_is_for() {
    let wrong: Vec<String> = files()
        .into_iter()
        .filter(|file| !opens_with_words(&file.text))
        .map(|file| file.name)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A file of the source, and the module of `lib.rs` that it belongs to.
struct File {
    name: String,
    module: String,
    text: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn source(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap()
}

/// All files but `lib.rs`, which is the map and not a module, and `tests.rs`, whose module says it.
fn files() -> Vec<File> {
    let mut found = Vec::new();
    let mut waiting = vec![root()];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    let read = |path: PathBuf| {
        let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
        let module = name.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
        File { text: std::fs::read_to_string(&path).unwrap(), name, module }
    };
    found
        .into_iter()
        .map(read)
        .filter(|file| file.name != "lib.rs" && !file.name.ends_with("/tests.rs"))
        .collect()
}

/// The modules that `lib.rs` declares, in its order.
fn module_order(lib: &str) -> Vec<String> {
    let tokens = tokens(lib);
    let declared = tokens.windows(3).filter(|three| three[0] == "mod" && three[2] == ";");
    declared.map(|three| three[1].clone()).collect()
}

fn upward_imports(order: &[String], module: &str, text: &str, name: &str) -> Vec<String> {
    let place = |module: &str| order.iter().position(|one| one == module);
    let Some(here) = place(module) else {
        return vec![format!("{name}: not a module of lib.rs")];
    };
    let used: BTreeSet<String> = paths(text)
        .into_iter()
        .filter(|path| path.len() > 1 && path[0] == "crate")
        .map(|path| path[1].clone())
        .collect();
    let upward = |used: &String| place(used).is_none_or(|place| place > here);
    used.into_iter()
        // A macro of the crate stands at its root.
        .filter(|used| place(used).is_some() || !text.contains(&format!("crate::{used}!")))
        .filter(upward)
        .map(|used| format!("{name}: crate::{used} stands below {module}"))
        .collect()
}

fn strangers(text: &str, name: &str) -> Vec<String> {
    let mut found = BTreeSet::new();
    for path in paths(text) {
        let path: Vec<&str> =
            path.iter().map(String::as_str).filter(|part| *part != "self").collect();
        let wasm = WASM.iter().filter(|one| path.contains(*one));
        let world = WORLD.iter().filter(|one| {
            let one: Vec<&str> = one.split("::").collect();
            path.windows(one.len()).next() == Some(one.as_slice())
        });
        found.extend(wasm.chain(world).map(|one| format!("{name}: {one}")));
    }
    found.into_iter().collect()
}

/// Inner documentation before anything else: a sentence, not a name.
fn opens_with_words(text: &str) -> bool {
    let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
    let first: Vec<&str> = lines.take_while(|line| !line.trim().is_empty()).collect();
    let words = first.join(" ");
    words.trim_end().ends_with('.') && words.split_whitespace().count() > 2
}

/// Every path in `text`: those of `use` with their braces written out, and those in passing.
fn paths(text: &str) -> Vec<Vec<String>> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at] == "use" {
            at = tree(&tokens, at + 1, &[], &mut found);
        } else if is_word(&tokens[at]) && (at == 0 || tokens[at - 1] != "::") {
            let mut path = vec![tokens[at].clone()];
            while tokens.get(at + 1).is_some_and(|next| next == "::")
                && tokens.get(at + 2).is_some_and(|next| is_word(next))
            {
                path.push(tokens[at + 2].clone());
                at += 2;
            }
            found.push(path);
            at += 1;
        } else {
            at += 1;
        }
    }
    found
}

/// Reads one use tree from `at`, whose path so far is `before`; gives the place after it.
fn tree(
    tokens: &[String],
    mut at: usize,
    before: &[String],
    found: &mut Vec<Vec<String>>,
) -> usize {
    let mut path = before.to_vec();
    while let Some(token) = tokens.get(at) {
        match token.as_str() {
            "{" => {
                at += 1;
                while tokens.get(at).is_some_and(|token| token != "}") {
                    at = tree(tokens, at, &path, found);
                    at += usize::from(tokens.get(at).is_some_and(|token| token == ","));
                }
                return at + 1;
            }
            "," | "}" | ";" => break,
            "as" => at += 2,
            "::" | "*" => at += 1,
            _ => {
                path.push(token.clone());
                at += 1;
            }
        }
    }
    found.push(path);
    at
}

fn is_word(token: &str) -> bool {
    token.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// Words, `::`, and single characters; without comments, texts, characters and lifetimes.
fn tokens(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let ahead = |at: usize, what: &str| {
        what.chars().enumerate().all(|(n, c)| chars.get(at + n) == Some(&c))
    };
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let first = chars[at];
        if ahead(at, "//") {
            at = until(&chars, at, |at| chars[at] == '\n');
        } else if ahead(at, "/*") {
            at = until(&chars, at, |at| ahead(at, "*/")) + 2;
        } else if let Some(hashes) = raw_string(&chars[at..]) {
            let end: String = std::iter::once('"').chain((0..hashes).map(|_| '#')).collect();
            let begin = until(&chars, at, |at| chars[at] == '"') + 1;
            at = until(&chars, begin, |at| ahead(at, &end)) + end.len();
        } else if first == '"' {
            at = quoted(&chars, at + 1, '"');
        } else if first == '\'' {
            let character = chars.get(at + 1) == Some(&'\\') || chars.get(at + 2) == Some(&'\'');
            at = if character { quoted(&chars, at + 1, '\'') } else { at + 1 };
        } else if first.is_alphanumeric() || first == '_' {
            let end = until(&chars, at, |at| !(chars[at].is_alphanumeric() || chars[at] == '_'));
            found.push(chars[at..end].iter().collect());
            at = end;
        } else if ahead(at, "::") {
            found.push("::".to_owned());
            at += 2;
        } else {
            if !first.is_whitespace() {
                found.push(first.to_string());
            }
            at += 1;
        }
    }
    found
}

fn until(chars: &[char], from: usize, end: impl Fn(usize) -> bool) -> usize {
    (from..chars.len()).find(|&at| end(at)).unwrap_or(chars.len())
}

/// The place after a quoted text, whose escapes are two characters.
fn quoted(chars: &[char], mut at: usize, quote: char) -> usize {
    while at < chars.len() && chars[at] != quote {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// How many `#` a raw text that begins here has; none if none begins.
fn raw_string(chars: &[char]) -> Option<usize> {
    let rest = chars.strip_prefix(&['b']).unwrap_or(chars).strip_prefix(&['r'])?;
    let hashes = rest.iter().take_while(|&&c| c == '#').count();
    (rest.get(hashes) == Some(&'"')).then_some(hashes)
}

mod the_checks_themselves {
    use super::*;

    fn order() -> Vec<String> {
        module_order(
            "pub mod ids;\n#[macro_use]\npub mod error;\nmod decide;\npub mod engine;\npub mod web;",
        )
    }

    fn upward(module: &str, text: &str) -> usize {
        upward_imports(&order(), module, text, "made-up.rs").len()
    }

    #[test]
    fn the_order_is_that_of_the_declarations() {
        assert_eq!(order(), ["ids", "error", "decide", "engine", "web"]);
    }

    #[test]
    fn an_upward_import_is_found_in_every_spelling() {
        for bad in [
            "use crate::engine::Engine;",
            "pub(crate) use crate::engine;",
            "use crate::{ids::Seq, engine::{Engine, Options}};",
            "use crate::{error, ids::{self, Seq as S}, engine as e};",
            "use crate::{\n    // a comment\n    engine::*,\n};",
            "fn f() -> crate::engine::Engine { todo() }",
            "fn f(x: &'static crate::web::Book) {}",
            "impl crate::engine::Public for X {}",
            "#[cfg(test)] mod tests { use crate::web; }",
        ] {
            assert_eq!(upward("decide", bad), 1, "{bad}");
        }
    }

    #[test]
    fn what_stands_above_the_module_itself_and_words_are_no_finding() {
        for good in [
            "use crate::{ids::Seq, error::Error};",
            "use crate::decide::Context; use super::Draft;",
            "// use crate::engine::Engine;\n/* crate::web */",
            "const TEXT: &str = \"crate::engine\"; const RAW: &str = r#\"use \"crate::web\";\"#;",
            "fn f<'a>(c: &'a str) -> char { match c { _ => '\"' } } // crate::engine",
            "crate::params! {}",
        ] {
            assert_eq!(upward("decide", good), 0, "{good}");
        }
        assert_eq!(upward("nowhere", ""), 1, "a file that lib.rs does not know");
    }

    #[test]
    fn a_wasm_crate_a_clock_chance_and_io_are_found_in_every_spelling() {
        for bad in [
            "use wasm_bindgen::prelude::*;",
            "use ::js_sys::Date;",
            "fn now() -> f64 { js_sys::Date::now() }",
            "use {web_sys::Window, std::fmt};",
            "#[wasm_bindgen::prelude::wasm_bindgen] pub struct X;",
            "use gloo_storage::LocalStorage;",
            "use serde_wasm_bindgen as swb;",
            "use serde::de::{Deserialize, Visitor};",
            "#[derive(serde::Serialize)] struct X;",
            "use std::time::SystemTime;",
            "use std::time::{Duration, Instant};",
            "fn f() { SystemTime::now(); }",
            "fn f() { let t = Instant::now(); }",
            "fn f() { chrono::Local::now(); }",
            "use std::{fmt, fs::{self, File}};",
            "fn f() { std::net::TcpStream::connect(\"x\"); }",
            "fn f() { getrandom::fill(&mut []).ok(); }",
            "use rand::Rng;",
        ] {
            assert!(!strangers(bad, "made-up.rs").is_empty(), "{bad}");
        }
    }

    #[test]
    fn the_cores_own_names_are_no_finding() {
        for good in [
            "use crate::time::Instant; fn f(at: Instant) -> i64 { at.millis() }",
            "fn random(&self, bytes: &mut [u8]); world.random(bytes); operand(rand_like);",
            "use std::io; use std::collections::BTreeMap;",
            "/// Unlike `std::time::SystemTime::now()`.\nfn f() {}",
        ] {
            assert_eq!(strangers(good, "made-up.rs"), Vec::<String>::new(), "{good}");
        }
    }

    #[test]
    fn a_file_without_its_paragraph_is_found() {
        let words = "//! The state of one contact: the fold of its entries.\n\nuse x;";
        assert!(opens_with_words(words));
        for bad in [
            "",
            "use x;",
            "//! State.\n",
            "//!\n//! The state of it.",
            "// The state of one contact: the fold of its entries.",
            &format!("\n{words}"),
        ] {
            assert!(!opens_with_words(bad), "{bad}");
        }
    }
}
