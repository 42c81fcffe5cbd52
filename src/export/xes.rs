//! Event logs for process mining (XES, IEEE 1849-2016): a contact is a trace, its stage changes and
//! activities are the events. Other entries have no place in it.

use crate::command::Scalar;
use crate::event::{Entry, Event, StageRef};
use crate::ids::{PendingId, TypeId};
use crate::json;
use crate::label::Localized;
use crate::project::{Profile, Row};

/// Kinds of entries that can be an event.
pub const KINDS: [&str; 10] = [
    "workflow.started",
    "workflow.transitioned",
    "workflow.reverted",
    "workflow.migrated",
    "activity.logged",
    "activity.planned",
    "activity.changed",
    "activity.completed",
    "activity.reopened",
    "activity.cancelled",
];

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<global scope="trace">
<string key="concept:name" value=""/>
</global>
<global scope="event">
<string key="concept:name" value=""/>
<string key="lifecycle:transition" value="complete"/>
<string key="org:resource" value=""/>
<date key="time:timestamp" value="1970-01-01T00:00:00.000Z"/>
</global>
<classifier name="Activity" scope="event" keys="concept:name"/>
<classifier name="Transition" scope="event" keys="concept:name lifecycle:transition"/>
<classifier name="Resource" scope="event" keys="org:resource"/>
"#;

/// Begins the log of a book.
pub fn open(book: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(HEAD.as_bytes());
    text("concept:name", book, out);
    text("lifecycle:model", "standard", out);
}

/// Ends the log.
pub fn close(out: &mut Vec<u8>) {
    out.extend_from_slice(b"</log>\n");
}

/// Begins the trace of a contact. Of what it is, what a process is compared by: its name, its company,
/// its own fields.
pub fn open_trace(contact: &str, profile: &Profile, out: &mut Vec<u8>) {
    out.extend_from_slice(b"<trace>\n");
    text("concept:name", contact, out);
    text("name", &profile.name, out);
    some("company", profile.company.as_deref(), out);
    for (name, value) in profile.fields.iter() {
        // A colon is for keys of extensions.
        let key = name.replace(':', ".");
        match value {
            Scalar::Text(value) => text(&key, value, out),
            Scalar::Bool(flag) => attribute("boolean", &key, &flag.to_string(), out),
            Scalar::Number(_) => attribute("float", &key, &json::text(value), out),
            _ => {}
        }
    }
}

/// Ends a trace.
pub fn close_trace(out: &mut Vec<u8>) {
    out.extend_from_slice(b"</trace>\n");
}

/// Appends the event that an entry is, if it is one. One that lost against another did not happen.
pub fn event<'e>(
    row: &Row,
    entry: &'e Entry,
    label: &dyn Fn(&'e Localized) -> &'e str,
    out: &mut Vec<u8>,
) {
    let Some(step) = step(&entry.fact.event).filter(|_| row.superseded_by.is_none()) else {
        return;
    };
    out.extend_from_slice(b"<event>\n");
    text("concept:name", label(step.label), out);
    text("lifecycle:transition", step.transition, out);
    text("org:resource", entry.fact.by.id.as_str(), out);
    attribute("date", "time:timestamp", &row.occurred.to_string(), out);
    some("concept:instance", step.instance, out);
    text("kind", &row.kind, out);
    text("code", step.code, out);
    text("entry", row.order.id().as_str(), out);
    for (key, words) in step.words {
        some(key, words.as_deref(), out);
    }
    out.extend_from_slice(b"</event>\n");
}

/// What an entry is in a process.
struct Step<'e> {
    /// Of the stage, or of the activity's type,
    label: &'e Localized,
    /// and its id.
    code: &'e str,
    /// Where in its life the activity is; a stage change is always complete.
    transition: &'static str,
    /// Which pending activity it is about.
    instance: Option<&'e str>,
    /// What was said.
    words: [Words<'e>; 2],
}

/// A text of an entry, and what it is called.
type Words<'e> = (&'static str, &'e Option<String>);

const NONE: Words<'static> = ("", &None);
const COMPLETE: &str = "complete";

impl<'e> Step<'e> {
    fn moved(to: &'e StageRef, words: [Words<'e>; 2]) -> Self {
        let code = to.stage.as_str();
        Self { label: &to.label, code, transition: COMPLETE, instance: None, words }
    }

    fn act(
        (label, code): (&'e Localized, &'e TypeId),
        transition: &'static str,
        instance: Option<&'e PendingId>,
        words: [Words<'e>; 2],
    ) -> Self {
        let instance = instance.map(PendingId::as_str);
        Self { label, code: code.as_str(), transition, instance, words }
    }
}

fn step(event: &Event) -> Option<Step<'_>> {
    Some(match event {
        Event::WorkflowStarted(data) => Step::moved(&data.to, [("reason", &data.reason), NONE]),
        Event::WorkflowTransitioned(data) => {
            Step::moved(&data.to, [("reason", &data.reason), ("note", &data.note)])
        }
        Event::WorkflowReverted(data) => Step::moved(&data.to, [("note", &data.note), NONE]),
        Event::WorkflowMigrated(data) => Step::moved(&data.to, [NONE, NONE]),
        Event::ActivityPlanned(data) => {
            let words = [("description", &data.description), NONE];
            Step::act((&data.label, &data.kind), "schedule", Some(&data.pending), words)
        }
        Event::ActivityLogged(data) => {
            let words = [("description", &data.description), ("outcome", &data.outcome)];
            Step::act((&data.label, &data.kind), COMPLETE, None, words)
        }
        Event::ActivityCompleted(data) => {
            let words = [("description", &data.description), ("outcome", &data.outcome)];
            Step::act((&data.label, &data.kind), COMPLETE, Some(&data.pending), words)
        }
        // Given to somebody else; other changes are no step of a life.
        Event::ActivityChanged(data) if data.assignee_name.is_some() => {
            Step::act((&data.label, &data.kind), "reassign", Some(&data.pending), [NONE, NONE])
        }
        Event::ActivityReopened(data) => {
            Step::act((&data.label, &data.kind), "schedule", Some(&data.pending), [NONE, NONE])
        }
        Event::ActivityCancelled(data) => {
            let words = [("reason", &data.reason), NONE];
            Step::act((&data.label, &data.kind), "withdraw", Some(&data.pending), words)
        }
        _ => return None,
    })
}

fn some(key: &str, value: Option<&str>, out: &mut Vec<u8>) {
    if let Some(value) = value {
        text(key, value, out);
    }
}

fn text(key: &str, value: &str, out: &mut Vec<u8>) {
    attribute("string", key, value, out);
}

fn attribute(tag: &str, key: &str, value: &str, out: &mut Vec<u8>) {
    out.push(b'<');
    out.extend_from_slice(tag.as_bytes());
    out.extend_from_slice(b" key=\"");
    escape(key, out);
    out.extend_from_slice(b"\" value=\"");
    escape(value, out);
    out.extend_from_slice(b"\"/>\n");
}

/// Appends a text as it stands between quotes. What XML 1.0 can't hold is replaced, and a line break
/// is told from the blank that a reader would make of it.
fn escape(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let mut from = 0;
    for (place, byte) in bytes.iter().enumerate() {
        let (written, taken) = match byte {
            b'&' => ("&amp;", 1),
            b'<' => ("&lt;", 1),
            b'>' => ("&gt;", 1),
            b'"' => ("&quot;", 1),
            b'\t' => ("&#9;", 1),
            b'\n' => ("&#10;", 1),
            b'\r' => ("&#13;", 1),
            0..=0x1f => (REPLACED, 1),
            // U+FFFE and U+FFFF.
            0xef if matches!(bytes[place..], [_, 0xbf, 0xbe | 0xbf, ..]) => (REPLACED, 3),
            _ => continue,
        };
        out.extend_from_slice(&bytes[from..place]);
        out.extend_from_slice(written.as_bytes());
        from = place + taken;
    }
    out.extend_from_slice(&bytes[from..]);
}

/// Stands for what can't be said.
const REPLACED: &str = "\u{fffd}";
