//! The authorization state: who there is, what is attached to whom, what is open, and what each principal may in effect do.

mod account;
mod resource_directory;

use std::collections::BTreeMap;

use acslab_policy::{Layers, PolicyRef, PolicySet, PolicyType, Principal, Request};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::cloud::directory::{Attachments, Scope};
use crate::cloud::{Account, KeyStatus, ResourceKey, SystemPolicies};
use crate::gateway::{Gateway, settled_by};

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
    let system = gateway.cloud.system_policies();
    let asked = Asked::of(gateway, query);
    let mut accounts = Map::new();
    for account in gateway.cloud.accounts() {
        let wanted = |names: &Vec<String>| names.iter().any(|name| *name == account.name || *name == account.id);
        if query.accounts.as_ref().is_none_or(wanted) {
            accounts.insert(account.name.clone(), account_state(gateway, &account, &asked, &system));
        }
    }
    json!({ "accounts": accounts })
}

fn account_state(gateway: &Gateway, account: &Account, asked: &Asked<'_>, system: &SystemPolicies) -> Value {
    // Before the directory is locked: PAI looks from its records into the directory, and resource groups are locked first.
    let workspaces = workspaces(account);
    let now = gateway.cloud.clock.now();
    let resource_groups = account::resource_groups(account, now);
    let group_names = account::group_names(account, now);
    let managed =
        gateway.cloud.resource_directories.read(&account.id, |managed| Ok(resource_directory::shown(managed)));
    let identity_providers = account::identity_providers(account);
    let directory = account.directory.read();
    let ims = account.ims.read();
    let attachments = |attached: &Attachments| attachments(attached, &directory, system, &group_names);
    let mut permissions = Map::new();
    let mut users = Map::new();
    for user in directory.users() {
        let groups: Vec<_> = directory.groups_of(user).map(|group| group.name.clone()).collect();
        users.insert(
            user.name.clone(),
            json!({
                "groups": groups,
                "policies": attachments(&user.attached),
                "access_keys": access_keys(gateway, &user.keys),
                "access_key_policies": account::key_policies(&ims, &user.keys),
            }),
        );
        let principal = Principal::RamUser {
            account: account.id.as_str().into(),
            user_id: user.id.as_str().into(),
            name: user.name.as_str().into(),
        };
        let policies = |scope: &Scope| directory.policies_of_user(user, scope, system);
        permissions.insert(format!("user/{}", user.name), effective(gateway, &principal, &policies, asked));
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
        let principal = Principal::RoleSession {
            account: account.id.as_str().into(),
            role: role.name.as_str().into(),
            session: "session".into(),
            service_linked: role.linked_to.is_some(),
        };
        let policies = |scope: &Scope| directory.policies_of_role(role, scope, system);
        permissions.insert(format!("role/{}", role.name), effective(gateway, &principal, &policies, asked));
    }
    let mut policies = Map::new();
    for policy in directory.policies() {
        let versions: Vec<_> = policy.versions().map(crate::cloud::directory::Version::id).collect();
        policies.insert(policy.name.clone(), json!({"default_version": policy.default().id(), "versions": versions}));
    }
    json!({
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
        "buckets": buckets(gateway, account),
        "workspaces": workspaces,
        "permissions": permissions,
    })
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
fn buckets(gateway: &Gateway, account: &Account) -> Value {
    let all = gateway.cloud.buckets.of(&account.id, |bucket| {
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
fn access_keys(gateway: &Gateway, ids: &[String]) -> Value {
    let keys = ids.iter().filter_map(|id| gateway.cloud.keys.get(id));
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

/// What effective permissions are asked for, each resource with what the cloud knows of it now.
struct Asked<'a> {
    query: &'a StateQuery,
    resources: Vec<Resource<'a>>,
}

/// A resource, and of the bucket that it is or is in: the tags, as the gateway tells them to the policies, and the resource
/// group.
struct Resource<'a> {
    arn: &'a str,
    tags: Vec<(String, String)>,
    scope: Option<Scope>,
}

impl<'a> Asked<'a> {
    fn of(gateway: &Gateway, query: &'a StateQuery) -> Self {
        let all = query.resources.iter().map(|arn| Resource::find(gateway, arn));
        let everything = query.resources.is_empty().then(|| Resource { arn: "*", tags: Vec::new(), scope: None });
        Self { query, resources: all.chain(everything).collect() }
    }
}

impl<'a> Resource<'a> {
    fn find(gateway: &Gateway, arn: &'a str) -> Self {
        let id = arn.strip_prefix("acs:oss:").and_then(|rest| rest.splitn(3, ':').nth(2)).unwrap_or_default();
        let bucket = id.split('/').next().unwrap_or_default();
        let found = gateway.cloud.buckets.read(bucket, |bucket| (bucket.tags.clone(), bucket.owner.clone()));
        let Some((tags, owner)) = found else {
            return Self { arn, tags: Vec::new(), scope: None };
        };
        let key = ResourceKey::new("oss", "bucket", bucket);
        let group = gateway.cloud.account(&owner).and_then(|owner| {
            let groups = owner.resource_groups.read();
            groups.group_of(&key).map(str::to_owned)
        });
        Self { arn, tags, scope: group.map(Scope::ResourceGroup) }
    }
}

/// What the identity's own policies say to each action on each resource asked for, under the control policies in force.
fn effective(
    gateway: &Gateway,
    principal: &Principal,
    policies: &dyn Fn(&Scope) -> PolicySet,
    asked: &Asked<'_>,
) -> Value {
    let identity = policies(&Scope::Account);
    let in_group: Vec<_> = asked.resources.iter().map(|resource| resource.scope.as_ref().map(policies)).collect();
    let account = principal.account().unwrap_or_default();
    let mut answers = Vec::new();
    for action in &asked.query.actions {
        for (resource, in_group) in asked.resources.iter().zip(&in_group) {
            let arn = resource.arn;
            let Ok(mut request) = Request::new(principal.clone(), action, arn) else {
                answers.push(json!({"action": action, "resource": arn, "verdict": "Malformed"}));
                continue;
            };
            for (key, value) in &resource.tags {
                request.set(&format!("oss:BucketTag/{key}"), value);
            }
            for (key, value) in &asked.query.context {
                request.set(key, value);
            }
            let owner = request.resource().owner().unwrap_or(account);
            let control = gateway.cloud.resource_directories.control_over(owner, account);
            let layers =
                Layers { control: &control, identity_resource_group: in_group.as_ref(), ..Layers::new(&identity) };
            let decision = acslab_policy::decide(&layers, &request);
            let policy = settled_by(&layers, &decision).map(policy_name);
            answers.push(json!({"action": action, "resource": arn, "verdict": decision.verdict, "policy": policy}));
        }
    }
    Value::Array(answers)
}
