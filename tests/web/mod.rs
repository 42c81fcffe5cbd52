//! Tests in a page, with hand-written IndexedDB as the other tab.

mod contract;
mod lifecycle;
mod page;
