//! SelectObject: what a question in SQL finds in an object of CSV or JSON.
//!
//! Source pages: "SelectObject", "CreateSelectObjectMeta".

mod evaluate;
mod frames;
mod numbers;
mod operation;
mod query;
mod records;
mod request;
mod scope;
mod split;

pub(super) use operation::fuzzed;
pub use operation::table;
