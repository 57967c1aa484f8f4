//! People of an account, made through the gateway as its owner would.

use std::sync::Arc;

use acslab_policy::nearest_name;
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
    are_there(gateway, policies)?;
    ram(gateway, owner, "CreateUser", &[("UserName", name), ("Comments", note)])?;
    let made = attach(gateway, owner, &USER, name, policies, note).and_then(|()| create_key(gateway, owner, name));
    if made.is_err() {
        take_back(gateway, owner, &USER, name, policies.len());
    }
    made
}

/// A kind of principal: how policies are attached to it, and how it goes.
struct Kind {
    /// The parameter that names it.
    named: &'static str,
    attach: &'static str,
    detach: &'static str,
    list: &'static str,
    delete: &'static str,
    /// What the names of its own policies begin with: users and roles may bear one name.
    prefix: &'static str,
}

const USER: Kind = Kind {
    named: "UserName",
    attach: "AttachPolicyToUser",
    detach: "DetachPolicyFromUser",
    list: "ListPoliciesForUser",
    delete: "DeleteUser",
    prefix: "",
};
const ROLE: Kind = Kind {
    named: "RoleName",
    attach: "AttachPolicyToRole",
    detach: "DetachPolicyFromRole",
    list: "ListPoliciesForRole",
    delete: "DeleteRole",
    prefix: "role-",
};

impl Kind {
    /// The name of the policy that is made of the document in this place.
    fn own_policy(&self, name: &str, number: usize) -> String {
        format!("{}{name}-{number}", self.prefix).replace(|c: char| !c.is_ascii_alphanumeric() && c != '-', "-")
    }
}

fn is_document(policy: &str) -> bool {
    policy.trim_start().starts_with('{')
}

/// Is there each of the system policies that are named? Nothing is made for a name that is misspelt.
fn are_there(gateway: &Gateway, policies: &[&str]) -> Result<(), ApiError> {
    let known = gateway.cloud().system_policies();
    let missing = policies.iter().filter(|policy| !is_document(policy)).find(|name| known.get(name).is_none());
    let Some(name) = missing else { return Ok(()) };
    let near = nearest_name(name, known.iter().map(|policy| policy.name.as_str()));
    let near = near.map_or(String::new(), |near| format!(" Did you mean `{near}`?"));
    Err(ApiError::not_found("EntityNotExist.Policy", format!("There is no system policy `{name}`.{near}")))
}

/// Takes away what was made of somebody who could not be made whole.
fn take_back(gateway: &Gateway, owner: &Arc<Account>, kind: &Kind, name: &str, policies: usize) {
    let named = [(kind.named, name)];
    let attached = ram(gateway, owner, kind.list, &named).unwrap_or_default();
    for policy in attached.pointer("/Policies/Policy").and_then(Value::as_array).into_iter().flatten() {
        let text = |member: &str| policy[member].as_str().unwrap_or_default();
        let attached = [("PolicyType", text("PolicyType")), ("PolicyName", text("PolicyName")), (kind.named, name)];
        // Whatever does not go is told by the refusal that led here.
        let _ = ram(gateway, owner, kind.detach, &attached);
        if (1..=policies).any(|number| text("PolicyName") == kind.own_policy(name, number)) {
            let _ = ram(gateway, owner, "DeletePolicy", &[("PolicyName", text("PolicyName"))]);
        }
    }
    let _ = ram(gateway, owner, kind.delete, &named);
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
    are_there(gateway, policies)?;
    let made = ram(gateway, owner, "CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", trust)])?;
    if let Err(error) = attach(gateway, owner, &ROLE, name, policies, "") {
        take_back(gateway, owner, &ROLE, name, policies.len());
        return Err(error);
    }
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
    kind: &Kind,
    name: &str,
    policies: &[&str],
    note: &str,
) -> Result<(), ApiError> {
    for (number, policy) in (1..).zip(policies) {
        let own = kind.own_policy(name, number);
        let (policy_type, policy_name) = if is_document(policy) {
            let made = [("PolicyName", own.as_str()), ("PolicyDocument", policy), ("Description", note)];
            ram(gateway, owner, "CreatePolicy", &made)?;
            ("Custom", own.as_str())
        } else {
            ("System", *policy)
        };
        let parameters = [("PolicyType", policy_type), ("PolicyName", policy_name), (kind.named, name)];
        if let Err(error) = ram(gateway, owner, kind.attach, &parameters) {
            if policy_type == "Custom" {
                // What is attached to nobody is not found again. If it does not go, the refusal that led here is told all the same.
                let _ = ram(gateway, owner, "DeletePolicy", &[("PolicyName", policy_name)]);
            }
            return Err(error);
        }
    }
    Ok(())
}
