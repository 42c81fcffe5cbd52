//! Rules of activities: which types a stage offers, what fills the two boxes, what a save makes of
//! them and what follows by itself. What is wrong with them is found next door.

use super::check::{PendingBox, validate};
use super::stage::count;
use super::{Context, Draft, MAX_ITEMS, governing};
use crate::command::{ActivityDraft, BoxPair, PendingDraft, RemindDraft};
use crate::definition::{
    ActivityPolicy, ActivityType, Definition, Definitions, Next, Stage, StageActivity,
};
use crate::error::{Issue, IssueCode};
use crate::event::{ActivityLogged, ActivityPlanned, Event, Remind};
use crate::ids::{ActorId, PendingId, TypeId};
use crate::label::Localized;
use crate::project::Contact;
use crate::time::{Day, Instant, When};

/// The two boxes of the form.
pub type Boxes = BoxPair;

/// An activity type as a stage offers it.
#[derive(Clone, Debug)]
pub struct TypeOption<'a> {
    /// The type.
    pub kind: &'a ActivityType,
    /// Whether a move waits for it.
    pub required: bool,
    /// Whether the stage's grid names it.
    pub suggested: bool,
    /// Whether it can be logged here; if not, the code that says why.
    pub refused: Option<IssueCode>,
    /// How many count already.
    pub logged: u32,
    /// How many are required.
    pub min: u32,
}

/// Where a form stands: its definition and, if there is one, its stage.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub(super) definition: &'a Definition,
    pub(super) stage: Option<&'a Stage>,
}

impl<'a> Place<'a> {
    pub(super) fn of(contact: &Contact, context: &Context<'a>) -> Option<Self> {
        let definition = governing(contact, context.definitions)?;
        let stage = contact.workflow.as_ref().and_then(|here| definition.stage(&here.stage));
        Some(Self { definition, stage })
    }

    /// At `stage` of the definition of that id, by default the first; without a stage no grid narrows
    /// the types. None where there is no such place.
    pub fn named(
        definitions: &'a Definitions,
        definition: Option<&str>,
        stage: Option<&str>,
    ) -> Option<Self> {
        let named = |one: &&Definition| definition.is_none_or(|id| one.id().as_str() == id);
        let definition = definitions.iter().find(named)?;
        let stage = match stage {
            Some(id) => Some(definition.find_stage(id)?),
            None => None,
        };
        Some(Self { definition, stage })
    }

    /// The stage's row for a type.
    fn row(&self, kind: &TypeId) -> Option<&'a StageActivity> {
        self.stage.and_then(|stage| stage.activities.iter().find(|row| row.kind == *kind))
    }

    /// What the type itself has follow; the stage's own word goes before it.
    fn next(&self, logged: &TypeId) -> Option<&'a Next> {
        if self.row(logged).is_some_and(|row| row.next.is_some()) {
            return None;
        }
        let next = self.definition.activity_type(logged).and_then(|kind| kind.next.as_ref());
        next.filter(|next| self.in_use(&next.kind))
    }

    /// Whether there is such a type that can be chosen.
    fn in_use(&self, kind: &TypeId) -> bool {
        self.definition.activity_type(kind).is_some_and(|kind| !kind.disabled)
    }

    pub(super) fn excludes(&self, kind: &TypeId) -> bool {
        self.stage.is_some_and(|stage| {
            stage.policy == ActivityPolicy::Closed
                && !stage.activities.iter().any(|row| row.kind == *kind)
        })
    }
}

/// The types for the contact's stage: required and suggested first, then as listed.
pub fn type_options<'a>(contact: &Contact, context: &Context<'a>) -> Vec<TypeOption<'a>> {
    let Some(place) = Place::of(contact, context) else {
        return Vec::new();
    };
    let scope = place.definition.requirement_scope();
    let grid = place.stage.map(|stage| stage.activities.as_slice()).unwrap_or_default();
    let option = |kind: &'a ActivityType| {
        let rows = || grid.iter().filter(|row| row.kind == kind.id);
        let refused = match kind.disabled {
            true => Some(IssueCode::TypeDisabled),
            false => place.excludes(&kind.id).then_some(IssueCode::TypeNotInStage),
        };
        TypeOption {
            kind,
            required: rows().any(|row| row.required),
            suggested: rows().next().is_some(),
            refused,
            logged: count(contact, scope, &kind.id),
            min: rows().filter(|row| row.required).map(|row| row.min).max().unwrap_or(0),
        }
    };
    let mut options: Vec<_> = place.definition.activity_types().iter().map(option).collect();
    let rank =
        |option: &TypeOption<'_>| (!option.required, !option.suggested, option.refused.is_some());
    crate::sort::sort(&mut options, |a, b| rank(a).cmp(&rank(b)));
    options
}

/// Fills what is empty in the boxes, as the form shows it the moment a type is chosen.
pub fn draft(boxes: Boxes, contact: &Contact, context: &Context<'_>) -> Boxes {
    let Boxes { mut log, mut pending } = boxes;
    if let Some(log) = log.as_mut().filter(|log| log.kind.is_some()) {
        log.date.get_or_insert_with(|| context.now.to_string());
        log.user.get_or_insert_with(|| context.actor.id.to_string());
    }
    let logged = log.as_ref().and_then(|log| log.kind.as_deref()).map(TypeId::from);
    if let (true, Some(logged)) = (pending.as_ref().is_none_or(is_empty), &logged) {
        pending = suggestion(logged, contact, context).or(pending);
    }
    let pending = pending.map(|pending| fill(pending, contact, context));
    Boxes { log, pending }
}

/// The pending activity that is proposed once `logged` was logged.
pub fn suggestion(
    logged: &TypeId,
    contact: &Contact,
    context: &Context<'_>,
) -> Option<PendingDraft> {
    let place = Place::of(contact, context)?;
    let row = place.row(logged);
    let next = place.next(logged).filter(|next| !next.trigger);
    let of_stage = row.and_then(|row| row.next.as_ref()).filter(|kind| place.in_use(kind));
    let kind = of_stage.or(next.map(|next| &next.kind))?;
    let due = next.map(|next| plus(context.today(), next.after_days).to_string());
    let create_task = row.filter(|row| row.create_task).map(|_| true);
    let draft =
        PendingDraft { kind: Some(kind.to_string()), due, create_task, ..PendingDraft::default() };
    Some(fill(draft, contact, context))
}

fn plus(day: Day, days: u32) -> Day {
    day.plus(i32::try_from(days).unwrap_or(i32::MAX))
}

fn fill(mut pending: PendingDraft, contact: &Contact, context: &Context<'_>) -> PendingDraft {
    let Some(kind) = pending.kind.as_deref().map(TypeId::from) else {
        return pending;
    };
    pending.date.get_or_insert_with(|| context.today().to_string());
    let Some(place) = Place::of(contact, context) else {
        return pending;
    };
    let row = place.row(&kind);
    if row.is_some_and(|row| row.create_task && row.next.is_none()) {
        pending.create_task.get_or_insert(true);
    }
    let defaults =
        place.definition.activity_type(&kind).map(|kind| kind.defaults.clone()).unwrap_or_default();
    if pending.description.is_none() {
        pending.description = defaults.description;
    }
    let assignee = defaults.assignee.unwrap_or_else(|| context.actor.id.clone());
    pending.assignee.get_or_insert_with(|| assignee.to_string());
    if let (None, Some(days)) = (&pending.due, defaults.due_in_days) {
        let date = pending.date.as_deref().and_then(Day::parse).unwrap_or_else(|| context.today());
        pending.due = Some(plus(date, days).to_string());
    }
    let due = pending.due.clone().and_then(|due| Some((When::parse(&due)?, due)));
    if let (None, Some(minutes), Some((when, due))) =
        (&pending.remind, defaults.remind_minutes_before, due)
    {
        let start = when.start(context.zone).millis() - i64::from(minutes) * 60_000;
        let start = Some(Instant::from_millis(start).to_string());
        pending.remind = Some(RemindDraft { start, end: Some(due) });
    }
    pending
}

/// A box with nothing in it is no box.
pub(super) fn is_empty(pending: &PendingDraft) -> bool {
    PendingBox::from(pending).is_empty()
}

impl RemindDraft {
    /// The window; none where an end is missing or no date.
    pub(super) fn window(&self) -> Option<Remind> {
        let when = |text: &Option<String>| text.as_deref().and_then(When::parse);
        Some(Remind { end: when(&self.end)?, start: when(&self.start)? })
    }
}

/// When something was done: an instant that is not in the future, a past day's first moment, or
/// now for today.
pub(super) fn past(text: &str, context: &Context<'_>) -> Option<Instant> {
    match When::parse(text)? {
        When::Day(day) if day == context.today() => Some(context.now),
        when => Some(when.start(context.zone)).filter(|at| *at <= context.now),
    }
}

impl Draft<'_> {
    /// The activities of a save, in their order: what was done, then what is to be done.
    pub(super) fn boxes(&mut self, pairs: &[BoxPair]) {
        if pairs.len() > MAX_ITEMS {
            let params = params! { "max" => MAX_ITEMS };
            self.issues.push(Issue::error("activities", IssueCode::TooLarge, params));
            return;
        }
        for (place, pair) in pairs.iter().enumerate() {
            self.pair(pair, place);
        }
    }

    fn pair(&mut self, pair: &BoxPair, place: usize) {
        let log = pair.log.as_ref().filter(|log| **log != ActivityDraft::default());
        let pending = pair.pending.as_ref().filter(|pending| !is_empty(pending));
        if (log.is_none() && pending.is_none()) || !self.need_active() {
            return;
        }
        let mut issues = validate(pair, "", &self.state, self.context);
        let wrong = issues.iter().any(Issue::is_error);
        for issue in &mut issues {
            issue.path = ["activities.", &place.to_string(), ".", &issue.path].concat();
        }
        self.issues.extend(issues);
        if wrong {
            return;
        }
        let logged = log.map(|log| {
            let kind = TypeId::from(log.kind.as_deref().unwrap_or_default());
            (self.log(log, kind.clone()), kind)
        });
        if let Some(pending) = pending {
            self.plan(pending, logged.as_ref().map(|(id, _)| id.to_string()), None);
        }
        if let Some((id, kind)) = &logged {
            self.follow_up(kind, id.as_str(), id.as_str(), pending);
        }
    }

    fn log(&mut self, log: &ActivityDraft, kind: TypeId) -> crate::ids::EntryId {
        let date = log.date.as_deref().and_then(|date| past(date, self.context));
        let event = ActivityLogged {
            description: log.description.clone(),
            label: self.label_of(&kind),
            outcome: log.outcome.clone(),
            stage: self.state.workflow.as_ref().map(|here| here.stage.clone()),
            kind,
        };
        self.push_at(Event::ActivityLogged(event), date, None)
    }

    /// Plans an activity, under an id of its own or a new one.
    pub(super) fn plan(
        &mut self,
        draft: &PendingDraft,
        follows: Option<String>,
        id: Option<PendingId>,
    ) {
        let kind = TypeId::new(draft.kind.clone().unwrap_or_default());
        let assignee = draft.assignee.clone().unwrap_or_default();
        let when = |text: &Option<String>| text.as_deref().and_then(When::parse);
        let remind = draft.remind.as_ref().and_then(RemindDraft::window);
        let event = ActivityPlanned {
            assignee_name: self.context.name_of(&assignee),
            assignee: ActorId::new(assignee),
            create_task: draft.create_task.unwrap_or(false),
            date: draft
                .date
                .as_deref()
                .and_then(Day::parse)
                .unwrap_or_else(|| self.context.today()),
            description: draft.description.clone(),
            due: when(&draft.due),
            follows,
            label: self.label_of(&kind),
            pending: id
                .unwrap_or_else(|| PendingId::of(&self.state.name, &(self.context.new_id)())),
            remind,
            kind,
        };
        self.push(Event::ActivityPlanned(event));
    }

    /// Plans what an activity that was just logged triggers, unless the user planned the like in the
    /// same breath. `trigger` is what makes its id: two devices that log the same make one.
    pub(super) fn follow_up(
        &mut self,
        logged: &TypeId,
        follows: &str,
        trigger: &str,
        planned: Option<&PendingDraft>,
    ) {
        let place = Place::of(&self.state, self.context);
        let Some((next, days)) = place
            .and_then(|place| place.next(logged))
            .filter(|n| n.trigger)
            .map(|next| (next.kind.clone(), next.after_days))
        else {
            return;
        };
        if planned.and_then(|draft| draft.kind.as_deref()) == Some(next.as_str()) {
            return;
        }
        let id = PendingId::of(&self.state.name, &(self.context.derive)(trigger));
        if self.state.pending.contains_key(&id) {
            return;
        }
        let due = Some(plus(self.context.today(), days).to_string());
        let draft = PendingDraft { kind: Some(next.to_string()), due, ..PendingDraft::default() };
        let mut draft = fill(draft, &self.state, self.context);
        let known = |id: &str| {
            self.context
                .users
                .as_ref()
                .is_none_or(|users| users.iter().any(|user| user.id.as_str() == id))
        };
        if draft.assignee.as_deref().is_some_and(|id| !known(id)) {
            draft.assignee = Some(self.context.actor.id.to_string());
        }
        self.plan(&draft, Some(follows.to_owned()), Some(id));
    }

    pub(super) fn label_of(&self, kind: &TypeId) -> Localized {
        governing(&self.state, self.context.definitions)
            .and_then(|definition| definition.activity_type(kind))
            .map_or_else(|| kind.as_str().into(), |kind| kind.label.clone())
    }
}
