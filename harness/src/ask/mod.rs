//! Questions to a state: who may do something, what somebody may do, where a policy says something.
//!
//! | file | what it is |
//! | --- | --- |
//! | `keys` | condition keys as the command line has them |
//! | `who` | which principals may do an action on a resource |
//! | `may` | what a principal may do |
//! | `given` | what a policy gives, or all of a group |
//! | `own` | what resources say themselves |
//! | `strangers` | whom resources let in that is no user or role of the state |
//! | `find` | policies by name, and by the actions that they name |
//! | `scoped` | what is attached for a resource group alone |
//! | `words` | statements and conditions in a line |

mod find;
mod given;
mod keys;
mod may;
pub(crate) mod own;
mod scoped;
pub(crate) mod strangers;
mod who;
mod words;

pub use acslab_emulator::NotAsked;
pub use find::{Found, PolicyText, find, show};
pub use given::given;
pub use keys::{KeyError, keys};
pub use may::{Grant, may};
pub use scoped::{Scoped, scoped, scoped_text};
pub(crate) use scoped::{groups_of, possible_groups};
pub use who::{Holder, who};
pub use words::{by_statement, condition};
