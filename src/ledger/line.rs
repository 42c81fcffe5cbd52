//! One line of the ledger: `{"body":…,"header":…,"salt":"…"}`, or `{"header":…}` where the body is
//! gone. Hashes are over the bytes as they stand, so a line is cut apart, never written again.

use super::hash::Hash;
use super::written;
use crate::event::{Hlc, Order};
use crate::ids::{ActorName, ContactName, DefinitionHash, ReplicaId, Seq};
use crate::json::{self, ToJson};
use crate::time::Instant;
use base64ct::{Base64UrlUnpadded, Encoding};

/// What makes a body's hash unguessable.
pub type Salt = [u8; 32];

record! {
    /// The part of an entry that is kept for ever. It holds no personal datum: names in it are keyed
    /// hashes. The fields stand in the order of their names.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Header {
        /// When it was recorded.
        pub at: Instant = "at",
        /// Hash of the salted body.
        pub body: Hash = "body",
        /// The book's name.
        pub book: String = "book",
        /// Who it is by.
        pub by: ActorName = "by",
        /// Whom it is about.
        pub contact: Option<ContactName> = "contact",
        /// The definition that it depends on.
        pub definition: Option<DefinitionHash> = "definition",
        /// Its place in the order of all.
        pub hlc: Hlc = "hlc",
        /// What it is.
        pub kind: String = "kind",
        /// Leaf hash of this replica's entry before.
        pub prev: Option<Hash> = "prev",
        /// Whose log it is in.
        pub replica: ReplicaId = "replica",
        /// Its place in that log.
        pub seq: Seq = "seq",
        /// The format's version.
        pub v: u32 = "v",
        /// Of a re-sealed entry, the original's leaf hash.
        pub was: Option<Hash> = "was",
    }
}

impl Header {
    /// The version that this code writes.
    pub const VERSION: u32 = 1;

    /// Its place in the order of all.
    pub fn order(&self) -> Order {
        Order { hlc: self.hlc, replica: self.replica.clone(), seq: self.seq }
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

const BODY: &str = "{\"body\":";
const HEADER: &str = ",\"header\":";
const SALT: &str = ",\"salt\":\"";
const BARE: &str = "{\"header\":";

impl Sealed {
    /// Seals `body` under `header`, whose `body` hash is filled in here.
    pub fn new(mut header: Header, body: &dyn ToJson, salt: &Salt) -> Self {
        let mut line = Vec::with_capacity(1024);
        line.extend_from_slice(BODY.as_bytes());
        let start = line.len();
        body.write(&mut line);
        let body = start..line.len();
        header.body = Hash::body(salt, &line[body.clone()]);
        line.extend_from_slice(HEADER.as_bytes());
        let start = line.len();
        header.write(&mut line);
        let leaf = Hash::leaf(&line[start..]);
        line.extend_from_slice(SALT.as_bytes());
        line.extend_from_slice(Base64UrlUnpadded::encode_string(salt).as_bytes());
        line.extend_from_slice(b"\"}");
        Self { line, body, leaf }
    }
}

/// A line that was sealed again.
#[derive(Clone, Debug)]
pub struct Resealed {
    /// The line's bytes, without a line break.
    pub line: Vec<u8>,
    /// Hash of the header's bytes.
    pub leaf: Hash,
}

/// A line cut apart.
#[derive(Debug)]
pub struct Line<'a> {
    /// The header, read.
    pub header: Header,
    /// The header's bytes.
    pub header_bytes: &'a str,
    /// The body's bytes and salt, where they are not gone.
    pub body: Option<(&'a str, Salt)>,
    /// Whether the header was read as it is written.
    written: bool,
}

impl<'a> Line<'a> {
    /// Cuts a line apart. The reason of a refusal is for people, not for programs.
    pub fn parse(line: &'a [u8]) -> Result<Self, &'static str> {
        let text = std::str::from_utf8(line).map_err(|_| "not UTF-8")?;
        Self::of(cut_body(text).ok_or("not a line of the ledger")?)
    }

    /// The same for whoever reads the body then, and so finds one that is not an object, or more.
    pub fn parse_for_reader(text: &'a str) -> Result<Self, &'static str> {
        Self::of(cut_at_header(text).ok_or("not a line of the ledger")?)
    }

    fn of((body, rest): (Option<&'a str>, &'a str)) -> Result<Self, &'static str> {
        let (header, end, written) = match written::read(rest) {
            Some((header, end)) => (header, end, true),
            None => {
                let (header, end) = json::parse_front(rest).map_err(|_| "the header is no JSON")?;
                let header = json::from_value(&header).map_err(|_| "the header can't be read")?;
                (header, end, false)
            }
        };
        let (header_bytes, rest) = rest.split_at(end);
        let body = match body {
            Some(body) => {
                let salt = rest.strip_prefix(SALT).and_then(|rest| rest.strip_suffix("\"}"));
                let salt = read_salt(salt.ok_or("body and salt go together")?);
                Some((body, salt.ok_or("the salt is not canonical base64")?))
            }
            None if rest == "}" => None,
            None => return Err("body and salt go together"),
        };
        Ok(Self { header, header_bytes, body, written })
    }

    /// The leaf hash of a line of the ledger, of which nothing else is read.
    pub fn leaf_of(line: &[u8]) -> Option<Hash> {
        let (_, rest) = cut_body(std::str::from_utf8(line).ok()?)?;
        Some(Hash::leaf(&rest.as_bytes()[..json::end_of(rest).ok()?]))
    }

    /// The header's leaf hash.
    pub fn leaf(&self) -> Hash {
        Hash::leaf(self.header_bytes.as_bytes())
    }

    /// Whether the body is the one that the header promises.
    pub fn body_fits(&self) -> bool {
        self.body
            .as_ref()
            .is_none_or(|(body, salt)| Hash::body(salt, body.as_bytes()) == self.header.body)
    }

    /// Whether the header is written as it must be; the rest of the form was checked in reading.
    pub fn is_canonical(&self) -> bool {
        self.written || json::bytes(&self.header) == self.header_bytes.as_bytes()
    }

    /// The line under another header, which says what the old one was.
    pub fn sealed_again(&self, header: &Header) -> Resealed {
        let header = json::text(header);
        let leaf = Hash::leaf(header.as_bytes());
        let line = match &self.body {
            Some((body, salt)) => {
                let salt = Base64UrlUnpadded::encode_string(salt);
                [BODY, body, HEADER, &header, SALT, &salt, "\"}"].concat()
            }
            None => [BARE, &header, "}"].concat(),
        };
        Resealed { line: line.into_bytes(), leaf }
    }

    /// The line without body and salt.
    pub fn header_only(&self) -> Vec<u8> {
        [BARE, self.header_bytes, "}"].concat().into_bytes()
    }
}

/// The body, where there is one, and what begins with the header.
fn cut_body(text: &str) -> Option<(Option<&str>, &str)> {
    let Some(rest) = text.strip_prefix(BODY) else {
        return text.strip_prefix(BARE).map(|rest| (None, rest));
    };
    let (body, rest) = rest.split_at(json::end_of(rest).ok()?);
    Some((Some(body), rest.strip_prefix(HEADER)?))
}

/// The same where the body is read anyway. The words before a header stand in no header, and in no
/// text, where a quote is escaped: the last ones are those of the line.
fn cut_at_header(text: &str) -> Option<(Option<&str>, &str)> {
    let Some(rest) = text.strip_prefix(BODY) else { return cut_body(text) };
    let (body, header) = rest.rsplit_once(HEADER)?;
    (body.starts_with('{') && body.ends_with('}')).then_some((Some(body), header))
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
    use crate::json::arbitrary::any_text;
    use proptest::prelude::*;

    fn header() -> Header {
        Header {
            at: Instant::parse("2026-03-09T14:05:00Z").unwrap(),
            body: Hash([0; 32]),
            book: "crm".to_owned(),
            by: ActorName::parse("abcdefghijklmnopqrstuv").unwrap(),
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
        let sealed = Sealed::new(header(), &json::parse(r#"{"by":"u"}"#).unwrap(), &[7; 32]);
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
        assert!(line.is_canonical() && line.body_fits());
        assert_eq!(line.leaf(), sealed.leaf);
        let bare = line.header_only();
        assert!(Line::parse(&bare).unwrap().is_canonical());
    }

    proptest! {
        /// A header is read the same by both of its readers, and what the fast one reads is canonical.
        #[test]
        fn a_header_is_the_same_however_it_is_read(
            (present, millis, counter) in (0_u8..16, 0_u64..9_999_999_999_999, any::<u16>()),
            (seq, book, kind) in (0_u64..1 << 53, any_text(), "[a-z.]{1,20}"),
            (place, byte) in (any::<prop::sample::Index>(), prop_oneof![b' '..=b'~', Just(b'"'), Just(b'0')]),
        ) {
            let has = |bit: u8| present >> bit & 1 == 1;
            let header = Header {
                at: Instant::from_millis(millis.cast_signed() * 9 - 20_000_000_000_000),
                book,
                contact: has(0).then(|| ContactName::parse("ABCDEFGHIJKLMNOPQRSTU-").unwrap()),
                definition: has(1).then(|| DefinitionHash::from("sha256:00")),
                hlc: Hlc { millis, counter },
                kind,
                prev: has(2).then(|| Hash::of(&[b"prev"])),
                seq: Seq(seq),
                was: has(3).then(|| Hash::of(&[b"was"])),
                ..header()
            };
            let text = json::text(&header);
            let line = format!("{{\"header\":{text}}}");
            let read = Line::parse(line.as_bytes()).unwrap();
            prop_assert_eq!(&read.header, &header);
            prop_assert!(read.is_canonical());
            let plain = !header.book.contains(['"', '\\']) && !header.book.contains(|c| c < ' ') && seq < 1_000_000_000_000_000;
            prop_assert_eq!(written::read(&text).is_some(), plain);

            let mut changed = text.into_bytes();
            let place = place.index(changed.len());
            changed[place] = byte;
            let Ok(changed) = String::from_utf8(changed) else { return Ok(()) };
            if let Some((header, end)) = written::read(&changed) {
                let (value, other) = json::parse_front(&changed).unwrap();
                prop_assert_eq!((json::from_value(&value), other), (Ok(header.clone()), end));
                prop_assert_eq!(json::text(&header), &changed[..end]);
            }
        }
    }

    #[test]
    fn a_line_that_is_not_canonical_is_told_apart() {
        let sealed = Sealed::new(header(), &json::parse(r#"{"by":"u"}"#).unwrap(), &[7; 32]);
        let text = String::from_utf8(sealed.line).unwrap();
        for other in [
            text.replace(r#","header""#, r#", "header""#),
            text.replace(r#""seq":0"#, r#""seq": 0"#),
            text.replace(r#""seq":0,"v":1"#, r#""v":1,"seq":0"#),
        ] {
            let canonical = Line::parse(other.as_bytes()).is_ok_and(|l| l.is_canonical());
            assert!(!canonical, "{other}");
        }
        let stray = text.replace("Bwc\"}", "Bwd\"}");
        assert!(Line::parse(stray.as_bytes()).is_err(), "a stray low bit in the salt");
        let twice = text.replace(r#"{"body""#, r#"{"salt":"x","body""#);
        assert!(Line::parse(twice.as_bytes()).is_err(), "a key twice");
    }
}
