//! The state of one contact: the fold of its entries in their total order.

use crate::command::Scalar;
use crate::definition::Stage;
use crate::event::{
    ActivityChanged, ActivityCompleted, ActivityLogged, ActivityPlanned, ByKind, ContactChanged,
    ContactCreated, ContactErased, ContactMessaged, Entry, Event, Fields, ItemKind, Remind,
    StageRef, WorkflowMigrated, WorkflowReverted, WorkflowStarted, WorkflowTransitioned,
};
use crate::ids::{
    ActorId, ContactId, ContactName, DefinitionHash, DefinitionId, EntryId, ItemId, PendingId,
    StageId, TypeId,
};
use crate::label::Localized;
use crate::map::Map;
use crate::time::{Day, Instant, When};

record! {
    /// A contact as its entries make it. Before `contact.created` it has no profile.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct Contact {
        /// The host's id; empty once erased.
        pub id: ContactId = "id",
        /// The ledger's name.
        pub name: ContactName = "name",
        /// Whether it can be worked on.
        pub status: Status = "status",
        /// Its fields.
        pub profile: Option<Profile> = "profile" or null,
        /// Where it stands in its workflow.
        pub workflow: Option<Position> = "workflow",
        /// First save.
        pub created: Stamp = "created",
        /// Last change of what the contract's Contact shows.
        pub updated: Stamp = "updated",
        /// Grows with each of them.
        pub version: u64 = "version",
        /// How many entries there are about it.
        pub entries: u64 = "entries",
        /// Logged activities by type and stage.
        pub tallies: Vec<Tally> = "tallies" or skip,
        /// Pending activities, closed ones too.
        pub pending: Map<PendingId, Pending> = "pending",
        /// What waits in the outbox.
        pub waiting: Map<ItemId, ItemKind> = "waiting",
        /// When the last stage change happened that was not imported.
        pub moved_live: Option<Instant> = "movedLive",
    }
}

words! {
    /// Whether a contact can be worked on.
    #[derive(Default)]
    pub enum Status {
        /// It can.
        #[default]
        Active = "active",
        /// Out of the list, restorable.
        Archived = "archived",
        /// Gone for good.
        Erased = "erased",
    }
}

record! {
    /// A contact's fields.
    #[derive(Clone, Debug, Default, PartialEq)]
    #[allow(missing_docs)]
    pub struct Profile {
        pub name: String = "name",
        pub email: Option<String> = "email",
        pub phone: Option<String> = "phone",
        pub company: Option<String> = "company",
        pub fields: Fields = "fields",
    }
}

impl Profile {
    /// A field's value by its name in the contract.
    pub fn field(&self, name: &str) -> Scalar {
        match name {
            "name" => Scalar::Text(self.name.clone()),
            "email" => self.email.as_deref().into(),
            "phone" => self.phone.as_deref().into(),
            "company" => self.company.as_deref().into(),
            other => self.fields.get(other).cloned().unwrap_or(Scalar::NULL),
        }
    }

    fn set(&mut self, name: &str, value: &Scalar) {
        let text = match value {
            Scalar::Text(text) => Some(text.clone()),
            _ => None,
        };
        match name {
            "name" => self.name = text.unwrap_or_default(),
            "email" => self.email = text,
            "phone" => self.phone = text,
            "company" => self.company = text,
            other if *value == Scalar::NULL => {
                self.fields.remove(other);
            }
            other => {
                self.fields.insert(other.to_owned(), as_written(value));
            }
        }
    }
}

/// Canonical JSON has no negative zero: what the ledger gives back is zero.
fn as_written(value: &Scalar) -> Scalar {
    match value {
        Scalar::Number(number) => Scalar::Number(number + 0.0),
        other => other.clone(),
    }
}

record! {
    /// When and by whom.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Stamp {
        /// When it happened.
        pub at: Instant = "at",
        /// The actor's id.
        pub by: ActorId = "by",
    }
}

record! {
    /// Where a contact stands.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Position {
        /// Its workflow.
        pub definition: DefinitionId = "definition",
        /// The version that was in force when it came here.
        pub version: u64 = "version",
        /// The hash of that version.
        pub hash: DefinitionHash = "hash",
        /// The stage.
        pub stage: StageId = "stage",
        /// The stage's label as it was then.
        pub label: Localized = "label",
        /// When it came here.
        pub entered: Instant = "entered",
        /// How many stages it has been in; activities of this visit carry it.
        pub visit: u32 = "visit",
        /// The entry that brought it here.
        pub entry: EntryId = "entry",
        /// What was done about it since: a move that something rests on can't be taken back.
        pub acts: u32 = "acts" or skip,
        /// Where it stood before, in the same workflow.
        pub before: Option<Before> = "before",
    }
}

record! {
    /// Where a contact stood before its last move.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Before {
        /// The stage.
        pub stage: StageId = "stage",
        /// Its label as it was.
        pub label: Localized = "label",
        /// When it had come there.
        pub entered: Instant = "entered",
        /// Which of its visits that was.
        pub visit: u32 = "visit",
    }
}

record! {
    /// How often a type of activity was logged in a stage.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Tally {
        /// The activity type.
        pub kind: TypeId = "kind",
        /// The stage; none without a workflow.
        pub stage: Option<StageId> = "stage" or null,
        /// In all.
        pub total: u32 = "total",
        /// During `visit`.
        pub in_visit: u32 = "in_visit",
        /// The last visit in which one was logged.
        pub visit: u32 = "visit",
    }
}

words! {
    /// How a pending activity stands.
    pub enum PendingStatus {
        /// To be done.
        Open = "open",
        /// Done.
        Done = "done",
        /// Given up.
        Cancelled = "cancelled",
    }
}

record! {
    /// A pending activity. Its task, where it has one, has no state of its own.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[allow(missing_docs)]
    pub struct Pending {
        pub kind: TypeId = "kind",
        pub label: Localized = "label",
        pub date: Day = "date",
        pub description: Option<String> = "description",
        pub due: Option<When> = "due",
        pub assignee: ActorId = "assignee",
        pub assignee_name: String = "assignee_name",
        pub remind: Option<Remind> = "remind",
        pub create_task: bool = "create_task",
        pub follows: Option<String> = "follows",
        pub status: PendingStatus = "status",
        pub closed: Option<Instant> = "closed",
        /// The entry that made it what it is: that planned, closed or reopened it last.
        pub set_by: EntryId = "set_by",
        /// When its reminder shows again.
        pub snoozed: Option<Instant> = "snoozed",
        /// When its reminder was acknowledged, if it was not put off since.
        pub acknowledged: Option<Instant> = "acknowledged",
        /// How often it was reopened.
        pub reopened: u32 = "reopened" or skip,
        /// Whether its task was made; without `create_task` it has none.
        pub task: bool = "task" or skip,
    }
}

impl Pending {
    /// Its fields that can change, by name, as they are.
    pub fn fields(&self) -> [(&'static str, Scalar); 8] {
        let when = |when: Option<When>| Scalar::from(when.map(|when| when.to_string()));
        [
            ("type", Scalar::Text(self.kind.to_string())),
            ("date", Scalar::Text(self.date.to_string())),
            ("description", self.description.clone().into()),
            ("due", when(self.due)),
            ("assignee", Scalar::Text(self.assignee.to_string())),
            ("remind.start", when(self.remind.as_ref().map(|remind| remind.start))),
            ("remind.end", when(self.remind.as_ref().map(|remind| remind.end))),
            ("createTask", Scalar::Bool(self.create_task)),
        ]
    }

    /// Sets a field; what does not fit to it is passed over.
    fn set(&mut self, field: &str, value: &Scalar, data: &ActivityChanged) {
        let text = match value {
            Scalar::Text(text) => Some(text.as_str()),
            _ => None,
        };
        let when = text.and_then(When::parse);
        match field {
            "type" => (self.kind, self.label) = (data.kind.clone(), data.label.clone()),
            "date" => self.date = text.and_then(Day::parse).unwrap_or(self.date),
            "description" => self.description = text.map(str::to_owned),
            "due" => self.due = when,
            "assignee" => {
                self.assignee = text.unwrap_or_default().into();
                self.assignee_name = data.assignee_name.clone().unwrap_or_default();
            }
            "createTask" => {
                self.create_task = *value == Scalar::Bool(true);
                self.task &= self.create_task;
            }
            "remind.start" | "remind.end" => self.set_remind(field == "remind.start", when),
            _ => {}
        }
    }

    /// A reminder that was moved shows again.
    fn set_remind(&mut self, is_start: bool, when: Option<When>) {
        (self.snoozed, self.acknowledged) = (None, None);
        let Some(when) = when else {
            self.remind = None;
            return;
        };
        let remind = self.remind.get_or_insert(Remind { start: when, end: when });
        *(if is_start { &mut remind.start } else { &mut remind.end }) = when;
    }
}

/// What an entry did to the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It counts.
    Yes,
    /// Another entry came first, and this one does not count.
    Superseded {
        /// The entry that won.
        winner: EntryId,
        /// Whether somebody should look at it.
        conflict: bool,
    },
}

impl Contact {
    /// A contact of which nothing is known yet.
    pub fn unknown(name: ContactName, id: ContactId) -> Self {
        Self { id, name, ..Self::default() }
    }

    /// A contact of which only its stage is known.
    pub fn standing_at(definition: &DefinitionId, stage: &Stage) -> Self {
        let workflow = Some(Position {
            definition: definition.clone(),
            version: 0,
            hash: DefinitionHash::default(),
            stage: stage.id.clone(),
            label: stage.label.clone(),
            entered: Instant::default(),
            visit: 0,
            entry: EntryId::default(),
            acts: 0,
            before: None,
        });
        Self { workflow, ..Self::default() }
    }

    /// Whether it was created and not erased.
    pub fn exists(&self) -> bool {
        self.profile.is_some() && self.status != Status::Erased
    }

    /// Folds the next entry in. Entries of a contact that is not created yet are kept: they count
    /// once it is.
    pub fn apply(&mut self, entry: &Entry) -> Applied {
        self.entries += 1;
        let at = entry.occurred_at();
        match &entry.fact.event {
            Event::ContactErased(data) => self.erase(data, entry),
            Event::ContactCreated(data) => self.create(data, entry),
            Event::ContactChanged(data) => self.change(data, entry),
            Event::ContactArchived(_) => self.set_status(Status::Archived, entry),
            Event::ContactRestored(_) => self.set_status(Status::Active, entry),
            Event::WorkflowStarted(data) => return self.start(data, entry),
            Event::WorkflowTransitioned(WorkflowTransitioned {
                from,
                to,
                version,
                workflow,
                ..
            })
            | Event::WorkflowMigrated(WorkflowMigrated { from, to, version, workflow }) => {
                return self.transition((from, to), *version, workflow, entry);
            }
            Event::WorkflowReverted(data) => return self.revert(data, entry),
            Event::WorkflowRefused(_) | Event::EntryVoided(_) => {}
            Event::ActivityLogged(ActivityLogged { kind, stage, .. }) => {
                self.tally(kind, stage.as_ref())
            }
            Event::ActivityPlanned(data) => self.plan(data, entry),
            Event::ActivityCompleted(data) => return self.complete(data, entry, at),
            Event::ActivityChanged(data) => self.replan(data),
            Event::ReminderSnoozed(data) => {
                if let Some(pending) = self.pending.get_mut(&data.pending) {
                    (pending.snoozed, pending.acknowledged) = (Some(data.until), None);
                }
            }
            Event::ReminderAcknowledged(data) => {
                if let Some(pending) = self.pending.get_mut(&data.pending) {
                    pending.acknowledged = Some(at);
                }
            }
            Event::ActivityReopened(data) => return self.reopen(&data.pending, entry),
            Event::ActivityCancelled(data) => {
                return self.close(&data.pending, PendingStatus::Cancelled, entry, at);
            }
            Event::TaskCreated(data) => {
                if let Some(pending) = self.pending.get_mut(&data.pending) {
                    pending.task = pending.create_task;
                }
            }
            Event::ContactInvited(data) => self.wait(&data.id, ItemKind::Invite),
            Event::ContactShared(data) => self.wait(&data.id, ItemKind::Share),
            Event::ContactMessaged(ContactMessaged { id: Some(id), .. }) => {
                self.wait(id, ItemKind::Message);
            }
            Event::DeliverySent(data) | Event::DeliveryFailed(data) => {
                self.waiting.remove(&data.item);
            }
            Event::ContactCommented(_) | Event::ContactMessaged(_) | Event::Unknown { .. } => {}
        }
        Applied::Yes
    }

    /// How often `kind` was logged: in this visit of the stage, in this stage ever, at all.
    pub fn logged(&self, kind: &TypeId) -> (u32, u32, u32) {
        let here = self.workflow.as_ref();
        let of_kind = || self.tallies.iter().filter(|tally| tally.kind == *kind);
        let in_stage = of_kind().find(|tally| tally.stage.as_ref() == here.map(|p| &p.stage));
        let in_visit = in_stage
            .filter(|tally| here.is_none_or(|p| p.visit == tally.visit))
            .map_or(0, |tally| tally.in_visit);
        (
            in_visit,
            in_stage.map_or(0, |tally| tally.total),
            of_kind().map(|tally| tally.total).sum(),
        )
    }

    fn create(&mut self, data: &ContactCreated, entry: &Entry) {
        let first = self.profile.is_none();
        let profile = self.profile.get_or_insert_default();
        profile.name.clone_from(&data.name);
        for (slot, value) in [
            (&mut profile.email, &data.email),
            (&mut profile.phone, &data.phone),
            (&mut profile.company, &data.company),
        ] {
            if value.is_some() {
                slot.clone_from(value);
            }
        }
        for (name, value) in data.fields.iter() {
            profile.set(name, value);
        }
        if first {
            self.created = stamp(entry);
        }
        self.touch(entry);
    }

    /// Without a profile there is nothing to change: once `contact.created` comes, all is folded again.
    fn change(&mut self, data: &ContactChanged, entry: &Entry) {
        let Some(profile) = &mut self.profile else {
            return;
        };
        for change in &data.changes {
            profile.set(&change.field, &change.new);
        }
        for (name, value) in data.untracked.iter() {
            profile.set(name, value);
        }
        self.touch(entry);
    }

    fn set_status(&mut self, status: Status, entry: &Entry) {
        if self.status != Status::Erased {
            self.status = status;
            self.touch(entry);
        }
    }

    /// What stays is what the tombstone says: a replica that has only the headers of the rest comes
    /// to the same state.
    fn erase(&mut self, data: &ContactErased, entry: &Entry) {
        *self = Self {
            name: std::mem::take(&mut self.name),
            status: Status::Erased,
            entries: data.entries.saturating_add(1),
            updated: stamp(entry),
            ..Self::default()
        };
    }

    fn start(&mut self, data: &WorkflowStarted, entry: &Entry) -> Applied {
        let fits = match (&self.workflow, &data.from) {
            (None, None) => true,
            (Some(here), Some(from)) => {
                here.definition == from.workflow && here.stage == from.stage
            }
            _ => false,
        };
        if !fits {
            let winner =
                self.workflow.as_ref().map_or_else(|| entry.order.id(), |here| here.entry.clone());
            return Applied::Superseded { winner, conflict: false };
        }
        self.enter(&data.workflow, data.version, &data.to, entry);
        Applied::Yes
    }

    fn transition(
        &mut self,
        (from, to): (&StageRef, &StageRef),
        version: u64,
        workflow: &DefinitionId,
        entry: &Entry,
    ) -> Applied {
        if let Some(superseded) = self.loses((from, to), workflow, entry) {
            return superseded;
        }
        self.enter(workflow, version, to, entry);
        Applied::Yes
    }

    /// Back to where it stood: what was done there counts again, as if it had never left.
    fn revert(&mut self, data: &WorkflowReverted, entry: &Entry) -> Applied {
        if let Some(superseded) = self.loses((&data.from, &data.to), &data.workflow, entry) {
            return superseded;
        }
        let before = self.workflow.as_ref().and_then(|here| here.before.clone());
        self.enter(&data.workflow, data.version, &data.to, entry);
        let before = before.filter(|before| before.stage == data.to.stage);
        if let (Some(here), Some(before)) = (&mut self.workflow, before) {
            (here.entered, here.visit) = (before.entered, before.visit);
        }
        if let Some(here) = &mut self.workflow {
            here.before = None;
        }
        Applied::Yes
    }

    /// Whether another move came first.
    fn loses(
        &self,
        (from, to): (&StageRef, &StageRef),
        workflow: &DefinitionId,
        entry: &Entry,
    ) -> Option<Applied> {
        match &self.workflow {
            Some(here) if here.definition == *workflow && here.stage == from.stage => None,
            Some(here) => {
                let there = here.definition == *workflow && here.stage == to.stage;
                Some(Applied::Superseded { winner: here.entry.clone(), conflict: !there })
            }
            None => Some(Applied::Superseded { winner: entry.order.id(), conflict: true }),
        }
    }

    fn enter(&mut self, definition: &DefinitionId, version: u64, to: &StageRef, entry: &Entry) {
        let before = self.workflow.as_ref().filter(|here| here.definition == *definition);
        let before = before.map(|here| Before {
            stage: here.stage.clone(),
            label: here.label.clone(),
            entered: here.entered,
            visit: here.visit,
        });
        self.workflow = Some(Position {
            definition: definition.clone(),
            version,
            hash: entry.fact.definition.clone().unwrap_or_default(),
            stage: to.stage.clone(),
            label: to.label.clone(),
            entered: entry.occurred_at(),
            visit: self.workflow.as_ref().map_or(0, |here| here.visit) + 1,
            entry: entry.order.id(),
            acts: 0,
            before,
        });
        if entry.fact.by.kind != ByKind::Import {
            self.moved_live = self.moved_live.max(Some(entry.occurred_at()));
        }
        self.touch(entry);
    }

    fn act(&mut self) {
        if let Some(here) = &mut self.workflow {
            here.acts += 1;
        }
    }

    fn tally(&mut self, kind: &TypeId, stage: Option<&StageId>) {
        self.act();
        let visit = self.workflow.as_ref().map_or(0, |here| here.visit);
        let same = |tally: &&mut Tally| tally.kind == *kind && tally.stage.as_ref() == stage;
        if let Some(tally) = self.tallies.iter_mut().find(same) {
            tally.in_visit = if tally.visit == visit { tally.in_visit + 1 } else { 1 };
            tally.total += 1;
            tally.visit = visit;
        } else {
            let (kind, stage) = (kind.clone(), stage.cloned());
            self.tallies.push(Tally { kind, stage, total: 1, in_visit: 1, visit });
        }
    }

    fn plan(&mut self, data: &ActivityPlanned, entry: &Entry) {
        self.act();
        if self.pending.contains_key(&data.pending) {
            return;
        }
        let pending = Pending {
            kind: data.kind.clone(),
            label: data.label.clone(),
            date: data.date,
            description: data.description.clone(),
            due: data.due,
            assignee: data.assignee.clone(),
            assignee_name: data.assignee_name.clone(),
            remind: data.remind.clone(),
            create_task: data.create_task,
            follows: data.follows.clone(),
            status: PendingStatus::Open,
            closed: None,
            set_by: entry.order.id(),
            snoozed: None,
            acknowledged: None,
            reopened: 0,
            task: false,
        };
        self.pending.insert(data.pending.clone(), pending);
    }

    fn wait(&mut self, item: &ItemId, kind: ItemKind) {
        self.waiting.insert(item.clone(), kind);
    }

    fn replan(&mut self, data: &ActivityChanged) {
        let Some(pending) = self.pending.get_mut(&data.pending) else {
            return;
        };
        for change in &data.changes {
            pending.set(&change.field, &change.new, data);
        }
    }

    /// Done beats cancelled; what was done is logged even where it was done before.
    fn complete(&mut self, data: &ActivityCompleted, entry: &Entry, at: Instant) -> Applied {
        self.tally(&data.kind, data.stage.as_ref());
        match self.pending.get_mut(&data.pending) {
            Some(pending) if pending.status == PendingStatus::Done => {
                Applied::Superseded { winner: pending.set_by.clone(), conflict: true }
            }
            Some(pending) => {
                shut(pending, PendingStatus::Done, entry, at);
                Applied::Yes
            }
            None => Applied::Yes,
        }
    }

    fn close(
        &mut self,
        id: &PendingId,
        status: PendingStatus,
        entry: &Entry,
        at: Instant,
    ) -> Applied {
        match self.pending.get_mut(id) {
            Some(pending) if pending.status != PendingStatus::Open => {
                Applied::Superseded { winner: pending.set_by.clone(), conflict: false }
            }
            Some(pending) => {
                shut(pending, status, entry, at);
                Applied::Yes
            }
            None => Applied::Yes,
        }
    }

    fn reopen(&mut self, id: &PendingId, entry: &Entry) -> Applied {
        let Some(pending) = self.pending.get_mut(id) else {
            return Applied::Yes;
        };
        if pending.status == PendingStatus::Open {
            return Applied::Superseded { winner: pending.set_by.clone(), conflict: false };
        }
        pending.status = PendingStatus::Open;
        pending.closed = None;
        pending.reopened += 1;
        pending.set_by = entry.order.id();
        Applied::Yes
    }

    fn touch(&mut self, entry: &Entry) {
        self.version += 1;
        self.updated = stamp(entry);
    }
}

fn shut(pending: &mut Pending, status: PendingStatus, entry: &Entry, at: Instant) {
    pending.status = status;
    pending.closed = Some(at);
    pending.set_by = entry.order.id();
}

fn stamp(entry: &Entry) -> Stamp {
    Stamp { at: entry.occurred_at(), by: entry.fact.by.id.clone() }
}
