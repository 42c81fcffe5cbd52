//! One line of the ledger: `{"body":…,"header":…,"salt":"…"}`, or `{"header":…}` where the body is
//! gone. Hashes are over the bytes as they stand, so a line is cut apart, never written again.

use super::hash::Hash;
use crate::event::{Hlc, Order};
use crate::ids::{ActorName, ContactName, DefinitionHash, ReplicaId, Seq};
use crate::json;
use crate::time::Instant;
use base64ct::{Base64UrlUnpadded, Encoding};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// What makes a body's hash unguessable.
pub type Salt = [u8; 32];

/// The part of an entry that is kept for ever. It holds no personal datum: names in it are keyed
/// hashes. The fields stand in the order of their names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// When it was recorded.
    pub at: Instant,
    /// Hash of the salted body.
    pub body: Hash,
    /// The book's name.
    pub book: String,
    /// Who it is by.
    pub by: ActorName,
    /// Whom it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactName>,
    /// The definition that it depends on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<DefinitionHash>,
    /// Its place in the order of all.
    #[serde(with = "hlc_text")]
    pub hlc: Hlc,
    /// What it is.
    pub kind: String,
    /// Leaf hash of this replica's entry before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prev: Option<Hash>,
    /// Whose log it is in.
    pub replica: ReplicaId,
    /// Its place in that log.
    pub seq: Seq,
    /// The format's version.
    pub v: u32,
    /// Of a re-sealed entry, the original's leaf hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<Hash>,
}

impl Header {
    /// The version that this code writes.
    pub const VERSION: u32 = 1;

    /// Its place in the order of all.
    pub fn order(&self) -> Order {
        Order { hlc: self.hlc, replica: self.replica.clone(), seq: self.seq }
    }
}

mod hlc_text {
    use crate::event::Hlc;
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(hlc: &Hlc, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(hlc)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Hlc, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Hlc::parse(&text).ok_or_else(|| D::Error::custom("not a clock reading"))
    }
}

/// A new entry: its line and what the next one needs.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// The line's bytes, without a line break.
    pub line: Vec<u8>,
    /// Where the body stands in it.
    pub body: std::ops::Range<usize>,
    /// Hash of the header's bytes.
    pub leaf: Hash,
}

const BODY: &[u8] = b"{\"body\":";
const HEADER: &[u8] = b",\"header\":";
const SALT: &[u8] = b",\"salt\":\"";

impl Sealed {
    /// Seals `body` under `header`, whose `body` hash is filled in here.
    pub fn new<B: Serialize + ?Sized>(
        mut header: Header,
        body: &B,
        salt: &Salt,
    ) -> Result<Self, serde_json::Error> {
        let mut line = Vec::with_capacity(1024);
        line.extend_from_slice(BODY);
        let start = line.len();
        json::write(body, &mut line)?;
        let body = start..line.len();
        header.body = Hash::body(salt, &line[body.clone()]);
        line.extend_from_slice(HEADER);
        let start = line.len();
        json::write(&header, &mut line)?;
        let leaf = Hash::leaf(&line[start..]);
        line.extend_from_slice(SALT);
        line.extend_from_slice(Base64UrlUnpadded::encode_string(salt).as_bytes());
        line.extend_from_slice(b"\"}");
        Ok(Self { line, body, leaf })
    }
}

/// A line cut apart.
#[derive(Debug)]
pub struct Line<'a> {
    /// The header, read.
    pub header: Header,
    /// The header's bytes.
    pub header_bytes: &'a str,
    /// The body's bytes and salt, where they are not gone.
    pub body: Option<(&'a RawValue, Salt)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts<'a> {
    #[serde(borrow, default)]
    body: Option<&'a RawValue>,
    #[serde(borrow)]
    header: &'a RawValue,
    #[serde(default)]
    salt: Option<&'a str>,
}

impl<'a> Line<'a> {
    /// Cuts a line apart. The reason of a refusal is for people, not for programs.
    pub fn parse(line: &'a [u8]) -> Result<Self, &'static str> {
        let text = std::str::from_utf8(line).map_err(|_| "not UTF-8")?;
        let parts: Parts<'a> = json::read(text).map_err(|_| "not a line of the ledger")?;
        let header_bytes = parts.header.get();
        let header: Header = json::read(header_bytes).map_err(|_| "the header can't be read")?;
        let body = match (parts.body, parts.salt) {
            (Some(body), Some(salt)) => {
                Some((body, read_salt(salt).ok_or("the salt is not canonical base64")?))
            }
            (None, None) => None,
            _ => return Err("body and salt go together"),
        };
        Ok(Self { header, header_bytes, body })
    }

    /// The header's leaf hash.
    pub fn leaf(&self) -> Hash {
        Hash::leaf(self.header_bytes.as_bytes())
    }

    /// Whether the body is the one that the header promises.
    pub fn body_fits(&self) -> bool {
        self.body
            .as_ref()
            .is_none_or(|(body, salt)| Hash::body(salt, body.get().as_bytes()) == self.header.body)
    }

    /// Whether the line is written as it must be: the canonical header, and nothing between the parts.
    pub fn is_canonical(&self, line: &[u8]) -> bool {
        let mut header = Vec::with_capacity(self.header_bytes.len());
        if json::write(&self.header, &mut header).is_err() || header != self.header_bytes.as_bytes()
        {
            return false;
        }
        let Some((body, _)) = &self.body else {
            return line == self.header_only();
        };
        let length =
            BODY.len() + body.get().len() + HEADER.len() + header.len() + SALT.len() + 43 + 2;
        let after_body = BODY.len() + body.get().len();
        line.len() == length && line.starts_with(BODY) && line[after_body..].starts_with(HEADER)
    }

    /// The line without body and salt.
    pub fn header_only(&self) -> Vec<u8> {
        [b"{\"header\":", self.header_bytes.as_bytes(), b"}"].concat()
    }
}

fn read_salt(text: &str) -> Option<Salt> {
    let mut salt = [0; 32];
    let read = Base64UrlUnpadded::decode(text, &mut salt).ok()?;
    (read.len() == 32).then_some(salt)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn header() -> Header {
        Header {
            at: Instant::parse("2026-03-09T14:05:00Z").unwrap(),
            body: Hash([0; 32]),
            book: "crm".to_owned(),
            by: ActorName::new("abcdefghijklmnopqrstuv"),
            contact: None,
            definition: None,
            hlc: Hlc { millis: 1_773_065_100_000, counter: 0 },
            kind: "contact.commented".to_owned(),
            prev: None,
            replica: ReplicaId::new("9b2e4f0a-8f0f-4b63-9a53-0d8f3d3d1c11"),
            seq: Seq(0),
            v: 1,
            was: None,
        }
    }

    /// The format is append-only: this line was written by version 1 and is read for ever.
    #[test]
    fn an_entry_is_written_as_the_format_says() {
        let sealed = Sealed::new(header(), &serde_json::json!({"by": "u"}), &[7; 32]).unwrap();
        let text = String::from_utf8(sealed.line.clone()).unwrap();
        let expected = concat!(
            r#"{"body":{"by":"u"},"header":{"at":"2026-03-09T14:05:00.000Z","body":"sha256:"#,
            "BODYHASH",
            r#"","book":"crm","by":"abcdefghijklmnopqrstuv","hlc":"1773065100000-0000","#,
            r#""kind":"contact.commented","replica":"9b2e4f0a-8f0f-4b63-9a53-0d8f3d3d1c11","seq":0,"v":1},"#,
            r#""salt":"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"}"#,
        );
        let hash = Hash::of(&[b"stagebook/body/v1\0", &[7; 32], br#"{"by":"u"}"#]).to_string();
        assert_eq!(text, expected.replace("sha256:BODYHASH", &hash));
        let line = Line::parse(&sealed.line).unwrap();
        assert!(line.is_canonical(&sealed.line) && line.body_fits());
        assert_eq!(line.leaf(), sealed.leaf);
        let bare = line.header_only();
        assert!(Line::parse(&bare).unwrap().is_canonical(&bare));
    }

    #[test]
    fn a_line_that_is_not_canonical_is_told_apart() {
        let sealed = Sealed::new(header(), &serde_json::json!({"by": "u"}), &[7; 32]).unwrap();
        let text = String::from_utf8(sealed.line).unwrap();
        for other in [
            text.replace(r#","header""#, r#", "header""#),
            text.replace(r#""seq":0"#, r#""seq": 0"#),
            text.replace(r#""seq":0,"v":1"#, r#""v":1,"seq":0"#),
        ] {
            let canonical =
                Line::parse(other.as_bytes()).is_ok_and(|l| l.is_canonical(other.as_bytes()));
            assert!(!canonical, "{other}");
        }
        let stray = text.replace("Bwc\"}", "Bwd\"}");
        assert!(Line::parse(stray.as_bytes()).is_err(), "a stray low bit in the salt");
        let twice = text.replace(r#"{"body""#, r#"{"salt":"x","body""#);
        assert!(Line::parse(twice.as_bytes()).is_err(), "a key twice");
    }
}
