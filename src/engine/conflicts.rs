//! Where entries of two devices did not fit together, across contacts: one record for each contact
//! that has such entries.

use super::Engine;
use crate::error::{Error, StoreError};
use crate::ids::{ContactId, ContactName};
use crate::json;
use crate::project::Conflict;
use crate::store::{By, Change, Range, Store, Table};

record! {
    struct Stored {
        conflicts: Vec<Conflict> = "conflicts",
        contact: String = "contact",
    }
}

/// The change that stores a contact's conflicts. `id` is the host's, or the ledger's name where that
/// is not known.
pub(super) fn conflicts_change(name: &ContactName, id: &str, conflicts: &[Conflict]) -> Change {
    let (table, key) = (Table::Conflicts, name.to_string());
    if conflicts.is_empty() {
        return Change::Delete { table, key };
    }
    let stored = Stored { conflicts: conflicts.to_vec(), contact: id.to_owned() };
    Change::Put { table, key, sort: None, value: json::bytes(&stored) }
}

impl<S: Store> Engine<S> {
    /// What did not fit together, with the contact's id: of all contacts, or of one.
    ///
    /// # Errors
    /// What the store says.
    pub async fn conflicts(
        &self,
        contact: Option<&ContactId>,
    ) -> Result<Vec<(String, Conflict)>, Error> {
        self.open_or_refuse()?;
        let name = contact.map(|id| self.name_of(id));
        let range = Range {
            table: Table::Conflicts,
            by: By::Key,
            from: name.as_ref().map(ToString::to_string).unwrap_or_default(),
            to: name.map_or_else(|| "~".to_owned(), |name| format!("{name}\u{1}")),
            limit: u32::MAX,
            descending: false,
        };
        let mut found = Vec::new();
        for record in self.store.range(range).await? {
            let stored: Stored = json::read_bytes(&record.value)
                .map_err(|error| StoreError::Corrupt(format!("a conflict: {error}")))?;
            let id = stored.contact;
            found.extend(stored.conflicts.into_iter().map(|one| (id.clone(), one)));
        }
        Ok(found)
    }
}
