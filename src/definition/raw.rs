//! The shape of a definition: which fields there are, of which kind, within which limits. It says
//! nothing about whether ids lead anywhere; `check` does.

use super::model::*;
use super::read::{self, Fields, Issues, MAX_DAYS, MAX_LIST, MAX_NUMBER, Node, Path};
use super::table::{Named, Table};
use crate::error::Params;
use crate::ids::{ActorId, DefinitionId, StageId, TransitionId, TypeId};
use crate::label::Localized;
use serde_json::Value;

const SCOPES: [(&str, RequirementScope); 3] = [
    ("stage-visit", RequirementScope::StageVisit),
    ("stage-ever", RequirementScope::StageEver),
    ("contact", RequirementScope::Contact),
];
const CATEGORIES: [(&str, Category); 5] = [
    ("open", Category::Open),
    ("ongoing", Category::Ongoing),
    ("on-hold", Category::OnHold),
    ("won", Category::Won),
    ("lost", Category::Lost),
];
const POLICIES: [(&str, ActivityPolicy); 2] =
    [("open", ActivityPolicy::Open), ("closed", ActivityPolicy::Closed)];

const MAX_STAGES: usize = 1_000;
const MAX_TRANSITIONS: usize = 10_000;
const MAX_TYPES: usize = 5_000;
const MAX_DEPTH: usize = 64;
const MAX_MINUTES: u64 = MAX_DAYS * 24 * 60;

/// A definition as it was read. Where an issue was found stands an empty id or a default, so that
/// the rest can be checked all the same.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    pub(super) id: DefinitionId,
    pub(super) version: u64,
    pub(super) label: Localized,
    pub(super) show_log: bool,
    pub(super) auto_start: Option<bool>,
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
pub(super) fn parts(value: &Value, issues: &Issues) -> Parts {
    let root = Node { value, path: &Path::Root, issues };
    if deeper(value, MAX_DEPTH) {
        root.error("too-large", params! { "max" => MAX_DEPTH });
    }
    root.object(|fields| {
        fields.not_yet("activateWhen", |_| true);
        let id = fields.id("id");
        Parts {
            version: fields.required("version", version).unwrap_or(1),
            label: fields.label("label", &id),
            show_log: fields.flag("showLog").unwrap_or(true),
            auto_start: fields.flag("autoStart"),
            priority: fields.optional("priority", read::number).unwrap_or_default(),
            initial: StageId::new(fields.id("initial")),
            stages: stages(fields),
            transitions: table(fields, "transitions", MAX_TRANSITIONS, transition),
            types: table(fields, "activityTypes", MAX_TYPES, activity_type),
            tracked: fields.optional("trackedFields", tracked).flatten(),
            permissions: fields.optional("permissions", permissions).unwrap_or_default(),
            scope: fields.word("requirementScope", &SCOPES).unwrap_or_default(),
            id: DefinitionId::new(id),
        }
    })
}

/// Whether `value` has more than so many levels.
fn deeper(value: &Value, levels: usize) -> bool {
    let Some(below) = levels.checked_sub(1) else {
        return true;
    };
    match value {
        Value::Array(items) => items.iter().any(|item| deeper(item, below)),
        Value::Object(members) => members.values().any(|member| deeper(member, below)),
        _ => false,
    }
}

fn version(node: Node<'_>) -> u64 {
    read::whole(node, 1, MAX_NUMBER)
}

fn table<T: Named>(
    fields: &Fields<'_>,
    key: &'static str,
    max: usize,
    read: impl FnMut(Node<'_>) -> T,
) -> Table<T> {
    Table::new(fields.required(key, |node| node.list(max, read)).unwrap_or_default())
}

/// The stages; their place is their order, unless they say another.
fn stages(fields: &Fields<'_>) -> Table<Stage> {
    fields.optional("stages", |node| {
        if node.value.as_array().is_some_and(Vec::is_empty) {
            node.error("empty", Params::new());
        }
    });
    let mut place = 0.0;
    table(fields, "stages", MAX_STAGES, |node| {
        place += 1.0;
        stage(place - 1.0, node)
    })
}

fn tracked(node: Node<'_>) -> Option<Vec<String>> {
    if node.value.as_str() == Some("*") {
        return None;
    }
    let names = node.list(MAX_LIST, read::id);
    if let Some(place) = names.iter().position(|name| name == "*") {
        let path = node.path.at(place);
        node.issues.error(path, "reserved", params! { "value" => "*" });
    }
    Some(names)
}

fn roles(node: Node<'_>) -> Roles {
    Roles::new(Some(node.list(MAX_LIST, read::id)))
}

/// Roles where an empty list is more likely a slip than meant.
fn some_roles(node: Node<'_>) -> Roles {
    if node.value.as_array().is_some_and(Vec::is_empty) {
        node.issues.warning(node.path, "roles-empty", Params::new());
    }
    roles(node)
}

fn permissions(node: Node<'_>) -> [Roles; Permission::ALL.len()] {
    node.object(|fields| {
        Permission::ALL.map(|one| fields.optional(one.name(), roles).unwrap_or_default())
    })
}

fn stage(place: f64, node: Node<'_>) -> Stage {
    node.object(|fields| {
        let id = fields.id("id");
        let activities = |node: Node<'_>| node.list(MAX_LIST, stage_activity);
        Stage {
            label: fields.label("label", &id),
            order: fields.optional("order", read::number).unwrap_or(place),
            category: fields.word("category", &CATEGORIES),
            final_: fields.flag("final").unwrap_or_default(),
            disabled: fields.flag("disabled").unwrap_or_default(),
            color: fields.optional("color", read::text),
            edit_roles: fields.optional("editRoles", some_roles).unwrap_or_default(),
            activities: fields.optional("activities", activities).unwrap_or_default(),
            policy: fields.word("activityPolicy", &POLICIES).unwrap_or_default(),
            stale_after_days: fields.days("staleAfterDays"),
            id: StageId::new(id),
        }
    })
}

fn stage_activity(node: Node<'_>) -> StageActivity {
    node.object(|fields| {
        let transitions = |node: Node<'_>| {
            node.set(|item| TransitionId::new(read::id(item)), TransitionId::as_str)
        };
        StageActivity {
            kind: TypeId::new(fields.id("type")),
            next: fields.optional("next", |node| TypeId::new(read::id(node))),
            create_task: fields.flag("createTask").unwrap_or_default(),
            required: fields.flag("required").unwrap_or_default(),
            min: fields.optional("min", |node| read::whole(node, 1, MAX_DAYS) as u32).unwrap_or(1),
            for_transitions: fields.optional("forTransitions", transitions).unwrap_or_default(),
        }
    })
}

fn transition(node: Node<'_>) -> Transition {
    node.object(|fields| {
        fields.not_yet("when", |_| true);
        fields.not_yet("automatic", |value| *value != Value::Bool(false));
        let id = fields.id("id");
        Transition {
            from: fields.required("from", origin).unwrap_or(Origin::Stages(Vec::new())),
            to: StageId::new(fields.id("to")),
            label: fields.label("label", &id),
            priority: fields.optional("priority", read::number).unwrap_or_default(),
            disabled: fields.flag("disabled").unwrap_or_default(),
            roles: fields.optional("roles", some_roles).unwrap_or_default(),
            requires: fields.optional("requires", requires).unwrap_or_default(),
            gated: fields.flag("gated"),
            message: fields.optional("message", read::label),
            id: TransitionId::new(id),
        }
    })
}

fn origin(node: Node<'_>) -> Origin {
    match node.value {
        Value::String(text) if text == "*" => Origin::Anywhere,
        Value::Array(_) => {
            Origin::Stages(node.set(|item| StageId::new(read::id(item)), StageId::as_str))
        }
        _ => Origin::Stages(vec![StageId::new(read::id(node))]),
    }
}

fn requires(node: Node<'_>) -> Requires {
    node.object(|fields| {
        fields.not_yet("answers", |value| value.as_array().is_none_or(|list| !list.is_empty()));
        let names = |node: Node<'_>| node.list(MAX_LIST, read::id);
        Requires {
            reason: fields.optional("reason", reason).unwrap_or_default(),
            note: fields.flag("note").unwrap_or_default(),
            fields: fields.optional("fields", names).unwrap_or_default(),
        }
    })
}

fn reason(node: Node<'_>) -> Reason {
    if node.value.is_array() {
        return Reason::OneOf(node.set(choice, |choice| &choice.id));
    }
    if read::flag(node) { Reason::Any } else { Reason::None }
}

fn choice(node: Node<'_>) -> Choice {
    if node.value.is_string() {
        let id = read::id(node);
        return Choice { label: Localized::from(id.as_str()), id };
    }
    node.object(|fields| {
        let id = fields.id("id");
        let label = fields.required("label", read::label);
        Choice { label: label.unwrap_or_else(|| Localized::from(id.as_str())), id }
    })
}

fn activity_type(node: Node<'_>) -> ActivityType {
    node.object(|fields| {
        let id = fields.id("id");
        ActivityType {
            label: fields.label("label", &id),
            icon: fields.optional("icon", read::text),
            disabled: fields.flag("disabled").unwrap_or_default(),
            defaults: fields.optional("defaults", defaults).unwrap_or_default(),
            next: fields.optional("next", next),
            id: TypeId::new(id),
        }
    })
}

fn defaults(node: Node<'_>) -> Defaults {
    node.object(|fields| {
        let minutes = |node: Node<'_>| read::whole(node, 0, MAX_MINUTES) as u32;
        Defaults {
            description: fields.optional("description", read::text),
            assignee: fields.optional("assignee", |node| ActorId::new(read::id(node))),
            due_in_days: fields.days("dueInDays"),
            remind_minutes_before: fields.optional("remindMinutesBefore", minutes),
        }
    })
}

fn next(node: Node<'_>) -> Next {
    node.object(|fields| {
        fields.required("mode", |node| {
            if read::word(node, &[("suggest", false), ("trigger", true)]) == Some(true) {
                node.error("not-yet", params! { "feature" => "trigger" });
            }
        });
        let days = |node: Node<'_>| read::whole(node, 0, MAX_DAYS) as u32;
        Next {
            kind: TypeId::new(fields.id("type")),
            after_days: fields.required("afterDays", days).unwrap_or_default(),
        }
    })
}
