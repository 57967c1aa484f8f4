//! Attaching policies to users, groups and roles, for the whole account or for the resources of one resource group.

use jiff::Timestamp;

use crate::cloud::directory::{Attached, Directory, DirectoryError, PolicyKey, PolicyType, PrincipalKind, Scope};
use crate::cloud::{ResourceGroups, SystemPolicies};
use crate::gateway::{ApiError, Call};

/// What is attached, or was: to whom, and where it counts.
#[derive(Debug)]
pub(crate) struct Grant<'a> {
    pub(crate) policy: PolicyKey,
    pub(crate) scope: Scope,
    pub(crate) kind: PrincipalKind,
    /// The name of the user, the group or the role.
    pub(crate) name: &'a str,
}

/// The policy of that type and name, if there is one, in the case that it was made with.
pub(crate) fn policy(
    directory: &Directory,
    system: &SystemPolicies,
    kind: &str,
    name: &str,
) -> Result<PolicyKey, ApiError> {
    let kind = PolicyType::parse(kind).ok_or_else(ApiError::internal)?;
    match directory.any_policy(kind, name, system) {
        Ok(policy) => Ok(policy.key()),
        // The message is the cloud's; what may be missing here and not there is told beside it.
        Err(absent) if kind == PolicyType::System => {
            Err(ApiError::from(absent).with("AcslabHint", SystemPolicies::how_to_add(name)))
        }
        Err(absent) => Err(absent.into()),
    }
}

/// Attaches a policy.
pub(crate) fn attach(directory: &mut Directory, grant: Grant<'_>, at: Timestamp) -> Result<(), DirectoryError> {
    let Grant { policy, scope, kind, name } = grant;
    let new = Attached { policy, scope, at };
    match kind {
        PrincipalKind::User => directory.attach_to_user(name, new),
        PrincipalKind::Group => directory.attach_to_group(name, new),
        PrincipalKind::Role => directory.attach_to_role(name, new),
    }
}

/// Detaches a policy.
pub(crate) fn detach(directory: &mut Directory, grant: &Grant<'_>) -> Result<(), DirectoryError> {
    let Grant { policy, scope, kind, name } = grant;
    match kind {
        PrincipalKind::User => directory.detach_from_user(name, policy, scope),
        PrincipalKind::Group => directory.detach_from_group(name, policy, scope),
        PrincipalKind::Role => directory.detach_from_role(name, policy, scope),
    }
}

/// Finds out what is granted, then changes it. The resource groups are held to the end: no grant is made for a group that is being
/// deleted.
pub(crate) fn change<'a>(
    call: &'a Call<'_>,
    read: impl FnOnce(&Directory, &ResourceGroups) -> Result<Grant<'a>, ApiError>,
    change: impl FnOnce(&mut Directory, Grant<'a>) -> Result<(), DirectoryError>,
) -> Result<(), ApiError> {
    let account = call.account()?;
    let groups = account.resource_groups.read();
    let mut directory = account.directory.write();
    let grant = read(&directory, &groups)?;
    Ok(change(&mut directory, grant)?)
}
