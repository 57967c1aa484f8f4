//! What a scenario starts from, a kind a file. Behind each are calls of an account's owner, as anybody could make them.

mod accounts;
mod attach;
mod buckets;
mod calls;
mod directory;
mod fields;
mod groups;
mod maker;
mod open;
mod policies;
mod resource_groups;
mod roles;
pub(super) mod state;
mod users;
mod workspaces;

pub use accounts::{Account, DEFAULT_REGION};
pub(super) use accounts::{accounts, time};
pub(super) use fields::{FIELDS, MADE, Told, made};
