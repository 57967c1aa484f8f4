//! PostObject: an object out of a form that a browser sends.
//!
//! Source pages: "PostObject", "A V4 signature in a PostObject request".

mod form;
mod operation;
mod policy;
mod signed;

pub use operation::table;

pub(super) use form::fuzzed;
