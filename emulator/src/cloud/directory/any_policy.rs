//! Policies of either type, as they are read: the account's own and Alibaba Cloud's.

use std::sync::Arc;

use acslab_policy::Document;
use jiff::Timestamp;

use super::{CustomPolicy, Directory, DirectoryError, PolicyKey, PolicyType, Version};
use crate::cloud::{SystemPolicies, SystemPolicy};

/// A policy of either type.
#[derive(Debug, Clone, Copy)]
pub enum AnyPolicy<'a> {
    /// Alibaba Cloud's.
    System(&'a SystemPolicy),
    /// The account's own.
    Custom(&'a CustomPolicy),
}

/// One version of a policy of either type.
#[derive(Debug, Clone)]
pub struct AnyVersion<'a> {
    /// `v1`
    pub id: String,
    /// When it was made.
    pub created: Timestamp,
    /// The document, byte for byte as it was sent.
    pub document: &'a Arc<Document>,
    /// Is it the version in force?
    pub default: bool,
}

impl<'a> AnyPolicy<'a> {
    /// Its name, in the case it was made with.
    pub fn name(&self) -> &'a str {
        match self {
            Self::System(policy) => &policy.name,
            Self::Custom(policy) => &policy.name,
        }
    }

    /// Whose it is.
    pub fn kind(&self) -> PolicyType {
        match self {
            Self::System(_) => PolicyType::System,
            Self::Custom(_) => PolicyType::Custom,
        }
    }

    /// What attachments name it by.
    pub fn key(&self) -> PolicyKey {
        PolicyKey { kind: self.kind(), name: self.name().to_owned() }
    }

    /// Its description.
    pub fn description(&self) -> &'a str {
        match self {
            Self::System(policy) => &policy.description,
            Self::Custom(policy) => &policy.description,
        }
    }

    /// The id of the version in force.
    pub fn default_version(&self) -> String {
        match self {
            Self::System(policy) => policy.default_version.clone(),
            Self::Custom(policy) => policy.default().id(),
        }
    }

    /// When it was made.
    pub fn created(&self) -> Timestamp {
        match self {
            Self::System(policy) => policy.created,
            Self::Custom(policy) => policy.created,
        }
    }

    /// When it was last changed.
    pub fn updated(&self) -> Timestamp {
        match self {
            Self::System(policy) => policy.updated,
            Self::Custom(policy) => policy.updated,
        }
    }

    /// Its versions, oldest first.
    pub fn versions(&self) -> Vec<AnyVersion<'a>> {
        match self {
            Self::System(policy) => policy
                .versions
                .iter()
                .map(|version| AnyVersion {
                    id: version.id.clone(),
                    created: version.created,
                    document: &version.document,
                    default: version.id == policy.default_version,
                })
                .collect(),
            Self::Custom(policy) => policy.versions().map(|version| AnyVersion::of(policy, version)).collect(),
        }
    }

    /// The version in force.
    pub fn default(&self) -> Option<AnyVersion<'a>> {
        self.versions().into_iter().find(|version| version.default)
    }

    /// The version with that id.
    pub fn version(&self, id: &str) -> Result<AnyVersion<'a>, DirectoryError> {
        let version = self.versions().into_iter().find(|version| version.id == id);
        version.ok_or(DirectoryError::NotExist("Policy.Version"))
    }
}

impl<'a> AnyVersion<'a> {
    /// A version of a custom policy.
    pub fn of(policy: &CustomPolicy, version: &'a Version) -> Self {
        Self {
            id: version.id(),
            created: version.created,
            document: &version.document,
            default: policy.is_default(version),
        }
    }
}

impl Directory {
    /// The policy of that type and name.
    pub fn any_policy<'a>(
        &'a self,
        kind: PolicyType,
        name: &str,
        system: &'a SystemPolicies,
    ) -> Result<AnyPolicy<'a>, DirectoryError> {
        match kind {
            PolicyType::System => {
                system.get(name).map(|policy| AnyPolicy::System(policy)).ok_or(DirectoryError::NotExist("Policy"))
            }
            PolicyType::Custom => self.policy(name).map(AnyPolicy::Custom),
        }
    }

    /// All policies of one type, or of both: the account's own first, then Alibaba Cloud's, each by name.
    pub fn any_policies<'a>(
        &'a self,
        kind: Option<PolicyType>,
        system: &'a SystemPolicies,
    ) -> impl Iterator<Item = AnyPolicy<'a>> {
        let custom = self.policies().map(AnyPolicy::Custom);
        let of_system = system.iter().map(|policy| AnyPolicy::System(policy));
        custom.chain(of_system).filter(move |policy| kind.is_none_or(|kind| kind == policy.kind()))
    }
}
