//! Proofs and checkpoints: those of every tree prove what they say and nothing else, as the published
//! vectors and another implementation have it.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

mod support;

use base64ct::{Base64, Encoding};
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use futures::executor::block_on;
use proptest::prelude::*;
use serde_json::Value;
use sha2::Sha256;
use stagebook::engine::{ConsistencyProof, InclusionProof};
use stagebook::error::{Error, Missing};
use stagebook::json;
use stagebook::ledger::{Checkpoint, Edge, Hash, Line, Prover, extends, root_of, signed_note};
use stagebook::store::{Change, Commit, Store, Table};
use std::path::PathBuf;
use support::commands::{comment, create, erase};
use support::database::{ledger, records};
use support::{Setup, cases, mix, run};

fn path_of(mut prover: Prover, leaves: &[Hash]) -> Vec<Hash> {
    leaves.iter().for_each(|leaf| prover.push(*leaf));
    prover.path()
}

fn root(leaves: &[Hash]) -> Hash {
    let mut edge = Edge::default();
    leaves.iter().for_each(|leaf| edge.push(*leaf));
    edge.root()
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|n| Hash::leaf(&n.to_be_bytes())).collect()
}

#[test]
fn every_entry_of_every_small_tree_has_a_proof_that_proves_nothing_else() {
    let all = leaves(40);
    for size in 1..=40_u64 {
        let leaves = &all[..size as usize];
        let root = root(leaves);
        for index in 0..size {
            let leaf = leaves[index as usize];
            let path = path_of(Prover::inclusion(index, size).unwrap(), leaves);
            assert_eq!(root_of(index, size, leaf, &path), Some(root), "{index} of {size}");
            for other in (0..size).filter(|other| *other != index) {
                assert_ne!(root_of(other, size, leaf, &path), Some(root), "{other} for {index}");
            }
            let longer = [&path[..], &[leaf]].concat();
            assert_ne!(root_of(index, size, leaf, &longer), Some(root));
        }
        assert!(Prover::inclusion(size, size).is_none());
    }
}

#[test]
fn every_small_tree_extends_each_smaller_one_and_no_other() {
    let all = leaves(40);
    for size in 1..=40_u64 {
        let new = root(&all[..size as usize]);
        for from in 1..=size {
            let old = root(&all[..from as usize]);
            let path = path_of(Prover::consistency(from, size).unwrap(), &all[..size as usize]);
            assert!(extends(from, size, old, new, &path), "{from} in {size}");
            assert!(!extends(from, size, Hash([1; 32]), new, &path), "{from} in {size}");
            assert!(!extends(from, size, old, Hash([1; 32]), &path));
            let longer = [&path[..], &[old]].concat();
            assert!(!extends(from, size, old, new, &longer), "{from} in {size}");
            if !path.is_empty() {
                assert!(!extends(from, size, old, new, &path[1..]), "{from} in {size}");
            }
        }
        assert!(Prover::consistency(size + 1, size).is_none());
        assert!(Prover::consistency(0, size).is_none());
        assert!(!extends(0, size, root(&[]), new, &[]), "nothing is proven about the empty tree");
    }
}

/// A leaf as the other implementation hashes it: its bytes after a zero.
type Tree = MemoryBackedTree<Sha256, [u8; 8]>;

#[test]
fn a_thousand_random_trees_are_those_of_another_implementation() {
    let mut seed = 7_u64;
    let mut draw = |below: u64| {
        seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(seed) % below
    };
    for _ in 0..1_000 {
        let size = 1 + draw(300);
        let contents: Vec<[u8; 8]> = (0..size).map(|_| draw(u64::MAX).to_be_bytes()).collect();
        let leaves: Vec<Hash> = contents.iter().map(|bytes| Hash::leaf(bytes)).collect();
        let mut tree = Tree::new();
        contents.iter().for_each(|bytes| tree.push(*bytes));
        assert_eq!(tree.root().as_bytes().as_slice(), root(&leaves).0);

        let index = draw(size);
        let path = path_of(Prover::inclusion(index, size).unwrap(), &leaves);
        let bytes: Vec<u8> = path.iter().flat_map(|hash| hash.0).collect();
        let theirs = tree.prove_inclusion(index as usize);
        assert_eq!(theirs.as_bytes(), bytes);

        let from = 1 + draw(size);
        let path = path_of(Prover::consistency(from, size).unwrap(), &leaves);
        let bytes: Vec<u8> = path.iter().flat_map(|hash| hash.0).collect();
        let theirs = tree.prove_consistency((size - from) as usize);
        assert_eq!(theirs.as_bytes(), bytes, "{from} in {size}");
    }
}

/// Published vectors, where they are at hand.
fn vectors(folder: &str) -> Vec<(PathBuf, Value)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors/rfc6962");
    let mut waiting = vec![root.join(folder)];
    if !waiting[0].is_dir() {
        eprintln!("skipped: no test vectors at {}", waiting[0].display());
        return Vec::new();
    }
    let mut found = Vec::new();
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
                found.push((path, value));
            }
        }
    }
    found
}

/// The checkpoint that a vector means. Where its root is a text instead of a hash, only whether the
/// other root is the same counts, so that the text's hash does as well.
fn checkpoint(size: &Value, root: &Value) -> String {
    let bytes = Base64::decode_vec(root.as_str().unwrap_or_default()).unwrap_or_default();
    let root = bytes.clone().try_into().map_or_else(|_| Hash::of(&[&bytes]), Hash);
    format!("stagebook/crm/r\n{size}\n{}\n", root.to_base64())
}

fn strings(list: &Value) -> Vec<String> {
    let list = list.as_array().into_iter().flatten();
    list.map(|hash| hash.as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn the_published_proofs_of_inclusion_are_taken_and_refused_as_they_say() {
    let mut counted = (0, 0);
    for (file, vector) in vectors("inclusion") {
        let number = |name: &str| vector[name].as_u64().unwrap_or(u64::MAX);
        let proof = InclusionProof {
            replica: "r".into(),
            leaf: vector["leafHash"].as_str().unwrap_or_default().to_owned(),
            index: number("leafIdx"),
            size: number("treeSize"),
            path: strings(&vector["proof"]),
            checkpoint: String::new(),
        };
        let proven = proof.verify(&checkpoint(&vector["treeSize"], &vector["root"]));
        assert_eq!(proven, vector["wantErr"] == false, "{file:?}");
        if proven { counted.0 += 1 } else { counted.1 += 1 }
    }
    assert!(counted == (0, 0) || (counted.0 >= 5 && counted.1 >= 50), "{counted:?}");
}

#[test]
fn the_published_proofs_of_consistency_are_taken_and_refused_as_they_say() {
    let mut counted = (0, 0);
    for (file, vector) in vectors("consistency") {
        let number = |name: &str| vector[name].as_u64().unwrap_or(u64::MAX);
        let proof = ConsistencyProof {
            replica: "r".into(),
            from_size: number("size1"),
            size: number("size2"),
            path: strings(&vector["proof"]),
            checkpoint: String::new(),
        };
        let from = checkpoint(&vector["size1"], &vector["root1"]);
        let to = checkpoint(&vector["size2"], &vector["root2"]);
        let proven = proof.verify(&from, &to);
        assert_eq!(proven, vector["wantErr"] == false, "{file:?}");
        if proven { counted.0 += 1 } else { counted.1 += 1 }
    }
    assert!(counted == (0, 0) || (counted.0 >= 5 && counted.1 >= 50), "{counted:?}");
}

#[test]
fn a_book_proves_each_entry_and_each_earlier_size_across_compactions_and_erasures() {
    block_on(async {
        let (book, store) = Setup::sales().fresh().await;
        let empty = book.checkpoint().await.unwrap();
        assert_eq!(Checkpoint::parse(&empty).unwrap().size, 0);
        let mut earlier = Vec::new();
        for n in 0..9 {
            run(&book, create(&format!("c{n}"))).await.unwrap();
            run(&book, comment(&format!("c{n}"), "text")).await.unwrap();
            if n == 4 {
                book.compact().await.unwrap();
                run(&book, erase("c1")).await.unwrap();
            }
            earlier.push(book.checkpoint().await.unwrap());
        }
        let lines = ledger(&store).await;
        let (replica, size, _) = book.size();
        let head = book.checkpoint().await.unwrap();
        assert_eq!(head, *earlier.last().unwrap());
        assert!(head.starts_with(&format!("stagebook/crm/{replica}\n{size}\n")));
        for (seq, line) in lines.iter().enumerate() {
            let proof = book.prove_inclusion(&format!("{replica}/{seq}")).await.unwrap();
            let leaf = Line::parse(line.as_bytes()).unwrap().leaf();
            assert_eq!((proof.leaf.clone(), proof.index), (leaf.to_base64(), seq as u64));
            assert_eq!(proof.checkpoint, head);
            assert!(proof.verify(&head));
            assert!(!proof.verify(&earlier[3]), "another head");
        }
        for old in &earlier {
            let from = Checkpoint::parse(old).unwrap().size;
            let asked = json::Value::Number(from as f64);
            let proof = book.prove_consistency(&asked).await.unwrap();
            assert!(proof.verify(old, &head), "{from}");
            assert_eq!(proof.verify(&head, old), from == size, "the other way round");
        }
        for bad in ["", "x", &format!("{replica}/{size}"), &format!("{replica}/+1"), "other/0"] {
            let error = book.prove_inclusion(bad).await.unwrap_err();
            assert_eq!(error, Error::from(Missing::Entry(bad.to_owned())));
        }
        for bad in [-1.0, 0.0, 0.5, size as f64 + 1.0] {
            let error = book.prove_consistency(&json::Value::Number(bad)).await.unwrap_err();
            assert_eq!(error.code().code(), "invalid", "{bad}");
        }
    });
}

#[test]
fn a_log_whose_stored_lines_were_changed_proves_nothing() {
    block_on(async {
        let (book, store) = Setup::sales().fresh().await;
        run(&book, create("c1")).await.unwrap();
        run(&book, comment("c1", "text")).await.unwrap();
        book.compact().await.unwrap();
        let segment = records(&store, Table::Log).await.remove(0);
        let text = String::from_utf8(segment.value).unwrap();
        let value = text.replacen("\"v\":1", "\"v\":2", 1).into_bytes();
        let change = Change::Put { table: Table::Log, key: segment.key, sort: None, value };
        let number = stagebook::ids::CommitNo(support::database::commits(&store).await as u64 + 1);
        let record = br#"{"answers":[]}"#.to_vec();
        let commit = Commit { number, record, changes: vec![change], ..Commit::default() };
        store.commit(commit).await.unwrap();
        let replica = book.size().0;
        for seq in [0, 1] {
            let error = book.prove_inclusion(&format!("{replica}/{seq}")).await.unwrap_err();
            assert_eq!(error.code().code(), "corrupt", "{seq}");
        }
        let error = book.prove_consistency(&json::Value::Number(1.0)).await.unwrap_err();
        assert_eq!(error.code().code(), "corrupt");
    });
}

fn some_checkpoint() -> Checkpoint {
    let origin = "stagebook/crm/9b2e4f0a-8f0f-4b63-9a53-0d8f3d3d1c11".to_owned();
    Checkpoint { origin, size: 12, root: Hash::leaf(b"x") }
}

#[test]
fn a_checkpoint_and_its_signed_note_are_read_back() {
    let head = some_checkpoint();
    let text = head.text();
    assert_eq!(Checkpoint::parse(&text), Some(head.clone()));
    let note = signed_note(&text, &head.origin, &[3; 32], &[4; 64]);
    assert!(note.starts_with(&format!("{text}\n\u{2014} {} ", head.origin)));
    assert_eq!(Checkpoint::parse(&note), Some(head.clone()));
    let witnessed = format!("{note}\u{2014} witness AAAAAAA=\n");
    assert_eq!(Checkpoint::parse(&witnessed), Some(head.clone()), "a second signature");
    assert_eq!(Checkpoint::parse(&format!("{text}extension\n")), Some(head), "an extension");
}

#[test]
fn what_is_no_checkpoint_is_refused() {
    let head = some_checkpoint();
    let text = head.text();
    let note = signed_note(&text, &head.origin, &[3; 32], &[4; 64]);
    for bad in [
        "",
        "\n",
        text.trim_end(),
        &text.replace("\n12\n", "\n012\n"),
        &text.replace("\n12\n", "\n+12\n"),
        &text.replace("\n12\n", "\n\n"),
        &text.replace("\n12\n", "\n99999999999999999999\n"),
        &text.replace("=\n", "\n"),
        &format!("{text}\n"),
        note.trim_end(),
        &note.replace('\u{2014}', "-"),
        &note.replace("\u{2014} ", "\u{2014}  "),
        &format!("{note}\u{2014} witness AAAA\n"),
        &format!("{note}\n"),
    ] {
        assert_eq!(Checkpoint::parse(bad), None, "{bad:?}");
    }
    let root = Base64::encode_string(&head.root.0);
    let stray = root.replace(&root[42..43], "=");
    assert_eq!(Checkpoint::parse(&text.replace(&root, &stray)), None);
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn no_proof_and_no_checkpoint_makes_the_check_panic(
        index in any::<u64>(), size in any::<u64>(), path in 0..70_usize, text in any::<String>(),
    ) {
        let path = vec![Hash([5; 32]); path];
        let _ = root_of(index, size, Hash([6; 32]), &path);
        prop_assert!(!extends(index, size, Hash([6; 32]), Hash([7; 32]), &path));
        prop_assert_eq!(Checkpoint::parse(&text), None);
    }
}
