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
        Access::Checks(checks) | Access::Federated(_, checks) => {
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
        Caller::Anonymous | Caller::Owner(_) | Caller::Federated(_) | Caller::Service { .. } => {}
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

#[cfg(test)]
mod tests {
    use acslab_policy::{Document, DocumentKind};
    use http::Method;

    use super::super::{Arguments, Gateway, HttpRequest, ObjectAddress, Operation, Perform, Reply, Route, Source};
    use super::*;
    use crate::cloud::directory::{Attached, CustomPolicy, PolicyKey, PolicyType, Scope, User};
    use crate::cloud::{Clock, Cloud};
    use crate::services::identity::ram::{RAM, pass_role};
    use crate::signature::OrderedQuery;

    /// An operation that starts instances by name, with a role if one is given.
    static START: Operation = Operation {
        product: &RAM,
        name: "Start",
        route: Route::Action,
        access: Access::Checks(&[
            Check::new(&["fc:Start"], "acs:fc:*:{account}:instance/{each}").each("Names"),
            pass_role("acs:ram:*:{account}:role/{Role}", "Role", |_, needed| {
                needed.set("acs:Service", "fc.aliyuncs.com");
                Ok(())
            }),
        ]),
        parameters: &[],
        perform: Perform::Handler(|_| Ok(Reply::done())),
        source: Source::Acslab("a test"),
    };

    /// Alice's call of it, with this policy: what was asked, and the code of a refusal.
    fn call(policy: &str, arguments: &[(&str, &str)]) -> (Vec<String>, String) {
        let clock = Clock::fixed("2026-01-02T03:04:05Z".parse().unwrap());
        let gateway = Gateway::new(Cloud::new(clock, 0, None));
        gateway.cloud.open_account("one", "1111111111111111").unwrap();
        let account = gateway.cloud.account("1111111111111111").unwrap();
        let now = gateway.cloud.clock.now();
        {
            let mut directory = account.directory.write();
            directory.add_user(User::new("2".to_owned(), "alice", now)).unwrap();
            let document = Document::parse(DocumentKind::Identity, policy).unwrap();
            directory.add_policy(CustomPolicy::new("p", "", document.into(), now)).unwrap();
            let policy = PolicyKey { kind: PolicyType::Custom, name: "p".to_owned() };
            directory.attach_to_user("alice", Attached { policy, scope: Scope::Account, at: now }).unwrap();
        }
        let pairs = arguments.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let http = HttpRequest::inside(Method::POST, "/".to_owned(), OrderedQuery::default(), bytes::Bytes::new());
        let call = Call {
            gateway: &gateway,
            operation: &START,
            caller: Caller::User { account, id: "2".to_owned(), name: "alice".to_owned() },
            request_id: String::new(),
            now,
            source_ip: None,
            secure: false,
            region: "cn-hangzhou".to_owned(),
            arguments: Arguments::new(pairs),
            address: ObjectAddress::default(),
            http: &http,
            content: None,
        };
        let code = gateway.enter(&call).err().map(|error| error.code().to_owned()).unwrap_or_default();
        let entry = gateway.trail.latest(1).remove(0);
        let asked = entry.decided.iter().map(|one| format!("{} {}", one.action, one.resource)).collect();
        (asked, code)
    }

    const START_ALL: &str = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"fc:Start","Resource":"*"}]}"#;
    const A: &str = "fc:Start acs:fc:*:1111111111111111:instance/a";
    const B: &str = "fc:Start acs:fc:*:1111111111111111:instance/b";
    const PASS: &str = "ram:PassRole acs:ram:*:1111111111111111:role/r";

    #[test]
    fn a_list_is_asked_item_by_item_flat_or_in_json() {
        let none = (vec![A.to_owned(), B.to_owned()], String::new());
        assert_eq!(call(START_ALL, &[("Names", r#"["a","b"]"#)]), none);
        assert_eq!(call(START_ALL, &[("Names.1", "a"), ("Names.2", "b")]), none);
        let only_a = START_ALL.replace(r#""Resource":"*""#, r#""Resource":"acs:fc:*:*:instance/a""#);
        assert_eq!(call(&only_a, &[("Names", r#"["a","b"]"#)]).1, "NoPermission");
        // Nothing to ask is nothing allowed.
        assert_eq!(call(START_ALL, &[("Names", "[]")]), (Vec::new(), "InternalError".to_owned()));
    }

    #[test]
    fn a_role_is_passed_on_only_with_permission_and_only_if_given() {
        let with_role = [("Names", r#"["a"]"#), ("Role", "r")];
        assert_eq!(call(START_ALL, &with_role), (vec![A.to_owned(), PASS.to_owned()], "NoPermission".to_owned()));
        assert_eq!(call(START_ALL, &[("Names", r#"["a"]"#), ("Role", "")]), (vec![A.to_owned()], String::new()));
        let passing = |service: &str| {
            let pass = r#"{"Effect":"Allow","Action":"ram:PassRole","Resource":"*","Condition":{"StringEquals":{"acs:Service":"SERVICE"}}}"#;
            START_ALL.replace("[{", &format!("[{},{{", pass.replace("SERVICE", service)))
        };
        assert_eq!(call(&passing("fc.aliyuncs.com"), &with_role).1, "");
        assert_eq!(call(&passing("ecs.aliyuncs.com"), &with_role).1, "NoPermission");
    }
}
