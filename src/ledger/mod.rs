//! The ledger's format: canonical lines, their hashes, the tree over them, the names that stand in
//! clear, and the check of all of it. Pure functions over bytes; where the bytes live is not known
//! here, and salts come in from outside.

mod canonical;
mod hash;
mod line;
mod log;
mod pseudonym;
mod tree;
mod verify;

pub use canonical::canonical_value;
pub use hash::{Hash, definition_hash};
pub use line::{Header, Line, Resealed, Salt, Sealed};
pub use log::{Log, Seal};
pub use pseudonym::Pseudonyms;
pub use tree::Edge;
pub use verify::{FirstBad, LogReport, Verifier};
