//! What a server permits, of entries that are sound in themselves: who they are by, what those may
//! do, and whether a stage change comes too late. What a device claims of its user counts for nothing;
//! conditions and required activities were the device's to check, where and when the command was given.

use crate::definition::{Definition, Permission, Roles};
use crate::error::DefinitionIssue;
use crate::event::{ByKind, Event, Fact, Hlc, StageRef, WorkflowReverted, WorkflowTransitioned};
use crate::ids::{ActorName, DefinitionId, EntryId, StageId};
use crate::json::Value;
use crate::ledger::{Header, definition_hash};

/// Why an entry does not count: not theirs to do.
const FORBIDDEN: &str = "forbidden";
/// Why an entry does not count: the contact was moved long after, elsewhere.
const LATE: &str = "late";
/// Why an entry does not count: no definition has such a move.
const NOT_DEFINED: &str = "not-defined";

record! {
    /// What a server remembers of a contact besides its lines. Nothing of it is personal.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct Mark {
        /// Whether it is erased.
        pub erased: bool = "erased" or skip,
        /// Its latest stage change that counts.
        pub moved: Option<Moved> = "moved",
    }
}

record! {
    /// A stage change.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Moved {
        /// Its entry.
        pub entry: EntryId = "entry",
        /// The stage before.
        pub from: Option<StageId> = "from",
        /// Its place in the order of all.
        pub hlc: Hlc = "hlc",
        /// The workflow that the contact is in since.
        pub workflow: DefinitionId = "workflow",
    }
}

/// Who sends a batch, by the server's own knowledge.
#[derive(Clone, Debug, Default)]
pub struct Requester {
    /// Whose entries they may send; none: anybody's.
    pub actors: Option<Vec<ActorName>>,
    /// The roles they have; none: all.
    pub roles: Option<Vec<String>>,
}

impl Requester {
    fn speaks_for(&self, actor: &ActorName) -> bool {
        self.actors.as_ref().is_none_or(|actors| actors.contains(actor))
    }

    fn has_one_of(&self, roles: &Roles) -> bool {
        self.roles.as_ref().is_none_or(|held| roles.admit(held))
    }
}

/// The rules of a book on its server.
#[derive(Debug, Default)]
pub struct Authority {
    definitions: Vec<Definition>,
    late_ms: u64,
}

impl Authority {
    /// `definitions` are trusted, in whatever versions: of one id the first governs, and the first of
    /// all where a contact has no workflow. Without any, roles are not looked at. A stage change that
    /// is `late_ms` older than the contact's last does not count.
    ///
    /// # Errors
    /// All issues of the first definition that has an error.
    pub fn new(
        definitions: Vec<Value<'static>>,
        late_ms: u64,
    ) -> Result<Self, Vec<DefinitionIssue>> {
        let read = definitions.into_iter().map(|value| {
            let hash = definition_hash(&value);
            Definition::parse(value, hash)
        });
        Ok(Self { definitions: read.collect::<Result<_, _>>()?, late_ms })
    }

    /// Why an entry does not count; none if it does. Of one without a body nothing can be asked but who
    /// it is by.
    pub fn objection(
        &self,
        header: &Header,
        fact: Option<&Fact>,
        mark: &Mark,
        requester: &Requester,
    ) -> Option<&'static str> {
        let imported = fact.is_some_and(|fact| fact.by.kind == ByKind::Import);
        if !imported && !requester.speaks_for(&header.by) {
            return Some(FORBIDDEN);
        }
        let fact = fact?;
        if imported {
            return (!self.may_import(requester)).then_some(FORBIDDEN);
        }
        if moved(header, fact).is_some() && self.is_late(header, mark) {
            return Some(LATE);
        }
        if matches!(fact.event, Event::EntryVoided(_)) {
            return Some(FORBIDDEN);
        }
        if self.definitions.is_empty() {
            return None;
        }
        let guarded = permission(&fact.event)
            .zip(self.governing(mark))
            .is_some_and(|(one, definition)| !requester.has_one_of(definition.permission(one)));
        if guarded { Some(FORBIDDEN) } else { self.move_objection(fact, mark, requester) }
    }

    /// Imported entries are by people of another system, so that nobody can speak for them: their
    /// sender must be trusted with all, or have a role that a definition names for it.
    fn may_import(&self, requester: &Requester) -> bool {
        let roles = self.definitions.first().map(|one| one.permission(Permission::ImportHistory));
        match roles.filter(|roles| roles.names().is_some()) {
            Some(roles) => requester.has_one_of(roles),
            None => requester.actors.is_none(),
        }
    }

    fn is_late(&self, header: &Header, mark: &Mark) -> bool {
        mark.moved
            .as_ref()
            .is_some_and(|last| last.hlc.millis.saturating_sub(header.hlc.millis) > self.late_ms)
    }

    fn governing(&self, mark: &Mark) -> Option<&Definition> {
        let id = mark.moved.as_ref().map(|moved| &moved.workflow);
        id.and_then(|id| self.of_id(id)).or(self.definitions.first())
    }

    fn of_id(&self, id: &DefinitionId) -> Option<&Definition> {
        self.definitions.iter().find(|one| one.id() == id)
    }

    /// The definition that a move was made under, or else the one of that name that governs.
    fn named(&self, fact: &Fact, id: &DefinitionId) -> Option<&Definition> {
        let same = |one: &&Definition| Some(one.hash()) == fact.definition.as_ref();
        self.definitions.iter().find(same).filter(|one| one.id() == id).or_else(|| self.of_id(id))
    }

    fn move_objection(
        &self,
        fact: &Fact,
        mark: &Mark,
        requester: &Requester,
    ) -> Option<&'static str> {
        let workflow = match &fact.event {
            Event::WorkflowStarted(data) => &data.workflow,
            Event::WorkflowTransitioned(data) => &data.workflow,
            Event::WorkflowReverted(data) => &data.workflow,
            Event::WorkflowMigrated(data) => &data.workflow,
            _ => return None,
        };
        let Some(definition) = self.named(fact, workflow) else { return Some(NOT_DEFINED) };
        let has = |stage: &StageRef| definition.stage(&stage.stage).is_some();
        let is_defined = match &fact.event {
            Event::WorkflowStarted(data) => match &data.from {
                None => has(&data.to),
                Some(from) => {
                    from.workflow != data.workflow && definition.initial().id == data.to.stage
                }
            },
            Event::WorkflowMigrated(data) => has(&data.to) && !has(&data.from),
            Event::WorkflowTransitioned(data) => {
                return transition_objection(definition, data, requester);
            }
            Event::WorkflowReverted(data) => {
                if !may_leave(definition, &data.from, requester) {
                    return Some(FORBIDDEN);
                }
                takes_back(definition, data, mark)
            }
            _ => true,
        };
        (!is_defined).then_some(NOT_DEFINED)
    }
}

fn transition_objection(
    definition: &Definition,
    data: &WorkflowTransitioned,
    requester: &Requester,
) -> Option<&'static str> {
    let found = data.transition.as_ref().and_then(|id| definition.transition(id));
    let fits = found.filter(|one| one.leaves(&data.from.stage) && one.to == data.to.stage);
    let Some(transition) = fits else { return Some(NOT_DEFINED) };
    let may =
        may_leave(definition, &data.from, requester) && requester.has_one_of(&transition.roles);
    (!may).then_some(FORBIDDEN)
}

fn may_leave(definition: &Definition, from: &StageRef, requester: &Requester) -> bool {
    definition.stage(&from.stage).is_none_or(|stage| requester.has_one_of(&stage.edit_roles))
}

/// Whether a move goes back the way that the last one came, or that some transition goes.
fn takes_back(definition: &Definition, data: &WorkflowReverted, mark: &Mark) -> bool {
    let (from, to) = (&data.from.stage, &data.to.stage);
    let last = mark.moved.as_ref();
    last.is_some_and(|last| last.entry == data.reverts && last.from.as_ref() == Some(to))
        || definition.transitions().iter().any(|one| one.leaves(to) && one.to == *from)
}

fn permission(event: &Event) -> Option<Permission> {
    Some(match event {
        Event::ContactArchived(_) | Event::ContactRestored(_) => Permission::Archive,
        Event::ContactErased(_) => Permission::Erase,
        Event::ContactInvited(_) => Permission::Invite,
        Event::ContactMessaged(_) => Permission::Message,
        Event::ContactShared(_) => Permission::Share,
        Event::ContactCommented(_) => Permission::Comment,
        Event::ActivityChanged(data) if data.changes.iter().any(|one| one.field == "assignee") => {
            Permission::Reassign
        }
        _ => return None,
    })
}

/// What a stage change leaves to remember; none of any other entry.
pub(super) fn moved(header: &Header, fact: &Fact) -> Option<Moved> {
    let (from, workflow) = match &fact.event {
        Event::WorkflowStarted(data) => {
            (data.from.as_ref().map(|from| &from.stage), &data.workflow)
        }
        Event::WorkflowTransitioned(data) => (Some(&data.from.stage), &data.workflow),
        Event::WorkflowReverted(data) => (Some(&data.from.stage), &data.workflow),
        Event::WorkflowMigrated(data) => (Some(&data.from.stage), &data.workflow),
        _ => return None,
    };
    let entry = EntryId::of(&header.replica, header.seq);
    Some(Moved { entry, from: from.cloned(), hlc: header.hlc, workflow: workflow.clone() })
}
