//! The authorization state: who there is, what is attached to whom, what is open, and what each principal may in effect do.

mod account;
mod resource_directory;

use std::collections::BTreeMap;
use std::sync::Arc;

use acslab_policy::{PolicyRef, PolicyType};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::cloud::directory::{Attachments, Scope};
use crate::cloud::{Account, Cloud, KeyStatus, SystemPolicies};
use crate::gateway::{Caller, Circumstances, Gateway, ask, decide, locate_arn};
use crate::registry::Registry;

/// What a state document is asked to say.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct StateQuery {
    /// The accounts, by name or id; all of them when absent.
    accounts: Option<Vec<String>>,
    /// The actions whose effective permissions are asked for.
    actions: Vec<String>,
    /// The resources that they are asked for on; `*` when empty.
    resources: Vec<String>,
    /// The context that they are asked in.
    context: BTreeMap<String, String>,
}

/// The document, sorted, without a secret in it.
pub(super) fn authorization_state(gateway: &Gateway, query: &StateQuery) -> Value {
    let cloud = gateway.cloud();
    let mut accounts = Map::new();
    for account in cloud.accounts() {
        let wanted = |names: &Vec<String>| names.iter().any(|name| *name == account.name || *name == account.id);
        if query.accounts.as_ref().is_none_or(wanted) {
            accounts.insert(account.name.clone(), account_state(gateway.registry(), &cloud, &account, query));
        }
    }
    json!({ "accounts": accounts })
}

fn account_state(registry: &Registry, cloud: &Cloud, account: &Arc<Account>, query: &StateQuery) -> Value {
    let system = &cloud.system_policies();
    // Before the directory is locked: PAI looks from its records into the directory, and resource groups are locked first.
    let workspaces = workspaces(account);
    let now = cloud.clock.now();
    let resource_groups = account::resource_groups(account, now);
    let group_names = account::group_names(account, now);
    let managed = cloud.resource_directories.read(&account.id, |managed| Ok(resource_directory::shown(managed)));
    let identity_providers = account::identity_providers(account);
    let directory = account.directory.read();
    let ims = account.ims.read();
    let attachments = |attached: &Attachments| attachments(attached, &directory, system, &group_names);
    let mut callers = Vec::new();
    let mut users = Map::new();
    for user in directory.users() {
        let groups: Vec<_> = directory.groups_of(user).map(|group| group.name.clone()).collect();
        users.insert(
            user.name.clone(),
            json!({
                "groups": groups,
                "policies": attachments(&user.attached),
                "access_keys": access_keys(cloud, &user.keys),
                "access_key_policies": account::key_policies(&ims, &user.keys),
            }),
        );
        callers.push((format!("user/{}", user.name), Caller::user(account, user)));
    }
    let mut groups = Map::new();
    for group in directory.groups() {
        let members: Vec<_> =
            group.members.keys().filter_map(|id| directory.user_by_id(id)).map(|user| user.name.clone()).collect();
        groups.insert(group.name.clone(), json!({"members": members, "policies": attachments(&group.attached)}));
    }
    let mut roles = Map::new();
    for role in directory.roles() {
        let trust: Value = serde_json::from_str(role.trust.text()).unwrap_or(Value::Null);
        roles.insert(
            role.name.clone(),
            json!({
                "trust": trust,
                "policies": attachments(&role.attached),
                "service_linked": role.linked_to,
                "max_session_duration": role.max_session_duration,
            }),
        );
        callers.push((format!("role/{}", role.name), Caller::session_of(account, role)));
    }
    let mut policies = Map::new();
    for policy in directory.policies() {
        let versions: Vec<_> = policy.versions().map(crate::cloud::directory::Version::id).collect();
        policies.insert(policy.name.clone(), json!({"default_version": policy.default().id(), "versions": versions}));
    }
    let mut shown = json!({
        "account_id": account.id,
        "activated": activated(account),
        "users": users,
        "groups": groups,
        "roles": roles,
        "policies": policies,
        "access_key_policies": account::own_key_policies(&ims, &directory),
        "resource_groups": resource_groups,
        "identity_providers": identity_providers,
        "security_preference": account::security_preference(&directory.security_preference),
        "resource_directory": managed.ok(),
        "buckets": buckets(cloud, account),
        "workspaces": workspaces,
    });
    // Deciding reads what was locked for showing.
    drop((directory, ims));
    let permissions: Map<_, _> =
        callers.into_iter().map(|(name, caller)| (name, effective(registry, cloud, &caller, query))).collect();
    if let Some(shown) = shown.as_object_mut() {
        shown.insert("permissions".to_owned(), Value::Object(permissions));
    }
    shown
}

/// PAI's workspaces with their members' roles.
fn workspaces(account: &Account) -> Value {
    let records = account.pai.read();
    let directory = account.directory.read();
    let member = |id: &String| match (directory.user_by_id(id), directory.role_by_id(id)) {
        (Some(user), _) => format!("user/{}", user.name),
        (None, Some(role)) => format!("role/{}", role.name),
        (None, None) if *id == account.id => "owner".to_owned(),
        // Deleted since.
        (None, None) => id.clone(),
    };
    let mut all = Map::new();
    for workspace in records.workspaces() {
        let members: Map<_, _> = workspace
            .members
            .iter()
            .map(|(id, of)| (member(id), json!(of.roles.iter().map(|role| role.id()).collect::<Vec<_>>())))
            .collect();
        all.insert(format!("{}/{}", workspace.region, workspace.name), json!({ "members": members }));
    }
    Value::Object(all)
}

/// The account's buckets with their tags and ACLs, and the objects that have an ACL of their own.
fn buckets(cloud: &Cloud, account: &Account) -> Value {
    let all = cloud.buckets.of(&account.id, |bucket| {
        let tags: BTreeMap<_, _> = bucket.tags.iter().cloned().collect();
        let own = bucket.objects.iter().filter_map(|(key, object)| Some((key.clone(), object.acl?.as_str())));
        let own: BTreeMap<_, _> = own.collect();
        let mut shown = json!({"region": bucket.region, "acl": bucket.acl.as_str(), "tags": tags});
        if let (false, Some(shown)) = (own.is_empty(), shown.as_object_mut()) {
            shown.insert("object_acls".to_owned(), json!(own));
        }
        (bucket.name.clone(), shown)
    });
    Value::Object(all.into_iter().collect())
}

/// The open services; those opened region by region with their regions.
fn activated(account: &Account) -> Vec<String> {
    account.activations.read().iter().map(|(service, _)| service.to_string()).collect()
}

/// How many of a user's keys may sign, and how many may not.
fn access_keys(cloud: &Cloud, ids: &[String]) -> Value {
    let keys = ids.iter().filter_map(|id| cloud.keys.get(id));
    let (active, inactive): (Vec<_>, Vec<_>) = keys.partition(|key| key.status == KeyStatus::Active);
    json!({"active": active.len(), "inactive": inactive.len()})
}

/// A policy in one line, the same wherever it is named: `System AliyunOSSFullAccess`, `Custom Photos v2`.
fn policy_name(policy: &PolicyRef) -> String {
    match (policy.kind, &policy.version) {
        (PolicyType::System, _) => format!("System {}", policy.name),
        (PolicyType::Custom, Some(version)) => format!("Custom {} {version}", policy.name),
        (PolicyType::Custom | PolicyType::Inline, _) => policy.name.to_string(),
    }
}

/// What is attached; a resource group by its name.
fn attachments(
    attached: &Attachments,
    directory: &crate::cloud::Directory,
    system: &SystemPolicies,
    groups: &BTreeMap<String, String>,
) -> Vec<Value> {
    let mut all: Vec<_> = attached.iter().collect();
    all.sort_by(|a, b| (&a.policy, &a.scope).cmp(&(&b.policy, &b.scope)));
    let one = |attached: &&crate::cloud::directory::Attached| {
        let version = directory.document(&attached.policy, system).map(|(version, _)| version);
        let mut one = json!({"name": attached.policy.name, "type": attached.policy.kind.as_str(), "version": version});
        if let (Scope::ResourceGroup(id), Some(one)) = (&attached.scope, one.as_object_mut()) {
            one.insert("resource_group".to_owned(), json!(groups.get(id).unwrap_or(id)));
        }
        one
    };
    all.iter().map(one).collect()
}

/// What a principal may in effect do: what a call of its own would be allowed, decided as calls are.
fn effective(registry: &Registry, cloud: &Cloud, caller: &Caller, query: &StateQuery) -> Value {
    let everything = ["*".to_owned()];
    let resources = if query.resources.is_empty() { &everything } else { query.resources.as_slice() };
    let mut answers = Vec::new();
    for action in &query.actions {
        for arn in resources {
            let Ok(mut need) = ask(&Circumstances::usual(cloud), caller, [(action.as_str(), arn.clone())]) else {
                answers.push(json!({"action": action, "resource": arn, "verdict": "Malformed"}));
                continue;
            };
            need.know(&locate_arn(registry, cloud, caller, arn));
            for (key, value) in &query.context {
                need.set(key, value);
            }
            let answer = decide(cloud, caller, &need);
            let policy = answer.settled().and_then(|settled| settled.policy()).map(policy_name);
            answers.push(json!({"action": action, "resource": arn, "verdict": answer.verdict, "policy": policy}));
        }
    }
    Value::Array(answers)
}
