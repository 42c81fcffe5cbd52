//! What devices hand each other: batches of consecutive lines of one log, and how far each log is
//! held; and what a server makes of a batch. Pure: nothing here knows where lines are kept, or how they
//! travel.

mod authority;
mod batch;
mod cursor;
mod judging;
mod run;

pub use authority::{Authority, Mark, Moved, Requester};
pub use batch::{Batch, Incoming};
pub use cursor::Sizes;
pub use judging::{Book, Kept, Known, Own, Pushed, Rejected, Verdict};
pub use run::{Part, Run, read_parts};
