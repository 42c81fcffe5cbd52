//! The log in formats that others read: pure writers of bytes, a row or an event at a time. What is
//! asked for, in which order and in which language is decided by who calls them; nothing here knows a
//! store.

pub mod cloudevents;
pub mod csv;
pub mod ics;
pub mod xes;
