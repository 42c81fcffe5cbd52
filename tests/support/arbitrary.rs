//! Commands at random: right ones, wrong ones and absurd ones, about few contacts, so that they
//! meet. Every text of the host carries a mark, its contact's own where it is about a contact.

use super::actor;
use proptest::prelude::*;
use stagebook::command::ActivityDraft;
use stagebook::command::{
    Actor, BoxPair, Command, CommandOptions, Completion, ContactChanges, FieldChanges, Invitation,
    MessageDraft, NewContact, PendingChanges, PendingDraft, RemindDraft, Scalar, Settlement,
    ShareDraft, StartAt, TransitionRequest,
};
use stagebook::engine::{HistoryQuery, ItemStatus, TaskQuery};
use stagebook::event::Fields;
use stagebook::ids::ContactId;
use stagebook::project::{Contact, PendingStatus, State};
use stagebook::time::When;

/// What every text of the host holds.
pub(crate) const MARK: &str = "Zebra";
/// How many contacts there are.
pub(crate) const CONTACTS: usize = 3;

/// The mark of one contact's texts.
pub(crate) fn mark(contact: usize) -> String {
    format!("{MARK}{contact}")
}

pub(crate) fn id(contact: usize) -> ContactId {
    ContactId::new(format!("{}:id", mark(contact)))
}

pub(crate) fn ids() -> Vec<ContactId> {
    (0..CONTACTS).map(id).collect()
}

/// One step of a random life.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)]
pub(crate) enum Step {
    /// A command, after so many milliseconds; `#n` as a pending activity stands for the contact's
    /// n-th, as an item for its n-th that waits.
    Run { contact: usize, after: i64, actor: Actor, command: Command, options: CommandOptions },
    /// The tail goes into the tables.
    Compact,
    /// The book is closed and opened again.
    Reopen,
}

/// So many commands, and what is done to the book between them.
pub(crate) fn steps(commands: usize) -> impl Strategy<Value = Vec<Step>> {
    let between = prop_oneof![
        18 => Just(None),
        1 => Just(Some(Step::Compact)),
        1 => Just(Some(Step::Reopen)),
    ];
    // That a step can be left out is how a long life gets shorter while it still fails.
    let step = prop::option::weighted(0.9999, (run(), between));
    // Without contacts there is little to be wrong about: all but one exist from the beginning.
    prop::collection::vec(step, commands).prop_map(|rest| {
        let rest = rest.into_iter().flatten().flat_map(|(run, then)| [Some(run), then]);
        (1..CONTACTS).map(new_contact).chain(rest.flatten()).collect()
    })
}

fn new_contact(contact: usize) -> Step {
    let pending = PendingDraft {
        kind: Some("letter".to_owned()),
        description: Some(mark(contact)),
        assignee: Some(actor_id(1)),
        create_task: Some(contact == 1),
        ..PendingDraft::default()
    };
    let input = NewContact {
        name: Some(format!("{} Rossi", mark(contact))),
        activities: vec![BoxPair { log: None, pending: Some(pending) }],
        ..NewContact::default()
    };
    let command = Command::Create { contact: id(contact), input, upsert: true };
    step(contact, 1, somebody(0), command, CommandOptions::default())
}

fn step(
    contact: usize,
    after: i64,
    actor: Actor,
    command: Command,
    options: CommandOptions,
) -> Step {
    Step::Run { contact, after, actor, command, options }
}

fn run() -> impl Strategy<Value = Step> {
    let after = prop_oneof![
        16 => 0..200_000_i64,
        2 => 0..100_000_000_i64,
        2 => -500_000..0_i64,
        1 => -100_000_000..0_i64,
    ];
    (0..CONTACTS).prop_flat_map(move |contact| {
        (after.clone(), 0..3_usize, command(contact), options()).prop_map(
            move |(after, who, command, options)| {
                step(contact, after, somebody(who), command, options)
            },
        )
    })
}

fn somebody(who: usize) -> Actor {
    let roles = [&["sales", "boss"][..], &["sales"], &[]][who % 3];
    actor(&actor_id(who), roles)
}

pub(crate) fn actor_id(who: usize) -> String {
    format!("{MARK}-actor{who}")
}

/// Whoever acts or is given work.
pub(crate) const ACTORS: usize = 3;

fn options() -> BoxedStrategy<CommandOptions> {
    let occurred_at = prop_oneof![
        20 => Just(None),
        4 => Just(Some("2026-03-01T08:00:00+01:00".to_owned())),
        1 => text(0).prop_map(Some),
    ];
    let expected_version = prop_oneof![20 => Just(None), 1 => (0..4_u64).prop_map(Some)];
    (occurred_at, expected_version)
        .prop_map(|(occurred_at, expected_version)| CommandOptions {
            command_id: None,
            expected_version,
            occurred_at,
        })
        .boxed()
}

/// Puts the contact's n-th where a command says `#n`.
pub(crate) fn resolve(mut command: Command, contact: &Contact) -> Command {
    let (id, known): (&mut String, Vec<String>) = match &mut command {
        Command::Complete { pending, .. }
        | Command::Update { pending, .. }
        | Command::Snooze { pending, .. }
        | Command::Acknowledge { pending }
        | Command::Reopen { pending }
        | Command::Cancel { pending, .. } => {
            (pending, contact.pending.keys().map(ToString::to_string).collect())
        }
        Command::Settle { item, .. } => {
            (item, contact.waiting.keys().map(ToString::to_string).collect())
        }
        _ => return command,
    };
    let place = id.strip_prefix('#').and_then(|place| place.parse::<usize>().ok());
    if let (Some(place), false) = (place, known.is_empty()) {
        id.clone_from(&known[place % known.len()]);
    }
    command
}

fn command(contact: usize) -> BoxedStrategy<Command> {
    prop_oneof![
        16 => contact_command(contact),
        14 => pending_command(contact),
        8 => outreach_command(contact),
    ]
    .boxed()
}

fn contact_command(contact: usize) -> BoxedStrategy<Command> {
    let some = move || id(contact);
    prop_oneof![
        3 => (new(contact), any::<bool>())
            .prop_map(move |(input, upsert)| Command::Create { contact: some(), input, upsert }),
        20 => changes(contact).prop_map(move |changes| Command::Save { contact: some(), changes }),
        4 => text(contact).prop_map(move |text| Command::Comment { contact: some(), text }),
        3 => (prop_oneof![3 => Just(id(contact).to_string()), 1 => text(contact)], maybe(reason()))
            .prop_map(move |(confirm, reason)| Command::Erase { contact: some(), confirm, reason }),
        1 => word(&["sales", "none"]).prop_map(move |definition| Command::Start { contact: some(), definition }),
        12 => request(contact).prop_map(move |request| Command::Transition { contact: some(), request }),
        14 => maybe(text(contact)).prop_map(move |note| Command::Revert { contact: some(), note }),
        2 => maybe(text(contact)).prop_map(move |reason| Command::Archive { contact: some(), reason }),
        4 => Just(Command::Restore { contact: id(contact) }),
    ]
    .boxed()
}

fn pending_command(contact: usize) -> BoxedStrategy<Command> {
    prop_oneof![
        6 => (pending_id(), completion(contact))
            .prop_map(|(pending, input)| Command::Complete { pending, input }),
        5 => pending_id().prop_map(|pending| Command::Reopen { pending }),
        3 => (pending_id(), maybe(text(contact)))
            .prop_map(|(pending, reason)| Command::Cancel { pending, reason }),
        8 => (pending_id(), pending_changes(contact))
            .prop_map(|(pending, changes)| Command::Update { pending, changes }),
        5 => (pending_id(), date(5..40)).prop_map(|(pending, until)| Command::Snooze { pending, until }),
        3 => pending_id().prop_map(|pending| Command::Acknowledge { pending }),
    ]
    .boxed()
}

fn outreach_command(contact: usize) -> BoxedStrategy<Command> {
    let some = move || id(contact);
    let address = move || prop_oneof![8 => email(contact).prop_map(Some), 1 => Just(None)];
    let names = || prop::collection::vec(word(&["name", "email", "vip", "size", "none"]), 0..3);
    let result = (
        word(&["sent", "sent", "failed", "failed", "lost"]),
        maybe(text(contact)),
        maybe(text(contact)),
        maybe(0..9_u32),
    );
    let result = result.prop_map(|(status, reference, error, attempts)| Settlement {
        status,
        reference,
        error,
        attempts,
    });
    prop_oneof![
        2 => (address(), maybe(text(contact))).prop_map(move |(email, message)| {
            Command::Invite { contact: some(), input: Invitation { email, message } }
        }),
        2 => (maybe(text(contact)), maybe(text(contact)), maybe(text(contact))).prop_map(
            move |(text, subject, channel)| {
                let input = MessageDraft { text, subject, channel };
                Command::Message { contact: some(), input }
            },
        ),
        2 => (address(), maybe(names()), maybe(text(contact))).prop_map(
            move |(email, fields, note)| {
                Command::Share { contact: some(), input: ShareDraft { email, fields, note } }
            },
        ),
        4 => (pending_id(), result).prop_map(|(item, result)| Command::Settle { item, result }),
    ]
    .boxed()
}

/// Changes of a pending activity: of few fields each, so that most can be made.
fn pending_changes(contact: usize) -> BoxedStrategy<PendingChanges> {
    let none = PendingChanges::default;
    let one = prop_oneof![
        kind().prop_map(move |kind| PendingChanges { kind, ..none() }),
        date(1..20).prop_map(move |date| PendingChanges { date: Some(date), ..none() }),
        maybe(text(contact))
            .prop_map(move |text| PendingChanges { description: Some(text), ..none() }),
        maybe(date(14..40)).prop_map(move |due| PendingChanges { due: Some(due), ..none() }),
        assignee(contact).prop_map(move |assignee| PendingChanges { assignee, ..none() }),
        remind().prop_map(move |remind| PendingChanges { remind: Some(remind), ..none() }),
        any::<bool>().prop_map(move |flag| PendingChanges { create_task: Some(flag), ..none() }),
    ];
    prop::collection::vec(one, 0..4)
        .prop_map(|changes| {
            changes.into_iter().fold(PendingChanges::default(), |all, one| PendingChanges {
                kind: one.kind.or(all.kind),
                date: one.date.or(all.date),
                description: one.description.or(all.description),
                due: one.due.or(all.due),
                assignee: one.assignee.or(all.assignee),
                remind: one.remind.or(all.remind),
                create_task: one.create_task.or(all.create_task),
            })
        })
        .boxed()
}

/// Of an erasure it stays for ever: no personal data, so no contact's mark.
fn reason() -> impl Strategy<Value = String> {
    Just("ticket 7".to_owned())
}

fn maybe<T: Clone + std::fmt::Debug>(
    strategy: impl Strategy<Value = T>,
) -> impl Strategy<Value = Option<T>> {
    prop::option::of(strategy)
}

fn word(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(words).prop_map(str::to_owned)
}

/// A question to a book as it stands after so many steps; each list takes of it what it knows.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    pub(crate) after: usize,
    pub(crate) history: HistoryQuery,
    pub(crate) tasks: TaskQuery,
    pub(crate) items: Option<ItemStatus>,
    /// Minutes from now.
    pub(crate) ahead: i64,
}

pub(crate) fn looks(steps: usize) -> impl Strategy<Value = Vec<Look>> {
    prop::collection::vec(look(steps), steps / 10)
}

fn look(steps: usize) -> BoxedStrategy<Look> {
    let assignee = maybe((0..ACTORS).prop_map(actor_id)).boxed();
    let kinds = &[
        "contact.created",
        "contact.changed",
        "contact.erased",
        "contact.messaged",
        "activity.planned",
        "activity.changed",
        "workflow.transitioned",
        "delivery.sent",
        "contact.sung",
    ];
    let rarely = |words: BoxedStrategy<String>| prop::option::weighted(0.2, words);
    let history = (
        prop::option::weighted(0.3, prop::collection::vec(word(kinds), 1..4)),
        rarely((0..ACTORS).prop_map(actor_id).boxed()),
        rarely(date(1..40).prop_filter("a date", |text| When::parse(text).is_some()).boxed()),
        rarely(date(1..40).prop_filter("a date", |text| When::parse(text).is_some()).boxed()),
        rarely(word(&["zebra1", "ROSSI", "quoted", "\u{20ac}", "nothing", ""]).boxed()),
        maybe(word(&["newest", "oldest"])),
        any::<bool>(),
    );
    let history = history.prop_map(|(kinds, by, from, to, text, order, count)| HistoryQuery {
        kinds,
        by,
        from,
        to,
        text,
        order,
        count,
        ..HistoryQuery::default()
    });
    let status = prop::sample::select(PendingStatus::ALL);
    let tasks = (assignee, maybe(status), maybe(prop::sample::select(State::ALL)));
    let limit = prop_oneof![6 => 1..4_u32, 2 => 4..9_u32, 1 => Just(500)];
    let items = maybe(prop::sample::select(ItemStatus::ALL));
    (0..=steps, history, tasks, items, limit, -9_000..9_000_i64)
        .prop_map(|(after, history, (assignee, status, state), items, limit, ahead)| Look {
            after,
            history: HistoryQuery { limit: Some(limit), ..history },
            tasks: TaskQuery {
                assignee: assignee.as_deref().map(Into::into),
                status,
                state,
                limit: Some(limit),
                cursor: None,
            },
            items,
            ahead,
        })
        .boxed()
}

/// A marked text, with what is hard to write in it.
pub(crate) fn text(contact: usize) -> BoxedStrategy<String> {
    let ends = prop_oneof![
        4 => Just(String::new()),
        2 => Just(" \"quoted\" \\ {x} €😀\u{2028}".to_owned()),
        1 => "(?s).{0,12}",
        1 => Just("\n{\"header\":{}}".to_owned()),
    ];
    ends.prop_map(move |end| format!("{}{end}", mark(contact))).boxed()
}

fn new(contact: usize) -> BoxedStrategy<NewContact> {
    let workflow = prop_oneof![
        5 => Just(None),
        1 => Just(Some(None)),
        1 => word(&["sales", "none"]).prop_map(|definition| Some(Some(StartAt { definition, stage: None }))),
        1 => word(&["talk", "gone", "none"])
            .prop_map(|stage| Some(Some(StartAt { definition: "sales".to_owned(), stage: Some(stage) }))),
    ];
    (maybe(text(contact)), maybe(email(contact)), maybe(fields(contact)), pairs(contact), workflow)
        .prop_map(|(name, email, fields, activities, workflow)| NewContact {
            name,
            email,
            fields,
            activities,
            workflow,
            ..NewContact::default()
        })
        .boxed()
}

fn email(contact: usize) -> BoxedStrategy<String> {
    prop_oneof![12 => Just(format!("{}@example.com", mark(contact))), 1 => text(contact)].boxed()
}

fn fields(contact: usize) -> BoxedStrategy<Fields> {
    let value = prop_oneof![
        Just(Scalar::NULL),
        any::<bool>().prop_map(Scalar::Bool),
        any::<f64>().prop_map(Scalar::Number),
        (-1e6..1e6_f64).prop_map(Scalar::Number),
        (0..20_i32).prop_map(|whole| Scalar::Number(f64::from(whole))),
        text(contact).prop_map(Scalar::Text),
    ];
    let name = prop_oneof![
        20 => prop::sample::select(&["vip", "size", "\u{fb33}", "\u{1f600}", "na.me"][..]).prop_map(str::to_owned),
        1 => Just("email".to_owned()),
        1 => text(contact),
    ];
    prop::collection::vec((name, value), 0..4).prop_map(Fields::from_iter).boxed()
}

fn changes(contact: usize) -> BoxedStrategy<ContactChanges> {
    let cleared = |strategy: BoxedStrategy<String>| maybe(maybe(strategy));
    let set = (
        maybe(text(contact)),
        cleared(email(contact).boxed()),
        cleared(text(contact).boxed()),
        maybe(fields(contact)),
    );
    let set = set.prop_map(|(name, email, phone, fields)| FieldChanges {
        name,
        email,
        phone,
        fields,
        ..FieldChanges::default()
    });
    let transition = prop_oneof![3 => Just(None), 1 => request(contact).prop_map(Some)];
    (prop_oneof![Just(None), set.prop_map(Some)], pairs(contact), transition)
        .prop_map(|(set, activities, transition)| ContactChanges { set, activities, transition })
        .boxed()
}

fn request(contact: usize) -> BoxedStrategy<TransitionRequest> {
    let way = prop_oneof![
        6 => word(&["begin", "begin", "back", "win", "lose", "park", "park", "resume", "resume", "retry", "stay", "retire", "skip", "none"])
            .prop_map(|transition| (Some(transition), None)),
        2 => word(&["talk", "won", "lost", "new", "none"]).prop_map(|to| (None, Some(to))),
        1 => Just((None, None)),
    ];
    let reason = maybe(prop_oneof![word(&["price", "other", ""]), text(contact)]);
    (way, reason, maybe(text(contact)))
        .prop_map(|((transition, to), reason, note)| TransitionRequest {
            transition,
            to,
            reason,
            note,
            ..TransitionRequest::default()
        })
        .boxed()
}

fn pairs(contact: usize) -> BoxedStrategy<Vec<BoxPair>> {
    let often = |present: f64| prop::option::Probability::from(present);
    let log = prop::option::weighted(often(0.6), log(contact));
    let pending = prop::option::weighted(often(0.6), pending(contact));
    let pair = (log, pending).prop_map(|(log, pending)| BoxPair { log, pending });
    prop::collection::vec(pair, 0..3).boxed()
}

fn kind() -> BoxedStrategy<Option<String>> {
    prop_oneof![
        40 => word(&["call", "visit", "offer", "letter"]).prop_map(Some),
        1 => word(&["old", "none", ""]).prop_map(Some),
        1 => Just(None),
    ]
    .boxed()
}

fn log(contact: usize) -> BoxedStrategy<ActivityDraft> {
    let date = prop_oneof![8 => Just(None), 3 => date(1..10).prop_map(Some), 1 => date(1..29).prop_map(Some)];
    (kind(), date, maybe(text(contact)), maybe(text(contact)))
        .prop_map(|(kind, date, description, outcome)| ActivityDraft {
            kind,
            date,
            user: None,
            description,
            outcome,
        })
        .boxed()
}

fn assignee(contact: usize) -> BoxedStrategy<Option<String>> {
    prop_oneof![
        20 => (0..ACTORS).prop_map(|who| Some(actor_id(who))),
        1 => text(contact).prop_map(Some),
        1 => Just(None),
    ]
    .boxed()
}

fn remind() -> BoxedStrategy<Option<RemindDraft>> {
    prop_oneof![
        4 => Just(None),
        6 => (date(1..20), date(15..40))
            .prop_map(|(start, end)| Some(RemindDraft { start: Some(start), end: Some(end) })),
        1 => (maybe(date(1..40)), maybe(date(1..40)))
            .prop_map(|(start, end)| Some(RemindDraft { start, end })),
    ]
    .boxed()
}

fn pending(contact: usize) -> BoxedStrategy<PendingDraft> {
    let optional =
        |days: std::ops::Range<u32>| prop_oneof![1 => Just(None), 1 => date(days).prop_map(Some)];
    (
        kind(),
        optional(1..15),
        maybe(text(contact)),
        optional(14..40),
        assignee(contact),
        remind(),
        any::<Option<bool>>(),
    )
        .prop_map(|(kind, date, description, due, assignee, remind, create_task)| PendingDraft {
            kind,
            date,
            description,
            due,
            assignee,
            remind,
            create_task,
        })
        .boxed()
}

/// Days and instants of a March and an April around the clock's time, in which clocks go forward
/// on the 29th day, and what is neither.
fn date(days: std::ops::Range<u32>) -> BoxedStrategy<String> {
    let day =
        |n: u32| if n > 31 { format!("2026-04-{:02}", n - 31) } else { format!("2026-03-{n:02}") };
    prop_oneof![
        20 => days.clone().prop_map(day),
        10 => (days, 0..24_u32, 0..4_u32)
            .prop_map(move |(n, hour, quarter)| format!("{}T{hour:02}:{:02}:00+01:00", day(n), 15 * quarter)),
        1 => word(&["", "2026-02-30", "soon", "2026-03-09T25:00:00Z"]),
    ]
    .boxed()
}

fn pending_id() -> BoxedStrategy<String> {
    prop_oneof![20 => (0..9_u32).prop_map(|n| format!("#{n}")), 1 => text(0), 1 => Just("abcdefghijklmnopqrstuv.x".to_owned())].boxed()
}

fn completion(contact: usize) -> BoxedStrategy<Completion> {
    let date = prop_oneof![5 => Just(None), 1 => date(1..10).prop_map(Some)];
    (maybe(text(contact)), maybe(text(contact)), date, maybe(pending(contact)))
        .prop_map(|(outcome, description, date, next)| Completion {
            outcome,
            description,
            date,
            next,
        })
        .boxed()
}
