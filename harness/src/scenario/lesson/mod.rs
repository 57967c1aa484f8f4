//! Lessons: scenarios that somebody learns from. A file a concept.
//!
//! | file | concept |
//! | --- | --- |
//! | `text` | a text in the languages of the lesson |
//! | `header` | what the lesson is about, and how long it takes |
//! | `task` | something to be done, and how it is told that it is |

pub(super) mod header;
pub(super) mod task;
mod text;

pub use header::Lesson;
pub use task::{Check, Task, Try};
pub use text::{Language, Text};
