//! Paths to more: who can become or grant whom, step by step, each decided by the policies as they are then.
//!
//! | file | what it is |
//! | --- | --- |
//! | `step` | a step, and what it asks for |
//! | `words` | steps in words |
//! | `world` | where steps are taken: a state that is asked, or a cloud that is called |
//! | `administrator` | who may do whatever there is |
//! | `powers` | what of the steps somebody's own statements name at all |
//! | `index` | what a search looks up of a state |
//! | `search` | all that somebody can come to |
//! | `change` | what a step changes of a state |
//! | `names` | what a new user or role may be called |
//! | `loosening` | steps that give and take |
//! | `chain` | what was done on the way to it |
//! | `needed` | the paths, each with no more steps than it needs |
//! | `replay` | a path as a scenario |

mod administrator;
mod chain;
mod change;
mod index;
mod loosening;
mod names;
mod needed;
mod powers;
mod replay;
mod search;
mod step;
mod words;
mod world;

pub use chain::Chain;
pub use needed::{Found, Path, paths};
pub use powers::{Power, Powers};
pub use replay::of_path;
pub use search::{MOST_LOSING, closure};
pub use step::{Goal, Step, steps_in_words};
pub use world::{Asked, World};
