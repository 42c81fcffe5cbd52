//! Activities across the boundary.

use super::book::Book;
use super::call::{Answer, Args, Order};
use super::contacts::saved;
use crate::command::{BoxPair, Command};
use crate::decide;
use crate::engine::{Loaded, Written};
use crate::error::Error;
use crate::project::Contact;

record! {
    /// Where a form stands, for a contact that may not exist yet.
    #[derive(Default)]
    struct Place {
        stage: Option<String> = "stage",
        definition: Option<String> = "definition",
    }
}

record! {
    #[derive(Default)]
    struct CancelOptions {
        reason: Option<String> = "reason",
    }
}

/// The command of that name, if it is one of activities.
pub(super) fn order(name: &str, args: &Args<'_>) -> Result<Option<Order>, Error> {
    let (command, options, show): (_, _, fn(&Book, &Written) -> Answer) = match name {
        "complete" => {
            (Command::Complete { pending: args.text(0)?, input: args.read(1)? }, 2, saved)
        }
        "reopen" => (Command::Reopen { pending: args.text(0)? }, 1, pending),
        "cancel" => {
            let CancelOptions { reason } = args.read(1)?;
            (Command::Cancel { pending: args.text(0)?, reason }, 1, pending)
        }
        _ => return Ok(None),
    };
    Ok(Some(Order { command, options, show }))
}

fn pending(book: &Book, written: &Written) -> Answer {
    book.engine().view(|viewer| viewer.pending(written))
}

/// The contract's `activities.types`.
pub(super) fn types(book: &Book, contact: &Loaded) -> String {
    let engine = book.engine();
    engine.view(|viewer| engine.ask(&book.actor, |context| viewer.types(&contact.state, context)))
}

/// The contract's `activities.draft`.
pub(super) fn draft(book: &Book, args: &Args<'_>) -> Result<String, Error> {
    let (boxes, contact) = form(book, args)?;
    let engine = book.engine();
    let filled = engine.ask(&book.actor, |context| decide::draft(boxes, &contact, context));
    Ok(engine.view(|viewer| viewer.boxes(&filled)))
}

/// The contract's `activities.validate`.
pub(super) fn validate(book: &Book, args: &Args<'_>) -> Result<String, Error> {
    let (boxes, contact) = form(book, args)?;
    let engine = book.engine();
    let issues = engine.ask(&book.actor, |context| decide::validate(&boxes, "", &contact, context));
    Ok(engine.view(|viewer| viewer.issues(&issues)))
}

fn form(book: &Book, args: &Args<'_>) -> Result<(BoxPair, Contact), Error> {
    let (boxes, place): (BoxPair, Place) = (args.read(0)?, args.read(1)?);
    let contact = book.engine().standing(place.definition.as_deref(), place.stage.as_deref())?;
    Ok((boxes, contact))
}
