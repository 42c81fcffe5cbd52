//! Entries as events of CloudEvents 1.0, to stand in its JSON batch format: a list of them.

use crate::event::Order;
use crate::json::{self, ToJson};
use crate::time::Instant;

/// What the types of events begin with.
pub const TYPE_PREFIX: &str = "dev.stagebook.";

/// Digits of a sequence, so that events of one source are in order as texts, too.
const SEQUENCE_DIGITS: usize = 16;

shape! {
    /// Source and id name one event, wherever it is met again.
    struct Envelope<'a> {
        version: &'static str = "specversion",
        id: String = "id",
        source: String = "source",
        kind: String = "type",
        subject: &'a str = "subject",
        time: Instant = "time",
        recorded: Instant = "recordedtime",
        sequence: String = "sequence",
        content: &'static str = "datacontenttype",
        data: &'a dyn ToJson = "data",
    }
}

/// An entry as it is told.
#[derive(Clone, Copy)]
pub struct Told<'a> {
    /// The book's name.
    pub book: &'a str,
    /// Its place.
    pub order: &'a Order,
    /// Its kind.
    pub kind: &'a str,
    /// Whom it is about.
    pub subject: &'a str,
    /// When it happened,
    pub occurred: Instant,
    /// and when it was recorded.
    pub recorded: Instant,
    /// What it says.
    pub data: &'a dyn ToJson,
}

/// Appends an event.
pub fn event(told: &Told<'_>, out: &mut Vec<u8>) {
    let Told { book, order, kind, subject, .. } = *told;
    let envelope = Envelope {
        version: "1.0",
        id: order.id().to_string(),
        source: format!("stagebook/{book}/{}", order.replica),
        kind: format!("{TYPE_PREFIX}{kind}"),
        subject,
        time: told.occurred,
        recorded: told.recorded,
        sequence: format!("{:0width$}", order.seq.0, width = SEQUENCE_DIGITS),
        content: "application/json",
        data: told.data,
    };
    json::write(&envelope, out);
}
