//! The two boxes as the facade writes them while somebody types: bytes at a place that both sides know,
//! because writing and reading JSON would take several times what the check itself takes. What has no
//! place here (a letter that is no ASCII, a long text, an unknown stage) goes as JSON. The other side
//! is www/lib/form.ts.

use super::book::Book;
use crate::decide::{self, Form, LogBox, PendingBox, Place, Window};
use crate::error::{Issue, IssueCode};
use std::cell::Cell;
use wasm_bindgen::prelude::*;

/// Bytes that a form may take.
const SIZE: usize = 512;

thread_local! {
    static BYTES: Cell<[u8; SIZE]> = const { Cell::new([0; SIZE]) };
}

/// Where the facade writes a form.
#[wasm_bindgen]
pub fn form() -> usize {
    BYTES.with(|bytes| bytes.as_ptr().addr())
}

/// What was found so far that needs nothing of what was written: the facade keeps the words of it, by
/// its place here.
#[derive(Default)]
pub(super) struct Findings {
    known: Vec<Issue>,
    answer: Option<String>,
}

/// Numbers of issues are digits to this base.
const BASE: usize = 256;
/// Most digits that a number in JavaScript has room for.
const DIGITS: usize = 6;

impl Findings {
    /// The issues as one number, the first of them as its last digit; none where they do not fit.
    fn number(&mut self, issues: &[Issue]) -> Option<f64> {
        let digits = |number: f64, issue| Some(number * BASE as f64 + self.digit(issue)? as f64);
        let few = Some(issues).filter(|issues| issues.len() <= DIGITS)?;
        few.iter().rev().try_fold(0.0, digits)
    }

    fn digit(&mut self, issue: &Issue) -> Option<usize> {
        use IssueCode::{AssigneeUnknown, DueBeforeDate, DuePast, TypeUnknown};
        if matches!(issue.code, AssigneeUnknown | DueBeforeDate | DuePast | TypeUnknown) {
            return None;
        }
        let known = self.known.iter().position(|one| one.code == issue.code && one == issue);
        if known.is_none() && self.known.len() + 1 < BASE {
            self.known.push(issue.clone());
            return Some(self.known.len());
        }
        known.map(|place| place + 1)
    }
}

#[wasm_bindgen]
impl Book {
    /// The contract's `activities.validate` for a form of `size` bytes: the numbers of the issues, or less
    /// than 0 where [`Book::found`] has them as JSON, and nothing where they have to be asked for so.
    pub fn check(&self, size: usize) -> f64 {
        let bytes = BYTES.with(Cell::get);
        let text = bytes.get(..size).and_then(|bytes| std::str::from_utf8(bytes).ok());
        let issues = text.and_then(members).and_then(|members| self.issues(&members));
        let mut findings = self.inner.findings.borrow_mut();
        let number = issues.as_ref().and_then(|issues| findings.number(issues));
        if number.is_none() {
            findings.answer =
                issues.map(|issues| self.engine().view(|viewer| viewer.issues(&issues)));
        }
        number.unwrap_or(-1.0)
    }

    /// JSON of the issue of that number, as a list; of 0, what the last check found.
    pub fn found(&self, number: usize) -> Option<String> {
        let mut findings = self.inner.findings.borrow_mut();
        let Some(place) = number.checked_sub(1) else { return findings.answer.take() };
        let issue = findings.known.get(place)?;
        Some(self.engine().view(|viewer| viewer.issues(std::slice::from_ref(issue))))
    }
}

impl Book {
    fn issues(&self, members: &Members<'_>) -> Option<Vec<Issue>> {
        let engine = self.engine();
        let (stage, definition) = (members[STAGE], members[STAGE + 1]);
        // A definition without a stage says nothing by itself.
        let place = Place::named(engine.definitions(), definition, stage);
        let place = place.filter(|_| stage.is_some() || definition.is_none())?;
        let form = form_of(members);
        Some(engine.ask(&self.actor, |context| decide::check(&form, "", Some(place), context)))
    }
}

/// The members by their numbers: those of `log`, of `pending`, of its `remind`, then the stage and the
/// definition. The first of a box says that the box is there.
type Members<'a> = [Option<&'a str>; 18];
const STAGE: usize = 16;

/// Each member is its number, its length in bytes and the bytes. Of a free text, which is short enough,
/// none come.
fn members(mut rest: &str) -> Option<Members<'_>> {
    let mut members = Members::default();
    while let [number, length, ..] = rest.as_bytes() {
        let end = usize::from(*length) + 2;
        *members.get_mut(usize::from(*number))? = Some(rest.get(2..end)?);
        rest = rest.get(end..)?;
    }
    Some(members)
}

fn form_of<'a>(members: &Members<'a>) -> Form<'a> {
    let [log, kind, date, user, description, outcome, ..] = *members;
    let log = log.map(|_| LogBox { kind, date, user, description, outcome });
    let [
        _,
        _,
        _,
        _,
        _,
        _,
        pending,
        kind,
        date,
        due,
        ticked,
        description,
        assignee,
        remind,
        start,
        end,
        ..,
    ] = *members;
    let pending = pending.map(|_| PendingBox {
        kind,
        date,
        description,
        due,
        assignee,
        remind: remind.map(|_| Window { start, end }),
        create_task: ticked.map(|ticked| ticked == "1"),
    });
    Form { log, pending }
}
