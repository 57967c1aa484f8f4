//! The twins of RAM's operations on roles, and the service-linked roles: the same roles, in this service's shapes.

use serde_json::{Map, Value, json};

use super::product::RESOURCE_MANAGER;
use crate::cloud::directory::{PrincipalKind, Role};
use crate::cloud::{Directory, iso8601};
use crate::gateway::{ApiError, Call, Check, Form, Operation, Parameter, Reply};
use crate::services::common::page::{List, numbered};
use crate::services::identity::answers::{latest_deletion, members};
use crate::services::identity::arns::{ROLE, ROLES};
use crate::services::identity::domain::roles::{self, Said};
use crate::services::identity::parameters::{ROLE_NAME, SESSION_DURATION};
use crate::services::identity::resource_directory::words::{LANGUAGE, PAGE, PAGE_NUMBER, PAGE_SIZE, document};
use crate::services::identity::twins;

/// The operations on roles.
pub fn table() -> Vec<Operation> {
    vec![
        RESOURCE_MANAGER.action(
            "CreateRole",
            &[Check::new(&["ram:CreateRole"], ROLES)],
            &[
                ROLE_NAME,
                document!(required "AssumeRolePolicyDocument", Trust, BAD_REQUEST),
                Parameter::optional("Description", Form::Text(1024)),
                Parameter::optional("MaxSessionDuration", SESSION_DURATION),
            ],
            create,
        ),
        RESOURCE_MANAGER.action("GetRole", &[Check::new(&["ram:GetRole"], ROLE)], &[ROLE_NAME, LANGUAGE], get),
        RESOURCE_MANAGER.action(
            "UpdateRole",
            &[Check::new(&["ram:UpdateRole"], ROLE)],
            &[
                ROLE_NAME,
                document!(optional "NewAssumeRolePolicyDocument", Trust, BAD_REQUEST),
                Parameter::optional("NewDescription", Form::Text(1024)),
                Parameter::optional("NewMaxSessionDuration", SESSION_DURATION),
            ],
            update,
        ),
        RESOURCE_MANAGER.action(
            "DeleteRole",
            &[Check::new(&["ram:DeleteRole"], ROLE)],
            &[ROLE_NAME],
            twins::delete_role,
        ),
        RESOURCE_MANAGER.action(
            "ListRoles",
            &[Check::new(&["ram:ListRoles"], ROLES)],
            &[LANGUAGE, PAGE_NUMBER, PAGE_SIZE],
            list,
        ),
    ]
}

/// What the other views have in common.
fn view(role: &Role, directory: &Directory) -> Map<String, Value> {
    let mut shown = members([
        ("RoleId", role.id.as_str()),
        ("RoleName", &role.name),
        ("RolePrincipalName", &directory.principal_name(PrincipalKind::Role, &role.name)),
        ("Arn", &role.arn(directory.account())),
        ("Description", &role.description),
        ("CreateDate", &iso8601(role.created)),
    ]);
    shown.insert("MaxSessionDuration".to_owned(), json!(role.max_session_duration));
    shown
}

/// What CreateRole shows: the trust policy as it was sent, byte for byte.
pub(super) fn trusting_view(role: &Role, directory: &Directory) -> Map<String, Value> {
    let mut shown = view(role, directory);
    shown.insert("AssumeRolePolicyDocument".to_owned(), json!(role.trust.text()));
    shown
}

/// What ListRoles shows, with whether the service makes the role and the last attempt to delete it.
fn entry(role: &Role, directory: &Directory) -> Map<String, Value> {
    let mut shown = view(role, directory);
    shown.insert("UpdateDate".to_owned(), json!(iso8601(role.updated)));
    latest_deletion(role, &mut shown);
    shown
}

/// CreateRole
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let said = Said {
        trust: arguments.filled("AssumeRolePolicyDocument"),
        description: arguments.get("Description"),
        session_duration: arguments.integer("MaxSessionDuration"),
        console_login: None,
    };
    let role = roles::new(call, arguments.text("RoleName"), &said)?;
    let mut directory = call.account()?.directory.write();
    let shown = trusting_view(&role, &directory);
    directory.add_role(role)?;
    Ok(Reply::document(json!({ "Role": shown })))
}

/// GetRole
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let role = directory.role(call.arguments.text("RoleName"))?;
    let mut shown = entry(role, &directory);
    shown.insert("AssumeRolePolicyDocument".to_owned(), json!(role.trust.text()));
    Ok(Reply::document(json!({ "Role": shown })))
}

/// UpdateRole: what is left out stays; a description that is sent empty is cleared.
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let said = Said {
        trust: arguments.filled("NewAssumeRolePolicyDocument"),
        description: arguments.get("NewDescription"),
        session_duration: arguments.integer("NewMaxSessionDuration"),
        console_login: None,
    };
    let mut directory = call.account()?.directory.write();
    let role = roles::change(call, &mut directory, arguments.text("RoleName"), &said)?;
    Ok(Reply::document(json!({ "Role": trusting_view(&role, &directory) })))
}

/// ListRoles
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let view = |role: &Role| Value::Object(entry(role, &directory));
    let page = numbered(&call.arguments, directory.roles(), view, PAGE);
    Ok(Reply::document(page.with_numbers(List::Wrapped("Roles", "Role"))))
}
