//! Pure folds of entries: what a contact is now, and the rows that its history shows. A fold checks
//! structure only, as the merge table says; it never runs a rule, and no entry can make it fail.

mod conflict;
mod contact;
mod insights;
mod reminder;
mod row;
mod unread;

pub use conflict::{Conflict, ConflictKind};
pub use contact::{
    Applied, Before, Contact, Pending, PendingStatus, Position, Profile, Stamp, Status, Tally,
};
pub use insights::{Conversion, Flow, Insights, StageInsights, Survey};
pub use reminder::State;
pub use row::{Row, RowBody, Voided};
pub use unread::Unread;
