//! What is wrong with the two boxes. It runs at every keystroke of a form, so a path is only put
//! together where something is wrong.

use super::activity::{Boxes, Place, past};
use super::{Context, text_issue};
use crate::command::{ActivityDraft, PendingDraft, RemindDraft};
use crate::definition::ActivityType;
use crate::error::{Issue, IssueCode, Params};
use crate::ids::is_id;
use crate::label::Localized;
use crate::project::Contact;
use crate::time::{Day, When};

/// The two boxes as they are looked at: borrowed, because most of them are fine and looked at once.
#[derive(Clone, Copy, Debug, Default)]
pub struct Form<'a> {
    /// What was done.
    pub log: Option<LogBox<'a>>,
    /// What is to be done next.
    pub pending: Option<PendingBox<'a>>,
}

/// The members of an [`ActivityDraft`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct LogBox<'a> {
    pub kind: Option<&'a str>,
    pub date: Option<&'a str>,
    pub user: Option<&'a str>,
    pub description: Option<&'a str>,
    pub outcome: Option<&'a str>,
}

/// The members of a [`PendingDraft`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct PendingBox<'a> {
    pub kind: Option<&'a str>,
    pub date: Option<&'a str>,
    pub description: Option<&'a str>,
    pub due: Option<&'a str>,
    pub assignee: Option<&'a str>,
    pub remind: Option<Window<'a>>,
    pub create_task: Option<bool>,
}

/// The members of a [`RemindDraft`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct Window<'a> {
    pub start: Option<&'a str>,
    pub end: Option<&'a str>,
}

impl<'a> From<&'a Boxes> for Form<'a> {
    fn from(boxes: &'a Boxes) -> Self {
        Self {
            log: boxes.log.as_ref().map(Into::into),
            pending: boxes.pending.as_ref().map(Into::into),
        }
    }
}

impl<'a> From<&'a ActivityDraft> for LogBox<'a> {
    fn from(log: &'a ActivityDraft) -> Self {
        Self {
            kind: log.kind.as_deref(),
            date: log.date.as_deref(),
            user: log.user.as_deref(),
            description: log.description.as_deref(),
            outcome: log.outcome.as_deref(),
        }
    }
}

impl<'a> From<&'a PendingDraft> for PendingBox<'a> {
    fn from(pending: &'a PendingDraft) -> Self {
        Self {
            kind: pending.kind.as_deref(),
            date: pending.date.as_deref(),
            description: pending.description.as_deref(),
            due: pending.due.as_deref(),
            assignee: pending.assignee.as_deref(),
            remind: pending.remind.as_ref().map(Into::into),
            create_task: pending.create_task,
        }
    }
}

impl<'a> From<&'a RemindDraft> for Window<'a> {
    fn from(remind: &'a RemindDraft) -> Self {
        Self { start: remind.start.as_deref(), end: remind.end.as_deref() }
    }
}

impl PendingBox<'_> {
    /// A box with nothing in it is no box.
    pub(super) fn is_empty(&self) -> bool {
        let ticked = self.create_task == Some(true);
        !ticked && Self { create_task: None, ..*self } == Self::default()
    }
}

/// All that is wrong with the boxes, by path under `prefix` (`log.date`, `pending.due`).
pub fn validate(
    boxes: &Boxes,
    prefix: &str,
    contact: &Contact,
    context: &Context<'_>,
) -> Vec<Issue> {
    check(&boxes.into(), prefix, Place::of(contact, context), context)
}

/// The same for boxes that stand at `place`.
pub fn check<'c>(
    form: &Form<'_>,
    prefix: &'c str,
    place: Option<Place<'c>>,
    context: &'c Context<'c>,
) -> Vec<Issue> {
    let mut issues = Vec::new();
    if let Some(log) = form.log.filter(|log| *log != LogBox::default()) {
        Check { prefix, of: "log.", place, context, issues: &mut issues }.log(&log);
    }
    if let Some(pending) = form.pending.filter(|pending| !pending.is_empty()) {
        Check { prefix, of: "pending.", place, context, issues: &mut issues }.pending(&pending);
    }
    issues
}

/// All that is wrong with what is to be done next, under `prefix`.
pub(super) fn check_pending(
    pending: &PendingDraft,
    prefix: &str,
    contact: &Contact,
    context: &Context<'_>,
) -> Vec<Issue> {
    let mut issues = Vec::new();
    let place = Place::of(contact, context);
    Check { prefix, of: "", place, context, issues: &mut issues }.pending(&pending.into());
    issues
}

struct Check<'c> {
    prefix: &'c str,
    of: &'static str,
    place: Option<Place<'c>>,
    context: &'c Context<'c>,
    issues: &'c mut Vec<Issue>,
}

impl<'c> Check<'c> {
    fn path(&self, field: &str) -> String {
        [self.prefix, self.of, field].concat()
    }

    fn error(&mut self, field: &str, code: IssueCode, params: Params) {
        self.issues.push(Issue::error(self.path(field), code, params));
    }

    fn warning(&mut self, field: &str, code: IssueCode, params: Params) {
        self.issues.push(Issue::warning(self.path(field), code, params));
    }

    fn text(&mut self, field: &str, text: Option<&str>) {
        if let Some(mut issue) = text_issue(field, text) {
            issue.path = self.path(field);
            self.issues.push(issue);
        }
    }

    fn date(&mut self, field: &str, fits: bool) {
        if !fits {
            self.error(field, IssueCode::DateInvalid, params! {});
        }
    }

    fn log(mut self, log: &LogBox<'_>) {
        if let Some(params) = self.kind(log.kind) {
            self.error("type", IssueCode::TypeNotInStage, params);
        }
        let dated = log.date.is_none_or(|date| past(date, self.context).is_some());
        self.date("date", dated);
        if log.user.is_some_and(|user| user != self.context.actor.id.as_str()) {
            self.error("user", IssueCode::NotAllowed, params! {});
        }
        self.text("description", log.description);
        self.text("outcome", log.outcome);
    }

    fn pending(mut self, pending: &PendingBox<'_>) {
        if let Some(params) = self.kind(pending.kind) {
            self.warning("type", IssueCode::TypeNotInStage, params);
        }
        let date = match pending.date {
            None => Some(self.context.today()),
            Some(text) => Day::parse(text),
        };
        self.date("date", date.is_some());
        let due = pending.due.and_then(|due| self.due(due, date));
        self.assignee(pending.assignee.unwrap_or_default());
        if let Some(remind) = pending.remind.filter(|one| *one != Window::default()) {
            self.remind(&remind, due);
        }
        self.text("description", pending.description);
    }

    /// What to say of a type that the stage excludes.
    fn kind(&mut self, given: Option<&str>) -> Option<Params> {
        let Some(id) = given.filter(|id| !id.is_empty()) else {
            self.error("type", IssueCode::Required, params! {});
            return None;
        };
        let place = self.place;
        let found = place.and_then(|place| place.definition.find_type(id));
        let (Some(kind), Some(place)) = (found, place) else {
            self.error("type", IssueCode::TypeUnknown, params! { "type" => id });
            return None;
        };
        if kind.disabled {
            let params = params! { "type" => id, "label" => &kind.label };
            self.error("type", IssueCode::TypeDisabled, params);
        }
        place.excludes(&kind.id).then(|| not_in_stage(kind, place))
    }

    fn due(&mut self, text: &str, date: Option<Day>) -> Option<When> {
        let zone = self.context.zone;
        let due = When::parse(text);
        self.date("due", due.is_some());
        let due = due?;
        if let Some(date) = date.filter(|date| due.day(zone) < *date) {
            let params = params! { "date" => date.to_string(), "due" => text };
            self.error("due", IssueCode::DueBeforeDate, params);
        }
        if due.end(zone) < self.context.now {
            self.warning("due", IssueCode::DuePast, params! { "due" => text });
        }
        Some(due)
    }

    fn assignee(&mut self, assignee: &str) {
        if assignee.is_empty() {
            self.error("assignee", IssueCode::AssigneeRequired, params! {});
            return;
        }
        let users = self.context.users.as_ref();
        let known = users.is_none_or(|users| users.iter().any(|one| one.id.as_str() == assignee));
        if !known || !is_id(assignee) {
            self.error("assignee", IssueCode::AssigneeUnknown, params! { "assignee" => assignee });
        }
    }

    fn remind(&mut self, remind: &Window<'_>, due: Option<When>) {
        let start = self.end_of_window("remind.start", remind.start);
        let end = self.end_of_window("remind.end", remind.end);
        let (Some(start), Some(end), zone) = (start, end, self.context.zone) else {
            return;
        };
        if start.start(zone) > end.end(zone) {
            self.error("remind.end", IssueCode::RemindOrder, params! {});
        }
        if due.is_some_and(|due| end.end(zone) > due.end(zone)) {
            self.warning("remind.end", IssueCode::RemindAfterDue, params! {});
        }
    }

    fn end_of_window(&mut self, field: &str, text: Option<&str>) -> Option<When> {
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            self.error(field, IssueCode::RemindIncomplete, params! {});
            return None;
        };
        let when = When::parse(text);
        self.date(field, when.is_some());
        when
    }
}

fn not_in_stage(kind: &ActivityType, place: Place<'_>) -> Params {
    let stage = place.stage.map_or_else(|| Localized::from(""), |stage| stage.label.clone());
    params! { "type" => kind.id.as_str(), "label" => &kind.label, "stage" => &stage }
}
