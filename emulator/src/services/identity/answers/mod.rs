//! What several faces show alike.

mod devices;
mod keys;
mod members;
mod policies;
mod roles;
mod tags;

pub(crate) use devices::{device, new_device, unbound};
pub(crate) use keys::{key, new_key};
pub(crate) use members::members;
pub(crate) use policies::{policy, policy_entry, updated_policy};
pub(crate) use roles::{deletion_task, latest_deletion, linked};
pub(crate) use tags::{tagged, tags};
