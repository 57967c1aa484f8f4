//! The resource directory as ResourceDirectoryMaster has it: the same tests, and those of what it has alone.
#![allow(clippy::duplicate_mod, reason = "the same tests are asked of both versions")]

#[path = "alone.rs"]
mod alone;
#[path = "control_policies.rs"]
mod control_policies;
#[path = "directory.rs"]
mod directory;
#[path = "invitations.rs"]
mod invitations;
#[path = "leaving.rs"]
mod leaving;
#[path = "members.rs"]
mod members;

use crate::kit::{Answer, Client};

/// What GetResourceDirectory shows besides.
const SHOWN_BESIDES: &[(&str, &str)] = &[("MemberAccountDisplayNameSyncStatus", "Disabled")];

/// What the directory's tests ask that is no matter of the directory, or was given up.
const EARLIER_ALONE: [&str; 6] = [
    "InitResourceDirectory",
    "PromoteResourceAccount",
    "CreateRole",
    "CreatePolicy",
    "CreateResourceGroup",
    "ListResourceGroups",
];

/// A call to ResourceDirectoryMaster, where it has the operation.
fn rm(client: &Client<'_>, action: &str, parameters: &[(&str, &str)]) -> Answer {
    let of_groups = parameters.contains(&("ResourceType", "ResourceGroup"));
    let earlier = of_groups || EARLIER_ALONE.contains(&action);
    client.rpc(if earlier { "2020-03-31" } else { "2022-04-19" }, action, parameters)
}
