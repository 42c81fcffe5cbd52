//! The one live handle: an open book for one actor. Handles of one book share everything else.

use super::browser::sleep;
use super::convert::{failure, malformed, messages, plain, read, value};
use super::form::Findings;
use super::stores::AnyStore;
use super::tabs::Tabs;
use super::world::HostZone;
use crate::command::{Actor, User};
use crate::engine::{Change, Engine, Source};
use crate::error::{Error, Fault, Issue, IssueCode};
use crate::ids::{ContactId, is_id};
use crate::json::{self, Value};
use crate::label::Localized;
use crate::text::HostMessages;
use js_sys::{Function, Reflect};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// The host's function that is told of things, by name. It must not call back in.
pub(super) struct Hooks(Option<Function>);

impl Hooks {
    pub(super) fn new(hooks: &JsValue) -> Self {
        Self(Reflect::get(hooks, &"tell".into()).ok().and_then(|tell| tell.dyn_into().ok()))
    }

    fn tell(&self, event: &'static str, detail: Vec<(Cow<'_, str>, Value<'_>)>) {
        if let Some(hook) = &self.0 {
            // A host's listener that throws disturbs nobody.
            let detail = plain(&Value::Object(detail));
            let _ = hook.call2(&JsValue::UNDEFINED, &event.into(), &detail);
        }
    }
}

/// Which words the host asked for.
pub(super) struct Wordings {
    pub(super) locale: Option<String>,
    pub(super) messages: HostMessages,
}

record! {
    /// What may change while a book is open.
    #[derive(Default)]
    struct Changes {
        locale: Option<String> = "locale",
        messages: Option<HostMessages> = "messages",
        time_zone: Option<String> = "timeZone",
        users: Option<Option<Vec<User>>> = "users",
    }
}

/// What the handles of a book share.
pub(super) struct Inner {
    pub(super) engine: Engine<AnyStore>,
    pub(super) store: &'static str,
    pub(super) store_reason: Option<String>,
    zone: Rc<RefCell<Rc<HostZone>>>,
    wordings: RefCell<Wordings>,
    hooks: Hooks,
    tabs: RefCell<Option<Tabs>>,
    compacting: Cell<bool>,
    telling: Cell<bool>,
    pub(super) findings: RefCell<Findings>,
}

/// Time in which changes gather before other tabs are told: within the eye's patience, and a message
/// for each of many saves in a row would slow all of them.
const TELL_MS: u32 = 15;
/// Quiet time after a write before the tail is compacted.
const QUIET_MS: u32 = 500;
/// A tail shorter than this is not worth compacting.
const TAIL: usize = 64;

impl Inner {
    /// Connects an engine to its host and to other tabs.
    pub(super) fn wire(
        engine: Engine<AnyStore>,
        hooks: Hooks,
        (store, store_reason): (&'static str, Option<String>),
        zone: Rc<RefCell<Rc<HostZone>>>,
        wordings: Wordings,
    ) -> Rc<Self> {
        let book = Rc::new(Self {
            engine,
            store,
            store_reason,
            zone,
            wordings: RefCell::new(wordings),
            hooks,
            tabs: RefCell::default(),
            compacting: Cell::new(false),
            telling: Cell::new(false),
            findings: RefCell::default(),
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
        let here = change.source != Source::Tab;
        if here {
            self.tell_tabs_soon();
        }
        let contacts = change.contacts.iter().map(ContactId::as_str).map(text).collect();
        let contacts = Value::List(contacts);
        let source = text(match change.source {
            Source::Local => "local",
            Source::Tab => "tab",
            Source::Sync => "sync",
        });
        self.hooks.tell("change", vec![("contactIds".into(), contacts), ("source".into(), source)]);
        if here && self.store != "memory" && self.engine.tail() >= TAIL {
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
            sleep(TELL_MS).await;
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
            book.hooks.tell("closed", vec![("reason".into(), text(reason))]);
        });
    }

    pub(super) fn fail(&self, error: &Fault) -> JsValue {
        failure(error, &self.engine.messages())
    }
}

fn text(text: &str) -> Value<'_> {
    Value::Text(text.into())
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
    pub fn with_actor(&self, actor: &str) -> Result<Self, JsValue> {
        let actor: Actor = self.answer(value(actor).and_then(|actor| read(&actor)))?;
        if !is_id(actor.id.as_str()) {
            let issue = Issue::error("actor.id", IssueCode::Required, params! {});
            return Err(self.inner.fail(&Error::from(issue)));
        }
        Ok(Self::new(self.inner.clone(), actor))
    }

    /// Answers the call `name` of the contract, such as `contacts.save`, with JSON text. `args` is the
    /// JSON of its arguments.
    ///
    /// # Errors
    /// JSON of the contract's `StagebookError`.
    pub async fn call(&self, name: String, args: String) -> Result<Option<String>, JsValue> {
        self.answer(self.dispatch(&name, &args).await)
    }

    /// The same for calls that need no store.
    ///
    /// # Errors
    /// JSON of the contract's `StagebookError`.
    #[wasm_bindgen(js_name = ask)]
    pub fn answer_at_once(&self, name: &str, args: &str) -> Result<Option<String>, JsValue> {
        self.answer(self.at_once(name, args))
    }
}

impl Book {
    /// What never changes: JSON `{name, timeZone, locale, actor, store, storeReason?}`.
    pub(super) fn info(&self) -> String {
        shape! {
            struct Info<'a> {
                name: &'a str = "name",
                time_zone: &'a str = "timeZone",
                locale: &'a str = "locale",
                actor: &'a Actor = "actor",
                store: &'a str = "store",
                store_reason: Option<&'a str> = "storeReason",
            }
        }
        let messages = self.engine().messages();
        let info = Info {
            name: self.engine().name(),
            time_zone: &self.inner.zone.borrow().name.clone(),
            locale: messages.locale(),
            actor: &self.actor,
            store: self.inner.store,
            store_reason: self.inner.store_reason.as_deref(),
        };
        crate::json::text(&info)
    }

    /// The contract's `configure`; gives what [`Book::info`] now does.
    pub(super) fn configure(&self, changes: &Value<'_>) -> Result<String, Error> {
        let changes: Changes = read(changes)?;
        let zone = changes.time_zone.as_deref().map(|name| HostZone::new(Some(name)));
        let people = changes.users.iter().flatten().flatten();
        let wrong = [
            (matches!(zone, Some(None)), "timeZone"),
            (!people.clone().all(|user| is_id(user.id.as_str())), "users"),
        ];
        let wrong = wrong.into_iter().filter(|(wrong, _)| *wrong);
        let issue = |(_, path)| Issue::error(path, IssueCode::NotAllowed, params! {});
        let issues: Vec<Issue> = wrong.map(issue).collect();
        if !issues.is_empty() {
            return Err(Fault::Invalid(issues).into());
        }
        if let Some(zone) = zone.flatten() {
            *self.inner.zone.borrow_mut() = Rc::new(zone);
        }
        let mut wordings = self.inner.wordings.borrow_mut();
        wordings.locale = changes.locale.or(wordings.locale.take());
        if let Some(given) = changes.messages {
            wordings.messages = given;
        }
        let wording = messages(wordings.locale.as_deref(), &wordings.messages);
        self.engine().configure(Some(wording), changes.users);
        Ok(self.info())
    }

    /// A label in the book's locale.
    pub(super) fn text(&self, label: &Value<'_>) -> Result<String, Error> {
        if label.is_null() {
            return Ok(String::new());
        }
        let label: Localized = json::from_value(label).map_err(malformed)?;
        Ok(self.engine().messages().label(&label).to_owned())
    }

    /// Waits for pending writes, then lets go of everything.
    pub(super) async fn close(&self) {
        self.engine().close().await;
        self.inner.leave_tabs();
    }
}
