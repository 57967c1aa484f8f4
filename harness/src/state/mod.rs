//! The authorization state that a scenario leaves: asked of the cloud, rendered for people.
//!
//! The rendering is stable and sorted, with one fact a line: a change in one permission is one
//! changed line.

mod changes;
mod document;
mod facts;
mod fetch;
mod holdings;
mod outline;
mod own;
mod permissions;
mod told;
mod tree;
mod weigh;
mod whom;

pub use changes::{Change, Changes, Except, OwnStatement};
pub use document::{Document, document_of};
pub use facts::{Fact, Mark};
pub use fetch::{FetchError, Question, fetch};
