//! A contact to try things on, by hand and at once: what `simulate` plays from a list, step by step. It
//! keeps no history, so that a step costs what its decision costs.

use crate::command::{
    ActivityDraft, Actor, BoxPair, Command, CommandOptions, ContactChanges, NewContact, StartAt,
    TransitionRequest,
};
use crate::decide::{self, Context, decide_on};
use crate::definition::{Definition, Definitions};
use crate::error::Error;
use crate::ids::{ContactId, ContactName, ReplicaId, Seq};
use crate::project::Contact;
use crate::time::{Instant, Utc};
use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;

/// The contact's id.
const ID: &str = "simulation";

/// What all trials of one definition share.
struct Ground {
    definitions: Definitions,
    actor: Actor,
    replica: ReplicaId,
    /// One for each transition, then one to log each activity type, both as listed.
    commands: Vec<Command>,
}

/// A contact that is tried out.
#[derive(Clone)]
pub struct Trial {
    ground: Rc<Ground>,
    /// Away only while a step is taken: an empty contact in its place would cost more than the step.
    contact: Option<Contact>,
    now: Instant,
}

impl Trial {
    /// A new contact under the first of `definitions`.
    ///
    /// # Errors
    /// What keeps its workflow from starting.
    pub fn open(definitions: Definitions, actor: Actor, now: Instant) -> Result<Self, Error> {
        let id = ContactId::new(ID);
        let first = definitions.iter().next();
        let commands = first.map(commands).unwrap_or_default();
        let workflow = first.map(|one| StartAt { definition: one.id().to_string(), stage: None });
        let ground = Ground { definitions, actor, replica: ReplicaId::new("simulation"), commands };
        let name = ContactName::parse("simulated-contact-name").unwrap_or_default();
        let contact = Contact::unknown(name, id.clone());
        let mut trial = Self { ground: Rc::new(ground), contact: Some(contact), now };
        let input = NewContact {
            name: Some("Simulation".to_owned()),
            workflow: Some(workflow),
            ..NewContact::default()
        };
        trial.run(&Command::Create { contact: id, input, upsert: false })?;
        Ok(trial)
    }

    /// The command of that number: a transition, or an activity to log. Whether it happened.
    pub fn step(&mut self, number: usize) -> bool {
        let ground = self.ground.clone();
        let Some(command) = ground.commands.get(number) else { return false };
        let Some(contact) = self.contact.take() else { return false };
        // Neither asks for more than it gives, so that what is refused has not changed anything.
        let (done, contact) = ground.with(self.now, contact.entries, |context| {
            let options = CommandOptions::default();
            let (outcome, contact) = decide_on(Cow::Owned(contact), command, &options, context);
            (outcome.is_ok(), contact.into_owned())
        });
        self.contact = Some(contact);
        done
    }

    /// Saves changes.
    ///
    /// # Errors
    /// All that is wrong with them; then nothing has changed.
    pub fn save(&mut self, changes: ContactChanges) -> Result<(), Error> {
        self.run(&Command::Save { contact: ContactId::new(ID), changes })
    }

    fn run(&mut self, command: &Command) -> Result<(), Error> {
        let Some(contact) = &self.contact else { return Ok(()) };
        let contact = self.ground.with(self.now, contact.entries, |context| {
            let options = CommandOptions::default();
            let (outcome, contact) = decide_on(Cow::Borrowed(contact), command, &options, context);
            outcome.map(|_| contact.into_owned())
        })?;
        self.contact = Some(contact);
        Ok(())
    }

    /// Why the command of that number does not happen now.
    pub fn refusal(&self, number: usize) -> Option<Error> {
        let command = self.ground.commands.get(number)?;
        self.clone().run(command).err()
    }

    /// Whether the contact can make that move now.
    ///
    /// # Errors
    /// A transition or a stage that there is not.
    pub fn allows(&self, request: &TransitionRequest) -> Result<bool, Error> {
        let Some(contact) = &self.contact else { return Ok(false) };
        let allows = |context: &Context<'_>| decide::allows(contact, request, context);
        self.ground.with(self.now, contact.entries, allows)
    }

    /// The move of that number.
    pub fn request(&self, number: usize) -> Option<&TransitionRequest> {
        match self.ground.commands.get(number)? {
            Command::Save { changes, .. } => changes.transition.as_ref(),
            _ => None,
        }
    }

    /// The place of its stage in the definition.
    pub fn stage(&self) -> Option<usize> {
        let here = &self.contact.as_ref()?.workflow.as_ref()?.stage;
        let definition = self.ground.definitions.iter().next()?;
        definition.stages().iter().position(|stage| stage.id == *here)
    }

    /// Lets time pass.
    pub fn wait(&mut self, millis: i64) {
        self.now = Instant::from_millis(self.now.millis().saturating_add(millis));
    }
}

fn commands(definition: &Definition) -> Vec<Command> {
    let request = |id: String| TransitionRequest { transition: Some(id), ..Default::default() };
    let moves = definition.transitions().iter().map(|one| ContactChanges {
        transition: Some(request(one.id.to_string())),
        ..ContactChanges::default()
    });
    let log = |kind: String| ActivityDraft { kind: Some(kind), ..ActivityDraft::default() };
    let logs = definition.activity_types().iter().map(|one| ContactChanges {
        activities: vec![BoxPair { log: Some(log(one.id.to_string())), pending: None }],
        ..ContactChanges::default()
    });
    let save = |changes| Command::Save { contact: ContactId::new(ID), changes };
    moves.chain(logs).map(save).collect()
}

impl Ground {
    /// Runs the rules at `now`, after so many entries.
    fn with<T>(&self, now: Instant, entries: u64, run: impl FnOnce(&Context<'_>) -> T) -> T {
        let derive = |text: &str| text.to_owned();
        let ids = Cell::new(entries);
        let new_id = || ids.replace(ids.get() + 1).to_string();
        run(&Context {
            now,
            zone: &Utc,
            actor: &self.actor,
            users: None,
            definitions: &self.definitions,
            replica: &self.replica,
            next_seq: Seq(entries),
            new_id: &new_id,
            derive: &derive,
        })
    }
}
