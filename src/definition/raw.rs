//! The shape of a definition: which fields there are, of which kind, within which limits. It says
//! nothing about whether ids lead anywhere; `check` does.

use super::guard::{self, Condition};
use super::model::*;
use super::read::{Fields, Issues, MAX_COUNT, MAX_LIST, MAX_NUMBER, Node, Path};
use super::table::Table;
use crate::error::Params;
use crate::ids::{ActorId, DefinitionId, StageId, TransitionId, TypeId};
use crate::json::Value;
use crate::label::Localized;

const MAX_STAGES: usize = 1_000;
const MAX_TRANSITIONS: usize = 10_000;
const MAX_TYPES: usize = 5_000;
const MAX_DEPTH: usize = 64;
const MAX_MINUTES: u64 = MAX_COUNT * 24 * 60;

/// A definition as it was read. Where an issue was found stands an empty id or a default, so that
/// the rest can be checked all the same.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    pub(super) id: DefinitionId,
    pub(super) version: u64,
    pub(super) label: Localized,
    pub(super) show_log: bool,
    pub(super) auto_start: Option<bool>,
    pub(super) activate_when: Option<Condition>,
    pub(super) priority: f64,
    pub(super) initial: StageId,
    pub(super) stages: Table<Stage>,
    pub(super) transitions: Table<Transition>,
    pub(super) types: Table<ActivityType>,
    /// Fields whose changes are recorded; none: all.
    pub(super) tracked: Option<Vec<String>>,
    pub(super) permissions: [Roles; Permission::ALL.len()],
    pub(super) scope: RequirementScope,
}

/// Reads all of `value`; what does not fit goes to `issues`.
pub(super) fn parts(value: &Value<'_>, issues: &Issues) -> Parts {
    let root = Node { value, path: Path::Root, issues };
    if deeper(value, MAX_DEPTH) {
        root.error("too-large", params! { "max" => MAX_DEPTH });
    }
    let fields = root.object();
    let id = fields.id("id");
    Parts {
        version: fields.required("version").map_or(1, |node| node.whole(1, MAX_NUMBER)),
        label: fields.label("label", &id),
        show_log: fields.flag("showLog").unwrap_or(true),
        auto_start: fields.flag("autoStart"),
        activate_when: fields.get("activateWhen").and_then(guard::read),
        priority: fields.number("priority").unwrap_or_default(),
        initial: StageId::new(fields.id("initial")),
        stages: Table::new(fields.required("stages").map(stages).unwrap_or_default()),
        transitions: Table::new(list(&fields, "transitions", MAX_TRANSITIONS, transition)),
        types: Table::new(list(&fields, "activityTypes", MAX_TYPES, activity_type)),
        tracked: fields.get("trackedFields").and_then(tracked),
        permissions: fields.get("permissions").map(permissions).unwrap_or_default(),
        scope: fields.get("requirementScope").and_then(scope).unwrap_or_default(),
        id: DefinitionId::new(id),
    }
}

/// Whether `value` has more than so many levels.
pub(super) fn deeper(value: &Value<'_>, levels: usize) -> bool {
    let Some(below) = levels.checked_sub(1) else {
        return true;
    };
    match value {
        Value::List(items) => items.iter().any(|item| deeper(item, below)),
        Value::Object(members) => members.iter().any(|(_, member)| deeper(member, below)),
        _ => false,
    }
}

fn list<T>(fields: &Fields<'_>, key: &'static str, max: usize, read: fn(Node<'_>) -> T) -> Vec<T> {
    fields.required(key).map(|node| node.items(max).map(read).collect()).unwrap_or_default()
}

fn tracked(node: Node<'_>) -> Option<Vec<String>> {
    if node.value.as_str() == Some("*") {
        return None;
    }
    let names = node.ids();
    if let Some(place) = names.iter().position(|name| name == "*") {
        node.issues.error(node.path.at(place), "reserved", params! { "value" => "*" });
    }
    Some(names)
}

fn roles(node: Node<'_>) -> Roles {
    Roles::new(Some(node.ids()))
}

/// Roles where an empty list is more likely a slip than meant.
fn some_roles(node: Node<'_>) -> Roles {
    if node.is_empty_list() {
        node.issues.warning(node.path, "roles-empty", Params::new());
    }
    roles(node)
}

fn permissions(node: Node<'_>) -> [Roles; Permission::ALL.len()] {
    let fields = node.object();
    Permission::ALL.map(|one| fields.get(one.name()).map(roles).unwrap_or_default())
}

fn scope(node: Node<'_>) -> Option<RequirementScope> {
    let scopes =
        [RequirementScope::StageVisit, RequirementScope::StageEver, RequirementScope::Contact];
    node.word(&["stage-visit", "stage-ever", "contact"]).map(|place| scopes[place])
}

/// The stages; their place is their order, unless they say another.
fn stages(node: Node<'_>) -> Vec<Stage> {
    if node.is_empty_list() {
        node.error("empty", Params::new());
    }
    let items = node.items(MAX_STAGES).enumerate();
    items.map(|(place, item)| stage(place as f64, item)).collect()
}

fn stage(place: f64, node: Node<'_>) -> Stage {
    let fields = node.object();
    let id = fields.id("id");
    Stage {
        label: fields.label("label", &id),
        order: fields.number("order").unwrap_or(place),
        category: fields.get("category").and_then(category),
        final_: fields.flag("final").unwrap_or_default(),
        disabled: fields.flag("disabled").unwrap_or_default(),
        color: fields.get("color").map(Node::text),
        edit_roles: fields.get("editRoles").map(some_roles).unwrap_or_default(),
        activities: fields.get("activities").map(grid).unwrap_or_default(),
        policy: fields.get("activityPolicy").and_then(policy).unwrap_or_default(),
        stale_after_days: fields.count("staleAfterDays", 0),
        id: StageId::new(id),
    }
}

fn category(node: Node<'_>) -> Option<Category> {
    let categories =
        [Category::Open, Category::Ongoing, Category::OnHold, Category::Won, Category::Lost];
    let place = node.word(&["open", "ongoing", "on-hold", "won", "lost"]);
    place.map(|place| categories[place])
}

fn policy(node: Node<'_>) -> Option<ActivityPolicy> {
    let policies = [ActivityPolicy::Open, ActivityPolicy::Closed];
    node.word(&["open", "closed"]).map(|place| policies[place])
}

fn grid(node: Node<'_>) -> Vec<StageActivity> {
    node.items(MAX_LIST).map(stage_activity).collect()
}

fn stage_activity(node: Node<'_>) -> StageActivity {
    let fields = node.object();
    StageActivity {
        kind: TypeId::new(fields.id("type")),
        next: fields.get("next").map(|node| TypeId::new(node.id())),
        create_task: fields.flag("createTask").unwrap_or_default(),
        required: fields.flag("required").unwrap_or_default(),
        min: fields.count("min", 1).unwrap_or(1),
        for_transitions: fields.get("forTransitions").map(for_transitions).unwrap_or_default(),
    }
}

fn for_transitions(node: Node<'_>) -> Vec<TransitionId> {
    set_of_ids(node).into_iter().map(TransitionId::new).collect()
}

fn set_of_ids(node: Node<'_>) -> Vec<String> {
    let ids = node.ids();
    node.check_set(&ids.iter().map(String::as_str).collect::<Vec<_>>());
    ids
}

fn transition(node: Node<'_>) -> Transition {
    let fields = node.object();
    let id = fields.id("id");
    Transition {
        from: fields.required("from").map_or(Origin::Stages(Vec::new()), origin),
        to: StageId::new(fields.id("to")),
        label: fields.label("label", &id),
        priority: fields.number("priority").unwrap_or_default(),
        disabled: fields.flag("disabled").unwrap_or_default(),
        roles: fields.get("roles").map(some_roles).unwrap_or_default(),
        requires: fields.get("requires").map(requires).unwrap_or_default(),
        gated: fields.flag("gated"),
        automatic: fields.flag("automatic").unwrap_or_default(),
        when: fields.get("when").and_then(guard::read),
        message: fields.get("message").map(Node::label),
        id: TransitionId::new(id),
    }
}

fn origin(node: Node<'_>) -> Origin {
    let ids = match node.value {
        Value::Text(text) if text == "*" => return Origin::Anywhere,
        Value::List(_) => set_of_ids(node),
        _ => vec![node.id()],
    };
    Origin::Stages(ids.into_iter().map(StageId::new).collect())
}

fn requires(node: Node<'_>) -> Requires {
    let fields = node.object();
    Requires {
        reason: fields.get("reason").map(reason).unwrap_or_default(),
        note: fields.flag("note").unwrap_or_default(),
        fields: fields.get("fields").map(Node::ids).unwrap_or_default(),
        answers: fields.get("answers").map(questions).unwrap_or_default(),
    }
}

fn questions(node: Node<'_>) -> Vec<Question> {
    let questions: Vec<Question> = node.items(MAX_LIST).map(question).collect();
    let ids: Vec<&str> = questions.iter().map(|one| one.id.as_str()).collect();
    if !ids.is_empty() {
        node.check_set(&ids);
    }
    questions
}

fn question(node: Node<'_>) -> Question {
    let fields = node.object();
    let id = fields.id("id");
    let words: Vec<&str> = QuestionKind::ALL.iter().map(|kind| kind.code()).collect();
    let kind = fields.required("kind").and_then(|kind| kind.word(&words));
    let kind = kind.map_or(QuestionKind::Text, |place| QuestionKind::ALL[place]);
    let choices = fields.get("choices");
    if kind == QuestionKind::Choice && choices.is_none() {
        fields.required("choices");
    }
    Question {
        label: fields.label("label", &id),
        kind,
        choices: choices.map(choices_of).unwrap_or_default(),
        required: fields.flag("required").unwrap_or_default(),
        id,
    }
}

fn choices_of(node: Node<'_>) -> Vec<Choice> {
    let choices: Vec<Choice> = node.items(MAX_LIST).map(choice).collect();
    node.check_set(&choices.iter().map(|choice| choice.id.as_str()).collect::<Vec<_>>());
    choices
}

fn reason(node: Node<'_>) -> Reason {
    if node.value.as_list().is_some() {
        return Reason::OneOf(choices_of(node));
    }
    if node.flag() { Reason::Any } else { Reason::None }
}

fn choice(node: Node<'_>) -> Choice {
    if node.value.as_str().is_some() {
        let id = node.id();
        return Choice { label: Localized::from(id.as_str()), id };
    }
    let fields = node.object();
    let label = fields.required("label").map(Node::label);
    let id = fields.id("id");
    Choice { label: label.unwrap_or_else(|| Localized::from(id.as_str())), id }
}

fn activity_type(node: Node<'_>) -> ActivityType {
    let fields = node.object();
    let id = fields.id("id");
    ActivityType {
        label: fields.label("label", &id),
        icon: fields.get("icon").map(Node::text),
        disabled: fields.flag("disabled").unwrap_or_default(),
        defaults: fields.get("defaults").map(defaults).unwrap_or_default(),
        next: fields.get("next").map(next),
        id: TypeId::new(id),
    }
}

fn defaults(node: Node<'_>) -> Defaults {
    let fields = node.object();
    let minutes = fields.get("remindMinutesBefore");
    Defaults {
        description: fields.get("description").map(Node::text),
        assignee: fields.get("assignee").map(|node| ActorId::new(node.id())),
        due_in_days: fields.count("dueInDays", 0),
        remind_minutes_before: minutes.map(|node| node.whole(0, MAX_MINUTES) as u32),
    }
}

fn next(node: Node<'_>) -> Next {
    let fields = node.object();
    let mode = fields.required("mode").and_then(|mode| mode.word(&["suggest", "trigger"]));
    let days = fields.required("afterDays");
    Next {
        kind: TypeId::new(fields.id("type")),
        after_days: days.map_or(0, |node| node.whole(0, MAX_COUNT) as u32),
        trigger: mode == Some(1),
    }
}
