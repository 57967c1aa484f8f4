//! People of an account, made through the gateway as its owner would.

use std::sync::Arc;

use serde_json::Value;

use super::environment::REGION;
use crate::cloud::{Account, KeyHolder};
use crate::gateway::{ApiError, Gateway};
use crate::operation::Caller;
use crate::services::common::inside::RAM;
use crate::signature::Secret;

/// What is noted of a user and of policies that are made for a while.
const MADE: &str = "made by acslab exec, and gone with it";

/// A RAM user with an access key and with policies attached: system policies by name, documents by their text.
pub(crate) fn create_user(
    gateway: &Gateway,
    owner: &Arc<Account>,
    name: &str,
    policies: &[&str],
) -> Result<(String, Secret), ApiError> {
    create_noted(gateway, owner, name, policies, "")
}

/// The same for a while, until [`delete_user`]. One of this name that was made for a while and is still there goes first.
pub(crate) fn lend_user(
    gateway: &Gateway,
    owner: &Arc<Account>,
    name: &str,
    policies: &[&str],
) -> Result<(String, Secret), ApiError> {
    let left = owner.directory.read().user(name).is_ok_and(|user| user.comments == MADE);
    if left {
        delete_user(gateway, owner, name)?;
    }
    create_noted(gateway, owner, name, policies, MADE)
}

fn create_noted(
    gateway: &Gateway,
    owner: &Arc<Account>,
    name: &str,
    policies: &[&str],
    note: &str,
) -> Result<(String, Secret), ApiError> {
    ram(gateway, owner, "CreateUser", &[("UserName", name), ("Comments", note)])?;
    attach(gateway, owner, ("AttachPolicyToUser", "UserName", name), policies, note)?;
    create_key(gateway, owner, name)
}

/// Another access key of a RAM user.
pub(crate) fn create_key(gateway: &Gateway, owner: &Arc<Account>, user: &str) -> Result<(String, Secret), ApiError> {
    let made = ram(gateway, owner, "CreateAccessKey", &[("UserName", user)])?;
    let text = |member: &str| made["AccessKey"][member].as_str().unwrap_or_default().to_owned();
    Ok((text("AccessKeyId"), Secret::new(text("AccessKeySecret"))))
}

/// An access key of a RAM user that may sign, if there is one.
pub(crate) fn key_of(gateway: &Gateway, owner: &Account, user: &str) -> Option<(String, Secret)> {
    let id = owner.directory.read().user(user).ok()?.id.clone();
    gateway.cloud().active_key(owner, &KeyHolder::User(id)).map(|key| (key.id, key.secret))
}

/// Takes an access key of a RAM user away.
pub(crate) fn delete_key(gateway: &Gateway, owner: &Arc<Account>, user: &str, id: &str) -> Result<(), ApiError> {
    ram(gateway, owner, "DeleteAccessKey", &[("UserName", user), ("UserAccessKeyId", id)]).map(drop)
}

/// Takes a RAM user away that [`lend_user`] made, with its keys and the policies that were made for it.
pub(crate) fn delete_user(gateway: &Gateway, owner: &Arc<Account>, name: &str) -> Result<(), ApiError> {
    let user = [("UserName", name)];
    let all = |operation: &str, list: &str| -> Result<Vec<Value>, ApiError> {
        let found = ram(gateway, owner, operation, &user)?;
        Ok(found.pointer(list).and_then(Value::as_array).cloned().unwrap_or_default())
    };
    let text = |value: &Value, member: &str| value[member].as_str().unwrap_or_default().to_owned();
    for key in all("ListAccessKeys", "/AccessKeys/AccessKey")? {
        delete_key(gateway, owner, name, &text(&key, "AccessKeyId"))?;
    }
    for group in all("ListGroupsForUser", "/Groups/Group")? {
        let group = text(&group, "GroupName");
        ram(gateway, owner, "RemoveUserFromGroup", &[("UserName", name), ("GroupName", &group)])?;
    }
    let mut made = Vec::new();
    for policy in all("ListPoliciesForUser", "/Policies/Policy")? {
        let (policy_name, policy_type) = (text(&policy, "PolicyName"), text(&policy, "PolicyType"));
        let attached = [("PolicyType", policy_type.as_str()), ("PolicyName", &policy_name), ("UserName", name)];
        ram(gateway, owner, "DetachPolicyFromUser", &attached)?;
        if policy["Description"] == MADE {
            made.push(policy_name);
        }
    }
    ram(gateway, owner, "DeleteUser", &user)?;
    // Somebody else may have one of them by now: nobody has the user any more, at least.
    for policy in made {
        ram(gateway, owner, "DeletePolicy", &[("PolicyName", &policy), ("CascadingDelete", "true")])?;
    }
    Ok(())
}

/// A RAM role with the text of its trust policy, and with policies attached. Gives its ARN.
pub(crate) fn create_role(
    gateway: &Gateway,
    owner: &Arc<Account>,
    name: &str,
    trust: &str,
    policies: &[&str],
) -> Result<String, ApiError> {
    let made = ram(gateway, owner, "CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", trust)])?;
    attach(gateway, owner, ("AttachPolicyToRole", "RoleName", name), policies, "")?;
    Ok(made["Role"]["Arn"].as_str().unwrap_or_default().to_owned())
}

/// A call to RAM as an account's owner, through the gateway like anybody's.
fn ram(gateway: &Gateway, owner: &Arc<Account>, action: &str, parameters: &[(&str, &str)]) -> Result<Value, ApiError> {
    let caller = Caller::Owner(Arc::clone(owner));
    let reply = gateway.call_action(caller, REGION, RAM, action, parameters)?;
    Ok(reply.members().cloned().map(Value::Object).unwrap_or_default())
}

fn attach(
    gateway: &Gateway,
    owner: &Arc<Account>,
    (action, kind, name): (&str, &str, &str),
    policies: &[&str],
    note: &str,
) -> Result<(), ApiError> {
    for (number, policy) in (1..).zip(policies) {
        // Users and roles may bear one name.
        let of = if kind == "RoleName" { "role-" } else { "" };
        let own = format!("{of}{name}-{number}").replace(|c: char| !c.is_ascii_alphanumeric() && c != '-', "-");
        let (policy_type, policy_name) = if policy.trim_start().starts_with('{') {
            let made = [("PolicyName", own.as_str()), ("PolicyDocument", policy), ("Description", note)];
            ram(gateway, owner, "CreatePolicy", &made)?;
            ("Custom", own.as_str())
        } else {
            ("System", *policy)
        };
        let parameters = [("PolicyType", policy_type), ("PolicyName", policy_name), (kind, name)];
        ram(gateway, owner, action, &parameters)?;
    }
    Ok(())
}
