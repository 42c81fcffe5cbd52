//! Rules of the contact itself: its fields, comments, and the end of it.

use super::{Draft, MAX_ITEMS, archived, erased, permit};
use crate::command::{ContactChanges, FieldChanges, NewContact, Scalar};
use crate::definition::{Definition, Permission};
use crate::error::{Clash, Error, Issue, IssueCode};
use crate::event::{
    ContactChanged, ContactCommented, ContactCreated, ContactErased, Event, FieldChange, Fields,
    Reason,
};
use crate::ids::is_id;
use crate::project::{Profile, Status};

/// Fields of the contact that stand outside `fields`.
const OWN_FIELDS: [&str; 4] = ["name", "email", "phone", "company"];

impl Draft<'_> {
    pub(super) fn create(&mut self, input: &NewContact, upsert: bool) -> Result<(), Error> {
        let id = self.state.id.to_string();
        if self.state.status == Status::Erased || (self.state.exists() && !upsert) {
            return Err(Clash::ContactExists(id).into());
        }
        if !is_id(&id) {
            self.issue("id", IssueCode::NotAllowed);
        }
        if self.state.exists() {
            return self.upsert(input);
        }
        let set = FieldChanges {
            name: Some(input.name.clone().unwrap_or_default()),
            email: input.email.clone().map(Some),
            phone: input.phone.clone().map(Some),
            company: input.company.clone().map(Some),
            fields: input.fields.clone(),
        };
        self.check_fields(&set, "");
        let fields = set.fields.unwrap_or_default();
        self.push(Event::ContactCreated(ContactCreated {
            company: input.company.clone(),
            email: input.email.clone(),
            fields: fields.into_iter().filter(|(_, v)| *v != Scalar::NULL).collect(),
            name: input.name.clone().unwrap_or_default(),
            phone: input.phone.clone(),
        }));
        self.begin(input.workflow.as_ref())?;
        self.boxes(&input.activities);
        self.cascade();
        self.tasks();
        Ok(())
    }

    fn upsert(&mut self, input: &NewContact) -> Result<(), Error> {
        let set = FieldChanges {
            name: input.name.clone(),
            email: input.email.clone().map(Some),
            phone: input.phone.clone().map(Some),
            company: input.company.clone().map(Some),
            fields: input.fields.clone(),
        };
        self.save_with(&set, "", &input.activities);
        self.cascade();
        self.tasks();
        Ok(())
    }

    /// One unit of work: fields, activities, the move, then tasks.
    pub(super) fn save(&mut self, changes: &ContactChanges) -> Result<(), Error> {
        match &changes.set {
            Some(set) => self.save_with(set, "set.", &changes.activities),
            None => self.boxes(&changes.activities),
        }
        if let Some(request) = &changes.transition {
            self.transition(request, "transition.")?;
        }
        self.cascade();
        self.tasks();
        Ok(())
    }

    fn save_with(
        &mut self,
        set: &FieldChanges,
        prefix: &str,
        activities: &[crate::command::BoxPair],
    ) {
        self.check_fields(set, prefix);
        self.change(set);
        self.boxes(activities);
    }

    /// Records the fields that differ from what they were.
    fn change(&mut self, set: &FieldChanges) {
        if let Some(event) = self.changed(set) {
            self.push(Event::ContactChanged(event));
        }
    }

    /// What of `set` is new, apart by whether the definition tracks it.
    pub(super) fn changed(&self, set: &FieldChanges) -> Option<ContactChanged> {
        let nothing = Profile::default();
        let profile = self.state.profile.as_ref().unwrap_or(&nothing);
        let governing = super::governing(&self.state, self.context.definitions);
        let tracked = |field: &str| governing.is_none_or(|d: &Definition| d.tracked(field));
        let mut event = ContactChanged::default();
        for (field, new) in assignments(set) {
            let old = profile.field(&field);
            if old == new {
                continue;
            }
            if tracked(&field) {
                event.changes.push(FieldChange { field, new, old });
            } else {
                event.untracked.insert(field, new);
            }
        }
        (!event.changes.is_empty() || !event.untracked.is_empty()).then_some(event)
    }

    pub(super) fn check_fields(&mut self, set: &FieldChanges, prefix: &str) {
        if set.name.as_ref().is_some_and(|name| name.trim().is_empty()) {
            self.issues.push(Issue::error(
                format!("{prefix}name"),
                IssueCode::Required,
                params! {},
            ));
        }
        self.check_text(&format!("{prefix}name"), set.name.as_deref());
        for (name, value) in
            [("email", &set.email), ("phone", &set.phone), ("company", &set.company)]
        {
            self.check_text(&format!("{prefix}{name}"), value.as_ref().and_then(Option::as_deref));
        }
        if let Some(Some(email)) = &set.email
            && !is_email(email)
        {
            self.issue(format!("{prefix}email"), IssueCode::EmailInvalid);
        }
        if let Some(fields) = &set.fields {
            self.check_own_fields(fields, prefix);
        }
    }

    fn check_own_fields(&mut self, fields: &Fields, prefix: &str) {
        if fields.len() > MAX_ITEMS {
            let params = params! { "max" => MAX_ITEMS };
            self.issues.push(Issue::error(format!("{prefix}fields"), IssueCode::TooLarge, params));
        }
        for (name, value) in fields.iter() {
            let path = format!("{prefix}fields.{name}");
            if OWN_FIELDS.contains(&name.as_str()) || !is_id(name) {
                self.issue(path.clone(), IssueCode::NotAllowed);
            }
            match value {
                Scalar::Number(number) if !number.is_finite() => {
                    self.issue(path, IssueCode::NotAllowed);
                }
                Scalar::Text(text) => self.check_text(&path, Some(text)),
                _ => {}
            }
        }
    }

    pub(super) fn comment(&mut self, text: &str) -> Result<(), Error> {
        permit(Permission::Comment, &self.state, self.context)?;
        if text.trim().is_empty() {
            self.issue("text", IssueCode::Required);
        }
        self.check_text("text", Some(text));
        let id = (self.context.new_id)();
        self.push(Event::ContactCommented(ContactCommented { id, text: text.to_owned() }));
        Ok(())
    }

    pub(super) fn erase(&mut self, confirm: &str, reason: Option<&str>) -> Result<(), Error> {
        permit(Permission::Erase, &self.state, self.context)?;
        if confirm != self.state.id.as_str() {
            self.issue("confirm", IssueCode::ConfirmMismatch);
        }
        self.check_text("reason", reason);
        let entries = self.state.entries;
        let reason = reason.map(str::to_owned);
        self.push(Event::ContactErased(ContactErased { entries, reason }));
        Ok(())
    }

    /// Archiving what is archived says nothing new.
    pub(super) fn archive(&mut self, reason: Option<&str>) -> Result<(), Error> {
        permit(Permission::Archive, &self.state, self.context)?;
        self.check_text("reason", reason);
        if self.state.status == Status::Active {
            self.push(Event::ContactArchived(Reason { reason: reason.map(str::to_owned) }));
        }
        Ok(())
    }

    pub(super) fn restore(&mut self) -> Result<(), Error> {
        permit(Permission::Archive, &self.state, self.context)?;
        if self.state.status == Status::Archived {
            self.push(Event::ContactRestored(Reason::default()));
        }
        Ok(())
    }

    /// Blocks what only an active contact can do. True if it may go on.
    pub(super) fn need_active(&mut self) -> bool {
        let blocker = match self.state.status {
            Status::Active => return true,
            Status::Archived => archived(),
            Status::Erased => erased(),
        };
        if !self.blockers.contains(&blocker) {
            self.blockers.push(blocker);
        }
        false
    }
}

/// New values by field name; null clears.
fn assignments(set: &FieldChanges) -> Vec<(String, Scalar)> {
    let mut all = Vec::new();
    if let Some(name) = &set.name {
        all.push(("name".to_owned(), Scalar::Text(name.clone())));
    }
    for (field, value) in [("email", &set.email), ("phone", &set.phone), ("company", &set.company)]
    {
        if let Some(value) = value {
            all.push((field.to_owned(), value.as_deref().into()));
        }
    }
    for (field, value) in set.fields.iter().flat_map(Fields::iter) {
        all.push((field.clone(), value.clone()));
    }
    all
}

/// Whether `text` is an email address in practice: a mailbox that can be written without quotes, at
/// a domain (RFC 5321 lengths).
pub(super) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    // Whoever writes in another script knows what a letter is there.
    let letter = |c: char| c.is_ascii_alphanumeric() || !(c.is_ascii() || c.is_whitespace());
    let atom = |c: char| letter(c) || "!#$%&'*+/=?^_`{|}~.-".contains(c);
    let local_fits = (1..=64).contains(&local.len())
        && local.chars().all(atom)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..");
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| letter(c) || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    local_fits && domain.len() <= 255 && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn an_email_address_is_checked_as_mail_servers_do() {
        for good in ["a@b.it", "anna.rossi+crm@sub.example.com", "ü@exämple.de", "a@localhost"] {
            assert!(is_email(good), "{good}");
        }
        for bad in
            ["", "a", "@b.it", "a@", "a b@c.it", "a@b..it", ".a@b.it", "a..b@c.it", "a@-b.it"]
        {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
