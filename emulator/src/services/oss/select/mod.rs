//! SelectObject: what a question in SQL finds in an object of CSV or JSON.
//!
//! Source pages: "SelectObject", "CreateSelectObjectMeta".

mod evaluate;
mod frames;
mod operation;
mod query;
mod records;
mod request;

pub(super) use operation::fuzzed;
pub use operation::table;
