//! What the tests of that have in common which OSS does by itself.

use acslab_emulator::EmulatorHandle;

use crate::kit::{Client, trust};
use crate::tools::{done, elements};

pub(crate) fn forward(emulator: &EmulatorHandle, seconds: i64) {
    emulator.advance_clock(seconds).map(|_| ()).expect("a time");
}

/// A role that OSS may assume, with a policy.
pub(crate) fn role(owner: &Client<'_>, name: &str, document: &str) {
    let trust = trust("Service", "oss.aliyuncs.com");
    owner.ram("CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", &trust)]).ok();
    owner.ram("CreatePolicy", &[("PolicyName", name), ("PolicyDocument", document)]).ok();
    let attach = [("PolicyType", "Custom"), ("PolicyName", name), ("RoleName", name)];
    owner.ram("AttachPolicyToRole", &attach).ok();
}

pub(crate) fn put_setting(owner: &Client<'_>, bucket: &str, query: &[(&str, &str)], body: &str) {
    let method = if query.iter().any(|(name, _)| *name == "comp") { "POST" } else { "PUT" };
    done(&owner.oss(method, Some(bucket), "", query, &[], body.as_bytes()));
}

pub(crate) fn keys(owner: &Client<'_>, bucket: &str) -> Vec<String> {
    elements(&owner.on_bucket("GET", bucket, &[]), "Key")
}

/// What the trail has of the last calls that a service made itself: the operation, the caller, the code.
pub(crate) fn by_itself(emulator: &EmulatorHandle) -> Vec<String> {
    let entries = emulator.decisions(100).into_iter().rev().filter(|entry| entry.source_ip.is_none());
    let text = |code: Option<&str>| code.map(|code| format!(" {code}")).unwrap_or_default();
    entries.map(|entry| format!("{}{}", entry.operation.name, text(entry.code.as_deref()))).collect()
}
