//! Devices that hand each other what they have: each with its book, its database and its clock.

use super::Setup;
use stagebook::engine::Engine;
use stagebook::store::{MemoryStore, Store};
use stagebook::sync::Batch;

/// A device, its database and its clock.
pub(crate) struct Device {
    pub(crate) book: Engine<MemoryStore>,
    pub(crate) store: MemoryStore,
    pub(crate) setup: Setup,
}

pub(crate) async fn device(number: u64) -> Device {
    let setup = Setup::sales();
    setup.handles.set(number * 100);
    let (book, store) = setup.fresh().await;
    Device { book, store, setup }
}

/// All that one has.
pub(crate) async fn all<S: Store>(book: &Engine<S>) -> Vec<Batch> {
    book.changes(None, Some(5_000)).await.unwrap().batches
}

/// Gives all that one has to another; how much of it was new there.
pub(crate) async fn hand<S: Store, T: Store>(from: &Engine<S>, to: &Engine<T>) -> u64 {
    let mut applied = 0;
    for batch in all(from).await {
        applied += to.apply(&batch).await.unwrap().applied;
    }
    applied
}
