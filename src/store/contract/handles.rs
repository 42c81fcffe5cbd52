//! Handles: what one sees of another, and what opening and closing keep.

use super::{Tested, all, commit, done, keys, numbers_after, opened, put, put_sorted, whole};
use crate::error::StoreError;
use crate::ids::CommitNo;
use crate::store::{By, Commit, Outcome, Store, Table};
use futures_util::future::join;

pub async fn a_handle_sees_what_another_committed<S: Store>(make: &impl Fn() -> S) -> Tested {
    let (writer, reader) = (opened(make).await?, opened(make).await?);
    for number in 1..=5 {
        let value = number.to_string();
        done(&writer, commit(number, [put(Table::Meta, "head", value.as_bytes())])).await?;
        assert_eq!(reader.get(Table::Meta, "head").await?, Some(value.into_bytes()));
        assert_eq!(numbers_after(&reader, number - 1).await?, [number]);
    }
    join(writer.close(), reader.close()).await;
    Ok(())
}

pub async fn reopening_keeps_everything<S: Store>(make: &impl Fn() -> S) -> Tested {
    let store = opened(make).await?;
    let everywhere =
        Table::ALL.map(|(table, name, _)| put_sorted(table, name, "s", name.as_bytes()));
    done(&store, commit(1, everywhere)).await?;
    done(&store, Commit { emptied: vec![CommitNo(1)], ..commit(2, []) }).await?;
    store.close().await;

    let again = opened(make).await?;
    for (table, name, is_sorted) in Table::ALL {
        assert_eq!(all(&again, table).await?, [(name.to_owned(), name.as_bytes().to_vec())]);
        let by_sort = keys(&again, whole(table, By::Sort)).await?;
        assert_eq!(by_sort.len(), usize::from(is_sorted), "{name}");
    }
    assert_eq!(
        again.commits_after(CommitNo(0)).await?,
        [(CommitNo(1), Vec::new()), (CommitNo(2), b"record 2".to_vec()),]
    );
    assert_eq!(again.commit(commit(1, [])).await?, Outcome::Taken);
    again.close().await;
    Ok(())
}

pub async fn a_flush_changes_nothing<S: Store>(make: &impl Fn() -> S) -> Tested {
    let store = opened(make).await?;
    store.flush().await?;
    done(&store, commit(1, [put(Table::Log, "a", b"1")])).await?;
    store.flush().await?;
    store.flush().await?;
    assert_eq!(all(&store, Table::Log).await?, [("a".to_owned(), b"1".to_vec())]);
    assert_eq!(numbers_after(&store, 0).await?, [1]);
    done(&store, commit(2, [])).await?;
    store.close().await;
    Ok(())
}

pub async fn closing_waits_for_what_is_under_way<S: Store>(make: &impl Fn() -> S) -> Tested {
    let store = opened(make).await?;
    let under_way = store.commit(commit(1, [put(Table::Log, "a", b"1")]));
    let (outcome, ()) = join(under_way, store.close()).await;
    assert_eq!(outcome?, Outcome::Done);
    store.close().await;

    let again = opened(make).await?;
    assert_eq!(again.get(Table::Log, "a").await?.as_deref(), Some(&b"1"[..]));
    again.close().await;
    Ok(())
}

pub async fn a_closed_store_says_so<S: Store>(make: &impl Fn() -> S) -> Tested {
    let (store, other) = (opened(make).await?, opened(make).await?);
    store.close().await;
    assert_eq!(store.open().await, Err(StoreError::Closed));
    assert_eq!(store.get(Table::Log, "a").await, Err(StoreError::Closed));
    assert_eq!(store.get_many(Table::Log, &["a"]).await, Err(StoreError::Closed));
    assert_eq!(store.range(whole(Table::Log, By::Key)).await, Err(StoreError::Closed));
    assert_eq!(store.commits_after(CommitNo(0)).await, Err(StoreError::Closed));
    assert_eq!(store.commit(commit(1, [])).await, Err(StoreError::Closed));
    done(&other, commit(1, [])).await?;
    other.close().await;
    Ok(())
}
