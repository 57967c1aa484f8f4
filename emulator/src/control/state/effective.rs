//! Effective permissions: what each principal would get if it asked now, decided as calls are.

use acslab_policy::{PolicyRef, PolicyType};

use super::hangs;
use super::model::{Effective, Permission};
use super::query::StateQuery;
use crate::cloud::Cloud;
use crate::gateway::{Caller, Circumstances, ask, decide, suppose};
use crate::registry::Registry;

/// What a principal may in effect do of what the query asks: what a call of its own would be allowed in these circumstances, but
/// for the condition keys that the query sets.
pub(super) fn effective(
    registry: &Registry,
    cloud: &Cloud,
    caller: &Caller,
    query: &StateQuery,
    circumstances: &Circumstances,
) -> Vec<Permission> {
    let everything = ["*".to_owned()];
    let resources = if query.resources.is_empty() { &everything } else { query.resources.as_slice() };
    let mut permissions = Vec::new();
    for action in &query.actions {
        for resource in resources {
            let answer = |verdict, policy, conditions| Permission {
                action: action.clone(),
                resource: resource.clone(),
                verdict,
                policy,
                conditions,
            };
            let Ok(mut need) = ask(circumstances, caller, [(action.as_str(), resource.clone())]) else {
                permissions.push(answer(Effective::Malformed, None, None));
                continue;
            };
            suppose(&mut need, (registry, cloud), caller, action, resource);
            for (key, value) in &query.context {
                need.set(key, value);
            }
            let decided = decide(cloud, caller, need);
            let policy = decided.settled().and_then(|settled| settled.policy()).map(policy_name);
            // Of two that must both allow, neither alone says on what it hangs.
            let conditions = match decided.decided.as_slice() {
                [only] => hangs::conditions(&only.question),
                _ => None,
            };
            permissions.push(answer(decided.verdict.into(), policy, conditions));
        }
    }
    permissions
}

/// A policy in one line, the same wherever it is named: `System AliyunOSSFullAccess`, `Custom Photos v2`.
fn policy_name(policy: &PolicyRef) -> String {
    match (policy.kind, &policy.version) {
        (PolicyType::System, _) => format!("System {}", policy.name),
        (PolicyType::Custom, Some(version)) => format!("Custom {} {version}", policy.name),
        (PolicyType::Custom | PolicyType::Inline | PolicyType::Fixed, _) => policy.name.to_string(),
    }
}
