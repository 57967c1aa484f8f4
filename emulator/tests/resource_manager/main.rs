//! ResourceManager over HTTP, family by family.

#[path = "../kit/mod.rs"]
mod kit;

mod attachments;
mod control_policies;
mod directory;
mod groups;

use kit::{Answer, Client};

const ACCOUNT: &str = "1234567890123456";

/// A call to ResourceManager.
fn rm(client: &Client<'_>, action: &str, parameters: &[(&str, &str)]) -> Answer {
    client.rpc("2020-03-31", action, parameters)
}
