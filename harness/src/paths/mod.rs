//! Paths to more: who can become or grant whom, step by step, each decided by the policies as they are then.
//!
//! | file | what it is |
//! | --- | --- |
//! | `step` | a step, and what it asks for |
//! | `world` | where steps are taken: a state that is asked, or a cloud that is called |
//! | `search` | all that somebody can come to, and the steps that are needed for it |
//! | `replay` | a path as a scenario |

mod replay;
mod search;
mod step;
mod world;

pub use replay::of_path;
pub use search::{Path, closure, paths};
pub use step::{Goal, Step};
pub use world::{Asked, World};
