//! Questions to a book: its contacts, their stage changes and activities.

use super::loaded::{Loaded, list_prefix};
use super::{Engine, World};
use crate::error::{Error, Issue, IssueCode};
use crate::event::{Hlc, Order};
use crate::ids::{ContactId, ReplicaId, Seq};
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
pub(super) type Place = (Instant, Order);

pub(super) fn place(row: &Row) -> Place {
    (row.occurred, row.order.clone())
}

pub(super) fn write_cursor((occurred, order): &Place) -> String {
    format!("{}~{}~{}~{}", occurred.millis(), order.hlc, order.replica, order.seq.0)
}

pub(super) fn read_cursor(text: &str) -> Result<Place, Error> {
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
        let name = self.name_of(id);
        if status == Some(None) {
            let logged = logged(query.limit, query.cursor.clone());
            let (contact, page) = self.history_of(&name, &logged, true).await?;
            let items = page.items.into_iter().map(Activity::Logged).collect();
            return Ok((contact, Page { total: page.total, items, next: page.next }));
        }
        let contact = self.load(&name).await?;
        let mut all = self.pending_activities(&contact, status.flatten());
        if status.is_none() {
            let filter = self.filter(&logged(None, None), true)?;
            for row in self.all_rows(&name, Some(&filter)).await? {
                let place = (row.occurred, row.order.id().to_string());
                all.push((place, Activity::Logged(row)));
            }
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

fn logged(limit: Option<u32>, cursor: Option<String>) -> HistoryQuery {
    let kinds = Some(LOGGED.map(str::to_owned).to_vec());
    HistoryQuery { kinds, limit, cursor, ..HistoryQuery::default() }
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
