//! How a database gets from any older schema to this build's: one file a migration, one table of
//! them. A version is major × 100 + minor. A minor only adds what older builds of its major can live
//! without, so they still open it; a major shuts them out.
//!
//! A migration that was released is never edited; it names what it makes in its own words, not in
//! those of today's code.

mod v100_tables;

use wasm_bindgen::prelude::*;
use web_sys::{IdbDatabase, IdbTransaction};

/// Sends its requests within the upgrade's transaction, and awaits nothing.
type Migration = fn(&IdbDatabase, &IdbTransaction) -> Result<(), JsValue>;

/// The version each one leads to, in ascending order.
const MIGRATIONS: [(u32, Migration); 1] = [(100, v100_tables::migrate)];

/// The schema this build writes.
pub(super) const VERSION: u32 = MIGRATIONS[MIGRATIONS.len() - 1].0;

/// Whether builds of this major cannot open a database of `version`.
pub(super) fn is_too_new(version: u32) -> bool {
    version / 100 > VERSION / 100
}

/// Runs what is missing after version `from`; 0 is a new database.
pub(super) fn run(
    database: &IdbDatabase,
    transaction: &IdbTransaction,
    from: u32,
) -> Result<(), JsValue> {
    MIGRATIONS
        .iter()
        .filter(|(version, _)| *version > from)
        .try_for_each(|(_, migrate)| migrate(database, transaction))
}
