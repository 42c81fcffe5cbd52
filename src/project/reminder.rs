//! What time does to an open pending activity: how it stands, whether its reminder shows, and when
//! either changes next. Time comes in; nothing here keeps any.

use super::contact::{Pending, PendingStatus};
use crate::time::{Instant, Zone};

words! {
    /// How a pending activity stands, today.
    pub enum State {
        /// Its due is past.
        Overdue = "overdue",
        /// It is due today.
        Today = "today",
        /// It is due later, or at no time.
        Planned = "planned",
        /// Done.
        Done = "done",
        /// Given up.
        Cancelled = "cancelled",
    }
}

impl Pending {
    /// How it stands at `now`, for who lives in `zone`. A date-only due is overdue from the next
    /// local midnight.
    pub fn state(&self, now: Instant, zone: &dyn Zone) -> State {
        match (self.status, self.due) {
            (PendingStatus::Done, _) => State::Done,
            (PendingStatus::Cancelled, _) => State::Cancelled,
            (_, Some(due)) if due.end(zone) < now => State::Overdue,
            (_, Some(due)) if due.day(zone) == now.day(zone) => State::Today,
            _ => State::Planned,
        }
    }

    /// The reminder's window, both ends inside, in the book's zone.
    pub fn window(&self, zone: &dyn Zone) -> Option<(Instant, Instant)> {
        let remind = self.remind.as_ref()?;
        Some((remind.start.start(zone), remind.end.end(zone)))
    }

    /// Whether its reminder shows at `at`.
    pub fn reminds(&self, at: Instant, zone: &dyn Zone) -> bool {
        self.status == PendingStatus::Open
            && self.acknowledged.is_none()
            && self.snoozed.is_none_or(|until| at >= until)
            && self.window(zone).is_some_and(|(start, end)| start <= at && at <= end)
    }

    /// When its reminder begins to show, if that is still to be told at `now`.
    pub fn rings(&self, now: Instant, zone: &dyn Zone) -> Option<Instant> {
        let (start, end) = self.window(zone).filter(|_| self.acknowledged.is_none())?;
        let start = self.snoozed.map_or(start, |until| until.max(start));
        Some(start).filter(|start| *start <= end && now <= end)
    }

    /// The next moment after `now` at which [`Pending::state`] or [`Pending::reminds`] changes.
    pub fn next_change(
        &self,
        now: Instant,
        book: &dyn Zone,
        assignee: &dyn Zone,
    ) -> Option<Instant> {
        if self.status != PendingStatus::Open {
            return None;
        }
        let after = |at: Instant| Instant::from_millis(at.millis() + 1);
        let mut moments = Vec::with_capacity(4);
        if let Some(due) = self.due {
            moments.extend([due.day(assignee).start(assignee), after(due.end(assignee))]);
        }
        if let (Some(start), Some((_, end))) = (self.rings(now, book), self.window(book)) {
            moments.extend([start, after(end)]);
        }
        moments.into_iter().filter(|moment| *moment > now).min()
    }
}
