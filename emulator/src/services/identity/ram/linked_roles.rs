//! Service-linked roles: made and deleted by name of their service, and otherwise left alone.

use std::sync::Arc;

use acslab_policy::{Document, DocumentKind};
use serde_json::{Value, json};

use super::{ROLE, ROLE_ID, ROLE_NAME, roles, row};
use crate::cloud::directory::{Attached, DeletionTask, PolicyKey, PolicyType, Role, RoleUsage, Scope};
use crate::cloud::{Directory, DirectoryError, ServiceRole};
use crate::gateway::{ApiError, Call, Check, Facts, Form, Needed, Operation, Parameter, Reply, Source};

const SERVICE_NAME: Parameter = Parameter::required("ServiceName", Form::Any);
pub(crate) const SUFFIX: Parameter = Parameter::optional("CustomSuffix", Form::Own(check_suffix, "sample"));

/// RAM's pages do not tell of these; ResourceManager's do, of its own.
const SDK: Source = Source::sdk("RAM SDK 2015-05-01");

/// The operations on service-linked roles.
pub fn table() -> Vec<Operation> {
    vec![
        row(
            "CreateServiceLinkedRole",
            &[Check::new(&["ram:CreateServiceLinkedRole"], "*").context(named_service)],
            &[SERVICE_NAME, Parameter::optional("Description", Form::Text(1024)), SUFFIX],
            create,
        )
        .known_from(SDK),
        row(
            "DeleteServiceLinkedRole",
            &[Check::new(&["ram:DeleteServiceLinkedRole"], ROLE).about(ROLE_ID).context(service_of_role)],
            &[ROLE_NAME],
            delete,
        )
        .known_from(SDK),
        row(
            "GetServiceLinkedRoleTemplate",
            &[Check::new(&["ram:GetServiceLinkedRoleTemplate"], "*")],
            &[SERVICE_NAME],
            get_template,
        )
        .known_from(SDK),
    ]
}

/// With the suffix the role's name has 64 characters at most (ResourceManager: CreateServiceLinkedRole).
fn check_suffix(value: &str) -> Result<(), ApiError> {
    if value.chars().count() >= 64 {
        let message = "The maximum length of the parameter CustomSuffix is exceeded.";
        return Err(ApiError::bad_request("InvalidParameter.CustomSuffix.Length", message));
    }
    if value.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '.' | '-')) {
        return Ok(());
    }
    let message = "The parameter CustomSuffix contains invalid characters.";
    Err(ApiError::bad_request("InvalidParameter.CustomSuffix.InvalidChars", message))
}

/// A suffix, and with it a description of one's own, is for roles of which a service may have several. No service is known to
/// us that may.
fn only_one(call: &Call<'_>) -> Result<(), ApiError> {
    if call.arguments.filled("CustomSuffix").is_some() {
        let message = "Custom suffix is not allowed for this Service Linked Role.";
        return Err(ApiError::bad_request("InvalidParameter.CustomSuffix.NotAllowed", message));
    }
    if call.arguments.filled("Description").is_some() {
        let message = "Custom description is not allowed for default service linked role.";
        return Err(ApiError::bad_request("InvalidParameter.Description.NotAllowed", message));
    }
    Ok(())
}

/// `ram:ServiceName`: the service that is named.
#[expect(clippy::unnecessary_wraps, reason = "has the type of those that can fail")]
pub(crate) fn named_service(call: &Call<'_>, _: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    needed.set("ram:ServiceName", call.arguments.text("ServiceName"));
    Ok(())
}

/// `ram:ServiceName`: the service that the named role is linked to.
#[expect(clippy::unnecessary_wraps, reason = "has the type of those that can fail")]
pub(crate) fn service_of_role(_: &Call<'_>, facts: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    if let Some(service) = &facts.linked_to {
        needed.set("ram:ServiceName", service);
    }
    Ok(())
}

/// What is published of a service's role (the code for a service that has none is our choice).
fn known(call: &Call<'_>) -> Result<&'static ServiceRole, ApiError> {
    ServiceRole::linked_to(call.arguments.text("ServiceName"))
        .ok_or_else(|| ApiError::not_found("EntityNotExist.Service", "The service does not exist."))
}

/// CreateServiceLinkedRole
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let role = make(call)?;
    let mut shown = roles::view(&role, call.account()?.directory.read().account());
    for name in ["UpdateDate", "MaxSessionDuration", "AllowConsoleLogin"] {
        shown.remove(name);
    }
    shown.insert("IsServiceLinkedRole".to_owned(), json!(true));
    Ok(Reply::document(json!({ "Role": shown })))
}

/// Makes the role of the service that a call names, with its trust policy and its system policy.
pub(crate) fn make(call: &Call<'_>) -> Result<Role, ApiError> {
    let known = known(call)?;
    only_one(call)?;
    let trust = Document::parse(DocumentKind::Trust, &known.trust_policy()).map_err(|_| ApiError::internal())?;
    let mut role = Role::new(call.cloud().ids.role_id(), &known.name, Arc::new(trust), call.now);
    role.description.clone_from(&known.description);
    let policy = PolicyKey { kind: PolicyType::System, name: known.policy.clone() };
    let policy = Attached { policy, scope: Scope::Account, at: call.now };
    let mut directory = call.account()?.directory.write();
    directory.add_linked_role(role, &known.service, policy)?;
    Ok(directory.role(&known.name)?.clone())
}

/// DeleteServiceLinkedRole
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let task = unmake(call, &mut directory)?;
    Ok(Reply::document(json!({ "DeletionTaskId": task })))
}

/// Deletes the service-linked role that a call names, unless its service works through it just now. Answers the task's id.
pub(crate) fn unmake(call: &Call<'_>, directory: &mut Directory) -> Result<String, ApiError> {
    let role = directory.role(call.arguments.text("RoleName"))?;
    let service = role.linked_to.as_deref().ok_or(DirectoryError::NotExist("ServiceLinkedRole"))?;
    let uuid = call.cloud().ids.request_id().to_lowercase();
    let task = DeletionTask {
        id: format!("task/acs-service-role/{service}/{}/{uuid}", role.name),
        created: call.now,
        usages: usages(call, role),
    };
    let (name, id) = (role.name.clone(), task.id.clone());
    directory.delete_linked_role(&name, task)?;
    Ok(id)
}

/// A role is in use while its service has a session of it (RAM: Service-linked roles).
fn usages(call: &Call<'_>, role: &Role) -> Vec<RoleUsage> {
    let sessions = call.cloud().sessions.of_role(&role.id);
    let alive = sessions.iter().filter(|session| session.expires > call.now);
    let arn = |account: &str, session: &str| format!("acs:ram::{account}:assumed-role/{}/{session}", role.name);
    let resources: Vec<_> = alive.map(|session| arn(&session.account, &session.name)).collect();
    if resources.is_empty() { Vec::new() } else { vec![RoleUsage { region: call.region.clone(), resources }] }
}

/// GetServiceLinkedRoleTemplate
fn get_template(call: &Call<'_>) -> Result<Reply, ApiError> {
    let known = known(call)?;
    let description: Value = json!({"Language": "en", "Description": known.description});
    Ok(Reply::document(json!({
        "ServiceLinkedRoleTemplate": {
            "ServiceName": known.service,
            "RoleNamePrefix": known.name,
            "SystemPolicyName": known.policy,
            "MultipleRolesAllowed": false,
            "RoleDescriptions": {"RoleDescription": [description]},
        },
    })))
}
