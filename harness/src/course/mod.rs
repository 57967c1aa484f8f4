//! The course: lessons to go through in a cloud of one's own, in a terminal or in a browser.
//!
//! A lesson is a scenario with prose and tasks; the tests replay it as any other. Here is what a learner does with one.
//!
//! | file | concept |
//! | --- | --- |
//! | `shipped` | the lessons that come with acslab |
//! | `part` | a lesson in the pieces in which it is gone through |
//! | `typed` | what a learner types |
//! | `desk` | a learner in a lesson: what has been typed, and what came of it |
//! | `task` | the task at hand: hints, and whether it is done |
//! | `commands` | what else a learner asks for |
//! | [`class`] | many learners in one process, and their teacher |
//! | `called` | a call that a learner makes |
//! | `explain` | a decision in words |
//! | `files` | the texts that a learner keeps: on the disk, or beside the desk |
//! | `terminal` | a desk in a terminal |

mod called;
pub mod class;
mod commands;
mod desk;
mod explain;
mod files;
mod part;
mod shipped;
mod task;
mod terminal;
mod typed;

pub use desk::{Desk, Progress};
pub use files::Files;
pub use part::{Part, parts};
pub use shipped::{shipped, sources};
pub use terminal::{attend, list};
