//! RAM roles.

use acslab_policy::DocumentKind;
use serde_json::{Map, Value, json};

use super::product::RAM;
use super::tags;
use crate::cloud::directory::{PrincipalKind, Role};
use crate::cloud::{Directory, iso8601};
use crate::gateway::{ApiError, Arguments, Call, Check, Form, Operation, Parameter, Reply};
use crate::services::common::page::{List, MARKED, by_name};
use crate::services::identity::answers::{latest_deletion, tagged};
use crate::services::identity::arns::{ROLE, ROLE_ID, ROLES};
use crate::services::identity::domain::roles::{self, Said};
use crate::services::identity::parameters::{MARKER, MAX_ITEMS, ROLE_NAME, SESSION_DURATION};
use crate::services::identity::twins;

const TRUST: Form = Form::Document(DocumentKind::Trust);

/// The operations on roles.
pub fn table() -> Vec<Operation> {
    vec![
        RAM.action(
            "CreateRole",
            &[Check::new(&["ram:CreateRole"], ROLES).context(tags::with_new)],
            &[
                ROLE_NAME,
                Parameter::required("AssumeRolePolicyDocument", TRUST),
                tags::TAG,
                Parameter::optional("Description", Form::Text(1024)),
                Parameter::optional("MaxSessionDuration", SESSION_DURATION),
                Parameter::optional("AllowConsoleLogin", Form::Boolean),
            ],
            create,
        ),
        RAM.action("GetRole", &[Check::new(&["ram:GetRole"], ROLE).about(ROLE_ID)], &[ROLE_NAME], get),
        RAM.action(
            "UpdateRole",
            &[Check::new(&["ram:UpdateRole"], ROLE).about(ROLE_ID)],
            &[
                ROLE_NAME,
                Parameter::optional("NewAssumeRolePolicyDocument", TRUST),
                Parameter::optional("NewDescription", Form::Text(1024)),
                Parameter::optional("NewMaxSessionDuration", SESSION_DURATION),
                Parameter::optional("NewAllowConsoleLogin", Form::Boolean),
            ],
            update,
        ),
        RAM.action(
            "DeleteRole",
            &[Check::new(&["ram:DeleteRole"], ROLE).about(ROLE_ID)],
            &[ROLE_NAME],
            twins::delete_role,
        ),
        RAM.action("ListRoles", &[Check::new(&["ram:ListRoles"], ROLES)], &[MARKER, MAX_ITEMS, tags::TAG_FILTER], list),
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
    latest_deletion(role, &mut shown);
    let principal_name = directory.principal_name(PrincipalKind::Role, &role.name);
    shown.insert("RolePrincipalName".to_owned(), json!(principal_name));
    shown
}

/// CreateRole
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (account, arguments) = (call.account()?, &call.arguments);
    let said = Said {
        trust: arguments.filled("AssumeRolePolicyDocument"),
        description: arguments.get("Description"),
        session_duration: arguments.integer("MaxSessionDuration"),
        console_login: console_login(arguments, "AllowConsoleLogin"),
    };
    let mut role = roles::new(call, arguments.text("RoleName"), &said)?;
    role.tags = tags::given(arguments);
    let mut shown = view(&role, &account.id);
    shown.remove("UpdateDate");
    account.directory.write().add_role(role)?;
    Ok(Reply::document(json!({ "Role": shown })))
}

fn console_login(arguments: &Arguments, name: &str) -> Option<bool> {
    arguments.filled(name).map(|_| arguments.flag(name))
}

/// GetRole
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let role = directory.role(call.arguments.text("RoleName"))?;
    Ok(Reply::document(json!({ "Role": full_view(role, &directory) })))
}

/// UpdateRole: what is left out stays; a description that is sent empty is cleared.
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (account, arguments) = (call.account()?, &call.arguments);
    let said = Said {
        trust: arguments.filled("NewAssumeRolePolicyDocument"),
        description: arguments.get("NewDescription"),
        session_duration: arguments.integer("NewMaxSessionDuration"),
        console_login: console_login(arguments, "NewAllowConsoleLogin"),
    };
    let role = roles::change(call, &mut account.directory.write(), arguments.text("RoleName"), &said)?;
    Ok(Reply::document(json!({ "Role": view(&role, &account.id) })))
}

/// ListRoles
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let all = directory.roles().filter(|role| tags::fit(&role.tags, &call.arguments));
    let view = |role: &Role| {
        let mut shown = entry(role, directory.account());
        tagged(&mut shown, &role.tags);
        Value::Object(shown)
    };
    by_name(&call.arguments, MARKED, all, |role| &role.name, view, List::Wrapped("Roles", "Role")).map(Reply::document)
}
