//! What the contract does not ask of every store: room, pages that stop in the middle, garbage, other
//! pages, and books that leave each other alone.

use super::page::{
    close_raw, dump, fill, go_on, hold_a_lock, set_local_storage, set_locks, stop_after,
};
use js_sys::Date;
use stagebook::error::StoreError;
use stagebook::ids::CommitNo;
use stagebook::store::{By, Change, Commit, Outcome, Range, Record, Store, Table};
use stagebook::web::local_storage::{LocalStorage, delete};
use wasm_bindgen_test::wasm_bindgen_test;

/// All that a store tells.
#[derive(Debug, PartialEq)]
struct Told {
    tables: Vec<Vec<Record>>,
    by_sort: Vec<Record>,
    commits: Vec<(CommitNo, Vec<u8>)>,
}

async fn told(store: &LocalStorage) -> Result<Told, StoreError> {
    let whole = |table, by| Range {
        table,
        by,
        from: String::new(),
        to: "~".to_owned(),
        limit: u32::MAX,
        descending: false,
    };
    let mut tables = Vec::new();
    for (table, ..) in Table::ALL {
        tables.push(store.range(whole(table, By::Key)).await?);
    }
    let by_sort = store.range(whole(Table::Contacts, By::Sort)).await?;
    Ok(Told { tables, by_sort, commits: store.commits_after(CommitNo(0)).await? })
}

fn storage() -> web_sys::Storage {
    web_sys::window().unwrap().local_storage().unwrap().unwrap()
}

fn set(key: &str, text: &str) {
    storage().set_item(key, text).unwrap();
}

fn remove(key: &str) {
    storage().remove_item(key).unwrap();
}

async fn opened(book: &str) -> LocalStorage {
    set_locks(true);
    let store = LocalStorage::new(book);
    store.open().await.unwrap();
    store
}

/// An open store with two saves of one contact, and a compaction.
async fn filled(book: &str) -> LocalStorage {
    let store = opened(book).await;
    for number in 1..=2 {
        assert_eq!(store.commit(plain(number)).await, Ok(Outcome::Done));
    }
    let changes = vec![
        put(Table::Log, "r/0", None, "{\"body\":\"Anna 1\"}\n{\"body\":\"Bruno\"}\n"),
        put(Table::Contacts, "anna", Some("a"), "{\"name\":\"Anna\"}"),
        put(Table::Contacts, "bruno", Some("b"), "{\"name\":\"Bruno\"}"),
        put(Table::History, "anna/0", None, "[\"Anna called\"]"),
        put(Table::Meta, "head", None, "3"),
    ];
    let emptied = vec![CommitNo(1), CommitNo(2)];
    let compaction = Commit { record: Vec::new(), changes, emptied, ..plain(3) };
    assert_eq!(store.commit(compaction).await, Ok(Outcome::Done));
    assert_eq!(store.commit(plain(4)).await, Ok(Outcome::Done));
    store
}

fn plain(number: u64) -> Commit {
    Commit {
        number: CommitNo(number),
        record: format!("record {number} of Anna").into_bytes(),
        ..Commit::default()
    }
}

fn erasure(number: u64) -> Commit {
    let changes = vec![
        put(Table::Log, "r/0", None, "{\"header\":1}\n{\"body\":\"Bruno\"}\n{\"header\":2}\n"),
        put(Table::Contacts, "anna", None, "erased"),
        Change::Delete { table: Table::History, key: "anna/0".to_owned() },
        put(Table::Meta, "head", None, "5"),
    ];
    let emptied = vec![CommitNo(4)];
    Commit { record: Vec::new(), changes, emptied, strict: true, ..plain(number) }
}

fn put(table: Table, key: &str, sort: Option<&str>, value: &str) -> Change {
    let value = value.as_bytes().to_vec();
    Change::Put { table, key: key.to_owned(), sort: sort.map(str::to_owned), value }
}

#[wasm_bindgen_test]
async fn what_does_not_fit_is_quota_and_leaves_the_book_as_it_was() {
    let store = filled("full").await;
    let large = "x".repeat(100_000);
    let save = Commit { record: large.clone().into_bytes(), ..plain(5) };
    let changes =
        || vec![put(Table::Log, "r/1", None, &large), put(Table::Meta, "head", None, "5")];
    let tables = Commit { changes: changes(), ..plain(5) };
    let both = Commit { changes: changes(), ..save.clone() };
    // Room for nothing, for almost all of it, and for the redo alone.
    for (commit, left) in [
        (&save, 10),
        (&save, 99_000),
        (&tables, 10),
        (&tables, 105_000),
        (&tables, 199_000),
        (&both, 290_000),
    ] {
        let before = (told(&store).await.unwrap(), dump("stagebook:full:"));
        fill(left);
        assert_eq!(store.commit(commit.clone()).await, Err(StoreError::Quota), "{left}");
        let other = opened("full").await;
        assert_eq!(told(&store).await.unwrap(), before.0, "{left}");
        assert_eq!(told(&other).await.unwrap(), before.0, "{left}");
        assert_eq!(dump("stagebook:full:"), before.1, "{left}");
        other.close().await;
    }
    remove("ballast");
    assert_eq!(store.commit(both).await, Ok(Outcome::Done));
    let now = told(&store).await.unwrap();
    assert_eq!(now.commits.last(), Some(&(CommitNo(5), large.clone().into_bytes())));
    assert_eq!(now.tables[Table::Log as usize][1].value, large.into_bytes());
    store.close().await;
    delete("full").await.unwrap();
}

#[wasm_bindgen_test]
async fn what_fits_to_the_last_character_is_done() {
    let store = filled("brim").await;
    let value = "é".repeat(50_000);
    let commit = Commit { changes: vec![put(Table::Log, "r/1", None, &value)], ..plain(5) };
    // The redo and the room for what it leads to, give or take their frame.
    let mut left = 100_000;
    let outcome = loop {
        fill(left);
        match store.commit(commit.clone()).await {
            Err(StoreError::Quota) => left += 16,
            outcome => break outcome,
        }
        assert!(left < 101_000);
    };
    assert_eq!(outcome, Ok(Outcome::Done));
    assert_eq!(store.get(Table::Log, "r/1").await.unwrap(), Some(value.into_bytes()));
    remove("ballast");
    store.close().await;
    delete("brim").await.unwrap();
}

#[wasm_bindgen_test]
async fn a_full_storage_still_erases() {
    let store = filled("erases").await;
    fill(0);
    assert_eq!(store.commit(plain(5)).await, Err(StoreError::Quota));
    assert_eq!(store.commit(erasure(5)).await, Ok(Outcome::Done));
    assert!(!dump("stagebook:erases:").concat().contains("Anna"));
    remove("ballast");
    let next = Commit { changes: vec![put(Table::Meta, "head", None, "6")], ..plain(6) };
    assert_eq!(store.commit(next).await, Ok(Outcome::Done));
    assert!(dump("stagebook:erases:").concat().contains("stagebook:erases:reserve"), "room again");
    store.close().await;
    delete("erases").await.unwrap();
}

#[wasm_bindgen_test]
async fn a_page_that_stops_anywhere_leaves_all_or_nothing() {
    let mut was_done = [false; 2];
    for writes in 0.. {
        let book = format!("stops-{writes}");
        let store = filled(&book).await;
        let before = told(&store).await.unwrap();
        let read = opened(&book).await;
        stop_after(writes);
        let outcome = store.commit(erasure(5)).await;
        go_on();
        // Nobody closes what has stopped, but the lock has to be let go.
        store.close().await;
        let after = told(&read).await.unwrap();
        let is_done = after != before;
        was_done[usize::from(is_done)] = true;
        if is_done {
            assert_eq!(read.commit(erasure(5)).await, Ok(Outcome::Taken));
            assert_eq!(after.tables[Table::Contacts as usize].len(), 2);
            assert_eq!(after.by_sort.len(), 1);
            assert_eq!(after.tables[Table::Meta as usize][0].value, b"5");
            assert_eq!(after.tables[Table::History as usize], []);
        }
        assert_eq!(is_done, dump(&format!("stagebook:{book}:")).concat().find("Anna").is_none());
        read.close().await;
        delete(&book).await.unwrap();
        if outcome == Ok(Outcome::Done) {
            assert!(writes > 5, "it takes several writes");
            break;
        }
    }
    assert_eq!(was_done, [true, true]);
}

#[wasm_bindgen_test]
async fn a_redo_is_finished_by_the_next_commit_too() {
    let store = filled("redo").await;
    stop_after(2);
    assert!(matches!(store.commit(erasure(5)).await, Err(StoreError::Failed(_))));
    go_on();
    assert!(dump("stagebook:redo:").concat().contains("stagebook:redo:commits/5r"));
    assert_eq!(store.commit(plain(6)).await, Ok(Outcome::Done));
    assert!(!dump("stagebook:redo:").concat().contains("commits/5r"));
    assert_eq!(store.get(Table::Meta, "head").await, Ok(Some(b"5".to_vec())));
    store.close().await;
}

#[wasm_bindgen_test]
async fn an_erasure_leaves_nothing_behind() {
    let store = filled("erased").await;
    assert!(dump("stagebook:erased:").concat().contains("Anna"));
    assert_eq!(store.commit(erasure(5)).await, Ok(Outcome::Done));
    let all = dump("stagebook:erased:").concat();
    assert!(!all.contains("Anna"), "{all}");
    assert!(all.contains("Bruno"));
    let log = store.get(Table::Log, "r/0").await.unwrap().unwrap();
    assert_eq!(log, b"{\"header\":1}\n{\"body\":\"Bruno\"}\n{\"header\":2}\n");
    store.close().await;
}

#[wasm_bindgen_test]
async fn text_takes_no_more_room_than_it_has_characters() {
    let store = opened("text").await;
    let value = "{\"name\":\"È vero \\\"così\\\" 😀\"}\n\0".repeat(50);
    let commit = Commit { changes: vec![put(Table::Log, "a", None, &value)], ..plain(1) };
    assert_eq!(store.commit(commit).await, Ok(Outcome::Done));
    assert_eq!(store.get(Table::Log, "a").await.unwrap(), Some(value.clone().into_bytes()));
    let all = dump("stagebook:text:log/a");
    assert_eq!(all[1].encode_utf16().count(), value.encode_utf16().count() + 1);
    store.close().await;
}

#[wasm_bindgen_test]
async fn garbage_under_the_books_keys_is_corrupt_and_never_a_trap() {
    let redo = |body: &str| format!("r1:t{body}");
    let garbage = [
        String::new(),
        "x".to_owned(),
        "t".to_owned(),
        "bĀ".to_owned(),
        "r".to_owned(),
        "r9999999999999999999999:t".to_owned(),
        "r1:".to_owned(),
        "r1:€".to_owned(),
        redo("?"),
        redo("+"),
        redo("+3:a/b"),
        redo("+3:a/b-1:x"),
        redo("~3:a/b2:=9"),
        redo("~8:meta/head2:=9"),
        redo("~8:meta/head6:=99999\n"),
        redo("~8:meta/head3:xx\n"),
        redo("-10:commits/44"),
        "99999999999 x".to_owned(),
        "100".to_owned(),
        "\u{0}\u{ffff}".to_owned(),
    ];
    for text in &garbage {
        let keys: Vec<String> = dump_of_a_filled_book().await.into_iter().step_by(2).collect();
        for key in keys {
            dump_of_a_filled_book().await;
            set(&key, text);
            check_it_only_fails(&format!("{key} = {text}")).await;
        }
    }
    let others = [
        "commits/",
        "commits/0",
        "commits/x",
        "commits/+5",
        "commits/05",
        "commits/9007199254740992",
        "commits/99999999999999999999999999",
        "commits/7",
        "contacts/",
        "contacts/anna",
        "contacts/anna\nzzz",
        "contacts/\n",
        "log/",
        "",
        "/",
        "unknown/x",
    ];
    for key in others {
        for text in ["t", "x", "r1:t"] {
            dump_of_a_filled_book().await;
            set(&format!("stagebook:garbage:{key}"), text);
            check_it_only_fails(&format!("{key} = {text}")).await;
        }
    }
    for key in dump_of_a_filled_book().await.into_iter().step_by(2) {
        dump_of_a_filled_book().await;
        remove(&key);
        check_it_only_fails(&format!("{key} is gone")).await;
    }
    delete("garbage").await.unwrap();
}

async fn dump_of_a_filled_book() -> Vec<String> {
    delete("garbage").await.unwrap();
    filled("garbage").await.close().await;
    // It only takes time here.
    remove("stagebook:garbage:reserve");
    dump("stagebook:garbage:")
}

async fn check_it_only_fails(what: &str) {
    let store = LocalStorage::new("garbage");
    let opened = store.open().await;
    let (told, outcome) = (told(&store).await, store.commit(erasure(5)).await);
    for error in [opened.err(), told.err(), outcome.err()].into_iter().flatten() {
        let is_known = match &error {
            StoreError::Corrupt(_) | StoreError::TooNew => true,
            StoreError::Failed(why) => why.contains("missing"),
            _ => false,
        };
        assert!(is_known, "{what}: {error:?}");
    }
    store.close().await;
}

#[wasm_bindgen_test]
async fn a_damaged_record_is_corrupt() {
    for (key, text) in [
        ("log/r/0", "x"),
        ("commits/4", ""),
        ("commits/44", "t"),
        ("commits/4", "r1:t+"),
        ("format", "x"),
    ] {
        let store = filled("damaged").await;
        store.close().await;
        set(&format!("stagebook:damaged:{key}"), text);
        let store = LocalStorage::new("damaged");
        let failed = match store.open().await {
            Ok(()) => told(&store).await.map(drop),
            failed => failed,
        };
        assert!(matches!(failed, Err(StoreError::Corrupt(_))), "{key}: {failed:?}");
        delete("damaged").await.unwrap();
    }
}

#[wasm_bindgen_test]
async fn a_newer_major_is_too_new_and_a_newer_minor_is_not() {
    filled("versions").await.close().await;
    for (version, expected) in [("200 x", Err(StoreError::TooNew)), ("107 x", Ok(()))] {
        set("stagebook:versions:format", version);
        assert_eq!(LocalStorage::new("versions").open().await, expected);
    }
    delete("versions").await.unwrap();
}

#[wasm_bindgen_test]
async fn books_share_nothing() {
    let names = ["shop", "shop2", "shop.2", "sho", "shop-commits"];
    for name in names {
        filled(name).await.close().await;
    }
    set("stagebook:shop:made", "true");
    let before = dump("stagebook:shop2:");
    let shop = opened("shop").await;
    assert_eq!(shop.commit(erasure(5)).await, Ok(Outcome::Done));
    shop.close().await;
    delete("shop").await.unwrap();
    assert_eq!(dump("stagebook:shop:"), ["stagebook:shop:made", "true"], "that is not the store's");
    assert_eq!(dump("stagebook:shop2:"), before);
    for name in &names[1..] {
        let store = opened(name).await;
        assert_eq!(store.commits_after(CommitNo(0)).await.unwrap().len(), 4, "{name}");
        store.close().await;
        delete(name).await.unwrap();
    }
    remove("stagebook:shop:made");
    assert_eq!(dump("stagebook:sho"), [""; 0]);
}

#[wasm_bindgen_test]
async fn who_has_a_deleted_book_open_writes_nothing() {
    let (store, other) = (filled("deleted").await, opened("deleted").await);
    delete("deleted").await.unwrap();
    let failed = |outcome| matches!(outcome, Err(StoreError::Failed(_)));
    assert!(failed(store.commit(plain(5)).await));
    assert_eq!(dump("stagebook:deleted:"), [""; 0]);
    // A new one of that name has got as far.
    filled("deleted").await.close().await;
    assert!(failed(other.commit(plain(5)).await));
    assert!(other.get(Table::Meta, "head").await.is_err());
    store.close().await;
    other.close().await;
    delete("deleted").await.unwrap();
}

#[wasm_bindgen_test]
async fn what_another_tab_tells_of_is_waited_for() {
    let store = opened("late").await;
    assert_eq!(store.commit(plain(1)).await, Ok(Outcome::Done));
    let lock = format!("stagebook:late:at/{}/2", dump("stagebook:late:format")[1]);
    hold_a_lock(&lock).await;
    let redo = "r7:ttheirs+9:meta/head2:t0";
    let pause = async || {
        let began = Date::now();
        while Date::now() - began < 100.0 {
            hold_a_lock("pause").await;
            close_raw("pause");
        }
    };
    let arrives = async {
        pause().await;
        set("stagebook:late:commits/2", redo);
        pause().await;
        let now = dump("stagebook:late:commits/2");
        assert_eq!(now[1], redo, "its author is about to finish it");
        set("stagebook:late:meta/head", "t2");
        set("stagebook:late:commits/2", "ttheirs");
    };
    let (outcome, ()) = futures_util::future::join(store.commit(plain(2)), arrives).await;
    assert_eq!(outcome, Ok(Outcome::Taken));
    assert_eq!(store.commits_after(CommitNo(1)).await, Ok(vec![(CommitNo(2), b"theirs".to_vec())]));
    assert_eq!(store.get(Table::Meta, "head").await, Ok(Some(b"2".to_vec())));
    close_raw(&lock);
    store.close().await;
}

#[wasm_bindgen_test]
async fn without_web_locks_one_page_writes() {
    let store = filled("leased").await;
    set_locks(false);
    let lease = |from_now: f64| {
        set("stagebook:leased:lease", &format!("77 {}", Date::now() + from_now));
    };
    lease(9_000.0);
    let refused = store.commit(plain(5)).await;
    assert!(matches!(&refused, Err(StoreError::Failed(why)) if why.contains("another tab")));
    assert_eq!(told(&store).await.unwrap().commits.len(), 4, "it still reads");

    for (from_now, why) in [(-2_000.0, "stale"), (1e9, "nonsense")] {
        lease(from_now);
        let number = told(&store).await.unwrap().commits.len() as u64 + 1;
        assert_eq!(store.commit(plain(number)).await, Ok(Outcome::Done), "{why}");
    }
    let held = dump("stagebook:leased:lease");
    assert_eq!(store.commit(plain(7)).await, Ok(Outcome::Done));
    assert_eq!(dump("stagebook:leased:lease"), held, "a fresh lease is kept");
    store.close().await;
    assert_eq!(dump("stagebook:leased:lease"), [""; 0], "whoever comes next need not wait");
    set_locks(true);
}

#[wasm_bindgen_test]
async fn without_local_storage_it_says_so() {
    for how in ["absent", "denied"] {
        set_local_storage(how);
        let store = LocalStorage::new("unavailable");
        let (opened, deleted) = (store.open().await, delete("unavailable").await);
        set_local_storage("as it is");
        assert!(matches!(opened, Err(StoreError::Unavailable(_))), "{how}: {opened:?}");
        assert!(matches!(deleted, Err(StoreError::Unavailable(_))), "{how}: {deleted:?}");
    }
}
