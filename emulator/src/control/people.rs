//! People of an account, made through the gateway as its owner would.

use std::sync::Arc;

use serde_json::Value;

use super::environment::REGION;
use crate::cloud::Account;
use crate::gateway::{ApiError, Gateway};
use crate::operation::Caller;
use crate::services::common::inside::RAM;
use crate::signature::Secret;

/// A RAM user with an access key and with policies attached: system policies by name, documents by their text.
pub(crate) fn create_user(
    gateway: &Gateway,
    owner: &Arc<Account>,
    name: &str,
    policies: &[&str],
) -> Result<(String, Secret), ApiError> {
    ram(gateway, owner, "CreateUser", &[("UserName", name)])?;
    attach(gateway, owner, ("AttachPolicyToUser", "UserName", name), policies)?;
    create_key(gateway, owner, name)
}

/// Another access key of a RAM user.
pub(crate) fn create_key(gateway: &Gateway, owner: &Arc<Account>, user: &str) -> Result<(String, Secret), ApiError> {
    let made = ram(gateway, owner, "CreateAccessKey", &[("UserName", user)])?;
    let text = |member: &str| made["AccessKey"][member].as_str().unwrap_or_default().to_owned();
    Ok((text("AccessKeyId"), Secret::new(text("AccessKeySecret"))))
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
    attach(gateway, owner, ("AttachPolicyToRole", "RoleName", name), policies)?;
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
) -> Result<(), ApiError> {
    for (number, policy) in (1..).zip(policies) {
        // Users and roles may bear one name.
        let of = if kind == "RoleName" { "role-" } else { "" };
        let own = format!("{of}{name}-{number}").replace(|c: char| !c.is_ascii_alphanumeric() && c != '-', "-");
        let (policy_type, policy_name) = if policy.trim_start().starts_with('{') {
            ram(gateway, owner, "CreatePolicy", &[("PolicyName", &own), ("PolicyDocument", policy)])?;
            ("Custom", own.as_str())
        } else {
            ("System", *policy)
        };
        let parameters = [("PolicyType", policy_type), ("PolicyName", policy_name), (kind, name)];
        ram(gateway, owner, action, &parameters)?;
    }
    Ok(())
}
