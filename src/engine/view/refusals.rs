//! What stands against something, as callers see it: issues, blockers, problems of a definition, and
//! the error that carries them.

use super::shapes::*;
use super::{Viewer, json};
use crate::definition::Definitions;
use crate::error::{Blocker, DefinitionIssue, Fault, Issue, Param};
use crate::text::Messages;
use crate::time::Instant;

impl<'a> Viewer<'a> {
    pub(super) fn params_view(&self, params: &'a crate::error::Params) -> ParamsView<'a> {
        ParamsView(params.iter().map(|(name, param)| (name, self.param_view(param))).collect())
    }

    pub(super) fn param_view(&self, param: &'a Param) -> ParamView<'a> {
        match param {
            Param::Text(text) => ParamView::Text(text),
            Param::Number(number) => ParamView::Number(*number),
            Param::Label(label) => ParamView::Text(self.label(label)),
            Param::List(items) => {
                ParamView::List(items.iter().map(|item| self.param_view(item)).collect())
            }
        }
    }

    pub(super) fn issue_view(&self, issue: &'a Issue) -> IssueView<'a> {
        IssueView {
            path: &issue.path,
            code: issue.code,
            severity: issue.severity,
            message: self.messages.issue(issue),
            params: self.params_view(&issue.params),
        }
    }

    pub(super) fn blocker_view(&self, blocker: &'a Blocker) -> BlockerView<'a> {
        BlockerView {
            code: blocker.code,
            message: self.messages.blocker(blocker),
            params: self.params_view(&blocker.params),
            fix: blocker.fix.as_ref(),
        }
    }
}

/// A list of what is wrong with a definition.
pub fn definition_issues(issues: &[DefinitionIssue], messages: &Messages) -> String {
    json(&definition_issue_views(issues, messages))
}

fn definition_issue_views<'a>(
    issues: &'a [DefinitionIssue],
    messages: &Messages,
) -> Vec<DefinitionIssueView<'a>> {
    let view = |issue: &'a DefinitionIssue| DefinitionIssueView {
        severity: issue.severity,
        code: issue.code,
        path: &issue.path,
        message: messages.definition_issue(issue),
    };
    issues.iter().map(view).collect()
}

/// An error as the contract's `StagebookError` holds it.
pub fn error(error: &Fault, messages: &Messages) -> String {
    let definitions = Definitions::none();
    let viewer = Viewer {
        messages,
        definitions: &definitions,
        now: Instant::default(),
        zone: &crate::time::Utc,
        zone_of: &|_| None,
        held: None,
    };
    let (mut issues, mut blockers, mut definition_issues) = (Vec::new(), Vec::new(), Vec::new());
    let mut details = None;
    match error {
        Fault::Definition(found) => definition_issues = definition_issue_views(found, messages),
        Fault::Invalid(found) => {
            issues = found.iter().map(|issue| viewer.issue_view(issue)).collect()
        }
        Fault::Refused { blockers: found, issues: wrong } => {
            blockers = found.iter().map(|blocker| viewer.blocker_view(blocker)).collect();
            issues = wrong.iter().map(|issue| viewer.issue_view(issue)).collect();
        }
        Fault::Conflict(crate::error::Clash::Version { expected, actual }) => {
            details = Some(Details { expected: *expected, actual: Some(*actual) });
        }
        Fault::Batch(crate::error::BatchFault::Gap { expected }) => {
            details = Some(Details { expected: *expected, actual: None });
        }
        _ => {}
    }
    let (code, message) = (error.code().code(), messages.error(error));
    json(&ErrorView { code, message, issues, blockers, definition_issues, details })
}
