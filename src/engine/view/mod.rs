//! What callers see: states, rows and refusals in the shapes of the JavaScript contract, worded in
//! the book's locale. Plain data out; nothing here asks the store.

mod agenda;
mod audit;
mod export;
mod history;
mod refusals;
mod shapes;
mod summary;
mod written;

pub use audit::{applied, conflicts, imported, insights, items, verified};
pub use refusals::{definition_issues, error};

use super::Engine;
use super::loaded::Loaded;
use super::read::Page;
use crate::command::Actor;
use crate::decide::{self, Context};
use crate::definition::Definitions;
use crate::error::{Error, Missing};
use crate::ids::{ActorId, ContactId, ReplicaId};
use crate::json::ToJson;
use crate::label::Localized;
use crate::project::{Contact, Status};
use crate::store::Store;
use crate::text::Messages;
use crate::time::{Instant, Zone};
use shapes::*;
use std::rc::Rc;

/// What wording and time need.
pub struct Viewer<'a> {
    /// The book's wording.
    pub messages: &'a Messages,
    /// The book's workflows.
    pub definitions: &'a Definitions,
    /// The present.
    pub now: Instant,
    /// Where "today" is decided,
    pub zone: &'a dyn Zone,
    /// and for users who live elsewhere.
    pub zone_of: &'a dyn Fn(&ActorId) -> Option<Rc<dyn Zone>>,
    /// This device's replica, and how much of its log a server holds; none outside a book.
    pub held: Option<(ReplicaId, u64)>,
}

/// JSON text of a view.
fn json(view: &dyn ToJson) -> String {
    crate::json::text(view)
}

impl<'a> Viewer<'a> {
    fn label(&self, label: &'a Localized) -> &'a str {
        self.messages.label(label)
    }

    fn contact_view(&self, contact: &'a Contact) -> Option<ContactView<'a>> {
        let profile = contact.profile.as_ref().filter(|_| contact.exists())?;
        Some(ContactView {
            id: &contact.id,
            name: &profile.name,
            email: profile.email.as_deref(),
            phone: profile.phone.as_deref(),
            company: profile.company.as_deref(),
            fields: &profile.fields,
            status: contact.status.code(),
            workflow: self.workflow_view(contact),
            version: contact.version,
            created_at: contact.created.at,
            created_by: &contact.created.by,
            updated_at: contact.updated.at,
            updated_by: &contact.updated.by,
        })
    }

    fn workflow_view(&self, contact: &'a Contact) -> Option<WorkflowView<'a>> {
        let here = contact.workflow.as_ref()?;
        let definition = self.definitions.get(&here.definition);
        Some(WorkflowView {
            definition: here.definition.as_str(),
            version: here.version,
            stage: &here.stage,
            stage_label: self.label(&here.label),
            entered_at: here.entered,
            show_log: definition.is_some_and(|definition| definition.show_log()),
        })
    }

    /// The contract's `Contact`; none of one that does not exist.
    pub fn contact(&self, loaded: &Loaded) -> Option<String> {
        self.contact_view(&loaded.state).map(|view| json(&view))
    }

    /// A page of contacts.
    pub fn contacts(&self, page: &Page<Rc<Loaded>>) -> String {
        let items =
            page.items.iter().filter_map(|loaded| self.contact_view(&loaded.state)).collect();
        json(&PageView { total: page.total, items, next: page.next.clone() })
    }
}

/// An erased contact is named as the ledger does: its id is not known any more.
fn shown_id(contact: &Contact) -> &str {
    if contact.status == Status::Erased { contact.name.as_str() } else { contact.id.as_str() }
}

impl<S: Store> Engine<S> {
    /// Calls `view` with what wording and time need.
    pub fn view<T>(&self, view: impl FnOnce(&Viewer<'_>) -> T) -> T {
        let messages = self.messages();
        view(&Viewer {
            messages: &messages,
            definitions: &self.definitions,
            now: self.world.now(),
            zone: self.world.as_ref(),
            zone_of: &|user| self.zone_of(user),
            held: Some(self.held_by_server().unwrap_or_else(|| (self.size().0, 0))),
        })
    }

    /// Calls `ask` with what the rules see of the world now.
    pub fn ask<T>(&self, actor: &Actor, ask: impl FnOnce(&Context<'_>) -> T) -> T {
        let replica = self.shared.borrow().seal.replica.clone();
        let next = self.shared.borrow().seal.upcoming(0);
        let (new_id, derive) = (|| self.new_id(), |text: &str| self.derive(text));
        ask(&self.context(actor, self.world.now(), &replica, next, (&new_id, &derive)))
    }

    /// The contact, if it exists: else why it can't be asked about.
    ///
    /// # Errors
    /// `not-found`, `refused` for an erased one, and what the store says.
    pub async fn existing(&self, id: &ContactId) -> Result<Rc<Loaded>, Error> {
        let loaded = self.contact(id).await?;
        match loaded.state.status {
            Status::Erased => Err(decide::erased().into()),
            _ if loaded.state.exists() => Ok(loaded),
            _ => Err(Missing::Contact(id.to_string()).into()),
        }
    }
}
