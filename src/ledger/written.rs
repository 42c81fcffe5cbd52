//! Headers read as they are written: in the order of their names, without spaces or escapes. It is
//! several times as fast as reading any JSON, and what is read so is in canonical form. Any other
//! spelling is for the reader of JSON.

use super::hash::Hash;
use super::line::Header;
use crate::event::Hlc;
use crate::ids::{ActorName, ContactName, DefinitionHash, ReplicaId, Seq};
use crate::json::plain_len;
use crate::time::Instant;

/// Digits that JavaScript's numbers are exact in.
const DIGITS: usize = 15;

/// What is not read yet.
struct Rest<'t>(&'t str);

impl<'t> Rest<'t> {
    /// The text that stands behind `name`, which ends with its quote.
    fn text(&mut self, name: &str) -> Option<&'t str> {
        let behind = self.0.strip_prefix(name)?;
        let (text, rest) = behind.split_at(plain_len(behind.as_bytes()));
        self.0 = rest.strip_prefix('"')?;
        Some(text)
    }

    /// The number that stands behind `name`, in the only spelling that a whole one has.
    fn number(&mut self, name: &str) -> Option<u64> {
        let behind = self.0.strip_prefix(name)?;
        let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = behind.split_at(digits);
        self.0 = rest;
        let plain = digits <= DIGITS && (digits == 1 || !number.starts_with('0'));
        number.parse().ok().filter(|_| plain)
    }

    /// A text that may be left out; within, none if it is not of its form.
    fn maybe<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&'t str) -> Option<T>,
    ) -> Option<Option<T>> {
        match self.0.starts_with(name) {
            true => read(self.text(name)?).map(Some),
            false => Some(None),
        }
    }
}

/// The header that `text` begins with, and where it ends; none where it is spelt in any other way.
pub(super) fn read(text: &str) -> Option<(Header, usize)> {
    let mut rest = Rest(text);
    let header = Header {
        at: Instant::read_written(rest.text("{\"at\":\"")?)?,
        body: Hash::parse(rest.text(",\"body\":\"")?)?,
        book: rest.text(",\"book\":\"")?.to_owned(),
        by: ActorName::parse(rest.text(",\"by\":\"")?)?,
        contact: rest.maybe(",\"contact\":\"", ContactName::parse)?,
        definition: rest.maybe(",\"definition\":\"", |text| Some(DefinitionHash::from(text)))?,
        hlc: Hlc::parse(rest.text(",\"hlc\":\"")?)?,
        kind: rest.text(",\"kind\":\"")?.to_owned(),
        prev: rest.maybe(",\"prev\":\"", Hash::parse)?,
        replica: ReplicaId::from(rest.text(",\"replica\":\"")?),
        seq: Seq(rest.number(",\"seq\":")?),
        v: u32::try_from(rest.number(",\"v\":")?).ok()?,
        was: rest.maybe(",\"was\":\"", Hash::parse)?,
    };
    let rest = rest.0.strip_prefix('}')?;
    Some((header, text.len() - rest.len()))
}
