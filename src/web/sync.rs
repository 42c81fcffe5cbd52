//! Syncing across the boundary: batches out and in, and how far a round is. Who carries them, and
//! when, is the facade's to say.

use super::book::Book;
use super::call::{Answer, Args};
use crate::engine::{Applied, ServerName, view};
use crate::error::{BatchFault, Error};
use crate::ids::{ContactId, ReplicaId};
use crate::json::{self, FromJson};
use crate::sync::Batch;

record! {
    #[derive(Default)]
    struct ConflictQuery {
        contact: Option<ContactId> = "contactId",
    }
}

/// Answers a call by its name without `sync.`.
pub(super) async fn query(book: &Book, name: &str, args: &Args<'_>) -> Result<Answer, Error> {
    let engine = book.engine();
    Ok(Some(match name {
        "changes" => {
            let (since, limit): (Option<String>, Option<u32>) = (args.read(0)?, args.read(1)?);
            json::text(&engine.changes(since.as_deref(), limit).await?)
        }
        "apply" => told(book, &engine.apply(&batch(args, 0)?).await?),
        "conflicts" => {
            let query: ConflictQuery = args.read(0)?;
            let found = engine.conflicts(query.contact.as_ref()).await?;
            view::conflicts(&found, &engine.messages())
        }
        "outgoing" => {
            let count: Option<u32> = args.read(0)?;
            match engine.outgoing(count.unwrap_or(500).clamp(1, 5_000) as usize).await? {
                Some(batch) => json::text(&batch),
                None => return Ok(None),
            }
        }
        "acknowledged" => {
            let (replica, size): (ReplicaId, u64) = (must(args, 0)?, must(args, 1)?);
            engine.acknowledged(&replica, size).await?;
            return Ok(None);
        }
        "pulled" => {
            let (server, batch): (ServerName, Batch) = (must(args, 0)?, batch(args, 1)?);
            told(book, &engine.pulled(&server, &batch).await?)
        }
        "pulledTo" => {
            let (server, cursor): (ServerName, Option<String>) = (must(args, 0)?, args.read(1)?);
            let complete: Option<bool> = args.read(2)?;
            let complete = complete.unwrap_or_default();
            told(book, &engine.pulled_to(&server, cursor.as_deref(), complete).await?)
        }
        "retry" => told(book, &engine.retry().await?),
        _ => return Err(super::call::unknown(name)),
    }))
}

fn batch(args: &Args<'_>, place: usize) -> Result<Batch, Error> {
    json::from_value(args.value(place)).map_err(|_| BatchFault::Shape.into())
}

fn must<T: FromJson>(args: &Args<'_>, place: usize) -> Result<T, Error> {
    json::from_value(args.value(place)).map_err(super::convert::malformed)
}

fn told(book: &Book, applied: &Applied) -> String {
    view::applied(applied, &book.engine().messages())
}
