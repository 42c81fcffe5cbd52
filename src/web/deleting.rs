//! Removing a closed book from this browser, from whatever stores it is in.

use super::convert::{failure, messages};
use super::indexed_db::{self, IndexedDb};
use super::local_storage::{self, LocalStorage};
use crate::engine::unsynced_entries;
use crate::error::{Clash, Error, StoreError};
use crate::store::Store;
use wasm_bindgen::prelude::*;

/// The contract's `deleteBook`. What is in memory alone is gone with its book.
///
/// # Errors
/// `conflict` for entries that no server has, unless they are discarded; what the stores say.
#[wasm_bindgen(js_name = deleteBook)]
pub async fn delete_book(name: String, discard_unsynced: bool) -> Result<(), JsValue> {
    let deleted = delete(&name, discard_unsynced).await;
    deleted.map_err(|error| failure(&error, &messages(None, &Default::default())))
}

async fn delete(name: &str, discard_unsynced: bool) -> Result<(), Error> {
    if !discard_unsynced {
        let mut entries = 0;
        let database = IndexedDb::new(name, |_| {});
        if database.open_existing().await {
            entries += unsynced_entries(&database).await?;
            database.close().await;
        }
        if local_storage::has(name, local_storage::FORMAT) {
            let storage = LocalStorage::new(name);
            storage.open().await?;
            entries += unsynced_entries(&storage).await?;
            storage.close().await;
        }
        if entries > 0 {
            return Err(Clash::Unsynced(entries).into());
        }
    }
    // Where there is no such store, nothing of the book is in it.
    for deleted in [indexed_db::delete(name).await, local_storage::delete(name).await] {
        match deleted {
            Ok(()) | Err(StoreError::Unavailable(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    local_storage::forget(name);
    Ok(())
}
