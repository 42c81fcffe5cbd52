//! What devices hand each other: batches of consecutive lines of one log, and how far each log is
//! held. Pure: nothing here knows where lines are kept, or how they travel.

mod batch;
mod cursor;

pub use batch::{Batch, Incoming};
pub use cursor::Sizes;
