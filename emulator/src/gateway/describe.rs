//! Describe: which actions on which resources does this call need, in which context?

use std::borrow::Cow;

use acslab_policy::{DefaultRule, Request};

use super::{Access, ApiError, Asked, Call, Caller, Check, Needed, OwnPolicy};
use crate::cloud::iso8601;

/// Checks the parameters' form, then says what the call needs. An operation that no policy is asked about needs nothing.
pub(super) fn describe(call: &Call<'_>) -> Result<Vec<Needed>, ApiError> {
    // Missing and malformed parameters are reported before permissions, permissions before existence.
    for parameter in call.operation.parameters {
        parameter.check(&call.arguments)?;
    }
    match call.operation.access {
        Access::Checks(checks) => {
            let mut needed = Vec::with_capacity(checks.len());
            for check in checks {
                match check.asked {
                    Asked::When(parameter) if call.arguments.filled(parameter).is_none() => {}
                    Asked::Once | Asked::When(_) => needed.push(need(call, check, "")?),
                    Asked::Each(parameter) => {
                        for item in call.arguments.json_list(parameter) {
                            needed.push(need(call, check, &item)?);
                        }
                        for item in call.arguments.list(parameter) {
                            needed.push(need(call, check, item)?);
                        }
                    }
                    Asked::Of(items) => {
                        for item in items(call)? {
                            needed.push(need(call, check, &item)?);
                        }
                    }
                }
            }
            Ok(needed)
        }
        Access::SignedOnly(_) | Access::Anyone(_) | Access::OwnerOnly(_) => Ok(Vec::new()),
    }
}

fn need(call: &Call<'_>, check: &Check, each: &str) -> Result<Needed, ApiError> {
    let named = check.actions.iter().map(|action| (*action, check.resource)).chain(check.or.iter().copied());
    let mut needed = ask(call, named.map(|(action, resource)| (action, fill(call, check, resource, each))))?;
    needed.default = check.default;
    (check.describe)(call, &mut needed)?;
    Ok(needed)
}

/// The question whether the caller may do any of these actions, which are names of the same, each on its resource.
pub(super) fn ask<'n>(call: &Call<'_>, named: impl Iterator<Item = (&'n str, String)>) -> Result<Needed, ApiError> {
    let mut requests = Vec::new();
    for (action, resource) in named {
        let request = Request::new(call.caller.principal(), action, &resource).map_err(|_| ApiError::internal())?;
        requests.push(request);
    }
    let (own, default) = (OwnPolicy::None, DefaultRule::DenyUnlessAllowed);
    let mut needed = Needed { requests, own, resource_group: None, default, absent: None };
    global_keys(call, &mut needed);
    Ok(needed)
}

/// The condition keys that every request carries (RAM: Policy elements, common condition keys).
fn global_keys(call: &Call<'_>, needed: &mut Needed) {
    needed.set("acs:CurrentTime", &iso8601(call.now));
    needed.set("acs:SecureTransport", if call.secure { "true" } else { "false" });
    // Of a key's request and of a role session it is known that no MFA stands behind it.
    needed.set("acs:MFAPresent", "false");
    if let Some(ip) = call.source_ip {
        needed.set("acs:SourceIp", &ip.to_canonical().to_string());
    }
    match &call.caller {
        Caller::User { account, name, .. } => {
            needed.set("acs:PrincipalARN", &format!("acs:ram::{}:user/{name}", account.id));
        }
        Caller::Session { account, session } => {
            let role = session.role_name.to_ascii_lowercase();
            needed.set("acs:PrincipalARN", &format!("acs:ram::{}:role/{role}", account.id));
        }
        Caller::Anonymous | Caller::Owner(_) | Caller::Service { .. } => {}
    }
}

/// Fills the braces of a resource template: `acs:ram:*:{account}:user/{UserName}`.
fn fill(call: &Call<'_>, check: &Check, template: &'static str, each: &str) -> String {
    let mut filled = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        filled.push_str(before);
        match (check.names)(call, name) {
            Some(value) => filled.push_str(&value),
            None if name == "each" => filled.push_str(each),
            None => filled.push_str(&value(call, name)),
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

fn value<'a>(call: &'a Call<'_>, name: &str) -> Cow<'a, str> {
    match name {
        "account" => call.caller.account().map_or(Cow::Borrowed(""), |account| Cow::Owned(account.id.clone())),
        "region" => Cow::Borrowed(&call.region),
        "bucket" => Cow::Borrowed(call.address.bucket.as_deref().unwrap_or_default()),
        "object" => Cow::Borrowed(call.address.object.as_deref().unwrap_or_default()),
        // The parts of `RoleArn`: `acs:ram::<account>:role/<name>`.
        "role_account" => Cow::Borrowed(call.arguments.text("RoleArn").split(':').nth(3).unwrap_or_default()),
        "role_name" => Cow::Borrowed(call.arguments.text("RoleArn").split_once("role/").map_or("", |(_, role)| role)),
        // The owner of a policy's ARN: system policies belong to `system`.
        "policy_owner" if call.arguments.get("PolicyType") == Some("System") => Cow::Borrowed("system"),
        "policy_owner" => value(call, "account"),
        "caller" => match &call.caller {
            Caller::User { name, .. } => Cow::Owned(name.clone()),
            _ => Cow::Borrowed("*"),
        },
        _ => match name.split_once('|') {
            Some((name, or)) => call.arguments.filled(name).map_or_else(|| value(call, or), Cow::Borrowed),
            _ => Cow::Borrowed(call.arguments.text(name)),
        },
    }
}
