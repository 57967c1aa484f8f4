//! ResourceManager over HTTP, family by family.
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "../kit/mod.rs"]
mod kit;

mod attachments;
mod earlier;
mod groups;
mod later;
mod linked_roles;
mod published;
mod twins;

use kit::{Answer, Client};

const ACCOUNT: &str = "1234567890123456";

/// A call to ResourceManager.
fn rm(client: &Client<'_>, action: &str, parameters: &[(&str, &str)]) -> Answer {
    client.rpc("2020-03-31", action, parameters)
}
