//! From IndexedDB's events to Rust's futures, without a promise in between. It knows requests,
//! transactions and errors, nothing of tables or commits.

use crate::error::StoreError;
use crate::web::browser::{Signal, name_of, text_of};
use js_sys::Function;
use std::cell::{Cell, RefCell};
use std::mem;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{IdbRequest, IdbTransaction};

/// Why an operation did not happen.
#[derive(Debug)]
pub(super) enum Failure {
    /// The connection is gone, or may be: another one could do it.
    Lost(String),
    /// Trying again is of no use.
    Store(StoreError),
}

impl From<JsValue> for Failure {
    fn from(error: JsValue) -> Self {
        match name_of(&error).as_str() {
            "QuotaExceededError" => Self::Store(StoreError::Quota),
            // What `transaction()` says on a closed connection, what Safari says of one that its
            // server dropped, and what a transaction says that ends with its connection.
            "InvalidStateError" | "UnknownError" | "AbortError" => Self::Lost(text_of(&error)),
            _ => Self::Store(StoreError::Failed(text_of(&error))),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Lost(text) => Self::Failed(text),
            Failure::Store(error) => error,
        }
    }
}

/// The error of a request, if it has failed.
pub(super) fn error_of(request: &IdbRequest) -> Option<JsValue> {
    request.error().map_or_else(Some, |error| error.map(JsValue::from))
}

/// Two handlers: for the event that is hoped for, and for the other one.
struct Ear {
    went_well: Signal<bool>,
    good: Closure<dyn FnMut()>,
    bad: Closure<dyn FnMut()>,
}

impl Ear {
    fn new() -> Self {
        let went_well = Signal::default();
        let (good, bad) = (went_well.clone(), went_well.clone());
        Self {
            went_well,
            good: Closure::new(move || good.set(true)),
            bad: Closure::new(move || bad.set(false)),
        }
    }
}

/// Ears that nobody uses at the moment: making a closure costs several times what calling one does.
#[derive(Default)]
pub(super) struct Ears(RefCell<Vec<Rc<Ear>>>);

impl Ears {
    /// Listens to a request; a cursor's answers more than once.
    pub(super) fn on_request(&self, request: &IdbRequest) -> Listening<'_> {
        let listening = self.lend();
        request.set_onsuccess(Some(function(&listening.ear.good)));
        request.set_onerror(Some(function(&listening.ear.bad)));
        listening
    }

    /// Listens to the end of a transaction.
    pub(super) fn on_transaction(&self, transaction: &IdbTransaction) -> Listening<'_> {
        let listening = self.lend();
        transaction.set_oncomplete(Some(function(&listening.ear.good)));
        transaction.set_onabort(Some(function(&listening.ear.bad)));
        listening
    }

    fn lend(&self) -> Listening<'_> {
        let ear = self.0.borrow_mut().pop().unwrap_or_else(|| Rc::new(Ear::new()));
        Listening { ear, is_owed: Cell::new(true), ears: self }
    }
}

/// An ear in use.
pub(super) struct Listening<'a> {
    ear: Rc<Ear>,
    /// Whether an event is still to come.
    is_owed: Cell<bool>,
    ears: &'a Ears,
}

impl Listening<'_> {
    /// Whether the next event is the one that is hoped for.
    pub(super) async fn went_well(&self) -> bool {
        self.is_owed.set(true);
        let went_well = self.ear.went_well.heard().await;
        self.is_owed.set(false);
        went_well
    }

    /// The request's result, or its error.
    pub(super) async fn answer(&self, request: &IdbRequest) -> Result<JsValue, Failure> {
        if self.went_well().await {
            return Ok(request.result()?);
        }
        Err(error_of(request).unwrap_or_default().into())
    }
}

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        let ear = Rc::clone(&self.ear);
        if self.is_owed.get() {
            // Given up halfway. The event will come all the same: it must neither find the handlers
            // dead nor wake whoever has them next.
            mem::forget(ear);
        } else {
            self.ears.0.borrow_mut().push(ear);
        }
    }
}

fn function(handler: &Closure<dyn FnMut()>) -> &Function {
    handler.as_ref().unchecked_ref()
}
