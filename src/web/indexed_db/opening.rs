//! Opening a database: whether there is IndexedDB at all, which schema is there, which is wanted, and
//! who is in the way. It never waits without end.

use super::migrations;
use super::request::error_of;
use crate::error::StoreError;
use crate::web::browser::{Signal, name_of, sleep, text_of};
use futures_util::future::{Either, select};
use js_sys::Reflect;
use std::cell::Cell;
use std::pin::pin;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Event, IdbDatabase, IdbFactory, IdbOpenDbRequest, IdbVersionChangeEvent};

/// How long another tab has to let go of an older schema.
const BLOCKED_MS: u32 = 3_000;

/// What to do about a database that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// Make it.
    Create,
    /// Fail: it was there, and an empty one in its place would hide the loss.
    Refuse,
}

pub(super) async fn open(name: &str, missing: Missing) -> Result<IdbDatabase, StoreError> {
    let factory = factory()?;
    let database = match attempt(&factory, name, Some(migrations::VERSION), missing).await? {
        Some(database) => database,
        // A newer build was here. What only its minor added does not keep this one out.
        None => attempt(&factory, name, None, Missing::Refuse).await?.ok_or(StoreError::TooNew)?,
    };
    if migrations::is_too_new(version_of(database.version())) {
        database.close();
        return Err(StoreError::TooNew);
    }
    Ok(database)
}

fn factory() -> Result<IdbFactory, StoreError> {
    match Reflect::get(&js_sys::global(), &"indexedDB".into()) {
        Ok(factory) if factory.is_truthy() => Ok(factory.unchecked_into()),
        Ok(_) => Err(StoreError::Unavailable("there is no indexedDB here".to_owned())),
        Err(thrown) => Err(StoreError::Unavailable(text_of(&thrown))),
    }
}

/// What an attempt to open has come to.
enum Progress {
    /// Another connection holds an older schema.
    Blocked,
    /// Nobody is in the way.
    Upgrading,
    Opened,
    /// With the reason, if it is this side that refused.
    Failed(Option<StoreError>),
}

/// Opens `version`, or what is there; none if what is there is newer.
async fn attempt(
    factory: &IdbFactory,
    name: &str,
    version: Option<u32>,
    missing: Missing,
) -> Result<Option<IdbDatabase>, StoreError> {
    let request = match version {
        Some(version) => factory.open_with_u32(name, version),
        None => factory.open(name),
    };
    let request = request.map_err(|thrown| refusal(&thrown))?;
    let (progress, given_up) = (Signal::default(), Rc::new(Cell::new(false)));
    // Left to the garbage collector: a blocked request answers after it was given up.
    let handler =
        Closure::<dyn FnMut(Event)>::new(listen(missing, progress.clone(), Rc::clone(&given_up)));
    let handler = handler.into_js_value();
    let function = Some(handler.unchecked_ref());
    request.set_onblocked(function);
    request.set_onupgradeneeded(function);
    request.set_onsuccess(function);
    request.set_onerror(function);

    match end(&progress).await {
        Some(Ok(())) => Ok(request.result().ok().map(JsCast::unchecked_into)),
        Some(Err(Some(reason))) => Err(reason),
        Some(Err(None)) => match error_of(&request).unwrap_or_default() {
            error if name_of(&error) == "VersionError" => Ok(None),
            error => Err(refusal(&error)),
        },
        None => {
            given_up.set(true);
            Err(StoreError::BlockedUpgrade)
        }
    }
}

/// Deletes a database; one that is not there is no error.
pub(super) async fn delete(name: &str) -> Result<(), StoreError> {
    let request = factory()?.delete_database(name).map_err(|thrown| refusal(&thrown))?;
    let progress = Signal::default();
    let heard = listen(Missing::Create, progress.clone(), Rc::default());
    let handler = Closure::<dyn FnMut(Event)>::new(heard).into_js_value();
    let function = Some(handler.unchecked_ref());
    request.set_onblocked(function);
    request.set_onsuccess(function);
    request.set_onerror(function);
    match end(&progress).await {
        Some(Ok(())) => Ok(()),
        Some(Err(_)) => Err(refusal(&error_of(&request).unwrap_or_default())),
        None => Err(StoreError::BlockedUpgrade),
    }
}

/// Waits for success or failure; none if others stay in the way for too long.
async fn end(progress: &Signal<Progress>) -> Option<Result<(), Option<StoreError>>> {
    let mut now = progress.heard().await;
    if let Progress::Blocked = now {
        match select(pin!(progress.heard()), pin!(sleep(BLOCKED_MS))).await {
            Either::Left((next, _)) => now = next,
            Either::Right(_) => return None,
        }
    }
    loop {
        match now {
            Progress::Opened => return Some(Ok(())),
            Progress::Failed(reason) => return Some(Err(reason)),
            Progress::Blocked | Progress::Upgrading => now = progress.heard().await,
        }
    }
}

fn listen(
    missing: Missing,
    progress: Signal<Progress>,
    given_up: Rc<Cell<bool>>,
) -> impl FnMut(Event) {
    let mut reason = None;
    move |event| {
        let Some(target) = event.target() else { return };
        // Not captured: the handler would keep the request, and the request the handler, for good.
        let request: IdbOpenDbRequest = target.unchecked_into();
        match event.type_().as_str() {
            "blocked" => progress.set(Progress::Blocked),
            "upgradeneeded" => {
                reason = upgrade(&request, event.unchecked_ref(), missing).err();
                progress.set(Progress::Upgrading);
            }
            "success" if given_up.get() => close(&request),
            "success" => progress.set(Progress::Opened),
            _ => {
                event.prevent_default();
                progress.set(Progress::Failed(reason.take()));
            }
        }
    }
}

/// Migrates, or aborts and says why.
fn upgrade(
    request: &IdbOpenDbRequest,
    event: &IdbVersionChangeEvent,
    missing: Missing,
) -> Result<(), StoreError> {
    let Some(transaction) = request.transaction() else { return Ok(()) };
    let from = version_of(event.old_version());
    let migrated = match request.result() {
        _ if from == 0 && missing == Missing::Refuse => {
            Err(StoreError::Failed("the database is gone".to_owned()))
        }
        Ok(database) => migrations::run(database.unchecked_ref(), &transaction, from)
            .map_err(|thrown| refusal(&thrown)),
        Err(thrown) => Err(refusal(&thrown)),
    };
    if migrated.is_err() {
        let _ = transaction.abort();
    }
    migrated
}

fn close(request: &IdbOpenDbRequest) {
    if let Ok(database) = request.result() {
        database.unchecked_ref::<IdbDatabase>().close();
    }
}

fn refusal(error: &JsValue) -> StoreError {
    match name_of(error).as_str() {
        "QuotaExceededError" => StoreError::Quota,
        // A denied origin, a sandboxed frame, a private window that may not write.
        "SecurityError" | "InvalidStateError" | "NotAllowedError" => {
            StoreError::Unavailable(text_of(error))
        }
        _ => StoreError::Failed(text_of(error)),
    }
}

/// Versions are whole and small.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn version_of(number: f64) -> u32 {
    number as u32
}
