//! What is to be done, across contacts: tasks and reminders. One record a contact holds its pending
//! activities that are open or have a task; all of them are kept in memory once they were asked for,
//! and contacts of the tail are looked at as they are.

use super::loaded::Loaded;
use super::read::{bad_cursor, page_size};
use super::{Engine, Page};
use crate::error::{Error, Issue, IssueCode, Missing, StoreError};
use crate::ids::{ActorId, CommitNo, ContactId, ContactName, PendingId, TaskId};
use crate::json;
use crate::map::{Hashed, Map};
use crate::project::{Pending, PendingStatus, State, Status};
use crate::sort;
use crate::store::{By, Change, Range, Store, Table};
use crate::time::{Instant, When, Zone};
use std::rc::Rc;

record! {
    /// What is to be done about one contact.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Agenda {
        /// The host's id of it.
        pub contact: ContactId = "contact",
        /// Its name.
        pub name: String = "name",
        /// Nothing of an archived one is asked for.
        pub status: Status = "status",
        /// Its pending activities.
        pub pending: Map<PendingId, Pending> = "pending",
    }
}

/// The agendas of all contacts that have one, as of the last compaction.
pub(super) type Agendas = Hashed<Rc<Agenda>>;

/// A pending activity and whom it is about.
#[derive(Clone, Debug)]
pub struct Todo {
    /// The contact's agenda, which holds it,
    pub agenda: Rc<Agenda>,
    /// under this id.
    pub id: PendingId,
}

impl Todo {
    /// The pending activity.
    pub fn pending(&self) -> Option<&Pending> {
        self.agenda.pending.get(&self.id)
    }
}

record! {
    /// Which tasks are asked for.
    #[derive(Clone, Debug, Default)]
    pub struct TaskQuery {
        /// Whose.
        pub assignee: Option<ActorId> = "assignee",
        /// Open, done or cancelled ones.
        pub status: Option<PendingStatus> = "status",
        /// Those that stand so today.
        pub state: Option<State> = "state",
        /// How many.
        pub limit: Option<u32> = "limit",
        /// From where on.
        pub cursor: Option<String> = "cursor",
    }
}

record! {
    /// Which reminders are asked for.
    #[derive(Clone, Debug, Default)]
    pub struct ReminderQuery {
        /// When; now, if absent.
        pub at: Option<String> = "at",
        /// Whose.
        pub assignee: Option<ActorId> = "assignee",
    }
}

record! {
    /// Which pending activities stand in a calendar.
    #[derive(Clone, Debug, Default)]
    pub struct CalendarQuery {
        /// Whose.
        pub assignee: Option<ActorId> = "assignee",
        /// About whom.
        pub contact: Option<ContactId> = "contactId",
    }
}

impl Loaded {
    /// What is to be done about it; none if nothing.
    pub(super) fn agenda(&self) -> Option<Agenda> {
        let state = &self.state;
        let profile = state.profile.as_ref().filter(|_| state.exists())?;
        let kept = |pending: &Pending| pending.status == PendingStatus::Open || pending.task;
        let pending = state.pending.iter().filter(|(_, pending)| kept(pending));
        let pending: Map<_, _> = pending.map(|(id, one)| (id.clone(), one.clone())).collect();
        (!pending.is_empty()).then(|| Agenda {
            contact: state.id.clone(),
            name: profile.name.clone(),
            status: state.status,
            pending,
        })
    }

    /// The change that stores it, before its own record is written, which says whether there is one.
    pub(super) fn agenda_change(&mut self) -> Option<Change> {
        let (table, key) = (Table::Agenda, self.state.name.to_string());
        let agenda = self.agenda();
        let had = std::mem::replace(&mut self.has_agenda, agenda.is_some());
        match agenda {
            Some(agenda) => {
                let value = json::bytes(&agenda);
                Some(Change::Put { table, key, sort: None, value })
            }
            None => had.then_some(Change::Delete { table, key }),
        }
    }
}

/// Records read in one go.
const BATCH: u32 = 500;

impl<S: Store> Engine<S> {
    /// The agendas as of the last compaction, which are read once.
    async fn agendas(&self) -> Result<(), Error> {
        loop {
            let epoch = match &*self.shared.borrow() {
                shared if shared.agendas.is_some() => return Ok(()),
                shared => shared.head.commit,
            };
            let read = self.read_agendas().await?;
            let mut shared = self.shared.borrow_mut();
            if shared.head.commit == epoch {
                shared.agendas = Some(read);
                return Ok(());
            }
        }
    }

    async fn read_agendas(&self) -> Result<Agendas, Error> {
        let (mut agendas, mut from) = (Agendas::default(), String::new());
        loop {
            let range = Range {
                table: Table::Agenda,
                by: By::Key,
                from: from.clone(),
                to: "~".to_owned(),
                limit: BATCH,
                descending: false,
            };
            let records = self.store.range(range).await?;
            for record in &records {
                let agenda: Agenda = json::read_bytes(&record.value)
                    .map_err(|error| StoreError::Corrupt(format!("an agenda: {error}")))?;
                agendas.insert(&record.key, Rc::new(agenda));
            }
            match records.last() {
                Some(last) if records.len() == BATCH as usize => {
                    from = format!("{}\u{1}", last.key);
                }
                _ => return Ok(agendas),
            }
        }
    }

    /// Everything that is open or has a task, of contacts that are not archived.
    async fn todos(&self) -> Result<Vec<Todo>, Error> {
        self.open_or_refuse()?;
        loop {
            self.agendas().await?;
            let (epoch, fresh): (CommitNo, Vec<ContactName>) = {
                let shared = self.shared.borrow();
                (shared.known, shared.entries.keys().filter_map(ContactName::parse).collect())
            };
            let mut found = Vec::new();
            for name in &fresh {
                found.extend(self.load(name).await?.agenda().map(Rc::new));
            }
            let shared = self.shared.borrow();
            let Some(agendas) = shared.agendas.as_ref().filter(|_| shared.known == epoch) else {
                continue;
            };
            let stored = agendas.iter().filter(|(name, _)| !shared.entries.contains_key(name));
            found.extend(stored.map(|(_, agenda)| agenda.clone()));
            let active = found.into_iter().filter(|agenda| agenda.status == Status::Active);
            return Ok(active.flat_map(todos_of).collect());
        }
    }

    /// Where `user` lives: their own zone if they have one, else the book's.
    pub(super) fn zone_of(&self, user: &ActorId) -> Option<Rc<dyn Zone>> {
        let users = self.users.borrow();
        let user = users.as_deref()?.iter().find(|known| known.id == *user)?;
        self.world.zone(user.time_zone.as_deref()?)
    }

    pub(super) fn state_of(&self, pending: &Pending, now: Instant) -> State {
        match self.zone_of(&pending.assignee) {
            Some(zone) => pending.state(now, zone.as_ref()),
            None => pending.state(now, self.world.as_ref()),
        }
    }

    /// Tasks by due, those without one last.
    ///
    /// # Errors
    /// `invalid` for a limit or cursor that can't be; what the store says.
    pub async fn tasks(&self, query: &TaskQuery) -> Result<Page<Todo>, Error> {
        let (limit, now) = (page_size(query.limit)?, self.world.now());
        let asked = |pending: &Pending| {
            pending.task
                && query.assignee.as_ref().is_none_or(|assignee| *assignee == pending.assignee)
                && query.status.is_none_or(|status| status == pending.status)
                && query.state.is_none_or(|state| state == self.state_of(pending, now))
        };
        let mut found: Vec<(String, Todo)> = Vec::new();
        for todo in self.todos().await? {
            if let Some(pending) = todo.pending().filter(|pending| asked(pending)) {
                found.push((task_place(pending, &todo.id, self.world.as_ref()), todo));
            }
        }
        if let Some(cursor) = &query.cursor {
            if !cursor.contains('~') {
                return Err(bad_cursor());
            }
            found.retain(|(place, _)| place > cursor);
        }
        sort::sort(&mut found, |(a, _), (b, _)| a.cmp(b));
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|(place, _)| place.clone());
        Ok(Page { total: None, items: found.into_iter().map(|(_, todo)| todo).collect(), next })
    }

    /// Reminders that show, by the start of their window.
    ///
    /// # Errors
    /// `invalid` for a moment that can't be read; what the store says.
    pub async fn reminders(&self, query: &ReminderQuery) -> Result<Vec<Todo>, Error> {
        let zone = self.world.as_ref();
        let at = match query.at.as_deref().map(When::parse) {
            None => self.world.now(),
            Some(Some(at)) => at.start(zone),
            Some(None) => return Err(Issue::error("at", IssueCode::DateInvalid, params! {}).into()),
        };
        let mut found = self.todos_for(query.assignee.as_ref()).await?;
        found.retain(|todo| todo.pending().is_some_and(|pending| pending.reminds(at, zone)));
        let start = |todo: &Todo| todo.pending().and_then(|pending| pending.window(zone));
        sort::sort(&mut found, |a, b| (start(a), &a.id).cmp(&(start(b), &b.id)));
        Ok(found)
    }

    /// The next moment at which a reminder or the state of an open activity can change.
    ///
    /// # Errors
    /// What the store says.
    pub async fn next_reminder(&self, query: &ReminderQuery) -> Result<Option<Instant>, Error> {
        let (now, book) = (self.world.now(), self.world.as_ref());
        let next = |todo: &Todo| {
            let pending = todo.pending()?;
            match self.zone_of(&pending.assignee) {
                Some(zone) => pending.next_change(now, book, zone.as_ref()),
                None => pending.next_change(now, book, book),
            }
        };
        Ok(self.todos_for(query.assignee.as_ref()).await?.iter().filter_map(next).min())
    }

    /// The open pending activities as a calendar.
    ///
    /// # Errors
    /// What the store says.
    pub async fn calendar(&self, query: &CalendarQuery) -> Result<String, Error> {
        let mut found = self.todos_for(query.assignee.as_ref()).await?;
        let about = query.contact.as_ref();
        found.retain(|todo| {
            let open = todo.pending().is_some_and(|one| one.status == PendingStatus::Open);
            open && about.is_none_or(|contact| *contact == todo.agenda.contact)
        });
        sort::sort(&mut found, |a, b| a.id.cmp(&b.id));
        Ok(self.view(|viewer| viewer.calendar(&self.name, &found)))
    }

    async fn todos_for(&self, assignee: Option<&ActorId>) -> Result<Vec<Todo>, Error> {
        let mut found = self.todos().await?;
        if let Some(assignee) = assignee {
            found.retain(|todo| todo.pending().is_some_and(|one| one.assignee == *assignee));
        }
        Ok(found)
    }

    /// The pending activity of a task.
    ///
    /// # Errors
    /// `not-found` where there is no such task.
    pub async fn task(&self, id: &TaskId) -> Result<PendingId, Error> {
        let missing = || Missing::Task(id.to_string());
        let pending = id.pending().ok_or_else(missing)?;
        let name = pending.contact().ok_or_else(missing)?;
        let loaded = self.load(&name).await?;
        let has_task = loaded.state.pending.get(&pending).is_some_and(|pending| pending.task);
        if has_task { Ok(pending) } else { Err(missing().into()) }
    }
}

fn todos_of(agenda: Rc<Agenda>) -> Vec<Todo> {
    let ids: Vec<PendingId> = agenda.pending.keys().cloned().collect();
    ids.into_iter().map(|id| Todo { agenda: agenda.clone(), id }).collect()
}

/// A task's place in lists: by due, those without one last.
fn task_place(pending: &Pending, id: &PendingId, zone: &dyn Zone) -> String {
    let due = pending.due.map_or(i64::MAX, |due| due.end(zone).millis() + (1 << 60));
    format!("{due:020}~{id}")
}
