//! Policies.

use serde_json::{Map, Value, json};

use super::members;
use crate::cloud::directory::{AnyPolicy, AnyVersion};
use crate::cloud::{Directory, iso8601};

/// What CreatePolicy shows.
pub(crate) fn policy(policy: &AnyPolicy<'_>) -> Map<String, Value> {
    members([
        ("PolicyName", policy.name()),
        ("PolicyType", policy.kind().as_str()),
        ("Description", policy.description()),
        ("DefaultVersion", &policy.default_version()),
        ("CreateDate", &iso8601(policy.created())),
    ])
}

/// What UpdatePolicyDescription shows.
pub(crate) fn updated_policy(of: &AnyPolicy<'_>) -> Map<String, Value> {
    let mut shown = policy(of);
    shown.insert("UpdateDate".to_owned(), json!(iso8601(of.updated())));
    shown
}

/// What ListPolicies shows.
pub(crate) fn policy_entry(of: &AnyPolicy<'_>, directory: &Directory) -> Map<String, Value> {
    let mut shown = updated_policy(of);
    shown.insert("AttachmentCount".to_owned(), json!(directory.attachment_count(&of.key())));
    shown
}

/// What ResourceManager's CreatePolicyVersion and ListPolicyVersions show: no document.
pub(crate) fn policy_version(version: &AnyVersion<'_>) -> Map<String, Value> {
    let mut shown = members([("VersionId", &*version.id), ("CreateDate", &iso8601(version.created))]);
    shown.insert("IsDefaultVersion".to_owned(), json!(version.default));
    shown
}

/// What GetPolicyVersion shows, and of RAM every operation that shows a version. The document goes out byte for byte as it came in.
pub(crate) fn whole_policy_version(version: &AnyVersion<'_>) -> Map<String, Value> {
    let mut shown = policy_version(version);
    shown.insert("PolicyDocument".to_owned(), json!(version.document.text()));
    shown
}
