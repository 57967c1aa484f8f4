//! The twins of RAM's operations on roles, and the service-linked roles: the same roles, in this service's shapes.

use std::sync::Arc;

use acslab_policy::{Document, DocumentKind};
use serde_json::{Map, Value, json};

use super::page::page;
use super::{LANGUAGE, PAGE_NUMBER, PAGE_SIZE, document, row};
use crate::cloud::directory::{PrincipalKind, Role};
use crate::cloud::{Directory, iso8601};
use crate::gateway::{ApiError, Call, Characters, Check, Form, Operation, Parameter, Reply};
use crate::services::identity::ram::roles::check_free;

const ROLE: &str = "acs:ram:*:{account}:role/{RoleName}";
const ROLES: &str = "acs:ram:*:{account}:role/*";

const ROLE_NAME: Parameter = Parameter::required("RoleName", Form::Name(Characters::Role, 64));
const SESSION: Form = Form::Integer(3600, 43200);

/// The operations on roles.
pub fn table() -> Vec<Operation> {
    vec![
        row!(
            "CreateRole",
            [Check::new(&["ram:CreateRole"], ROLES)],
            [
                ROLE_NAME,
                document!(required "AssumeRolePolicyDocument", Trust, BAD_REQUEST),
                Parameter::optional("Description", Form::Text(1024)),
                Parameter::optional("MaxSessionDuration", SESSION),
            ],
            create
        ),
        row!("GetRole", [Check::new(&["ram:GetRole"], ROLE)], [ROLE_NAME, LANGUAGE], get),
        row!(
            "UpdateRole",
            [Check::new(&["ram:UpdateRole"], ROLE)],
            [
                ROLE_NAME,
                document!(optional "NewAssumeRolePolicyDocument", Trust, BAD_REQUEST),
                Parameter::optional("NewDescription", Form::Text(1024)),
                Parameter::optional("NewMaxSessionDuration", SESSION),
            ],
            update
        ),
        row!("DeleteRole", [Check::new(&["ram:DeleteRole"], ROLE)], [ROLE_NAME], delete),
        row!("ListRoles", [Check::new(&["ram:ListRoles"], ROLES)], [LANGUAGE, PAGE_NUMBER, PAGE_SIZE], list),
    ]
}

/// What the other views have in common.
fn view(role: &Role, directory: &Directory) -> Map<String, Value> {
    let members = [
        ("RoleId", role.id.as_str()),
        ("RoleName", &role.name),
        ("RolePrincipalName", &directory.principal_name(PrincipalKind::Role, &role.name)),
        ("Arn", &role.arn(directory.account())),
        ("Description", &role.description),
        ("CreateDate", &iso8601(role.created)),
    ];
    let mut shown: Map<_, _> = members.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
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
    shown.insert("IsServiceLinkedRole".to_owned(), json!(role.linked_to.is_some()));
    if let Some(task) = &role.deletion {
        let task = json!({"DeletionTaskId": task.id, "CreateDate": iso8601(task.created)});
        shown.insert("LatestDeletionTask".to_owned(), task);
    }
    shown
}

/// The trust policy in a parameter that was checked before.
fn trust(call: &Call<'_>, parameter: &str) -> Result<Option<Arc<Document>>, ApiError> {
    let text = call.arguments.filled(parameter);
    let document = text.map(|text| Document::parse(DocumentKind::Trust, text)).transpose();
    document.map(|document| document.map(Arc::new)).map_err(|_| ApiError::internal())
}

fn session_duration(call: &Call<'_>, parameter: &str) -> Option<u32> {
    call.arguments.integer(parameter).and_then(|seconds| seconds.try_into().ok())
}

/// CreateRole
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let name = call.arguments.text("RoleName");
    check_free(name)?;
    let trust = trust(call, "AssumeRolePolicyDocument")?.ok_or_else(ApiError::internal)?;
    let mut role = Role::new(call.cloud().ids.role_id(), name, trust, call.now);
    call.arguments.text("Description").clone_into(&mut role.description);
    role.max_session_duration = session_duration(call, "MaxSessionDuration").unwrap_or(role.max_session_duration);
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
    let trust = trust(call, "NewAssumeRolePolicyDocument")?;
    let name = call.arguments.text("RoleName");
    let mut directory = call.account()?.directory.write();
    let role = directory.editable_role_mut(name)?;
    if let Some(trust) = trust {
        role.set_trust(trust);
    }
    if let Some(new) = call.arguments.get("NewDescription") {
        new.clone_into(&mut role.description);
    }
    role.max_session_duration = session_duration(call, "NewMaxSessionDuration").unwrap_or(role.max_session_duration);
    role.updated = call.now;
    Ok(Reply::document(json!({ "Role": trusting_view(directory.role(name)?, &directory) })))
}

/// DeleteRole
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    call.account()?.directory.write().delete_role(call.arguments.text("RoleName"))?;
    Ok(Reply::done())
}

/// ListRoles
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let view = |role: &Role| Value::Object(entry(role, &directory));
    Ok(Reply::document(Value::Object(page(call, directory.roles(), view, ("Roles", "Role")))))
}
