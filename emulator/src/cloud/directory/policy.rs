//! Custom policies and their versions.

use std::collections::BTreeMap;
use std::sync::Arc;

use acslab_policy::{Document, DocumentKind};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Directory, DirectoryError, NameKey, PolicyKey, PolicyType, Tags};
use crate::cloud::Quota;

/// A custom policy.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomPolicy {
    /// The name, in the case it was made with.
    pub name: String,
    /// Free text.
    pub description: String,
    /// Its tags.
    pub tags: Tags,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
    #[serde(with = "crate::cloud::save::with::by_key")]
    versions: BTreeMap<u32, Version>,
    /// INVARIANT: a key of `versions`.
    default: u32,
    /// The number of the newest version ever made; numbers are never used again.
    newest: u32,
}

/// One version of a custom policy.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// 1 for `v1`.
    pub number: u32,
    /// The document, byte for byte as it was sent.
    pub document: Arc<Document>,
    /// When it was made.
    pub created: Timestamp,
}

impl Version {
    /// The id on the wire: `v1`.
    pub fn id(&self) -> String {
        format!("v{}", self.number)
    }
}

impl CustomPolicy {
    /// A new policy, with its document as version v1, the default one.
    pub fn new(name: &str, description: &str, document: Arc<Document>, at: Timestamp) -> Self {
        Self {
            name: name.to_owned(),
            description: description.to_owned(),
            tags: Tags::new(),
            created: at,
            updated: at,
            versions: BTreeMap::from([(1, Version { number: 1, document, created: at })]),
            default: 1,
            newest: 1,
        }
    }

    /// The same, its only version with this number: those before it are gone.
    #[must_use]
    pub fn beginning_with(mut self, number: u32) -> Self {
        let only = self.versions.pop_first();
        self.versions.extend(only.map(|(_, version)| (number, Version { number, ..version })));
        (self.default, self.newest) = (number, number);
        self
    }

    /// The versions that exist, oldest first.
    pub fn versions(&self) -> impl Iterator<Item = &Version> {
        self.versions.values()
    }

    /// The version in force.
    #[expect(
        clippy::indexing_slicing,
        reason = "`default` is always a key of `versions`: it is never deleted while default"
    )]
    pub fn default(&self) -> &Version {
        &self.versions[&self.default]
    }

    /// Is this the version in force?
    pub fn is_default(&self, version: &Version) -> bool {
        version.number == self.default
    }

    /// The version with that id (`v3`).
    pub fn version(&self, id: &str) -> Result<&Version, DirectoryError> {
        number_of(id).and_then(|number| self.versions.get(&number)).ok_or(DirectoryError::NotExist("Policy.Version"))
    }
}

impl CustomPolicy {
    /// Does a policy that was read keep what every policy keeps?
    pub(super) fn check(&self) -> Result<(), String> {
        let (name, newest) = (&self.name, self.versions.keys().next_back());
        if !self.versions.contains_key(&self.default) {
            return Err(format!("version v{} of policy `{name}` is in force and is not there", self.default));
        }
        if newest.is_some_and(|newest| *newest > self.newest) {
            return Err(format!("policy `{name}` has a version newer than its newest"));
        }
        match self.versions().find(|version| version.document.kind() != DocumentKind::Identity) {
            Some(version) => {
                Err(format!("{} of policy `{name}` is a {}", version.id(), version.document.kind().name()))
            }
            None => Ok(()),
        }
    }
}

/// The number of a version, by its id: 3 for `v3`. An id that no version has is none: `v0`, `v03`, `3`.
pub(crate) fn number_of(id: &str) -> Option<u32> {
    let digits = id.strip_prefix('v').filter(|digits| digits.starts_with(|first: char| matches!(first, '1'..='9')))?;
    digits.parse().ok()
}

impl Directory {
    /// All custom policies, by name.
    pub fn policies(&self) -> impl Iterator<Item = &CustomPolicy> {
        self.policies.values()
    }

    /// The custom policy of that name.
    pub fn policy(&self, name: &str) -> Result<&CustomPolicy, DirectoryError> {
        self.policies.get(&NameKey::of(name)).ok_or(DirectoryError::NotExist("Policy"))
    }

    /// The custom policy of that name, to be changed in what no decision rests on.
    pub fn policy_mut(&mut self, name: &str) -> Result<&mut CustomPolicy, DirectoryError> {
        self.policies.get_mut(&NameKey::of(name)).ok_or(DirectoryError::NotExist("Policy"))
    }

    /// Adds a custom policy.
    pub fn add_policy(&mut self, policy: CustomPolicy) -> Result<(), DirectoryError> {
        let key = NameKey::of(&policy.name);
        if self.policies.contains_key(&key) {
            return Err(DirectoryError::AlreadyExists("Policy"));
        }
        self.has_room(Quota::Policies, self.policies.len(), "Policy")?;
        self.policies.insert(key, policy);
        Ok(())
    }

    /// The next version has this number, if newer ones are not there: those between are gone.
    pub fn next_version_is(&mut self, name: &str, number: u32) -> Result<(), DirectoryError> {
        let policy = self.policy_mut(name)?;
        policy.newest = policy.newest.max(number.saturating_sub(1));
        Ok(())
    }

    /// Adds a version; with `rotate`, the oldest one that is not the default makes room when there are too many.
    pub fn add_version(
        &mut self,
        name: &str,
        document: Arc<Document>,
        make_default: bool,
        rotate: bool,
        at: Timestamp,
    ) -> Result<Version, DirectoryError> {
        let most = self.quotas.get(Quota::VersionsPerPolicy);
        let policy = self.policy_mut(name)?;
        // Numbers are never used again: where there is no next one, there can be no more versions.
        let number = policy.newest.checked_add(1).ok_or(DirectoryError::LimitExceeded("Policy.Version"))?;
        if policy.versions.len() >= most {
            let oldest = policy.versions.keys().copied().find(|number| *number != policy.default);
            match oldest.filter(|_| rotate) {
                Some(number) => policy.versions.remove(&number),
                None => return Err(DirectoryError::LimitExceeded("Policy.Version")),
            };
        }
        policy.newest = number;
        let version = Version { number, document, created: at };
        policy.versions.insert(version.number, version.clone());
        policy.updated = at;
        if make_default {
            policy.default = version.number;
        }
        self.touch();
        Ok(version)
    }

    /// Deletes a version that is not the default one.
    pub fn delete_version(&mut self, name: &str, id: &str) -> Result<(), DirectoryError> {
        let policy = self.policy_mut(name)?;
        let number = policy.version(id)?.number;
        if number == policy.default {
            return Err(DirectoryError::DeleteConflict("Policy.Version.Default"));
        }
        policy.versions.remove(&number);
        Ok(())
    }

    /// Puts a version in force.
    pub fn set_default_version(&mut self, name: &str, id: &str, at: Timestamp) -> Result<(), DirectoryError> {
        let policy = self.policy_mut(name)?;
        policy.default = policy.version(id)?.number;
        policy.updated = at;
        self.touch();
        Ok(())
    }

    /// Deletes a custom policy that is attached to nothing; with `cascade`, its other versions go with it.
    pub fn delete_policy(&mut self, name: &str, cascade: bool) -> Result<(), DirectoryError> {
        let policy = self.policy(name)?;
        let key = PolicyKey { kind: PolicyType::Custom, name: policy.name.clone() };
        let versions = policy.versions.len();
        if self.users().any(|user| user.attached.has(&key)) {
            return Err(DirectoryError::DeleteConflict("Policy.User"));
        }
        if self.groups().any(|group| group.attached.has(&key)) {
            return Err(DirectoryError::DeleteConflict("Policy.Group"));
        }
        if self.roles().any(|role| role.attached.has(&key)) {
            return Err(DirectoryError::DeleteConflict("Policy.Role"));
        }
        if versions > 1 && !cascade {
            return Err(DirectoryError::DeleteConflict("Policy.Version"));
        }
        self.policies.remove(&NameKey::of(name));
        Ok(())
    }

    /// How many users, groups and roles have a policy attached.
    pub fn attachment_count(&self, policy: &PolicyKey) -> usize {
        self.users().filter(|user| user.attached.has(policy)).count()
            + self.groups().filter(|group| group.attached.has(policy)).count()
            + self.roles().filter(|role| role.attached.has(policy)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::Quotas;

    #[test]
    fn after_the_last_number_there_is_no_more_version() {
        let now = Timestamp::UNIX_EPOCH;
        let text = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"ram:*","Resource":"*"}]}"#;
        let document = Arc::new(Document::parse(DocumentKind::Identity, text).unwrap());
        let mut directory = Directory::new("1", Quotas::default());
        let policy = CustomPolicy::new("p", "", document.clone(), now).beginning_with(u32::MAX - 1);
        directory.add_policy(policy).unwrap();
        let mut add = |rotate| directory.add_version("p", document.clone(), false, rotate, now);
        assert_eq!(add(false).unwrap().number, u32::MAX);
        assert!(matches!(add(true), Err(DirectoryError::LimitExceeded("Policy.Version"))));
        assert_eq!(directory.policy("p").unwrap().versions().count(), 2);
    }

    #[test]
    fn an_id_is_that_of_a_version_if_it_is_written_as_the_cloud_writes_it() {
        assert_eq!(["v1", "v30", "v4294967295"].map(number_of), [Some(1), Some(30), Some(u32::MAX)]);
        assert_eq!(["v0", "v04", "v+4", "4", "v", "v4294967296", "V1"].map(number_of), [None; 7]);
    }
}
