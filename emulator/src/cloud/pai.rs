//! What PAI keeps for an account: workspaces, members, flows.

/// What PAI keeps for an account: workspaces, members, flows.
#[derive(Debug, Default)]
pub struct PaiRecords {}
