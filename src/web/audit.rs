//! History and audit across the boundary.

use super::book::Book;
use crate::engine::{Piece, view};
use crate::error::Error;
use crate::ids::{DefinitionHash, DefinitionId, ReplicaId};
use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::*;

shape! {
    struct Diagnostics<'a> {
        version: &'static str = "version",
        store: &'a str = "store",
        store_reason: Option<&'a str> = "storeReason",
        persisted: bool = "persisted",
        replica: ReplicaId = "replica",
        entries: u64 = "entries",
        contacts: u64 = "contacts",
        definitions: Vec<KnownDefinition> = "definitions",
        wasm_bytes: u32 = "wasmBytes",
        outbox_waiting: u64 = "outboxWaiting",
        sync_waiting: u64 = "syncWaiting",
    }
}

shape! {
    struct KnownDefinition {
        id: DefinitionId = "id",
        version: u64 = "version",
        hash: DefinitionHash = "hash",
    }
}

#[wasm_bindgen]
impl Book {
    /// The contract's `audit.verify`.
    ///
    /// # Errors
    /// `aborted`; what the store says.
    #[wasm_bindgen(js_name = auditVerify)]
    pub async fn audit_verify(
        &self,
        on_progress: Option<Function>,
        is_aborted: Option<Function>,
    ) -> Result<String, JsValue> {
        #[allow(clippy::cast_precision_loss)]
        let progress = |done: u64, total: u64| {
            if let Some(tell) = &on_progress {
                let _ =
                    tell.call2(&JsValue::UNDEFINED, &(done as f64).into(), &(total as f64).into());
            }
            let aborted = is_aborted.as_ref().and_then(|ask| ask.call0(&JsValue::UNDEFINED).ok());
            !aborted.is_some_and(|aborted| aborted.is_truthy())
        };
        let reports = self.engine().verify(&progress).await;
        self.answer(reports).map(|reports| view::verified(&reports))
    }

    /// Imports a batch of the contract's `ImportRow`, as JSON text.
    ///
    /// # Errors
    /// `forbidden`; what the store says.
    #[wasm_bindgen(js_name = importRows)]
    pub async fn import_rows(&self, rows: String, first: f64) -> Result<String, JsValue> {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let report = self.engine().import(&self.actor, &rows, first as u64).await;
        self.answer(report).map(|report| view::imported(&report))
    }
}

/// A piece of an export: where the next one begins, in a line, then what it holds.
pub(super) fn piece(piece: Piece) -> String {
    let mut text = piece.next.unwrap_or_default();
    text.push('\n');
    text.push_str(std::str::from_utf8(&piece.bytes).unwrap_or_default());
    text
}

/// The contract's `diagnostics`.
pub(super) async fn diagnostics(book: &Book) -> Result<String, Error> {
    let (replica, entries, contacts) = book.engine().size();
    let known = book.engine().known_definitions().into_iter();
    let diagnostics = Diagnostics {
        version: env!("CARGO_PKG_VERSION"),
        store: book.inner.store,
        store_reason: book.inner.store_reason.as_deref(),
        persisted: is_persisted().await,
        replica,
        entries,
        contacts,
        definitions: known
            .map(|(id, version, hash)| KnownDefinition { id, version, hash })
            .collect(),
        wasm_bytes: memory_bytes(),
        outbox_waiting: book.engine().outbox_waiting().await?,
        sync_waiting: entries,
    };
    Ok(crate::json::text(&diagnostics))
}

/// Whether the browser promised not to evict this origin's storage.
async fn is_persisted() -> bool {
    let ask = || {
        let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
        let storage = Reflect::get(&navigator, &"storage".into()).ok()?;
        let persisted: Function =
            Reflect::get(&storage, &"persisted".into()).ok()?.dyn_into().ok()?;
        persisted.call0(&storage).ok()?.dyn_into::<js_sys::Promise>().ok()
    };
    match ask() {
        Some(promise) => {
            wasm_bindgen_futures::JsFuture::from(promise).await.is_ok_and(|p| p.is_truthy())
        }
        None => false,
    }
}

/// Size of the instance's memory.
fn memory_bytes() -> u32 {
    let memory: Result<js_sys::WebAssembly::Memory, _> = wasm_bindgen::memory().dyn_into();
    memory
        .ok()
        .and_then(|memory| memory.buffer().dyn_into::<js_sys::ArrayBuffer>().ok())
        .map_or(0, |b| b.byte_length())
}
