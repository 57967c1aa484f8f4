//! IMS over HTTP, family by family.
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "../kit/mod.rs"]
mod kit;

mod account;
mod groups;
mod keys;
mod login_profiles;
mod mfa;
mod providers;
mod rights;
mod tags;
mod users;

use kit::{Answer, Client};

const ACCOUNT: &str = "1234567890123456";
const ALICE: (&str, &str) = ("UserPrincipalName", "alice@1234567890123456.onaliyun.com");
const NOBODY: (&str, &str) = ("UserPrincipalName", "nobody@1234567890123456.onaliyun.com");

/// A call to IMS.
fn ims(client: &Client<'_>, action: &str, parameters: &[(&str, &str)]) -> Answer {
    client.rpc("2019-08-15", action, parameters)
}

/// Makes the user Alice.
fn alice(owner: &Client<'_>) -> String {
    let made = ims(owner, "CreateUser", &[ALICE, ("DisplayName", "Alice")]).ok();
    kit::text(&made, "/User/UserId").to_owned()
}
