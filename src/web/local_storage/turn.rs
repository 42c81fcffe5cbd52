//! Whose turn it is to write. Nothing here reads or writes what a book holds.
//!
//! With Web Locks a writer holds the book's lock. The lock alone would not do: what one process wrote
//! reaches another's localStorage a little after the lock does (seen in Chromium: 39 of 1 000 counts
//! lost). So whoever has written goes on holding a second lock, whose name tells the last commit that
//! it knows to be applied, and the next one waits until it sees that commit applied: its end is what
//! was written last.
//!
//! Without Web Locks (an insecure origin, an old browser) one page at a time has a lease, kept with
//! the book and good for some seconds after its last commit; every other page only reads. It rests on
//! clocks that agree within a second and on writes that arrive within the pause of `TAKING_MS`. A page
//! that stops for good in the middle of applying a commit leaves readers waiting for its lease's end.

use super::area::Area;
use super::index::{FORMAT, Index, commit, is_redo};
use crate::error::StoreError;
use crate::web::browser::{Signal, sleep, text_of};
use futures_util::future::{Either, select};
use js_sys::{Array, Date, Function, Promise, Reflect};
use std::cell::OnceCell;
use std::pin::pin;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Holds `<page> <milliseconds until which the lease is good>`.
const LEASE: &str = "lease";
const LEASE_MS: u64 = 10_000;
/// How long after its end a lease is still left alone.
const LENIENCY_MS: u64 = 1_000;
/// How long whoever takes the lease waits to see whether somebody else took it as well.
const TAKING_MS: u32 = 200;

/// How often, and how long each time, what another tab wrote is waited for.
const LOOKS: u32 = 400;
const LOOK_MS: u32 = 5;

#[wasm_bindgen]
extern "C" {
    /// `LockManager`.
    type Locks;

    #[wasm_bindgen(method, catch)]
    fn request(this: &Locks, name: &str, granted: &Function) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn query(this: &Locks) -> Result<Promise, JsValue>;

    type Snapshot;

    #[wasm_bindgen(method, getter)]
    fn held(this: &Snapshot) -> Array;

    type LockInfo;

    #[wasm_bindgen(method, getter)]
    fn name(this: &LockInfo) -> String;
}

/// A lock that is held, or asked for, until this is dropped.
pub(super) struct Hold(Function);

impl Drop for Hold {
    fn drop(&mut self) {
        // What resolves a promise does not throw.
        let _ = self.0.call0(&JsValue::UNDEFINED);
    }
}

/// The right to write, until it is dropped. With a lease: until something is awaited.
pub(super) struct Turn {
    locks: Option<(Locks, Hold)>,
}

impl Turn {
    /// Waits for it. Then all that was committed before can be seen.
    pub(super) async fn wait(area: &Area) -> Result<Self, StoreError> {
        let Some(locks) = locks() else {
            lease(area).await?;
            return Ok(Self { locks: None });
        };
        let (hold, granted, ended) = ask(&locks, &area.name("lock"))?;
        match select(pin!(granted.heard()), pin!(ended)).await {
            Either::Left(_) => {}
            Either::Right((ended, _)) => return Err(refusal(&ended.err().unwrap_or_default())),
        }
        if !has_arrived(&locks, area).await? {
            let late = "what another tab wrote does not arrive".to_owned();
            return Err(StoreError::Failed(late));
        }
        Ok(Self { locks: Some((locks, hold)) })
    }

    /// Ends it after something was written. Until the answer is dropped, others know that the commit of
    /// that number is applied.
    pub(super) fn end(self, area: &Area, format: &str, number: u64) -> Option<Hold> {
        let (locks, _hold) = self.locks.as_ref()?;
        // Asked for before the book's lock is let go, it is granted before the next one gets that.
        let asked = ask(locks, &area.name(&format!("at/{format}/{number}")));
        asked.ok().map(|(hold, ..)| hold)
    }
}

/// Waits until what other tabs committed can be seen, but not for long.
pub(super) async fn catch_up(area: &Area) -> Result<(), StoreError> {
    if let Some(locks) = locks() {
        has_arrived(&locks, area).await?;
    }
    Ok(())
}

/// Gives up a lease.
pub(super) fn leave(area: &Area) {
    if locks().is_none()
        && let Ok(Some(lease)) = area.get(LEASE)
        && lease.split_once(' ').is_some_and(|(page, _)| page == this_page())
    {
        // It ends by itself in a while.
        let _ = area.remove(LEASE);
    }
}

fn locks() -> Option<Locks> {
    let locks = Reflect::get(&web_sys::window()?.navigator(), &"locks".into()).ok()?;
    locks.is_object().then(|| locks.unchecked_into())
}

/// Asks for a lock: it is held once the signal is heard, and refused if the future is ready before.
fn ask(locks: &Locks, name: &str) -> Result<(Hold, Signal<()>, JsFuture), StoreError> {
    let mut release = JsValue::UNDEFINED;
    let until = Promise::new(&mut |resolve, _| release = resolve.into());
    let granted = Signal::default();
    let signal = granted.clone();
    let callback = Closure::once_into_js(move || {
        signal.set(());
        JsValue::from(until)
    });
    let hold = Hold(release.unchecked_into());
    let ended = locks.request(name, callback.unchecked_ref()).map_err(|thrown| refusal(&thrown))?;
    Ok((hold, granted, JsFuture::from(ended)))
}

fn refusal(thrown: &JsValue) -> StoreError {
    StoreError::Failed(text_of(thrown))
}

/// Waits until the last commit that another tab still tells of can be seen here. False if that takes
/// too long: then either the storage was emptied, or it does not work as it should.
async fn has_arrived(locks: &Locks, area: &Area) -> Result<bool, StoreError> {
    let held = locks.query().map_err(|thrown| refusal(&thrown))?;
    let held = JsFuture::from(held).await.map_err(|thrown| refusal(&thrown))?;
    let held = held.unchecked_ref::<Snapshot>().held();
    for _ in 0..LOOKS {
        // The first commit of a book brings its format; before that is seen, any may be of this book.
        let format = area.get(FORMAT)?;
        let prefix = area.name(&format!("at/{}", format.as_deref().unwrap_or_default()));
        let mut last = 0;
        for lock in held.iter() {
            let name = lock.unchecked_ref::<LockInfo>().name();
            let number = name.strip_prefix(&prefix).and_then(|rest| rest.rsplit_once('/'));
            last = last.max(number.and_then(|(_, number)| number.parse().ok()).unwrap_or(0));
        }
        if last == 0 || is_applied(area, last)? {
            return Ok(true);
        }
        sleep(LOOK_MS).await;
    }
    // Locks of a book that was deleted since tell nothing of the one to come.
    Ok(area.get(FORMAT)?.is_none())
}

/// Whether a commit can be seen, and seen applied. It can be gone only after a later one has come.
fn is_applied(area: &Area, number: u64) -> Result<bool, StoreError> {
    Ok(match area.text(&commit(number))? {
        Some(text) => !is_redo(&text),
        None => Index::read(area)?.last > number,
    })
}

/// Has or takes the lease.
async fn lease(area: &Area) -> Result<(), StoreError> {
    let now = now();
    let held = area.get(LEASE)?;
    let (page, until) = held.as_deref().and_then(|held| held.split_once(' ')).unwrap_or_default();
    let until: u64 = until.parse().unwrap_or(0);
    let is_ours = page == this_page() && until > now;
    if !is_ours && until.saturating_add(LENIENCY_MS) > now && until <= now + LEASE_MS {
        return Err(read_only());
    }
    if !is_ours || until < now + LEASE_MS / 2 {
        area.set(LEASE, &format!("{} {}", this_page(), now + LEASE_MS))?;
    }
    if !is_ours {
        sleep(TAKING_MS).await;
        let held = area.get(LEASE)?;
        if held.is_none_or(|held| held.split(' ').next() != Some(&this_page())) {
            return Err(read_only());
        }
    }
    Ok(())
}

/// Milliseconds of this page's clock, which is after 1970.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn now() -> u64 {
    Date::now() as u64
}

fn read_only() -> StoreError {
    let why = "another tab writes to this book, and without Web Locks only one may: close it, or \
               wait until it has been idle for some seconds";
    StoreError::Failed(why.to_owned())
}

/// A random word for this page.
fn this_page() -> String {
    thread_local!(static PAGE: OnceCell<String> = const { OnceCell::new() });
    PAGE.with(|page| page.get_or_init(random_word).clone())
}

/// A word that nobody else has.
pub(super) fn random_word() -> String {
    let mut bytes = [0; 8];
    // Opening a book has asked whether there is randomness.
    let _ = getrandom::fill(&mut bytes);
    u64::from_le_bytes(bytes).to_string()
}
