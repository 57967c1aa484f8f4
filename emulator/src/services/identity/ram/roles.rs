//! RAM roles.

use std::sync::Arc;

use acslab_policy::{Document, DocumentKind};
use serde_json::{Map, Value, json};

use super::page::page;
use super::{MARKER, MAX_ITEMS, ROLE, ROLE_ID, ROLE_NAME, ROLES, row, tags};
use crate::cloud::directory::Role;
use crate::cloud::{Directory, iso8601};
use crate::gateway::{ApiError, Call, Check, Form, Operation, Parameter, Reply};

const TRUST: Form = Form::Document(DocumentKind::Trust);
/// How the names of service-linked roles begin, in lower case.
const LINKED_PREFIX: &str = "aliyunservicerolefor";
const SESSION: Form = Form::Integer(3600, 43200);

/// The operations on roles.
pub fn table() -> Vec<Operation> {
    vec![
        row(
            "CreateRole",
            &[Check::new(&["ram:CreateRole"], ROLES).context(tags::with_new)],
            &[
                ROLE_NAME,
                Parameter::required("AssumeRolePolicyDocument", TRUST),
                tags::TAG,
                Parameter::optional("Description", Form::Text(1024)),
                Parameter::optional("MaxSessionDuration", SESSION),
                Parameter::optional("AllowConsoleLogin", Form::Boolean),
            ],
            create,
        ),
        row("GetRole", &[Check::new(&["ram:GetRole"], ROLE).about(ROLE_ID)], &[ROLE_NAME], get),
        row(
            "UpdateRole",
            &[Check::new(&["ram:UpdateRole"], ROLE).about(ROLE_ID)],
            &[
                ROLE_NAME,
                Parameter::optional("NewAssumeRolePolicyDocument", TRUST),
                Parameter::optional("NewDescription", Form::Text(1024)),
                Parameter::optional("NewMaxSessionDuration", SESSION),
                Parameter::optional("NewAllowConsoleLogin", Form::Boolean),
            ],
            update,
        ),
        row("DeleteRole", &[Check::new(&["ram:DeleteRole"], ROLE).about(ROLE_ID)], &[ROLE_NAME], delete),
        row("ListRoles", &[Check::new(&["ram:ListRoles"], ROLES)], &[MARKER, MAX_ITEMS, tags::TAG_FILTER], list),
    ]
}

/// What ListRoles shows.
fn entry(role: &Role, account: &str) -> Map<String, Value> {
    let mut shown = Map::new();
    shown.insert("RoleId".to_owned(), json!(role.id));
    shown.insert("RoleName".to_owned(), json!(role.name));
    shown.insert("Arn".to_owned(), json!(role.arn(account)));
    shown.insert("Description".to_owned(), json!(role.description));
    shown.insert("MaxSessionDuration".to_owned(), json!(role.max_session_duration));
    shown.insert("AllowConsoleLogin".to_owned(), json!(role.console_login));
    shown.insert("CreateDate".to_owned(), json!(iso8601(role.created)));
    shown.insert("UpdateDate".to_owned(), json!(iso8601(role.updated)));
    shown
}

/// What UpdateRole shows: the trust policy as it was sent, byte for byte.
pub(super) fn view(role: &Role, account: &str) -> Map<String, Value> {
    let mut shown = entry(role, account);
    shown.insert("AssumeRolePolicyDocument".to_owned(), json!(role.trust.text()));
    shown
}

/// What GetRole shows.
fn full_view(role: &Role, directory: &Directory) -> Map<String, Value> {
    let mut shown = view(role, directory.account());
    shown.insert("IsServiceLinkedRole".to_owned(), json!(role.linked_to.is_some()));
    if let Some(task) = &role.deletion {
        let task = json!({"DeletionTaskId": task.id, "CreateDate": iso8601(task.created)});
        shown.insert("LatestDeletionTask".to_owned(), task);
    }
    let principal_name = format!("{}@role.{}.onaliyunservice.com", role.name, directory.alias());
    shown.insert("RolePrincipalName".to_owned(), json!(principal_name));
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

/// Refuses the names of service-linked roles (inferred, and so the code).
pub(crate) fn check_free(name: &str) -> Result<(), ApiError> {
    if name.to_ascii_lowercase().starts_with(LINKED_PREFIX) {
        return Err(ApiError::bad_request("InvalidParameter.RoleName", "The parameter - \"RoleName\" is incorrect."));
    }
    Ok(())
}

/// CreateRole
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let name = call.arguments.text("RoleName");
    check_free(name)?;
    let trust = trust(call, "AssumeRolePolicyDocument")?.ok_or_else(ApiError::internal)?;
    let mut role = Role::new(call.cloud().ids.role_id(), name, trust, call.now);
    call.arguments.text("Description").clone_into(&mut role.description);
    role.console_login = call.arguments.flag("AllowConsoleLogin");
    role.tags = tags::given(&call.arguments);
    role.max_session_duration = session_duration(call, "MaxSessionDuration").unwrap_or(role.max_session_duration);
    let mut shown = view(&role, &account.id);
    shown.remove("UpdateDate");
    account.directory.write().add_role(role)?;
    Ok(Reply::document(json!({ "Role": shown })))
}

/// GetRole
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let role = directory.role(call.arguments.text("RoleName"))?;
    Ok(Reply::document(json!({ "Role": full_view(role, &directory) })))
}

/// UpdateRole: what is left out stays; a description that is sent empty is cleared.
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let trust = trust(call, "NewAssumeRolePolicyDocument")?;
    let mut directory = account.directory.write();
    let role = directory.editable_role_mut(call.arguments.text("RoleName"))?;
    if let Some(trust) = trust {
        role.set_trust(trust);
    }
    if let Some(new) = call.arguments.get("NewDescription") {
        new.clone_into(&mut role.description);
    }
    if call.arguments.filled("NewAllowConsoleLogin").is_some() {
        role.console_login = call.arguments.flag("NewAllowConsoleLogin");
    }
    role.max_session_duration = session_duration(call, "NewMaxSessionDuration").unwrap_or(role.max_session_duration);
    role.updated = call.now;
    Ok(Reply::document(json!({ "Role": view(role, &account.id) })))
}

/// DeleteRole
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    call.account()?.directory.write().delete_role(call.arguments.text("RoleName"))?;
    Ok(Reply::done())
}

/// ListRoles
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let account = directory.account();
    let answer = page(
        call,
        directory.roles().filter(|role| tags::fit(&role.tags, &call.arguments)),
        |role| &role.name,
        |role| {
            let mut shown = entry(role, account);
            tags::show(&mut shown, &role.tags);
            Value::Object(shown)
        },
        ("Roles", "Role"),
    )?;
    Ok(Reply::document(Value::Object(answer)))
}
