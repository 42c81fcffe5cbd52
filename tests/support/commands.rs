//! Commands as tests write them.

use stagebook::command::{
    ActivityDraft, BoxPair, Command, Completion, ContactChanges, FieldChanges, MessageDraft,
    NewContact, PendingDraft, Settlement, TransitionRequest,
};
use stagebook::ids::ContactId;

pub(crate) fn create(contact: &str) -> Command {
    create_named(contact, "Anna")
}

pub(crate) fn create_named(contact: &str, name: &str) -> Command {
    let input = NewContact { name: Some(name.to_owned()), ..NewContact::default() };
    Command::Create { contact: ContactId::new(contact), input, upsert: false }
}

pub(crate) fn save(contact: &str, changes: ContactChanges) -> Command {
    Command::Save { contact: ContactId::new(contact), changes }
}

pub(crate) fn rename(contact: &str, name: &str) -> Command {
    let set = FieldChanges { name: Some(name.to_owned()), ..FieldChanges::default() };
    save(contact, ContactChanges { set: Some(set), ..ContactChanges::default() })
}

/// A pending activity of the type, assigned to the boss.
pub(crate) fn pending(kind: &str, create_task: bool) -> PendingDraft {
    PendingDraft {
        kind: Some(kind.to_owned()),
        assignee: Some("boss".to_owned()),
        create_task: Some(create_task),
        ..PendingDraft::default()
    }
}

pub(crate) fn plan(contact: &str, pending: PendingDraft) -> Command {
    let pair = BoxPair { log: None, pending: Some(pending) };
    save(contact, ContactChanges { activities: vec![pair], ..ContactChanges::default() })
}

/// An activity that was done now.
pub(crate) fn log(contact: &str, kind: &str) -> Command {
    let log = ActivityDraft { kind: Some(kind.to_owned()), ..ActivityDraft::default() };
    let pair = BoxPair { log: Some(log), pending: None };
    save(contact, ContactChanges { activities: vec![pair], ..ContactChanges::default() })
}

pub(crate) fn comment(contact: &str, text: &str) -> Command {
    Command::Comment { contact: ContactId::new(contact), text: text.to_owned() }
}

pub(crate) fn message(contact: &str, text: &str) -> Command {
    let input = MessageDraft { text: Some(text.to_owned()), ..MessageDraft::default() };
    Command::Message { contact: ContactId::new(contact), input }
}

/// Says that the item was sent.
pub(crate) fn settle(item: &str) -> Command {
    let result = Settlement { status: "sent".to_owned(), ..Settlement::default() };
    Command::Settle { item: item.to_owned(), result }
}

pub(crate) fn erase(contact: &str) -> Command {
    let reason = Some("ticket 7".to_owned());
    Command::Erase { contact: ContactId::new(contact), confirm: contact.to_owned(), reason }
}

pub(crate) fn go(contact: &str, transition: &str) -> Command {
    let request = TransitionRequest {
        transition: Some(transition.to_owned()),
        reason: Some("other".to_owned()),
        note: Some("a note".to_owned()),
        ..TransitionRequest::default()
    };
    Command::Transition { contact: ContactId::new(contact), request }
}

pub(crate) fn complete(pending: &str) -> Command {
    Command::Complete { pending: pending.to_owned(), input: Completion::default() }
}
