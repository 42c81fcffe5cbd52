//! Other tabs of the same book: they are told that something changed, and read the database for
//! what it was. A message is never trusted for more.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

/// This tab's end of the channel of a book. Dropped, it is closed.
pub(super) struct Tabs {
    channel: BroadcastChannel,
    _heard: Closure<dyn Fn(MessageEvent)>,
}

impl Tabs {
    /// Joins the channel of `book`; none where the host has no such channels.
    pub(super) fn join(book: &str, heard: impl Fn() + 'static) -> Option<Self> {
        let exists = js_sys::Reflect::has(&js_sys::global(), &"BroadcastChannel".into());
        if !exists.unwrap_or(false) {
            return None;
        }
        let channel = BroadcastChannel::new(&format!("stagebook:{book}")).ok()?;
        let heard = Closure::<dyn Fn(MessageEvent)>::new(move |_| heard());
        channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        Some(Self { channel, _heard: heard })
    }

    /// Tells the others that something changed.
    pub(super) fn tell(&self) {
        // A channel that can't send costs the others promptness, not correctness.
        let _ = self.channel.post_message(&JsValue::from_f64(1.0));
    }
}

impl Drop for Tabs {
    fn drop(&mut self) {
        self.channel.set_onmessage(None);
        self.channel.close();
    }
}
