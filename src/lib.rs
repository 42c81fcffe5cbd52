//! stagebook: a contact's workflow, activities and audit log, for any CRM to embed.
//!
//! The map, in reading order; a module imports only from those above it.
//!
//! - [`sort`], [`map`], [`json`]: order, look-up, and JSON in and out.
//! - [`ids`], [`label`], [`time`], [`error`]: names, texts, moments and refusals as data.
//! - [`definition`]: workflow definitions, read, checked for every problem at once, compiled, drawn.
//! - [`command`]: everything a caller may ask. [`event`]: everything that can have happened, and its format.
//! - [`project`]: what a contact is, as a fold of its entries. [`decide`]: the rules; a state and a
//!   command give facts or a complete refusal.
//! - [`ledger`]: facts as canonical, salted, chained lines under a Merkle tree, and the check of them.
//! - [`sync`]: batches of those lines from device to device, and what a server permits of them.
//! - [`store`]: where bytes live, behind one trait with one set of contract tests.
//! - [`export`]: the log in formats that others read.
//! - [`text`]: the wording of all data, in English and Italian.
//! - [`engine`]: the only orchestration: load, decide, seal, commit, project, publish.
//! - `web` (WebAssembly only): the boundary to JavaScript, and IndexedDB.
//!
//! All above `engine` is pure: no clock, no randomness, no input or output. The world comes in
//! through [`engine::World`], which a host of another kind implements as well as a browser does.

pub mod sort;
pub mod map;
#[macro_use]
pub mod json;
pub mod ids;
pub mod label;
pub mod time;
#[macro_use]
pub mod error;
pub mod definition;
pub mod command;
pub mod event;
pub mod project;
pub mod decide;
pub mod ledger;
pub mod sync;
#[macro_use]
pub mod store;
pub mod export;
pub mod text;
pub mod engine;
#[cfg(target_arch = "wasm32")]
pub mod web;
