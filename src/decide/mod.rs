//! The rules: a contact's state and a command give facts, or a complete refusal. Nothing here
//! reads a clock, rolls a die or writes anywhere; what the world knows comes in a [`Context`].

mod activity;
mod check;
mod contact;
mod draft;
mod guard;
mod import;
mod moves;
mod outreach;
mod pending;
mod stage;

pub use activity::{Boxes, Place, TypeOption, draft, suggestion, type_options};
pub use check::{Form, LogBox, PendingBox, Window, check, validate};
pub use draft::{Decision, Draft};
pub use import::{Rejection, import};
pub use moves::{Step, path};
pub use stage::{Move, allows, moves, permit_import};

use crate::command::{Actor, Command, CommandOptions, User};
use crate::definition::{Definition, Definitions, Permission};
use crate::error::{Blocker, BlockerCode, Clash, Error, Fault, Fix, Issue, IssueCode, Missing};
use crate::ids::{ContactId, ContactName, ItemId, PendingId, ReplicaId, Seq};
use crate::project::{Contact, Status};
use crate::time::{Day, Instant, Zone};
use std::borrow::Cow;
use std::rc::Rc;

/// Longest free text, in characters.
pub const MAX_TEXT: usize = 10_000;
/// Most activities in one save, and most fields of a contact.
pub const MAX_ITEMS: usize = 500;

/// What the world knows when a command comes.
pub struct Context<'a> {
    /// The present.
    pub now: Instant,
    /// Where "today" is decided.
    pub zone: &'a dyn Zone,
    /// Who operates.
    pub actor: &'a Actor,
    /// Whom an activity can be assigned to; none: anybody.
    pub users: Option<Rc<[User]>>,
    /// The book's workflows.
    pub definitions: &'a Definitions,
    /// This device's log,
    pub replica: &'a ReplicaId,
    /// and the place that the command's first entry will have in it.
    pub next_seq: Seq,
    /// Gives ids that never repeat.
    pub new_id: &'a dyn Fn() -> String,
    /// Gives the same id for the same text, on every device of the book.
    pub derive: &'a dyn Fn(&str) -> String,
}

impl Context<'_> {
    /// The day it is.
    pub fn today(&self) -> Day {
        self.now.day(self.zone)
    }

    /// The name of a person to freeze into an entry.
    pub fn name_of(&self, id: &str) -> String {
        let listed =
            self.users.as_ref().and_then(|users| users.iter().find(|user| user.id.as_str() == id));
        match listed {
            Some(user) => user.name.clone(),
            None if self.actor.id.as_str() == id => self.actor.shown_name().to_owned(),
            None => id.to_owned(),
        }
    }
}

/// Whom a command is about. A pending activity's id tells its contact; one that cannot be such an
/// id names nothing that exists.
pub enum Subject<'a> {
    /// The host's id is known.
    Id(&'a ContactId),
    /// Only the ledger's name is.
    Name(ContactName),
}

/// What a command names.
enum Named<'a> {
    Contact(&'a ContactId),
    Pending(&'a str),
    Item(&'a str),
}

impl Command {
    fn named(&self) -> Named<'_> {
        match self {
            Self::Create { contact, .. }
            | Self::Save { contact, .. }
            | Self::Comment { contact, .. }
            | Self::Erase { contact, .. }
            | Self::Archive { contact, .. }
            | Self::Restore { contact }
            | Self::Invite { contact, .. }
            | Self::Message { contact, .. }
            | Self::Share { contact, .. }
            | Self::Start { contact, .. }
            | Self::Transition { contact, .. }
            | Self::Revert { contact, .. }
            | Self::Migrate { contact, .. } => Named::Contact(contact),
            Self::Complete { pending, .. }
            | Self::Update { pending, .. }
            | Self::Snooze { pending, .. }
            | Self::Acknowledge { pending }
            | Self::Reopen { pending }
            | Self::Cancel { pending, .. } => Named::Pending(pending),
            Self::Settle { item, .. } => Named::Item(item),
        }
    }

    /// Whom it is about.
    ///
    /// # Errors
    /// `not-found` for an id that names nothing that can exist.
    pub fn subject(&self) -> Result<Subject<'_>, Error> {
        let contact = match self.named() {
            Named::Contact(contact) => return Ok(Subject::Id(contact)),
            Named::Pending(id) => PendingId::new(id).contact(),
            Named::Item(id) => ItemId::new(id).contact(),
        };
        Ok(contact.map(Subject::Name).ok_or_else(|| self.missing())?)
    }

    /// That what it names does not exist.
    fn missing(&self) -> Missing {
        match self.named() {
            Named::Contact(contact) => Missing::Contact(contact.to_string()),
            Named::Pending(id) => Missing::Pending(id.to_owned()),
            Named::Item(id) => Missing::Item(id.to_owned()),
        }
    }
}

/// Runs the rules once, where and when the command is given.
///
/// # Errors
/// Everything that is wrong with it, at once.
pub fn decide(
    contact: &Contact,
    command: &Command,
    options: &CommandOptions,
    context: &Context<'_>,
) -> Result<Decision, Error> {
    decide_on(Cow::Borrowed(contact), command, options, context).0
}

/// The same, with the state that it makes. One that is owned is not copied: where the command is
/// refused it may be anything then.
pub fn decide_on<'a>(
    contact: Cow<'a, Contact>,
    command: &Command,
    options: &CommandOptions,
    context: &'a Context<'a>,
) -> (Result<Decision, Error>, Cow<'a, Contact>) {
    let mut draft = Draft::new(contact, context);
    draft.happened(options.occurred_at.as_deref());
    match draft.obey(command, options) {
        Ok(()) => draft.finish(),
        Err(error) => (Err(error), draft.finish().1),
    }
}

impl Draft<'_> {
    fn obey(&mut self, command: &Command, options: &CommandOptions) -> Result<(), Error> {
        if self.state.exists() {
            expect_version(&self.state, options)?;
        }
        match command {
            Command::Create { input, upsert, .. } => self.create(input, *upsert)?,
            _ if self.state.status == Status::Erased => return Err(erased().into()),
            _ if !self.state.exists() => return Err(command.missing().into()),
            Command::Save { changes, .. } => self.save(changes)?,
            Command::Comment { text, .. } => self.comment(text)?,
            Command::Erase { confirm, reason, .. } => self.erase(confirm, reason.as_deref())?,
            Command::Archive { reason, .. } => self.archive(reason.as_deref())?,
            Command::Restore { .. } => self.restore()?,
            Command::Invite { input, .. } => self.invite(input)?,
            Command::Message { input, .. } => self.message(input)?,
            Command::Share { input, .. } => self.share(input)?,
            Command::Settle { item, result } => self.settle(item, result)?,
            Command::Start { definition, .. } => self.start(definition)?,
            Command::Transition { request, .. } => {
                self.transition(request, "")?;
                self.cascade();
            }
            Command::Revert { note, .. } => self.revert(note.as_deref())?,
            Command::Migrate { definition, to, .. } => self.migrate(definition, to)?,
            Command::Complete { pending, input } => self.complete(pending, input)?,
            Command::Update { pending, changes } => self.update(pending, changes)?,
            Command::Snooze { pending, until } => self.snooze(pending, until)?,
            Command::Acknowledge { pending } => self.acknowledge(pending)?,
            Command::Reopen { pending } => self.reopen(pending)?,
            Command::Cancel { pending, reason } => self.cancel(pending, reason.as_deref())?,
        }
        Ok(())
    }
}

/// The blocker of whatever is asked of an erased contact.
pub fn erased() -> Blocker {
    Blocker { code: BlockerCode::Erased, params: params! {}, fix: None }
}

/// The blocker of what an archived contact can't do.
pub fn archived() -> Blocker {
    Blocker { code: BlockerCode::Archived, params: params! {}, fix: Some(Fix::Restore) }
}

fn expect_version(contact: &Contact, options: &CommandOptions) -> Result<(), Error> {
    match options.expected_version {
        Some(expected) if expected != contact.version => {
            Err(Clash::Version { expected, actual: contact.version }.into())
        }
        _ => Ok(()),
    }
}

/// Whether the actor may do what `permission` guards, under the contact's definition or, without
/// one, the book's first.
///
/// # Errors
/// `forbidden`, with the roles that may.
pub fn permit(
    permission: Permission,
    contact: &Contact,
    context: &Context<'_>,
) -> Result<(), Error> {
    let roles = governing(contact, context.definitions).map(|d| d.permission(permission));
    match roles {
        Some(roles) if !roles.admit(&context.actor.roles) => {
            let roles = roles.names().unwrap_or_default().to_vec();
            Err(Fault::Forbidden { permission: permission.name(), roles }.into())
        }
        _ => Ok(()),
    }
}

/// The definition of the contact's workflow; without a workflow the book's first.
pub fn governing<'a>(contact: &Contact, definitions: &'a Definitions) -> Option<&'a Definition> {
    match &contact.workflow {
        Some(here) => definitions.get(&here.definition),
        None => definitions.iter().next(),
    }
}

/// Checks a free text's length.
fn text_issue(path: &str, text: Option<&str>) -> Option<Issue> {
    let too_long =
        text.is_some_and(|text| text.len() > MAX_TEXT && text.chars().count() > MAX_TEXT);
    too_long.then(|| Issue::error(path, IssueCode::TooLong, params! { "max" => MAX_TEXT }))
}
