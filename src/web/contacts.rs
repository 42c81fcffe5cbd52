//! Contacts across the boundary.

use super::book::Book;
use super::call::{Answer, Args, Order};
use crate::command::{Command, NewContact};
use crate::engine::Written;
use crate::error::Error;
use crate::ids::ContactId;

record! {
    #[derive(Default)]
    struct CreateOptions {
        upsert: bool = "upsert" or default,
        command_id: Option<String> = "commandId",
    }
}

record! {
    #[derive(Default)]
    struct EraseOptions {
        confirm: String = "confirm" or default,
        reason: Option<String> = "reason",
    }
}

record! {
    #[derive(Default)]
    struct CommentInput {
        text: String = "text" or default,
    }
}

/// The command of that name, if it is one of contacts.
pub(super) fn order(book: &Book, name: &str, args: &Args<'_>) -> Result<Option<Order>, Error> {
    let (command, options, show): (_, _, fn(&Book, &Written) -> Answer) = match name {
        "create" => (create(book, args)?, 1, saved),
        "save" => {
            let (contact, changes) = (args.contact(0)?, args.read(1)?);
            (Command::Save { contact, changes }, 2, saved)
        }
        "erase" => {
            let EraseOptions { confirm, reason } = args.read(1)?;
            (Command::Erase { contact: args.contact(0)?, confirm, reason }, 1, |_, _| None)
        }
        "comment" => {
            let CommentInput { text } = args.read(1)?;
            (Command::Comment { contact: args.contact(0)?, text }, 2, entered)
        }
        _ => return Ok(None),
    };
    Ok(Some(Order { command, options, show }))
}

fn create(book: &Book, args: &Args<'_>) -> Result<Command, Error> {
    let input: NewContact = args.read(0)?;
    let CreateOptions { upsert, command_id } = args.read(1)?;
    let contact = match &input.id {
        Some(id) => ContactId::new(id.as_str()),
        None => book.engine().invent(command_id.as_deref()),
    };
    Ok(Command::Create { contact, input, upsert })
}

/// The contract's `SaveResult`.
pub(super) fn saved(book: &Book, written: &Written) -> Answer {
    let engine = book.engine();
    Some(engine.view(|viewer| engine.ask(&book.actor, |context| viewer.saved(written, context))))
}

fn entered(book: &Book, written: &Written) -> Answer {
    book.engine().view(|viewer| viewer.entered(written))
}
