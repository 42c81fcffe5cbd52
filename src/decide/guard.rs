//! Stub.
use super::Context;
use crate::command::TransitionInput;
use crate::definition::{Definition, Stage, Transition};
use crate::error::Blocker;
use crate::project::Contact;
pub(super) fn unmet(
    _: &Contact,
    _: &Stage,
    _: &Transition,
    _: &TransitionInput,
    _: &Context<'_>,
) -> Option<Blocker> {
    None
}
pub(super) fn closed(_: &Contact, _: &Definition, _: &Context<'_>) -> Option<Blocker> {
    None
}
