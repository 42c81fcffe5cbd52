//! Commits: all or nothing, one winner a number, and what a writer who slept may still do.

use super::{
    Tested, all, commit, delete, done, keys, numbers_after, opened, put, put_sorted, whole,
};
use crate::error::StoreError;
use crate::ids::CommitNo;
use crate::store::{By, Commit, Outcome, Store, Table};
use futures_util::future::{join, join_all};

pub async fn commits_come_by_number_not_by_text<S: Store>(make: &impl Fn() -> S) -> Tested {
    let store = opened(make).await?;
    assert_eq!(store.commits_after(CommitNo(0)).await?, []);
    for number in 1..=12 {
        done(&store, commit(number, [])).await?;
    }
    let numbers = numbers_after(&store, 0).await?;
    assert_eq!(numbers, (1..=12).collect::<Vec<_>>());
    assert_eq!(numbers_after(&store, 9).await?, [10, 11, 12]);
    assert_eq!(numbers_after(&store, 12).await?, [0; 0]);
    assert_eq!(store.commits_after(CommitNo(11)).await?, [(CommitNo(12), b"record 12".to_vec())]);
    store.close().await;
    Ok(())
}

pub async fn a_taken_number_writes_nothing<S: Store>(make: &impl Fn() -> S) -> Tested {
    let (store, other) = (opened(make).await?, opened(make).await?);
    done(
        &store,
        commit(
            1,
            [
                put(Table::Log, "kept", b"kept"),
                put_sorted(Table::Contacts, "kept", "kept", b"kept"),
            ],
        ),
    )
    .await?;
    done(&store, commit(2, [])).await?;
    let late = Commit {
        record: b"late".to_vec(),
        emptied: vec![CommitNo(1)],
        ..commit(
            2,
            [
                put(Table::Log, "new", b"late"),
                put(Table::Log, "kept", b"late"),
                delete(Table::Contacts, "kept"),
                put_sorted(Table::Commands, "new", "late", b"late"),
            ],
        )
    };
    for strict in [false, true] {
        let outcome = other.commit(Commit { strict, ..late.clone() }).await?;
        assert_eq!(outcome, Outcome::Taken);
    }
    let alone = Commit { record: b"late".to_vec(), ..commit(2, []) };
    assert_eq!(other.commit(alone).await?, Outcome::Taken);
    for store in [&store, &other] {
        assert_eq!(
            store.commits_after(CommitNo(0)).await?,
            [(CommitNo(1), b"record 1".to_vec()), (CommitNo(2), b"record 2".to_vec()),]
        );
        assert_eq!(all(store, Table::Log).await?, [("kept".to_owned(), b"kept".to_vec())]);
        assert_eq!(keys(store, whole(Table::Contacts, By::Sort)).await?, ["kept"]);
        assert_eq!(keys(store, whole(Table::Commands, By::Key)).await?, [""; 0]);
    }
    done(&other, Commit { number: CommitNo(3), ..late }).await?;
    join(store.close(), other.close()).await;
    Ok(())
}

pub async fn what_follows_a_commit_that_did_not_come_writes_nothing<S: Store>(
    make: &impl Fn() -> S,
) -> Tested {
    let store = opened(make).await?;
    done(&store, commit(1, [put(Table::Log, "kept", b"kept")])).await?;
    let following = |number, word: &str| Commit {
        follows: true,
        record: word.into(),
        ..commit(number, [put(Table::Log, word, b"new"), delete(Table::Log, "kept")])
    };
    // A store may say why, or that the number is not free.
    let early = store.commit(following(3, "early")).await;
    assert!(!matches!(early, Ok(Outcome::Done)), "{early:?}");
    assert_eq!(store.commit(following(2, "other")).await?, Outcome::Taken);
    assert_eq!(keys(&store, whole(Table::Log, By::Key)).await?, ["kept"]);
    assert_eq!(numbers_after(&store, 0).await?, [1]);
    // Sent off at once, each is there when the next one looks.
    let all = (2..5).map(|number| store.commit(following(number, "record 1")));
    assert_eq!(join_all(all).await, [const { Ok(Outcome::Done) }; 3]);
    assert_eq!(keys(&store, whole(Table::Log, By::Key)).await?, ["record 1"]);
    // One whose number another has takes those along that follow it.
    let late = Commit { record: b"late".to_vec(), ..commit(4, []) };
    let late = join(store.commit(late), store.commit(following(5, "late"))).await;
    assert_eq!(late, (Ok(Outcome::Taken), Ok(Outcome::Taken)));
    assert_eq!(numbers_after(&store, 0).await?, [1, 2, 3, 4]);
    assert_eq!(keys(&store, whole(Table::Log, By::Key)).await?, ["record 1"]);
    store.close().await;
    Ok(())
}

pub async fn an_emptied_commit_keeps_its_number<S: Store>(make: &impl Fn() -> S) -> Tested {
    let store = opened(make).await?;
    for number in 1..=3 {
        done(&store, commit(number, [])).await?;
    }
    done(&store, Commit { emptied: vec![CommitNo(1), CommitNo(3)], ..commit(4, []) }).await?;
    assert_eq!(
        store.commits_after(CommitNo(0)).await?,
        [
            (CommitNo(1), Vec::new()),
            (CommitNo(2), b"record 2".to_vec()),
            (CommitNo(3), Vec::new()),
            (CommitNo(4), b"record 4".to_vec()),
        ]
    );
    for number in 1..=4 {
        assert_eq!(store.commit(commit(number, [])).await?, Outcome::Taken, "{number}");
    }
    store.close().await;
    Ok(())
}

pub async fn who_slept_through_a_commit_is_refused<S: Store>(make: &impl Fn() -> S) -> Tested {
    let (awake, sleeper) = (opened(make).await?, opened(make).await?);
    done(&awake, commit(1, [put(Table::Contacts, "a", b"1")])).await?;
    assert_eq!(numbers_after(&sleeper, 0).await?, [1]);
    done(&awake, commit(2, [put(Table::Contacts, "a", b"2")])).await?;

    let stale = commit(2, [put(Table::Contacts, "a", b"stale")]);
    assert_eq!(sleeper.commit(stale).await?, Outcome::Taken);
    assert_eq!(sleeper.get(Table::Contacts, "a").await?.as_deref(), Some(&b"2"[..]));
    assert_eq!(numbers_after(&sleeper, 1).await?, [2], "what it missed");
    done(&sleeper, commit(3, [put(Table::Contacts, "a", b"3")])).await?;
    assert_eq!(awake.get(Table::Contacts, "a").await?.as_deref(), Some(&b"3"[..]));
    join(awake.close(), sleeper.close()).await;
    Ok(())
}

pub async fn who_slept_through_a_compaction_is_refused<S: Store>(make: &impl Fn() -> S) -> Tested {
    let (awake, sleeper) = (opened(make).await?, opened(make).await?);
    done(&awake, commit(1, [])).await?;
    assert_eq!(numbers_after(&sleeper, 0).await?, [1]);
    for number in 2..=4 {
        done(&awake, commit(number, [])).await?;
    }
    let compaction = Commit {
        record: Vec::new(),
        emptied: (1..=4).map(CommitNo).collect(),
        ..commit(5, [put(Table::Log, "segment", b"lines 1 to 4")])
    };
    done(&awake, compaction).await?;

    for number in 2..=5 {
        let stale = commit(number, [put(Table::Log, "stale", b"stale")]);
        assert_eq!(sleeper.commit(stale).await?, Outcome::Taken, "{number}");
    }
    assert_eq!(keys(&sleeper, whole(Table::Log, By::Key)).await?, ["segment"]);
    let missed = sleeper.commits_after(CommitNo(1)).await?;
    assert_eq!(missed, [2, 3, 4, 5].map(|number| (CommitNo(number), Vec::new())));
    done(&sleeper, commit(6, [])).await?;
    join(awake.close(), sleeper.close()).await;
    Ok(())
}

pub async fn who_slept_through_an_erasure_brings_nothing_back<S: Store>(
    make: &impl Fn() -> S,
) -> Tested {
    let (awake, sleeper) = (opened(make).await?, opened(make).await?);
    let personal = [
        put_sorted(Table::Contacts, "anna", "s", b"Anna"),
        put(Table::History, "anna/0", b"called Anna"),
    ];
    done(&awake, commit(1, personal.clone())).await?;
    assert_eq!(sleeper.get(Table::Contacts, "anna").await?.as_deref(), Some(&b"Anna"[..]));
    let erasure = Commit {
        record: Vec::new(),
        emptied: vec![CommitNo(1)],
        strict: true,
        ..commit(2, [delete(Table::Contacts, "anna"), delete(Table::History, "anna/0")])
    };
    done(&awake, erasure).await?;

    for number in [1, 2] {
        assert_eq!(sleeper.commit(commit(number, personal.clone())).await?, Outcome::Taken);
    }
    for store in [&awake, &sleeper] {
        assert_eq!(all(store, Table::Contacts).await?, []);
        assert_eq!(all(store, Table::History).await?, []);
        assert_eq!(keys(store, whole(Table::Contacts, By::Sort)).await?, [""; 0]);
        assert_eq!(
            store.commits_after(CommitNo(0)).await?,
            [1, 2].map(|n| (CommitNo(n), Vec::new()))
        );
    }
    join(awake.close(), sleeper.close()).await;
    Ok(())
}

pub async fn of_many_at_once_one_wins_each_number<S: Store>(make: &impl Fn() -> S) -> Tested {
    let handles = [opened(make).await?, opened(make).await?, opened(make).await?];
    let attempts = (1..=20_u64).flat_map(|number| (0..handles.len()).map(move |tab| (number, tab)));
    let outcomes =
        join_all(
            attempts.map(|(number, tab)| {
                let key = format!("{number:02}");
                let mine = format!("{number} by tab {tab}");
                let new = Commit {
                    record: mine.clone().into_bytes(),
                    strict: tab == 0,
                    ..commit(number, [put(Table::Log, &key, mine.as_bytes())])
                };
                let handle = &handles[tab];
                async move {
                    Ok::<_, StoreError>((number, mine.into_bytes(), handle.commit(new).await?))
                }
            }),
        )
        .await
        .into_iter()
        .collect::<Result<Vec<_>, _>>()?;

    let mut winners: Vec<_> =
        outcomes.into_iter().filter(|(.., outcome)| *outcome == Outcome::Done).collect();
    winners.sort_by_key(|(number, ..)| *number);
    let numbers: Vec<_> = winners.iter().map(|(number, ..)| *number).collect();
    assert_eq!(numbers, (1..=20).collect::<Vec<_>>(), "one winner a number");
    let commits = winners.iter().map(|(number, mine, _)| (CommitNo(*number), mine.clone()));
    assert_eq!(handles[0].commits_after(CommitNo(0)).await?, commits.collect::<Vec<_>>());
    let rows = winners.iter().map(|(number, mine, _)| (format!("{number:02}"), mine.clone()));
    assert_eq!(all(&handles[1], Table::Log).await?, rows.collect::<Vec<_>>());
    join_all(handles.iter().map(Store::close)).await;
    Ok(())
}
