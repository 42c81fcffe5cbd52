//! The workflow across the boundary.

use super::book::Book;
use super::call::{Answer, Args, Order, Show};
use super::convert::{failure, malformed, messages, read, value};
use crate::command::{Actor, Command, TransitionInput};
use crate::decide;
use crate::definition::Definitions;
use crate::definition::diagram::{Format, diagram as draw};
use crate::engine::{self, Loaded, Step};
use crate::error::{Error, Fault};
use crate::ids::{ContactId, StageId};
use crate::label::Localized;
use crate::ledger::definition_hash;
use crate::text::HostMessages;
use crate::time::Instant;
use wasm_bindgen::prelude::*;

record! {
    #[derive(Default)]
    struct RevertOptions {
        note: Option<String> = "note",
    }
}

/// The command of that name, if it is one of the workflow.
pub(super) fn order(name: &str, args: &Args<'_>) -> Result<Option<Order>, Error> {
    let contact = args.contact(0);
    let (command, options) = match name {
        "start" => (Command::Start { contact: contact?, definition: args.text(1)? }, 2),
        "transition" => (Command::Transition { contact: contact?, request: args.read(1)? }, 2),
        "revert" => {
            let RevertOptions { note } = args.read(1)?;
            (Command::Revert { contact: contact?, note }, 1)
        }
        _ => return Ok(None),
    };
    Ok(Some(Order { command, options, show: Show::Record }))
}

/// The contract's `workflow.options`.
pub(super) fn options(book: &Book, contact: &Loaded, input: &TransitionInput) -> String {
    let engine = book.engine();
    engine.view(|viewer| {
        engine.ask(&book.actor, |context| viewer.options(&contact.state, input, context))
    })
}

/// The contract's `workflow.definitions`.
pub(super) fn definitions(book: &Book) -> String {
    let sources: Vec<_> = book.engine().definitions().iter().map(|one| one.source()).collect();
    crate::json::text(&sources)
}

/// The contract's `workflow.path`; nothing where there is no way.
///
/// # Errors
/// A stage that the contact's workflow does not have.
pub(super) fn path(book: &Book, contact: &Loaded, to: &str) -> Result<Answer, Error> {
    let engine = book.engine();
    let steps = engine
        .ask(&book.actor, |context| decide::path(&contact.state, &StageId::new(to), context))?;
    Ok(steps.map(|steps| engine.view(|viewer| viewer.path(&steps))))
}

record! {
    struct DiagramQuery {
        definition: String = "definition",
        format: Format = "format",
        contact: Option<String> = "contactId",
    }
}

/// The contract's `workflow.diagram`. A contact that is not in memory stands nowhere in it: there is
/// no waiting for the store here.
///
/// # Errors
/// A definition that the book lacks, a format that there is not.
pub(super) fn diagram(book: &Book, args: &Args<'_>) -> Result<String, Error> {
    let query: DiagramQuery = crate::json::from_value(args.value(0)).map_err(malformed)?;
    let engine = book.engine();
    let definition = engine.definition(Some(&query.definition))?;
    let contact = query.contact.map(ContactId::new);
    let stage = contact.and_then(|id| engine.stage_in_memory(&id, definition.id()));
    let messages = engine.messages();
    let label = |label: &Localized| messages.label(label).to_owned();
    Ok(crate::json::text(&draw(definition, query.format, &label, stage.as_ref())))
}

record! {
    /// How a simulation runs.
    #[derive(Default)]
    pub(super) struct SimulateOptions {
        actor: Option<Actor> = "actor",
        pub(super) start: Option<Instant> = "start",
        pub(super) locale: Option<String> = "locale",
    }
}

impl SimulateOptions {
    pub(super) fn actor(&self) -> Actor {
        let nobody = || Actor { id: "simulation".into(), ..Actor::default() };
        self.actor.clone().unwrap_or_else(nobody)
    }
}

/// The definition in this JSON, as a book of its own.
pub(super) fn defined(definition: &str) -> Result<Definitions, Error> {
    let definition = value(definition)?.into_owned();
    Ok(Definitions::parse(vec![definition], definition_hash).map_err(Fault::Definition)?)
}

/// The contract's `simulate`: JSON of definition, steps and options in, of its answer out.
///
/// # Errors
/// A definition that can't be used, a step that means nothing.
#[wasm_bindgen(js_name = simulate)]
pub fn simulate(definition: &str, steps: &str, options: &str) -> Result<String, JsValue> {
    let run = || {
        let options: SimulateOptions = read(&value(options)?)?;
        let definitions = defined(definition)?;
        let steps: Vec<Step> = read(&value(steps)?)?;
        let start = options.start.unwrap_or_default();
        let played = engine::simulate(&definitions, &steps, &options.actor(), start)?;
        let messages = messages(options.locale.as_deref(), &HostMessages::default());
        Ok(played.view(&definitions, &messages, start))
    };
    run().map_err(|error: Error| failure(&error, &messages(None, &HostMessages::default())))
}
