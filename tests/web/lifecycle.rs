//! What happens to a connection: other versions, other tabs, accidents.

use super::page::{
    close_raw, durabilities, hold, lose_connections, lose_next_answer, lose_next_connection,
    set_indexed_db, unhandled_errors, version,
};
use js_sys::Date;
use stagebook::error::StoreError;
use stagebook::ids::CommitNo;
use stagebook::store::{Change, Commit, Outcome, Store, Table};
use stagebook::web::indexed_db::{IndexedDb, Loss};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn a_newer_schema_has_the_book_close_and_goes_ahead() {
    let store: Rc<RefCell<Option<Rc<IndexedDb>>>> = Rc::default();
    let lost = Rc::new(Cell::new(None));
    let (closes, hears) = (Rc::clone(&store), Rc::clone(&lost));
    let book = Rc::new(IndexedDb::new("closes", move |loss| {
        hears.set(Some(loss));
        let store = closes.borrow().clone();
        spawn_local(async move { store.expect("it is open").close().await });
    }));
    store.replace(Some(Rc::clone(&book)));
    book.open().await.unwrap();
    let under_way = book.commit(save(1));
    let (outcome, upgraded) =
        futures_util::future::join(under_way, hold("stagebook:closes", 101, 0)).await;
    assert_eq!(outcome, Ok(Outcome::Done), "what was under way is kept");
    assert!(upgraded.is_ok());
    assert_eq!(lost.get(), Some(Loss::Upgrade));
    assert_eq!(book.get(Table::Log, "1").await, Err(StoreError::Closed));
    close_raw("stagebook:closes");
}

#[wasm_bindgen_test]
async fn a_tab_in_the_way_is_reported_within_seconds() {
    hold("stagebook:blocked", 50, -1).await.unwrap();
    let store = IndexedDb::new("blocked", |_| {});
    let began = Date::now();
    assert_eq!(store.open().await, Err(StoreError::BlockedUpgrade));
    assert!(Date::now() - began < 5_000.0);

    close_raw("stagebook:blocked");
    store.open().await.expect("nobody is in the way any more");
    assert_eq!(store.commit(save(1)).await, Ok(Outcome::Done));
    assert_eq!(version("stagebook:blocked").await, 100.0);
    store.close().await;
    let began = Date::now();
    hold("stagebook:blocked", 102, 0).await.expect("no connection is left, not even a late one");
    assert!(Date::now() - began < 2_000.0, "it waited for the garbage collector");
    close_raw("stagebook:blocked");
}

#[wasm_bindgen_test]
async fn a_tab_that_lets_go_in_time_is_waited_for() {
    hold("stagebook:waits", 50, 500).await.unwrap();
    let store = IndexedDb::new("waits", |_| {});
    assert_eq!(store.open().await, Ok(()));
    assert_eq!(store.commit(save(1)).await, Ok(Outcome::Done));
    store.close().await;
}

#[wasm_bindgen_test]
async fn a_newer_minor_opens_and_keeps_its_version() {
    filled("minor").await.close().await;
    hold("stagebook:minor", 107, 0).await.unwrap();
    close_raw("stagebook:minor");

    let store = IndexedDb::new("minor", |_| {});
    store.open().await.unwrap();
    assert_eq!(store.get(Table::Log, "1").await, Ok(Some(b"value".to_vec())));
    assert_eq!(store.commit(save(2)).await, Ok(Outcome::Done));
    assert_eq!(version("stagebook:minor").await, 107.0);
    store.close().await;
}

#[wasm_bindgen_test]
async fn a_newer_major_is_too_new() {
    filled("major").await.close().await;
    hold("stagebook:major", 200, 0).await.unwrap();
    close_raw("stagebook:major");

    let store = IndexedDb::new("major", |_| {});
    assert_eq!(store.open().await, Err(StoreError::TooNew));
    store.close().await;
    hold("stagebook:major", 201, 0).await.expect("it holds no connection");
    close_raw("stagebook:major");
}

#[wasm_bindgen_test]
async fn a_lost_connection_is_opened_again() {
    let store = filled("lost").await;
    lose_next_connection(false);
    assert_eq!(store.get(Table::Log, "1").await, Ok(Some(b"value".to_vec())));
    lose_next_connection(false);
    assert_eq!(store.commits_after(CommitNo(0)).await.unwrap().len(), 1);
    lose_next_connection(false);
    assert_eq!(store.commit(save(2)).await, Ok(Outcome::Done));
    store.close().await;
}

#[wasm_bindgen_test]
async fn a_commit_whose_answer_got_lost_is_done_once() {
    let store = filled("answer").await;
    for number in [2, 3] {
        lose_next_answer();
        let new = if number == 2 { save(number) } else { plain(number) };
        assert_eq!(store.commit(new).await, Ok(Outcome::Done), "{number}");
    }
    assert_eq!(store.commits_after(CommitNo(0)).await.unwrap().len(), 3);
    assert_eq!(
        store.commit(Commit { record: b"other".to_vec(), ..plain(3) }).await,
        Ok(Outcome::Taken)
    );

    lose_next_answer();
    let compaction = Commit { record: Vec::new(), emptied: vec![CommitNo(1)], ..save(4) };
    let outcome = store.commit(compaction).await;
    assert_eq!(outcome, Ok(Outcome::Taken), "an empty record does not tell whose it is");
    store.close().await;
}

#[wasm_bindgen_test]
async fn a_number_that_another_took_meanwhile_is_not_ours() {
    let (store, other) = (filled("meanwhile").await, IndexedDb::new("meanwhile", |_| {}));
    other.open().await.unwrap();
    let theirs = Commit { record: b"theirs".to_vec(), ..plain(2) };
    assert_eq!(other.commit(theirs).await, Ok(Outcome::Done));
    lose_next_connection(false);
    assert_eq!(store.commit(save(2)).await, Ok(Outcome::Taken));
    assert_eq!(store.get(Table::Log, "2").await, Ok(None));
    futures_util::future::join(store.close(), other.close()).await;
}

#[wasm_bindgen_test]
async fn a_deleted_database_is_not_made_anew() {
    let losses = Rc::new(RefCell::new(Vec::new()));
    let heard = Rc::clone(&losses);
    let store = IndexedDb::new("gone", move |loss| heard.borrow_mut().push(loss));
    store.open().await.unwrap();
    assert_eq!(store.commit(save(1)).await, Ok(Outcome::Done));
    lose_next_connection(true);
    let (one, two) =
        futures_util::future::join(store.commit(save(2)), store.get(Table::Log, "1")).await;
    assert!(matches!(one, Err(StoreError::Failed(_) | StoreError::Closed)), "{one:?}");
    assert!(matches!(two, Err(StoreError::Failed(_) | StoreError::Closed)), "{two:?}");
    assert_eq!(*losses.borrow(), [Loss::Storage], "told once");
    assert_eq!(store.commit(save(2)).await, Err(StoreError::Closed));
    assert_eq!(version("stagebook:gone").await, 0.0);
}

#[wasm_bindgen_test]
async fn a_connection_that_is_always_lost_fails_and_writes_nothing() {
    let store = filled("always").await;
    lose_connections(true);
    let outcome = store.commit(save(2)).await;
    lose_connections(false);
    assert!(matches!(outcome, Err(StoreError::Failed(_))), "{outcome:?}");
    assert_eq!(store.get(Table::Log, "2").await, Ok(None), "the next one may have better luck");
    store.close().await;
}

#[wasm_bindgen_test]
async fn without_indexed_db_it_says_so() {
    for how in ["absent", "denied"] {
        set_indexed_db(how);
        let opened = IndexedDb::new("unavailable", |_| {}).open().await;
        set_indexed_db("as it is");
        assert!(matches!(opened, Err(StoreError::Unavailable(_))), "{how}: {opened:?}");
    }
    assert_eq!(version("stagebook:unavailable").await, 0.0);
}

#[wasm_bindgen_test]
async fn a_commit_locks_what_it_touches_at_the_durability_it_asks_for() {
    let store = filled("durability").await;
    durabilities();
    store.commit(plain(2)).await.unwrap();
    store.commit(Commit { strict: true, ..plain(3) }).await.unwrap();
    store.commit(save(4)).await.unwrap();
    assert_eq!(durabilities(), ["commits: relaxed", "commits: strict", "commits log: relaxed"]);
    store.close().await;
}

#[wasm_bindgen_test]
async fn no_error_escapes_to_the_window() {
    let store = filled("quiet").await;
    assert_eq!(store.commit(plain(1)).await, Ok(Outcome::Taken));
    assert_eq!(store.commit(save(1)).await, Ok(Outcome::Taken));
    store.close().await;
    assert_eq!(unhandled_errors(), 0);
}

/// An open store with one commit.
async fn filled(book: &str) -> IndexedDb {
    let store = IndexedDb::new(book, |_| {});
    store.open().await.unwrap();
    assert_eq!(store.commit(save(1)).await, Ok(Outcome::Done));
    store
}

/// A commit of one request.
fn plain(number: u64) -> Commit {
    Commit {
        number: CommitNo(number),
        record: format!("record {number}").into_bytes(),
        ..Commit::default()
    }
}

/// A commit with a change of a table.
fn save(number: u64) -> Commit {
    let change = Change::Put {
        table: Table::Log,
        key: number.to_string(),
        sort: None,
        value: b"value".to_vec(),
    };
    Commit { changes: vec![change], ..plain(number) }
}
