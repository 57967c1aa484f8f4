//! GetCallerIdentity: who am I? Fields that do not apply are absent.

use serde_json::json;

use crate::gateway::{ApiError, Call, Caller, Reply};

/// GetCallerIdentity
pub(super) fn get_caller_identity(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arn = call.caller.arn();
    let answer = match &call.caller {
        Caller::Owner(account) => json!({
            "IdentityType": "Account", "AccountId": account.id, "Arn": arn, "PrincipalId": account.id, "UserId": account.id,
        }),
        Caller::User { account, id, .. } => json!({
            "IdentityType": "RAMUser", "AccountId": account.id, "Arn": arn, "PrincipalId": id, "UserId": id,
        }),
        Caller::Session { account, session } => json!({
            "IdentityType": "AssumedRoleUser", "AccountId": account.id, "Arn": arn,
            "PrincipalId": format!("{}:{}", session.role_id, session.name), "RoleId": session.role_id,
        }),
        Caller::Anonymous | Caller::Federated(_) | Caller::Service { .. } => return Err(ApiError::internal()),
    };
    Ok(Reply::document(answer))
}
