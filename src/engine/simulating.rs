//! Plays moves and activities against a definition, without a store: for whoever designs one. The
//! same rules decide and the same fold keeps the state; only nothing is sealed or written.

use super::view::Viewer;
use crate::command::{
    ActivityDraft, Actor, BoxPair, Command, CommandOptions, ContactChanges, NewContact, StartAt,
    TransitionRequest,
};
use crate::decide::{Context, decide};
use crate::definition::Definitions;
use crate::error::{Blocker, Error, Fault};
use crate::event::{Entry, Fact, Hlc, Order};
use crate::ids::{ContactId, ContactName, ReplicaId, Seq};
use crate::project::{Contact, Row, RowBody};
use crate::text::Messages;
use crate::time::{Instant, Utc};
use std::cell::Cell;
use std::rc::Rc;

record! {
    /// What is done in one step, and how long after the step before.
    #[derive(Clone, Debug, Default)]
    pub struct Step {
        /// A type of activity to log.
        pub log: Option<String> = "log",
        /// A move.
        pub transition: Option<TransitionRequest> = "transition",
        /// Milliseconds after the step before.
        pub after_ms: u64 = "afterMs" or default,
    }
}

/// What a simulation comes to.
#[derive(Debug, Default)]
pub struct Simulation {
    /// The contact in the end.
    pub contact: Contact,
    /// What happened, each with its row.
    pub entries: Vec<(Rc<Row>, Rc<Entry>)>,
    /// What did not happen, by the step that asked for it.
    pub refusals: Vec<(usize, Vec<Blocker>)>,
}

/// Plays `steps` on a new contact under the first of `definitions`.
///
/// # Errors
/// What is wrong with a step but that it is refused: an unknown transition, stage or type.
pub fn simulate(
    definitions: &Definitions,
    steps: &[Step],
    actor: &Actor,
    start: Instant,
) -> Result<Simulation, Error> {
    let replica = ReplicaId::new("simulation");
    let ids = Cell::new(0_u32);
    let new_id = || {
        ids.set(ids.get() + 1);
        ids.get().to_string()
    };
    let derive = |text: &str| text.to_owned();
    let mut simulation = Simulation::default();
    let name = ContactName::parse("simulated-contact-name").unwrap_or_default();
    let contact = ContactId::new("simulation");
    simulation.contact = Contact::unknown(name, contact.clone());
    let workflow = definitions.iter().next();
    let workflow = workflow.map(|one| StartAt { definition: one.id().to_string(), stage: None });
    let input = NewContact {
        name: Some("Simulation".to_owned()),
        workflow: Some(workflow),
        ..NewContact::default()
    };
    let mut commands =
        vec![(0, Command::Create { contact: contact.clone(), input, upsert: false })];
    commands.extend(steps.iter().map(|step| (step.after_ms, command(step, &contact))));
    let mut now = start;
    for (place, (after, command)) in commands.iter().enumerate() {
        now = Instant::from_millis(now.millis().saturating_add_unsigned(*after));
        let context = Context {
            now,
            zone: &Utc,
            actor,
            users: None,
            definitions,
            replica: &replica,
            next_seq: Seq(simulation.entries.len() as u64),
            new_id: &new_id,
            derive: &derive,
        };
        match decide(&simulation.contact, command, &CommandOptions::default(), &context) {
            Ok(decision) => decision.facts.into_iter().for_each(|fact| {
                simulation.push(fact, now, &replica);
            }),
            Err(error) => {
                let Fault::Refused { blockers, .. } = *error else { return Err(error) };
                simulation.refusals.push((place.saturating_sub(1), blockers));
                // Without a contact there is nothing to play on.
                if !simulation.contact.exists() {
                    break;
                }
            }
        }
    }
    Ok(simulation)
}

fn command(step: &Step, contact: &ContactId) -> Command {
    let log = step.log.clone().map(|kind| BoxPair {
        log: Some(ActivityDraft { kind: Some(kind), ..ActivityDraft::default() }),
        pending: None,
    });
    Command::Save {
        contact: contact.clone(),
        changes: ContactChanges {
            set: None,
            activities: log.into_iter().collect(),
            transition: step.transition.clone(),
        },
    }
}

impl Simulation {
    fn push(&mut self, fact: Fact, now: Instant, replica: &ReplicaId) {
        let seq = Seq(self.entries.len() as u64);
        let order = Order { hlc: Hlc::default(), replica: replica.clone(), seq };
        let entry = Rc::new(Entry { order, at: now, fact });
        let row = Row::fold(&mut self.contact, &entry, RowBody::new("{}"));
        self.entries.push((Rc::new(row), entry));
    }

    /// As the contract's `simulate` gives it.
    pub fn view(&self, definitions: &Definitions, messages: &Messages, now: Instant) -> String {
        let viewer =
            Viewer { messages, definitions, now, zone: &Utc, zone_of: &|_| None, held: None };
        viewer.simulation(self)
    }
}
