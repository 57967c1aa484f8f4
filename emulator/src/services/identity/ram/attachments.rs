//! Attaching policies to users, groups and roles, detaching them, and who has which.

use serde_json::{Map, Value, json};

use super::words::{GROUP, USER, USER_NAME};
use super::{product::RAM, tags};
use crate::cloud::directory::{Attached, Attachments, DirectoryError, PrincipalKind, Scope};
use crate::cloud::{Directory, ResourceGroups, iso8601};
use crate::gateway::{ApiError, Call, Check, Form, Operation, Parameter, Reply};
use crate::services::identity::arns::{POLICY, ROLE, ROLE_ID};
use crate::services::identity::domain::attachments::{self, Grant};
use crate::services::identity::parameters::{GROUP_NAME, POLICY_NAME, POLICY_TYPE, ROLE_NAME};

const RESOURCE_GROUP: Parameter = Parameter::optional("ResourceGroupId", Form::Any);

/// The operations on attachments. Attaching and detaching need the same action on both, the entity and the policy.
pub fn table() -> Vec<Operation> {
    vec![
        RAM.action(
            "AttachPolicyToUser",
            &[
                Check::new(&["ram:AttachPolicyToUser"], USER),
                Check::new(&["ram:AttachPolicyToUser"], POLICY).about_named(tags::policy_id),
            ],
            &[POLICY_TYPE, POLICY_NAME, USER_NAME, RESOURCE_GROUP],
            |call| attach(call, PrincipalKind::User, "UserName"),
        ),
        RAM.action(
            "DetachPolicyFromUser",
            &[
                Check::new(&["ram:DetachPolicyFromUser"], USER),
                Check::new(&["ram:DetachPolicyFromUser"], POLICY).about_named(tags::policy_id),
            ],
            &[POLICY_TYPE, POLICY_NAME, USER_NAME, RESOURCE_GROUP],
            |call| detach(call, PrincipalKind::User, "UserName"),
        ),
        RAM.action(
            "AttachPolicyToGroup",
            &[
                Check::new(&["ram:AttachPolicyToGroup"], GROUP),
                Check::new(&["ram:AttachPolicyToGroup"], POLICY).about_named(tags::policy_id),
            ],
            &[POLICY_TYPE, POLICY_NAME, GROUP_NAME, RESOURCE_GROUP],
            |call| attach(call, PrincipalKind::Group, "GroupName"),
        ),
        RAM.action(
            "DetachPolicyFromGroup",
            &[
                Check::new(&["ram:DetachPolicyFromGroup"], GROUP),
                Check::new(&["ram:DetachPolicyFromGroup"], POLICY).about_named(tags::policy_id),
            ],
            &[POLICY_TYPE, POLICY_NAME, GROUP_NAME, RESOURCE_GROUP],
            |call| detach(call, PrincipalKind::Group, "GroupName"),
        ),
        RAM.action(
            "AttachPolicyToRole",
            &[
                Check::new(&["ram:AttachPolicyToRole"], ROLE).about(ROLE_ID),
                Check::new(&["ram:AttachPolicyToRole"], POLICY).about_named(tags::policy_id),
            ],
            &[POLICY_TYPE, POLICY_NAME, ROLE_NAME, RESOURCE_GROUP],
            |call| attach(call, PrincipalKind::Role, "RoleName"),
        ),
        RAM.action(
            "DetachPolicyFromRole",
            &[
                Check::new(&["ram:DetachPolicyFromRole"], ROLE).about(ROLE_ID),
                Check::new(&["ram:DetachPolicyFromRole"], POLICY).about_named(tags::policy_id),
            ],
            &[POLICY_TYPE, POLICY_NAME, ROLE_NAME, RESOURCE_GROUP],
            |call| detach(call, PrincipalKind::Role, "RoleName"),
        ),
        RAM.action("ListPoliciesForUser", &[Check::new(&["ram:ListPoliciesForUser"], USER)], &[USER_NAME], |call| {
            list(call, |directory| Ok(&directory.user(call.arguments.text("UserName"))?.attached))
        }),
        RAM.action(
            "ListPoliciesForGroup",
            &[Check::new(&["ram:ListPoliciesForGroup"], GROUP)],
            &[GROUP_NAME],
            |call| list(call, |directory| Ok(&directory.group(call.arguments.text("GroupName"))?.attached)),
        ),
        RAM.action(
            "ListPoliciesForRole",
            &[Check::new(&["ram:ListPoliciesForRole"], ROLE).about(ROLE_ID)],
            &[ROLE_NAME],
            |call| list(call, |directory| Ok(&directory.role(call.arguments.text("RoleName"))?.attached)),
        ),
        RAM.action(
            "ListEntitiesForPolicy",
            &[Check::new(&["ram:ListEntitiesForPolicy"], POLICY).about_named(tags::policy_id)],
            &[POLICY_TYPE, POLICY_NAME],
            list_entities,
        ),
    ]
}

/// What a call attaches or detaches: to or from the one that `parameter` names, for the account, also by its id, or for one of its
/// resource groups.
fn grant<'a>(
    call: &'a Call<'_>,
    directory: &Directory,
    groups: &ResourceGroups,
    (kind, parameter): (PrincipalKind, &str),
) -> Result<Grant<'a>, ApiError> {
    let arguments = &call.arguments;
    let system = call.cloud().system_policies();
    let policy = attachments::policy(directory, &system, arguments.text("PolicyType"), arguments.text("PolicyName"))?;
    let account = directory.account();
    let scope = groups.scope(account, arguments.filled("ResourceGroupId").unwrap_or(account), call.now)?;
    Ok(Grant { policy, scope, kind, name: arguments.text(parameter) })
}

fn attach(call: &Call<'_>, kind: PrincipalKind, parameter: &str) -> Result<Reply, ApiError> {
    let grant = |directory: &Directory, groups: &ResourceGroups| grant(call, directory, groups, (kind, parameter));
    attachments::change(call, grant, |directory, grant| attachments::attach(directory, grant, call.now))?;
    Ok(Reply::done())
}

fn detach(call: &Call<'_>, kind: PrincipalKind, parameter: &str) -> Result<Reply, ApiError> {
    let grant = |directory: &Directory, groups: &ResourceGroups| grant(call, directory, groups, (kind, parameter));
    attachments::change(call, grant, |directory, grant| attachments::detach(directory, &grant))?;
    Ok(Reply::done())
}

/// ListPoliciesForUser and its like: what is attached directly, for the whole account.
fn list(call: &Call<'_>, of: impl Fn(&Directory) -> Result<&Attachments, DirectoryError>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let system = call.cloud().system_policies();
    let view = |attached: &Attached| {
        let name = &attached.policy.name;
        let policy = directory.any_policy(attached.policy.kind, name, &system);
        json!({
            "PolicyName": name,
            "PolicyType": attached.policy.kind.as_str(),
            "Description": policy.map(|policy| policy.description()).unwrap_or_default(),
            "DefaultVersion": directory.document(&attached.policy, &system).map(|(version, _)| version),
            "AttachDate": iso8601(attached.at),
        })
    };
    let shown: Vec<_> = of(&directory)?.at(&Scope::Account).map(view).collect();
    Ok(Reply::document(json!({"Policies": {"Policy": shown}})))
}

/// ListEntitiesForPolicy
fn list_entities(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let (kind, name) = (call.arguments.text("PolicyType"), call.arguments.text("PolicyName"));
    let policy = attachments::policy(&directory, &call.cloud().system_policies(), kind, name)?;
    let since = |attached: &Attachments| {
        attached.at(&Scope::Account).find(|attached| attached.policy == policy).map(|attached| iso8601(attached.at))
    };
    let users = directory.users().filter_map(|user| {
        let at = since(&user.attached)?;
        Some(json!({"UserId": user.id, "UserName": user.name, "DisplayName": user.display_name, "AttachDate": at}))
    });
    let groups = directory.groups().filter_map(|group| {
        let at = since(&group.attached)?;
        Some(json!({"GroupName": group.name, "Comments": group.comments, "AttachDate": at}))
    });
    let roles = directory.roles().filter_map(|role| {
        let at = since(&role.attached)?;
        Some(json!({
            "RoleId": role.id, "RoleName": role.name, "Arn": role.arn(directory.account()),
            "Description": role.description, "AttachDate": at,
        }))
    });
    let mut answer = Map::new();
    answer.insert("Users".to_owned(), json!({"User": users.collect::<Vec<_>>()}));
    answer.insert("Groups".to_owned(), json!({"Group": groups.collect::<Vec<_>>()}));
    answer.insert("Roles".to_owned(), json!({"Role": roles.collect::<Vec<_>>()}));
    Ok(Reply::document(Value::Object(answer)))
}
