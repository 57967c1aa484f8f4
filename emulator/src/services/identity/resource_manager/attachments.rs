//! Attaching policies to users, groups and roles, for the whole account or for the resources of one resource group.

use serde_json::json;

use super::product::RESOURCE_MANAGER;
use super::words::is_group_or_account_id;
use crate::cloud::directory::{Attached, Attachments, PolicyType, PrincipalKind, Scope};
use crate::cloud::{Directory, ResourceGroupError, ResourceGroups, iso8601};
use crate::gateway::{ApiError, Call, Check, Form, Operation, Parameter, Reply};
use crate::services::common::page::{List, numbered};
use crate::services::identity::arns::POLICY;
use crate::services::identity::domain::attachments::{self, Grant};
use crate::services::identity::parameters::POLICY_NAME;
use crate::services::identity::resource_directory::words::{LANGUAGE, PAGE, PAGE_NUMBER, PAGE_SIZE, ruled};

const PRINCIPAL: &str = "acs:ram:*:{account}:{name}";
const SCOPE: &str = "acs:ram:*:{account}:resourcegroup/{name}";

const GROUP: Parameter = ruled!(required "ResourceGroupId", is_group_or_account_id, "rg-aek2abcdefghijk");
const POLICY_TYPE: Parameter = Parameter::required("PolicyType", Form::Own(check_policy_type, "System"));
const PRINCIPAL_TYPE: Parameter = Parameter::required("PrincipalType", Form::OneOf(PRINCIPAL_TYPES));
const PRINCIPAL_NAME: Parameter = Parameter::required("PrincipalName", Form::Text(128));

const PRINCIPAL_TYPES: &[&str] = &["IMSUser", "IMSGroup", "ServiceRole"];

/// The operations on attachments. Attaching and detaching need the same action on all three: whom, what and where for.
pub fn table() -> Vec<Operation> {
    vec![
        RESOURCE_MANAGER.action(
            "AttachPolicy",
            &[
                Check::new(&["ram:AttachPolicy"], PRINCIPAL).about_named(principal_id),
                Check::new(&["ram:AttachPolicy"], POLICY),
                Check::new(&["ram:AttachPolicy"], SCOPE).about_named(scope_id),
            ],
            &[GROUP, POLICY_TYPE, POLICY_NAME, PRINCIPAL_TYPE, PRINCIPAL_NAME],
            attach,
        ),
        RESOURCE_MANAGER.action(
            "DetachPolicy",
            &[
                Check::new(&["ram:DetachPolicy"], PRINCIPAL).about_named(principal_id),
                Check::new(&["ram:DetachPolicy"], POLICY),
                Check::new(&["ram:DetachPolicy"], SCOPE).about_named(scope_id),
            ],
            &[GROUP, POLICY_TYPE, POLICY_NAME, PRINCIPAL_TYPE, PRINCIPAL_NAME],
            detach,
        ),
        RESOURCE_MANAGER.action(
            "ListPolicyAttachments",
            &[Check::new(&["ram:ListPolicyAttachments"], "*")],
            &[
                ruled!(optional "ResourceGroupId", is_group_or_account_id, "rg-aek2abcdefghijk"),
                Parameter::optional("PolicyType", Form::Own(check_policy_type, "System")),
                Parameter::optional("PrincipalType", Form::OneOf(PRINCIPAL_TYPES)),
                LANGUAGE,
                PAGE_NUMBER,
                PAGE_SIZE,
            ],
            list,
        ),
    ]
}

fn check_policy_type(value: &str) -> Result<(), ApiError> {
    if PolicyType::parse(value).is_some() {
        return Ok(());
    }
    Err(ApiError::bad_request("InvalidParameter.PolicyType", "The specified policy type is invalid."))
}

/// The words for kinds of principals in this service.
const KINDS: [(&str, PrincipalKind); 3] =
    [("IMSUser", PrincipalKind::User), ("IMSGroup", PrincipalKind::Group), ("ServiceRole", PrincipalKind::Role)];

fn kind(word: &str) -> Option<PrincipalKind> {
    KINDS.iter().find(|(known, _)| *known == word).map(|(_, kind)| *kind)
}

/// The principal that a call names, as it is located: `user/alice` for `alice@company.onaliyun.com`.
fn principal_id(call: &Call<'_>, _: &str) -> String {
    let kind = kind(call.arguments.text("PrincipalType")).map_or("*", PrincipalKind::word);
    let name = call.arguments.text("PrincipalName");
    format!("called/{kind}/{}", name.split_once('@').map_or(name, |(name, _)| name))
}

/// The resource group that a call names, as it is located; `*` for the account.
fn scope_id(call: &Call<'_>, _: &str) -> String {
    let id = call.arguments.text("ResourceGroupId");
    let whole = call.caller.account().is_some_and(|account| account.id == id);
    format!("called/{}", if whole { "*" } else { id })
}

/// What a call attaches or detaches. Of a group that is being deleted these operations have a code of their own.
fn grant<'a>(call: &'a Call<'_>, directory: &Directory, groups: &ResourceGroups) -> Result<Grant<'a>, ApiError> {
    let arguments = &call.arguments;
    let system = call.cloud().system_policies();
    let policy = attachments::policy(directory, &system, arguments.text("PolicyType"), arguments.text("PolicyName"))?;
    let scope = groups.scope(directory.account(), arguments.text("ResourceGroupId"), call.now);
    let scope = scope.map_err(|error| match error {
        ResourceGroupError::Pending => ApiError::conflict(
            "Invalid.ResourceGroup.Status",
            "You cannot perform an operation on a resource group that is being created or deleted.",
        ),
        other => other.into(),
    })?;
    let kind = kind(arguments.text("PrincipalType")).ok_or_else(ApiError::internal)?;
    let name = directory.read_principal_name(kind, arguments.text("PrincipalName")).ok_or(kind.missing())?;
    Ok(Grant { policy, scope, kind, name })
}

/// AttachPolicy
fn attach(call: &Call<'_>) -> Result<Reply, ApiError> {
    let grant = |directory: &Directory, groups: &ResourceGroups| grant(call, directory, groups);
    attachments::change(call, grant, |directory, grant| attachments::attach(directory, grant, call.now))?;
    Ok(Reply::done())
}

/// DetachPolicy
fn detach(call: &Call<'_>) -> Result<Reply, ApiError> {
    let grant = |directory: &Directory, groups: &ResourceGroups| grant(call, directory, groups);
    attachments::change(call, grant, |directory, grant| attachments::detach(directory, &grant))?;
    Ok(Reply::done())
}

/// ListPolicyAttachments: users', then groups', then roles'. A policy or a principal that does not exist has none.
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let arguments = &call.arguments;
    let groups = account.resource_groups.read();
    let directory = account.directory.read();
    let system = call.cloud().system_policies();
    let scope = arguments.filled("ResourceGroupId").map(|id| groups.scope(&account.id, id, call.now)).transpose()?;
    let is = |name, value: &str| arguments.filled(name).is_none_or(|wanted| wanted == value);
    // The form with the account's id names the same principal.
    let asked = arguments.filled("PrincipalName");
    let entries = |(word, kind): (&str, PrincipalKind), name: &str, attached: &Attachments| {
        let principal = directory.principal_name(kind, name);
        let is_principal = asked.is_none_or(|asked| directory.read_principal_name(kind, asked) == Some(name));
        let wanted = attached.iter().filter(|attached| {
            is_principal
                && is("PrincipalType", word)
                && is("PolicyType", attached.policy.kind.as_str())
                && is("PolicyName", &attached.policy.name)
                && scope.as_ref().is_none_or(|scope| *scope == attached.scope)
        });
        let view = |attached: &Attached| {
            let policy = directory.any_policy(attached.policy.kind, &attached.policy.name, &system);
            json!({
                "PolicyName": attached.policy.name,
                "PolicyType": attached.policy.kind.as_str(),
                "Description": policy.map(|policy| policy.description()).unwrap_or_default(),
                "PrincipalType": word,
                "PrincipalName": principal,
                "ResourceGroupId": match &attached.scope {
                    Scope::Account => &account.id,
                    Scope::ResourceGroup(id) => id,
                },
                "AttachDate": iso8601(attached.at),
            })
        };
        wanted.map(view).collect::<Vec<_>>()
    };
    let [user, group, role] = KINDS;
    let users = directory.users().flat_map(|of| entries(user, &of.name, &of.attached));
    let of_groups = directory.groups().flat_map(|of| entries(group, &of.name, &of.attached));
    let roles = directory.roles().flat_map(|of| entries(role, &of.name, &of.attached));
    let all = users.chain(of_groups).chain(roles);
    let answer = numbered(&call.arguments, all, |entry| entry, PAGE)
        .with_numbers(List::Wrapped("PolicyAttachments", "PolicyAttachment"));
    Ok(Reply::document(answer))
}
