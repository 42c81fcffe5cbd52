//! Brings contacts out of stages that their definition no longer has, a page of contacts at a time.

use super::read::ListQuery;
use super::{Engine, Loaded};
use crate::command::{Actor, Command, CommandOptions};
use crate::error::{Error, Fault, Missing};
use crate::ids::{ContactId, DefinitionId, StageId};
use crate::map::Map;
use crate::project::Status;
use crate::store::Store;
use futures_util::future::join_all;
use std::rc::Rc;

record! {
    /// Where the contacts of each stage that is gone belong.
    #[derive(Clone, Debug, Default)]
    pub struct Plan {
        /// Which definition.
        pub definition: String = "definition" or default,
        /// From a stage that is gone to one that is there.
        pub stages: Map<String, String> = "stages",
    }
}

shape! {
    /// A contact that was not moved.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Stuck {
        /// Which.
        pub contact: ContactId = "contactId",
        /// Where it stands.
        pub stage: StageId = "stage",
        /// `unmapped`, `stage-unknown`, `archived` or `erased`.
        pub reason: &'static str = "reason",
    }
}

shape! {
    /// What became of a page of contacts.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Migration {
        /// How many were moved, or would be.
        pub moved: u64 = "moved",
        /// Those that were not.
        pub blocked: Vec<Stuck> = "blocked",
        /// Where the next page begins; none on the last.
        pub next: Option<String> = "next",
    }
}

/// Contacts looked at in one go: their moves share a commit.
const PAGE: u32 = 500;
/// What stands between the status and the cursor of a page.
const MARK: char = '|';

impl<S: Store> Engine<S> {
    /// Moves the contacts of one page, or only tells who would be moved.
    ///
    /// # Errors
    /// `not-found` for a definition that is not the book's; what the store says.
    pub async fn migrate(
        &self,
        actor: &Actor,
        plan: &Plan,
        dry_run: bool,
        cursor: Option<&str>,
    ) -> Result<Migration, Error> {
        let id = DefinitionId::new(plan.definition.as_str());
        let missing = || Missing::Definition(plan.definition.clone());
        self.definitions.get(&id).ok_or_else(missing)?;
        let (status, cursor) = match cursor.and_then(|cursor| cursor.split_once(MARK)) {
            Some(("archived", cursor)) => (Status::Archived, cursor),
            Some((_, cursor)) => (Status::Active, cursor),
            None => (Status::Active, ""),
        };
        let query = ListQuery {
            definition: Some(plan.definition.clone()),
            status: Some(status),
            limit: Some(PAGE),
            cursor: Some(cursor.to_owned()).filter(|cursor| !cursor.is_empty()),
            ..ListQuery::default()
        };
        let page = self.contacts(&query).await?;
        let mut report = Migration::default();
        let mut moves = Vec::new();
        for contact in &page.items {
            match self.destination(contact, plan, &id) {
                Some(Ok(to)) => moves.push((contact, to)),
                Some(Err(reason)) => report.blocked.extend(stuck(contact, reason)),
                None => {}
            }
        }
        if dry_run {
            report.moved = moves.len() as u64;
            moves.clear();
        }
        let run = |(contact, to): &(&Rc<Loaded>, StageId)| {
            let (contact, definition) = (contact.state.id.clone(), plan.definition.clone());
            let command = Command::Migrate { contact, definition, to: to.clone() };
            self.run(actor, command, CommandOptions::default())
        };
        let moved = join_all(moves.iter().map(run)).await;
        for ((contact, _), moved) in moves.iter().zip(moved) {
            match moved {
                Ok(written) => report.moved += u64::from(!written.entries.is_empty()),
                // Archived or erased since the page was read: it alone is held back.
                Err(error) => {
                    let Fault::Refused { blockers, .. } = *error else { return Err(error) };
                    let reason = blockers.first().map(|blocker| blocker.code.code());
                    report.blocked.extend(stuck(contact, reason.unwrap_or_default()));
                }
            }
        }
        report.next = match (page.next, status) {
            (Some(next), status) => Some(format!("{}{MARK}{next}", status.code())),
            (None, Status::Active) => Some(format!("{}{MARK}", Status::Archived.code())),
            (None, _) => None,
        };
        Ok(report)
    }

    /// Where a frozen contact belongs; none of one that is not frozen.
    fn destination(
        &self,
        contact: &Rc<Loaded>,
        plan: &Plan,
        id: &DefinitionId,
    ) -> Option<Result<StageId, &'static str>> {
        let here = contact.state.workflow.as_ref()?;
        let definition = self.definitions.get(id)?;
        if definition.stage(&here.stage).is_some() {
            return None;
        }
        match plan.stages.get(here.stage.as_str()).map(|to| StageId::new(to.as_str())) {
            None => Some(Err("unmapped")),
            Some(to) if definition.stage(&to).is_none() => Some(Err("stage-unknown")),
            Some(_) if contact.state.status == Status::Archived => Some(Err("archived")),
            Some(to) => Some(Ok(to)),
        }
    }
}

fn stuck(contact: &Loaded, reason: &'static str) -> Option<Stuck> {
    let here = contact.state.workflow.as_ref()?;
    Some(Stuck { contact: contact.state.id.clone(), stage: here.stage.clone(), reason })
}
