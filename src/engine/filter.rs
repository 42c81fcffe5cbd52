//! Which rows of a history are asked for. What a row's text tells is told from it; only where that
//! is not enough is its body read, or its sentence worded.

use super::Engine;
use super::World;
use super::loaded::Chunk;
use super::read::{HistoryQuery, Place, place, range, read_cursor};
use crate::error::{Error, Issue, IssueCode};
use crate::json::{self, Value};
use crate::project::{Row, Unread};
use crate::store::Store;
use crate::time::Instant;

/// A query's rows, narrowed down.
pub(super) struct Filter<'a> {
    kinds: Option<Vec<String>>,
    by: Option<By>,
    from: Option<Instant>,
    to: Option<Instant>,
    text: Option<Words<'a>>,
    after: Option<Place>,
    valid: bool,
    pub(super) oldest_first: bool,
}

impl<S: Store> Engine<S> {
    /// `valid`: without rows that a server voided.
    pub(super) fn filter(&self, query: &HistoryQuery, valid: bool) -> Result<Filter<'_>, Error> {
        let world = self.world.as_ref();
        let (from, to) = range(&query.from, &query.to, world)?;
        let text = query.text.as_ref().map(|text| world.lower(text));
        Ok(Filter {
            kinds: query.kinds.clone(),
            by: query.by.clone().map(By::new),
            from,
            to,
            text: text.filter(|text| !text.is_empty()).map(|text| self.words(text)),
            after: query.cursor.as_deref().map(read_cursor).transpose()?,
            valid,
            oldest_first: match query.order.as_deref() {
                None | Some("newest") => false,
                Some("oldest") => true,
                Some(_) => {
                    return Err(Issue::error("order", IssueCode::NotAllowed, params! {}).into());
                }
            },
        })
    }

    fn words(&self, text: String) -> Words<'_> {
        let world = self.world.as_ref();
        let messages = self.messages();
        Words {
            plain: plain_part(&text).to_owned(),
            spaced: text.contains(char::is_whitespace),
            silent: messages.silent(&text, &|text| world.lower(text)),
            sentence: Box::new(|row| {
                let entry = row.entry()?.0;
                Ok(world.lower(&self.view(|viewer| viewer.summary(&entry))))
            }),
            text,
            world,
        }
    }
}

impl Filter<'_> {
    /// Whether the row is asked for, wherever the cursor stands.
    pub(super) fn admits(&self, row: &Row) -> Result<bool, Error> {
        if row.copy || self.valid && row.voided.is_some() || !self.fits(&row.kind, row.occurred) {
            return Ok(false);
        }
        self.speaks_of(&row.kind, row.body.text()).map_or_else(|| self.words_it(row), Ok)
    }

    /// The same of a stored row.
    pub(super) fn admits_line(&self, line: &str) -> Result<bool, Error> {
        let told = || {
            let unread = Unread::new(line)?;
            if unread.is_copy() || self.valid && unread.is_voided() {
                return Some(false);
            }
            let (kind, occurred) = (unread.kind()?, unread.occurred()?);
            if self.fits(kind, occurred) { self.speaks_of(kind, unread.body) } else { Some(false) }
        };
        told().map_or_else(|| self.admits(&Row::read(line)?), Ok)
    }

    /// Whether a line of the ledger is surely of no row that is asked for.
    pub(super) fn rules_out(&self, line: &str) -> bool {
        let kind = line.rsplit_once("\"kind\":\"").and_then(|(_, rest)| rest.split_once('"'));
        let Some((kind, _)) = kind.filter(|_| !line.contains('\\')) else {
            return false;
        };
        let silent = |text: &Words<'_>| !has(line, &text.plain) && !text.may_be_worded(kind, line);
        self.kinds.as_ref().is_some_and(|kinds| kinds.iter().all(|one| one != kind))
            || self.by.as_ref().is_some_and(|by| !line.contains(&by.begin[1..]))
            || self.text.as_ref().is_some_and(silent)
    }

    fn fits(&self, kind: &str, occurred: Instant) -> bool {
        self.kinds.as_ref().is_none_or(|kinds| kinds.iter().any(|one| one == kind))
            && self.from.is_none_or(|from| occurred >= from)
            && self.to.is_none_or(|to| occurred <= to)
    }

    /// None where the row's sentence decides.
    fn speaks_of(&self, kind: &str, body: &str) -> Option<bool> {
        let by = self.by.as_ref().map_or(Some(true), |by| by.is_named_in(body));
        let said = self.text.as_ref().map_or(Some(true), |text| text.stand_in(body));
        let (by, said) = match (by, said) {
            (Some(false), _) => return Some(false),
            (Some(true), Some(said)) => (true, said),
            _ => self.read(body),
        };
        let may = || self.text.as_ref().is_some_and(|text| text.may_be_worded(kind, body));
        if by && !said && may() { None } else { Some(by && said) }
    }

    fn words_it(&self, row: &Row) -> Result<bool, Error> {
        self.text.as_ref().map_or(Ok(false), |text| Ok((text.sentence)(row)?.contains(&text.text)))
    }

    /// Whether a body names whom is asked for, and says what is asked for.
    fn read(&self, body: &str) -> (bool, bool) {
        let Ok(body) = json::parse(body) else {
            return (false, false);
        };
        let by = body.get("by").and_then(Value::as_str);
        let data = body.get("data").and_then(Value::as_object).unwrap_or_default();
        let read = data.iter().filter(|(name, _)| !UNREAD.contains(&&**name));
        let mut read = read.map(|(_, value)| value).chain(body.get("byName"));
        (
            self.by.as_ref().is_none_or(|wanted| by == Some(&wanted.id)),
            self.text.as_ref().is_none_or(|text| read.any(|value| text.are_in(value))),
        )
    }

    pub(super) fn is_beyond_cursor(&self, row: &Row) -> bool {
        self.after.as_ref().is_none_or(|after| {
            let place = place(row);
            if self.oldest_first { place > *after } else { place < *after }
        })
    }

    /// Whether no row of the chunk can be between the dates.
    pub(super) fn is_outside(&self, chunk: &Chunk) -> bool {
        self.from.is_some_and(|from| chunk.to < from) || self.to.is_some_and(|to| chunk.from > to)
    }

    /// Whether no row of the chunk can come after the cursor.
    pub(super) fn is_behind(&self, chunk: &Chunk) -> bool {
        let behind = |after: &Place| match self.oldest_first {
            true => chunk.to < after.0,
            false => chunk.from > after.0,
        };
        self.after.as_ref().is_some_and(behind)
    }

    pub(super) fn counts_everything(&self) -> bool {
        self.kinds.is_none()
            && self.by.is_none()
            && self.from.is_none()
            && self.to.is_none()
            && self.text.is_none()
    }
}

/// Members that hold what nobody reads: made-up ids, in which any word may stand by chance.
const UNREAD: [&str; 7] = ["follows", "id", "item", "pending", "reverts", "task", "was"];

/// Whom rows are by.
struct By {
    id: String,
    /// How their bodies begin: names stand in order.
    begin: String,
}

impl By {
    fn new(id: String) -> Self {
        let begin = ["{\"by\":", &json::text(&id)].concat();
        Self { id, begin }
    }

    /// None where only reading tells.
    fn is_named_in(&self, body: &str) -> Option<bool> {
        if body.starts_with(&self.begin) {
            return Some(true);
        }
        let certain = body.starts_with("{\"by\":\"") && !body.contains('\\');
        certain.then_some(false)
    }
}

type Sentence<'a> = dyn Fn(&Row) -> Result<String, Error> + 'a;

/// What rows say.
struct Words<'a> {
    /// In lower case.
    text: String,
    /// A part of it that stands in every text that contains it, as it is but for its case.
    plain: String,
    /// Whether a sentence, whose spaces are single ones, may contain it where the data do not.
    spaced: bool,
    /// Kinds of rows whose sentences say nothing of it that the data do not.
    silent: Vec<String>,
    /// A row's sentence in lower case.
    sentence: Box<Sentence<'a>>,
    world: &'a dyn World,
}

impl Words<'_> {
    /// Whether they stand in a body as it is written: told where they do not, none where only
    /// reading tells.
    fn stand_in(&self, body: &str) -> Option<bool> {
        let absent = !body.contains('\\') && !has(body, &self.plain);
        absent.then_some(false)
    }

    /// Whether they are somewhere in `value`.
    fn are_in(&self, value: &Value<'_>) -> bool {
        match value {
            Value::Text(text) if text.is_ascii() => has(text, &self.text),
            Value::Text(text) => self.world.lower(text).contains(&self.text),
            Value::List(items) => items.iter().any(|item| self.are_in(item)),
            Value::Object(members) => members.iter().any(|(_, value)| self.are_in(value)),
            _ => false,
        }
    }

    /// Whether the sentence of a row may contain them where its data do not.
    fn may_be_worded(&self, kind: &str, body: &str) -> bool {
        let odd = |c: char| c != ' ' && c.is_whitespace();
        !self.silent.iter().any(|silent| silent == kind)
            || self.spaced
                && (body.contains('\\')
                    || body.contains("  ")
                    || !body.is_ascii() && body.chars().any(odd))
    }
}

/// The longest part of `text`, in lower case, that is plain: nothing in it is escaped in JSON, and
/// only ASCII has it as its lower case. (İ and the sign for kelvin have an i and a k.)
fn plain_part(text: &str) -> &str {
    let other: &dyn Fn(char) -> bool =
        &|c| !matches!(c, ' '..='~') || matches!(c, '"' | '\\' | 'i' | 'k');
    text.split(other).max_by_key(|part| part.len()).unwrap_or_default()
}

/// Whether `text` contains `part`, which is in lower case, whatever the case of ASCII.
fn has(text: &str, part: &str) -> bool {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    let Some((first, rest)) = part.split_first() else { return true };
    text.iter().enumerate().any(|(at, byte)| {
        byte.to_ascii_lowercase() == *first
            && text
                .get(at + 1..at + part.len())
                .is_some_and(|other| other.eq_ignore_ascii_case(rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Letters whose lower case is another number of characters, or ASCII; and what JSON escapes.
    fn text() -> impl Strategy<Value = String> {
        let letters = "aAbBiIkK \"\\\n/éÉİKßẞΣσ…";
        let letter = prop::sample::select(letters.chars().collect::<Vec<_>>());
        prop::collection::vec(letter, 0..12).prop_map(String::from_iter)
    }

    proptest! {
        #[test]
        fn the_plain_part_of_a_text_stands_in_whatever_contains_it(
            (before, part, after) in (text(), text(), text())
        ) {
            let whole = [before, part.clone(), after].concat();
            let (whole, part) = (whole, part.to_lowercase());
            let written = json::text(&whole);
            if whole.to_lowercase().contains(&part) {
                prop_assert!(written.contains('\\') || has(&written, plain_part(&part)));
            }
        }

        #[test]
        fn ascii_is_searched_as_lower_case_is((whole, part) in ("[aAbB]{0,6}", "[ab]{0,3}")) {
            prop_assert_eq!(has(&whole, &part), whole.to_lowercase().contains(&part));
        }
    }
}
