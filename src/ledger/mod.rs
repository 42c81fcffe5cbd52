//! The ledger's format: canonical lines, their hashes, the tree over them, the names that stand in
//! clear, the check of all of it, and the proofs and checkpoints that others check it by. Pure functions over bytes; where the bytes live is not known
//! here, and salts come in from outside.
//! `FORMAT.md` beside this file tells the format byte by byte, for those who have none of this code.

mod canonical;
mod checkpoint;
mod hash;
mod line;
mod log;
mod naming;
mod proof;
mod pseudonym;
mod tree;
mod verify;
mod verify_book;
mod written;

pub use canonical::canonical_value;
pub use checkpoint::{Checkpoint, origin, signed_note};
pub use hash::{Hash, definition_hash};
pub use line::{Header, Line, Resealed, Salt, Sealed};
pub use log::{Log, Seal};
pub use naming::Name;
pub use proof::{Prover, extends, root_of};
pub use pseudonym::Pseudonyms;
pub use tree::Edge;
pub use verify::{FirstBad, LogReport, Verifier};
pub use verify_book::{BookVerifier, last_line};
