//! Facts, and how they stand in an entry's body. The format is append-only: a field may be added,
//! none may change its meaning, and what an older version wrote is read for ever. What each kind says
//! is next door.

mod data;

pub use data::*;

use crate::command::{Actor, ActorKind};
use crate::ids::{ActorId, ContactId, DefinitionHash, EntryId, ReplicaId, Seq};
use crate::json::{self, Errors, FromJson, Mismatch, ToJson, Value};
use crate::time::Instant;
use std::fmt;

words! {
    /// What kind of actor an entry is by.
    pub enum ByKind {
        /// A person.
        User = "user",
        /// A program.
        System = "system",
        /// A rule of the workflow.
        Rule = "rule",
        /// A row of another system's history.
        Import = "import",
    }
}

/// Who an entry is by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// The host's id.
    pub id: ActorId,
    /// Their name as it was then.
    pub name: String,
    /// What they are.
    pub kind: ByKind,
}

impl From<&Actor> for By {
    fn from(actor: &Actor) -> Self {
        let kind = match actor.kind {
            ActorKind::User => ByKind::User,
            ActorKind::System => ByKind::System,
        };
        Self { id: actor.id.clone(), name: actor.shown_name().to_owned(), kind }
    }
}

/// A fact before it has its place in a log.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// Who.
    pub by: By,
    /// When it happened, if not when it is recorded.
    pub occurred_at: Option<Instant>,
    /// The import row it came from.
    pub source: Option<String>,
    /// The definition it depends on.
    pub definition: Option<DefinitionHash>,
    /// What.
    pub event: Event,
}

/// A fact at its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its place in the order of all.
    pub order: Order,
    /// When it was recorded.
    pub at: Instant,
    /// The fact.
    pub fact: Fact,
}

impl Entry {
    /// When it happened.
    pub fn occurred_at(&self) -> Instant {
        self.fact.occurred_at.unwrap_or(self.at)
    }
}

/// A hybrid logical clock's reading: milliseconds, then a counter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hlc {
    /// Milliseconds since 1970.
    pub millis: u64,
    /// Order within them.
    pub counter: u16,
}

const HEX: &[u8; 16] = b"0123456789abcdef";
const MAX_HLC_MILLIS: u64 = 9_999_999_999_999;
/// How far a clock may be ahead before its entries have to wait.
const AHEAD_MS: i64 = 24 * 60 * 60 * 1000;

impl Hlc {
    /// The reading after this one, at `now` or later. When the counter overflows, the milliseconds
    /// go up by one.
    #[must_use]
    pub fn tick(self, now: Instant) -> Self {
        let now = u64::try_from(now.millis()).unwrap_or(0).min(MAX_HLC_MILLIS);
        match self.counter.checked_add(1) {
            _ if now > self.millis => Self { millis: now, counter: 0 },
            Some(counter) => Self { counter, ..self },
            None => Self { millis: (self.millis + 1).min(MAX_HLC_MILLIS), counter: 0 },
        }
    }

    /// Whether it is so far ahead of `now` that it has to wait for its time.
    pub fn is_ahead(self, now: Instant) -> bool {
        i64::try_from(self.millis).unwrap_or(i64::MAX) > now.millis().saturating_add(AHEAD_MS)
    }

    /// Reads `<13 digits>-<4 hex digits>`.
    pub fn parse(text: &str) -> Option<Self> {
        let (millis, counter) = text.split_once('-')?;
        let plain = millis.len() == 13
            && counter.len() == 4
            && millis.bytes().all(|b| b.is_ascii_digit())
            && counter.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        plain.then_some(Self {
            millis: millis.parse().ok()?,
            counter: u16::from_str_radix(counter, 16).ok()?,
        })
    }
}

impl fmt::Display for Hlc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:013}-{:04x}", self.millis, self.counter)
    }
}

impl ToJson for Hlc {
    /// Without a formatter: this runs for every entry. No more than 13 digits are ever read or ticked.
    #[allow(clippy::cast_possible_truncation)]
    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'"');
        for place in (0..13).rev() {
            out.push(b'0' + (self.millis / 10_u64.pow(place) % 10) as u8);
        }
        out.push(b'-');
        out.extend((0..4).rev().map(|place| HEX[usize::from(self.counter >> (4 * place)) & 15]));
        out.push(b'"');
    }
}

impl FromJson for Hlc {
    fn read(value: Option<&Value<'_>>, errors: &mut Errors) -> Self {
        errors.expect(value.and_then(Value::as_str).and_then(Self::parse), "a clock reading")
    }
}

/// Total order of a contact's entries: the same on every device.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Order {
    /// First by clock,
    pub hlc: Hlc,
    /// then by replica,
    pub replica: ReplicaId,
    /// then by place in its log.
    pub seq: Seq,
}

impl Order {
    /// The entry's id.
    pub fn id(&self) -> EntryId {
        EntryId::of(&self.replica, self.seq)
    }
}

macro_rules! events {
    ($($variant:ident($data:ty) => $kind:literal),* $(,)?) => {
        /// What happened. Kinds of a newer version are kept as they are and change no state.
        #[derive(Clone, Debug, PartialEq)]
        #[allow(missing_docs)]
        pub enum Event {
            $($variant($data),)*
            /// A kind that this version does not know.
            Unknown { kind: String, data: Value<'static> },
        }

        impl Event {
            /// Its kind, as the header names it.
            pub fn kind(&self) -> &str {
                match self {
                    $(Self::$variant(_) => $kind,)*
                    Self::Unknown { kind, .. } => kind,
                }
            }

            /// Reads the `data` of a body.
            fn read(kind: &str, data: &Value<'_>, errors: &mut Errors) -> Self {
                match kind {
                    $($kind => Self::$variant(FromJson::read(Some(data), errors)),)*
                    _ => Self::Unknown { kind: kind.to_owned(), data: data.clone().into_owned() },
                }
            }
        }

        impl ToJson for Event {
            /// The `data` of a body.
            fn write(&self, out: &mut Vec<u8>) {
                match self {
                    $(Self::$variant(data) => data.write(out),)*
                    Self::Unknown { data, .. } => data.write(out),
                }
            }
        }
    };
}

events!(
    ContactCreated(ContactCreated) => "contact.created",
    ContactChanged(ContactChanged) => "contact.changed",
    ContactArchived(Reason) => "contact.archived",
    ContactRestored(Reason) => "contact.restored",
    ContactErased(ContactErased) => "contact.erased",
    ContactCommented(ContactCommented) => "contact.commented",
    ContactInvited(ContactInvited) => "contact.invited",
    ContactMessaged(ContactMessaged) => "contact.messaged",
    ContactShared(ContactShared) => "contact.shared",
    WorkflowStarted(WorkflowStarted) => "workflow.started",
    WorkflowTransitioned(WorkflowTransitioned) => "workflow.transitioned",
    WorkflowReverted(WorkflowReverted) => "workflow.reverted",
    WorkflowMigrated(WorkflowMigrated) => "workflow.migrated",
    WorkflowRefused(WorkflowRefused) => "workflow.refused",
    ActivityLogged(ActivityLogged) => "activity.logged",
    ActivityPlanned(ActivityPlanned) => "activity.planned",
    ActivityChanged(ActivityChanged) => "activity.changed",
    ActivityCompleted(ActivityCompleted) => "activity.completed",
    ActivityReopened(PendingTouched) => "activity.reopened",
    ActivityCancelled(PendingTouched) => "activity.cancelled",
    ReminderSnoozed(ReminderSnoozed) => "reminder.snoozed",
    ReminderAcknowledged(PendingTouched) => "reminder.acknowledged",
    TaskCreated(TaskCreated) => "task.created",
    DeliverySent(Delivery) => "delivery.sent",
    DeliveryFailed(Delivery) => "delivery.failed",
    EntryVoided(EntryVoided) => "entry.voided",
);

/// The kind of entries whose body is a workflow definition as it was given.
pub const DEFINITION_ADDED: &str = "definition.added";

shape! {
    /// A body as it is written: who, about whom, what, when.
    struct BodyOut<'a> {
        by: &'a ActorId = "by",
        by_kind: ByKind = "byKind",
        by_name: &'a str = "byName",
        contact: Option<&'a ContactId> = "contact",
        data: &'a Event = "data",
        occurred_at: Option<Instant> = "occurredAt",
        source: Option<&'a str> = "source",
    }
}

impl Fact {
    /// An entry's body. `contact` is left out where it is not known (empty), and of a tombstone, which
    /// must hold nothing of the contact.
    pub fn body<'a>(&'a self, contact: &'a ContactId) -> impl ToJson + 'a {
        let tombstone = matches!(self.event, Event::ContactErased(_));
        BodyOut {
            by: &self.by.id,
            by_kind: self.by.kind,
            by_name: &self.by.name,
            contact: (!tombstone && !contact.as_str().is_empty()).then_some(contact),
            data: &self.event,
            occurred_at: self.occurred_at,
            source: self.source.as_deref(),
        }
    }

    /// Reads a body back, with the contact it names.
    ///
    /// # Errors
    /// A body that is not of its kind's shape.
    pub fn read(
        kind: &str,
        definition: Option<DefinitionHash>,
        body: &str,
    ) -> Result<(Self, Option<ContactId>), Mismatch> {
        let body = json::parse(body).map_err(|_| Mismatch::of("JSON"))?;
        let data = body.get("data").ok_or(Mismatch::of("data"))?;
        let body = Some(&body);
        json::reading(|errors| {
            let by = By {
                id: json::member(body, "by", errors),
                name: json::member(body, "byName", errors),
                kind: json::member(body, "byKind", errors),
            };
            let fact = Self {
                by,
                occurred_at: json::member(body, "occurredAt", errors),
                source: json::member(body, "source", errors),
                definition,
                event: Event::read(kind, data, errors),
            };
            (fact, json::member(body, "contact", errors))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_reading_is_13_digits_and_4_hex_digits() {
        let hlc = Hlc { millis: 1_773_065_100_000, counter: 0x2a };
        assert_eq!(hlc.to_string(), "1773065100000-002a");
        assert_eq!(Hlc::parse("1773065100000-002a"), Some(hlc));
        for bad in
            ["1773065100000-002A", "177306510000-002a", "1773065100000-2a", "+773065100000-0000"]
        {
            assert_eq!(Hlc::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_clock_never_goes_back_and_overflows_into_the_next_millisecond() {
        let full = Hlc { millis: 10, counter: u16::MAX };
        assert_eq!(full.tick(Instant::from_millis(5)), Hlc { millis: 11, counter: 0 });
        assert_eq!(full.tick(Instant::from_millis(12)), Hlc { millis: 12, counter: 0 });
        let reading = Hlc { millis: 10, counter: 3 };
        assert_eq!(reading.tick(Instant::from_millis(10)), Hlc { millis: 10, counter: 4 });
    }
}
