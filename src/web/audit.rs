//! History and audit across the boundary.

use super::book::Book;
use super::call::Args;
use super::convert::{failure, messages, read, value};
use crate::engine::{ConsistencyProof, InclusionProof, Part, Piece, known_heads, view};
use crate::error::{Error, Issue, IssueCode};
use crate::ids::{DefinitionHash, DefinitionId, ReplicaId};
use crate::json;
use crate::ledger::{BookVerifier, Checkpoint, Hash, signed_note};
use base64ct::{Base64, Encoding};
use js_sys::{Array, Function, Reflect, Uint8Array};
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
        checkpoints: String,
        on_progress: Option<Function>,
        is_aborted: Option<Function>,
    ) -> Result<String, JsValue> {
        let known = value(&checkpoints).and_then(|known| read::<Vec<String>>(&known));
        let known = self.answer(known)?;
        #[allow(clippy::cast_precision_loss)]
        let progress = |done: u64, total: u64| {
            if let Some(tell) = &on_progress {
                let _ =
                    tell.call2(&JsValue::UNDEFINED, &(done as f64).into(), &(total as f64).into());
            }
            let aborted = is_aborted.as_ref().and_then(|ask| ask.call0(&JsValue::UNDEFINED).ok());
            !aborted.is_some_and(|aborted| aborted.is_truthy())
        };
        let reports = self.engine().verify(&known, &progress).await;
        let held = self.engine().held_by_server();
        self.answer(reports).map(|reports| view::verified(&reports, held.as_ref()))
    }

    /// The part of the ledger that comes next: `[state, part]`, where `state` brings the part after it.
    /// Lines are bytes; a log's head is JSON `{checkpoint, isOwn, prev}`. Behind the last part nothing.
    ///
    /// # Errors
    /// What the store says.
    #[wasm_bindgen(js_name = exportLedger)]
    pub async fn export_ledger(&self, state: Option<String>) -> Result<JsValue, JsValue> {
        shape! {
            struct HeadView {
                checkpoint: String = "checkpoint",
                is_own: bool = "isOwn",
                last: Option<Hash> = "prev",
            }
        }
        let carried = state.and_then(|state| json::read(&state).ok());
        let Some((carried, part)) = self.answer(self.engine().carry(carried).await)? else {
            return Ok(JsValue::UNDEFINED);
        };
        let part: JsValue = match part {
            Part::Lines(lines) => Uint8Array::new_from_slice(&lines).into(),
            Part::Head { checkpoint, is_own, last } => {
                json::text(&HeadView { checkpoint, is_own, last }).into()
            }
        };
        Ok(Array::of2(&json::text(&carried).into(), &part).into())
    }

    /// Takes whole lines of an export in, as pieces of bytes, the last ones with `end`. Gives the
    /// contract's answer of `audit.import`.
    ///
    /// # Errors
    /// `batch`; what the store says.
    #[wasm_bindgen(js_name = importLedger)]
    pub async fn import_ledger(&self, lines: Array, end: bool) -> Result<String, JsValue> {
        let brought = self.engine().bring(&joined(&lines), end).await;
        self.answer(brought).map(|brought| view::applied(&brought, &self.engine().messages()))
    }

    /// Imports a batch of the contract's `ImportRow`, as JSON text, the last one with `end`.
    ///
    /// # Errors
    /// `forbidden`; what the store says.
    #[wasm_bindgen(js_name = importRows)]
    pub async fn import_rows(
        &self,
        rows: String,
        first: f64,
        end: bool,
    ) -> Result<String, JsValue> {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let report = self.engine().import(&self.actor, &rows, first as u64, end).await;
        self.answer(report).map(|report| view::imported(&report))
    }
}

/// A proof of inclusion, and whether it is of this device's log.
pub(super) fn included(book: &Book, proof: InclusionProof) -> String {
    shape! {
        struct Included {
            is_own: bool = "isOwn",
            proof: InclusionProof = "proof",
        }
    }
    let is_own = proof.replica == book.engine().size().0;
    json::text(&Included { is_own, proof })
}

/// The bytes of an array of `Uint8Array`.
fn joined(pieces: &Array) -> Vec<u8> {
    let pieces: Vec<Uint8Array> = pieces.iter().map(JsCast::unchecked_into).collect();
    let mut all = vec![0; pieces.iter().map(|piece| piece.length() as usize).sum()];
    let mut rest = all.as_mut_slice();
    for piece in &pieces {
        let (part, behind) = rest.split_at_mut(piece.length() as usize);
        piece.copy_to(part);
        rest = behind;
    }
    all
}

/// Bytes of an Ed25519 signature.
const SIGNATURE: usize = 64;

/// The note of a checkpoint, with what the host's signer gave: the checkpoint's text, the public key
/// and the signature, both in base64.
///
/// # Errors
/// `invalid` for a signature that can't be one.
pub(super) fn note(args: &Args<'_>) -> Result<String, Error> {
    let bytes = |place| args.text(place).map(|text| Base64::decode_vec(&text).unwrap_or_default());
    let (text, key, signature) = (args.text(0)?, bytes(1)?, bytes(2)?);
    match Checkpoint::parse(&text) {
        Some(head) if signature.len() == SIGNATURE => {
            Ok(signed_note(&text, &head.origin, &key, &signature))
        }
        _ => Err(Issue::error("signer.sign", IssueCode::NotAllowed, params! {}).into()),
    }
}

/// The check of an export or of a sync batch, for who has no book.
#[wasm_bindgen]
pub struct LedgerCheck(BookVerifier);

#[wasm_bindgen]
impl LedgerCheck {
    /// `checkpoints` is the JSON of a list of heads known from elsewhere.
    ///
    /// # Errors
    /// `invalid` for a head that is none.
    #[wasm_bindgen(constructor)]
    pub fn new(checkpoints: &str, locale: Option<String>) -> Result<Self, JsValue> {
        let known = value(checkpoints).and_then(|known| known_heads(&read::<Vec<String>>(&known)?));
        let known = known
            .map_err(|error| failure(&error, &messages(locale.as_deref(), &Default::default())))?;
        Ok(Self(BookVerifier::new(known)))
    }

    /// Takes the bytes that come next, cut anywhere. Gives how many lines there were.
    pub fn push(&mut self, bytes: &[u8]) -> f64 {
        self.0.push(bytes);
        #[allow(clippy::cast_precision_loss)]
        let lines = self.0.lines() as f64;
        lines
    }

    /// The contract's `VerifyReport`.
    pub fn finish(self) -> String {
        view::verified(&self.0.finish(), None)
    }
}

/// The contract's `verifyInclusion`; with `from` its `verifyConsistency`. What can't be read proves
/// nothing.
#[wasm_bindgen(js_name = verifyProof)]
pub fn verify_proof(proof: &str, from: Option<String>, to: &str) -> bool {
    let proven = || {
        let proof = value(proof).ok()?;
        Some(match from {
            Some(from) => json::from_value::<ConsistencyProof>(&proof).ok()?.verify(&from, to),
            None => json::from_value::<InclusionProof>(&proof).ok()?.verify(to),
        })
    };
    proven().unwrap_or(false)
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
    let (replica, _, contacts) = book.engine().size();
    let entries = book.engine().entries();
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
        sync_waiting: book.engine().standing_with_server().waiting,
    };
    Ok(json::text(&diagnostics))
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
