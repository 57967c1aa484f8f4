//! The roles that products are handed: each must be there and trust the service. Whether the caller may pass it on was decided before.

use http::StatusCode;

use crate::gateway::{ApiError, Call, roles_in};
use crate::operation::{Asked, Draft};
use crate::services::common::inside::may_assume;
use crate::services::pai;

/// Who assumes those of ECS.
const ECS: &str = "ecs.aliyuncs.com";

/// The roles that a call hands on, `ACCOUNT:role/NAME`.
fn handed_on(call: &Call<'_>) -> Vec<String> {
    let own = call.caller.account().map_or("", |account| &account.id);
    let parameters = call.operation.access.checks().iter().filter_map(|check| match &check.asked {
        Asked::Roles(parameter) => Some(parameter),
        _ => None,
    });
    parameters.flat_map(|parameter| roles_in(call.arguments.text(parameter), own)).collect()
}

/// Those that a product of PAI is handed.
pub(super) fn trust_pai(call: &Call<'_>, _: &mut Draft<'_>) -> Result<(), ApiError> {
    pai::trust(call, handed_on(call).into_iter())
}

/// A role for instances of ECS. The status is the one that the operation documents.
pub(super) fn of_instance(call: &Call<'_>, role: &str, untrusting: StatusCode) -> Result<(), ApiError> {
    let account = call.account()?;
    let absent = |_| ApiError::not_found("InvalidRamRole.NotFound", "The specified RamRoleName does not exist.");
    account.directory.read().role(role).map(|_| ()).map_err(absent)?;
    if may_assume(call, ECS, &format!("{}:role/{role}", account.id)) {
        return Ok(());
    }
    let message = "The specified ram role is not authorized for ecs, please check your role policy.";
    Err(ApiError::new(untrusting, "InvalidRamRole.NotEcsRole", message))
}
