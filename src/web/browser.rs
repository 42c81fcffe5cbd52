//! What the stores share of the browser: its exceptions, and waiting for it without a promise in
//! between. It knows no store.

use js_sys::{Function, Reflect};
use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// In windows, workers and elsewhere alike.
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(handler: &Function, milliseconds: u32) -> JsValue;
}

/// `ConstraintError` and the like; empty for what is no exception.
pub(super) fn name_of(error: &JsValue) -> String {
    Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string()).unwrap_or_default()
}

/// Name and message of an exception.
pub(super) fn text_of(error: &JsValue) -> String {
    let message = Reflect::get(error, &"message".into()).ok().and_then(|text| text.as_string());
    format!("{}: {}", name_of(error), message.unwrap_or_default())
}

/// What a handler heard last, for one future that waits for it.
#[derive(Debug)]
pub(super) struct Signal<T>(Rc<RefCell<(Option<T>, Option<Waker>)>>);

impl<T> Default for Signal<T> {
    fn default() -> Self {
        Self(Rc::new(RefCell::new((None, None))))
    }
}

impl<T> Clone for Signal<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T> Signal<T> {
    pub(super) fn set(&self, heard: T) {
        let waker = {
            let mut state = self.0.borrow_mut();
            state.0 = Some(heard);
            state.1.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    pub(super) async fn heard(&self) -> T {
        poll_fn(|context| {
            let mut state = self.0.borrow_mut();
            match state.0.take() {
                Some(heard) => Poll::Ready(heard),
                None => {
                    state.1 = Some(context.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }
}

/// Waits.
pub(super) async fn sleep(milliseconds: u32) {
    let over = Signal::default();
    let signal = over.clone();
    set_timeout(Closure::once_into_js(move || signal.set(())).unchecked_ref(), milliseconds);
    over.heard().await;
}

/// The operations of a handle that are under way, which `close` waits for.
#[derive(Default)]
pub(super) struct UnderWay(Cell<u32>, RefCell<Vec<Waker>>);

impl UnderWay {
    /// Counts an operation until the answer is dropped.
    pub(super) fn begin(&self) -> Work<'_> {
        self.0.set(self.0.get() + 1);
        Work(self)
    }

    /// Waits until none is under way.
    pub(super) async fn ended(&self) {
        poll_fn(|context| {
            if self.0.get() == 0 {
                return Poll::Ready(());
            }
            self.1.borrow_mut().push(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

/// An operation under way.
pub(super) struct Work<'a>(&'a UnderWay);

impl Drop for Work<'_> {
    fn drop(&mut self) {
        let left = self.0.0.get() - 1;
        self.0.0.set(left);
        if left == 0 {
            self.0.1.take().into_iter().for_each(Waker::wake);
        }
    }
}
