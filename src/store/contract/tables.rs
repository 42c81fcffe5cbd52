//! Records: what is put is got, one by one and in ranges by either key.

use super::{Tested, all, commit, delete, done, keys, opened, put, put_sorted, record, whole};
use crate::ids::CommitNo;
use crate::store::{By, Range, Record, Store, Table};

pub async fn a_record_is_as_it_was_put<S: Store>(make: &impl Fn() -> S) -> Tested {
    let store = opened(make).await?;
    done(&store, commit(1, [put(Table::Log, "a", b"one"), put(Table::Meta, "b", b"two")])).await?;
    assert_eq!(store.get(Table::Log, "a").await?.as_deref(), Some(&b"one"[..]));
    assert_eq!(store.get(Table::Log, "b").await?, None, "tables are apart");
    assert_eq!(store.get(Table::Meta, "b").await?.as_deref(), Some(&b"two"[..]));
    assert_eq!(store.get(Table::Meta, "").await?, None);
    store.close().await;
    Ok(())
}

pub async fn several_records_come_in_the_order_asked_for<S: Store>(
    make: &impl Fn() -> S,
) -> Tested {
    let store = opened(make).await?;
    for table in [Table::History, Table::Contacts] {
        assert_eq!(store.get_many(table, &[]).await?, []);
        assert_eq!(store.get_many(table, &["a"]).await?, [None]);
    }
    done(&store, commit(1, ["a", "b", "c"].map(|key| put(Table::History, key, key.as_bytes()))))
        .await?;
    done(&store, commit(2, [put_sorted(Table::Contacts, "b", "s", b"")])).await?;
    let found = store.get_many(Table::History, &["c", "none", "a", "c"]).await?;
    let expected = [Some("c"), None, Some("a"), Some("c")];
    assert_eq!(found, expected.map(|value| value.map(|value| value.as_bytes().to_vec())));
    assert_eq!(store.get_many(Table::Contacts, &["a", "b"]).await?, [None, Some(Vec::new())]);
    store.close().await;
    Ok(())
}

pub async fn values_of_any_length_survive<S: Store>(make: &impl Fn() -> S) -> Tested {
    let store = opened(make).await?;
    let large: Vec<u8> =
        (0..100_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let every_byte: Vec<u8> = (0..=255).collect();
    for (number, value) in (1..).zip([Vec::new(), every_byte, large]) {
        let mut new = commit(
            number,
            [put(Table::Log, "plain", &value), put_sorted(Table::Contacts, "sorted", "s", &value)],
        );
        new.record.clone_from(&value);
        new.strict = number % 2 == 0;
        done(&store, new).await?;
        assert_eq!(store.get(Table::Log, "plain").await?.as_ref(), Some(&value));
        assert_eq!(store.get(Table::Contacts, "sorted").await?.as_ref(), Some(&value));
        let ranged = store.range(whole(Table::Contacts, By::Sort)).await?;
        assert_eq!(ranged, [Record { key: "sorted".to_owned(), value: value.clone() }]);
        assert_eq!(store.commits_after(CommitNo(number - 1)).await?, [(CommitNo(number), value)]);
    }
    store.close().await;
    Ok(())
}

pub async fn a_later_put_replaces<S: Store>(make: &impl Fn() -> S) -> Tested {
    let store = opened(make).await?;
    done(&store, commit(1, [put(Table::Log, "a", b"a longer value")])).await?;
    done(&store, commit(2, [put(Table::Log, "a", b"short")])).await?;
    assert_eq!(all(&store, Table::Log).await?, [("a".to_owned(), b"short".to_vec())]);
    store.close().await;
    Ok(())
}

pub async fn a_deleted_record_is_gone<S: Store>(make: &impl Fn() -> S) -> Tested {
    let store = opened(make).await?;
    done(
        &store,
        commit(
            1,
            [
                put_sorted(Table::Contacts, "a", "s", b"1"),
                put_sorted(Table::Contacts, "b", "s", b"2"),
            ],
        ),
    )
    .await?;
    done(&store, commit(2, [delete(Table::Contacts, "a"), delete(Table::Contacts, "never")]))
        .await?;
    assert_eq!(store.get(Table::Contacts, "a").await?, None);
    assert_eq!(keys(&store, whole(Table::Contacts, By::Key)).await?, ["b"]);
    assert_eq!(keys(&store, whole(Table::Contacts, By::Sort)).await?, ["b"]);
    store.close().await;
    Ok(())
}

pub async fn changes_happen_in_their_order<S: Store>(make: &impl Fn() -> S) -> Tested {
    let store = opened(make).await?;
    done(
        &store,
        commit(
            1,
            [
                put(Table::Log, "a", b"1"),
                delete(Table::Log, "a"),
                put(Table::Log, "a", b"2"),
                put(Table::Log, "b", b"1"),
                delete(Table::Log, "b"),
            ],
        ),
    )
    .await?;
    assert_eq!(all(&store, Table::Log).await?, [("a".to_owned(), b"2".to_vec())]);
    store.close().await;
    Ok(())
}

pub async fn a_range_goes_by_key<S: Store>(make: &impl Fn() -> S) -> Tested {
    let store = opened(make).await?;
    let names = ["b", "a", "a/2", "a/10", "c", "B"];
    done(&store, commit(1, names.map(|name| put(Table::History, name, name.as_bytes())))).await?;
    let range = |from: &str, to: &str, limit: u32, descending: bool| Range {
        from: from.to_owned(),
        to: to.to_owned(),
        limit,
        descending,
        ..whole(Table::History, By::Key)
    };
    let found = store.range(range("", "~", 100, false)).await?;
    assert!(found.iter().all(|record| record.key.as_bytes() == record.value));
    for (range, expected) in [
        (range("", "~", 100, false), &["B", "a", "a/10", "a/2", "b", "c"][..]),
        (range("", "~", 100, true), &["c", "b", "a/2", "a/10", "a", "B"]),
        (range("a", "b", 100, false), &["a", "a/10", "a/2"]),
        (range("a/", "a0", 100, true), &["a/2", "a/10"]),
        (range("a", "c", 2, false), &["a", "a/10"]),
        (range("a", "c", 2, true), &["b", "a/2"]),
        (range("a", "c", 1, true), &["b"]),
        (range("a", "c", 0, false), &[]),
        (range("a", "c", 0, true), &[]),
        (range("a", "a", 100, false), &[]),
        (range("c", "a", 100, true), &[]),
        (range("x", "z", 100, false), &[]),
        (range("x", "z", 100, true), &[]),
    ] {
        assert_eq!(keys(&store, range.clone()).await?, expected, "{range:?}");
    }
    store.close().await;
    Ok(())
}

pub async fn a_range_goes_by_sort_key<S: Store>(make: &impl Fn() -> S) -> Tested {
    let store = opened(make).await?;
    let rows = [
        ("k3", "2026-01"),
        ("k1", "2026-02"),
        ("k2", "2026-02"),
        ("k0", "2026-03"),
        ("k4", "2026-02"),
    ];
    done(
        &store,
        commit(1, rows.map(|(key, sort)| put_sorted(Table::Contacts, key, sort, key.as_bytes()))),
    )
    .await?;
    let range = |from: &str, to: &str, limit: u32, descending: bool| Range {
        from: from.to_owned(),
        to: to.to_owned(),
        limit,
        descending,
        ..whole(Table::Contacts, By::Sort)
    };
    let found = store.range(range("", "~", 100, false)).await?;
    assert!(found.iter().all(|record| record.key.as_bytes() == record.value));
    for (range, expected) in [
        (range("", "~", 100, false), &["k3", "k1", "k2", "k4", "k0"][..]),
        (range("", "~", 100, true), &["k0", "k4", "k2", "k1", "k3"]),
        (range("2026-02", "2026-03", 100, false), &["k1", "k2", "k4"]),
        (range("2026-02", "2026-03", 2, true), &["k4", "k2"]),
        (range("", "2026-02", 100, true), &["k3"]),
        (range("", "~", 3, false), &["k3", "k1", "k2"]),
        (range("2026-02", "2026-02", 100, false), &[]),
        (range("2027", "2026", 100, true), &[]),
        (range("", "~", 0, true), &[]),
    ] {
        assert_eq!(keys(&store, range.clone()).await?, expected, "{range:?}");
    }
    assert_eq!(
        keys(&store, whole(Table::Contacts, By::Key)).await?,
        ["k0", "k1", "k2", "k3", "k4"]
    );
    assert_eq!(keys(&store, whole(Table::Commands, By::Sort)).await?, [""; 0]);
    store.close().await;
    Ok(())
}

pub async fn a_new_sort_key_replaces_the_old_one<S: Store>(make: &impl Fn() -> S) -> Tested {
    let store = opened(make).await?;
    done(
        &store,
        commit(
            1,
            [
                put_sorted(Table::Contacts, "a", "1", b"old"),
                put_sorted(Table::Contacts, "b", "2", b"b"),
            ],
        ),
    )
    .await?;
    done(&store, commit(2, [put_sorted(Table::Contacts, "a", "3", b"new")])).await?;
    let found = store.range(whole(Table::Contacts, By::Sort)).await?;
    assert_eq!(found, [record("b", b"b"), record("a", b"new")]);
    store.close().await;
    Ok(())
}

pub async fn a_record_without_a_sort_key_is_in_no_range_by_it<S: Store>(
    make: &impl Fn() -> S,
) -> Tested {
    let store = opened(make).await?;
    done(
        &store,
        commit(
            1,
            [
                put_sorted(Table::Contacts, "a", "1", b"a"),
                put_sorted(Table::Contacts, "b", "2", b"b"),
                put_sorted(Table::Log, "c", "3", b"c"),
            ],
        ),
    )
    .await?;
    done(&store, commit(2, [put(Table::Contacts, "a", b"unsorted")])).await?;
    assert_eq!(keys(&store, whole(Table::Contacts, By::Sort)).await?, ["b"]);
    assert_eq!(keys(&store, whole(Table::Contacts, By::Key)).await?, ["a", "b"]);
    assert_eq!(
        keys(&store, whole(Table::Log, By::Sort)).await?,
        [""; 0],
        "a table without sort keys"
    );
    assert_eq!(all(&store, Table::Log).await?, [("c".to_owned(), b"c".to_vec())]);
    store.close().await;
    Ok(())
}
