//! Questions to a book. Filters run over the whole history, never over a page; a page of the newest
//! rows of a contact reads its record and nothing else.

use super::loaded::{Chunk, Loaded, list_prefix, read_rows};
use super::{Engine, World};
use crate::error::{Error, Issue, IssueCode, StoreError};
use crate::event::{Hlc, Order};
use crate::ids::{ContactId, ContactName, ReplicaId, Seq};
use crate::json::{self, Value};
use crate::project::{PendingStatus, Row, Status};
use crate::sort;
use crate::store::{By, Range, Store, Table};
use crate::time::{Instant, When};
use std::rc::Rc;

/// A page of rows.
#[derive(Clone, Debug, Default)]
pub struct Page<T> {
    /// How many there are in all, where it was asked for.
    pub total: Option<u64>,
    /// The rows.
    pub items: Vec<T>,
    /// The cursor of the next page; none on the last.
    pub next: Option<String>,
}

record! {
    /// What of a history is asked for.
    #[derive(Clone, Debug, Default)]
    #[allow(missing_docs)]
    pub struct HistoryQuery {
        pub kinds: Option<Vec<String>> = "kinds",
        pub by: Option<String> = "by",
        pub from: Option<String> = "from",
        pub to: Option<String> = "to",
        pub text: Option<String> = "text",
        pub limit: Option<u32> = "limit",
        pub cursor: Option<String> = "cursor",
        pub order: Option<String> = "order",
        pub count: bool = "count" or default,
    }
}

record! {
    /// What of a log is asked for.
    #[derive(Clone, Debug, Default)]
    #[allow(missing_docs)]
    pub struct LogQuery {
        pub limit: Option<u32> = "limit",
        pub cursor: Option<String> = "cursor",
    }
}

record! {
    /// Which contacts are asked for.
    #[derive(Clone, Debug, Default)]
    #[allow(missing_docs)]
    pub struct ListQuery {
        pub definition: Option<String> = "definition",
        pub stage: Option<String> = "stage",
        pub status: Option<Status> = "status",
        pub text: Option<String> = "text",
        pub limit: Option<u32> = "limit",
        pub cursor: Option<String> = "cursor",
    }
}

record! {
    /// Which activities are asked for: `logged`, or a pending activity's status; none: all.
    #[derive(Clone, Debug, Default)]
    #[allow(missing_docs)]
    pub struct ActivityQuery {
        pub status: Option<String> = "status",
        pub limit: Option<u32> = "limit",
        pub cursor: Option<String> = "cursor",
    }
}

const PAGE: u32 = 50;
const LARGEST_PAGE: u32 = 500;

/// How many rows a page has.
pub(super) fn page_size(limit: Option<u32>) -> Result<usize, Error> {
    match limit.unwrap_or(PAGE) {
        limit @ 1..=LARGEST_PAGE => Ok(limit as usize),
        _ => Err(Issue::error(
            "limit",
            IssueCode::NotAllowed,
            params! { "max" => LARGEST_PAGE as usize },
        )
        .into()),
    }
}

pub(super) fn bad_cursor() -> Error {
    Issue::error("cursor", IssueCode::NotAllowed, params! {}).into()
}

/// Both ends of a range, each of them inside: of a day its first moment or its last.
pub(super) fn range(
    from: &Option<String>,
    to: &Option<String>,
    world: &dyn World,
) -> Result<(Option<Instant>, Option<Instant>), Error> {
    let when = |text: &Option<String>, path: &str| match text.as_deref().map(When::parse) {
        None => Ok(None),
        Some(Some(when)) => Ok(Some(when)),
        Some(None) => Err(Error::from(Issue::error(path, IssueCode::DateInvalid, params! {}))),
    };
    let (from, to) = (when(from, "from")?, when(to, "to")?);
    Ok((from.map(|when| when.start(world)), to.map(|when| when.end(world))))
}

/// A row's place in the order in which readers see rows.
type Place = (Instant, Order);

fn place(row: &Row) -> Place {
    (row.occurred, row.order.clone())
}

fn write_cursor((occurred, order): &Place) -> String {
    format!("{}~{}~{}~{}", occurred.millis(), order.hlc, order.replica, order.seq.0)
}

fn read_cursor(text: &str) -> Result<Place, Error> {
    let read = || {
        let mut parts = text.split('~');
        let occurred = Instant::from_millis(parts.next()?.parse().ok()?);
        let hlc = Hlc::parse(parts.next()?)?;
        let replica = ReplicaId::new(parts.next()?);
        let seq = Seq(parts.next()?.parse().ok()?);
        parts.next().is_none().then_some((occurred, Order { hlc, replica, seq }))
    };
    read().ok_or_else(bad_cursor)
}

/// A query's rows, narrowed down.
pub(super) struct Filter<'a> {
    world: &'a dyn World,
    kinds: Option<Vec<String>>,
    by: Option<String>,
    from: Option<Instant>,
    to: Option<Instant>,
    text: Option<String>,
    after: Option<Place>,
    /// Without those that a server voided.
    valid: bool,
    pub(super) oldest_first: bool,
}

impl<'a> Filter<'a> {
    pub(super) fn new(query: &HistoryQuery, world: &'a dyn World) -> Result<Self, Error> {
        let (from, to) = range(&query.from, &query.to, world)?;
        Ok(Self {
            world,
            kinds: query.kinds.clone(),
            by: query.by.clone(),
            from,
            to,
            text: query.text.as_ref().map(|text| world.lower(text)).filter(|text| !text.is_empty()),
            after: query.cursor.as_deref().map(read_cursor).transpose()?,
            valid: false,
            oldest_first: match query.order.as_deref() {
                None | Some("newest") => false,
                Some("oldest") => true,
                Some(_) => {
                    return Err(Issue::error("order", IssueCode::NotAllowed, params! {}).into());
                }
            },
        })
    }

    /// Whether the row is asked for, wherever the cursor stands.
    pub(super) fn admits(&self, row: &Row) -> bool {
        let void = self.valid && row.voided.is_some();
        !(row.copy || void)
            && self.kinds.as_ref().is_none_or(|kinds| kinds.contains(&row.kind))
            && self.from.is_none_or(|from| row.occurred >= from)
            && self.to.is_none_or(|to| row.occurred <= to)
            && self.speaks_of(row)
    }

    fn speaks_of(&self, row: &Row) -> bool {
        if self.by.is_none() && self.text.is_none() {
            return true;
        }
        let Ok(body) = json::parse(row.body.text()) else {
            return false;
        };
        let by =
            self.by.as_ref().is_none_or(|by| body.get("by").and_then(|id| id.as_str()) == Some(by));
        let data = body.get("data").and_then(Value::as_object).unwrap_or_default();
        let read = data.iter().filter(|(name, _)| !UNREAD.contains(&&**name));
        let mut read = read.map(|(_, value)| value).chain(body.get("byName"));
        by && self.text.as_ref().is_none_or(|text| read.any(|v| contains(v, text, self.world)))
    }

    fn is_beyond_cursor(&self, row: &Row) -> bool {
        self.after.as_ref().is_none_or(|after| {
            let place = place(row);
            if self.oldest_first { place > *after } else { place < *after }
        })
    }

    /// Whether no row of the chunk can come after the cursor or between the dates.
    fn skips(&self, chunk: &Chunk) -> bool {
        let before = |limit: Option<Instant>| limit.is_some_and(|limit| chunk.to < limit);
        let behind = |limit: Option<Instant>| limit.is_some_and(|limit| chunk.from > limit);
        let at = self.after.as_ref().map(|after| after.0);
        before(self.from)
            || behind(self.to)
            || if self.oldest_first { before(at) } else { behind(at) }
    }

    fn counts_everything(&self) -> bool {
        self.kinds.is_none()
            && self.by.is_none()
            && self.from.is_none()
            && self.to.is_none()
            && self.text.is_none()
    }
}

/// Members that hold what nobody reads: made-up ids, in which any word may stand by chance.
const UNREAD: [&str; 7] = ["follows", "id", "item", "pending", "reverts", "task", "was"];

/// Whether a text somewhere in `value` contains `text`, which is in lower case.
fn contains(value: &Value<'_>, text: &str, world: &dyn World) -> bool {
    match value {
        Value::Text(string) => world.lower(string).contains(text),
        Value::List(items) => items.iter().any(|item| contains(item, text, world)),
        Value::Object(members) => members.iter().any(|(_, value)| contains(value, text, world)),
        _ => false,
    }
}

impl<S: Store> Engine<S> {
    /// A contact as it is, or nothing of one that was never heard of.
    ///
    /// # Errors
    /// What the store says.
    pub async fn contact(&self, id: &ContactId) -> Result<Rc<Loaded>, Error> {
        self.open_or_refuse()?;
        self.load(&self.name_of(id)).await
    }

    /// Contacts, newest first.
    ///
    /// # Errors
    /// `invalid` for a limit or cursor that can't be; what the store says.
    pub async fn contacts(&self, query: &ListQuery) -> Result<Page<Rc<Loaded>>, Error> {
        self.open_or_refuse()?;
        let limit = page_size(query.limit)?;
        let prefix = list_prefix(query.status.unwrap_or_default());
        let prefix = prefix.ok_or_else(|| {
            Error::from(Issue::error("status", IssueCode::NotAllowed, params! {}))
        })?;
        let mut end = format!("{prefix}0");
        if let Some(cursor) = &query.cursor {
            let fits = cursor.starts_with(&format!("{prefix}/"));
            end = fits.then(|| cursor.clone()).ok_or_else(bad_cursor)?;
        }
        // The tables are searched; what is not in them yet must be.
        self.compact().await?;
        let mut items: Vec<Rc<Loaded>> = Vec::new();
        loop {
            let batch = if query.is_narrow() { LARGEST_PAGE } else { limit as u32 + 1 };
            let records = self.list(prefix, &end, batch).await?;
            let last = records.len() < batch as usize;
            for record in records {
                let loaded = Loaded::read(&record.value)?;
                end = loaded.sort_key().unwrap_or_else(|| end.clone());
                if !query.admits(&loaded, self.world.as_ref()) {
                    continue;
                }
                if items.len() == limit {
                    let next = items.last().and_then(|last| last.sort_key());
                    return Ok(Page { total: None, items, next });
                }
                items.push(Rc::new(loaded));
            }
            if last {
                return Ok(Page { total: None, items, next: None });
            }
        }
    }

    async fn list(
        &self,
        prefix: &str,
        end: &str,
        limit: u32,
    ) -> Result<Vec<crate::store::Record>, Error> {
        let range = Range {
            table: Table::Contacts,
            by: By::Sort,
            from: format!("{prefix}/"),
            to: end.to_owned(),
            limit,
            descending: true,
        };
        Ok(self.store.range(range).await?)
    }

    /// A page of a contact's history, with the contact.
    ///
    /// # Errors
    /// `invalid` for a query that can't be; what the store says.
    pub async fn history(
        &self,
        id: &ContactId,
        query: &HistoryQuery,
    ) -> Result<(Rc<Loaded>, Page<Rc<Row>>), Error> {
        self.open_or_refuse()?;
        self.history_of(&self.name_of(id), query, false).await
    }

    /// The same by the ledger's name; `valid`: without entries that a server voided.
    pub(super) async fn history_of(
        &self,
        name: &ContactName,
        query: &HistoryQuery,
        valid: bool,
    ) -> Result<(Rc<Loaded>, Page<Rc<Row>>), Error> {
        loop {
            let epoch = self.shared.borrow().head.commit;
            let contact = self.load(name).await?;
            if let Some(page) = self.history_page(&contact, query, valid).await? {
                return Ok((contact, page));
            }
            self.expect_news(epoch).await?;
        }
    }

    /// The rows of one of a contact's chunks; none if it is not there.
    async fn chunk(&self, contact: &Loaded, number: usize) -> Result<Option<Vec<Rc<Row>>>, Error> {
        let key = Loaded::chunk_key(&contact.state.name, number);
        let Some(bytes) = self.store.get(Table::History, &key).await? else {
            return Ok(None);
        };
        let rows = read_rows(&bytes)?;
        if rows.len() != contact.chunks[number].rows as usize {
            return Err(StoreError::Corrupt("rows of a history are missing".to_owned()).into());
        }
        Ok(Some(rows))
    }

    /// None if a chunk is gone: another writer erased the contact.
    async fn history_page(
        &self,
        contact: &Loaded,
        query: &HistoryQuery,
        valid: bool,
    ) -> Result<Option<Page<Rc<Row>>>, Error> {
        let limit = page_size(query.limit)?;
        let filter = Filter { valid, ..Filter::new(query, self.world.as_ref())? };
        let mut chunks: Vec<(usize, &Chunk)> = contact.chunks.iter().enumerate().collect();
        let counting = query.count && !filter.counts_everything();
        if !counting {
            chunks.retain(|(_, chunk)| !filter.skips(chunk));
        }
        // The next chunk to read is the last of this list.
        let next = |chunk: &Chunk| if filter.oldest_first { chunk.from } else { chunk.to };
        sort::sort(&mut chunks, |(_, a), (_, b)| next(a).cmp(&next(b)));
        if filter.oldest_first {
            chunks.reverse();
        }
        let mut rows: Vec<Rc<Row>> =
            contact.rows.iter().filter(|row| filter.admits(row)).cloned().collect();
        loop {
            let settled = |row: &&Rc<Row>| match chunks.last() {
                None => true,
                Some((_, next)) if filter.oldest_first => row.occurred < next.from,
                Some((_, next)) => row.occurred > next.to,
            };
            let ready =
                rows.iter().filter(|row| filter.is_beyond_cursor(row)).filter(settled).count();
            if ready > limit && !counting {
                break;
            }
            let Some((number, _)) = chunks.pop() else { break };
            let Some(chunk) = self.chunk(contact, number).await? else {
                return Ok(None);
            };
            rows.extend(chunk.into_iter().filter(|row| filter.admits(row)));
        }
        let all = contact.rows.len() as u64
            + contact.chunks.iter().map(|c| u64::from(c.rows)).sum::<u64>();
        let total = query.count.then_some(if counting { rows.len() as u64 } else { all });
        rows.retain(|row| filter.is_beyond_cursor(row));
        sort::sort(&mut rows, |a, b| {
            if filter.oldest_first { a.reading_order(b) } else { b.reading_order(a) }
        });
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|row| write_cursor(&place(row)));
        Ok(Some(Page { total, items: rows, next }))
    }

    /// All rows of a contact, in the order of the fold.
    pub(super) async fn all_rows(&self, name: &ContactName) -> Result<Vec<Rc<Row>>, Error> {
        loop {
            let epoch = self.shared.borrow().head.commit;
            let contact = self.load(name).await?;
            if let Some(rows) = self.stored_rows(&contact).await? {
                return Ok(rows);
            }
            self.expect_news(epoch).await?;
        }
    }

    /// All rows of a contact as it was loaded. Where another writer has changed them since, a commit
    /// that rests on it comes too late.
    pub(super) async fn rows_of(&self, contact: &Rc<Loaded>) -> Result<Vec<Rc<Row>>, Error> {
        let epoch = self.shared.borrow().head.commit;
        match self.stored_rows(contact).await? {
            Some(rows) => Ok(rows),
            None => self.expect_news(epoch).await.map(|()| Vec::new()),
        }
    }

    async fn stored_rows(&self, contact: &Rc<Loaded>) -> Result<Option<Vec<Rc<Row>>>, Error> {
        let mut rows = Vec::new();
        for number in 0..contact.chunks.len() {
            match self.chunk(contact, number).await? {
                Some(chunk) => rows.extend(chunk),
                None => return Ok(None),
            }
        }
        rows.extend(contact.rows.iter().cloned());
        Ok(Some(rows))
    }

    /// Stage changes of a contact, newest first.
    ///
    /// # Errors
    /// As [`Engine::history`].
    pub async fn log(
        &self,
        id: &ContactId,
        query: &LogQuery,
    ) -> Result<(Rc<Loaded>, Page<Rc<Row>>), Error> {
        let kinds =
            ["workflow.started", "workflow.transitioned", "workflow.reverted", "workflow.migrated"];
        let query = HistoryQuery {
            kinds: Some(kinds.map(str::to_owned).to_vec()),
            limit: query.limit,
            cursor: query.cursor.clone(),
            ..HistoryQuery::default()
        };
        self.history(id, &query).await
    }

    /// Activities of a contact, newest first by date: logged ones as rows, pending ones by id.
    ///
    /// # Errors
    /// As [`Engine::history`].
    pub async fn activities(
        &self,
        id: &ContactId,
        query: &ActivityQuery,
    ) -> Result<(Rc<Loaded>, Page<Activity>), Error> {
        self.open_or_refuse()?;
        let limit = page_size(query.limit)?;
        let status = match query.status.as_deref() {
            None => None,
            Some("logged") => Some(None),
            Some("open") => Some(Some(PendingStatus::Open)),
            Some("done") => Some(Some(PendingStatus::Done)),
            Some("cancelled") => Some(Some(PendingStatus::Cancelled)),
            Some(_) => return Err(Issue::error("status", IssueCode::NotAllowed, params! {}).into()),
        };
        if status == Some(None) {
            let (contact, page) = self.logged(id, query).await?;
            let items = page.items.into_iter().map(Activity::Logged).collect();
            return Ok((contact, Page { total: page.total, items, next: page.next }));
        }
        let name = self.name_of(id);
        let contact = self.load(&name).await?;
        let mut all = self.pending_activities(&contact, status.flatten());
        if status.is_none() {
            let rows = self.all_rows(&name).await?.into_iter().filter(|row| is_logged(row));
            all.extend(
                rows.map(|row| ((row.occurred, row.order.id().to_string()), Activity::Logged(row))),
            );
        }
        sort::sort(&mut all, |(a, _), (b, _)| b.cmp(a));
        if let Some(cursor) = &query.cursor {
            let (at, id) = cursor.split_once('~').ok_or_else(bad_cursor)?;
            let at = Instant::from_millis(at.parse().map_err(|_| bad_cursor())?);
            let cursor = (at, id.to_owned());
            all.retain(|(place, _)| *place < cursor);
        }
        let more = all.len() > limit;
        all.truncate(limit);
        let next = all.last().filter(|_| more).map(|((at, id), _)| format!("{}~{id}", at.millis()));
        let items = all.into_iter().map(|(_, activity)| activity).collect();
        Ok((contact, Page { total: None, items, next }))
    }

    async fn logged(
        &self,
        id: &ContactId,
        query: &ActivityQuery,
    ) -> Result<(Rc<Loaded>, Page<Rc<Row>>), Error> {
        let query = HistoryQuery {
            kinds: Some(LOGGED.map(str::to_owned).to_vec()),
            limit: query.limit,
            cursor: query.cursor.clone(),
            ..HistoryQuery::default()
        };
        self.history_of(&self.name_of(id), &query, true).await
    }

    fn pending_activities(
        &self,
        contact: &Loaded,
        status: Option<PendingStatus>,
    ) -> Vec<((Instant, String), Activity)> {
        let wanted = contact.state.pending.iter();
        let wanted =
            wanted.filter(|(_, pending)| status.is_none_or(|status| pending.status == status));
        wanted
            .map(|(id, pending)| {
                let place = (pending.date.start(self.world.as_ref()), id.to_string());
                (place, Activity::Pending(id.clone()))
            })
            .collect()
    }
}

/// Kinds that log an activity.
const LOGGED: [&str; 2] = ["activity.logged", "activity.completed"];

fn is_logged(row: &Row) -> bool {
    !row.copy && row.voided.is_none() && LOGGED.contains(&row.kind.as_str())
}

/// One activity of a list.
#[derive(Clone, Debug)]
pub enum Activity {
    /// The row that logged it.
    Logged(Rc<Row>),
    /// A pending one of the contact.
    Pending(crate::ids::PendingId),
}

impl ListQuery {
    fn is_narrow(&self) -> bool {
        self.definition.is_some() || self.stage.is_some() || self.text.is_some()
    }

    fn admits(&self, loaded: &Loaded, world: &dyn World) -> bool {
        let here = loaded.state.workflow.as_ref();
        let is = |wanted: &Option<String>, actual: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| actual == Some(wanted))
        };
        is(&self.definition, here.map(|here| here.definition.as_str()))
            && is(&self.stage, here.map(|here| here.stage.as_str()))
            && self.text.as_ref().is_none_or(|text| mentions(loaded, &world.lower(text), world))
    }
}

/// Whether the contact's own fields contain `text`, which is in lower case.
fn mentions(loaded: &Loaded, text: &str, world: &dyn World) -> bool {
    let Some(profile) = &loaded.state.profile else {
        return false;
    };
    let own = [
        Some(&profile.name),
        profile.email.as_ref(),
        profile.phone.as_ref(),
        profile.company.as_ref(),
    ];
    let fields = profile.fields.iter().filter_map(|(_, value)| match value {
        crate::command::Scalar::Text(text) => Some(text),
        _ => None,
    });
    own.into_iter().flatten().chain(fields).any(|field| world.lower(field).contains(text))
        || world.lower(loaded.state.id.as_str()).contains(text)
}
