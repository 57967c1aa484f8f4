//! PAI's codes. Those of the workspace core are numbers (official SDKs and the official Terraform provider); where none is
//! known the word is one that official notes use, or ours.

use serde_json::json;

use crate::cloud::pai::PaiError;
use crate::gateway::ApiError;

impl From<PaiError> for ApiError {
    fn from(error: PaiError) -> Self {
        match error {
            PaiError::NoWorkspace(id) => Self::not_found("100400027", format!("Workspace not exists {id}")),
            PaiError::NameTaken(name) => {
                Self::bad_request("WorkspaceNameAlreadyExists", format!("Workspace name {name} already exists."))
            }
            PaiError::NoMember(id) => Self::not_found("100600006", format!("Member not exists {id}")),
            // Ours, as the next.
            PaiError::MemberExists(id) => {
                Self::bad_request("MemberAlreadyExists", format!("Member already exists {id}"))
            }
            PaiError::TooMany(kind) => Self::bad_request(
                format!("{kind}QuotaExceeded"),
                format!("The number of {kind}s in the workspace exceeds the limit."),
            ),
            PaiError::LastOwner => {
                Self::bad_request("WorkspaceOwnerRequired", "The last owner of a workspace cannot be removed.")
            }
        }
    }
}

/// A parameter that is not what it must be.
pub(super) fn invalid(name: &str, why: &str) -> ApiError {
    ApiError::bad_request("InvalidParameter", format!("The parameter {name} is invalid: {why}."))
}

/// What PAI answers when it may not use a role, or be handed one; the code around it is ours.
pub(crate) fn role_refused(action: &str, role_arn: &str) -> ApiError {
    let text = "check permission for ram role failed, error code: 4001, error message: NoPermission";
    ApiError::bad_request("4001", text)
        .with("Detail", json!({ "ErrorCode": "4001", "Action": action, "Role": role_arn }))
}
