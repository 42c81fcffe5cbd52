//! Names of things: one newtype per kind of id, so that a contact's id can never stand where an
//! actor's is meant. No other module may hold an id as a bare string.

use crate::json::{Errors, FromJson, ToJson, Value, write_text};
use std::fmt;
use std::rc::Rc;

/// Longest id that a host may choose, in characters.
pub const MAX_ID_CHARS: usize = 128;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Rc<str>);

        impl $name {
            /// Wraps a text that is already known to be such an id.
            pub fn new(text: impl Into<Rc<str>>) -> Self {
                Self(text.into())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl ToJson for $name {
            fn write(&self, out: &mut Vec<u8>) {
                write_text(&self.0, out);
            }
        }

        impl FromJson for $name {
            fn read(value: Option<&Value<'_>>, errors: &mut Errors) -> Self {
                errors.expect(value.and_then(Value::as_str).map(Self::from), "a text")
            }
        }
    };
}

id!(
    /// The host's id of a contact. Personal: it never stands in a header.
    ContactId
);
id!(
    /// The host's id of a person or system that acts. Personal.
    ActorId
);
id!(
    /// A workflow definition's id.
    DefinitionId
);
id!(
    /// A stage of a workflow.
    StageId
);
id!(
    /// A transition of a workflow.
    TransitionId
);
id!(
    /// An activity type.
    TypeId
);
id!(
    /// A pending activity: `<contact name>.<random>`, so that the contact can be found from it alone.
    PendingId
);
id!(
    /// Something in the outbox: `<contact name>.<random>`, as a pending activity's id.
    ItemId
);
id!(
    /// The task of a pending activity, derived from its id, so that two devices make one.
    TaskId
);
id!(
    /// One log: a browser profile or a server. A UUID.
    ReplicaId
);
id!(
    /// `<replica>/<seq>`: an entry's id.
    EntryId
);
id!(
    /// `sha256:<64 hex>` of a definition's canonical JSON.
    DefinitionHash
);
id!(
    /// Leaf hash of an entry that was sealed again, in base64.
    LeafHash
);

/// Characters of a pseudonym: 132 of its hash's bits.
const PSEUDONYM: usize = 22;

/// A name that tells nothing. No text becomes one: it is made of a keyed hash, in
/// [`ledger::Pseudonyms`](crate::ledger::Pseudonyms) alone, or read back where it stands already.
macro_rules! pseudonym {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Rc<str>);

        impl $name {
            /// Of a keyed hash.
            pub(crate) fn of_hash(hash: &[u8; 32]) -> Self {
                Self(pseudonym(hash).into())
            }

            /// Reads one that was written.
            pub fn parse(text: &str) -> Option<Self> {
                let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
                (text.len() == PSEUDONYM && text.bytes().all(plain)).then(|| Self(text.into()))
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl ToJson for $name {
            fn write(&self, out: &mut Vec<u8>) {
                write_text(&self.0, out);
            }
        }

        impl FromJson for $name {
            fn read(value: Option<&Value<'_>>, errors: &mut Errors) -> Self {
                errors.expect(value.and_then(Value::as_str).and_then(Self::parse), "a pseudonym")
            }
        }
    };
}

pseudonym!(
    /// The ledger's name of a contact: 22 base64url characters of a keyed hash of its id.
    ContactName
);
pseudonym!(
    /// The ledger's name of an actor, made as [`ContactName`] is.
    ActorName
);

/// The text of a pseudonym of that hash.
pub(crate) fn pseudonym(hash: &[u8; 32]) -> String {
    use base64ct::{Base64UrlUnpadded, Encoding};
    let mut text = Base64UrlUnpadded::encode_string(hash);
    text.truncate(PSEUDONYM);
    text
}

/// Place of an entry in its replica's log, from 0 without gaps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seq(pub u64);

/// Number of one change of the database, whatever it changed; the fence against stale writers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitNo(pub u64);

macro_rules! as_number {
    ($($name:ident),*) => {$(
        impl ToJson for $name {
            fn write(&self, out: &mut Vec<u8>) {
                self.0.write(out);
            }
        }

        impl FromJson for $name {
            fn read(value: Option<&Value<'_>>, errors: &mut Errors) -> Self {
                Self(u64::read(value, errors))
            }
        }
    )*};
}
as_number!(Seq, CommitNo);

impl CommitNo {
    /// The number after this one.
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl EntryId {
    /// The id of the entry at `seq` of `replica`.
    pub fn of(replica: &ReplicaId, seq: Seq) -> Self {
        let (mut digits, mut from, mut rest) = ([b'0'; 20], 20, seq.0);
        loop {
            from -= 1;
            digits[from] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        let digits = std::str::from_utf8(&digits[from..]).unwrap_or_default();
        Self([replica.as_str(), "/", digits].concat().into())
    }
}

macro_rules! of_contact {
    ($($name:ident),*) => {$(
        impl $name {
            /// One of `contact`; `unique` is random, or derived from what makes it.
            pub fn of(contact: &ContactName, unique: &str) -> Self {
                Self(format!("{contact}.{unique}").into())
            }

            /// The contact it belongs to, or none if this cannot be such an id.
            pub fn contact(&self) -> Option<ContactName> {
                contact_of(&self.0)
            }
        }
    )*};
}
of_contact!(PendingId, ItemId);

fn contact_of(id: &str) -> Option<ContactName> {
    let (contact, unique) = id.split_once('.')?;
    ContactName::parse(contact).filter(|_| !unique.is_empty())
}

const TASK: &str = ".task";

impl PendingId {
    /// The id of its task.
    pub fn task(&self) -> TaskId {
        TaskId(format!("{}{TASK}", self.0).into())
    }
}

impl TaskId {
    /// The pending activity that it is a face of; none if this cannot be a task's id.
    pub fn pending(&self) -> Option<PendingId> {
        self.0.strip_suffix(TASK).map(PendingId::new)
    }
}

/// Whether `text` can be an id that a host chose: 1 to 128 characters, none of them a control character.
pub fn is_id(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= MAX_ID_CHARS && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pending_activity_tells_its_contact() {
        let contact = ContactName::parse("abcdefghijklmnopqrstuv").unwrap_or_default();
        let id = PendingId::of(&contact, "x1");
        assert_eq!(id.contact(), Some(contact));
        assert_eq!(PendingId::new("p1").contact(), None);
        assert_eq!(PendingId::new("abcdefghijklmnopqrstuv.").contact(), None);
    }

    #[test]
    fn an_id_has_1_to_128_characters() {
        assert!(is_id("a") && is_id(&"è".repeat(128)));
        assert!(!is_id("") && !is_id(&"a".repeat(129)) && !is_id("a\u{0}"));
    }
}
