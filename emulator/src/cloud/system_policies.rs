//! The system policies: Alibaba Cloud's own, the same in every account.
//!
//! They are data (`data/system_policies.json`): name, published versions and documents, read when first asked for. Of most only
//! the newest version is known. Which version is in force can be changed: what would the next one, or the last, have allowed?

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use acslab_policy::{Document, DocumentKind};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::NameKey;

/// One system policy, as published.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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

/// Why system policies cannot be had as asked.
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
    /// A version is not called as versions are.
    #[error("system policy `{name}`: `{version}` is not a version such as `v2`")]
    NotAVersion {
        /// Which policy.
        name: String,
        /// What it is called.
        version: String,
    },
    /// The default version has no document.
    #[error("system policy `{name}` has no version `{version}`, which it names as its default")]
    NoDefault {
        /// Which policy.
        name: String,
        /// The version that is missing.
        version: String,
    },
    /// A policy that is new says nothing.
    #[error("system policy `{0}` has no version")]
    Empty(String),
    /// There is no such policy.
    #[error("there is no system policy `{0}` here: {hint}", hint = SystemPolicies::how_to_add(.0))]
    NoSuchPolicy(String),
    /// The document of that version is not known.
    #[error("no version `{version}` of system policy `{name}` is known, only {}", known.join(", "))]
    NoSuchVersion {
        /// Which policy.
        name: String,
        /// The version that was asked for.
        version: String,
        /// The versions that are known.
        known: Vec<String>,
    },
}

/// The system policies by name.
#[derive(Debug)]
pub struct SystemPolicies {
    policies: Policies,
    generation: u64,
}

type Policies = BTreeMap<NameKey, Arc<SystemPolicy>>;

/// A policy of a file. Of one that is known already, only what is new need be said.
#[derive(Deserialize)]
struct FilePolicy {
    name: String,
    description: Option<String>,
    created: Option<Timestamp>,
    updated: Option<Timestamp>,
    default_version: Option<String>,
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
    let policies = with_file(Policies::new(), text).expect("the shipped system policies can be read");
    Arc::new(SystemPolicies { policies, generation: 0 })
});

static GENERATION: AtomicU64 = AtomicU64::new(1);

fn with_file(mut policies: Policies, text: &str) -> Result<Policies, SystemPolicyError> {
    let file: Vec<FilePolicy> = serde_json::from_str(text)?;
    for policy in file {
        let key = NameKey::of(&policy.name);
        let policy = load(policy, policies.get(&key).map(AsRef::as_ref))?;
        policies.insert(key, Arc::new(policy));
    }
    Ok(policies)
}

/// The number of `v7`.
fn number(id: &str) -> Option<u32> {
    id.strip_prefix('v')?.parse().ok().filter(|number| *number > 0)
}

fn load(policy: FilePolicy, known: Option<&SystemPolicy>) -> Result<SystemPolicy, SystemPolicyError> {
    let FilePolicy { name, description, created, updated, default_version, versions: published } = policy;
    let name = known.map_or(name, |known| known.name.clone());
    let mut versions = known.map(|known| known.versions.clone()).unwrap_or_default();
    for version in published {
        add(&mut versions, &name, &version.id, version.created, &version.document)?;
    }
    let (Some(first), Some(last)) = (versions.first(), versions.last()) else {
        return match default_version {
            Some(version) => Err(SystemPolicyError::NoDefault { name, version }),
            None => Err(SystemPolicyError::Empty(name)),
        };
    };
    let version = default_version.clone().or_else(|| known.map(|known| known.default_version.clone()));
    let version = version.unwrap_or_else(|| last.id.clone());
    let Some(default) = versions.iter().find(|one| one.id == version) else {
        return Err(SystemPolicyError::NoDefault { name, version });
    };
    let known_updated = known.filter(|_| default_version.is_none()).map(|known| known.updated);
    Ok(SystemPolicy {
        description: description.or_else(|| known.map(|known| known.description.clone())).unwrap_or_default(),
        created: created.or_else(|| known.map(|known| known.created)).unwrap_or(first.created),
        updated: updated.or(known_updated).unwrap_or(default.created),
        default_version: version,
        name,
        versions,
    })
}

/// Puts a version in its place among the others, or in that of the one of its id.
fn add(
    versions: &mut Vec<SystemVersion>,
    name: &str,
    id: &str,
    created: Timestamp,
    document: &serde_json::Value,
) -> Result<(), SystemPolicyError> {
    if number(id).is_none() {
        return Err(SystemPolicyError::NotAVersion { name: name.to_owned(), version: id.to_owned() });
    }
    // Shown to clients as the console shows it: indented.
    let text = serde_json::to_string_pretty(document)?;
    let document = Document::parse(DocumentKind::Identity, &text).map_err(|cause| SystemPolicyError::Document {
        name: name.to_owned(),
        version: id.to_owned(),
        cause,
    })?;
    versions.retain(|old| old.id != id);
    versions.push(SystemVersion { id: id.to_owned(), created, document: Arc::new(document) });
    versions.sort_by_key(|version| number(&version.id));
    Ok(())
}

impl SystemPolicies {
    /// What to do about one that is not known: the cloud has more than come with the program.
    pub fn how_to_add(name: &str) -> String {
        let shipped = Self::shipped();
        let near = acslab_policy::nearest_name(name, shipped.policies.values().map(|policy| policy.name.as_str()));
        let near = near.map_or_else(String::new, |near| format!("did you mean `{near}`? Else: "));
        format!(
            "{near}acslab does not know it, though the cloud may have it. `aliyun ram GetPolicy --PolicyType System --PolicyName {name}` shows its \
             document there; put that into a file in the form of emulator/data/system_policies.json and start acslab with \
             `--system-policies FILE`"
        )
    }

    /// Those that come with the program.
    pub fn shipped() -> Arc<Self> {
        Arc::clone(&SHIPPED)
    }

    fn new(policies: Policies) -> Self {
        Self { policies, generation: GENERATION.fetch_add(1, Ordering::Relaxed) }
    }

    /// These, with those of a file (in the format of `data/system_policies.json`). Of a policy that is known, the file's
    /// versions stand beside the known ones, in the place of those of the same id, and what the file does not say stays.
    ///
    /// # Errors
    /// The file is not such a list, or a policy in it has no usable document.
    pub fn with(&self, text: &str) -> Result<Self, SystemPolicyError> {
        Ok(Self::new(with_file(self.policies.clone(), text)?))
    }

    /// These, with a policy moved to another of its versions: what is said of it from then on, and decided by.
    ///
    /// # Errors
    /// There is no such policy, or the document of that version is not known.
    pub fn moved(&self, name: &str, version: &str) -> Result<Self, SystemPolicyError> {
        let mut policy = self.known(name)?.clone();
        let Some(found) = policy.versions.iter().find(|one| one.id == version) else {
            let known = policy.versions.into_iter().map(|version| version.id).collect();
            return Err(SystemPolicyError::NoSuchVersion { name: policy.name, version: version.to_owned(), known });
        };
        if policy.default_version != version {
            policy.updated = found.created;
            version.clone_into(&mut policy.default_version);
        }
        Ok(self.replaced(policy))
    }

    /// These, with a further version of a policy, or another document of one, and the policy moved to it.
    ///
    /// # Errors
    /// There is no such policy, the version is not called as versions are, or the document is not a policy.
    pub fn published(
        &self,
        name: &str,
        version: &str,
        document: &serde_json::Value,
        at: Timestamp,
    ) -> Result<Self, SystemPolicyError> {
        let mut policy = self.known(name)?.clone();
        add(&mut policy.versions, name, version, at, document)?;
        self.replaced(policy).moved(name, version)
    }

    /// The same, of a policy that may not be known yet.
    ///
    /// # Errors
    /// The version is not called as versions are, or the document is not a policy.
    pub fn with_document(
        &self,
        name: &str,
        version: &str,
        document: &serde_json::Value,
        at: Timestamp,
    ) -> Result<Self, SystemPolicyError> {
        if self.get(name).is_some() {
            return self.published(name, version, document, at);
        }
        let mut versions = Vec::new();
        add(&mut versions, name, version, at, document)?;
        let (name, default_version) = (name.to_owned(), version.to_owned());
        let description = String::new();
        Ok(self.replaced(SystemPolicy { name, description, created: at, updated: at, default_version, versions }))
    }

    fn known(&self, name: &str) -> Result<&SystemPolicy, SystemPolicyError> {
        let found = self.get(name).map(AsRef::as_ref);
        found.ok_or_else(|| SystemPolicyError::NoSuchPolicy(name.to_owned()))
    }

    fn replaced(&self, policy: SystemPolicy) -> Self {
        let mut policies = self.policies.clone();
        policies.insert(NameKey::of(&policy.name), Arc::new(policy));
        Self::new(policies)
    }

    /// These, with other policies in the places of those of the same names.
    pub(super) fn replacing(&self, others: Vec<SystemPolicy>) -> Self {
        let mut policies = self.policies.clone();
        policies.extend(others.into_iter().map(|policy| (NameKey::of(&policy.name), Arc::new(policy))));
        Self::new(policies)
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

    /// A history that is shipped goes forward in time and ends in the version in force.
    #[test]
    fn the_shipped_histories_are_in_order() {
        let shipped = SystemPolicies::shipped();
        let histories: Vec<_> = shipped.iter().filter(|policy| policy.versions.len() > 1).collect();
        let names: Vec<_> = histories.iter().map(|policy| policy.name.as_str()).collect();
        assert_eq!(
            names,
            ["AliyunARMSReadOnlyAccess", "AliyunKMSCryptoUserAccess", "AliyunTracingAnalysisReadOnlyAccess"]
        );
        for policy in histories {
            assert!(policy.versions.is_sorted_by(|a, b| a.created < b.created), "{}", policy.name);
            let last = policy.versions.last().unwrap();
            assert_eq!((&last.id, last.created), (&policy.default_version, policy.updated), "{}", policy.name);
        }
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
    fn a_file_adds_a_version_and_leaves_the_others() {
        let file = r#"[{"name":"AliyunKMSCryptoUserAccess","versions":[{"id":"v10","created":"2027-01-01T00:00:00Z",
            "document":{"Version":"1","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*"}]}}]}]"#;
        let shipped = SystemPolicies::shipped();
        let policies = shipped.with(file).unwrap();
        let policy = policies.get("AliyunKMSCryptoUserAccess").unwrap();
        let ids: Vec<_> = policy.versions.iter().map(|version| version.id.as_str()).collect();
        assert_eq!(ids, ["v1", "v2", "v10"]);
        let before = shipped.get("AliyunKMSCryptoUserAccess").unwrap();
        assert_eq!((policy.default_version.as_str(), policy.updated), ("v2", before.updated));
        assert_eq!(policy.description, before.description);
    }

    #[test]
    fn a_policy_moves_to_a_known_version_and_says_since_when() {
        let shipped = SystemPolicies::shipped();
        let moved = shipped.moved("aliyunkmscryptouseraccess", "v1").unwrap();
        let policy = moved.get("AliyunKMSCryptoUserAccess").unwrap();
        assert_eq!(
            (policy.default_version.as_str(), policy.updated.to_string().as_str()),
            ("v1", "2020-03-04T14:42:20Z")
        );
        assert!(!policy.document().text().contains("kms:GenerateMac"));
        assert!(shipped.get("AliyunKMSCryptoUserAccess").unwrap().document().text().contains("kms:GenerateMac"));
        assert_ne!(moved.generation(), shipped.generation());
        let error = shipped.moved("AliyunKMSCryptoUserAccess", "v3").unwrap_err();
        assert_eq!(
            error.to_string(),
            "no version `v3` of system policy `AliyunKMSCryptoUserAccess` is known, only v1, v2"
        );
        let unknown = shipped.moved("Nothing", "v1").unwrap_err().to_string();
        assert!(unknown.starts_with("there is no system policy `Nothing` here"), "{unknown}");
    }

    #[test]
    fn a_further_version_is_published() {
        let document =
            serde_json::json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "oss:*", "Resource": "*"}]});
        let at = Timestamp::UNIX_EPOCH;
        let policies = SystemPolicies::shipped().published("AliyunOSSFullAccess", "v2", &document, at).unwrap();
        let policy = policies.get("AliyunOSSFullAccess").unwrap();
        assert_eq!((policy.default_version.as_str(), policy.versions.len(), policy.updated), ("v2", 2, at));
        for (version, document, message) in [
            ("2", &document, "system policy `AliyunOSSFullAccess`: `2` is not a version such as `v2`"),
            ("v2", &serde_json::json!({}), "system policy `AliyunOSSFullAccess` v2: "),
        ] {
            let error = SystemPolicies::shipped().published("AliyunOSSFullAccess", version, document, at).unwrap_err();
            assert!(error.to_string().starts_with(message), "{error}");
        }
    }

    #[test]
    fn a_default_that_is_not_there_is_refused() {
        let file = r#"[{"name":"X","created":"2026-01-01T00:00:00Z","updated":"2026-01-01T00:00:00Z","default_version":"v2","versions":[]}]"#;
        let error = SystemPolicies::shipped().with(file).unwrap_err();
        assert_eq!(error.to_string(), "system policy `X` has no version `v2`, which it names as its default");
        let error = SystemPolicies::shipped().with(r#"[{"name":"X","versions":[]}]"#).unwrap_err();
        assert_eq!(error.to_string(), "system policy `X` has no version");
    }
}
