//! SHA-256 with the ledger's prefixes: which bytes are hashed for which purpose.

use super::canonical::canonical_value;
use crate::ids::DefinitionHash;
use crate::json::{Errors, FromJson, ToJson, Value};
use sha2::{Digest, Sha256};
use std::fmt;

/// A SHA-256 hash; in JSON `sha256:` and 64 hex digits.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

const BODY_PREFIX: &[u8] = b"stagebook/body/v1\0";

impl Hash {
    /// SHA-256 of the parts, one after the other.
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(part);
        }
        Self(hasher.finalize().into())
    }

    /// Of a body's bytes as they stand, salted.
    pub fn body(salt: &[u8; 32], body: &[u8]) -> Self {
        Self::of(&[BODY_PREFIX, salt, body])
    }

    /// Of a header's bytes as they stand: a leaf of the tree (RFC 6962).
    pub fn leaf(header: &[u8]) -> Self {
        Self::of(&[&[0], header])
    }

    /// Of two subtrees (RFC 6962).
    pub fn node(left: Self, right: Self) -> Self {
        Self::of(&[&[1], &left.0, &right.0])
    }

    /// Reads `sha256:<64 lower-case hex digits>`.
    pub fn parse(text: &str) -> Option<Self> {
        let hex = text.strip_prefix("sha256:")?.as_bytes();
        let (pairs, _) = hex.as_chunks::<2>();
        let pairs: &[[u8; 2]; 32] = pairs.try_into().ok().filter(|_| hex.len() == 64)?;
        let mut wrong = 0;
        let bytes = pairs.map(|[high, low]| {
            let (high, low) = (DIGITS[usize::from(high)], DIGITS[usize::from(low)]);
            wrong |= high | low;
            high << 4 | low & 15
        });
        (wrong < 16).then_some(Self(bytes))
    }

    /// Its text in checkpoints and proofs: standard base64.
    pub fn to_base64(self) -> String {
        use base64ct::{Base64, Encoding};
        Base64::encode_string(&self.0)
    }

    /// Reads what [`Hash::to_base64`] writes.
    pub fn from_base64(text: &str) -> Option<Self> {
        use base64ct::{Base64, Encoding};
        let mut bytes = [0; 32];
        let read = Base64::decode(text, &mut bytes).ok()?.len();
        (read == 32).then_some(Self(bytes))
    }

    /// Appends its text without going through a formatter: this runs for every entry.
    pub fn append(&self, out: &mut Vec<u8>) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut hex = [0; 64];
        for (pair, byte) in hex.chunks_exact_mut(2).zip(&self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        out.extend_from_slice(b"sha256:");
        out.extend_from_slice(&hex);
    }
}

/// What each character stands for as a hexadecimal digit; 255 for none.
const DIGITS: [u8; 256] = {
    let (mut digits, mut value) = ([255; 256], 0);
    while value < 16 {
        digits[b"0123456789abcdef"[value] as usize] = value as u8;
        value += 1;
    }
    digits
};

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::with_capacity(71);
        self.append(&mut text);
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl ToJson for Hash {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'"');
        self.append(out);
        out.push(b'"');
    }
}

impl FromJson for Hash {
    fn read(value: Option<&Value<'_>>, errors: &mut Errors) -> Self {
        errors.expect(value.and_then(Value::as_str).and_then(Self::parse), "a sha256 hash")
    }
}

/// The hash by which entries name a definition: of its canonical JSON as it was given.
pub fn definition_hash(definition: &Value<'_>) -> DefinitionHash {
    DefinitionHash::new(Hash::of(&[&canonical_value(definition)]).to_string())
}
