//! Rules of the stage: which moves there are, all that blocks each, and the move itself. Options,
//! transitions and saves share one list of blockers.

use super::{Context, Draft, MAX_TEXT, archived, erased, text_issue};
use crate::command::{Scalar, StartAt, TransitionInput, TransitionRequest};
use crate::definition::{
    Choice, Definition, Direction, Permission, Question, QuestionKind, Reason, RequirementScope,
    Roles, Stage, Transition,
};
use crate::error::{Blocker, BlockerCode, Clash, Error, Fix, Missing, Params};
use crate::event::{Event, LeftStage, StageRef, WorkflowStarted, WorkflowTransitioned};
use crate::ids::{DefinitionId, StageId};
use crate::label::Localized;
use crate::map::Map;
use crate::project::{Contact, Position, Status};
use crate::time::Day;
use std::borrow::Cow;

/// A transition out of the contact's stage, with all that blocks it now.
#[derive(Clone, Debug)]
pub struct Move<'a> {
    /// The transition.
    pub transition: &'a Transition,
    /// Where it leads.
    pub to: Option<&'a Stage>,
    /// Which way that is.
    pub direction: Direction,
    /// What blocks it.
    pub blockers: Vec<Blocker>,
}

impl Move<'_> {
    /// Whether nothing but what the user is asked for is missing.
    pub fn needs_input(&self) -> bool {
        let input = |blocker: &Blocker| matches!(blocker.fix, Some(Fix::Input { .. }));
        !self.blockers.is_empty() && self.blockers.iter().all(input)
    }
}

/// Every transition out of the contact's stage.
pub fn moves<'a>(
    contact: &Contact,
    input: &TransitionInput,
    context: &Context<'a>,
) -> Vec<Move<'a>> {
    let Some(here) = &contact.workflow else {
        return Vec::new();
    };
    let Some(definition) = context.definitions.get(&here.definition) else {
        return Vec::new();
    };
    let describe = |transition: &'a Transition| Move {
        transition,
        to: definition.stage(&transition.to),
        direction: definition.direction(&here.stage, &transition.to),
        blockers: blockers(contact, here, definition, transition, input, context),
    };
    definition.transitions_from(&here.stage).map(describe).collect()
}

/// Whether the contact can make the move that is asked for now.
///
/// # Errors
/// A transition or a stage that there is not.
pub fn allows(
    contact: &Contact,
    request: &TransitionRequest,
    context: &Context<'_>,
) -> Result<bool, Error> {
    let mut draft = Draft::new(Cow::Borrowed(contact), context);
    let open = draft.weigh(request, &request.input(), "")?.is_some();
    Ok(open && draft.issues.is_empty())
}

/// Everything that blocks `transition` for this contact now, in the order of the rules.
pub(super) fn blockers(
    contact: &Contact,
    here: &Position,
    definition: &Definition,
    transition: &Transition,
    input: &TransitionInput,
    context: &Context<'_>,
) -> Vec<Blocker> {
    match contact.status {
        Status::Active => {}
        Status::Archived => return vec![archived()],
        Status::Erased => return vec![erased()],
    }
    let Some(stage) = definition.stage(&here.stage) else {
        return vec![stage_unknown(here)];
    };
    if !transition.leaves(&here.stage) {
        return vec![wrong_stage(here, "label", &transition.label)];
    }
    let mut all = Vec::new();
    disabled(definition, transition, &mut all);
    roles(stage, transition, context, &mut all);
    activities(contact, stage, definition, transition, &mut all);
    fields(contact, transition, &mut all);
    asked(transition, input, &mut all);
    all.extend(super::guard::unmet(contact, stage, transition, input, context));
    all
}

fn disabled(definition: &Definition, transition: &Transition, all: &mut Vec<Blocker>) {
    if transition.disabled {
        let params =
            params! { "transition" => transition.id.as_str(), "label" => &transition.label };
        all.push(blocker(BlockerCode::TransitionDisabled, params, None));
    }
    if let Some(to) = definition.stage(&transition.to).filter(|to| to.disabled) {
        let params = params! { "stage" => to.id.as_str(), "label" => &to.label };
        all.push(blocker(BlockerCode::StageDisabled, params, None));
    }
}

fn roles(stage: &Stage, transition: &Transition, context: &Context<'_>, all: &mut Vec<Blocker>) {
    let mut check = |roles: &Roles, what: &'static str| {
        if !roles.admit(&context.actor.roles) {
            let names = roles.names().unwrap_or_default().iter().map(String::as_str);
            let params =
                params! { "roles" => names.collect::<crate::error::Param>(), "of" => what };
            all.push(blocker(BlockerCode::RoleMissing, params, None));
        }
    };
    check(&stage.edit_roles, "stage");
    check(&transition.roles, "transition");
}

fn activities(
    contact: &Contact,
    stage: &Stage,
    definition: &Definition,
    transition: &Transition,
    all: &mut Vec<Blocker>,
) {
    if !definition.gates(transition, &stage.id) {
        return;
    }
    let required = || stage.activities.iter().filter(|row| row.required_for(&transition.id));
    let of_stage = required().filter(|row| row.for_transitions.is_empty());
    let of_transition = required().filter(|row| !row.for_transitions.is_empty());
    for row in of_stage.chain(of_transition) {
        let logged = count(contact, definition.requirement_scope(), &row.kind);
        let missing = row.min.saturating_sub(logged);
        if missing > 0 {
            let label = definition.activity_type(&row.kind).map(|kind| kind.label.clone());
            let label = label.unwrap_or_else(|| row.kind.as_str().into());
            let params = params! {
                "type" => row.kind.as_str(),
                "label" => &label,
                "missing" => missing as usize,
            };
            let fix = Fix::Log { kind: row.kind.clone(), missing };
            all.push(blocker(BlockerCode::ActivityMissing, params, Some(fix)));
        }
    }
}

/// How many logged activities of `kind` count.
pub(super) fn count(contact: &Contact, scope: RequirementScope, kind: &crate::ids::TypeId) -> u32 {
    let (in_visit, in_stage, in_all) = contact.logged(kind);
    match scope {
        RequirementScope::StageVisit => in_visit,
        RequirementScope::StageEver => in_stage,
        RequirementScope::Contact => in_all,
    }
}

fn fields(contact: &Contact, transition: &Transition, all: &mut Vec<Blocker>) {
    for field in &transition.requires.fields {
        let value = contact.profile.as_ref().map(|profile| profile.field(field));
        let filled = match value.unwrap_or(Scalar::NULL) {
            crate::command::Scalar::Null(()) => false,
            crate::command::Scalar::Text(text) => !text.trim().is_empty(),
            _ => true,
        };
        if !filled {
            let fix = Fix::Set { field: field.clone() };
            let params = params! { "field" => field.as_str() };
            all.push(blocker(BlockerCode::FieldMissing, params, Some(fix)));
        }
    }
}

fn asked(transition: &Transition, input: &TransitionInput, all: &mut Vec<Blocker>) {
    let given = |text: &Option<String>| {
        text.as_deref().filter(|text| !text.trim().is_empty()).map(str::to_owned)
    };
    let (reason, note) = (given(&input.reason), given(&input.note));
    let ask = |what| Some(Fix::Input { what, question: None });
    let mut other = false;
    match (&transition.requires.reason, reason.as_deref()) {
        (Reason::None, _) | (Reason::Any, Some(_)) => {}
        (_, None) => all.push(blocker(BlockerCode::ReasonRequired, params! {}, ask("reason"))),
        (Reason::OneOf(choices), Some(id)) => {
            other = id == Choice::OTHER;
            if !choices.iter().any(|choice| choice.id == id) {
                let known = choices.iter().map(|choice| choice.id.as_str());
                let params =
                    params! { "reason" => id, "known" => known.collect::<crate::error::Param>() };
                all.push(blocker(BlockerCode::ReasonUnknown, params, ask("reason")));
            }
        }
    }
    if (transition.requires.note || other) && note.is_none() {
        all.push(blocker(BlockerCode::NoteRequired, params! {}, ask("note")));
    }
    answers(transition, input, all);
}

/// Answers that are missing or no answers, and those to questions that nobody asks.
fn answers(transition: &Transition, input: &TransitionInput, all: &mut Vec<Blocker>) {
    let given = input.answers.iter().flat_map(Map::iter);
    for question in &transition.requires.answers {
        let answer = input.answers.as_ref().and_then(|answers| answers.get(&question.id));
        let code = match answer.filter(|answer| !is_blank(answer)) {
            None if question.required => BlockerCode::AnswerRequired,
            Some(answer) if !question.takes(answer) => BlockerCode::AnswerInvalid,
            _ => continue,
        };
        let params = params! { "question" => question.id.as_str(), "label" => &question.label };
        let fix = Fix::Input { what: "answer", question: Some(question.id.clone()) };
        all.push(blocker(code, params, Some(fix)));
    }
    let asked = |id: &str| transition.requires.answers.iter().any(|one| one.id == id);
    for (id, _) in given.filter(|(id, _)| !asked(id)) {
        let params = params! { "question" => id.as_str(), "label" => id.as_str() };
        all.push(blocker(BlockerCode::AnswerInvalid, params, None));
    }
}

fn is_blank(answer: &Scalar) -> bool {
    match answer {
        Scalar::Null(()) => true,
        Scalar::Text(text) => text.trim().is_empty(),
        _ => false,
    }
}

impl Question {
    /// Whether `answer` is one of its kind.
    fn takes(&self, answer: &Scalar) -> bool {
        match (self.kind, answer) {
            (QuestionKind::Text, Scalar::Text(text)) => {
                text.len() <= MAX_TEXT || text.chars().count() <= MAX_TEXT
            }
            (QuestionKind::Number, Scalar::Number(number)) => number.is_finite(),
            (QuestionKind::Boolean, Scalar::Bool(_)) => true,
            (QuestionKind::Date, Scalar::Text(text)) => Day::parse(text).is_some(),
            (QuestionKind::Choice, Scalar::Text(id)) => {
                self.choices.iter().any(|choice| choice.id == *id)
            }
            _ => false,
        }
    }
}

pub(super) fn blocker(code: BlockerCode, params: Params, fix: Option<Fix>) -> Blocker {
    Blocker { code, params, fix }
}

/// `name` is what was asked for: of a move its `label`, of a stage where `to`.
fn wrong_stage(here: &Position, name: &'static str, label: &Localized) -> Blocker {
    let mut params = params! { "stage" => here.stage.as_str(), "stageLabel" => &here.label };
    params.insert(name, label.into());
    blocker(BlockerCode::WrongStage, params, None)
}

pub(super) fn stage_unknown(here: &Position) -> Blocker {
    let params = params! { "stage" => here.stage.as_str(), "label" => &here.label };
    blocker(BlockerCode::StageUnknown, params, None)
}

impl<'a> Draft<'a> {
    /// Moves the contact. Problems of the request's texts are issues under `prefix`.
    pub(super) fn transition(
        &mut self,
        request: &TransitionRequest,
        prefix: &str,
    ) -> Result<(), Error> {
        let input = request.input();
        if let Some((definition, transition, here)) = self.weigh(request, &input, prefix)? {
            self.go(definition, transition, &here, &input);
        }
        Ok(())
    }

    /// The move that is asked for, if nothing blocks it, and what does.
    fn weigh(
        &mut self,
        request: &TransitionRequest,
        input: &TransitionInput,
        prefix: &str,
    ) -> Result<Option<(&'a Definition, &'a Transition, Position)>, Error> {
        if !self.need_active() {
            return Ok(None);
        }
        let Some(here) = &self.state.workflow else {
            let first = self.context.definitions.iter().next();
            let fix = first.map(|d| Fix::Start { definition: d.id().clone() });
            self.blockers.push(blocker(BlockerCode::NotStarted, params! {}, fix));
            return Ok(None);
        };
        let definition = self.context.definitions.get(&here.definition);
        let Some(definition) = definition.filter(|d| d.stage(&here.stage).is_some()) else {
            self.blockers.push(stage_unknown(here));
            return Ok(None);
        };
        for (name, text) in [("reason", &request.reason), ("note", &request.note)] {
            if text.is_some() {
                self.issues.extend(text_issue(&[prefix, name].concat(), text.as_deref()));
            }
        }
        let Some(transition) = find(definition, here, request)? else {
            let to = request.to.as_deref().unwrap_or_default();
            let label = definition.find_stage(to).map(|stage| stage.label.clone());
            self.blockers.push(wrong_stage(here, "to", &label.unwrap_or_else(|| to.into())));
            return Ok(None);
        };
        let found = blockers(&self.state, here, definition, transition, input, self.context);
        let open = found.is_empty().then(|| (definition, transition, here.clone()));
        self.blockers.extend(found);
        Ok(open)
    }

    fn go(
        &mut self,
        definition: &Definition,
        transition: &Transition,
        here: &Position,
        input: &TransitionInput,
    ) {
        let reason = input.reason.clone().filter(|reason| !reason.trim().is_empty());
        let reason_label = match &transition.requires.reason {
            Reason::OneOf(choices) => {
                choices.iter().find(|c| Some(&c.id) == reason.as_ref()).map(|c| c.label.clone())
            }
            _ => None,
        };
        let given = input.answers.iter().flat_map(Map::iter);
        let given = given.filter(|(_, answer)| !is_blank(answer));
        let event = WorkflowTransitioned {
            answers: given.map(|(id, answer)| (id.clone(), answer.clone())).collect(),
            automatic: false,
            from: at_stage(definition, &here.stage, &here.label),
            note: input.note.clone().filter(|note| !note.trim().is_empty()),
            reason,
            reason_label,
            to: at_stage(definition, &transition.to, &here.label),
            transition: Some(transition.id.clone()),
            version: definition.version(),
            workflow: definition.id().clone(),
        };
        self.push_at(Event::WorkflowTransitioned(event), None, Some(definition.hash().clone()));
    }

    /// The workflow of a new contact: the one asked for, else the one that starts by itself.
    pub(super) fn begin(&mut self, workflow: Option<&Option<StartAt>>) -> Result<(), Error> {
        let definitions = self.context.definitions;
        let (definition, stage) = match workflow {
            Some(None) => return Ok(()),
            Some(Some(start)) => {
                let id = DefinitionId::new(start.definition.as_str());
                let found = definitions.get(&id);
                let missing = Missing::Definition(start.definition.clone());
                let definition = found.ok_or(missing)?;
                self.blockers.extend(self.closed(definition));
                (definition, start.stage.as_deref())
            }
            None => {
                let open = |one: &&Definition| self.closed(one).is_none();
                match definitions.auto_start().into_iter().find(open) {
                    Some(definition) => (definition, None),
                    None => return Ok(()),
                }
            }
        };
        let stage = match stage {
            Some(id) => {
                let id = StageId::new(id);
                definition.stage(&id).ok_or(Missing::Stage(id))?
            }
            None => definition.initial(),
        };
        if stage.disabled {
            let params = params! { "stage" => stage.id.as_str(), "label" => &stage.label };
            self.blockers.push(blocker(BlockerCode::StageDisabled, params, None));
        }
        self.enter(definition, stage);
        Ok(())
    }

    /// Starts a workflow, or restarts the contact under another.
    pub(super) fn start(&mut self, definition: &str) -> Result<(), Error> {
        if !self.need_active() {
            return Ok(());
        }
        let id = DefinitionId::new(definition);
        let missing = || Missing::Definition(definition.to_owned());
        let definition = self.context.definitions.get(&id).ok_or_else(missing)?;
        if self.state.workflow.as_ref().is_some_and(|here| here.definition == id) {
            return Err(Clash::AlreadyStarted(id).into());
        }
        self.blockers.extend(self.closed(definition));
        self.enter(definition, definition.initial());
        self.cascade();
        Ok(())
    }

    /// What keeps a workflow closed to the contact, while its condition does not hold.
    fn closed(&self, definition: &Definition) -> Option<Blocker> {
        super::guard::closed(&self.state, definition, self.context)
    }

    fn enter(&mut self, definition: &Definition, stage: &Stage) {
        let from = self.state.workflow.as_ref().map(|here| LeftStage {
            label: here.label.clone(),
            stage: here.stage.clone(),
            workflow: here.definition.clone(),
        });
        let event = WorkflowStarted {
            from,
            reason: None,
            to: StageRef { label: stage.label.clone(), stage: stage.id.clone() },
            version: definition.version(),
            workflow: definition.id().clone(),
        };
        self.push_at(Event::WorkflowStarted(event), None, Some(definition.hash().clone()));
    }
}

/// The transition that is asked for; none where the stage asked for can't be reached from here.
fn find<'a>(
    definition: &'a Definition,
    here: &Position,
    request: &TransitionRequest,
) -> Result<Option<&'a Transition>, Error> {
    if let Some(id) = &request.transition {
        let found = definition.find_transition(id);
        let missing = || Missing::Transition(id.clone());
        return Ok(Some(found.ok_or_else(missing)?));
    }
    let to = StageId::new(request.to.clone().unwrap_or_default());
    if definition.stage(&to).is_none() {
        return Err(Missing::Stage(to).into());
    }
    Ok(definition.transitions_from(&here.stage).find(|transition| transition.to == to))
}

/// A stage with its present label, or the one it had.
pub(super) fn at_stage(definition: &Definition, id: &StageId, fallback: &Localized) -> StageRef {
    let label = definition.stage(id).map_or(fallback, |stage| &stage.label).clone();
    StageRef { label, stage: id.clone() }
}

/// Whether the actor may import history.
///
/// # Errors
/// `forbidden`, with the roles that may.
pub fn permit_import(context: &Context<'_>) -> Result<(), Error> {
    super::permit(Permission::ImportHistory, &Contact::default(), context)
}
