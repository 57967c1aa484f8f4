//! What somebody holds for another resource group than the one that a request is about, and that would allow it there.

use acslab_policy::{Effect, PolicyRef, PolicySet, Principal, Verdict};
use serde_json::{Value, json};

use super::fixes::asking;
use crate::cloud::directory::{Attached, Directory, Scope};
use crate::gateway::{Decided, Gateway, locate_for};

/// The policies of a caller that would allow a request that is denied, if they were attached for its resource group: by those that
/// are attached now.
pub(super) fn elsewhere(gateway: &Gateway, decided: &Decided) -> Value {
    let question = &decided.question;
    let request = &question.request;
    let cloud = &gateway.cloud();
    let account = request.principal().account().and_then(|id| cloud.account(id));
    let (Some(account), Verdict::ImplicitDeny) = (account, decided.decision.verdict) else { return json!([]) };
    let asks = asking(cloud, question);
    let (action, resource) = (request.action().as_str(), request.resource().as_str());
    let facts = asks.map(|caller| locate_for(gateway.registry(), cloud, &caller, action, resource));
    let wanted = facts.as_ref().and_then(|facts| facts.resource_group.as_deref());
    // Resource groups are locked before the directory.
    let groups = account.resource_groups.read();
    let named = |id: &str| {
        let group = groups.iter(cloud.clock.now()).find(|group| group.id == id);
        group.map_or_else(|| id.to_owned(), |group| group.name.clone())
    };
    let directory = account.directory.read();
    let system = cloud.system_policies();
    let mut found: Vec<Value> = Vec::new();
    for (attached, through) in held(&directory, request.principal()) {
        let Scope::ResourceGroup(id) = &attached.scope else { continue };
        if wanted == Some(&**id) {
            continue;
        }
        let Some((_, document)) = directory.document(&attached.policy, &system) else { continue };
        if !document.statements().iter().any(|statement| statement.effect() == Effect::Allow) {
            continue;
        }
        let name = &attached.policy.name;
        let set = PolicySet::compile([(PolicyRef::named(name.as_str()), document)]);
        // Whatever else refuses it goes on to do so: a session's policy, a control policy.
        if decided.with(|layers| layers.identity_resource_group = Some(set)).is_allowed() {
            found.push(json!({
                "policy": {"name": name, "type": attached.policy.kind.as_str()},
                "group": through,
                "resource_group": named(id),
                "wanted": wanted.map(named),
            }));
        }
    }
    Value::Array(found)
}

/// What is attached to a caller, and through which user group.
fn held<'d>(directory: &'d Directory, who: &Principal) -> Vec<(&'d Attached, Option<&'d str>)> {
    match who {
        Principal::RamUser { name, .. } => {
            let Ok(user) = directory.user(name) else { return Vec::new() };
            let own = user.attached.iter().map(|one| (one, None));
            let groups = directory.groups_of(user);
            let theirs = groups.flat_map(|group| group.attached.iter().map(|one| (one, Some(group.name.as_str()))));
            own.chain(theirs).collect()
        }
        Principal::RoleSession { role, .. } => {
            directory.role(role).map(|role| role.attached.iter().map(|one| (one, None)).collect()).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}
