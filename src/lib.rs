#![doc = "stagebook: a contact's workflow, activities and audit log."]

pub mod ids;
pub mod json;
pub mod label;
pub mod sort;
pub mod time;
#[macro_use]
pub mod error;
pub mod command;
pub mod decide;
pub mod definition;
pub mod event;
pub mod ledger;
pub mod project;
#[macro_use]
pub mod store;
pub mod engine;
pub mod text;
#[cfg(target_arch = "wasm32")]
pub mod web;
