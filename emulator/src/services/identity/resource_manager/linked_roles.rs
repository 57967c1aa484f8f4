//! The twins of RAM's operations on service-linked roles, and the question what became of a deletion.

use serde_json::{Value, json};

use super::{roles, row};
use crate::gateway::{ApiError, Call, Characters, Check, Form, Operation, Parameter, Reply};
use crate::services::identity::ram::linked_roles::{SUFFIX, make, named_service, service_of_role, unmake};

const ROLE: &str = "acs:ram:*:{account}:role/{RoleName}";

/// The operations on service-linked roles.
pub fn table() -> Vec<Operation> {
    vec![
        row!(
            "CreateServiceLinkedRole",
            [Check::new(&["ram:CreateServiceLinkedRole"], "*").context(named_service)],
            [
                Parameter::required("ServiceName", Form::Any),
                Parameter::optional("Description", Form::Text(1024)),
                SUFFIX,
            ],
            create
        ),
        row!(
            "DeleteServiceLinkedRole",
            [Check::new(&["ram:DeleteServiceLinkedRole"], ROLE).about("role/{RoleName}").context(service_of_role)],
            [Parameter::required("RoleName", Form::Name(Characters::Role, 64))],
            delete
        ),
        row!(
            "GetServiceLinkedRoleDeletionStatus",
            [Check::new(&["ram:GetServiceLinkedRoleDeletionStatus"], "*")],
            [Parameter::required("DeletionTaskId", Form::Own(check_task_id, "task/acs-service-role/x/y/z"))],
            deletion_status
        ),
    ]
}

/// `task/acs-service-role/…`, 26 to 255 characters.
fn check_task_id(value: &str) -> Result<(), ApiError> {
    if !(26..=255).contains(&value.chars().count()) {
        let message = "The length of DeletionTaskId must be between 26 and 255 characters.";
        return Err(ApiError::bad_request("InvalidParameter.DeletionTaskId.Length", message));
    }
    if value.starts_with("task/acs-service-role/") { Ok(()) } else { Err(super::invalid("DeletionTaskId")) }
}

/// CreateServiceLinkedRole
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let role = make(call)?;
    let mut shown = roles::trusting_view(&role, &call.account()?.directory.read());
    shown.remove("MaxSessionDuration");
    shown.insert("IsServiceLinkedRole".to_owned(), json!(true));
    Ok(Reply::document(json!({ "Role": shown })))
}

/// DeleteServiceLinkedRole
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let task = unmake(call, &mut call.account()?.directory.write())?;
    Ok(Reply::document(json!({ "DeletionTaskId": task })))
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
