//! Contacts across the boundary.

use super::book::Book;
use super::call::{Args, Order, Show};
use crate::command::{Command, NewContact};
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

record! {
    #[derive(Default)]
    struct ArchiveOptions {
        reason: Option<String> = "reason",
    }
}

/// The command of that name, if it is one of contacts.
pub(super) fn order(book: &Book, name: &str, args: &Args<'_>) -> Result<Option<Order>, Error> {
    let contact = args.contact(0);
    let (command, options, show) = match name {
        "create" => (create(book, args)?, 1, Show::Saved),
        "save" => (Command::Save { contact: contact?, changes: args.read(1)? }, 2, Show::Saved),
        "archive" => {
            let ArchiveOptions { reason } = args.read(1)?;
            (Command::Archive { contact: contact?, reason }, 1, Show::Contact)
        }
        "restore" => (Command::Restore { contact: contact? }, 1, Show::Contact),
        "erase" => {
            let EraseOptions { confirm, reason } = args.read(1)?;
            (Command::Erase { contact: contact?, confirm, reason }, 1, Show::Nothing)
        }
        "comment" => {
            let CommentInput { text } = args.read(1)?;
            (Command::Comment { contact: contact?, text }, 2, Show::Entry)
        }
        "invite" => (Command::Invite { contact: contact?, input: args.read(1)? }, 2, Show::Item),
        "message" => (Command::Message { contact: contact?, input: args.read(1)? }, 2, Show::Item),
        "share" => (Command::Share { contact: contact?, input: args.read(1)? }, 2, Show::Item),
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
