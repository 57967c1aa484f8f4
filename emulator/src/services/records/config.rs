//! Cloud Config: it looks at resources as its service-linked role, which its first start makes. Without that role it says that it is
//! missing.

use serde_json::json;

use crate::cloud::ServiceRole;
use crate::gateway::{ApiError, Call, Reply};
use crate::services::common::inside::RAM;

/// The name that Cloud Config goes by.
const SERVICE: &str = "config.aliyuncs.com";

fn has_role(call: &Call<'_>) -> Result<bool, ApiError> {
    let role = ServiceRole::linked_to(SERVICE).ok_or_else(ApiError::internal)?;
    Ok(call.account()?.directory.read().role(&role.name).is_ok())
}

fn status(started: bool) -> Reply {
    let status = if started { "REGISTERED" } else { "REGISTRABLE" };
    Reply::document(json!({"ConfigurationRecorder": {"ConfigurationRecorderStatus": status, "ResourceTypes": []}}))
}

/// StartConfigurationRecorder: makes the service-linked role in the caller's name.
pub(super) fn start(call: &Call<'_>) -> Result<Reply, ApiError> {
    if !has_role(call)? {
        call.call_action(call.caller.clone(), RAM, "CreateServiceLinkedRole", &[("ServiceName", SERVICE)])?;
    }
    Ok(status(true))
}

/// GetConfigurationRecorder
pub(super) fn recorder(call: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(status(has_role(call)?))
}

/// ListConfigRuleEvaluationResults and ListResourceEvaluationResults: nothing is evaluated here.
pub(super) fn results(call: &Call<'_>) -> Result<Reply, ApiError> {
    if !has_role(call)? {
        let message = "The CloudConfigServiceRole does not exist.";
        return Err(ApiError::not_found("CloudConfigServiceRoleNotExisted", message));
    }
    let most = call.arguments.integer("MaxResults").unwrap_or(10);
    Ok(Reply::document(json!({"EvaluationResults": {"MaxResults": most, "EvaluationResultList": []}})))
}
