//! Attaching policies to users, groups and roles, detaching them, and who has which.

use serde_json::{Map, Value, json};

use super::{
    GROUP, GROUP_NAME, POLICY, POLICY_NAME, POLICY_TYPE, ROLE, ROLE_ID, ROLE_NAME, USER, USER_NAME, row, tags,
};
use crate::cloud::directory::{Attached, Attachments, DirectoryError, PolicyKey, PolicyType, Scope};
use crate::cloud::{Directory, ResourceGroups, iso8601};
use crate::gateway::{ApiError, Call, Check, Form, Operation, Parameter, Reply};

const RESOURCE_GROUP: Parameter = Parameter::optional("ResourceGroupId", Form::Any);

/// The operations on attachments. Attaching and detaching need the same action on both, the entity and the policy.
pub fn table() -> Vec<Operation> {
    vec![
        row(
            "AttachPolicyToUser",
            &[
                Check::new(&["ram:AttachPolicyToUser"], USER),
                Check::new(&["ram:AttachPolicyToUser"], POLICY).about_named(tags::policy_id),
            ],
            &[POLICY_TYPE, POLICY_NAME, USER_NAME, RESOURCE_GROUP],
            |call| attach(call, "UserName", Directory::attach_to_user),
        ),
        row(
            "DetachPolicyFromUser",
            &[
                Check::new(&["ram:DetachPolicyFromUser"], USER),
                Check::new(&["ram:DetachPolicyFromUser"], POLICY).about_named(tags::policy_id),
            ],
            &[POLICY_TYPE, POLICY_NAME, USER_NAME, RESOURCE_GROUP],
            |call| detach(call, "UserName", Directory::detach_from_user),
        ),
        row(
            "AttachPolicyToGroup",
            &[
                Check::new(&["ram:AttachPolicyToGroup"], GROUP),
                Check::new(&["ram:AttachPolicyToGroup"], POLICY).about_named(tags::policy_id),
            ],
            &[POLICY_TYPE, POLICY_NAME, GROUP_NAME, RESOURCE_GROUP],
            |call| attach(call, "GroupName", Directory::attach_to_group),
        ),
        row(
            "DetachPolicyFromGroup",
            &[
                Check::new(&["ram:DetachPolicyFromGroup"], GROUP),
                Check::new(&["ram:DetachPolicyFromGroup"], POLICY).about_named(tags::policy_id),
            ],
            &[POLICY_TYPE, POLICY_NAME, GROUP_NAME, RESOURCE_GROUP],
            |call| detach(call, "GroupName", Directory::detach_from_group),
        ),
        row(
            "AttachPolicyToRole",
            &[
                Check::new(&["ram:AttachPolicyToRole"], ROLE).about(ROLE_ID),
                Check::new(&["ram:AttachPolicyToRole"], POLICY).about_named(tags::policy_id),
            ],
            &[POLICY_TYPE, POLICY_NAME, ROLE_NAME, RESOURCE_GROUP],
            |call| attach(call, "RoleName", Directory::attach_to_role),
        ),
        row(
            "DetachPolicyFromRole",
            &[
                Check::new(&["ram:DetachPolicyFromRole"], ROLE).about(ROLE_ID),
                Check::new(&["ram:DetachPolicyFromRole"], POLICY).about_named(tags::policy_id),
            ],
            &[POLICY_TYPE, POLICY_NAME, ROLE_NAME, RESOURCE_GROUP],
            |call| detach(call, "RoleName", Directory::detach_from_role),
        ),
        row("ListPoliciesForUser", &[Check::new(&["ram:ListPoliciesForUser"], USER)], &[USER_NAME], |call| {
            list(call, |directory| Ok(&directory.user(call.arguments.text("UserName"))?.attached))
        }),
        row("ListPoliciesForGroup", &[Check::new(&["ram:ListPoliciesForGroup"], GROUP)], &[GROUP_NAME], |call| {
            list(call, |directory| Ok(&directory.group(call.arguments.text("GroupName"))?.attached))
        }),
        row(
            "ListPoliciesForRole",
            &[Check::new(&["ram:ListPoliciesForRole"], ROLE).about(ROLE_ID)],
            &[ROLE_NAME],
            |call| list(call, |directory| Ok(&directory.role(call.arguments.text("RoleName"))?.attached)),
        ),
        row(
            "ListEntitiesForPolicy",
            &[Check::new(&["ram:ListEntitiesForPolicy"], POLICY).about_named(tags::policy_id)],
            &[POLICY_TYPE, POLICY_NAME],
            list_entities,
        ),
    ]
}

/// The policy that a call names, if there is one, in the case it was made with.
fn named(call: &Call<'_>, directory: &Directory) -> Result<PolicyKey, ApiError> {
    let name = call.arguments.text("PolicyName");
    let kind = PolicyType::parse(call.arguments.text("PolicyType")).ok_or_else(ApiError::internal)?;
    let name = match kind {
        PolicyType::System => {
            let system = call.cloud().system_policies();
            system.get(name).map(|policy| policy.name.clone()).ok_or(DirectoryError::NotExist("Policy"))?
        }
        PolicyType::Custom => directory.policy(name)?.name.clone(),
    };
    Ok(PolicyKey { kind, name })
}

/// Where the attachment is to count: the account, also by its id, or one of its resource groups.
fn scope(call: &Call<'_>, groups: &ResourceGroups, account: &str) -> Result<Scope, ApiError> {
    let id = call.arguments.filled("ResourceGroupId").unwrap_or(account);
    Ok(groups.scope(account, id, call.now)?)
}

fn attach(
    call: &Call<'_>,
    to: &str,
    attach: fn(&mut Directory, &str, Attached) -> Result<(), DirectoryError>,
) -> Result<Reply, ApiError> {
    let account = call.account()?;
    // Held to the end: no grant is made for a group that is being deleted.
    let groups = account.resource_groups.read();
    let mut directory = account.directory.write();
    let policy = named(call, &directory)?;
    let new = Attached { policy, scope: scope(call, &groups, &account.id)?, at: call.now };
    attach(&mut directory, call.arguments.text(to), new)?;
    Ok(Reply::done())
}

fn detach(
    call: &Call<'_>,
    from: &str,
    detach: fn(&mut Directory, &str, &PolicyKey, &Scope) -> Result<(), DirectoryError>,
) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let groups = account.resource_groups.read();
    let mut directory = account.directory.write();
    let policy = named(call, &directory)?;
    let scope = scope(call, &groups, &account.id)?;
    detach(&mut directory, call.arguments.text(from), &policy, &scope)?;
    Ok(Reply::done())
}

/// ListPoliciesForUser and its like: what is attached directly, for the whole account.
fn list(call: &Call<'_>, of: impl Fn(&Directory) -> Result<&Attachments, DirectoryError>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let system = call.cloud().system_policies();
    let view = |attached: &Attached| {
        let name = &attached.policy.name;
        let description = match attached.policy.kind {
            PolicyType::System => system.get(name).map(|policy| policy.description.clone()),
            PolicyType::Custom => directory.policy(name).ok().map(|policy| policy.description.clone()),
        };
        json!({
            "PolicyName": name,
            "PolicyType": attached.policy.kind.as_str(),
            "Description": description.unwrap_or_default(),
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
    let policy = named(call, &directory)?;
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
