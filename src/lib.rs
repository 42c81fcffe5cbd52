#![doc = "stagebook: a contact's workflow, activities and audit log."]

pub mod ids;
pub mod json;
pub mod label;
pub mod sort;
pub mod time;
#[macro_use]
pub mod error;
pub mod definition;
pub mod command;
pub mod event;
pub mod project;
pub mod decide;
pub mod ledger;
#[macro_use]
pub mod store;
pub mod text;
pub mod engine;
#[cfg(target_arch = "wasm32")]
pub mod web;
