//! Questions to a state: who may do something, what somebody may do, where a policy says something.
//!
//! | file | what it is |
//! | --- | --- |
//! | `keys` | condition keys as the command line has them |
//! | `who` | which principals may do an action on a resource |
//! | `may` | what a principal may do |
//! | `find` | policies by name, and by the actions that they name |
//! | `words` | statements and conditions in a line |

mod find;
mod keys;
mod may;
mod who;
mod words;

pub use acslab_emulator::NotAsked;
pub use find::{Found, PolicyText, find, show};
pub use keys::{KeyError, keys};
pub use may::{Grant, may};
pub use who::{Holder, who};
pub use words::{by_statement, condition};
