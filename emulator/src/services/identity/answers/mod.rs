//! What several faces show alike.

mod devices;
mod groups;
mod keys;
mod members;
mod policies;
mod roles;
mod tags;

pub(crate) use devices::{device, new_device, unbound};
pub(crate) use groups::{joined_group, named_group, new_group, updated_group};
pub(crate) use keys::{key, new_key};
pub(crate) use members::members;
pub(crate) use policies::{policy, policy_entry, policy_version, updated_policy, whole_policy_version};
pub(crate) use roles::{deletion_task, latest_deletion, linked};
pub(crate) use tags::{tagged, tags};
