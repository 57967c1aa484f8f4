//! Custom policies with their versions, and what can be read of system policies.

use std::sync::Arc;

use acslab_policy::{Document, DocumentKind};

use crate::cloud::Directory;
use crate::cloud::directory::{AnyPolicy, CustomPolicy, DirectoryError, PolicyType, Tags, Version};
use crate::gateway::{ApiError, Call};

/// The document in a parameter that was checked before.
fn document(text: &str) -> Result<Arc<Document>, ApiError> {
    Document::parse(DocumentKind::Identity, text).map(Arc::new).map_err(|_| ApiError::internal())
}

/// Does something with the policy of that type and name.
pub(crate) fn with<T>(
    call: &Call<'_>,
    kind: &str,
    name: &str,
    show: impl FnOnce(&AnyPolicy<'_>, &Directory) -> Result<T, DirectoryError>,
) -> Result<T, ApiError> {
    let kind = PolicyType::parse(kind).ok_or_else(ApiError::internal)?;
    let directory = call.account()?.directory.read();
    let system = call.cloud().system_policies();
    Ok(show(&directory.any_policy(kind, name, &system)?, &directory)?)
}

/// Makes a custom policy.
pub(crate) fn create(
    call: &Call<'_>,
    name: &str,
    text: &str,
    description: &str,
    tags: Tags,
) -> Result<CustomPolicy, ApiError> {
    let mut policy = CustomPolicy::new(name, description, document(text)?, call.now);
    policy.tags = tags;
    call.account()?.directory.write().add_policy(policy.clone())?;
    Ok(policy)
}

/// What becomes of a policy's new version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewVersion {
    /// In force at once?
    pub(crate) default: bool,
    /// In place of the oldest that is not in force, where there are as many as there may be?
    pub(crate) rotate: bool,
}

/// Adds a version to a custom policy, and shows it.
pub(crate) fn add_version<T>(
    call: &Call<'_>,
    name: &str,
    text: &str,
    new: NewVersion,
    show: impl FnOnce(&CustomPolicy, &Version) -> T,
) -> Result<T, ApiError> {
    let document = document(text)?;
    let mut directory = call.account()?.directory.write();
    let version = directory.add_version(name, document, new.default, new.rotate, call.now)?;
    Ok(show(directory.policy(name)?, &version))
}
