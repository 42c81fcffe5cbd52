//! One command decided by the rules on top of those before it in the same commit. It asks the store for
//! nothing: the contact was loaded before. All it changes is the commit in the making.

use super::Engine;
use super::head::Answer;
use super::work::Work;
use super::write::{Queued, Written};
use crate::command::Command;
use crate::decide::{Context, Subject, decide};
use crate::error::{Blocker, Error, Fault};
use crate::event::{By, Event, Fact, StageRef, WorkflowRefused};
use crate::ids::{ContactName, StageId, TransitionId};
use crate::json::{self, Members, Value};
use crate::ledger::canonical_value;
use crate::project::Contact;
use crate::store::Store;

impl<S: Store> Engine<S> {
    pub(super) fn subject(&self, command: &Command) -> Result<ContactName, Error> {
        Ok(match command.subject()? {
            Subject::Id(id) => self.name_of(id),
            Subject::Name(name) => name,
        })
    }

    pub(super) fn decide_one(&self, queued: &Queued, work: &mut Work) -> Result<Written, Error> {
        let name = self.subject(&queued.command)?;
        let key =
            queued.options.command_id.as_deref().map(|id| self.pseudonyms.name("command", id));
        if let Some(key) = &key
            && let Some(answer) = work.answers.iter().find(|answer| answer.key == *key)
        {
            return self.twice_in_one(queued, answer, work);
        }
        let loaded = work.contact(&name).cloned().unwrap_or_default();
        let mut state = loaded.state.clone();
        state.name = name.clone();
        if let Ok(Subject::Id(id)) = queued.command.subject()
            && state.id.as_str().is_empty()
        {
            state.id = id.clone();
        }
        let lacking =
            if work.definitions.is_empty() { self.unknown_definitions() } else { Vec::new() };
        let next = work.seal.upcoming(lacking.len());
        let (new_id, derive) = (|| self.new_id(), |text: &str| self.derive(text));
        let replica = work.seal.replica.clone();
        let context: Context<'_> =
            self.context(&queued.actor, work.now, &replica, next, (&new_id, &derive));
        let decided = decide(&state, &queued.command, &queued.options, &context);
        if let Err(error) = &decided
            && let Fault::Refused { blockers, .. } = &**error
            && self.record_refusals
            && state.exists()
        {
            self.record_refusal(queued, blockers, (&name, &state), work)?;
        }
        let decision = decided?;
        if decision.facts.is_empty() {
            return Ok(Written { contact: loaded, entries: Vec::new(), issues: decision.issues });
        }
        for definition in lacking {
            self.seal_definition(definition, &queued.actor, work);
        }
        let from = work.seal.upcoming(0);
        let entries = self.seal_facts(decision.facts, &name, &state.id, work)?;
        if let Some(key) = key {
            let (fingerprint, count) = (self.fingerprint(queued), entries.len() as u64);
            work.answers.push(Answer { key, fingerprint, contact: name.clone(), from, count });
        }
        let contact = work.contact(&name).cloned().unwrap_or_default();
        Ok(Written { contact, entries, issues: decision.issues })
    }

    /// Logs a move that did not happen.
    fn record_refusal(
        &self,
        queued: &Queued,
        blockers: &[Blocker],
        (name, state): (&ContactName, &Contact),
        work: &mut Work,
    ) -> Result<(), Error> {
        let request = match &queued.command {
            Command::Transition { request, .. } => request,
            Command::Save { changes, .. } => match &changes.transition {
                Some(request) => request,
                None => return Ok(()),
            },
            _ => return Ok(()),
        };
        let blocker = |blocker: &Blocker| {
            let mut out = Vec::new();
            let mut object = Members::open(&mut out);
            object.member("code", &blocker.code);
            object.always("params", &blocker.params);
            object.close();
            // Parameters stand in no order of their own; in a body they have to.
            let sorted = json::read_bytes(&out).map(|value: Value<'_>| canonical_value(&value));
            sorted.and_then(|sorted| json::read_bytes(&sorted)).unwrap_or(Value::Null)
        };
        let here = state.workflow.as_ref();
        let event = Event::WorkflowRefused(WorkflowRefused {
            blockers: blockers.iter().map(blocker).collect(),
            from: here
                .map(|here| StageRef { label: here.label.clone(), stage: here.stage.clone() }),
            to: request.to.as_deref().map(StageId::new),
            transition: request.transition.as_deref().map(TransitionId::new),
        });
        let by = By::from(&queued.actor);
        let fact = Fact { by, occurred_at: None, source: None, definition: None, event };
        self.seal_facts(vec![fact], name, &state.id, work).map(drop)
    }
}
