//! The boundary to JavaScript: it converts in, calls, converts out, and decides nothing. One file
//! a concept. The one live handle is [`Book`]; all else crosses as plain data, and what comes out
//! is JSON text.

mod activities;
mod audit;
mod book;
mod browser;
mod call;
mod contacts;
mod convert;
mod deleting;
mod form;
pub mod indexed_db;
pub mod local_storage;
mod opening;
mod playing;
mod server;
mod stores;
mod sync;
mod tabs;
mod workflow;
mod world;

pub use audit::{LedgerCheck, verify_proof};
pub use book::Book;
pub use deleting::delete_book;
pub use form::form;
pub use opening::open_book;
pub use playing::{Played, open_trial};
pub use server::{PushedBatch, ServerBook};
pub use workflow::simulate;

use wasm_bindgen::prelude::*;

record! {
    #[derive(Default)]
    struct CheckOptions {
        locale: Option<String> = "locale",
        messages: crate::text::HostMessages = "messages" or default,
    }
}

/// The problems of a definition, as JSON of the contract's `DefinitionIssue[]`.
///
/// # Errors
/// Options that can't be read.
#[wasm_bindgen(js_name = checkDefinition)]
pub fn check_definition(definition: &str, options: &str) -> Result<String, JsValue> {
    let options =
        convert::value(options).and_then(|options| convert::read::<CheckOptions>(&options));
    let options = options
        .map_err(|error| convert::failure(&error, &convert::messages(None, &Default::default())))?;
    let messages = convert::messages(options.locale.as_deref(), &options.messages);
    let value = convert::value(definition).unwrap_or(crate::json::Value::Null);
    let issues = crate::definition::check(&value);
    Ok(crate::engine::view::definition_issues(&issues, &messages))
}
