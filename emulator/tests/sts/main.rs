//! STS over HTTP: who am I, and the ways to a session of a role.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../kit/mod.rs"]
mod kit;

mod assume_role;
mod instance;
mod oidc;
mod saml;

use acslab_emulator::EmulatorHandle;
use kit::{Answer, Client, text, trust};
use serde_json::Value;

const ACCOUNT: &str = "1234567890123456";

fn arn(role: &str) -> String {
    format!("acs:ram::{ACCOUNT}:role/{role}")
}

fn make_role(owner: &Client<'_>, name: &str, trust: &str) {
    owner.ram("CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", trust)]).ok();
}

/// Allows a role something.
fn allow_role(owner: &Client<'_>, role: &str, policy: &str, document: &str) {
    owner.ram("CreatePolicy", &[("PolicyName", policy), ("PolicyDocument", document)]).ok();
    owner.ram("AttachPolicyToRole", &[("RoleName", role), ("PolicyType", "Custom"), ("PolicyName", policy)]).ok();
}

fn assume(by: &Client<'_>, role: &str, more: &[(&str, &str)]) -> Answer {
    let arn = arn(role);
    by.sts("AssumeRole", &[&[("RoleArn", arn.as_str()), ("RoleSessionName", "session")], more].concat())
}

/// A cloud with alice, who may assume any role that trusts her account, and the role `r` that does.
fn with_alice(cloud: &EmulatorHandle) -> (Client<'_>, Client<'_>) {
    let owner = Client::owner(cloud);
    let alice = owner.user("alice");
    owner.attach("alice", "System", "AliyunSTSAssumeRoleAccess");
    make_role(&owner, "r", &trust("RAM", &format!("acs:ram::{ACCOUNT}:root")));
    (owner, alice)
}

fn role_id(owner: &Client<'_>, name: &str) -> String {
    text(&owner.ram("GetRole", &[("RoleName", name)]).ok(), "/Role/RoleId").to_owned()
}

fn detail(answer: &Answer) -> Value {
    answer.refused(403, "NoPermission").json()["AccessDeniedDetail"].clone()
}
