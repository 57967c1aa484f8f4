//! The resource directory as ResourceManager has it.

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

use crate::rm;

/// What GetResourceDirectory shows besides.
const SHOWN_BESIDES: &[(&str, &str)] = &[];
