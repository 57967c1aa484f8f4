//! Attachments: which policy is attached to a user, a group or a role, and for what.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{DirectoryError, NameKey};

/// Whose policy it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PolicyType {
    /// Alibaba Cloud's own, the same in every account.
    System,
    /// The account's own.
    Custom,
}

impl PolicyType {
    /// The cloud's spelling, `System` or `Custom`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Custom => "Custom",
        }
    }

    /// Reads the cloud's spelling; letter case counts.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::System, Self::Custom].into_iter().find(|kind| kind.as_str() == text)
    }
}

impl From<PolicyType> for acslab_policy::PolicyType {
    fn from(kind: PolicyType) -> Self {
        match kind {
            PolicyType::System => Self::System,
            PolicyType::Custom => Self::Custom,
        }
    }
}

/// Names a policy of either type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyKey {
    /// Whose it is.
    pub kind: PolicyType,
    /// Its name, in the case it was made with.
    pub name: String,
}

/// Where an attachment counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// Everywhere in the account.
    Account,
    /// For the resources of one resource group, by its id.
    ResourceGroup(String),
}

/// One attachment.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attached {
    /// The policy.
    pub policy: PolicyKey,
    /// Where it counts.
    pub scope: Scope,
    /// Since when.
    pub at: Timestamp,
}

/// The policies attached to one user, group or role, in the order of attaching.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Attachments(Vec<Attached>);

impl Attachments {
    /// All of them, whatever the scope.
    pub fn iter(&self) -> impl Iterator<Item = &Attached> {
        self.0.iter()
    }

    /// Those of one scope.
    pub fn at<'a>(&'a self, scope: &'a Scope) -> impl Iterator<Item = &'a Attached> + use<'a> {
        self.0.iter().filter(move |attached| attached.scope == *scope)
    }

    /// Is nothing attached?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Is this policy attached, at any scope?
    pub fn has(&self, policy: &PolicyKey) -> bool {
        self.0.iter().any(|attached| same(&attached.policy, policy))
    }

    /// The scopes that something is attached at, besides the account.
    pub fn resource_groups(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|attached| match &attached.scope {
            Scope::ResourceGroup(id) => Some(id.as_str()),
            Scope::Account => None,
        })
    }

    /// Adds one, if there are fewer than so many of its type. `suffix` is that of the cloud's errors.
    pub(super) fn attach(&mut self, new: Attached, most: usize, suffix: &'static str) -> Result<(), DirectoryError> {
        if self.0.iter().any(|old| same(&old.policy, &new.policy) && old.scope == new.scope) {
            return Err(DirectoryError::AlreadyExists(suffix));
        }
        if self.0.iter().filter(|old| old.policy.kind == new.policy.kind).count() >= most {
            return Err(DirectoryError::LimitExceeded(suffix));
        }
        self.0.push(new);
        Ok(())
    }

    /// Takes away all of one scope.
    pub(super) fn detach_all_at(&mut self, scope: &Scope) {
        self.0.retain(|attached| attached.scope != *scope);
    }

    /// Takes one away. `missing` is the suffix of the cloud's error.
    pub(super) fn detach(
        &mut self,
        policy: &PolicyKey,
        scope: &Scope,
        missing: &'static str,
    ) -> Result<(), DirectoryError> {
        let at = self.0.iter().position(|old| same(&old.policy, policy) && old.scope == *scope);
        self.0.remove(at.ok_or(DirectoryError::NotExist(missing))?);
        Ok(())
    }
}

/// Policy names compare without regard to letter case.
fn same(a: &PolicyKey, b: &PolicyKey) -> bool {
    a.kind == b.kind && NameKey::of(&a.name) == NameKey::of(&b.name)
}
