//! What a bucket says itself, taken apart: its policy, the ACL that counted, and whether public access was blocked.

use acslab_policy::{OwnedResourceLayer, PolicyRef, PolicyType};
use serde_json::{Value, json};

use crate::cloud::{Acl, acl_of};
use crate::gateway::Decided;

/// Of a question about something of OSS: what each of the resource's own policies is, by its place; the ACL; whether public access was
/// blocked, as far as anything there was that could be public. `null` of anything else.
pub(super) fn own(decided: &Decided) -> Value {
    let layer = &decided.question.layers.resource;
    let (OwnedResourceLayer::Grants(set) | OwnedResourceLayer::Gate(set)) = layer else { return Value::Null };
    if !decided.resource().starts_with("acs:oss:") {
        return Value::Null;
    }
    let policies: Vec<_> = set.policies().iter().map(|policy| kind(&policy.reference)).collect();
    let (acl, of_object) = set.policies().iter().find_map(|policy| acl_of(&policy.reference)).unwrap_or_default();
    // The ACL of an access point is that of its bucket, which is asked for itself; that of a bucket that is private is no policy.
    let is_asked = matches!(layer, OwnedResourceLayer::Grants(_)) && !policies.contains(&"block");
    let acl = is_asked.then(|| json!({"value": Acl::as_str(acl), "of": if of_object { "object" } else { "bucket" }}));
    let blocked = set.policies().first().map(|policy| policy.document.dialect().public_access_blocked);
    json!({"policies": policies, "acl": acl, "public_access_blocked": blocked})
}

fn kind(policy: &PolicyRef) -> &'static str {
    match policy.kind {
        _ if acl_of(policy).is_some() => "acl",
        // It refuses what would open something to the public.
        PolicyType::Fixed => "block",
        _ if policy.name.starts_with("access point") => "access-point-policy",
        _ => "bucket-policy",
    }
}
