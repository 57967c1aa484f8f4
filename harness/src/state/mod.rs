//! The authorization state that a scenario leaves: asked of the cloud, rendered for people.
//!
//! The rendering is stable and sorted, with one fact a line: a change in one permission is one
//! changed line.

mod document;
mod fetch;
mod outline;
mod permissions;

pub use document::Document;
pub use fetch::{FetchError, Question, fetch};
