//! Rounds with a server: what goes out, what came in, and how far both are. Who carries it is not
//! known here. What a server gives and can't be applied waits in quarantine and is tried again at
//! the next round.

use super::applying::{Applied, Manner};
use super::compact::{segment_key, strip, strip_all};
use super::head::{Server, SyncState};
use super::work::Work;
use super::{ATTEMPTS, Engine};
use crate::error::{Clash, Error, Fault, StoreError};
use crate::ids::{ReplicaId, Seq};
use crate::json;
use crate::map::Hashed;
use crate::store::{By, Change, Outcome, Range, Record, Store, Table};
use crate::sync::Batch;
use crate::time::Instant;

record! {
    /// The server of a round, as the pull hook names it.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct ServerName {
        /// Its id; empty, if it has none.
        pub id: String = "id",
        /// Its replica: the one whose voids count.
        pub replica: Option<ReplicaId> = "replica",
    }
}

shape! {
    /// How a book stands with its server.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Standing {
        /// Own entries that the server lacks.
        pub waiting: u64 = "waiting",
        /// When the last round was complete.
        pub at: Option<Instant> = "lastSyncedAt",
        /// How many conflicts there are.
        pub conflicts: u64 = "conflicts",
        /// Why a batch in quarantine can't be applied, in the book's locale.
        pub fault: Option<String> = "fault",
        /// The server's id, once there is one.
        pub server: Option<String> = "server",
        /// Where the next pull goes on.
        pub cursor: Option<String> = "cursor",
    }
}

impl<S: Store> Engine<S> {
    /// How the book stands with the server of its last round.
    pub fn standing_with_server(&self) -> Standing {
        let shared = self.shared.borrow();
        let sync = &shared.head.sync;
        let (id, server) = sync.current().unzip();
        Standing {
            waiting: shared.lacking().iter().map(|(_, held, size)| size - held).sum(),
            at: server.and_then(|server| server.at),
            conflicts: sync.conflicts,
            fault: self.fault.borrow().as_ref().map(|fault| self.messages().error(fault)),
            server: id.map(str::to_owned),
            cursor: server.and_then(|server| server.cursor.clone()),
        }
    }

    /// The next batch for the server: own entries that it lacks, at most `count`.
    ///
    /// # Errors
    /// What the store says.
    pub async fn outgoing(&self, count: usize) -> Result<Option<Batch>, Error> {
        self.flush().await?;
        let lacking = {
            let shared = self.shared.borrow();
            let first = shared.lacking().into_iter().next();
            first.map(|(replica, held, size)| (shared.log(&replica), replica, held, size - held))
        };
        let Some((log, replica, held, lacks)) = lacking else { return Ok(None) };
        let count = count.min(usize::try_from(lacks).unwrap_or(count));
        self.cut(&replica, Seq(held), count, &log).await.map(Some)
    }

    /// The server holds this device's log up to `size`.
    ///
    /// # Errors
    /// What the store says.
    pub async fn acknowledged(&self, replica: &ReplicaId, size: u64) -> Result<(), Error> {
        self.open_or_refuse()?;
        let _turn = self.turn().await?;
        self.finish_locked(false, &|sync| {
            let id = sync.server.clone().unwrap_or_default();
            sync.with_server(&id, |server| server.held.insert(replica.clone(), size));
        })
        .await
        .map(drop)
    }

    /// Takes in a batch that a server gave. One that can't be applied now is kept as it came.
    ///
    /// # Errors
    /// Why it can't be applied, or what the store says.
    pub async fn pulled(&self, server: &ServerName, batch: &Batch) -> Result<Applied, Error> {
        self.open_or_refuse()?;
        let _turn = self.turn().await?;
        self.meet(server).await?;
        match self.apply_locked(batch, Manner::Pulled).await {
            Ok(applied) if applied.waits => self.keep_apart(batch).await.map(|()| applied),
            Err(error) if matches!(*error, Fault::Batch(_)) => {
                self.keep_apart(batch).await?;
                *self.fault.borrow_mut() = Some(error.clone());
                Err(error)
            }
            other => other,
        }
    }

    /// Knows from here on whom the book is in step with.
    async fn meet(&self, server: &ServerName) -> Result<(), Error> {
        let known = {
            let shared = self.shared.borrow();
            let sync = &shared.head.sync;
            sync.server.as_ref() == Some(&server.id) && sync.authority == server.replica
        };
        if known {
            return Ok(());
        }
        self.finish_locked(false, &|sync| {
            sync.server = Some(server.id.clone());
            sync.authority.clone_from(&server.replica);
            sync.with_server(&server.id, |_| {});
        })
        .await
        .map(drop)
    }

    /// What a server gave up to `cursor` is taken in, and the next pull goes on from there. Once the
    /// round is complete, erasures that nothing voids are carried out.
    ///
    /// # Errors
    /// What the store says.
    pub async fn pulled_to(
        &self,
        server: &ServerName,
        cursor: Option<&str>,
        complete: bool,
    ) -> Result<Applied, Error> {
        self.open_or_refuse()?;
        let _turn = self.turn().await?;
        self.meet(server).await?;
        let now = self.world.now();
        self.finish_locked(complete, &|sync| {
            sync.with_server(&server.id, |server| {
                server.cursor = cursor.map(str::to_owned);
                server.at = if complete { Some(now) } else { server.at };
            });
        })
        .await
    }

    /// Tries again what is in quarantine.
    ///
    /// # Errors
    /// What the store says.
    pub async fn retry(&self) -> Result<Applied, Error> {
        self.open_or_refuse()?;
        let _turn = self.turn().await?;
        self.retry_locked(Manner::Pulled).await
    }

    pub(super) async fn retry_locked(&self, manner: Manner) -> Result<Applied, Error> {
        let mut all = Applied::default();
        *self.fault.borrow_mut() = None;
        if self.shared.borrow().head.sync.quarantined == 0 {
            return Ok(all);
        }
        for record in self.quarantine().await? {
            let Ok(batch) = json::read_bytes::<Batch>(&record.value) else { continue };
            match self.apply_locked(&batch, manner).await {
                Ok(applied) if applied.waits => {}
                Ok(mut applied) => {
                    all.applied += applied.applied;
                    all.duplicates += applied.duplicates;
                    all.conflicts.append(&mut applied.conflicts);
                    let (table, key) = (Table::Quarantine, record.key);
                    self.quarantine_change(Change::Delete { table, key }).await?;
                }
                Err(error) if matches!(*error, Fault::Batch(_)) => {
                    *self.fault.borrow_mut() = Some(error)
                }
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }

    /// Keeps a batch that can't be applied now.
    pub(super) async fn keep_apart(&self, batch: &Batch) -> Result<(), Error> {
        let key = segment_key(&batch.replica, batch.from);
        let value = json::bytes(batch);
        self.quarantine_change(Change::Put { table: Table::Quarantine, key, sort: None, value })
            .await
    }

    async fn quarantine_change(&self, change: Change) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            let mut keys: Vec<String> =
                self.quarantine().await?.into_iter().map(|record| record.key).collect();
            match &change {
                Change::Put { key, .. } if !keys.contains(key) => keys.push(key.clone()),
                Change::Put { .. } => {}
                Change::Delete { key, .. } => keys.retain(|known| known != key),
            }
            let mut work = self.begin_work(Hashed::default());
            let mut sync = self.shared.borrow().head.sync.clone();
            sync.quarantined = keys.len() as u64;
            (work.sync, work.changes) = (Some(sync), vec![change.clone()]);
            if self.commit_compacted(&mut work).await? == Outcome::Done {
                return Ok(());
            }
            self.follow().await?;
        }
        Err(Clash::Busy.into())
    }

    async fn quarantine(&self) -> Result<Vec<Record>, Error> {
        self.all_of(Table::Quarantine).await
    }

    async fn all_of(&self, table: Table) -> Result<Vec<Record>, Error> {
        let range = Range {
            table,
            by: By::Key,
            from: String::new(),
            to: "~".to_owned(),
            limit: u32::MAX,
            descending: false,
        };
        Ok(self.store.range(range).await?)
    }

    /// What waits in quarantine and what is kept aside loses the bodies of erased contacts. A batch
    /// that can't be read to look for them goes.
    pub(super) async fn quarantine_changes(&self, work: &Work) -> Result<Vec<Change>, Error> {
        let mut changes = Vec::new();
        if work.erased.is_empty() {
            return Ok(changes);
        }
        for Record { key, value } in self.all_of(Table::Retired).await? {
            let value = strip_all(&value, &work.erased)?;
            changes.push(Change::Put { table: Table::Retired, key, sort: None, value });
        }
        for Record { key, value } in self.quarantine().await? {
            let table = Table::Quarantine;
            changes.push(match stripped(&value, work) {
                Ok(batch) => Change::Put { table, key, sort: None, value: json::bytes(&batch) },
                Err(_) => Change::Delete { table, key },
            });
        }
        Ok(changes)
    }
}

fn stripped(value: &[u8], work: &Work) -> Result<Batch, Error> {
    let mut batch: Batch = json::read_bytes(value).map_err(StoreError::Corrupt)?;
    for line in &mut batch.lines {
        if let Some(bare) = strip(line.as_bytes(), &work.erased)? {
            *line = String::from_utf8(bare).unwrap_or_default();
        }
    }
    Ok(batch)
}

impl SyncState {
    /// The server of the last round.
    pub fn current(&self) -> Option<(&str, &Server)> {
        let id = self.server.as_ref()?;
        self.servers.get(id).map(|server| (id.as_str(), server))
    }

    fn with_server(&mut self, id: &str, change: impl FnOnce(&mut Server)) {
        let mut server = self.servers.remove(id).unwrap_or_default();
        change(&mut server);
        self.servers.insert(id.to_owned(), server);
    }
}

impl Server {
    /// How much of a log it holds.
    pub fn held_of(&self, replica: &ReplicaId) -> u64 {
        self.held.get(replica).copied().unwrap_or(0)
    }
}
