//! The other way round: a state that was read, put into a cloud.
//!
//! What the state does not say is as in a new account. What cannot be taken is left out and told; nothing is made up for it but
//! ids, which a state may leave out.
//!
//! | file | what it is |
//! | --- | --- |
//! | `account` | accounts one by one: principals, policies, attachments |
//! | `resources` | resource groups, buckets, log projects, workspaces |
//! | `outside` | identity providers, from where access keys may be used |
//! | `resource_directory` | folders, members, control policies |

mod account;
mod outside;
mod resource_directory;
mod resources;

pub(crate) use account::apply;
pub use account::{Left, Unused};
