//! RAM over HTTP, family by family.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../kit/mod.rs"]
mod kit;

mod attachments;
mod diagnostics;
mod groups;
mod keys;
mod linked_roles;
mod login_profiles;
mod mfa;
mod policies;
mod published;
mod quotas;
mod roles;
mod settings;
mod tags;
mod users;

/// Every operation of RAM 2015-05-01, as the current SDKs have them.
const OPERATIONS: &str = "AddUserToGroup AttachPolicyToGroup AttachPolicyToRole AttachPolicyToUser BindMFADevice \
    ChangePassword ClearAccountAlias CreateAccessKey CreateGroup CreateLoginProfile CreatePolicy CreatePolicyVersion \
    CreateRole CreateServiceLinkedRole CreateUser CreateVirtualMFADevice DecodeDiagnosticMessage DeleteAccessKey \
    DeleteGroup DeleteLoginProfile DeletePolicy DeletePolicyVersion DeleteRole DeleteServiceLinkedRole DeleteUser \
    DeleteVirtualMFADevice DetachPolicyFromGroup DetachPolicyFromRole DetachPolicyFromUser GetAccessKeyLastUsed \
    GetAccountAlias GetGroup GetLoginProfile GetPasswordPolicy GetPolicy GetPolicyVersion GetRole GetSecurityPreference \
    GetServiceLinkedRoleTemplate GetUser GetUserMFAInfo ListAccessKeys ListEntitiesForPolicy ListGroups \
    ListGroupsForUser ListPolicies ListPoliciesForGroup ListPoliciesForRole ListPoliciesForUser ListPolicyVersions \
    ListRoles ListTagResources ListUsers ListUsersForGroup ListVirtualMFADevices RemoveUserFromGroup SetAccountAlias \
    SetDefaultPolicyVersion SetPasswordPolicy SetSecurityPreference TagResources UnbindMFADevice UntagResources \
    UpdateAccessKey UpdateGroup UpdateLoginProfile UpdatePolicyDescription UpdateRole UpdateUser";

#[test]
fn every_operation_is_performed() {
    let rows = acslab_emulator::operations().filter(|row| row.product.version == kit::RAM && row.is_performed());
    let mut performed: Vec<_> = rows.map(|row| &*row.name).collect();
    performed.sort_unstable();
    assert_eq!(performed, OPERATIONS.split_whitespace().collect::<Vec<_>>());
    assert_eq!(performed.len(), 69);
}
