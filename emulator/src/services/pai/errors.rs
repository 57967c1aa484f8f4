//! PAI's codes. Those of the workspace core are numbers (official SDKs and the official Terraform provider); where none is
//! known the word is one that official notes use, or ours.

use serde_json::json;

use crate::cloud::pai::PaiError;
use crate::gateway::{ApiError, Call};
use crate::services::common::inside::may_assume;

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
pub(super) fn role_refused(action: &str, role_arn: &str) -> ApiError {
    let text = "check permission for ram role failed, error code: 4001, error message: NoPermission";
    ApiError::bad_request("4001", text)
        .with("Detail", json!({ "ErrorCode": "4001", "Action": action, "Role": role_arn }))
}

/// Who assumes the roles that DLC, DSW, EAS and the other products of PAI are given (seen in an issue: roles of PAI's workloads trust
/// this).
pub(super) const PAI: &str = "pai.aliyuncs.com";

/// Roles that PAI is given, `ACCOUNT:role/NAME`, must be there and trust it. It says the same of one that it may not use as of one that it
/// is not given (INFERRED: it is the only answer that is known).
pub(crate) fn trust(call: &Call<'_>, mut roles: impl Iterator<Item = String>) -> Result<(), ApiError> {
    match roles.find(|role| !may_assume(call, PAI, role)) {
        Some(role) => Err(role_refused("sts:AssumeRole", &format!("acs:ram::{role}"))),
        None => Ok(()),
    }
}
