//! The merge table, row by row: which entries count, which are superseded and by what, and that
//! replicas that hold the same entries come to the same state.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use stagebook::command::Scalar;
use stagebook::event::{
    ActivityChanged, ActivityCompleted, ActivityLogged, ActivityPlanned, By, ByKind,
    ContactChanged, ContactCommented, ContactCreated, ContactErased, ContactInvited, Delivery,
    Entry, Event, Fact, FieldChange, Fields, Hlc, ItemKind, LeftStage, Order, PendingTouched,
    Reason, Remind, ReminderSnoozed, StageRef, TaskCreated, WorkflowMigrated, WorkflowRefused,
    WorkflowReverted, WorkflowStarted, WorkflowTransitioned,
};
use stagebook::ids::{ContactId, ContactName, EntryId, ItemId, PendingId, ReplicaId, Seq, TypeId};
use stagebook::json;
use stagebook::project::{Applied, Contact, Pending, PendingStatus, Row, Status};
use stagebook::time::{Day, Instant, When};

const HOUR: i64 = 3_600_000;

fn nobody() -> Contact {
    Contact::unknown(ContactName::parse("abcdefghijklmnopqrstuv").unwrap(), ContactId::new("c"))
}

/// The entry `n` of a replica, an hour after its last.
fn entry_of(replica: &str, n: u64, event: Event) -> Entry {
    let at = Instant::from_millis(n as i64 * HOUR);
    let hlc = Hlc { millis: n * HOUR as u64, counter: 0 };
    let by = By { id: "u".into(), name: "U".to_owned(), kind: ByKind::User };
    let fact = Fact { by, occurred_at: None, source: None, definition: None, event };
    Entry { order: Order { hlc, replica: ReplicaId::new(replica), seq: Seq(n) }, at, fact }
}

/// Folds events of one replica and gives what each did.
fn fold(contact: &mut Contact, events: Vec<Event>) -> Vec<Applied> {
    let from = contact.entries;
    let entries = events.into_iter().zip(from..).map(|(event, n)| entry_of("r", n, event));
    entries.map(|entry| contact.apply(&entry)).collect()
}

fn folded(events: Vec<Event>) -> Contact {
    let mut contact = nobody();
    fold(&mut contact, events);
    contact
}

fn superseded(winner: u64, conflict: bool) -> Applied {
    Applied::Superseded { winner: EntryId::of(&ReplicaId::new("r"), Seq(winner)), conflict }
}

fn created(name: &str) -> Event {
    Event::ContactCreated(ContactCreated { name: name.to_owned(), ..ContactCreated::default() })
}

fn changed(field: &str, new: &str) -> Event {
    let change =
        FieldChange { field: field.to_owned(), new: Scalar::from(Some(new)), old: Scalar::NULL };
    Event::ContactChanged(ContactChanged { changes: vec![change], untracked: Fields::default() })
}

fn commented() -> Event {
    Event::ContactCommented(ContactCommented { id: "x".to_owned(), text: "hello".to_owned() })
}

fn at_stage(stage: &str) -> StageRef {
    StageRef { label: stage.into(), stage: stage.into() }
}

fn started(from: Option<(&str, &str)>, workflow: &str, to: &str) -> Event {
    let from = from.map(|(workflow, stage)| LeftStage {
        label: stage.into(),
        stage: stage.into(),
        workflow: workflow.into(),
    });
    Event::WorkflowStarted(WorkflowStarted {
        from,
        reason: None,
        to: at_stage(to),
        version: 1,
        workflow: workflow.into(),
    })
}

fn moved_in(workflow: &str, from: &str, to: &str) -> Event {
    Event::WorkflowTransitioned(WorkflowTransitioned {
        answers: Fields::default(),
        automatic: false,
        from: at_stage(from),
        note: None,
        reason: None,
        reason_label: None,
        to: at_stage(to),
        transition: Some("t".into()),
        version: 1,
        workflow: workflow.into(),
    })
}

fn moved(from: &str, to: &str) -> Event {
    moved_in("w", from, to)
}

/// A move from `from` back to `to`, of the entry `n`.
fn reverted(n: u64, from: &str, to: &str) -> Event {
    Event::WorkflowReverted(WorkflowReverted {
        from: at_stage(from),
        note: None,
        reverts: EntryId::of(&ReplicaId::new("r"), Seq(n)),
        to: at_stage(to),
        version: 1,
        workflow: "w".into(),
    })
}

fn migrated(from: &str, to: &str) -> Event {
    let (from, to) = (at_stage(from), at_stage(to));
    Event::WorkflowMigrated(WorkflowMigrated { from, to, version: 2, workflow: "w".into() })
}

fn refused() -> Event {
    Event::WorkflowRefused(WorkflowRefused {
        blockers: Vec::new(),
        from: Some(at_stage("a")),
        to: Some("b".into()),
        transition: None,
    })
}

fn logged(kind: &str, stage: Option<&str>) -> Event {
    Event::ActivityLogged(ActivityLogged {
        description: None,
        label: kind.into(),
        outcome: None,
        stage: stage.map(Into::into),
        kind: kind.into(),
    })
}

fn pending() -> PendingId {
    PendingId::of(&nobody().name, "p")
}

fn planned(description: &str) -> Event {
    Event::ActivityPlanned(ActivityPlanned {
        assignee: "u".into(),
        assignee_name: "U".to_owned(),
        create_task: true,
        date: Day::parse("2026-03-09").unwrap(),
        description: Some(description.to_owned()),
        due: None,
        follows: None,
        label: "call".into(),
        pending: pending(),
        remind: None,
        kind: "call".into(),
    })
}

fn completed() -> Event {
    Event::ActivityCompleted(ActivityCompleted {
        description: None,
        label: "call".into(),
        outcome: None,
        pending: pending(),
        stage: Some("a".into()),
        kind: "call".into(),
    })
}

fn touched() -> PendingTouched {
    PendingTouched { label: "call".into(), pending: pending(), reason: None, kind: "call".into() }
}

fn reopened() -> Event {
    Event::ActivityReopened(touched())
}

fn cancelled() -> Event {
    Event::ActivityCancelled(touched())
}

fn task() -> Event {
    Event::TaskCreated(TaskCreated {
        assignee: "u".into(),
        assignee_name: "U".to_owned(),
        label: "call".into(),
        pending: pending(),
        task: pending().task(),
        kind: "call".into(),
    })
}

/// A change of the pending activity's fields.
fn replanned(changes: &[(&str, Scalar)]) -> Event {
    let change = |(field, new): &(&str, Scalar)| FieldChange {
        field: (*field).to_owned(),
        new: new.clone(),
        old: Scalar::NULL,
    };
    Event::ActivityChanged(ActivityChanged {
        assignee_name: Some("V".to_owned()),
        changes: changes.iter().map(change).collect(),
        label: "letter".into(),
        pending: pending(),
        kind: "letter".into(),
    })
}

fn to(text: &str) -> Scalar {
    Scalar::from(Some(text))
}

fn reminding() -> Event {
    replanned(&[("remind.start", to("2026-03-10")), ("remind.end", to("2026-03-12"))])
}

fn snoozed(hours: i64) -> Event {
    let until = Instant::from_millis(hours * HOUR);
    let (pending, kind) = (pending(), "call".into());
    Event::ReminderSnoozed(ReminderSnoozed { label: "call".into(), pending, kind, until })
}

fn acknowledged() -> Event {
    Event::ReminderAcknowledged(touched())
}

fn the_pending(contact: &Contact) -> &Pending {
    contact.pending.get(&pending()).unwrap()
}

fn item() -> ItemId {
    ItemId::of(&nobody().name, "i")
}

fn invited() -> Event {
    let (email, id) = ("a@x.it".to_owned(), item());
    Event::ContactInvited(ContactInvited { email, id, message: None })
}

fn delivery() -> Delivery {
    Delivery { attempts: 1, error: None, item: item(), kind: ItemKind::Invite, reference: None }
}

#[test]
fn a_contact_created_on_two_devices_has_the_fields_of_both_and_the_later_name() {
    let fields = |name: &str| Fields::from_iter([(name.to_owned(), Scalar::Bool(true))]);
    let first = ContactCreated {
        name: "Anna".to_owned(),
        email: Some("a@x.it".to_owned()),
        fields: fields("vip"),
        ..ContactCreated::default()
    };
    let second = ContactCreated {
        name: "Anna R.".to_owned(),
        phone: Some("1".to_owned()),
        fields: fields("new"),
        ..ContactCreated::default()
    };
    let mut contact = nobody();
    let applied =
        fold(&mut contact, vec![Event::ContactCreated(first), Event::ContactCreated(second)]);
    assert_eq!(applied, [Applied::Yes, Applied::Yes]);
    let profile = contact.profile.clone().unwrap();
    assert_eq!((profile.name.as_str(), profile.email.as_deref()), ("Anna R.", Some("a@x.it")));
    assert_eq!((profile.phone.as_deref(), profile.fields.len()), (Some("1"), 2));
    assert_eq!((contact.created.at.millis(), contact.updated.at.millis()), (0, HOUR));
}

#[test]
fn a_workflow_starts_only_from_where_the_contact_stands() {
    let mut contact = folded(vec![created("A")]);
    let applied = fold(
        &mut contact,
        vec![
            started(None, "w", "a"),
            started(None, "w", "b"),
            started(Some(("w", "x")), "v", "c"),
            started(Some(("v", "a")), "v", "c"),
            started(Some(("w", "a")), "v", "c"),
        ],
    );
    let lost = superseded(1, false);
    assert_eq!(applied, [Applied::Yes, lost.clone(), lost.clone(), lost, Applied::Yes]);
    let here = contact.workflow.unwrap();
    assert_eq!((here.definition.as_str(), here.stage.as_str()), ("v", "c"));
}

#[test]
fn a_restart_from_a_workflow_that_the_contact_is_not_in_does_not_count() {
    let mut contact = folded(vec![created("A")]);
    let applied = fold(&mut contact, vec![started(Some(("w", "a")), "v", "c")]);
    assert!(matches!(applied[0], Applied::Superseded { conflict: false, .. }), "{applied:?}");
    assert_eq!(contact.workflow, None);
}

#[test]
fn of_two_moves_out_of_one_stage_the_first_wins_and_the_other_is_a_conflict() {
    let mut contact = folded(vec![created("A"), started(None, "w", "a")]);
    let applied = fold(&mut contact, vec![moved("a", "b"), moved("a", "c")]);
    assert_eq!(applied, [Applied::Yes, superseded(2, true)]);
    assert_eq!(contact.workflow.unwrap().stage.as_str(), "b");
}

#[test]
fn two_moves_to_one_stage_are_no_conflict() {
    let mut contact = folded(vec![created("A"), started(None, "w", "a")]);
    let applied = fold(&mut contact, vec![moved("a", "b"), moved("a", "b")]);
    assert_eq!(applied, [Applied::Yes, superseded(2, false)]);
    assert_eq!(contact.workflow.unwrap().visit, 2);
}

#[test]
fn a_move_in_a_workflow_that_the_contact_left_is_a_conflict_even_where_stages_share_a_name() {
    let mut contact =
        folded(vec![created("A"), started(None, "w", "a"), started(Some(("w", "a")), "v", "b")]);
    let applied = fold(&mut contact, vec![moved_in("w", "a", "b"), moved_in("w", "b", "c")]);
    assert_eq!(applied, [superseded(2, true), superseded(2, true)]);
    assert_eq!(contact.workflow.unwrap().definition.as_str(), "v");
}

#[test]
fn a_move_without_a_workflow_does_not_count() {
    let mut contact = folded(vec![created("A")]);
    let applied = fold(&mut contact, vec![moved("a", "b")]);
    assert!(matches!(applied[0], Applied::Superseded { conflict: true, .. }), "{applied:?}");
    assert_eq!(contact.workflow, None);
}

#[test]
fn a_move_taken_back_restores_the_visit_and_all_that_counts_in_it() {
    let call = TypeId::new("call");
    let life = vec![created("A"), started(None, "w", "a"), logged("call", Some("a"))];
    let mut contact = folded(life);
    let before = contact.workflow.clone().unwrap();
    assert_eq!(fold(&mut contact, vec![moved("a", "b")]), [Applied::Yes]);
    assert_eq!(contact.logged(&call), (0, 0, 1));
    assert_eq!(fold(&mut contact, vec![reverted(3, "b", "a")]), [Applied::Yes]);
    let here = contact.workflow.clone().unwrap();
    assert_eq!(
        (&here.stage, here.entered, here.visit),
        (&before.stage, before.entered, before.visit)
    );
    assert_eq!((here.before, here.acts), (None, 0), "nothing is left to take back");
    assert_eq!((contact.logged(&call), contact.version), ((1, 1, 1), 4));
    fold(&mut contact, vec![logged("call", Some("a")), moved("a", "b"), moved("b", "a")]);
    assert_eq!(contact.logged(&call), (0, 2, 2), "a way back that is no revert is a new visit");
}

#[test]
fn what_was_done_since_a_move_is_counted_until_the_next() {
    let acts = |contact: &Contact| contact.workflow.as_ref().unwrap().acts;
    let mut contact = folded(vec![created("A"), started(None, "w", "a"), moved("a", "b")]);
    assert_eq!(acts(&contact), 0);
    fold(&mut contact, vec![commented(), changed("name", "B"), invited(), refused()]);
    assert_eq!(acts(&contact), 0);
    fold(&mut contact, vec![logged("call", Some("b")), planned("x"), completed()]);
    assert_eq!(acts(&contact), 3);
    fold(&mut contact, vec![reopened(), cancelled(), snoozed(9)]);
    assert_eq!(acts(&contact), 3);
    fold(&mut contact, vec![moved("b", "c")]);
    assert_eq!(acts(&contact), 0);
}

#[test]
fn of_two_that_take_a_move_back_one_counts() {
    let mut contact = folded(vec![created("A"), started(None, "w", "a"), moved("a", "b")]);
    let applied = fold(&mut contact, vec![reverted(2, "b", "a"), reverted(2, "b", "a")]);
    assert_eq!(applied, [Applied::Yes, superseded(3, false)]);
    assert_eq!(contact.workflow.as_ref().unwrap().visit, 1);
    let applied = fold(&mut contact, vec![moved("a", "c"), reverted(2, "b", "a")]);
    assert_eq!(applied, [Applied::Yes, superseded(5, true)], "it stands elsewhere");
}

#[test]
fn a_revert_to_where_it_did_not_stand_is_a_move() {
    let mut contact = folded(vec![created("A"), started(None, "w", "a"), moved("a", "b")]);
    assert_eq!(fold(&mut contact, vec![reverted(2, "b", "c")]), [Applied::Yes]);
    let here = contact.workflow.unwrap();
    assert_eq!((here.stage.as_str(), here.visit, here.entered.millis()), ("c", 3, 3 * HOUR));
}

#[test]
fn a_migration_counts_from_where_it_stands_and_others_are_superseded() {
    let mut contact = folded(vec![created("A"), started(None, "w", "a")]);
    let applied =
        fold(&mut contact, vec![migrated("a", "b"), migrated("a", "b"), migrated("a", "c")]);
    assert_eq!(applied, [Applied::Yes, superseded(2, false), superseded(2, true)]);
    let here = contact.workflow.clone().unwrap();
    assert_eq!((here.stage.as_str(), here.version, here.visit), ("b", 2, 2));
    assert_eq!(contact.version, 3);
}

#[test]
fn a_refusal_is_kept_and_changes_nothing() {
    let mut contact = folded(vec![created("A"), started(None, "w", "a")]);
    let before = contact.clone();
    assert_eq!(fold(&mut contact, vec![refused()]), [Applied::Yes]);
    assert_eq!(contact, Contact { entries: 3, ..before });
}

#[test]
fn a_superseded_move_is_kept_in_the_history_with_the_entry_that_won() {
    let mut contact = folded(vec![created("A"), started(None, "w", "a"), moved("a", "b")]);
    let body = stagebook::project::RowBody::new("{}");
    let late = Row::fold(&mut contact, &entry_of("r", 3, moved("a", "c")), body.clone());
    assert_eq!(late.superseded_by, Some(EntryId::of(&ReplicaId::new("r"), Seq(2))));
    assert_eq!(late.since, None, "it left no stage");
    let next = Row::fold(&mut contact, &entry_of("r", 4, moved("b", "c")), body);
    assert_eq!((next.superseded_by, next.since), (None, Some(Instant::from_millis(2 * HOUR))));
}

#[test]
fn an_activity_completed_twice_is_logged_twice_and_closed_once() {
    let mut contact = folded(vec![created("A"), started(None, "w", "a"), planned("x")]);
    let applied = fold(&mut contact, vec![completed(), completed()]);
    assert_eq!(applied, [Applied::Yes, superseded(3, true)]);
    let one = contact.pending.get(&pending()).unwrap();
    assert_eq!(
        (one.status, one.closed),
        (PendingStatus::Done, Some(Instant::from_millis(3 * HOUR)))
    );
    assert_eq!(contact.logged(&TypeId::new("call")), (2, 2, 2));
}

#[test]
fn done_beats_cancelled_whichever_comes_first() {
    let mut first = folded(vec![created("A"), planned("x")]);
    assert_eq!(fold(&mut first, vec![cancelled(), completed()]), [Applied::Yes, Applied::Yes]);
    assert_eq!(first.pending.get(&pending()).unwrap().status, PendingStatus::Done);
    let mut second = folded(vec![created("A"), planned("x")]);
    assert_eq!(
        fold(&mut second, vec![completed(), cancelled()]),
        [Applied::Yes, superseded(2, false)]
    );
    assert_eq!(second.pending.get(&pending()).unwrap().status, PendingStatus::Done);
}

#[test]
fn an_activity_cancelled_twice_is_cancelled_by_the_first() {
    let mut contact = folded(vec![created("A"), planned("x")]);
    assert_eq!(
        fold(&mut contact, vec![cancelled(), cancelled()]),
        [Applied::Yes, superseded(2, false)]
    );
}

#[test]
fn only_a_closed_activity_is_reopened_and_the_closing_date_goes() {
    for close in [completed(), cancelled()] {
        let mut contact = folded(vec![created("A"), planned("x"), task(), close]);
        let applied = fold(&mut contact, vec![reopened(), reopened()]);
        assert_eq!(applied[0], Applied::Yes);
        assert_eq!(applied[1], superseded(4, false), "the first reopening won");
        let one = contact.pending.get(&pending()).unwrap();
        assert_eq!((one.status, one.closed, one.task), (PendingStatus::Open, None, true));
        assert_eq!(fold(&mut contact, vec![completed()]), [Applied::Yes]);
    }
}

#[test]
fn a_pending_activity_planned_twice_under_one_id_stays_the_first() {
    let mut contact = folded(vec![created("A"), planned("x")]);
    fold(&mut contact, vec![completed(), planned("y")]);
    let one = contact.pending.get(&pending()).unwrap();
    assert_eq!((one.description.as_deref(), one.status), (Some("x"), PendingStatus::Done));
}

#[test]
fn of_changes_of_one_field_the_last_wins_and_others_stay() {
    let mut contact = folded(vec![created("A")]);
    let applied = fold(
        &mut contact,
        vec![changed("email", "a@x.it"), changed("size", "1"), changed("size", "2")],
    );
    assert_eq!(applied, [Applied::Yes, Applied::Yes, Applied::Yes]);
    let profile = contact.profile.unwrap();
    assert_eq!(profile.field("email"), Scalar::from(Some("a@x.it")));
    assert_eq!(profile.field("size"), Scalar::from(Some("2")));
    assert_eq!(contact.version, 4);
}

#[test]
fn of_changes_of_a_pending_activity_the_last_of_each_field_wins_and_its_task_has_the_same() {
    let mut contact = folded(vec![created("A"), planned("x"), task()]);
    let applied = fold(
        &mut contact,
        vec![
            replanned(&[("due", to("2026-03-20")), ("description", to("y"))]),
            replanned(&[("due", to("2026-03-12T08:00:00.000Z")), ("type", to("letter"))]),
            replanned(&[("assignee", to("v")), ("date", to("2026-03-10"))]),
            replanned(&[("description", Scalar::NULL), ("size", to("1")), ("date", Scalar::NULL)]),
        ],
    );
    assert_eq!(applied, vec![Applied::Yes; 4]);
    let one = the_pending(&contact);
    assert_eq!(one.due.map(|due| due.to_string()).as_deref(), Some("2026-03-12T08:00:00.000Z"));
    assert_eq!((one.kind.as_str(), one.label == "letter".into()), ("letter", true));
    assert_eq!((one.assignee.as_str(), one.assignee_name.as_str()), ("v", "V"));
    assert_eq!((&one.description, one.date), (&None, Day::parse("2026-03-10").unwrap()));
    assert!(one.task && one.create_task);
    assert_eq!(contact.version, 1, "no change of what the contact shows");
}

#[test]
fn a_change_of_what_was_not_planned_here_changes_nothing() {
    let mut contact = folded(vec![created("A")]);
    let before = contact.clone();
    fold(&mut contact, vec![reminding(), snoozed(9), acknowledged(), task()]);
    assert_eq!(contact, Contact { entries: 5, ..before });
}

#[test]
fn a_task_is_there_only_where_one_is_asked_for() {
    let mut contact = folded(vec![created("A"), planned("x"), task()]);
    let tick = |flag| replanned(&[("createTask", Scalar::Bool(flag))]);
    fold(&mut contact, vec![tick(false)]);
    assert!(!the_pending(&contact).task);
    fold(&mut contact, vec![task()]);
    assert!(!the_pending(&contact).task, "made elsewhere before the tick was taken off");
    fold(&mut contact, vec![tick(true)]);
    assert!(!the_pending(&contact).task, "not before it is made");
    fold(&mut contact, vec![task()]);
    assert!(the_pending(&contact).task);
}

#[test]
fn of_putting_off_and_dismissing_a_reminder_the_last_wins() {
    let of = |contact: &Contact| {
        let one = the_pending(contact);
        let hours = |at: Instant| at.millis() / HOUR;
        (one.snoozed.map(hours), one.acknowledged.map(hours))
    };
    let mut contact = folded(vec![created("A"), planned("x"), reminding()]);
    fold(&mut contact, vec![snoozed(50), snoozed(40)]);
    assert_eq!(of(&contact), (Some(40), None));
    fold(&mut contact, vec![acknowledged()]);
    assert_eq!(of(&contact), (Some(40), Some(5)));
    fold(&mut contact, vec![snoozed(60)]);
    assert_eq!(of(&contact), (Some(60), None));
    fold(&mut contact, vec![acknowledged(), replanned(&[("remind.end", to("2026-03-14"))])]);
    assert_eq!(of(&contact), (None, None), "a reminder that was moved shows again");
}

#[test]
fn each_end_of_a_reminder_is_a_field_and_clearing_one_clears_both() {
    let day = |text| When::Day(Day::parse(text).unwrap());
    let mut contact = folded(vec![created("A"), planned("x"), reminding()]);
    fold(&mut contact, vec![replanned(&[("remind.end", to("2026-03-15"))])]);
    let (start, end) = (day("2026-03-10"), day("2026-03-15"));
    assert_eq!(the_pending(&contact).remind, Some(Remind { end, start }));
    let clear = [("remind.start", Scalar::NULL), ("remind.end", Scalar::NULL)];
    fold(&mut contact, vec![replanned(&clear)]);
    assert_eq!(the_pending(&contact).remind, None);
    fold(&mut contact, vec![replanned(&[("remind.end", to("2026-03-15"))])]);
    assert_eq!(the_pending(&contact).remind, Some(Remind { end, start: end }));
}

#[test]
fn an_item_waits_until_it_is_settled_and_settling_again_changes_nothing() {
    let mut contact = folded(vec![created("A"), invited()]);
    assert_eq!(contact.waiting.get(&item()), Some(&ItemKind::Invite));
    let settled = vec![
        Event::DeliveryFailed(Delivery { error: Some("no route".to_owned()), ..delivery() }),
        Event::DeliverySent(delivery()),
    ];
    assert_eq!(fold(&mut contact, settled), [Applied::Yes, Applied::Yes]);
    assert!(contact.waiting.is_empty());
}

#[test]
fn archiving_and_restoring_always_count() {
    let mut contact = folded(vec![created("A")]);
    let archived = || Event::ContactArchived(Reason::default());
    assert_eq!(fold(&mut contact, vec![archived(), archived()]), [Applied::Yes, Applied::Yes]);
    assert_eq!(contact.status, Status::Archived);
    fold(&mut contact, vec![Event::ContactRestored(Reason::default())]);
    assert_eq!(contact.status, Status::Active);
}

#[test]
fn an_erased_contact_keeps_nothing_but_what_its_tombstone_says() {
    let life = vec![
        created("A"),
        started(None, "w", "a"),
        planned("x"),
        logged("call", Some("a")),
        completed(),
    ];
    let mut lived = folded(life);
    let tombstone = Event::ContactErased(ContactErased { entries: 5, reason: None });
    let mut bare = nobody();
    let entry = entry_of("r", 5, tombstone);
    assert_eq!((lived.apply(&entry), bare.apply(&entry)), (Applied::Yes, Applied::Yes));
    assert_eq!((lived.status, lived.exists(), lived.id.as_str()), (Status::Erased, false, ""));
    assert_eq!(lived, bare, "whoever has only the headers of the rest comes to the same state");
}

#[test]
fn entries_before_the_creation_are_kept_and_make_no_contact() {
    let early = vec![
        commented(),
        started(None, "w", "a"),
        logged("call", Some("a")),
        planned("x"),
        changed("name", "B"),
    ];
    let mut contact = nobody();
    fold(&mut contact, early);
    assert!(!contact.exists(), "a contact exists once it is created");
    fold(&mut contact, vec![created("A")]);
    assert!(contact.exists());
    assert_eq!(contact.entries, 6);
    assert_eq!(contact.workflow.as_ref().unwrap().stage.as_str(), "a");
    assert_eq!(contact.pending.len(), 1);
    assert_eq!(contact.logged(&TypeId::new("call")), (1, 1, 1));
}

#[test]
fn kinds_of_a_newer_version_are_kept_and_change_nothing() {
    let mut contact = folded(vec![created("A")]);
    let before = contact.clone();
    let data = json::parse(r#"{ "song": 1 }"#).unwrap();
    let unknown = Event::Unknown { kind: "contact.sung".to_owned(), data };
    assert_eq!(fold(&mut contact, vec![unknown]), [Applied::Yes]);
    assert_eq!(contact, Contact { entries: 2, ..before });
}

#[test]
fn comments_and_activities_do_not_change_the_version_but_moves_and_fields_do() {
    let mut contact = folded(vec![created("A"), started(None, "w", "a")]);
    fold(
        &mut contact,
        vec![
            commented(),
            planned("x"),
            task(),
            logged("call", Some("a")),
            completed(),
            reopened(),
            reminding(),
            snoozed(9),
            acknowledged(),
            invited(),
            Event::DeliverySent(delivery()),
        ],
    );
    assert_eq!(contact.version, 2);
    fold(&mut contact, vec![moved("a", "b")]);
    assert_eq!(contact.version, 3);
}

#[test]
fn activities_count_by_visit_by_stage_and_in_all() {
    let call = TypeId::new("call");
    let mut contact = folded(vec![created("A"), logged("call", None), started(None, "w", "a")]);
    assert_eq!(
        contact.logged(&call),
        (0, 0, 1),
        "what was logged before counts for the contact alone"
    );
    fold(&mut contact, vec![logged("call", Some("a")), logged("call", Some("a"))]);
    assert_eq!(contact.logged(&call), (2, 2, 3));
    fold(&mut contact, vec![moved("a", "b")]);
    assert_eq!(contact.logged(&call), (0, 0, 3));
    fold(&mut contact, vec![logged("call", Some("b")), moved("b", "a")]);
    assert_eq!(contact.logged(&call), (0, 2, 4));
    fold(&mut contact, vec![logged("call", Some("a"))]);
    assert_eq!(contact.logged(&call), (1, 3, 5));
}

#[test]
fn counting_goes_by_the_order_of_entries_never_by_their_dates() {
    let mut contact = folded(vec![created("A"), started(None, "w", "a"), moved("a", "b")]);
    let mut old = entry_of("r", 3, logged("call", Some("b")));
    old.fact.occurred_at = Some(Instant::from_millis(-HOUR));
    contact.apply(&old);
    assert_eq!(contact.logged(&TypeId::new("call")), (1, 1, 1));
}

fn any_event() -> impl Strategy<Value = Event> {
    let stage = || prop_oneof![Just("a"), Just("b"), Just("c")];
    prop_oneof![
        Just(created("A")),
        Just(created("B")),
        stage().prop_map(|to| started(None, "w", to)),
        (stage(), stage()).prop_map(|(from, to)| started(Some(("w", from)), "v", to)),
        (stage(), stage()).prop_map(|(from, to)| moved(from, to)),
        (0..9_u64, stage(), stage()).prop_map(|(n, from, to)| reverted(n, from, to)),
        (stage(), stage()).prop_map(|(from, to)| migrated(from, to)),
        Just(refused()),
        stage().prop_map(|stage| logged("call", Some(stage))),
        Just(changed("size", "1")),
        Just(changed("name", "C")),
        Just(planned("x")),
        Just(planned("y")),
        Just(task()),
        Just(completed()),
        Just(cancelled()),
        Just(reopened()),
        Just(commented()),
        Just(reminding()),
        Just(replanned(&[("due", to("2026-03-20")), ("createTask", Scalar::Bool(false))])),
        Just(replanned(&[("createTask", Scalar::Bool(true)), ("remind.end", Scalar::NULL)])),
        (0..40_i64).prop_map(snoozed),
        Just(acknowledged()),
        Just(invited()),
        Just(Event::DeliverySent(delivery())),
        Just(Event::ContactArchived(Reason::default())),
        Just(Event::ContactRestored(Reason::default())),
        Just(Event::ContactErased(ContactErased { entries: 3, reason: None })),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever order two replicas' entries arrive in, the total order of them is one, and so is
    /// the fold; and no entry, however absurd, makes it fail.
    #[test]
    fn replicas_with_the_same_entries_have_the_same_state_to_the_byte(
        events in prop::collection::vec((any_event(), 0..2_u8, 0..4_u64), 0..24),
    ) {
        let mut entries: Vec<Entry> = Vec::new();
        for (n, (event, replica, lag)) in events.into_iter().enumerate() {
            let mut entry = entry_of(["r", "s"][usize::from(replica)], n as u64, event);
            entry.order.hlc.millis = entry.order.hlc.millis.saturating_sub(lag * 2 * HOUR as u64);
            entries.push(entry);
        }
        let state = |mut entries: Vec<Entry>| {
            entries.sort_by(|a, b| a.order.cmp(&b.order));
            let mut contact = nobody();
            for entry in &entries {
                contact.apply(entry);
            }
            json::text(&contact)
        };
        let forward = state(entries.clone());
        entries.reverse();
        prop_assert_eq!(&state(entries), &forward);
        let back: Contact = json::read(&forward).unwrap();
        prop_assert_eq!(json::text(&back), forward);
    }
}
