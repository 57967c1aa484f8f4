//! What this service says otherwise than RAM.

use crate::cloud::DirectoryError;
use crate::gateway::ApiError;

/// What this service says of conflicts on policies, where RAM has other words for the same code.
const POLICY_CONFLICTS: &[(&str, &str)] = &[
    ("Policy.User", "Before deleting the policy, it may not be attached to any user."),
    ("Policy.Group", "The policy cannot be attached to any group when you delete it."),
    ("Policy.Role", "The policy cannot be attached to any role when you delete it."),
    ("Policy.Version", "You must delete all non-default versions before you delete the policy."),
    ("Policy.Version.Default", "You cannot delete the default policy version."),
];

/// The error of a directory in this service's words.
pub(super) fn worded(error: DirectoryError) -> ApiError {
    if let DirectoryError::DeleteConflict(suffix) = error
        && let Some((_, message)) = POLICY_CONFLICTS.iter().find(|(of, _)| *of == suffix)
    {
        return ApiError::conflict(format!("DeleteConflict.{suffix}"), *message);
    }
    error.into()
}
