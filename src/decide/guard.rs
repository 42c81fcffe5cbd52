//! Conditions: what a definition says must hold of the contact, its stage, the actor, the answers and
//! the time. What can't be decided is a blocker of its own, never a silent no.

use super::Context;
use super::stage::blocker;
use crate::command::{Actor, Scalar, TransitionInput};
use crate::definition::{Condition, Definition, GuardError, ROOTS, Stage, Transition};
use crate::error::{Blocker, BlockerCode};
use crate::json::Value;
use crate::label::Localized;
use crate::map::Map;
use crate::project::Contact;
use std::borrow::Cow;

/// What stands against a transition because of its condition.
pub(super) fn unmet(
    contact: &Contact,
    stage: &Stage,
    transition: &Transition,
    input: &TransitionInput,
    context: &Context<'_>,
) -> Option<Blocker> {
    let condition = transition.when.as_ref()?;
    let data = data(condition, contact, Some(stage), input.answers.as_ref(), context);
    match condition.holds(&data) {
        Ok(true) => None,
        Ok(false) => {
            let message = transition.message.as_ref().unwrap_or(&transition.label);
            let params = params! { "transition" => transition.id.as_str(), "message" => message };
            Some(blocker(BlockerCode::GuardUnmet, params, None))
        }
        Err(error) => Some(undecided(&transition.label, &error)),
    }
}

/// What keeps a workflow closed to the contact.
pub(super) fn closed(
    contact: &Contact,
    definition: &Definition,
    context: &Context<'_>,
) -> Option<Blocker> {
    let condition: &Condition = definition.activate_when()?;
    match condition.holds(&data(condition, contact, None, None, context)) {
        Ok(true) => None,
        Ok(false) => {
            let params =
                params! { "definition" => definition.id().as_str(), "label" => definition.label() };
            Some(blocker(BlockerCode::ActivationUnmet, params, None))
        }
        Err(error) => Some(undecided(definition.label(), &error)),
    }
}

fn undecided(label: &Localized, error: &GuardError) -> Blocker {
    let mut params = params! { "label" => label };
    params.extend(error.variable.as_deref().map(|name| ("variable", name.into())));
    blocker(BlockerCode::GuardError, params, None)
}

fn text(text: &str) -> Value<'_> {
    Value::Text(Cow::Borrowed(text))
}

fn scalar(value: &Scalar) -> Value<'_> {
    match value {
        Scalar::Null(()) => Value::Null,
        Scalar::Bool(flag) => Value::Bool(*flag),
        Scalar::Number(number) => Value::Number(*number),
        Scalar::Text(value) => text(value),
    }
}

fn object<'v>(members: Vec<(&'v str, Value<'v>)>) -> Value<'v> {
    Value::Object(members.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)).collect())
}

fn fields(fields: &Map<String, Scalar>) -> Value<'_> {
    object(fields.iter().map(|(name, value)| (name.as_str(), scalar(value))).collect())
}

/// What a condition looks at. A contact's own fields are there even where they are empty.
#[allow(clippy::cast_precision_loss)]
fn data<'v>(
    condition: &Condition,
    contact: &'v Contact,
    stage: Option<&'v Stage>,
    answers: Option<&'v Map<String, Scalar>>,
    context: &'v Context<'_>,
) -> Value<'v> {
    let roots = ROOTS.iter().enumerate().filter(|(place, _)| condition.asks(*place));
    let value = |name| match name {
        "contact" => of_contact(contact),
        "stage" => stage.map_or(Value::Null, |stage| text(stage.id.as_str())),
        "actor" => of_actor(context.actor),
        "answers" => answers.map_or_else(|| object(Vec::new()), fields),
        _ => Value::Number(context.now.millis() as f64),
    };
    object(roots.map(|(_, name)| (*name, value(*name))).collect())
}

fn of_contact<'v>(contact: &'v Contact) -> Value<'v> {
    let profile = contact.profile.as_ref();
    let own = |value: Option<&'v String>| value.map_or(Value::Null, |value| text(value));
    object(vec![
        ("id", text(contact.id.as_str())),
        ("name", own(profile.map(|profile| &profile.name))),
        ("email", own(profile.and_then(|profile| profile.email.as_ref()))),
        ("phone", own(profile.and_then(|profile| profile.phone.as_ref()))),
        ("company", own(profile.and_then(|profile| profile.company.as_ref()))),
        ("fields", profile.map_or_else(|| object(Vec::new()), |profile| fields(&profile.fields))),
        ("status", text(contact.status.code())),
    ])
}

fn of_actor(actor: &Actor) -> Value<'_> {
    object(vec![
        ("id", text(actor.id.as_str())),
        ("name", text(actor.shown_name())),
        ("roles", Value::List(actor.roles.iter().map(|role| text(role)).collect())),
        ("kind", text(actor.kind.code())),
    ])
}
