//! The system policies: Alibaba Cloud's own, the same in every account.
//!
//! They are data (`data/system_policies.json`): name, published versions and documents, read when first asked for.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use acslab_policy::{Document, DocumentKind};
use jiff::Timestamp;
use serde::Deserialize;

use super::NameKey;

/// One system policy, as published.
#[derive(Debug, Clone)]
pub struct SystemPolicy {
    /// The name, in the published case.
    pub name: String,
    /// What the console says of it.
    pub description: String,
    /// When it was published.
    pub created: Timestamp,
    /// When its default version was published.
    pub updated: Timestamp,
    /// The id of the version in force: `v7`.
    pub default_version: String,
    /// The versions whose documents are known, oldest first.
    pub versions: Vec<SystemVersion>,
}

/// One published version of a system policy.
#[derive(Debug, Clone)]
pub struct SystemVersion {
    /// `v7`.
    pub id: String,
    /// When it was published.
    pub created: Timestamp,
    /// The document.
    pub document: Arc<Document>,
}

impl SystemPolicy {
    /// The document in force.
    ///
    /// # Panics
    /// Never: a policy whose default version is missing is not loaded.
    #[expect(clippy::expect_used, reason = "checked when the policy is loaded")]
    pub fn document(&self) -> Arc<Document> {
        let version = self.versions.iter().find(|version| version.id == self.default_version);
        Arc::clone(&version.expect("the default version is among the versions").document)
    }
}

/// A file of system policies that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SystemPolicyError {
    /// The file is not a JSON array of system policies.
    #[error("not a list of system policies: {0}")]
    Shape(#[from] serde_json::Error),
    /// One document is not a policy.
    #[error("system policy `{name}` {version}: {cause}")]
    Document {
        /// Which policy.
        name: String,
        /// Which of its versions.
        version: String,
        /// What is wrong with it.
        cause: acslab_policy::Malformed,
    },
    /// The default version has no document.
    #[error("system policy `{name}` has no version `{version}`, which it names as its default")]
    NoDefault {
        /// Which policy.
        name: String,
        /// The version that is missing.
        version: String,
    },
}

/// The system policies by name.
#[derive(Debug)]
pub struct SystemPolicies {
    policies: BTreeMap<NameKey, Arc<SystemPolicy>>,
    generation: u64,
}

#[derive(Deserialize)]
struct FilePolicy {
    name: String,
    #[serde(default)]
    description: String,
    created: Timestamp,
    updated: Timestamp,
    default_version: String,
    versions: Vec<FileVersion>,
}

#[derive(Deserialize)]
struct FileVersion {
    id: String,
    created: Timestamp,
    document: serde_json::Value,
}

static SHIPPED: LazyLock<Arc<SystemPolicies>> = LazyLock::new(|| {
    let text = include_str!("../../data/system_policies.json");
    #[expect(clippy::expect_used, reason = "shipped with the program and read by a test")]
    Arc::new(SystemPolicies { policies: read(text).expect("the shipped system policies can be read"), generation: 0 })
});

static GENERATION: AtomicU64 = AtomicU64::new(1);

fn read(text: &str) -> Result<BTreeMap<NameKey, Arc<SystemPolicy>>, SystemPolicyError> {
    let policies: Vec<FilePolicy> = serde_json::from_str(text)?;
    policies.into_iter().map(|policy| Ok((NameKey::of(&policy.name), Arc::new(load(policy)?)))).collect()
}

fn load(policy: FilePolicy) -> Result<SystemPolicy, SystemPolicyError> {
    let mut versions = Vec::with_capacity(policy.versions.len());
    for version in policy.versions {
        // Shown to clients as the console shows it: indented.
        let text = serde_json::to_string_pretty(&version.document)?;
        let document = Document::parse(DocumentKind::Identity, &text).map_err(|cause| SystemPolicyError::Document {
            name: policy.name.clone(),
            version: version.id.clone(),
            cause,
        })?;
        versions.push(SystemVersion { id: version.id, created: version.created, document: Arc::new(document) });
    }
    if !versions.iter().any(|version| version.id == policy.default_version) {
        return Err(SystemPolicyError::NoDefault { name: policy.name, version: policy.default_version });
    }
    Ok(SystemPolicy {
        name: policy.name,
        description: policy.description,
        created: policy.created,
        updated: policy.updated,
        default_version: policy.default_version,
        versions,
    })
}

impl SystemPolicies {
    /// Those that come with the program.
    pub fn shipped() -> Arc<Self> {
        Arc::clone(&SHIPPED)
    }

    /// These, with those of a file (in the format of `data/system_policies.json`) added or put in their place.
    pub fn with(&self, text: &str) -> Result<Self, SystemPolicyError> {
        let mut policies = self.policies.clone();
        policies.extend(read(text)?);
        Ok(Self { policies, generation: GENERATION.fetch_add(1, Ordering::Relaxed) })
    }

    /// The policy of that name, whatever the letter case.
    pub fn get(&self, name: &str) -> Option<&Arc<SystemPolicy>> {
        self.policies.get(&NameKey::of(name))
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<SystemPolicy>> {
        self.policies.values()
    }

    /// Differs between two sets that may differ.
    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_ones_can_be_read() {
        let policies = SystemPolicies::shipped();
        let default = policies.get("AliyunPAILangStudioDefaultRolePolicy").unwrap();
        assert_eq!(default.document().statements().len(), 9);
    }

    #[test]
    fn a_file_replaces_by_name() {
        let file = r#"[{"name":"AliyunOSSFullAccess","created":"2026-01-01T00:00:00Z","updated":"2026-01-01T00:00:00Z",
            "default_version":"v9","versions":[{"id":"v9","created":"2026-01-01T00:00:00Z",
            "document":{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:Get*","Resource":"*"}]}}]}]"#;
        let policies = SystemPolicies::shipped().with(file).unwrap();
        assert_eq!(policies.get("aliyunossfullaccess").unwrap().default_version, "v9");
        assert_ne!(policies.generation(), SystemPolicies::shipped().generation());
    }

    #[test]
    fn a_default_that_is_not_there_is_refused() {
        let file = r#"[{"name":"X","created":"2026-01-01T00:00:00Z","updated":"2026-01-01T00:00:00Z","default_version":"v2","versions":[]}]"#;
        let error = SystemPolicies::shipped().with(file).unwrap_err();
        assert_eq!(error.to_string(), "system policy `X` has no version `v2`, which it names as its default");
    }
}
