//! An account's directory: RAM users, user groups, RAM roles, custom policies and their attachments.
//!
//! Everything that an operation must see or change as one step lies behind the account's one lock, so that a key never
//! outlives its user and an attachment never outlives its policy. Names are unique without regard to letter case and
//! keep the case they were given.

mod any_policy;
mod attachment;
mod group;
mod login;
mod mfa;
mod policy;
mod principal_name;
mod recycle_bin;
mod role;
mod saved;
mod settings;
mod user;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use acslab_policy::PolicySet;
use parking_lot::Mutex;

pub use any_policy::{AnyPolicy, AnyVersion};
pub use attachment::{Attached, Attachments, PolicyKey, PolicyType, Scope};
pub use group::Group;
pub use login::{LoginProfile, PasswordPolicy};
pub use mfa::{MfaBinding, MfaDevice};
pub use policy::{CustomPolicy, Version};
pub use principal_name::PrincipalKind;
pub use recycle_bin::RecycledUser;
pub use role::{DeletionTask, Role, RoleUsage};
pub use settings::{MorePreferences, SecurityPreference};
pub use user::User;

use super::{Quota, Quotas, SystemPolicies};

/// Why a change to a directory was refused. The text is the cloud's own suffix: `NotExist("User.Policy")` is
/// `EntityNotExist.User.Policy` on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DirectoryError {
    /// What is named does not exist.
    NotExist(&'static str),
    /// What is to be made exists.
    AlreadyExists(&'static str),
    /// What is to be deleted is still used.
    DeleteConflict(&'static str),
    /// A quota is used up.
    LimitExceeded(&'static str),
    /// What is named cannot be changed this way.
    NotSupport(&'static str),
}

/// Tags by key; keys are case-sensitive.
pub type Tags = BTreeMap<String, String>;

/// Adds tags, up to so many; a value that is there already is replaced.
pub fn add_tags(to: &mut Tags, new: &Tags, most: usize) -> Result<(), DirectoryError> {
    if new.keys().filter(|key| !to.contains_key(*key)).count() + to.len() > most {
        return Err(DirectoryError::LimitExceeded("Tag"));
    }
    to.extend(new.iter().map(|(key, value)| (key.clone(), value.clone())));
    Ok(())
}

/// A name as the directory looks it up: without regard to ASCII letter case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameKey(String);

impl NameKey {
    /// The key of a name as somebody wrote it.
    pub fn of(name: &str) -> Self {
        Self(name.to_ascii_lowercase())
    }
}

/// One account's RAM users, user groups, RAM roles and custom policies.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Directory {
    #[serde(skip)]
    account: String,
    #[serde(skip)]
    quotas: Quotas,
    owner_keys: Vec<String>,
    /// The alias that the owner chose for the account.
    pub chosen_alias: Option<String>,
    #[serde(with = "crate::cloud::save::with::by_key")]
    users: BTreeMap<NameKey, User>,
    #[serde(skip)]
    user_names: HashMap<String, NameKey>,
    #[serde(with = "crate::cloud::save::with::by_key")]
    recycled: BTreeMap<String, RecycledUser>,
    #[serde(with = "crate::cloud::save::with::by_key")]
    groups: BTreeMap<NameKey, Group>,
    #[serde(with = "crate::cloud::save::with::by_key")]
    roles: BTreeMap<NameKey, Role>,
    #[serde(skip)]
    role_names: HashMap<String, NameKey>,
    #[serde(with = "crate::cloud::save::with::by_key")]
    policies: BTreeMap<NameKey, CustomPolicy>,
    #[serde(with = "crate::cloud::save::with::by_key")]
    mfa_devices: BTreeMap<NameKey, MfaDevice>,
    #[serde(with = "crate::cloud::save::with::by_key")]
    deletion_tasks: BTreeMap<String, DeletionTask>,
    /// The rules for the users' passwords.
    pub password_policy: PasswordPolicy,
    /// What users may do for themselves.
    pub security_preference: SecurityPreference,
    /// Grows with every change that may change a decision; compiled sets of an older generation are not used.
    #[serde(skip)]
    generation: u64,
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
    fn has_room(&self, quota: Quota, used: usize, limit: &'static str) -> Result<(), DirectoryError> {
        if used < self.quotas.get(quota) { Ok(()) } else { Err(DirectoryError::LimitExceeded(limit)) }
    }

    /// How many policies of this type may be attached to one of this kind.
    fn most_attached(&self, kind: PrincipalKind, policy: &PolicyKey) -> usize {
        self.quotas.get(Quota::attached(kind, policy.kind))
    }

    /// Says that something changed that decisions may rest on.
    fn touch(&mut self) {
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
        super::limits::COMPILED_SPARE + 4 * (self.users.len() + self.roles.len())
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
        for number in 0..3 * crate::cloud::limits::COMPILED_SPARE {
            directory.add_user(User::new(number.to_string(), "passing", now)).unwrap();
            let user = directory.user("passing").unwrap().clone();
            directory.policies_of_user(&user, &Scope::Account, &system);
            directory.delete_user("passing").unwrap();
        }
        let kept = directory.compiled.lock().len();
        assert!(kept <= directory.most_compiled(), "{kept}");
    }
}
