//! The workflow across the boundary.

use super::book::Book;
use super::call::{Args, Order, Show};
use crate::command::{Command, TransitionInput};
use crate::engine::Loaded;
use crate::error::Error;

/// The command of that name, if it is one of the workflow.
pub(super) fn order(name: &str, args: &Args<'_>) -> Result<Option<Order>, Error> {
    let contact = args.contact(0);
    let command = match name {
        "start" => Command::Start { contact: contact?, definition: args.text(1)? },
        "transition" => Command::Transition { contact: contact?, request: args.read(1)? },
        _ => return Ok(None),
    };
    Ok(Some(Order { command, options: 2, show: Show::Record }))
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
