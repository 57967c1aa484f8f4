//! What bears on who may do what beside the policies that people hold: ACLs, tags, keys, resource groups, what control policies bind.

mod account;
mod compare;
mod fact;
mod stores;

pub(super) use account::facts;
pub use fact::{Fact, Mark};
