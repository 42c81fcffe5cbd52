//! Several handles on one database, as tabs of a browser are: writes in turn and at once, with
//! compactions and erasures by either, one of them asleep through the other's.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use futures::executor::{LocalPool, block_on};
use futures::future::{LocalBoxFuture, join_all};
use futures::task::LocalSpawnExt;
use proptest::prelude::*;
use stagebook::command::CommandOptions;
use stagebook::engine::{Change, Engine, HistoryQuery, ListQuery, OutboxQuery, Source};
use stagebook::error::{Clash, Error, Fault};
use stagebook::ids::{CommitNo, ContactId};
use stagebook::project::Status;
use stagebook::store::{MemoryStore, Store, Table};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use support::commands::{
    comment, create, create_named, erase, message, pending, plan, rename, settle,
};
use support::database::{assert_replays, assert_sound, commits, ledger, verify};
use support::gated::{Gate, GatedStore, Step};
use support::yielding::YieldingStore;
use support::{Setup, boss, cases, fault, run, under};

const CONTACTS: [&str; 3] = ["c0", "c1", "c2"];

fn ids() -> Vec<ContactId> {
    CONTACTS.iter().map(|&id| id.into()).collect()
}

/// What a tab does.
#[derive(Clone, Debug)]
enum Deed {
    Create(usize),
    Rename(usize),
    Comment(usize),
    Plan(usize),
    Erase(usize),
    Compact,
    List,
    Verify,
    Refresh,
}

fn deed() -> impl Strategy<Value = Deed> {
    // Most is about one contact, so that writers meet.
    let contact = || prop_oneof![3 => Just(0_usize), 1 => 0..CONTACTS.len()];
    prop_oneof![
        2 => contact().prop_map(Deed::Create),
        6 => contact().prop_map(Deed::Rename),
        6 => contact().prop_map(Deed::Comment),
        2 => contact().prop_map(Deed::Plan),
        1 => (1..CONTACTS.len()).prop_map(Deed::Erase),
        4 => Just(Deed::Compact),
        1 => Just(Deed::List),
        1 => Just(Deed::Verify),
        4 => Just(Deed::Refresh),
    ]
}

/// Comments that were accepted, by contact, and contacts that were erased.
#[derive(Default)]
struct Seen {
    comments: RefCell<BTreeMap<usize, Vec<String>>>,
    erased: RefCell<BTreeSet<usize>>,
}

/// Does a deed; `n` tells it from every other. What the rules refuse is no fault here.
async fn act<S: Store>(tab: &Engine<S>, deed: Deed, n: usize, seen: &Seen) {
    let refusal = |error: &Error| {
        matches!(
            **error,
            Fault::NotFound(_) | Fault::Refused { .. } | Fault::Conflict(Clash::ContactExists(_))
        )
    };
    // With a command id the answer is looked up first, without one it is not.
    let options =
        if n.is_multiple_of(3) { CommandOptions::default() } else { under(&format!("k{n}")) };
    let done = |command| async {
        let done = tab.run(&boss(), command, options).await;
        done.map_err(|error| assert!(refusal(&error), "{error:?}")).is_ok()
    };
    match deed {
        Deed::Create(contact) => {
            done(create(CONTACTS[contact])).await;
        }
        Deed::Rename(contact) => {
            done(rename(CONTACTS[contact], &format!("name {n}"))).await;
        }
        Deed::Plan(contact) => {
            done(plan(CONTACTS[contact], pending("letter", n.is_multiple_of(2)))).await;
        }
        Deed::Comment(contact) => {
            let text = format!("comment <{n}>");
            if done(comment(CONTACTS[contact], &text)).await {
                assert_shows(tab, CONTACTS[contact], &text).await;
                seen.comments.borrow_mut().entry(contact).or_default().push(text);
            }
        }
        Deed::Erase(contact) => {
            if done(erase(CONTACTS[contact])).await {
                seen.erased.borrow_mut().insert(contact);
            }
        }
        Deed::Compact => tab.compact().await.unwrap(),
        Deed::List => drop(tab.contacts(&ListQuery::default()).await.unwrap()),
        Deed::Verify => {
            let report = verify(tab).await;
            assert!(report.ok(), "{report:?}");
        }
        Deed::Refresh => tab.refresh().await.unwrap(),
    }
}

/// Whoever wrote something reads it.
async fn assert_shows<S: Store>(tab: &Engine<S>, contact: &str, text: &str) {
    let all = HistoryQuery { limit: Some(500), ..HistoryQuery::default() };
    let (loaded, page) = tab.history(&contact.into(), &all).await.unwrap();
    let shown = page.items.iter().any(|row| row.body.text().contains(text));
    assert!(shown || loaded.state.status == Status::Erased, "{text}: {page:?}");
}

/// No accepted entry is lost or doubled, nothing of the erased is left, and all tabs agree.
async fn assert_nothing_lost<S: Store>(tabs: &[&Engine<S>], store: &MemoryStore, seen: &Seen) {
    let lines = ledger(store).await;
    for (contact, texts) in seen.comments.borrow().iter() {
        let expected = usize::from(!seen.erased.borrow().contains(contact));
        for text in texts {
            let count = lines.iter().filter(|line| line.contains(text)).count();
            assert_eq!(count, expected, "{text}");
        }
    }
    for tab in tabs {
        tab.refresh().await.unwrap();
        assert_replays(tab, store, &ids(), "").await;
        assert_sound(tab, store).await;
    }
}

/// Runs all of it at once in one thread, as a page does.
fn at_once(tasks: Vec<LocalBoxFuture<'static, ()>>) {
    let mut pool = LocalPool::new();
    let handles: Vec<_> = tasks
        .into_iter()
        .map(|task| pool.spawner().spawn_local_with_handle(task).unwrap())
        .collect();
    pool.run_until(join_all(handles));
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn two_tabs_that_write_in_turn_lose_and_double_nothing(
        deeds in prop::collection::vec((0..2_usize, deed()), 0..60),
    ) {
        block_on(async {
            let setup = Setup::sales();
            let store = MemoryStore::default();
            let tabs = [setup.open(store.clone()).await.unwrap(), setup.open(store.clone()).await.unwrap()];
            let seen = Seen::default();
            for (n, (who, deed)) in deeds.into_iter().enumerate() {
                act(&tabs[who], deed, n, &seen).await;
            }
            assert_nothing_lost(&[&tabs[0], &tabs[1]], &store, &seen).await;
        });
    }

    #[test]
    fn two_tabs_that_write_at_once_lose_and_double_nothing(
        lanes in prop::collection::vec(prop::collection::vec(deed(), 0..16), 2..8),
        seed in any::<u64>(),
    ) {
        let setup = Setup::sales();
        let store = MemoryStore::default();
        let tab = |n| block_on(setup.open(YieldingStore::new(store.clone(), seed ^ n))).unwrap();
        let tabs = [Rc::new(tab(1)), Rc::new(tab(2))];
        let seen = Rc::new(Seen::default());
        block_on(run(&tabs[0], create(CONTACTS[0]))).unwrap();
        // Each lane does one thing after the other; lanes of one tab share its book.
        let task = |(lane, deeds): (usize, Vec<Deed>)| -> LocalBoxFuture<'static, ()> {
            let (tab, seen) = (tabs[lane % 2].clone(), seen.clone());
            Box::pin(async move {
                for (n, deed) in deeds.into_iter().enumerate() {
                    act(&tab, deed, lane * 100 + n, &seen).await;
                }
            })
        };
        at_once(lanes.into_iter().enumerate().map(task).collect());
        block_on(assert_nothing_lost(&[&*tabs[0], &*tabs[1]], &store, &seen));
    }

    #[test]
    fn a_command_given_to_two_tabs_at_once_is_one_effect(copies in 2..6_usize, seed in any::<u64>()) {
        let setup = Setup::sales();
        let store = MemoryStore::default();
        let tab = |n| block_on(setup.open(YieldingStore::new(store.clone(), seed ^ n))).unwrap();
        let tabs = [Rc::new(tab(1)), Rc::new(tab(2))];
        let written: Rc<RefCell<Vec<_>>> = Rc::default();
        let task = |n: usize| -> LocalBoxFuture<'static, ()> {
            let (tab, written) = (tabs[n % 2].clone(), written.clone());
            Box::pin(async move {
                let done = tab.run(&boss(), create("c0"), under("k1")).await.unwrap();
                written.borrow_mut().push(done.entries.iter().map(|(row, _)| row.order.id()).collect::<Vec<_>>());
            })
        };
        at_once((0..copies).map(task).collect());
        let written = written.borrow();
        assert_eq!(written.len(), copies);
        assert!(!written[0].is_empty() && written.iter().all(|ids| *ids == written[0]), "{written:?}");
        block_on(async {
            assert_eq!(ledger(&store).await.len(), written[0].len() + 1, "and the definition");
        });
    }
}

fn entries(written: &stagebook::engine::Written) -> Vec<String> {
    written.entries.iter().map(|(row, _)| row.order.id().to_string()).collect()
}

#[test]
fn a_retry_under_a_command_id_is_one_effect_in_any_tab_after_compaction_and_restart() {
    block_on(async {
        let setup = Setup::sales();
        let (book, store) = setup.fresh().await;
        let mut other = setup.open(store.clone()).await.unwrap();
        run(&book, create("c0")).await.unwrap();
        let command = || plan("c0", pending("letter", true));
        let first = book.run(&boss(), command(), under("k")).await.unwrap();
        let size = ledger(&store).await.len();
        for round in 0..3 {
            for tab in [&book, &other] {
                let again = tab.run(&boss(), command(), under("k")).await.unwrap();
                assert_eq!(entries(&again), entries(&first), "round {round}");
                assert_eq!(again.contact.state, book.contact(&"c0".into()).await.unwrap().state);
                let reused = tab.run(&boss(), comment("c0", "another"), under("k")).await;
                assert!(
                    matches!(fault(&reused), Some(Fault::Conflict(Clash::CommandReused(_)))),
                    "{reused:?}"
                );
            }
            match round {
                0 => book.compact().await.unwrap(),
                _ => other = setup.open(store.clone()).await.unwrap(),
            }
        }
        assert_eq!(ledger(&store).await.len(), size);
    });
}

#[test]
fn a_retry_gives_the_contact_as_it_now_is_and_is_looked_up_before_the_version() {
    block_on(async {
        let (book, _) = Setup::sales().fresh().await;
        run(&book, create("c0")).await.unwrap();
        let options = CommandOptions { expected_version: Some(2), ..under("k") };
        book.run(&boss(), rename("c0", "Berta"), options.clone()).await.unwrap();
        run(&book, rename("c0", "Clara")).await.unwrap();
        let again = book.run(&boss(), rename("c0", "Berta"), options).await.unwrap();
        assert_eq!(again.contact.state.profile.as_ref().unwrap().name, "Clara");
        assert_eq!(again.contact.state.version, 4);
    });
}

#[test]
fn a_refused_command_is_not_remembered() {
    block_on(async {
        let (book, _) = Setup::sales().fresh().await;
        let refused = book.run(&boss(), comment("c0", "early"), under("k")).await;
        assert!(matches!(fault(&refused), Some(Fault::NotFound(_))));
        run(&book, create("c0")).await.unwrap();
        book.run(&boss(), comment("c0", "late"), under("k")).await.unwrap();
    });
}

#[test]
fn commands_in_flight_together_share_a_commit() {
    block_on(async {
        let (book, store) = Setup::sales().fresh().await;
        run(&book, create("c0")).await.unwrap();
        let before = commits(&store).await;
        let all = (0..100).map(|n| run(&book, comment("c0", &format!("comment <{n}>"))));
        let mut order = Vec::new();
        for written in join_all(all.collect::<Vec<_>>()).await {
            order.push(written.unwrap().entries[0].0.order.seq);
        }
        assert!(commits(&store).await - before <= 2);
        assert!(order.is_sorted(), "in the order in which they were given");
        let report = assert_sound(&book, &store).await;
        assert_eq!(report.size, 103);
    });
}

#[test]
fn one_command_of_a_shared_commit_that_is_refused_does_not_hold_back_the_others() {
    block_on(async {
        let (book, store) = Setup::sales().fresh().await;
        run(&book, create("c0")).await.unwrap();
        let before = ledger(&store).await.len();
        let commands = [
            comment("c0", "one"),
            comment("c0", ""),
            comment("c9", "two"),
            erase("c1"),
            comment("c0", "three"),
        ];
        let done = join_all(commands.map(|command| run(&book, command))).await;
        assert_eq!(
            done.iter().map(Result::is_ok).collect::<Vec<_>>(),
            [true, false, false, false, true]
        );
        assert_eq!(ledger(&store).await.len(), before + 2);
        assert_sound(&book, &store).await;
    });
}

#[test]
fn a_tab_that_slept_through_writes_a_compaction_and_an_erasure_goes_on_from_what_is_there() {
    block_on(async {
        let setup = Setup::sales();
        let (awake, store) = setup.fresh().await;
        let asleep = setup.open(store.clone()).await.unwrap();
        run(&asleep, create_named("c0", "Secret")).await.unwrap();
        run(&asleep, create("c1")).await.unwrap();
        run(&awake, comment("c0", "Secret")).await.unwrap();
        awake.compact().await.unwrap();
        run(&awake, erase("c0")).await.unwrap();
        run(&awake, comment("c1", "after")).await.unwrap();

        let erased = run(&asleep, comment("c0", "back again")).await;
        assert!(matches!(fault(&erased), Some(Fault::Refused { .. })), "{erased:?}");
        run(&asleep, comment("c1", "awake")).await.unwrap();
        asleep.compact().await.unwrap();
        for tab in [&awake, &asleep] {
            tab.refresh().await.unwrap();
            assert_replays(tab, &store, &ids(), "").await;
            assert_sound(tab, &store).await;
            let known = format!("{:?}", tab.contact(&"c0".into()).await.unwrap());
            assert!(!known.contains("Secret"), "{known}");
        }
        let all = String::from_utf8(support::database::everything(&store).await).unwrap();
        assert!(!all.contains("Secret") && !all.contains("back again"));
    });
}

#[test]
fn a_list_shows_what_both_tabs_wrote_whoever_wrote_last() {
    block_on(async {
        let setup = Setup::sales();
        let (one, store) = setup.fresh().await;
        let two = setup.open(store.clone()).await.unwrap();
        run(&one, create("c0")).await.unwrap();
        run(&two, create("c1")).await.unwrap();
        let page = one.contacts(&ListQuery::default()).await.unwrap();
        let shown: BTreeSet<String> = page.items.iter().map(|c| c.state.id.to_string()).collect();
        assert_eq!(shown, BTreeSet::from(["c0".to_owned(), "c1".to_owned()]));
    });
}

#[test]
fn tabs_that_open_an_empty_database_at_once_make_one_book() {
    let setup = Rc::new(Setup::sales());
    let store = MemoryStore::default();
    for seed in 0..20 {
        let store = if seed == 0 { store.clone() } else { MemoryStore::default() };
        let replicas: Rc<RefCell<BTreeSet<String>>> = Rc::default();
        let task = |n: u64| -> LocalBoxFuture<'static, ()> {
            let (setup, store, replicas) = (setup.clone(), store.clone(), replicas.clone());
            Box::pin(async move {
                let tab = setup.open(YieldingStore::new(store, seed * 10 + n)).await.unwrap();
                run(&tab, create(&format!("c{n}"))).await.unwrap();
                replicas.borrow_mut().insert(tab.size().0.to_string());
            })
        };
        at_once((0..4).map(task).collect());
        assert_eq!(replicas.borrow().len(), 1);
        let book = block_on(setup.open(store.clone())).unwrap();
        assert_eq!((book.size().1, book.size().2), (9, 4));
        block_on(assert_sound(&book, &store));
    }
}

#[test]
fn a_record_that_was_read_before_a_compaction_is_not_taken_for_what_came_after_it() {
    block_on(async {
        let (setup, gate) = (Setup::sales(), Gate::default());
        let (other, store) = setup.fresh().await;
        run(&other, create("c0")).await.unwrap();
        other.compact().await.unwrap();
        run(&other, comment("c0", "in the tail")).await.unwrap();
        let tab = setup.open(GatedStore::new(store.clone(), gate.clone())).await.unwrap();

        gate.hold(Step::Get(Table::Contacts));
        let id = ContactId::new("c0");
        let mut reading = Box::pin(tab.contact(&id));
        assert!(futures::poll!(&mut reading).is_pending());
        other.compact().await.unwrap();
        tab.refresh().await.unwrap();
        gate.release();
        assert_eq!(reading.await.unwrap().state.entries, 3);
        assert_shows(&tab, "c0", "in the tail").await;
        assert_replays(&tab, &store, &ids(), "").await;
    });
}

#[test]
fn the_history_of_all_contacts_has_each_entry_once_though_another_tab_compacted_unnoticed() {
    block_on(async {
        for order in ["oldest", "newest"] {
            let setup = Setup::sales();
            let (other, store) = setup.fresh().await;
            run(&other, create("c0")).await.unwrap();
            let tab = setup.open(store.clone()).await.unwrap();
            run(&other, comment("c0", "not known to the tab")).await.unwrap();
            other.compact().await.unwrap();
            let order = Some(order.to_owned());
            let query = HistoryQuery { order, count: true, ..HistoryQuery::default() };
            let page = tab.history_all(&query).await.unwrap();
            let mut seqs: Vec<u64> = page.items.iter().map(|(_, row)| row.order.seq.0).collect();
            seqs.sort_unstable();
            assert_eq!((seqs, page.total), (vec![1, 2], Some(2)), "{query:?}");
        }
    });
}

#[test]
fn an_item_that_another_tab_settles_while_the_outbox_is_read_is_listed_once() {
    block_on(async {
        let (setup, gate) = (Setup::sales(), Gate::default());
        let (other, store) = setup.fresh().await;
        run(&other, create("c0")).await.unwrap();
        let item = run(&other, message("c0", "hello")).await.unwrap().item().cloned().unwrap();
        other.compact().await.unwrap();
        let tab = setup.open(GatedStore::new(store.clone(), gate.clone())).await.unwrap();

        gate.hold(Step::Range(Table::Outbox));
        let all = OutboxQuery::default();
        let mut reading = Box::pin(tab.outbox(&all));
        assert!(futures::poll!(&mut reading).is_pending());
        run(&other, settle(item.as_str())).await.unwrap();
        other.compact().await.unwrap();
        gate.release();
        assert_eq!(reading.await.unwrap().items.len(), 1);
    });
}

#[test]
fn a_head_that_was_read_before_an_own_write_does_not_undo_it() {
    block_on(async {
        let (setup, gate) = (Setup::sales(), Gate::default());
        let (other, store) = setup.fresh().await;
        let tab = setup.open(GatedStore::new(store.clone(), gate.clone())).await.unwrap();
        run(&other, create("c0")).await.unwrap();
        other.compact().await.unwrap();

        gate.hold(Step::Get(Table::Meta));
        let mut refreshing = Box::pin(tab.refresh());
        assert!(futures::poll!(&mut refreshing).is_pending());
        run(&tab, comment("c0", "an own write")).await.unwrap();
        gate.release();
        gate.hold(Step::CommitsAfter);
        assert!(futures::poll!(&mut refreshing).is_pending());
        assert_shows(&tab, "c0", "an own write").await;
        gate.release();
        refreshing.await.unwrap();
        assert_replays(&tab, &store, &ids(), "").await;
    });
}

/// What a tab was told, as `<source> <contacts>`.
fn listen<S: Store>(tab: &Engine<S>) -> Rc<RefCell<Vec<String>>> {
    let told: Rc<RefCell<Vec<String>>> = Rc::default();
    let to = told.clone();
    tab.on_change(Rc::new(move |change: &Change| {
        let contacts: Vec<&str> = change.contacts.iter().map(ContactId::as_str).collect();
        let source = if change.source == Source::Local { "local" } else { "tab" };
        to.borrow_mut().push(format!("{source} {}", contacts.join(",")));
    }));
    told
}

#[test]
fn a_change_tells_which_contacts_it_is_about_to_the_writer_and_to_other_tabs() {
    block_on(async {
        let setup = Setup::sales();
        let (writer, store) = setup.fresh().await;
        let reader = setup.open(store.clone()).await.unwrap();
        let (own, others) = (listen(&writer), listen(&reader));
        run(&writer, create("c0")).await.unwrap();
        run(&writer, create("c1")).await.unwrap();
        assert_eq!(own.take(), ["local c0", "local c1"]);
        reader.refresh().await.unwrap();
        assert_eq!(others.take(), ["tab c0,c1"]);
        assert_eq!(reader.contact(&"c1".into()).await.unwrap().state.id.as_str(), "c1");
        reader.refresh().await.unwrap();
        assert_eq!(others.take(), [] as [&str; 0], "nothing new");
        run(&writer, erase("c0")).await.unwrap();
        assert_eq!(own.take(), ["local c0"]);
        reader.refresh().await.unwrap();
        assert_eq!(others.take(), ["tab "], "read all anew");
        writer.compact().await.unwrap();
        assert_eq!(own.take(), [] as [&str; 0], "a compaction changes nothing for the host");
    });
}

#[test]
fn what_a_write_finds_out_about_another_tab_is_told_too() {
    block_on(async {
        let setup = Setup::sales();
        let (writer, store) = setup.fresh().await;
        let reader = setup.open(store.clone()).await.unwrap();
        run(&writer, create("c0")).await.unwrap();
        let told = listen(&reader);
        run(&reader, create("c1")).await.unwrap();
        assert_eq!(told.take(), ["tab c0", "local c1"]);
        run(&writer, create("c2")).await.unwrap();
        run(&reader, comment("c2", "known by refusal")).await.unwrap();
        assert_eq!(told.take(), ["tab c2", "local c2"]);
    });
}

#[test]
fn another_secret_and_a_changed_definition_are_refused_and_the_book_goes_on() {
    block_on(async {
        let setup = Setup::sales();
        let (book, store) = setup.fresh().await;
        run(&book, create("c0")).await.unwrap();
        let mut other = setup.clone();
        other.secret = "s".to_owned();
        let secret = other.open(store.clone()).await.err().unwrap();
        assert!(matches!(*secret, Fault::Conflict(Clash::Secret)), "{secret:?}");
        let mut changed = setup.clone();
        changed.definition["label"] = serde_json::json!({ "en": "Selling", "it": "Vendere" });
        let definition = changed.open(store.clone()).await.err().unwrap();
        assert!(matches!(*definition, Fault::Definition(_)), "{definition:?}");
        changed.definition["version"] = serde_json::json!(2);
        let next = changed.open(store.clone()).await.unwrap();
        run(&next, comment("c0", "under version 2")).await.unwrap();
        run(&book, comment("c0", "under version 1")).await.unwrap();
        assert_sound(&book, &store).await;
        assert_eq!(
            ledger(&store).await.iter().filter(|line| line.contains("definition.added")).count(),
            2
        );
    });
}

#[test]
fn a_closed_book_refuses_and_leaves_the_others_open() {
    block_on(async {
        let setup = Setup::sales();
        let (book, store) = setup.fresh().await;
        let other = setup.open(store.clone()).await.unwrap();
        book.close().await;
        let closed: Vec<Error> = vec![
            run(&book, create("c0")).await.unwrap_err(),
            book.contact(&"c0".into()).await.unwrap_err(),
            book.refresh().await.unwrap_err(),
            book.compact().await.unwrap_err(),
        ];
        assert!(closed.iter().all(|error| **error == Fault::Closed), "{closed:?}");
        run(&other, create("c0")).await.unwrap();
    });
}

#[test]
fn a_lease_goes_to_another_tab_when_it_is_given_back_or_not_renewed() {
    block_on(async {
        let setup = Setup::sales();
        let store = MemoryStore::default();
        let tab = || async { setup.open(store.clone()).await.unwrap() };
        let (first, second) = (tab().await, tab().await);
        let told = Rc::new(Cell::new(0));
        for tab in [&first, &second] {
            let told = told.clone();
            tab.on_change(Rc::new(move |_| told.set(told.get() + 1)));
        }
        assert_eq!(first.lease("sync", false).await.unwrap(), 0);
        assert_eq!(second.lease("outbox", false).await.unwrap(), 0);
        assert_eq!(second.lease("sync", false).await.unwrap(), 30_000);
        setup.clock.advance(20_000);
        assert_eq!(second.lease("sync", false).await.unwrap(), 10_000);
        assert_eq!(first.lease("sync", false).await.unwrap(), 0);
        setup.clock.advance(29_999);
        assert_eq!(second.lease("sync", false).await.unwrap(), 1);
        setup.clock.advance(1);
        assert_eq!(second.lease("sync", false).await.unwrap(), 0);
        // Whoever slept through it learns that it is another's, and takes nothing back.
        assert_eq!(first.lease("sync", true).await.unwrap(), 30_000);
        assert_eq!(second.lease("sync", true).await.unwrap(), 0);
        assert_eq!(first.lease("sync", false).await.unwrap(), 0);
        first.refresh().await.unwrap();
        assert_eq!(told.get(), 0, "nothing of the book changed");
    });
}

#[test]
fn leases_that_are_renewed_for_hours_leave_the_book_as_it_is() {
    block_on(async {
        let setup = Setup::sales();
        let store = MemoryStore::default();
        let (first, second) =
            (setup.open(store.clone()).await.unwrap(), setup.open(store.clone()).await.unwrap());
        run(&first, create(CONTACTS[0])).await.unwrap();
        for n in 0..1_100 {
            assert_eq!(first.lease("sync", false).await.unwrap(), 0);
            setup.clock.advance(10_000);
            if n % 300 == 0 {
                run(&second, comment(CONTACTS[0], &format!("comment {n}"))).await.unwrap();
            }
        }
        let waiting = store.commits_after(CommitNo(0)).await.unwrap();
        let waiting = waiting.iter().filter(|(_, record)| !record.is_empty()).count();
        assert!(waiting <= 500, "{waiting}");
        for tab in [&first, &second] {
            tab.refresh().await.unwrap();
            assert_replays(tab, &store, &ids(), "").await;
            assert_sound(tab, &store).await;
        }
        assert_eq!(second.lease("sync", false).await.unwrap(), 20_000);
    });
}

proptest! {
    #![proptest_config(cases(32))]

    #[test]
    fn of_tabs_that_ask_for_a_lease_at_once_one_has_it(
        seed in any::<u64>(),
        comments in prop::collection::vec(0..3_usize, 0..6),
    ) {
        let setup = Setup::sales();
        let store = MemoryStore::default();
        let tab = |n| Rc::new(block_on(setup.open(YieldingStore::new(store.clone(), seed ^ n))).unwrap());
        let tabs = [tab(1), tab(2), tab(3)];
        block_on(run(&tabs[0], create(CONTACTS[0]))).unwrap();
        let holders = Rc::new(Cell::new(0));
        let mut tasks: Vec<LocalBoxFuture<'static, ()>> = Vec::new();
        for tab in tabs.clone() {
            let holders = holders.clone();
            tasks.push(Box::pin(async move {
                if tab.lease("sync", false).await.unwrap() == 0 {
                    holders.set(holders.get() + 1);
                }
            }));
        }
        for (n, who) in comments.into_iter().enumerate() {
            let tab = tabs[who].clone();
            tasks.push(Box::pin(async move {
                run(&tab, comment(CONTACTS[0], &format!("comment {n}"))).await.unwrap();
            }));
        }
        at_once(tasks);
        prop_assert_eq!(holders.get(), 1);
        block_on(assert_sound(&tabs[0], &store));
    }
}
