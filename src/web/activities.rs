//! Activities across the boundary.

use super::book::Book;
use super::call::{Answer, Args, Order, Show};
use crate::command::{BoxPair, Command, Completion, PendingChanges};
use crate::decide;
use crate::engine::Loaded;
use crate::error::Error;
use crate::ids::PendingId;
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

record! {
    #[derive(Default)]
    struct TaskInput {
        outcome: Option<String> = "outcome",
    }
}

/// The command of that name, if it is one of activities.
pub(super) fn order(name: &str, args: &Args<'_>) -> Result<Option<Order>, Error> {
    let id = args.text(0);
    let (command, options) = match name {
        "complete" => {
            let command = Command::Complete { pending: id?, input: args.read(1)? };
            return Ok(Some(Order { command, options: 2, show: Show::Saved }));
        }
        "reopen" => (Command::Reopen { pending: id? }, 1),
        "cancel" => {
            let CancelOptions { reason } = args.read(1)?;
            (Command::Cancel { pending: id?, reason }, 1)
        }
        "update" => (Command::Update { pending: id?, changes: args.read(1)? }, 2),
        "snooze" => (Command::Snooze { pending: id?, until: args.text(1)? }, 2),
        "acknowledge" => (Command::Acknowledge { pending: id? }, 1),
        _ => return Ok(None),
    };
    Ok(Some(Order { command, options, show: Show::Pending(PendingId::new(args.text(0)?)) }))
}

/// The command of that name about a task, the other face of `pending`.
pub(super) fn task_order(
    name: &str,
    pending: PendingId,
    args: &Args<'_>,
) -> Result<Option<Order>, Error> {
    let id = pending.to_string();
    let (command, options) = match name {
        "complete" => {
            let TaskInput { outcome } = args.read(1)?;
            let input = Completion { outcome, ..Completion::default() };
            (Command::Complete { pending: id, input }, 2)
        }
        "reopen" => (Command::Reopen { pending: id }, 1),
        "reassign" => {
            let changes =
                PendingChanges { assignee: Some(args.text(1)?), ..PendingChanges::default() };
            (Command::Update { pending: id, changes }, 2)
        }
        _ => return Ok(None),
    };
    Ok(Some(Order { command, options, show: Show::Task(pending) }))
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

/// The contract's `activities.validate`; nothing where nothing is wrong.
pub(super) fn validate(book: &Book, args: &Args<'_>) -> Result<Answer, Error> {
    let (boxes, contact) = form(book, args)?;
    let engine = book.engine();
    let issues = engine.ask(&book.actor, |context| decide::validate(&boxes, "", &contact, context));
    Ok((!issues.is_empty()).then(|| engine.view(|viewer| viewer.issues(&issues))))
}

fn form(book: &Book, args: &Args<'_>) -> Result<(BoxPair, Contact), Error> {
    let (boxes, place): (BoxPair, Place) = (args.read(0)?, args.read(1)?);
    let contact = book.engine().standing(place.definition.as_deref(), place.stage.as_deref())?;
    Ok((boxes, contact))
}
