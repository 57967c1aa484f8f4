//! RAM's codes and messages for what the directory refuses (RAM API reference: error codes).

use http::StatusCode;

use crate::cloud::DirectoryError;
use crate::gateway::ApiError;

/// Suffixes of `EntityNotExist` with their messages.
const NOT_EXIST: &[(&str, &str)] = &[
    ("User", "The user does not exist."),
    ("Group", "The group does not exist."),
    ("Role", "The role does not exist."),
    ("Policy", "The policy does not exist."),
    ("Policy.Version", "The policy version does not exist."),
    ("User.AccessKey", "The user access key does not exist."),
    ("User.LoginProfile", "The user login profile does not exist."),
    ("User.MFADevice", "The user has not bound any MFA device."),
    ("User.Group", "The user has not joined the group."),
    ("User.Policy", "The indicate policy of the user does not exist."),
    ("Group.Policy", "The indicate policy attached to the group does not exist."),
    ("Role.Policy", "The indicate policy of the role does not exist."),
    ("VirtualMFADevice", "The virtual mfa device does not exist."),
    ("ServiceLinkedRole", "This role exists but is not a Service Linked Role."),
];

/// Suffixes of `EntityAlreadyExists` with their messages.
const ALREADY_EXISTS: &[(&str, &str)] = &[
    ("User", "The user does already EXIST."),
    ("Group", "The group does already EXIST."),
    ("Role", "The role does already EXIST."),
    ("Policy", "The policy does already EXIST."),
    ("User.Policy", "The user has already been attached this policy."),
    ("Group.Policy", "The group has already been attached this policy."),
    ("Role.Policy", "The role has already been attached this policy."),
    ("User.Group", "The user has already joined the group."),
    ("User.LoginProfile", "The user login profile does already EXIST."),
    ("User.MFADevice", "The user has already bound a MFA device."),
    ("VirtualMFADevice", "The virtual mfa device does already EXIST."),
    ("VirtualMFADevice.User", "The virtual mfa device does already been bound to a user."),
    ("AccountAlias", "The account alias does already exist."),
];

/// Suffixes of `DeleteConflict` with their messages.
const DELETE_CONFLICT: &[(&str, &str)] = &[
    ("User.AccessKey", "The user CAN NOT has any access key while deleting the user."),
    ("User.LoginProfile", "The user CAN NOT has any login profile while deleting the user."),
    ("User.MFADevice", "The user CAN NOT has any mfa device while deleting the user."),
    ("User.Policy", "The user CAN NOT has any attached policy while deleting the user."),
    ("User.Group", "The user CAN NOT be in any group while deleting the user."),
    ("VirtualMFADevice.User", "The virtual mfa device CAN NOT been bound to any user while deleting it."),
    ("Group.User", "The group CAN NOT has any user member while deleting the group."),
    ("Group.Policy", "The entity CAN NOT has any attached policy while deleting the group."),
    ("Role.Policy", "The role CAN NOT has any attached policy while deleting the role."),
    ("Policy.User", "The policy CAN NOT been attached to any user while deleting the policy."),
    ("Policy.Group", "The policy CAN NOT been attached to any group while deleting the policy."),
    ("Policy.Role", "The policy CAN NOT been attached to any role while deleting the policy."),
    ("Policy.Version", "The policy CAN NOT has any version except the defaul version."),
    ("Policy.Version.Default", "The default policy version CAN NOT been deleted directly."),
];

/// Suffixes of `LimitExceeded` with their messages.
const LIMIT_EXCEEDED: &[(&str, &str)] = &[
    ("User", "The count of users beyond the current limits."),
    ("Group", "The count of groups beyond the current limits."),
    ("Role", "The count of roles beyond the current limits."),
    ("Policy", "The count of policy beyond the current limits."),
    ("Policy.Version", "The count of policy version beyond the current limits."),
    ("User.AccessKey", "The access key count of the user access keys beyond the current limits."),
    ("User.Group", "The count of groups the target user joined beyond the current limits."),
    ("User.Policy", "The policy count of the user attached policies beyond the current limits."),
    ("Group.Policy", "The policy count of the group beyond the current limits."),
    ("Role.Policy", "The count of policies attached to the role beyond the current limits."),
    ("VirtualMFADevice", "The count of virtual mfa devices beyond the current limits."),
    // CHOICE: the code and the text.
    ("Tag", "The count of tags beyond the current limits."),
];

/// Suffixes of `NotSupport` with their messages. INFERRED: the code, from its family. CHOICE: the text.
const NOT_SUPPORT: &[(&str, &str)] =
    &[("ServiceLinkedRole", "A service linked role CAN NOT been changed by this action.")];

impl From<DirectoryError> for ApiError {
    fn from(error: DirectoryError) -> Self {
        let (status, family, suffix, messages) = match error {
            DirectoryError::NotExist(suffix) => (StatusCode::NOT_FOUND, "EntityNotExist", suffix, NOT_EXIST),
            DirectoryError::AlreadyExists(suffix) => {
                (StatusCode::CONFLICT, "EntityAlreadyExists", suffix, ALREADY_EXISTS)
            }
            DirectoryError::DeleteConflict(suffix) => (StatusCode::CONFLICT, "DeleteConflict", suffix, DELETE_CONFLICT),
            DirectoryError::LimitExceeded(suffix) => (StatusCode::CONFLICT, "LimitExceeded", suffix, LIMIT_EXCEEDED),
            DirectoryError::NotSupport(suffix) => (StatusCode::BAD_REQUEST, "NotSupport", suffix, NOT_SUPPORT),
        };
        let message = messages.iter().find(|(of, _)| *of == suffix).map_or("", |(_, message)| *message);
        Self::new(status, format!("{family}.{suffix}"), message)
    }
}
