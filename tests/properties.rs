//! What holds whatever is commanded, in whatever order, by whomever, whenever.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

mod support;

use futures::executor::block_on;
use proptest::prelude::*;
use stagebook::engine::Engine;
use stagebook::error::Error;
use stagebook::ids::PendingId;
use stagebook::ledger::Line;
use stagebook::project::{Pending, PendingStatus};
use stagebook::store::MemoryStore;
use std::collections::BTreeMap;
use support::arbitrary::{CONTACTS, MARK, Step, id, ids, resolve, steps};
use support::database::{assert_replays, assert_sound, ledger, verify};
use support::{Setup, cases};

/// A book that lives through steps.
struct Life {
    setup: Setup,
    store: MemoryStore,
    book: Engine<MemoryStore>,
}

impl Life {
    async fn begin() -> Self {
        let setup = Setup::sales();
        let (book, store) = setup.fresh().await;
        Self { setup, store, book }
    }

    /// Takes a step; a refused command must leave the log as it was.
    async fn step(&mut self, step: Step) -> Result<(), Error> {
        match step {
            Step::Compact => self.book.compact().await,
            Step::Reopen => self.reopen().await,
            Step::Run { contact, after, actor, command, options } => {
                self.setup.clock.advance(after);
                let state = self.book.contact(&id(contact)).await?.state.clone();
                let before = ledger(&self.store).await.len();
                let written = self.book.run(&actor, resolve(command, &state), options).await;
                let added = ledger(&self.store).await.len() - before;
                let definition = usize::from(before == 0 && added > 0);
                assert_eq!(added, written.as_ref().map_or(0, |w| w.entries.len()) + definition);
                written.map(drop)
            }
        }
    }

    async fn reopen(&mut self) -> Result<(), Error> {
        self.book.close().await;
        self.book = self.setup.open(self.store.clone()).await?;
        Ok(())
    }

    async fn assert_replays(&self) {
        assert_replays(&self.book, &self.store, &ids(), "").await;
    }
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn the_stored_entries_alone_make_the_state_that_the_book_shows(steps in steps(40)) {
        block_on(async {
            let mut life = Life::begin().await;
            for step in steps {
                let _ = life.step(step).await;
            }
            life.assert_replays().await;
            life.book.compact().await.unwrap();
            life.assert_replays().await;
            life.reopen().await.unwrap();
            life.assert_replays().await;
            assert_sound(&life.book, &life.store).await;
        });
    }

    #[test]
    fn a_pending_activity_and_its_task_agree_and_keep_what_was_planned(steps in steps(40)) {
        block_on(async {
            let mut life = Life::begin().await;
            let mut first = BTreeMap::new();
            for step in steps {
                let _ = life.step(step).await;
                for contact in 0..CONTACTS {
                    let state = life.book.contact(&id(contact)).await.unwrap().state.clone();
                    for (pending, one) in state.pending.iter() {
                        assert_agrees(one, first.entry(pending.clone()).or_insert_with(|| one.clone()));
                    }
                }
            }
            assert_one_task_each(&ledger(&life.store).await, &first);
        });
    }

    #[test]
    fn the_log_has_no_gap_and_its_headers_hold_nothing_of_the_hosts(steps in steps(40)) {
        block_on(async {
            let mut life = Life::begin().await;
            for step in steps {
                let _ = life.step(step).await;
            }
            let report = assert_sound(&life.book, &life.store).await;
            let lines = ledger(&life.store).await;
            assert_eq!((report.size as usize, report.missing), (lines.len(), 0));
            for text in &lines {
                let header = Line::parse(text.as_bytes()).unwrap().header_bytes;
                assert!(!header.contains(MARK), "{header}");
            }
        });
    }
}

/// Task and pending activity are two faces of one thing: what holds of it after any step.
fn assert_agrees(now: &Pending, planned: &Pending) {
    let given = |one: &Pending| {
        let one = one.clone();
        (one.kind, one.date, one.description, one.due, one.assignee, one.remind, one.create_task)
    };
    assert_eq!(given(now), given(planned), "what was planned survives every step");
    assert_eq!(now.task, now.create_task, "a task, and one only where it was asked for");
    assert_eq!(now.closed.is_some(), now.status != PendingStatus::Open, "the closing date");
}

fn assert_one_task_each(lines: &[String], planned: &BTreeMap<PendingId, Pending>) {
    let mut tasks: BTreeMap<String, usize> = BTreeMap::new();
    for text in lines {
        let line: serde_json::Value = serde_json::from_str(text).unwrap();
        if line["header"]["kind"] == "task.created" && line.get("body").is_some() {
            let data = &line["body"]["data"];
            let pending = data["pending"].as_str().unwrap().to_owned();
            assert_eq!(
                data["task"].as_str(),
                Some(PendingId::new(pending.as_str()).task().as_str())
            );
            *tasks.entry(pending).or_default() += 1;
        }
    }
    for (pending, made) in tasks {
        assert_eq!(made, 1, "{pending}");
        assert!(planned[&PendingId::new(pending)].create_task);
    }
}

/// The generator is worth something only if commands get through.
#[test]
fn random_commands_reach_every_kind_of_entry() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    block_on(async {
        for _ in 0..120 {
            let mut life = Life::begin().await;
            for step in steps(40).new_tree(&mut runner).unwrap().current() {
                let _ = life.step(step).await;
            }
            for text in ledger(&life.store).await {
                *kinds.entry(Line::parse(text.as_bytes()).unwrap().header.kind).or_default() += 1;
            }
            assert!(verify(&life.book).await.ok());
        }
    });
    for kind in [
        "contact.created",
        "contact.changed",
        "contact.commented",
        "contact.erased",
        "workflow.started",
        "workflow.transitioned",
        "workflow.reverted",
        "activity.logged",
        "activity.planned",
        "activity.completed",
        "activity.reopened",
        "activity.cancelled",
        "task.created",
        "definition.added",
    ] {
        assert!(kinds.get(kind).is_some_and(|count| *count > 5), "{kind}: {kinds:?}");
    }
}
