//! Passing a role on to a PAI workload: whoever names one in `CredentialConfig` needs `ram:PassRole` for it.

use serde_json::Value;

use crate::gateway::{ApiError, Call};
use crate::operation::Draft;

/// The roles that a credential configuration injects.
fn roles(config: &Value) -> impl Iterator<Item = &str> {
    // DSW calls the list otherwise.
    let items = ["CredentialConfigItems", "Configs"].iter().find_map(|name| config.get(name)?.as_array());
    let roles = items.into_iter().flatten().filter_map(|item| item.get("Roles")?.as_array()).flatten();
    roles.filter_map(|role| role.get("RoleArn").and_then(Value::as_str)).filter(|arn| !arn.is_empty())
}

/// May the caller pass a role on to a service?
pub(super) fn may_pass(call: &Call<'_>, arn: &str, service: &str) -> Result<bool, ApiError> {
    let mut need = call.ask("ram:PassRole", arn)?;
    need.set("acs:Service", service);
    Ok(call.may(need))
}

/// The text is PAI's own; the code around it is ours.
pub(super) fn hook(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    for key in ["CredentialConfig", "DatasetTaskRamRole"] {
        let Some(config) = draft.fields.get(key) else { continue };
        for arn in roles(config).chain(config.as_str().filter(|arn| arn.starts_with("acs:ram:"))) {
            if !may_pass(call, arn, "pai.aliyuncs.com")? {
                let text = "check permission for ram role failed, error code: 4001, error message: NoPermission";
                return Err(ApiError::bad_request("InvalidParameter", text));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_roles_of_a_configuration() {
        let config = json!({"CredentialConfigItems": [{"Roles": [{"RoleArn": "acs:ram::1:role/a"}, {"RoleArn": ""}]}, {"Key": "0"}]});
        assert_eq!(roles(&config).collect::<Vec<_>>(), ["acs:ram::1:role/a"]);
    }
}
