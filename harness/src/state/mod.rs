//! The authorization state that a scenario leaves: asked of the cloud, rendered for people.
//!
//! The rendering is stable and sorted, with one fact a line: a change in one permission is one
//! changed line.

mod changes;
mod document;
mod fetch;
mod holdings;
mod outline;
mod permissions;
mod tree;

pub use changes::{Change, Changes, OwnStatement};
pub use document::{Document, document_of};
pub use fetch::{FetchError, Question, fetch};
