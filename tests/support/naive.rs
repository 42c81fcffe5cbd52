//! What a book must answer, worked out in the plainest way: every contact and every line of the
//! ledger is looked at for every question, and days are days of a calendar.

use super::Setup;
use super::database::{ledger, replay};
use chrono::{DateTime, Days, NaiveDate, TimeZone};
use chrono_tz::Tz;
use serde_json::{Value, json};
use stagebook::engine::{HistoryQuery, TaskQuery};
use stagebook::ids::{ActorId, PendingId};
use stagebook::project::{Contact, Pending, PendingStatus, State, Status};
use stagebook::store::Store;
use stagebook::time::{Day, Instant, When};
use std::collections::BTreeMap;

/// The day it is at `at`.
fn local(at: Instant, zone: Tz) -> NaiveDate {
    DateTime::from_timestamp_millis(at.millis()).unwrap().with_timezone(&zone).date_naive()
}

fn date(day: Day) -> NaiveDate {
    day.to_string().parse().unwrap()
}

/// The first moment of a day: where the clocks skip midnight, the first minute after that there is.
fn first_moment(day: NaiveDate, zone: Tz) -> Instant {
    let minutes = (0..24 * 60).map(|n| day.and_hms_opt(n / 60, n % 60, 0).unwrap());
    let found = minutes.filter_map(|minute| zone.from_local_datetime(&minute).earliest()).next();
    Instant::from_millis(found.unwrap().timestamp_millis())
}

fn before(at: Instant) -> Instant {
    Instant::from_millis(at.millis() - 1)
}

/// Whether `at` is at `when` or later.
fn reached(when: When, at: Instant, zone: Tz) -> bool {
    match when {
        When::Day(day) => local(at, zone) >= date(day),
        When::At(moment) => at >= moment,
    }
}

/// Whether `at` is later than `when`, all of a day included.
fn passed(when: When, at: Instant, zone: Tz) -> bool {
    match when {
        When::Day(day) => local(at, zone) > date(day),
        When::At(moment) => at > moment,
    }
}

/// What is to be done, by the contacts as they are.
pub(crate) struct Todos {
    contacts: Vec<Contact>,
    book: Tz,
    users: BTreeMap<String, Tz>,
}

impl Todos {
    pub(crate) fn of(setup: &Setup, contacts: Vec<Contact>) -> Self {
        let zone = |name: &Option<String>| name.as_deref().and_then(|name| name.parse().ok());
        let users = setup.users.iter().flatten();
        let users = users.filter_map(|user| Some((user.id.to_string(), zone(&user.time_zone)?)));
        Self { contacts, book: setup.zone, users: users.collect() }
    }

    fn zone(&self, user: &ActorId) -> Tz {
        self.users.get(user.as_str()).copied().unwrap_or(self.book)
    }

    /// Pending activities of contacts that are neither archived nor erased.
    fn all(&self) -> impl Iterator<Item = (&Contact, &PendingId, &Pending)> {
        let active = self.contacts.iter().filter(|contact| contact.exists());
        let active = active.filter(|contact| contact.status == Status::Active);
        active.flat_map(|contact| contact.pending.iter().map(move |(id, one)| (contact, id, one)))
    }

    fn state(&self, pending: &Pending, now: Instant) -> State {
        let zone = self.zone(&pending.assignee);
        match (pending.status, pending.due) {
            (PendingStatus::Done, _) => State::Done,
            (PendingStatus::Cancelled, _) => State::Cancelled,
            (PendingStatus::Open, None) => State::Planned,
            (PendingStatus::Open, Some(due)) if passed(due, now, zone) => State::Overdue,
            (PendingStatus::Open, Some(due)) => {
                let day = match due {
                    When::Day(day) => date(day),
                    When::At(moment) => local(moment, zone),
                };
                if day == local(now, zone) { State::Today } else { State::Planned }
            }
        }
    }

    fn reminds(&self, pending: &Pending, at: Instant) -> bool {
        let inside = pending.remind.as_ref().is_some_and(|remind| {
            reached(remind.start, at, self.book) && !passed(remind.end, at, self.book)
        });
        inside
            && pending.status == PendingStatus::Open
            && pending.acknowledged.is_none()
            && pending.snoozed.is_none_or(|until| at >= until)
    }

    fn first(&self, when: When) -> Instant {
        match when {
            When::Day(day) => first_moment(date(day), self.book),
            When::At(moment) => moment,
        }
    }

    fn last(&self, when: When) -> Instant {
        match when {
            When::Day(day) => before(first_moment(date(day) + Days::new(1), self.book)),
            When::At(moment) => moment,
        }
    }

    /// Tasks as they must be listed, with whom they are about.
    pub(crate) fn tasks(
        &self,
        query: &TaskQuery,
        now: Instant,
    ) -> Vec<(&Contact, &PendingId, &Pending)> {
        let mut found: Vec<_> = self.all().filter(|(_, _, one)| one.task).collect();
        found.retain(|(_, _, one)| {
            query.assignee.as_ref().is_none_or(|assignee| one.assignee == *assignee)
                && query.status.is_none_or(|status| one.status == status)
                && query.state.is_none_or(|state| self.state(one, now) == state)
        });
        let due = |one: &Pending| one.due.map(|due| self.last(due));
        found.sort_by_key(|(_, id, one)| (due(one).is_none(), due(one), (*id).clone()));
        found
    }

    /// Reminders that show at `at`, by the start of their window.
    pub(crate) fn reminders(&self, at: Instant, assignee: Option<&ActorId>) -> Vec<PendingId> {
        let mut found: Vec<_> = self.all().filter(|(_, _, one)| self.reminds(one, at)).collect();
        found.retain(|(_, _, one)| assignee.is_none_or(|assignee| one.assignee == *assignee));
        let key = |one: &Pending| {
            let remind = one.remind.as_ref().unwrap();
            (self.first(remind.start), self.last(remind.end))
        };
        found.sort_by_key(|(_, id, one)| (key(one), (*id).clone()));
        found.into_iter().map(|(_, id, _)| id.clone()).collect()
    }

    /// How each open activity stands and whether it is reminded of.
    pub(crate) fn shown(&self, at: Instant, assignee: Option<&ActorId>) -> Vec<(State, bool)> {
        let open = self.all().filter(|(_, _, one)| one.status == PendingStatus::Open);
        let open =
            open.filter(|(_, _, one)| assignee.is_none_or(|assignee| one.assignee == *assignee));
        open.map(|(_, _, one)| (self.state(one, at), self.reminds(one, at))).collect()
    }

    /// Every moment at which anything could change: all that is named anywhere, and the midnights
    /// around it in every zone.
    fn moments(&self) -> Vec<Instant> {
        let zones = || self.users.values().copied().chain([self.book]);
        let mut found = Vec::new();
        for (_, _, one) in self.all() {
            let remind = one.remind.iter().flat_map(|remind| [remind.start, remind.end]);
            let named = one.due.into_iter().chain(remind).chain(one.snoozed.map(When::At));
            for when in named {
                for zone in zones() {
                    let day = match when {
                        When::Day(day) => date(day),
                        When::At(moment) => local(moment, zone),
                    };
                    found.push(first_moment(day, zone));
                    found.push(first_moment(day + Days::new(1), zone));
                }
                if let When::At(moment) = when {
                    found.extend([moment, Instant::from_millis(moment.millis() + 1)]);
                }
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// The first moment after `now` at which what is shown is not what was shown just before.
    pub(crate) fn next(&self, now: Instant, assignee: Option<&ActorId>) -> Option<Instant> {
        let changes = |at: &Instant| self.shown(*at, assignee) != self.shown(before(*at), assignee);
        self.moments().into_iter().filter(|at| *at > now).find(changes)
    }
}

/// The ledger's lines that have a body and are about a contact, in order.
pub(crate) struct Told {
    lines: Vec<Value>,
    zone: Tz,
    pub(crate) todos: Todos,
}

impl Told {
    pub(crate) async fn of(setup: &Setup, store: &impl Store) -> Self {
        let lines = ledger(store).await;
        let states = replay(&lines).into_values().map(|(state, _)| state).collect();
        let lines = lines.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let told = |line: &Value| line["body"].is_object() && line["header"]["contact"].is_string();
        let lines = lines.filter(told).collect();
        Self { lines, zone: setup.zone, todos: Todos::of(setup, states) }
    }

    /// Items of the outbox in the contract's shape, oldest first.
    pub(crate) fn outbox(&self, status: Option<&str>) -> Vec<Value> {
        let mut items: Vec<Value> = Vec::new();
        for line in &self.lines {
            let (header, body, data) = (&line["header"], &line["body"], &line["body"]["data"]);
            let kind = match header["kind"].as_str().unwrap() {
                "contact.invited" => "invite",
                "contact.messaged" => "message",
                "contact.shared" => "share",
                what @ ("delivery.sent" | "delivery.failed") => {
                    let found = items.iter_mut().find(|item| item["id"] == data["item"]);
                    let item = found.unwrap();
                    item["status"] = what.strip_prefix("delivery.").unwrap().into();
                    item["attempts"] = data["attempts"].clone();
                    copy(data, &["error"], item);
                    continue;
                }
                _ => continue,
            };
            let mut item = json!({
                "id": data["id"], "contactId": body["contact"], "kind": kind, "status": "waiting",
                "attempts": 0, "createdAt": occurred(line), "replica": header["replica"],
                "seq": header["seq"], "payload": {},
            });
            let to = if kind == "message" { &data["to"] } else { &data["email"] };
            copy(&json!({ "to": to }), &["to"], &mut item);
            let said = ["channel", "details", "message", "note", "subject", "text"];
            copy(data, &said, &mut item["payload"]);
            items.push(item);
        }
        items.retain(|item| status.is_none_or(|status| item["status"] == status));
        items.sort_by_key(|item| item["createdAt"].as_str().unwrap().to_owned());
        items
    }

    /// Entries as id and body, in the order of the log.
    pub(crate) fn history(&self, query: &HistoryQuery) -> Vec<(String, Value)> {
        let when = |text: &Option<String>| text.as_deref().map(|text| When::parse(text).unwrap());
        let (from, to) = (when(&query.from), when(&query.to));
        let asked = |line: &&Value| {
            let at = Instant::parse(occurred(line)).unwrap();
            let (kind, body) = (line["header"]["kind"].as_str().unwrap(), &line["body"]);
            query.kinds.as_ref().is_none_or(|kinds| kinds.iter().any(|one| one == kind))
                && query.by.as_ref().is_none_or(|by| body["by"].as_str() == Some(by))
                && from.is_none_or(|from| reached(from, at, self.zone))
                && to.is_none_or(|to| !passed(to, at, self.zone))
                && query.text.as_ref().is_none_or(|text| {
                    let text = text.to_lowercase();
                    holds(&body["data"], &text) || holds(&body["byName"], &text)
                })
        };
        let id = |line: &Value| {
            let header = &line["header"];
            format!("{}/{}", header["replica"].as_str().unwrap(), header["seq"])
        };
        let lines = self.lines.iter().filter(asked);
        let mut found: Vec<_> = lines.map(|line| (id(line), line["body"].clone())).collect();
        if query.order.as_deref() != Some("oldest") {
            found.reverse();
        }
        found
    }
}

fn occurred(line: &Value) -> &str {
    line["body"]["occurredAt"].as_str().or(line["header"]["at"].as_str()).unwrap()
}

fn copy(from: &Value, names: &[&str], to: &mut Value) {
    for name in names.iter().filter(|name| !from[**name].is_null()) {
        to[*name] = from[*name].clone();
    }
}

/// Whether a text somewhere in `value` contains `text`.
fn holds(value: &Value, text: &str) -> bool {
    match value {
        Value::String(string) => string.to_lowercase().contains(text),
        Value::Array(items) => items.iter().any(|item| holds(item, text)),
        Value::Object(members) => members.values().any(|member| holds(member, text)),
        _ => false,
    }
}
