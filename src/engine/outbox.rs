//! What waits to be sent, was sent, or could not be: made of the facts that say so. A table holds
//! items by status and age; those of the tail are laid over it.

use super::read::{bad_cursor, page_size};
use super::work::Work;
use super::{Engine, Page};
use crate::error::{Clash, Error, Fault, Missing, StoreError};
use crate::event::{Entry, Event, Fields, ItemKind};
use crate::ids::{ContactId, ContactName, ItemId, ReplicaId, Seq};
use crate::json;
use crate::map::Hashed;
use crate::sort;
use crate::store::{By, Change, Range, Record, Store, Table};
use crate::time::Instant;

words! {
    /// How an item stands.
    pub enum ItemStatus {
        /// Not delivered yet.
        Waiting = "waiting",
        /// The host delivered it.
        Sent = "sent",
        /// The host gave up.
        Failed = "failed",
    }
}

record! {
    /// The contract's `OutboxItem`, the device that delivers it, and its place in that device's log.
    #[derive(Clone, Debug, PartialEq)]
    pub struct OutboxItem {
        /// Its id: for the host, the idempotency key.
        pub id: ItemId = "id",
        /// Whom it is about.
        pub contact: ContactId = "contactId",
        /// What it is.
        pub kind: ItemKind = "kind",
        /// Where to.
        pub to: Option<String> = "to",
        /// What it says.
        pub payload: Payload = "payload",
        /// How it stands.
        pub status: ItemStatus = "status",
        /// How often it was tried.
        pub attempts: u32 = "attempts",
        /// Why it failed.
        pub error: Option<String> = "error",
        /// When it was asked for.
        pub created: Instant = "createdAt",
        /// The device it was asked for on,
        pub replica: ReplicaId = "replica",
        /// and the place of its entry there: of one moment, the first goes first.
        pub seq: Seq = "seq",
    }
}

record! {
    /// What an item says; which of these it has depends on its kind.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct Payload {
        /// How it goes out.
        pub channel: Option<String> = "channel",
        /// A contact's details as they were.
        pub details: Option<Fields> = "details",
        /// An invitation's text.
        pub message: Option<String> = "message",
        /// A text beside the details.
        pub note: Option<String> = "note",
        /// What a message is about.
        pub subject: Option<String> = "subject",
        /// A message's text.
        pub text: Option<String> = "text",
    }
}

record! {
    /// Which items are asked for.
    #[derive(Clone, Debug, Default)]
    pub struct OutboxQuery {
        /// Those that stand so.
        pub status: Option<ItemStatus> = "status",
        /// How many.
        pub limit: Option<u32> = "limit",
        /// From where on.
        pub cursor: Option<String> = "cursor",
    }
}

impl OutboxItem {
    /// The item that an entry about `contact` asks for.
    fn of(entry: &Entry, contact: &ContactId) -> Option<Self> {
        let (id, kind, to, payload) = match entry.fact.event.clone() {
            Event::ContactInvited(data) => {
                let payload = Payload { message: data.message, ..Payload::default() };
                (data.id, ItemKind::Invite, Some(data.email), payload)
            }
            Event::ContactMessaged(data) => {
                let (channel, subject, text) = (data.channel, data.subject, Some(data.text));
                let payload = Payload { channel, subject, text, ..Payload::default() };
                (data.id?, ItemKind::Message, data.to, payload)
            }
            Event::ContactShared(data) => {
                let (details, note) = (Some(data.details), data.note);
                let payload = Payload { details, note, ..Payload::default() };
                (data.id, ItemKind::Share, Some(data.email), payload)
            }
            _ => return None,
        };
        Some(Self {
            id,
            contact: contact.clone(),
            kind,
            to,
            payload,
            status: ItemStatus::Waiting,
            attempts: 0,
            error: None,
            created: entry.occurred_at(),
            replica: entry.order.replica.clone(),
            seq: entry.order.seq,
        })
    }

    /// Takes in what became of it.
    fn settle(&mut self, event: &Event) {
        let (status, delivery) = match event {
            Event::DeliverySent(delivery) => (ItemStatus::Sent, delivery),
            Event::DeliveryFailed(delivery) => (ItemStatus::Failed, delivery),
            _ => return,
        };
        self.status = status;
        self.attempts = delivery.attempts;
        self.error.clone_from(&delivery.error);
    }

    fn read(bytes: &[u8]) -> Result<Self, StoreError> {
        json::read_bytes(bytes)
            .map_err(|error| StoreError::Corrupt(format!("an item of the outbox: {error}")))
    }

    /// Its place among those of its status.
    fn place(&self) -> String {
        format!("{:020}~{:016}~{}", self.created.millis() + (1 << 60), self.seq.0, self.id)
    }

    fn put(&self) -> Change {
        Change::Put {
            table: Table::Outbox,
            key: self.id.to_string(),
            sort: Some(format!("{}/{}", self.status.code(), self.place())),
            value: json::bytes(self),
        }
    }
}

/// Items that the tail or a commit in the making changes, by id.
type Overlay = Hashed<OutboxItem>;

impl<S: Store> Engine<S> {
    /// Items that entries not in the table yet ask for or settle.
    async fn overlay(&self, work: Option<&Work>) -> Result<Overlay, Error> {
        let entries: Vec<_> = {
            let shared = self.shared.borrow();
            let tail = shared.entries.iter().flat_map(|(_, entries)| entries);
            let work = work.into_iter().flat_map(|work| work.entries.iter().map(|(_, one)| one));
            let about =
                |entry: &&super::book::TailEntry| item_of(&entry.entry.fact.event).is_some();
            tail.chain(work).filter(about).cloned().collect()
        };
        let mut overlay = Overlay::default();
        for one in &entries {
            if let Some(item) = OutboxItem::of(&one.entry, &one.id) {
                overlay.insert(item.id.as_str(), item.clone());
                continue;
            }
            let Some(id) = item_of(&one.entry.fact.event) else { continue };
            if !overlay.contains_key(id.as_str())
                && let Some(stored) = self.store.get(Table::Outbox, id.as_str()).await?
            {
                overlay.insert(id.as_str(), OutboxItem::read(&stored)?);
            }
            if let Some(item) = overlay.get_mut(id.as_str()) {
                item.settle(&one.entry.fact.event);
            }
        }
        Ok(overlay)
    }

    /// The changes with which a compaction stores them; those of `erased` go.
    pub(super) async fn outbox_changes(&self, work: &Work) -> Result<Vec<Change>, Error> {
        let overlay = self.overlay(Some(work)).await?;
        let gone = |name: ContactName| work.erased.contains(&name);
        let stays = |item: &&OutboxItem| !item.id.contact().is_some_and(gone);
        let mut changes: Vec<Change> =
            overlay.iter().map(|(_, item)| item).filter(stays).map(OutboxItem::put).collect();
        for name in &work.erased {
            let of_contact = Range {
                table: Table::Outbox,
                by: By::Key,
                from: format!("{name}."),
                to: format!("{name}/"),
                limit: u32::MAX,
                descending: false,
            };
            let delete = |record: Record| Change::Delete { table: Table::Outbox, key: record.key };
            changes.extend(self.store.range(of_contact).await?.into_iter().map(delete));
        }
        Ok(changes)
    }

    /// Items of a replica that goes on as another one, under that.
    pub(super) async fn items_under(
        &self,
        old: &ReplicaId,
        new: &ReplicaId,
        common: u64,
    ) -> Result<Vec<Change>, Error> {
        let mut items = self.items(Some(ItemStatus::Waiting), "", u32::MAX / 2).await?;
        items.retain(|item| item.replica == *old && item.seq.0 >= common);
        for item in &mut items {
            (item.replica, item.seq) = (new.clone(), Seq(item.seq.0 - common));
        }
        Ok(items.iter().map(OutboxItem::put).collect())
    }

    /// Items, oldest first.
    ///
    /// # Errors
    /// `invalid` for a limit or cursor that can't be; what the store says.
    pub async fn outbox(&self, query: &OutboxQuery) -> Result<Page<OutboxItem>, Error> {
        self.open_or_refuse()?;
        let limit = page_size(query.limit)?;
        let after = query.cursor.clone().unwrap_or_default();
        if !after.is_empty() && !after.contains('~') {
            return Err(bad_cursor());
        }
        let mut items: Vec<OutboxItem> = self.items(query.status, &after, limit as u32 + 1).await?;
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(OutboxItem::place);
        Ok(Page { total: None, items, next })
    }

    /// The first `limit` items after a place.
    async fn items(
        &self,
        status: Option<ItemStatus>,
        after: &str,
        limit: u32,
    ) -> Result<Vec<OutboxItem>, Error> {
        loop {
            let known = self.shared.borrow().known;
            let overlay = self.overlay(None).await?;
            let mut items: Vec<OutboxItem> = Vec::new();
            for status in ItemStatus::ALL.iter().filter(|one| status.is_none_or(|s| s == **one)) {
                let range = Range {
                    table: Table::Outbox,
                    by: By::Sort,
                    from: format!("{}/{after}\u{1}", status.code()),
                    to: format!("{}0", status.code()),
                    limit: limit.saturating_add(overlay.len() as u32),
                    descending: false,
                };
                for record in self.store.range(range).await? {
                    if !overlay.contains_key(&record.key) {
                        items.push(OutboxItem::read(&record.value)?);
                    }
                }
            }
            if self.shared.borrow().known != known {
                continue;
            }
            let fresh = overlay.iter().map(|(_, item)| item);
            let fresh = fresh.filter(|item| status.is_none_or(|status| status == item.status));
            items.extend(fresh.filter(|item| item.place().as_str() > after).cloned());
            sort::sort(&mut items, |a, b| a.place().cmp(&b.place()));
            // One that another tab settled and compacted meanwhile stood under two statuses.
            items.dedup_by(|later, earlier| later.id == earlier.id);
            items.truncate(limit as usize);
            return Ok(items);
        }
    }

    /// How many items wait.
    ///
    /// # Errors
    /// What the store says.
    pub async fn outbox_waiting(&self) -> Result<u64, Error> {
        Ok(self.items(Some(ItemStatus::Waiting), "", u32::MAX / 2).await?.len() as u64)
    }

    /// Items that this device has to deliver, oldest first: all, or `only` that one. What another tab
    /// delivered or erased a moment ago is not among them, though nobody told of it yet.
    ///
    /// # Errors
    /// What the store says.
    pub async fn deliverable(&self, only: Option<&ItemId>) -> Result<Vec<OutboxItem>, Error> {
        self.refresh().await?;
        let own = self.size().0;
        let mut items = match only {
            None => self.items(Some(ItemStatus::Waiting), "", u32::MAX / 2).await?,
            Some(id) => match self.outbox_item(id).await {
                Err(error) if matches!(*error, Fault::NotFound(_)) => Vec::new(),
                item => vec![item?],
            },
        };
        items.retain(|item| item.replica == own && item.status == ItemStatus::Waiting);
        if !items.is_empty() {
            self.flush().await?;
        }
        Ok(items)
    }

    /// Why an item that does not wait can't be settled.
    pub(super) async fn not_waiting(&self, id: String) -> Error {
        match self.outbox_item(&ItemId::new(id.as_str())).await {
            Ok(item) if item.status != ItemStatus::Waiting => Clash::ItemSettled(id).into(),
            Ok(_) => Missing::Item(id).into(),
            Err(error) => error,
        }
    }

    /// One item.
    ///
    /// # Errors
    /// `not-found`; what the store says.
    pub async fn outbox_item(&self, id: &ItemId) -> Result<OutboxItem, Error> {
        if let Some(item) = self.overlay(None).await?.get(id.as_str()) {
            return Ok(item.clone());
        }
        match self.store.get(Table::Outbox, id.as_str()).await? {
            Some(bytes) => Ok(OutboxItem::read(&bytes)?),
            None => Err(Missing::Item(id.to_string()).into()),
        }
    }
}

/// The item that an event asks for or settles.
pub(super) fn item_of(event: &Event) -> Option<&ItemId> {
    match event {
        Event::ContactInvited(data) => Some(&data.id),
        Event::ContactShared(data) => Some(&data.id),
        Event::ContactMessaged(data) => data.id.as_ref(),
        Event::DeliverySent(data) | Event::DeliveryFailed(data) => Some(&data.item),
        _ => None,
    }
}
