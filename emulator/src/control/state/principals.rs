//! The principals and policies of an account, and what is attached to whom.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::effective::effective;
use super::model::{
    AccessKeys, AccountState, Attachment, AuthorizationState, CustomPolicy, Group, Role, SystemPolicy, User, Who,
};
use super::preference::SecurityPreference;
use super::query::StateQuery;
use super::text::PolicyText;
use super::{account, resource_directory};
use crate::cloud::directory::{self, Attachments, PolicyType, Scope};
use crate::cloud::{self, Account, Cloud, Directory, KeyStatus, LoadError, SystemPolicies};
use crate::gateway::{Caller, Circumstances, HttpRequest};
use crate::operation::SESSION;
use crate::registry::Registry;
use crate::services::records;

/// The state that a query asks for. `http` is the request that asks: what the permissions say is what whoever sends it would
/// get from where he is.
impl AuthorizationState {
    /// That of a cloud which was kept: of the document alone (`state.json`), what is in objects is not needed.
    ///
    /// # Errors
    /// It is no such document.
    pub fn of_kept(document: &[u8]) -> Result<Self, LoadError> {
        let cloud = Cloud::load_without_payloads(document)?;
        let accounts = cloud.accounts();
        let read = |account: &Arc<Account>| (account.name.clone(), account_state(&cloud, account, [true; 2]).0);
        Ok(Self { accounts: accounts.iter().map(read).collect() })
    }
}

pub(in crate::control) fn authorization_state(
    registry: &Registry,
    cloud: &Cloud,
    query: &StateQuery,
    http: &HttpRequest,
) -> AuthorizationState {
    let circumstances = Circumstances::of_request(cloud, http);
    let all = cloud.accounts();
    let named = |account: &Account| {
        let named = |names: &Vec<String>| names.iter().any(|name| *name == account.name || *name == account.id);
        query.accounts.as_ref().is_none_or(named)
    };
    let members = all.iter().filter(|account| query.members && named(account)).flat_map(|account| {
        let ids = |managed: &cloud::ResourceDirectory| Ok(managed.members().map(|one| one.account.clone()).collect());
        cloud.resource_directories.read(&account.id, ids).unwrap_or_else(|_| Vec::new())
    });
    let members: BTreeSet<String> = members.collect();
    let wanted = |account: &Arc<Account>| named(account) || members.contains(&account.id);
    let accounts = all.iter().filter(|account| wanted(account)).map(|account| {
        let (mut state, principals) = account_state(cloud, account, [query.ids, query.ids || query.members]);
        state.permissions = permissions(registry, cloud, principals, query, &circumstances);
        (account.name.clone(), state)
    });
    AuthorizationState { accounts: accounts.collect() }
}

/// What each principal may in effect do. It reads what an account's state locks: nothing may be locked here.
fn permissions(
    registry: &Registry,
    cloud: &Cloud,
    principals: Vec<(Who, Caller)>,
    query: &StateQuery,
    circumstances: &Circumstances,
) -> BTreeMap<Who, Vec<super::Permission>> {
    let effective = |caller: &Caller| effective(registry, cloud, caller, query, circumstances);
    principals.into_iter().map(|(who, caller)| (who, effective(&caller))).collect()
}

/// All of an account but the permissions, and the principals that have some. Are users told with their ids, and members with theirs?
fn account_state(
    cloud: &Cloud,
    account: &Arc<Account>,
    [ids, of_members]: [bool; 2],
) -> (AccountState, Vec<(Who, Caller)>) {
    let system = &cloud.system_policies();
    // Before the directory is locked: PAI looks from its records into the directory, and resource groups are locked first.
    let now = cloud.clock.now();
    let known = records::known(account, now);
    let workspaces = account::workspaces(account, &known);
    let resource_groups = account::resource_groups(account, now);
    let groups = account::group_names(account, now);
    let log_projects = account::log_projects(cloud, account);
    let managed =
        cloud.resource_directories.read(&account.id, |managed| Ok(resource_directory::read(managed, of_members)));
    let identity_providers = account::identity_providers(account);
    let directory = account.directory.read();
    let ims = account.ims.read();
    let principals = directory.users().map(|user| &user.attached);
    let principals = principals.chain(directory.groups().map(|group| &group.attached));
    let principals = principals.chain(directory.roles().map(|role| &role.attached));
    let attached = |attached: &Attachments| attachments(attached, &directory, system, &groups);
    let mut state = AccountState {
        account_id: account.id.clone(),
        activated: account::activated(account),
        groups: directory.groups().map(|one| (one.name.clone(), group(one, &directory, &attached))).collect(),
        policies: directory.policies().map(|policy| (policy.name.clone(), custom_policy(policy))).collect(),
        system_policies: not_as_shipped(principals.flat_map(Attachments::iter), system),
        access_key_policies: account::own_key_policies(&ims, &directory),
        resource_groups,
        identity_providers,
        security_preference: SecurityPreference::changed(&directory.security_preference),
        resource_directory: managed.ok(),
        public_access_blocked: account.public_access_blocked.load(Ordering::Relaxed),
        buckets: account::buckets(cloud, account),
        log_projects,
        records: account::tagged(known),
        strict_workspace_roles: cloud.strict_workspace_roles() && !workspaces.is_empty(),
        workspaces,
        ..AccountState::default()
    };
    let mut principals = Vec::new();
    for user in directory.users() {
        let read = User {
            user_id: ids.then(|| user.id.clone()),
            groups: directory.groups_of(user).map(|group| group.name.clone()).collect(),
            policies: attached(&user.attached),
            access_keys: access_keys(cloud, &user.keys),
            access_key_policies: account::key_policies(&ims, &user.keys),
            console_password: user.login.as_ref().is_some_and(|login| login.active),
            console_mfa: user.login.as_ref().is_some_and(|login| login.active && login.mfa_required),
            tags: user.tags.clone(),
        };
        state.users.insert(user.name.clone(), read);
        principals.push((Who::User(user.name.clone()), Caller::user(account, user)));
    }
    for role in directory.roles() {
        let read = Role {
            trust: PolicyText::new(role.trust.text()),
            policies: attached(&role.attached),
            service_linked: role.linked_to.clone(),
            max_session_duration: role.max_session_duration,
            tags: role.tags.clone(),
        };
        state.roles.insert(role.name.clone(), read);
        principals.push((Who::Role(role.name.clone()), Caller::session_of(account, role, SESSION)));
    }
    (state, principals)
}

fn group(group: &directory::Group, directory: &Directory, attached: &dyn Fn(&Attachments) -> Vec<Attachment>) -> Group {
    let members = group.members.keys().filter_map(|id| directory.user_by_id(id)).map(|user| user.name.clone());
    Group { members: members.collect(), policies: attached(&group.attached) }
}

fn custom_policy(policy: &directory::CustomPolicy) -> CustomPolicy {
    let versions = policy.versions().map(|version| (version.id(), PolicyText::new(version.document.text())));
    CustomPolicy { default_version: policy.default().id(), versions: versions.collect(), tags: policy.tags.clone() }
}

/// Of the system policies that are attached, those that do not say what the ones that come with the program say: published since, or
/// replaced. Of the others name and version tell everything.
fn not_as_shipped<'a>(
    attached: impl Iterator<Item = &'a directory::Attached>,
    system: &SystemPolicies,
) -> BTreeMap<String, SystemPolicy> {
    let shipped = SystemPolicies::shipped();
    let names = attached.filter(|one| one.policy.kind == PolicyType::System).map(|one| &one.policy.name);
    let in_force = names.filter_map(|name| system.get(name));
    let other = in_force.filter_map(|policy| {
        let (version, document) = (&policy.default_version, policy.document());
        let text = PolicyText::new(document.text());
        let known =
            shipped.get(&policy.name).and_then(|shipped| shipped.versions.iter().find(|one| one.id == *version));
        let same = known.is_some_and(|known| {
            Arc::ptr_eq(&known.document, &document) || PolicyText::new(known.document.text()) == text
        });
        (!same).then(|| (policy.name.clone(), SystemPolicy { version: version.clone(), text }))
    });
    other.collect()
}

/// How many of a user's keys may sign, and how many may not.
fn access_keys(cloud: &Cloud, ids: &[String]) -> AccessKeys {
    let keys = ids.iter().filter_map(|id| cloud.keys.get(id));
    let (active, inactive): (Vec<_>, Vec<_>) = keys.partition(|key| key.status == KeyStatus::Active);
    AccessKeys { active: active.len(), inactive: inactive.len() }
}

/// What is attached; a resource group by its name.
fn attachments(
    attached: &Attachments,
    directory: &Directory,
    system: &SystemPolicies,
    groups: &BTreeMap<String, String>,
) -> Vec<Attachment> {
    let mut all: Vec<_> = attached.iter().collect();
    all.sort_by(|a, b| (&a.policy, &a.scope).cmp(&(&b.policy, &b.scope)));
    let one = |attached: &&directory::Attached| Attachment {
        name: attached.policy.name.clone(),
        kind: attached.policy.kind.as_str().to_owned(),
        version: directory.document(&attached.policy, system).map(|(version, _)| version.clone()),
        resource_group: match &attached.scope {
            Scope::ResourceGroup(id) => Some(groups.get(id).unwrap_or(id).clone()),
            Scope::Account => None,
        },
    };
    all.iter().map(one).collect()
}
