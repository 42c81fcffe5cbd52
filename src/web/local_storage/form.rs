//! Bytes as text, and a commit that is still to be applied as text. What stands in the storage may
//! be anything: reading answers none to what this build does not write.
//!
//! A text begins with its kind: `t` for UTF-8 as it is, `b` for one character a byte, `r` for a redo:
//! the text that the commit is to have in the end, then its changes. A redo says how long each part
//! is, in bytes of UTF-8.

use crate::error::StoreError;

/// Begins a commit that is not applied yet.
pub(super) const REDO: char = 'r';
/// What an empty record is.
pub(super) const EMPTY: &str = "t";

/// Tells what a key holds.
pub(super) type Texts<'a> = &'a dyn Fn(&str) -> Result<Option<String>, StoreError>;

/// A change of one key: its new text, or none if it is to go.
pub(super) struct Step {
    pub(super) key: String,
    pub(super) text: Option<String>,
}

pub(super) fn write(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + 1);
    match std::str::from_utf8(bytes) {
        Ok(utf8) => {
            text.push('t');
            text.push_str(utf8);
        }
        Err(_) => {
            text.push('b');
            text.extend(bytes.iter().copied().map(char::from));
        }
    }
    text
}

pub(super) fn read(mut text: String) -> Option<Vec<u8>> {
    if text.starts_with('t') {
        text.remove(0);
        return Some(text.into_bytes());
    }
    text.strip_prefix('b')?.chars().map(|char| u8::try_from(char).ok()).collect()
}

/// The redo of a commit that ends as `last`, over the texts that were there `before`.
pub(super) fn write_redo(last: &str, steps: &[Step], before: Texts) -> Result<String, StoreError> {
    let mut redo = String::from(REDO);
    push(&mut redo, last);
    for Step { key, text } in steps {
        let Some(text) = text else {
            redo.push('-');
            push(&mut redo, key);
            continue;
        };
        let edit = before(key)?.map(|old| edit(&old, text)).filter(|edit| edit.len() < text.len());
        redo.push(if edit.is_some() { '~' } else { '+' });
        push(&mut redo, key);
        push(&mut redo, edit.as_ref().unwrap_or(text));
    }
    Ok(redo)
}

/// A redo as it was read.
pub(super) struct Redo {
    /// How the commit ends.
    pub(super) last: String,
    /// What leads there, whether or not it was done before.
    pub(super) steps: Vec<Step>,
    /// The text's length without the spaces that only hold room.
    pub(super) length: usize,
}

pub(super) fn read_redo(redo: &str, now: Texts) -> Result<Option<Redo>, StoreError> {
    let mut rest = redo.strip_prefix(REDO).unwrap_or_default();
    let Some(last) = take(&mut rest) else { return Ok(None) };
    let mut steps = Vec::new();
    while let Some(kind) = rest.chars().next().filter(|kind| *kind != ' ') {
        rest = &rest[kind.len_utf8()..];
        let Some(key) = take(&mut rest) else { return Ok(None) };
        let text = match kind {
            '-' => None,
            '+' => take(&mut rest).map(str::to_owned),
            '~' => match (take(&mut rest), now(key)?) {
                (Some(edit), Some(old)) => edited(&old, edit),
                _ => None,
            },
            _ => return Ok(None),
        };
        if kind != '-' && text.is_none() {
            return Ok(None);
        }
        steps.push(Step { key: key.to_owned(), text });
    }
    Ok(Some(Redo { last: last.to_owned(), steps, length: redo.len() - rest.len() }))
}

fn push(out: &mut String, part: &str) {
    out.push_str(&part.len().to_string());
    out.push(':');
    out.push_str(part);
}

fn take<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let (length, parts) = rest.split_once(':')?;
    let (part, after) = parts.split_at_checked(length.parse().ok()?)?;
    *rest = after;
    Some(part)
}

/// What makes `new` out of `old`, line by line: `=` and how many lines stay, or `+` and the line that
/// comes there. It makes `new` out of `new` as well, so that it may be done twice.
fn edit(old: &str, new: &str) -> String {
    let mut out = String::new();
    let mut old = old.split('\n');
    let mut kept = 0_u32;
    for line in new.split('\n') {
        if old.next() == Some(line) {
            kept += 1;
            continue;
        }
        push_kept(&mut out, &mut kept);
        out.push('+');
        out.push_str(line);
        out.push('\n');
    }
    push_kept(&mut out, &mut kept);
    out
}

fn push_kept(out: &mut String, kept: &mut u32) {
    if *kept > 0 {
        out.push('=');
        out.push_str(&kept.to_string());
        out.push('\n');
        *kept = 0;
    }
}

fn edited(old: &str, edit: &str) -> Option<String> {
    let mut out = String::with_capacity(old.len());
    let mut old = old.split('\n');
    for line in edit.strip_suffix('\n')?.split('\n') {
        if let Some(line) = line.strip_prefix('+') {
            old.next();
            out.push_str(line);
            out.push('\n');
            continue;
        }
        for _ in 0..line.strip_prefix('=')?.parse::<u32>().ok()? {
            out.push_str(old.next()?);
            out.push('\n');
        }
    }
    out.pop();
    Some(out)
}
