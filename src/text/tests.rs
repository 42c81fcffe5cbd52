use super::*;
use crate::error::{BatchFault, BlockerCode, Fault, IssueCode};
use crate::json;
use std::collections::BTreeSet;

fn messages(locale: &str) -> Messages {
    Messages::new(locale, &HostMessages::new())
}

fn names(template: &str) -> BTreeSet<&str> {
    template::names(template).collect()
}

#[test]
fn both_languages_have_the_same_keys_and_parameters() {
    let (english, italian) = (built_in(ENGLISH), built_in(ITALIAN));
    assert_eq!(english.keys().collect::<Vec<_>>(), italian.keys().collect::<Vec<_>>());
    for ((key, text), (_, other)) in english.iter().zip(italian.iter()) {
        assert_eq!(names(text), names(other), "{key}");
        let brackets = |text: &str| text.matches('[').count();
        assert_eq!(brackets(text), brackets(other), "{key}");
    }
}

#[test]
fn every_template_is_well_formed() {
    for (key, text) in built_in(ENGLISH).into_iter().chain(built_in(ITALIAN)) {
        for (open, close) in [('{', '}'), ('[', ']')] {
            assert_eq!(text.matches(open).count(), text.matches(close).count(), "{key}");
        }
        assert!(!text.trim().is_empty() && text.trim() == text, "{key}");
        let singular = key.strip_suffix(".one");
        assert!(singular.is_none_or(|key| built_in(ENGLISH).contains_key(key)), "{key}");
    }
}

#[test]
fn every_code_and_kind_has_a_message() {
    let english = built_in(ENGLISH);
    let issues = IssueCode::ALL.iter().map(|code| format!("issue.{}", code.code()));
    let blockers = BlockerCode::ALL.iter().map(|code| format!("blocker.{}", code.code()));
    let kinds = KINDS.split_whitespace().map(|kind| format!("summary.{kind}"));
    let permissions = crate::definition::Permission::ALL.map(|one| one.name());
    let permissions = permissions.into_iter().map(|name| format!("permission.{name}"));
    for key in issues.chain(blockers).chain(kinds).chain(permissions) {
        assert!(english.contains_key(&key), "{key}");
    }
}

/// The contract's entry kinds.
const KINDS: &str = "contact.created contact.changed contact.archived contact.restored
    contact.erased contact.commented contact.invited contact.messaged contact.shared
    workflow.started workflow.transitioned workflow.reverted workflow.migrated workflow.refused
    definition.added activity.logged activity.planned activity.changed activity.completed
    activity.reopened activity.cancelled reminder.snoozed reminder.acknowledged task.created
    delivery.sent delivery.failed entry.voided";

#[test]
fn the_host_goes_before_the_built_in_and_english_comes_last() {
    let host: HostMessages = json::read(
        r#"{ "it-CH": { "status.open": "in corso" }, "it": { "status.done": "fatta" },
             "en": { "status.open": "to do" } }"#,
    )
    .expect("host messages");
    let status = |locale: &str, status: &str| {
        Messages::new(locale, &host).text(&format!("status.{status}"), &Params::new())
    };
    assert_eq!(status("it-CH", "open"), "in corso");
    assert_eq!(status("it-CH", "done"), "fatta");
    assert_eq!(status("it-CH", "cancelled"), "annullata");
    assert_eq!(status("it", "open"), "aperta");
    assert_eq!(status("de", "open"), "to do");
    assert_eq!(status("de", "done"), "done");
    assert_eq!(messages("en").text("no.such", &Params::new()), "no.such");
}

#[test]
fn a_host_can_bring_a_language_and_override_one_form_alone() {
    let host: HostMessages = json::read(
        r#"{ "de": { "blocker.note-required": "Eine Notiz fehlt." },
             "en": { "blocker.activity-missing.one": "Log {label}." } }"#,
    )
    .expect("host messages");
    let german = Messages::new("de", &host);
    assert_eq!(german.text("blocker.note-required", &Params::new()), "Eine Notiz fehlt.");
    let one = params! { "label" => "call", "missing" => 1 };
    assert_eq!(german.text("blocker.activity-missing", &one), "Log call.");
}

#[test]
fn an_issue_names_its_field_in_the_readers_language() {
    let issue = |path: &str| Issue::error(path, IssueCode::Required, Params::new());
    let italian = messages("it");
    assert_eq!(messages("en").issue(&issue("set.name")), "Name is required.");
    assert_eq!(
        italian.issue(&issue("activities.0.pending.due")),
        "Data chiusura: campo obbligatorio."
    );
    assert_eq!(
        italian.issue(&issue("pending.date")),
        "Data attività in attesa: campo obbligatorio."
    );
    assert_eq!(
        italian.issue(&issue("next.remind.start")),
        "Data inizio promemoria: campo obbligatorio."
    );
    assert_eq!(messages("en").issue(&issue("set.fields.due")), "due is required.");
    assert_eq!(messages("en").issue(&issue("vat")), "vat is required.");
}

#[test]
fn a_blocker_counts_and_names_things() {
    let label: Localized =
        json::read(r#"{ "en": "Introductory call", "it": "Call conoscitiva" }"#).expect("a label");
    let blocker = |code, params| Blocker { code, params, fix: None };
    let missing = |count: usize| {
        let params = params! { "type" => "intro-call", "label" => &label, "missing" => count };
        blocker(BlockerCode::ActivityMissing, params)
    };
    let (english, italian) = (messages("en"), messages("it"));
    assert_eq!(english.blocker(&missing(1)), "Introductory call must be logged first.");
    assert_eq!(
        english.blocker(&missing(2)),
        "Introductory call must be logged 2 more times first."
    );
    assert_eq!(italian.blocker(&missing(1)), "Prima va registrata l'attività Call conoscitiva.");
    let field = blocker(BlockerCode::FieldMissing, params! { "field" => "phone" });
    assert_eq!(italian.blocker(&field), "Prima va compilato il campo Telefono.");
    let roles: Param = ["sales", "manager"].into_iter().collect();
    let role = blocker(BlockerCode::RoleMissing, params! { "roles" => roles });
    assert_eq!(english.blocker(&role), "You do not have the role that this needs: sales, manager.");
    let nobody = blocker(BlockerCode::RoleMissing, params! { "roles" => Param::List(vec![]) });
    assert_eq!(english.blocker(&nobody), "You do not have the role that this needs.");
}

#[test]
fn a_summary_is_one_short_line() {
    let english = messages("en");
    let moved = params! { "by" => "Anna", "from" => "Start", "to" => "Qualification" };
    assert_eq!(
        english.summary("workflow.transitioned", &moved),
        "Anna moved the contact from Start to Qualification"
    );
    let text = format!("first\nsecond {}", "x".repeat(200));
    let said = english.summary("contact.commented", &params! { "by" => "Anna", "text" => text });
    assert!(said.starts_with("Anna commented: first second xx") && said.ends_with("x…"), "{said}");
    assert_eq!(said.chars().count(), "Anna commented: ".len() + SUMMARY_CHARS + 1);
    let fields: Param = ["email", "vat"].into_iter().collect();
    let changed = params! { "by" => "Anna", "fields" => fields };
    assert_eq!(
        english.summary("contact.changed", &changed),
        "Anna changed the contact: Email, vat"
    );
    assert_eq!(
        english.summary("contact.merged", &params! { "by" => "Anna" }),
        "Anna made an entry of a newer kind (contact.merged)"
    );
    let erased = params! { "by" => "Anna", "entries" => 12, "reason" => "T-7" };
    assert_eq!(
        messages("it").summary("contact.erased", &erased),
        "Anna ha eliminato definitivamente il contatto, 12 voci: T-7"
    );
}

#[test]
fn every_error_has_a_sentence_without_gaps() {
    let text = || "x".to_owned();
    let missing = [
        Missing::Contact(text()),
        Missing::Stage("x".into()),
        Missing::Transition(text()),
        Missing::Definition(text()),
        Missing::Pending(text()),
        Missing::Pending(String::new()),
        Missing::Item(text()),
        Missing::Task(text()),
        Missing::Entry(text()),
        Missing::Call(text()),
    ];
    let clashes = [
        Clash::ContactExists(text()),
        Clash::Version { expected: 1, actual: 2 },
        Clash::CommandReused(text()),
        Clash::PendingStatus { pending: text(), status: "done" },
        Clash::ItemSettled(text()),
        Clash::AlreadyStarted("x".into()),
        Clash::Secret,
        Clash::Busy,
    ];
    let stores = [
        StoreError::Quota,
        StoreError::BlockedUpgrade,
        StoreError::TooNew,
        StoreError::Corrupt(text()),
        StoreError::Closed,
        StoreError::Unavailable(text()),
        StoreError::Failed(String::new()),
    ];
    let batches = [
        BatchFault::Book,
        BatchFault::Shape,
        BatchFault::Line { seq: 3, reason: "not the next seq" },
        BatchFault::Gap { expected: 7 },
        BatchFault::Checkpoint,
        BatchFault::Fork,
    ];
    let others = [
        Fault::Forbidden { permission: "erase", roles: vec![text()] },
        Fault::Malformed(text()),
        Fault::Closed,
        Fault::Aborted,
        Fault::Internal(text()),
    ];
    let errors = (missing.map(Fault::NotFound).into_iter())
        .chain(clashes.map(Fault::Conflict))
        .chain(stores.map(Fault::Store))
        .chain(batches.map(Fault::Batch))
        .chain(others);
    for error in errors {
        for locale in ["en", "it"] {
            let sentence = messages(locale).error(&error);
            let whole = sentence.ends_with('.') && !sentence.contains(['{', '[', '}', ']']);
            assert!(whole && !sentence.starts_with("error."), "{error:?}: {sentence}");
        }
    }
}

#[test]
fn an_error_of_many_problems_tells_the_first_and_counts_the_rest() {
    let required = |path: &str| Issue::error(path, IssueCode::Required, Params::new());
    let past = Issue::warning("pending.due", IssueCode::DuePast, Params::new());
    let english = messages("en");
    let two = Fault::Invalid(vec![required("name"), past, required("pending.assignee")]);
    assert_eq!(english.error(&two), "Name is required. User is required.");
    let seven = Fault::Invalid(vec![required("name"); 7]);
    assert!(english.error(&seven).ends_with("Name is required. And 2 more problems."));
    let archived = Blocker { code: BlockerCode::Archived, params: Params::new(), fix: None };
    let refused = Fault::Refused { blockers: vec![archived], issues: vec![required("name")] };
    assert_eq!(
        english.error(&refused),
        "The contact is archived; restore it first. Name is required."
    );
    let issue = DefinitionIssue {
        severity: Severity::Error,
        code: "stage-unknown",
        path: "transitions.3.to".to_owned(),
        params: params! { "stage" => "lost" },
    };
    assert_eq!(
        english.error(&Fault::Definition(vec![issue])),
        "The workflow definition can't be used. transitions.3.to: There is no stage “lost”."
    );
}

#[test]
fn forbidden_names_the_roles_if_there_are_any() {
    let forbidden = |roles: Vec<String>| Fault::Forbidden { permission: "erase", roles };
    let italian = messages("it");
    assert_eq!(
        italian.error(&forbidden(vec!["capo".to_owned()])),
        "Non puoi eliminare contatti definitivamente. Serve uno di questi ruoli: capo."
    );
    assert_eq!(italian.error(&forbidden(vec![])), "Non puoi eliminare contatti definitivamente.");
}

#[test]
fn a_day_is_written_as_the_language_does() {
    for (locale, text) in [("en", "9 Mar 2026"), ("it", "9 mar 2026")] {
        let day = Day::parse("2026-03-09").unwrap_or_default();
        assert_eq!(messages(locale).day(day), text);
    }
}

#[test]
fn every_language_names_twelve_months() {
    for json in [ENGLISH, ITALIAN] {
        assert_eq!(built_in(json).get("months").map(|names| names.split(' ').count()), Some(12));
    }
}
