//! A calendar of what is to be done (iCalendar, RFC 5545): one to-do a pending activity. Moments are
//! in UTC, so that no zone has to be described; days are days.

use crate::time::{Day, Instant, When, Zone};

/// A to-do.
#[derive(Clone, Debug)]
pub struct Todo<'a> {
    /// Stays the same as long as the activity lives.
    pub uid: String,
    /// In a line.
    pub summary: String,
    /// At length.
    pub description: Option<&'a str>,
    /// Its kind.
    pub category: &'a str,
    /// Whom it is about, by id.
    pub contact: &'a str,
    /// Who does it.
    pub assignee: &'a str,
    /// From when on.
    pub date: Day,
    /// Until when.
    pub due: Option<When>,
    /// When it rings.
    pub alarm: Option<Instant>,
}

/// Octets of a line, without its end.
const LINE: usize = 75;

/// The calendar, made at `now`; days of `todos` are those of `zone`.
pub fn calendar(todos: &[Todo<'_>], now: Instant, zone: &dyn Zone) -> String {
    let mut out = String::new();
    line("BEGIN", "VCALENDAR", &mut out);
    line("VERSION", "2.0", &mut out);
    line("PRODID", "-//stagebook//stagebook//EN", &mut out);
    for todo in todos {
        write(todo, now, zone, &mut out);
    }
    line("END", "VCALENDAR", &mut out);
    out
}

fn write(todo: &Todo<'_>, now: Instant, zone: &dyn Zone, out: &mut String) {
    line("BEGIN", "VTODO", out);
    text("UID", &todo.uid, out);
    line("DTSTAMP", &moment(now), out);
    text("SUMMARY", &todo.summary, out);
    if let Some(description) = todo.description {
        text("DESCRIPTION", description, out);
    }
    text("CATEGORIES", todo.category, out);
    text("CONTACT", todo.assignee, out);
    text("X-STAGEBOOK-CONTACT;VALUE=TEXT", todo.contact, out);
    line("STATUS", "NEEDS-ACTION", out);
    span(todo, zone, out);
    if let Some(alarm) = todo.alarm {
        line("BEGIN", "VALARM", out);
        line("ACTION", "DISPLAY", out);
        text("DESCRIPTION", &todo.summary, out);
        line("TRIGGER;VALUE=DATE-TIME", &moment(alarm), out);
        line("END", "VALARM", out);
    }
    line("END", "VTODO", out);
}

/// Both ends must be of one kind, and the due be later: a start that is not before it is left out.
fn span(todo: &Todo<'_>, zone: &dyn Zone, out: &mut String) {
    let date = |name: &str, day: Day, out: &mut String| line(name, &digits(&day.to_string()), out);
    match todo.due {
        None => date("DTSTART;VALUE=DATE", todo.date, out),
        Some(When::Day(due)) => {
            if todo.date < due {
                date("DTSTART;VALUE=DATE", todo.date, out);
            }
            date("DUE;VALUE=DATE", due, out);
        }
        Some(When::At(due)) => {
            let start = todo.date.start(zone);
            // A calendar knows no fraction of a second.
            if start.millis().div_euclid(1000) < due.millis().div_euclid(1000) {
                line("DTSTART", &moment(start), out);
            }
            line("DUE", &moment(due), out);
        }
    }
}

/// `20260309T140500Z`.
fn moment(at: Instant) -> String {
    digits(&at.to_string()[.."2026-03-09T14:05:00".len()]) + "Z"
}

fn digits(date: &str) -> String {
    date.chars().filter(|character| character.is_ascii_alphanumeric()).collect()
}

/// A line whose value is free text. What a text can't hold is replaced.
fn text(name: &str, value: &str, out: &mut String) {
    let mut escaped = String::with_capacity(value.len() + 8);
    let mut rest = value.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '\\' | ';' | ',' => escaped.extend(['\\', character]),
            '\r' if rest.peek() == Some(&'\n') => {}
            '\r' | '\n' => escaped.push_str("\\n"),
            '\t' => escaped.push('\t'),
            control if control.is_ascii_control() => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    line(name, &escaped, out);
}

/// A content line, folded between characters: a continuation begins with a blank.
fn line(name: &str, value: &str, out: &mut String) {
    let whole = format!("{name}:{value}");
    let (mut rest, mut room) = (whole.as_str(), LINE);
    while rest.len() > room {
        let mut cut = room;
        while !rest.is_char_boundary(cut) {
            cut -= 1;
        }
        out.push_str(&rest[..cut]);
        out.push_str("\r\n ");
        rest = &rest[cut..];
        room = LINE - 1;
    }
    out.push_str(rest);
    out.push_str("\r\n");
}
