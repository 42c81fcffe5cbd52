//! The head of a log as text that others keep and compare: a C2SP tlog-checkpoint, and the signed
//! note around it where somebody signs. Who signs and with what is not known here.

use super::hash::Hash;
use crate::ids::ReplicaId;
use base64ct::{Base64, Encoding};

/// What a checkpoint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log: `stagebook/<book>/<replica>`.
    pub origin: String,
    /// How many entries it has.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
}

const PREFIX: &str = "stagebook/";
const SIGNED_BY: &str = "\u{2014} ";

/// The origin of the log of `replica` in `book`: what its checkpoints begin with, and the name of the
/// key that signs them.
pub fn origin(book: &str, replica: &ReplicaId) -> String {
    [PREFIX, book, "/", replica.as_str()].concat()
}

impl Checkpoint {
    /// The book and the replica that the origin names.
    pub fn log(&self) -> Option<(&str, &str)> {
        self.origin.strip_prefix(PREFIX)?.split_once('/')
    }

    /// Its text, which is also the text of a note.
    pub fn text(&self) -> String {
        [&self.origin, "\n", &self.size.to_string(), "\n", &self.root.to_base64(), "\n"].concat()
    }

    /// Reads a checkpoint or a signed note of one. Signatures are read for their form alone: whose
    /// key to trust is for the reader to say.
    pub fn parse(text: &str) -> Option<Self> {
        let text = match text.split_once("\n\n") {
            Some((text, signatures)) => signatures
                .strip_suffix('\n')
                .filter(|signatures| signatures.split('\n').all(is_signature))
                .map(|_| text)?,
            None => text.strip_suffix('\n')?,
        };
        let mut lines = text.split('\n');
        let origin = lines.next().filter(|line| !line.is_empty())?.to_owned();
        let size = lines.next().filter(|line| is_decimal(line))?.parse().ok()?;
        let root = Hash::from_base64(lines.next()?)?;
        // Lines that follow are somebody's extension.
        lines.all(|line| !line.is_empty()).then_some(Self { origin, size, root })
    }
}

fn is_decimal(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'))
}

fn is_signature(line: &str) -> bool {
    let parts = line.strip_prefix(SIGNED_BY).and_then(|line| line.split_once(' '));
    parts.is_some_and(|(name, signature)| {
        !name.is_empty() && Base64::decode_vec(signature).is_ok_and(|bytes| bytes.len() > 4)
    })
}

/// The note of `text` with an Ed25519 signature by the key `name` (C2SP signed-note).
pub fn signed_note(text: &str, name: &str, key: &[u8], signature: &[u8]) -> String {
    let Hash(id) = Hash::of(&[name.as_bytes(), b"\n\x01", key]);
    let signature = Base64::encode_string(&[&id[..4], signature].concat());
    [text, "\n", SIGNED_BY, name, " ", &signature, "\n"].concat()
}
