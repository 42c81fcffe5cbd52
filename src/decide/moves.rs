//! Moves that nobody asks for by name: those that fire by themselves, the one that takes the last
//! back, the one out of a stage that is gone, and the way to a stage further off.

use super::stage::{at_stage, blocker, blockers, stage_unknown};
use super::{Context, Draft};
use crate::command::TransitionInput;
use crate::definition::{Definition, Transition};
use crate::error::{Blocker, BlockerCode, Clash, Error, Missing};
use crate::event::{
    By, ByKind, Event, Fact, StageRef, WorkflowMigrated, WorkflowReverted, WorkflowTransitioned,
};
use crate::ids::{DefinitionId, StageId, TransitionId};
use crate::map::Map;
use crate::project::{Contact, Position};

/// One step of the way to a stage.
#[derive(Clone, Debug)]
pub struct Step {
    /// The transition to take.
    pub transition: TransitionId,
    /// Where it leads.
    pub to: StageId,
    /// What stands against it: now, of the first step; of a later one, for somebody who has just
    /// come to where it starts.
    pub blockers: Vec<Blocker>,
}

/// The shortest way to `to` over transitions that are in use; none if there is no way. Of two ways of
/// one length the one whose transitions go first is taken.
///
/// # Errors
/// A stage that the contact's workflow does not have; `stage-unknown` where it stands in one.
pub fn path(
    contact: &Contact,
    to: &StageId,
    context: &Context<'_>,
) -> Result<Option<Vec<Step>>, Error> {
    let Some(here) = &contact.workflow else { return Ok(None) };
    let definition = in_force(here, context)?;
    if definition.stage(to).is_none() {
        return Err(Missing::Stage(to.clone()).into());
    }
    let Some(way) = shortest(definition, &here.stage, to) else { return Ok(None) };
    let mut at = contact.clone();
    let mut steps = Vec::with_capacity(way.len());
    for transition in way {
        let found = at.workflow.clone().map_or_else(Vec::new, |here| {
            let input = TransitionInput::default();
            blockers(&at, &here, definition, transition, &input, context)
        });
        let (id, to) = (transition.id.clone(), transition.to.clone());
        if let Some(here) = &mut at.workflow {
            (here.stage, here.visit) = (to.clone(), here.visit + 1);
        }
        steps.push(Step { transition: id, to, blockers: found });
    }
    Ok(Some(steps))
}

fn shortest<'d>(
    definition: &'d Definition,
    from: &StageId,
    to: &StageId,
) -> Option<Vec<&'d Transition>> {
    // By stage that was reached: the transition that led there and where it was taken.
    let mut reached: Map<StageId, Option<(&'d Transition, StageId)>> = Map::new();
    reached.insert(from.clone(), None);
    let (mut waiting, mut next) = (vec![from.clone()], 0);
    while let Some(stage) = waiting.get(next).cloned() {
        next += 1;
        for transition in definition.transitions_from(&stage) {
            let closed = definition.stage(&transition.to).is_none_or(|stage| stage.disabled);
            if !transition.disabled && !closed && !reached.contains_key(&transition.to) {
                reached.insert(transition.to.clone(), Some((transition, stage.clone())));
                waiting.push(transition.to.clone());
            }
        }
    }
    let (mut way, mut at) = (Vec::new(), to.clone());
    while at != *from {
        let (transition, taken_at) = reached.get(&at)?.clone()?;
        way.push(transition);
        at = taken_at;
    }
    way.reverse();
    Some(way)
}

impl Draft<'_> {
    /// Takes automatic transitions for as long as one is open, none of them into a stage that this
    /// save has been in: a round ends where it began. A save of nothing moves nobody.
    pub(super) fn cascade(&mut self) {
        if self.is_empty() {
            return;
        }
        let mut been = self.stages_left();
        while let Some(here) = &self.state.workflow {
            let Some(definition) = self.context.definitions.get(&here.definition) else { return };
            if !definition.transitions_from(&here.stage).any(|one| one.automatic) {
                return;
            }
            let here = here.clone();
            been.push(here.stage.clone());
            let input = TransitionInput::default();
            let open = |one: &&Transition| {
                one.automatic
                    && !been.contains(&one.to)
                    && blockers(&self.state, &here, definition, one, &input, self.context)
                        .is_empty()
            };
            let Some(transition) = definition.transitions_from(&here.stage).find(open) else {
                return;
            };
            let event = WorkflowTransitioned {
                answers: Map::new(),
                automatic: true,
                from: at_stage(definition, &here.stage, &here.label),
                note: None,
                reason: None,
                reason_label: None,
                to: at_stage(definition, &transition.to, &here.label),
                transition: Some(transition.id.clone()),
                version: definition.version(),
                workflow: definition.id().clone(),
            };
            self.push_fact(Fact {
                by: By { kind: ByKind::Rule, ..By::from(self.context.actor) },
                occurred_at: self.occurred(),
                source: None,
                definition: Some(definition.hash().clone()),
                event: Event::WorkflowTransitioned(event),
            });
        }
    }

    /// Takes the last move back, while nothing rests on it.
    pub(super) fn revert(&mut self, note: Option<&str>) -> Result<(), Error> {
        if !self.need_active() {
            return Ok(());
        }
        let cannot = Clash::CannotRevert;
        let here = self.state.workflow.clone().ok_or_else(|| cannot("nothing"))?;
        let definition = in_force(&here, self.context)?;
        let before = here.before.clone().ok_or_else(|| cannot("nothing"))?;
        if here.acts > 0 {
            return Err(cannot("acts").into());
        }
        if definition.stage(&before.stage).is_none() {
            return Err(cannot("stage").into());
        }
        self.check_text("note", note);
        if let Some(stage) = definition.stage(&here.stage)
            && !stage.edit_roles.admit(&self.context.actor.roles)
        {
            let names = stage.edit_roles.names().unwrap_or_default().iter().map(String::as_str);
            let roles = names.collect::<crate::error::Param>();
            let params = params! { "roles" => roles, "of" => "stage" };
            self.blockers.push(blocker(BlockerCode::RoleMissing, params, None));
        }
        let event = WorkflowReverted {
            from: at_stage(definition, &here.stage, &here.label),
            note: note.map(str::to_owned).filter(|note| !note.trim().is_empty()),
            reverts: here.entry,
            to: StageRef { label: before.label, stage: before.stage },
            version: definition.version(),
            workflow: definition.id().clone(),
        };
        self.push_at(Event::WorkflowReverted(event), None, Some(definition.hash().clone()));
        Ok(())
    }

    /// Moves the contact out of a stage that its definition no longer has.
    pub(super) fn migrate(&mut self, definition: &str, to: &StageId) -> Result<(), Error> {
        if !self.need_active() {
            return Ok(());
        }
        let id = DefinitionId::new(definition);
        let missing = || Missing::Definition(definition.to_owned());
        let definition = self.context.definitions.get(&id).ok_or_else(missing)?;
        let stage = definition.stage(to).ok_or_else(|| Missing::Stage(to.clone()))?;
        let Some(here) = self.state.workflow.clone().filter(|here| here.definition == id) else {
            return Ok(());
        };
        if definition.stage(&here.stage).is_some() {
            return Ok(());
        }
        let event = WorkflowMigrated {
            from: StageRef { label: here.label, stage: here.stage },
            to: StageRef { label: stage.label.clone(), stage: to.clone() },
            version: definition.version(),
            workflow: id,
        };
        self.push_at(Event::WorkflowMigrated(event), None, Some(definition.hash().clone()));
        Ok(())
    }
}

/// The definition under which the contact stands where it stands.
///
/// # Errors
/// `stage-unknown`: no definition of the book has that stage any more.
fn in_force<'a>(here: &Position, context: &Context<'a>) -> Result<&'a Definition, Error> {
    let definition = context.definitions.get(&here.definition);
    let definition = definition.filter(|one| one.stage(&here.stage).is_some());
    definition.ok_or_else(|| stage_unknown(here).into())
}
