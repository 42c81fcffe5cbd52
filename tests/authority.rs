//! What a server permits and what it makes of batches: who may do what by its own definitions, which of
//! its own entries say so, and that nothing of a refused batch is kept.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use futures::executor::block_on;
use proptest::prelude::*;
use stagebook::engine::{Engine, ServerName};
use stagebook::error::BatchFault;
use stagebook::event::Hlc;
use stagebook::ids::{ContactId, ReplicaId};
use stagebook::json::{self, Value};
use stagebook::ledger::{Hash, Line, Log, Pseudonyms};
use stagebook::map::Map;
use stagebook::project::Status;
use stagebook::store::MemoryStore;
use stagebook::sync::{Authority, Batch, Book, Kept, Known, Mark, Own, Pushed, Requester, Verdict};
use support::commands::{comment, create, erase, go, log};
use support::{Setup, cases, instant, run};

const HOUR: u64 = 60 * 60 * 1000;
const SERVER: &str = "5e7e5e7e-0000-4000-8000-000000000000";

/// A server's books and all that it stores, as simple as it can be.
struct Server {
    book: Book,
    known: Known,
    logs: Map<ReplicaId, Log>,
    lines: Vec<Kept>,
}

impl Server {
    fn new(definitions: &[&str]) -> Self {
        let definitions = definitions.iter().map(|text| json::parse(text).unwrap().into_owned());
        let authority = Authority::new(definitions.collect(), 24 * HOUR).unwrap();
        let names = Pseudonyms::new("crm", "");
        let own = Own { replica: SERVER.into(), ..Own::default() };
        let now = instant("2026-03-09T15:00:00Z").millis();
        Self {
            book: Book { name: "crm".into(), names, authority, by: Book::server("Server") },
            known: Known { own, now, ..Known::default() },
            logs: Map::new(),
            lines: Vec::new(),
        }
    }

    fn read(&self, batch: &Batch) -> Result<Pushed, BatchFault> {
        self.book.read(&json::text(batch))
    }

    /// Takes a batch in, as the stores do.
    fn push(&mut self, batch: &Batch, requester: &Requester) -> Result<Verdict, BatchFault> {
        let pushed = self.read(batch)?;
        let log = self.logs.get(&batch.replica).cloned().unwrap_or_default();
        let place = pushed.end().saturating_sub(1);
        let at = |line: &&Kept| line.replica == batch.replica && line.seq.0 == place;
        let header = self.lines.iter().find(at).map(|line| line.header.clone());
        let known = Known { log, header, ..self.known.clone() };
        let verdict = self.book.judge(&pushed, known, requester, &|| [9; 32])?;
        if !verdict.lines.is_empty() {
            self.logs.insert(batch.replica.clone(), verdict.log.clone());
        }
        self.keep(&verdict);
        Ok(verdict)
    }

    fn keep(&mut self, verdict: &Verdict) {
        for line in &verdict.lines {
            self.lines.push(line.clone());
        }
        for (name, mark) in verdict.contacts.iter() {
            self.known.contacts.insert(name.clone(), mark.clone());
        }
        self.known.own = verdict.own.clone();
        for line in &mut self.lines {
            let gone = line.contact.as_ref().is_some_and(|name| verdict.erased.contains(name));
            if gone && line.kind != "contact.erased" {
                (line.body, line.salt) = (None, None);
            }
        }
    }

    /// All lines of a log, cut after each `size` lines.
    fn batches(&self, replica: &ReplicaId, size: usize) -> Vec<Batch> {
        let lines: Vec<&Kept> = self.lines.iter().filter(|l| l.replica == *replica).collect();
        let batch = |lines: &[&Kept]| {
            let last = lines.last().unwrap();
            let root = &last.root;
            Batch {
                book: "crm".into(),
                replica: replica.clone(),
                from: lines[0].seq,
                lines: lines.iter().map(|line| text(line)).collect(),
                checkpoint: format!("stagebook/crm/{replica}\n{}\n{root}\n", last.seq.0 + 1),
            }
        };
        lines.chunks(size).map(batch).collect()
    }

    async fn hand_all(&self, to: &Device, size: usize) {
        let name = ServerName { id: "s".into(), replica: Some(SERVER.into()) };
        let mut replicas: Vec<ReplicaId> = self.lines.iter().map(|l| l.replica.clone()).collect();
        replicas.sort();
        replicas.dedup();
        for batch in replicas.iter().flat_map(|replica| self.batches(replica, size)) {
            to.book.pulled(&name, &batch).await.unwrap();
        }
        to.book.pulled_to(&name, None, true).await.unwrap();
    }
}

fn text(line: &Kept) -> String {
    match (&line.body, &line.salt) {
        (Some(body), Some(salt)) => {
            format!(r#"{{"body":{body},"header":{},"salt":"{salt}"}}"#, line.header)
        }
        _ => format!(r#"{{"header":{}}}"#, line.header),
    }
}

struct Device {
    book: Engine<MemoryStore>,
}

async fn device(number: u64) -> Device {
    let setup = Setup::sales();
    setup.handles.set(number * 100);
    let (book, _) = setup.fresh().await;
    Device { book }
}

async fn own_batch(device: &Device) -> Batch {
    device.book.outgoing(5_000).await.unwrap().unwrap()
}

fn anybody() -> Requester {
    Requester::default()
}

fn reasons(verdict: &Verdict) -> Vec<(u64, &'static str)> {
    verdict.rejected.iter().map(|one| (one.seq, one.reason)).collect()
}

/// The definition of the devices, as their ledger holds it.
fn definition(batch: &Batch) -> String {
    let line = Line::parse(batch.lines[0].as_bytes()).unwrap();
    line.body.unwrap().0.to_owned()
}

#[test]
fn what_everybody_may_do_is_kept_as_it_came_and_once() {
    block_on(async {
        let a = device(1).await;
        run(&a.book, create("c1")).await.unwrap();
        run(&a.book, log("c1", "call")).await.unwrap();
        let batch = own_batch(&a).await;
        let mut server = Server::new(&[&definition(&batch)]);
        let verdict = server.push(&batch, &anybody()).unwrap();
        assert_eq!(verdict.accepted, batch.lines.len() as u64);
        assert_eq!(server.lines.iter().map(text).collect::<Vec<_>>(), batch.lines);
        let again = server.push(&batch, &anybody()).unwrap();
        assert_eq!((again.accepted, again.lines.len()), (verdict.accepted, 0));
        let b = device(2).await;
        server.hand_all(&b, 2).await;
        let loaded = b.book.contact(&"c1".into()).await.unwrap();
        assert_eq!(loaded.state.status, Status::Active);
    });
}

#[test]
fn an_entry_in_anothers_name_is_void_on_every_device() {
    block_on(async {
        let (a, b) = (device(1).await, device(2).await);
        run(&a.book, create("c1")).await.unwrap();
        run(&a.book, comment("c1", "hello")).await.unwrap();
        let batch = own_batch(&a).await;
        let mut server = Server::new(&[]);
        let eve = server.book.names.actor(&"eve".into());
        let verdict =
            server.push(&batch, &Requester { actors: Some(vec![eve]), roles: None }).unwrap();
        assert_eq!(verdict.rejected.len(), batch.lines.len() - 1, "all but the definition");
        assert!(verdict.rejected.iter().all(|one| one.reason == "forbidden"));
        for one in [&a, &b] {
            server.hand_all(one, 3).await;
            let loaded = one.book.contact(&"c1".into()).await.unwrap();
            assert!(!loaded.state.exists());
        }
    });
}

#[test]
fn roles_count_by_the_servers_own_definition_whatever_the_devices_have() {
    block_on(async {
        let a = device(1).await;
        run(&a.book, create("c1")).await.unwrap();
        run(&a.book, erase("c1")).await.unwrap();
        let batch = own_batch(&a).await;
        let mut guarded = json::parse(&definition(&batch)).unwrap().into_owned();
        if let Value::Object(members) = &mut guarded {
            members.retain(|(name, _)| name != "permissions");
            let permissions = json::parse(r#"{"erase":["boss"]}"#).unwrap();
            members.push(("permissions".into(), permissions));
        }
        let guarded = json::text(&guarded);
        for (roles, may) in
            [(Some(vec![]), false), (Some(vec!["boss".to_owned()]), true), (None, true)]
        {
            let mut server = Server::new(&[&guarded]);
            let verdict = server.push(&batch, &Requester { actors: None, roles }).unwrap();
            assert_eq!(verdict.rejected.is_empty(), may);
            assert_eq!(verdict.erased.len(), usize::from(may));
        }
    });
}

#[test]
fn a_stage_change_counts_until_a_day_after_the_contacts_last() {
    for (hours, late) in [(23, false), (25, true)] {
        block_on(async {
            let (a, b) = (device(1).await, device(2).await);
            run(&a.book, create("c1")).await.unwrap();
            run(&a.book, log("c1", "call")).await.unwrap();
            let batch = own_batch(&a).await;
            let mut server = Server::new(&[]);
            server.push(&batch, &anybody()).unwrap();
            server.hand_all(&b, 9).await;
            run(&b.book, go("c1", "park")).await.unwrap();
            let name = server.book.names.contact(&ContactId::from("c1"));
            let moved =
                server.known.contacts.get(name.as_str()).and_then(|mark| mark.moved.clone());
            let mut moved = moved.unwrap();
            let later = own_batch(&b).await;
            let last = Line::parse(later.lines.last().unwrap().as_bytes()).unwrap().header;
            moved.hlc = Hlc { millis: last.hlc.millis + hours * HOUR, counter: 0 };
            let mark = Mark { erased: false, moved: Some(moved) };
            server.known.contacts.insert(name.to_string(), mark);
            server.known.now += 48 * HOUR as i64;
            let verdict = server.push(&later, &anybody()).unwrap();
            let expected = if late { vec![(last.seq.0, "late")] } else { vec![] };
            assert_eq!(reasons(&verdict), expected, "{hours} hours, {}", last.kind);
        });
    }
}

#[test]
fn the_hosts_own_erasure_reaches_devices_as_any_other() {
    block_on(async {
        let a = device(1).await;
        run(&a.book, create("c1")).await.unwrap();
        let mut server = Server::new(&[]);
        server.push(&own_batch(&a).await, &anybody()).unwrap();
        let name = server.book.names.contact(&ContactId::from("c1"));
        let by = stagebook::event::By { id: "dpo".into(), ..Book::server("The officer") };
        let (own, now) = (server.known.own.clone(), server.known.now);
        let verdict = server.book.bury(own, (&name, 3), (by, Some("T-1".into())), now, &|| [1; 32]);
        server.keep(&verdict);
        let kept: Vec<&str> =
            server.lines.iter().filter(|l| l.body.is_some()).map(|l| l.kind.as_str()).collect();
        assert_eq!(kept, ["definition.added", "contact.erased"]);
        server.hand_all(&a, 9).await;
        let loaded = a.book.contact(&"c1".into()).await.unwrap();
        assert_eq!(loaded.state.status, Status::Erased);
    });
}

proptest! {
    #![proptest_config(cases(60))]

    /// Batches cut, repeated and in any order: the server comes to the device's log, and what it refuses
    /// leaves it as it was.
    #[test]
    fn a_server_comes_to_the_devices_log_whatever_comes_again(
        cuts in prop::collection::vec((0_usize..8, 1_usize..5), 1..30),
        flips in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
    ) {
        block_on(async {
            let a = device(1).await;
            run(&a.book, create("c1")).await.unwrap();
            for text in ["a", "b", "c", "d"] {
                run(&a.book, comment("c1", text)).await.unwrap();
            }
            let whole = own_batch(&a).await;
            let mut server = Server::new(&[]);
            for (from, count) in cuts {
                let changes = a.book.changes(Some(&format!(r#"{{"{}":{from}}}"#, whole.replica)), Some(count as u32)).await.unwrap();
                let Some(batch) = changes.batches.first() else { continue };
                let size = server.logs.get(&whole.replica).map_or(0, Log::size);
                let verdict = server.push(batch, &anybody()).unwrap();
                let gap = batch.from.0 > size;
                prop_assert_eq!(verdict.expected, gap.then_some(size));
                prop_assert_eq!(verdict.accepted, if gap { 0 } else { batch.lines.len() as u64 });
            }
            let before = server.lines.clone();
            for flip in flips {
                let mut bad = whole.clone();
                let line = flip.index(bad.lines.len());
                bad.lines[line] = bad.lines[line].replacen("\"by\":\"", "\"by\":\"x", 1);
                prop_assert!(server.push(&bad, &anybody()).is_err());
                prop_assert_eq!(&server.lines, &before);
            }
            server.push(&whole, &anybody()).unwrap();
            let lines: Vec<String> = server.lines.iter().map(text).collect();
            prop_assert_eq!(lines, whole.lines);
            Ok(())
        })?;
    }

    /// Whatever text comes, reading it ends in a batch or a fault.
    #[test]
    fn no_text_does_harm(text in ".{0,200}", root in any::<[u8; 32]>()) {
        let server = Server::new(&[]);
        prop_assert!(server.book.read(&text).is_err() || text.contains("book"));
        let batch = Batch { book: "crm".into(), lines: vec![text], checkpoint: Hash(root).to_base64(), ..Batch::default() };
        prop_assert!(server.read(&batch).is_err());
    }
}
