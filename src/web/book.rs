//! The one live handle: an open book for one actor. Handles of one book share everything else.

use super::browser::sleep;
use super::convert::{failure, read};
use super::stores::AnyStore;
use super::tabs::Tabs;
use crate::command::{Actor, Command, CommandOptions};
use crate::engine::{Change, Engine, Source, Written};
use crate::error::{Error, Issue, IssueCode};
use crate::ids::is_id;
use crate::label::Localized;
use js_sys::{Function, Reflect};
use serde::Serialize;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// The host's functions that are told of things. None of them may call back in.
pub(super) struct Hooks {
    change: Option<Function>,
    closed: Option<Function>,
}

impl Hooks {
    pub(super) fn new(hooks: &JsValue) -> Self {
        let hook = |name: &str| Reflect::get(hooks, &name.into()).ok()?.dyn_into().ok();
        Self { change: hook("change"), closed: hook("closed") }
    }

    fn call(hook: Option<&Function>, detail: &str) {
        if let Some(hook) = hook {
            // A host's listener that throws disturbs nobody.
            let _ = hook.call1(&JsValue::UNDEFINED, &detail.into());
        }
    }
}

/// What the handles of a book share.
pub(super) struct Inner {
    pub(super) engine: Engine<AnyStore>,
    pub(super) store: &'static str,
    pub(super) store_reason: Option<String>,
    pub(super) time_zone: String,
    hooks: Hooks,
    tabs: RefCell<Option<Tabs>>,
    compacting: Cell<bool>,
    telling: Cell<bool>,
}

/// Quiet time after a write before the tail is compacted.
const QUIET_MS: u32 = 500;
/// A tail shorter than this is not worth compacting.
const TAIL: usize = 64;

impl Inner {
    /// Connects an engine to its host and to other tabs.
    pub(super) fn wire(
        engine: Engine<AnyStore>,
        hooks: Hooks,
        store: &'static str,
        store_reason: Option<String>,
        time_zone: String,
    ) -> Rc<Self> {
        let book = Rc::new(Self {
            engine,
            store,
            store_reason,
            time_zone,
            hooks,
            tabs: RefCell::default(),
            compacting: Cell::new(false),
            telling: Cell::new(false),
        });
        let weak = Rc::downgrade(&book);
        if store != "memory" {
            *book.tabs.borrow_mut() = Tabs::join(book.engine.name(), heard(weak.clone()));
        }
        book.engine.on_change(Rc::new(move |change| {
            if let Some(book) = weak.upgrade() {
                book.changed(change);
            }
        }));
        book
    }

    fn changed(self: &Rc<Self>, change: &Change) {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Detail<'a> {
            contact_ids: &'a [crate::ids::ContactId],
            source: &'static str,
        }
        let local = change.source == Source::Local;
        if local {
            self.tell_tabs_soon();
        }
        let source = if local { "local" } else { "tab" };
        let detail = Detail { contact_ids: &change.contacts, source };
        Hooks::call(self.hooks.change.as_ref(), &crate::json::text(&detail));
        if local && self.store != "memory" && self.engine.tail() >= TAIL {
            self.compact_when_quiet();
        }
    }

    /// Other tabs are told after the writer is answered, once for a burst: posting takes longer
    /// than deciding and sealing.
    fn tell_tabs_soon(self: &Rc<Self>) {
        if self.tabs.borrow().is_none() || self.telling.replace(true) {
            return;
        }
        let book = self.clone();
        spawn_local(async move {
            sleep(0).await;
            book.tell_tabs();
        });
    }

    /// Tells other tabs now what they were not told yet.
    fn tell_tabs(&self) {
        if let (true, Some(tabs)) = (self.telling.take(), self.tabs.borrow().as_ref()) {
            tabs.tell();
        }
    }

    /// Leaves the channel to other tabs.
    fn leave_tabs(&self) {
        self.tell_tabs();
        self.tabs.borrow_mut().take();
    }

    fn compact_when_quiet(self: &Rc<Self>) {
        if self.compacting.replace(true) {
            return;
        }
        let book = Rc::downgrade(self);
        spawn_local(async move {
            let mut before = usize::MAX;
            loop {
                sleep(QUIET_MS).await;
                let Some(book) = book.upgrade() else { return };
                let tail = book.engine.tail();
                if tail != before && tail > 0 {
                    before = tail;
                    continue;
                }
                book.compacting.set(false);
                // A compaction that fails is tried again after the next write; nothing depends on it.
                let _ = book.engine.compact().await;
                return;
            }
        });
    }

    /// Ends the book, since its database has to be let go.
    pub(super) fn lose(self: &Rc<Self>, reason: &'static str) {
        let book = self.clone();
        spawn_local(async move {
            book.engine.close().await;
            book.leave_tabs();
            Hooks::call(book.hooks.closed.as_ref(), reason);
        });
    }

    pub(super) fn fail(&self, error: &Error) -> JsValue {
        failure(error, &self.engine.messages())
    }
}

/// What to do when another tab tells of a change.
fn heard(book: Weak<Inner>) -> impl Fn() + 'static {
    move || {
        let Some(book) = book.upgrade() else { return };
        // What can't be read now is read before the next write.
        spawn_local(async move { drop(book.engine.refresh().await) });
    }
}

/// An open book for one actor.
#[wasm_bindgen]
pub struct Book {
    pub(super) inner: Rc<Inner>,
    pub(super) actor: Rc<Actor>,
}

impl Book {
    pub(super) fn new(inner: Rc<Inner>, actor: Actor) -> Self {
        Self { inner, actor: Rc::new(actor) }
    }

    pub(super) fn engine(&self) -> &Engine<AnyStore> {
        &self.inner.engine
    }

    /// Runs a command, and words what it wrote.
    pub(super) async fn run<T>(
        &self,
        command: Result<Command, Error>,
        options: JsValue,
        view: impl FnOnce(&Self, Written) -> T,
    ) -> Result<T, JsValue> {
        let run = async {
            let options: CommandOptions = read(options)?;
            self.engine().run(&self.actor, command?, options).await
        };
        match run.await {
            Ok(written) => Ok(view(self, written)),
            Err(error) => Err(self.inner.fail(&error)),
        }
    }

    /// Words the outcome of a question.
    pub(super) fn answer<T>(&self, result: Result<T, Error>) -> Result<T, JsValue> {
        result.map_err(|error| self.inner.fail(&error))
    }
}

#[wasm_bindgen]
impl Book {
    /// The same book for another actor.
    ///
    /// # Errors
    /// An actor without an id.
    #[wasm_bindgen(js_name = as)]
    pub fn with_actor(&self, actor: JsValue) -> Result<Self, JsValue> {
        let actor: Actor = self.answer(read(actor))?;
        if !is_id(actor.id.as_str()) {
            let issue = Issue::error("actor.id", IssueCode::Required, params! {});
            return Err(self.inner.fail(&issue.into()));
        }
        Ok(Self::new(self.inner.clone(), actor))
    }

    /// What never changes: JSON `{name, timeZone, locale, actor, store, storeReason?}`.
    pub fn info(&self) -> String {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Info<'a> {
            name: &'a str,
            time_zone: &'a str,
            locale: &'a str,
            actor: &'a Actor,
            store: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            store_reason: Option<&'a str>,
        }
        let messages = self.engine().messages();
        let info = Info {
            name: self.engine().name(),
            time_zone: &self.inner.time_zone,
            locale: messages.locale(),
            actor: &self.actor,
            store: self.inner.store,
            store_reason: self.inner.store_reason.as_deref(),
        };
        crate::json::text(&info)
    }

    /// A label in the book's locale.
    ///
    /// # Errors
    /// What is no label.
    pub fn text(&self, label: JsValue) -> Result<String, JsValue> {
        let label: Option<Localized> = self.answer(read(label))?;
        Ok(label.map(|label| self.engine().messages().label(&label).to_owned()).unwrap_or_default())
    }

    /// Reads what other writers committed.
    ///
    /// # Errors
    /// What the store says.
    pub async fn refresh(&self) -> Result<(), JsValue> {
        self.answer(self.engine().refresh().await)
    }

    /// Waits for pending writes, then lets go of everything.
    ///
    /// # Errors
    /// None so far.
    pub async fn close(&self) -> Result<(), JsValue> {
        self.engine().close().await;
        self.inner.leave_tabs();
        Ok(())
    }
}
