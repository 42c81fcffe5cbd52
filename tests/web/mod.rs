//! Tests in a page, with hand-written JavaScript as the other tab.

mod contract;
mod lifecycle;
mod local_storage;
mod page;
