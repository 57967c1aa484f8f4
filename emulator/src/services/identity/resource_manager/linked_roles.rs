//! The twins of RAM's operations on service-linked roles, and the question what became of a deletion.

use serde_json::{Value, json};

use super::{product::RESOURCE_MANAGER, roles};
use crate::gateway::{ApiError, Call, Check, Form, Operation, Parameter, Reply};
use crate::services::identity::arns::{ROLE, ROLE_ID};
use crate::services::identity::conditions::{named_service, service_of_role};
use crate::services::identity::parameters::{ROLE_NAME, SUFFIX};
use crate::services::identity::resource_directory::words::invalid;
use crate::services::identity::{answers, domain::linked_roles, twins};

/// The operations on service-linked roles.
pub fn table() -> Vec<Operation> {
    vec![
        RESOURCE_MANAGER.action(
            "CreateServiceLinkedRole",
            &[Check::new(&["ram:CreateServiceLinkedRole"], "*").context(named_service)],
            &[
                Parameter::required("ServiceName", Form::Any),
                Parameter::optional("Description", Form::Text(1024)),
                SUFFIX,
            ],
            create,
        ),
        RESOURCE_MANAGER.action(
            "DeleteServiceLinkedRole",
            &[Check::new(&["ram:DeleteServiceLinkedRole"], ROLE).about(ROLE_ID).context(service_of_role)],
            &[ROLE_NAME],
            twins::delete_linked_role,
        ),
        RESOURCE_MANAGER.action(
            "GetServiceLinkedRoleDeletionStatus",
            &[Check::new(&["ram:GetServiceLinkedRoleDeletionStatus"], "*")],
            &[Parameter::required("DeletionTaskId", Form::Own(check_task_id, "task/acs-service-role/x/y/z"))],
            deletion_status,
        ),
    ]
}

/// `task/acs-service-role/…`, 26 to 255 characters.
fn check_task_id(value: &str) -> Result<(), ApiError> {
    if !(26..=255).contains(&value.chars().count()) {
        let message = "The length of DeletionTaskId must be between 26 and 255 characters.";
        return Err(ApiError::bad_request("InvalidParameter.DeletionTaskId.Length", message));
    }
    if value.starts_with("task/acs-service-role/") { Ok(()) } else { Err(invalid("DeletionTaskId")) }
}

/// CreateServiceLinkedRole
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let mut directory = call.account()?.directory.write();
    let (suffix, description) = (arguments.filled("CustomSuffix"), arguments.filled("Description"));
    let role = linked_roles::create(call, &mut directory, arguments.text("ServiceName"), suffix, description)?;
    let mut shown = roles::trusting_view(&role, &directory);
    shown.remove("MaxSessionDuration");
    Ok(answers::linked(shown))
}

/// GetServiceLinkedRoleDeletionStatus: a deletion is over as soon as it was asked for.
fn deletion_status(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let task = directory.deletion_task(call.arguments.text("DeletionTaskId")).ok_or_else(|| {
        let code = "EntityNotExist.ServiceLinkedRole.DeletionTask";
        ApiError::not_found(code, "The deletion task for the given ID does not exist.")
    })?;
    if task.usages.is_empty() {
        return Ok(Reply::document(json!({ "Status": "SUCCEEDED" })));
    }
    let usages =
        task.usages.iter().map(|usage| json!({"Region": usage.region, "Resources": {"Resource": usage.resources}}));
    let usages: Vec<Value> = usages.collect();
    Ok(Reply::document(json!({
        "Status": "FAILED",
        // The text is ours.
        "Reason": {"Message": "The role is in use.", "RoleUsages": {"RoleUsage": usages}},
    })))
}
