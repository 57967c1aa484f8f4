//! Service-linked roles: made and deleted by name of their service, and otherwise left alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use acslab_policy::{Document, DocumentKind};

use crate::cloud::directory::{Attached, DeletionTask, PolicyKey, PolicyType, Role, RoleUsage, Scope};
use crate::cloud::{Directory, DirectoryError, ServiceRole};
use crate::gateway::{ApiError, Call};

/// What is published of a service's role (CHOICE: the code for a service that has none).
pub(crate) fn known(service: &str) -> Result<&'static ServiceRole, ApiError> {
    ServiceRole::linked_to(service)
        .ok_or_else(|| ApiError::not_found("EntityNotExist.Service", "The service does not exist."))
}

/// A suffix, and with it a description of one's own, is for roles of which a service may have several. No service is known to
/// us that may.
fn only_one(suffix: Option<&str>, description: Option<&str>) -> Result<(), ApiError> {
    if suffix.is_some() {
        let message = "Custom suffix is not allowed for this Service Linked Role.";
        return Err(ApiError::bad_request("InvalidParameter.CustomSuffix.NotAllowed", message));
    }
    if description.is_some() {
        let message = "Custom description is not allowed for default service linked role.";
        return Err(ApiError::bad_request("InvalidParameter.Description.NotAllowed", message));
    }
    Ok(())
}

/// Makes the role of a service, with its trust policy and its system policy.
pub(crate) fn create(
    call: &Call<'_>,
    directory: &mut Directory,
    service: &str,
    suffix: Option<&str>,
    description: Option<&str>,
) -> Result<Role, ApiError> {
    let known = known(service)?;
    only_one(suffix, description)?;
    let trust = Document::parse(DocumentKind::Trust, &known.trust_policy()).map_err(|_| ApiError::internal())?;
    let mut role = Role::new(call.cloud().ids.role_id(), &known.name, Arc::new(trust), call.now);
    role.description.clone_from(&known.description);
    let policy = PolicyKey { kind: PolicyType::System, name: known.policy.clone() };
    let policy = Attached { policy, scope: Scope::Account, at: call.now };
    directory.add_linked_role(role, &known.service, policy)?;
    Ok(directory.role(&known.name)?.clone())
}

/// Deletes a service-linked role, unless its service works through it just now. Answers the task's id.
pub(crate) fn delete(call: &Call<'_>, name: &str) -> Result<String, ApiError> {
    let account = call.account()?;
    // What works through it is looked for first: whoever changes the directory looks nowhere else.
    let resources = account.working_through(name, call.now);
    let mut directory = account.directory.write();
    let role = directory.role(name)?;
    let service = role.linked_to.as_deref().ok_or(DirectoryError::NotExist("ServiceLinkedRole"))?;
    let uuid = call.cloud().ids.request_id().to_lowercase();
    let task = DeletionTask {
        id: format!("task/acs-service-role/{service}/{}/{uuid}", role.name),
        created: call.now,
        usages: usages(call, role, resources),
    };
    let (name, id) = (role.name.clone(), task.id.clone());
    directory.delete_linked_role(&name, task)?;
    Ok(id)
}

/// A role is in use while something works through it, by region, and while its service has a session of it (RAM: Service-linked roles).
fn usages(call: &Call<'_>, role: &Role, resources: BTreeMap<String, Vec<String>>) -> Vec<RoleUsage> {
    let mut usages: BTreeMap<_, _> = resources;
    let sessions = call.cloud().sessions.of_role(&role.id);
    let alive = sessions.iter().filter(|session| session.expires > call.now);
    let arn = |account: &str, session: &str| format!("acs:ram::{account}:assumed-role/{}/{session}", role.name);
    let sessions: Vec<_> = alive.map(|session| arn(&session.account, &session.name)).collect();
    if !sessions.is_empty() {
        usages.entry(call.region.clone()).or_default().extend(sessions);
    }
    usages.into_iter().map(|(region, resources)| RoleUsage { region, resources }).collect()
}
