//! Rules of what goes out to people: invitations, messages, details shared. Each is an intent that
//! waits in the outbox for the host to deliver; what became of it is a fact of its own.

use super::contact::is_email;
use super::{Draft, MAX_ITEMS, permit};
use crate::command::{Invitation, MessageDraft, Scalar, Settlement, ShareDraft};
use crate::definition::Permission;
use crate::error::{Error, Issue, IssueCode, Missing};
use crate::event::{ContactInvited, ContactMessaged, ContactShared, Delivery, Event};
use crate::ids::ItemId;

/// What is shared where nothing is named.
const SHARED: [&str; 4] = ["name", "email", "phone", "company"];

impl Draft<'_> {
    fn item_id(&self) -> ItemId {
        ItemId::of(&self.state.name, &(self.context.new_id)())
    }

    /// An email address that must be there.
    fn need_email(&mut self, email: Option<&str>) -> String {
        let email = email.unwrap_or_default().trim();
        if email.is_empty() {
            self.issue("email", IssueCode::Required);
        } else if !is_email(email) {
            self.issue("email", IssueCode::EmailInvalid);
        }
        email.to_owned()
    }

    pub(super) fn invite(&mut self, input: &Invitation) -> Result<(), Error> {
        permit(Permission::Invite, &self.state, self.context)?;
        self.need_active();
        let email = self.need_email(input.email.as_deref());
        self.check_text("message", input.message.as_deref());
        let (id, message) = (self.item_id(), input.message.clone());
        self.push(Event::ContactInvited(ContactInvited { email, id, message }));
        Ok(())
    }

    pub(super) fn message(&mut self, input: &MessageDraft) -> Result<(), Error> {
        permit(Permission::Message, &self.state, self.context)?;
        self.need_active();
        let text = input.text.clone().unwrap_or_default();
        if text.trim().is_empty() {
            self.issue("text", IssueCode::Required);
        }
        self.check_text("text", Some(&text));
        self.check_text("subject", input.subject.as_deref());
        self.check_text("channel", input.channel.as_deref());
        self.push(Event::ContactMessaged(ContactMessaged {
            channel: input.channel.clone(),
            id: Some(self.item_id()),
            subject: input.subject.clone(),
            text,
            to: self.state.profile.as_ref().and_then(|profile| profile.email.clone()),
        }));
        Ok(())
    }

    pub(super) fn share(&mut self, input: &ShareDraft) -> Result<(), Error> {
        permit(Permission::Share, &self.state, self.context)?;
        let email = self.need_email(input.email.as_deref());
        self.check_text("note", input.note.as_deref());
        let details = self.details(input.fields.as_deref());
        if details.is_empty() && input.note.as_deref().is_none_or(|note| note.trim().is_empty()) {
            self.issue("note", IssueCode::Required);
        }
        let fields = details.iter().map(|(name, _)| name.clone()).collect();
        let (id, note) = (self.item_id(), input.note.clone());
        let details = details.into_iter().collect();
        self.push(Event::ContactShared(ContactShared { details, email, fields, id, note }));
        Ok(())
    }

    /// The fields asked for, as they are; without a word, those of the usual ones that are filled.
    fn details(&mut self, asked: Option<&[String]>) -> Vec<(String, Scalar)> {
        let profile = self.state.profile.clone().unwrap_or_default();
        let Some(asked) = asked else {
            let usual = SHARED.iter().map(|name| ((*name).to_owned(), profile.field(name)));
            return usual.filter(|(_, value)| *value != Scalar::NULL).collect();
        };
        if asked.len() > MAX_ITEMS {
            let params = params! { "max" => MAX_ITEMS };
            self.issues.push(Issue::error("fields", IssueCode::TooLarge, params));
            return Vec::new();
        }
        let known = |name: &str| SHARED.contains(&name) || profile.fields.contains_key(name);
        for (place, name) in asked.iter().enumerate().filter(|(_, name)| !known(name)) {
            let params = params! { "field" => name.as_str() };
            let path = format!("fields.{place}");
            self.issues.push(Issue::error(path, IssueCode::UnknownField, params));
        }
        asked.iter().map(|name| (name.clone(), profile.field(name))).collect()
    }

    /// Says what became of an item, also of an archived contact's.
    pub(super) fn settle(&mut self, id: &str, result: &Settlement) -> Result<(), Error> {
        let item = ItemId::new(id);
        let waiting = self.state.waiting.get(&item).copied();
        let kind = waiting.ok_or_else(|| Missing::Item(id.to_owned()))?;
        self.check_text("error", result.error.as_deref());
        self.check_text("ref", result.reference.as_deref());
        let attempts = result.attempts.unwrap_or(1);
        let (reference, error) = (result.reference.clone(), result.error.clone());
        match result.status.as_str() {
            "sent" => self.push(Event::DeliverySent(Delivery {
                attempts,
                error: None,
                item,
                kind,
                reference,
            })),
            "failed" => {
                if error.as_deref().is_none_or(|error| error.trim().is_empty()) {
                    self.issue("error", IssueCode::Required);
                }
                let event = Delivery { attempts, error, item, kind, reference: None };
                self.push(Event::DeliveryFailed(event))
            }
            _ => {
                self.issue("status", IssueCode::NotAllowed);
                return Ok(());
            }
        };
        Ok(())
    }
}
