//! The world as the host gives it: its clock, its randomness, its time zones.

use super::browser::Signal;
use crate::engine::World;
use crate::map::Map;
use crate::time::{Instant, Zone};
use futures_util::future::LocalBoxFuture;
use js_sys::{Array, Function, Object, Reflect};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The host's clock; what it gives is a number.
    type Clock;
    #[wasm_bindgen(method, catch, js_name = call)]
    fn millis(this: &Clock) -> Result<f64, JsValue>;
}

/// Clock, randomness and zones of one book.
pub(super) struct HostWorld {
    clock: Option<Clock>,
    /// The host's function that calls back in a task of its own.
    turn: Option<Function>,
    zone: Rc<RefCell<Rc<HostZone>>>,
    /// Zones of users who live elsewhere.
    others: RefCell<Map<String, Option<Rc<HostZone>>>>,
}

impl HostWorld {
    /// `zone` may be exchanged while the book is open.
    pub(super) fn new(
        clock: Option<Function>,
        turn: Option<Function>,
        zone: Rc<RefCell<Rc<HostZone>>>,
    ) -> Self {
        Self { clock: clock.map(JsCast::unchecked_into), turn, zone, others: RefCell::default() }
    }
}

impl World for HostWorld {
    fn now(&self) -> Instant {
        let told = self.clock.as_ref().and_then(|clock| clock.millis().ok());
        let millis = told.filter(|millis| millis.is_finite());
        #[allow(clippy::cast_possible_truncation)]
        Instant::from_millis(millis.unwrap_or_else(js_sys::Date::now) as i64)
    }

    fn random(&self, bytes: &mut [u8]) {
        // `HostWorld::is_random` asked before the book was opened.
        let _ = getrandom::fill(bytes);
    }

    fn lower(&self, text: &str) -> String {
        js_sys::JsString::from(text).to_lower_case().into()
    }

    fn zone(&self, name: &str) -> Option<Rc<dyn Zone>> {
        let known = self.others.borrow().get(name).cloned();
        let zone = known.unwrap_or_else(|| {
            let zone = HostZone::new(Some(name)).map(Rc::new);
            self.others.borrow_mut().insert(name.to_owned(), zone.clone());
            zone
        });
        zone.map(|zone| zone as Rc<dyn Zone>)
    }

    fn turn(&self) -> LocalBoxFuture<'static, ()> {
        let turn = self.turn.clone();
        Box::pin(async move {
            let over = Signal::default();
            let signal = over.clone();
            let resume = Closure::once_into_js(move || signal.set(()));
            if turn.is_some_and(|turn| turn.call1(&JsValue::UNDEFINED, &resume).is_ok()) {
                over.heard().await;
            }
        })
    }
}

/// Whether the host has randomness fit for secrets.
pub(super) fn is_random() -> bool {
    getrandom::fill(&mut [0; 1]).is_ok()
}

impl Zone for HostWorld {
    fn offset_seconds(&self, at: Instant) -> i32 {
        self.zone.borrow().offset_seconds(at)
    }
}

/// An IANA zone by the host's own tables.
pub(super) struct HostZone {
    pub(super) name: String,
    /// None of UTC, which needs no tables.
    format: Option<Function>,
    offsets: RefCell<Map<i64, i32>>,
}

const UTC: &str = "UTC";
/// Zones change their offset on quarter hours only.
const BUCKET_MS: i64 = 900_000;
const DAY_MS: i64 = 86_400_000;
/// Offsets remembered before all are forgotten again.
const REMEMBERED: usize = 10_000;

impl HostZone {
    /// The zone of that name; none if the host does not know it. Without a name the host's own.
    pub(super) fn new(name: Option<&str>) -> Option<Self> {
        if name == Some(UTC) {
            return Some(Self { name: UTC.to_owned(), format: None, offsets: RefCell::default() });
        }
        let options = Object::new();
        let set =
            |key: &str, value: &str| Reflect::set(&options, &key.into(), &value.into()).is_ok();
        let known =
            name.is_none_or(|name| set("timeZone", name)) && set("timeZoneName", "longOffset");
        let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
        let class: Function =
            Reflect::get(&intl, &"DateTimeFormat".into()).ok()?.dyn_into().ok()?;
        let arguments = Array::of2(&"en-US".into(), &options);
        let formatter = Reflect::construct(&class, &arguments).ok().filter(|_| known)?;
        let resolved: Function =
            Reflect::get(&formatter, &"resolvedOptions".into()).ok()?.dyn_into().ok()?;
        let resolved = resolved.call0(&formatter).ok()?;
        let name = Reflect::get(&resolved, &"timeZone".into()).ok()?.as_string()?;
        let format = Reflect::get(&formatter, &"format".into()).ok()?.dyn_into().ok();
        Some(Self { name, format, offsets: RefCell::default() })
    }

    fn ask(&self, at: Instant) -> Option<i32> {
        #[allow(clippy::cast_precision_loss)]
        let millis = JsValue::from_f64(at.millis() as f64);
        let text = self.format.as_ref()?.call1(&JsValue::UNDEFINED, &millis).ok()?.as_string()?;
        read_offset(text.rsplit_once("GMT")?.1)
    }
}

impl Zone for HostZone {
    /// Where a day begins and ends with the same offset, it has it all day.
    fn offset_seconds(&self, at: Instant) -> i32 {
        if self.format.is_none() {
            return 0;
        }
        let day = at.millis().div_euclid(DAY_MS);
        let first = self.remembered(Instant::from_millis(day * DAY_MS));
        let last = self.remembered(Instant::from_millis((day + 1) * DAY_MS));
        if first == last { first } else { self.remembered(at) }
    }
}

impl HostZone {
    fn remembered(&self, at: Instant) -> i32 {
        let bucket = at.millis().div_euclid(BUCKET_MS);
        if let Some(offset) = self.offsets.borrow().get(&bucket) {
            return *offset;
        }
        let offset = self.ask(Instant::from_millis(bucket * BUCKET_MS)).unwrap_or(0);
        let mut offsets = self.offsets.borrow_mut();
        if offsets.len() >= REMEMBERED {
            *offsets = Map::new();
        }
        offsets.insert(bucket, offset);
        offset
    }
}

/// Reads `+05:30`, `-00:25:21` or nothing, in seconds.
fn read_offset(text: &str) -> Option<i32> {
    let text = text.trim();
    let sign = match text.chars().next() {
        None => return Some(0),
        Some('-' | '\u{2212}') => -1,
        Some(_) => 1,
    };
    let digits = text.trim_start_matches(['+', '-', '\u{2212}']);
    let mut parts = digits.split(':').map(str::parse::<i32>);
    let mut part = || parts.next().unwrap_or(Ok(0)).ok();
    let (hours, minutes, seconds) = (part()?, part()?, part()?);
    Some(sign * (hours * 3600 + minutes * 60 + seconds))
}
