//! The directory itself, and the compiled policies of its principals.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use acslab_policy::PolicySet;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use super::{
    Attached, CustomPolicy, DeletionTask, DirectoryError, Group, MfaDevice, NameKey, PasswordPolicy, PolicyKey,
    PolicyType, PrincipalKind, RecycledUser, Role, Scope, SecurityPreference, User,
};
use crate::cloud::limits::COMPILED_SPARE;
use crate::cloud::{Quota, Quotas, SystemPolicies};

/// One account's RAM users, user groups, RAM roles and custom policies.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Directory {
    #[serde(skip)]
    pub(super) account: String,
    #[serde(skip)]
    pub(super) quotas: Quotas,
    pub(super) owner_keys: Vec<String>,
    /// The alias that the owner chose for the account.
    pub chosen_alias: Option<String>,
    #[serde(with = "crate::cloud::save::with::by_key")]
    pub(super) users: BTreeMap<NameKey, User>,
    #[serde(skip)]
    pub(super) user_names: HashMap<String, NameKey>,
    #[serde(with = "crate::cloud::save::with::by_key")]
    pub(super) recycled: BTreeMap<String, RecycledUser>,
    #[serde(with = "crate::cloud::save::with::by_key")]
    pub(super) groups: BTreeMap<NameKey, Group>,
    #[serde(with = "crate::cloud::save::with::by_key")]
    pub(super) roles: BTreeMap<NameKey, Role>,
    #[serde(skip)]
    pub(super) role_names: HashMap<String, NameKey>,
    #[serde(with = "crate::cloud::save::with::by_key")]
    pub(super) policies: BTreeMap<NameKey, CustomPolicy>,
    #[serde(with = "crate::cloud::save::with::by_key")]
    pub(super) mfa_devices: BTreeMap<NameKey, MfaDevice>,
    #[serde(with = "crate::cloud::save::with::by_key")]
    pub(super) deletion_tasks: BTreeMap<String, DeletionTask>,
    /// The rules for the users' passwords.
    pub password_policy: PasswordPolicy,
    /// What users may do for themselves.
    pub security_preference: SecurityPreference,
    /// Grows with every change that may change a decision; compiled sets of an older generation are not used.
    #[serde(skip)]
    pub(super) generation: u64,
    #[serde(skip)]
    compiled: Mutex<HashMap<CompiledKey, Compiled>>,
}

/// Whose policies, at which scope.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct CompiledKey {
    principal: String,
    scope: Scope,
}

#[derive(Debug)]
struct Compiled {
    generation: u64,
    system_generation: u64,
    set: PolicySet,
}

impl Directory {
    /// The empty directory of a new account.
    pub fn new(account: &str, quotas: Quotas) -> Self {
        Self {
            account: account.to_owned(),
            quotas,
            owner_keys: Vec::new(),
            chosen_alias: None,
            users: BTreeMap::new(),
            user_names: HashMap::new(),
            recycled: BTreeMap::new(),
            groups: BTreeMap::new(),
            roles: BTreeMap::new(),
            role_names: HashMap::new(),
            policies: BTreeMap::new(),
            mfa_devices: BTreeMap::new(),
            deletion_tasks: BTreeMap::new(),
            password_policy: PasswordPolicy::default(),
            security_preference: SecurityPreference::default(),
            generation: 0,
            compiled: Mutex::new(HashMap::new()),
        }
    }

    /// The id of the account that this directory belongs to.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The account's alias: its id, until the owner chooses another.
    pub fn alias(&self) -> &str {
        self.chosen_alias.as_deref().unwrap_or(&self.account)
    }

    /// May there be one more?
    pub(super) fn has_room(&self, quota: Quota, used: usize, limit: &'static str) -> Result<(), DirectoryError> {
        if used < self.quotas.get(quota) { Ok(()) } else { Err(DirectoryError::LimitExceeded(limit)) }
    }

    /// How many policies of this type may be attached to one of this kind.
    pub(super) fn most_attached(&self, kind: PrincipalKind, policy: &PolicyKey) -> usize {
        self.quotas.get(Quota::attached(kind, policy.kind))
    }

    /// Says that something changed that decisions may rest on.
    pub(super) fn touch(&mut self) {
        self.generation += 1;
    }

    /// Detaches everything that is attached at one scope.
    pub fn detach_all_at(&mut self, scope: &Scope) {
        let of_users = self.users.values_mut().map(|user| &mut user.attached);
        let of_groups = self.groups.values_mut().map(|group| &mut group.attached);
        let of_roles = self.roles.values_mut().map(|role| &mut role.attached);
        for attached in of_users.chain(of_groups).chain(of_roles) {
            attached.detach_all_at(scope);
        }
        self.touch();
    }

    /// What is attached to a RAM user itself and to its groups, compiled, at one scope.
    pub fn policies_of_user(&self, user: &User, scope: &Scope, system: &SystemPolicies) -> PolicySet {
        self.compiled(&user.id, scope, system, || {
            let own = user
                .attached
                .at(scope)
                .map(|attached| (attached, acslab_policy::Attachment::User(user.name.as_str().into())));
            let of_groups = self.groups_of(user).flat_map(|group| {
                group
                    .attached
                    .at(scope)
                    .map(|attached| (attached, acslab_policy::Attachment::Group(group.name.as_str().into())))
            });
            self.compile(own.chain(of_groups), system)
        })
    }

    /// What is attached to a RAM role, compiled, at one scope.
    pub fn policies_of_role(&self, role: &Role, scope: &Scope, system: &SystemPolicies) -> PolicySet {
        self.compiled(&role.id, scope, system, || {
            let own = role
                .attached
                .at(scope)
                .map(|attached| (attached, acslab_policy::Attachment::Role(role.name.as_str().into())));
            self.compile(own, system)
        })
    }

    /// The compiled set of a principal, made anew only when the directory or the system policies have changed since.
    fn compiled(
        &self,
        principal: &str,
        scope: &Scope,
        system: &SystemPolicies,
        make: impl FnOnce() -> PolicySet,
    ) -> PolicySet {
        let key = CompiledKey { principal: principal.to_owned(), scope: scope.clone() };
        let mut cache = self.compiled.lock();
        if let Some(found) = cache.get(&key)
            && found.generation == self.generation
            && found.system_generation == system.generation()
        {
            return found.set.clone();
        }
        // Who is gone leaves sets behind, and each change of the directory does.
        if cache.len() >= self.most_compiled() {
            cache.retain(|_, found| found.generation == self.generation);
            if cache.len() >= self.most_compiled() {
                cache.clear();
            }
        }
        let set = make();
        let compiled =
            Compiled { generation: self.generation, system_generation: system.generation(), set: set.clone() };
        cache.insert(key, compiled);
        set
    }

    /// How many compiled sets are kept: each principal's at a few scopes, and some to spare.
    fn most_compiled(&self) -> usize {
        COMPILED_SPARE + 4 * (self.users.len() + self.roles.len())
    }

    fn compile<'a>(
        &'a self,
        attached: impl Iterator<Item = (&'a Attached, acslab_policy::Attachment)>,
        system: &SystemPolicies,
    ) -> PolicySet {
        PolicySet::compile(attached.filter_map(|(attached, to)| {
            let (version, document) = self.document(&attached.policy, system)?;
            let reference = acslab_policy::PolicyRef {
                name: attached.policy.name.as_str().into(),
                kind: attached.policy.kind.into(),
                version: Some(version.into()),
                attached: to,
            };
            Some((reference, document))
        }))
    }

    /// The default version of a policy: its id and its document.
    pub fn document(
        &self,
        policy: &PolicyKey,
        system: &SystemPolicies,
    ) -> Option<(String, Arc<acslab_policy::Document>)> {
        match policy.kind {
            PolicyType::System => {
                system.get(&policy.name).map(|found| (found.default_version.clone(), found.document()))
            }
            PolicyType::Custom => {
                let version = self.policy(&policy.name).ok()?.default();
                Some((version.id(), Arc::clone(&version.document)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_those_who_are_gone_are_forgotten() {
        let mut directory = Directory::new("1234567890123456", Quotas::default());
        let system = SystemPolicies::shipped();
        let now = jiff::Timestamp::UNIX_EPOCH;
        for number in 0..3 * COMPILED_SPARE {
            directory.add_user(User::new(number.to_string(), "passing", now)).unwrap();
            let user = directory.user("passing").unwrap().clone();
            directory.policies_of_user(&user, &Scope::Account, &system);
            directory.delete_user("passing").unwrap();
        }
        let kept = directory.compiled.lock().len();
        assert!(kept <= directory.most_compiled(), "{kept}");
    }
}
