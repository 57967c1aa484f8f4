//! Describe: which actions on which resources does this call need, in which context?

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, LazyLock};

use acslab_policy::{Instant, Key, Principal, Request, RequestError};
use jiff::Timestamp;

use super::locate::{Known, Located};
use crate::cloud::{Cloud, REQUEST_TAGS};
use crate::operation::{
    About, Absent, Ask, Asked, Call, Caller, Check, Facts, Form, Needed, Parameter, Sought, tags_in, tags_passed,
    too_many_tags,
};
use crate::registry::Registry;
use crate::wire::{ApiError, HttpRequest};

/// Checks the parameters' form, then says what the call needs. An operation that no policy is asked about needs nothing.
pub(super) fn describe(call: &Call<'_>, registry: &Registry) -> Result<Vec<Needed>, ApiError> {
    // Missing and malformed parameters are reported before permissions, permissions before existence.
    for parameter in &call.operation.parameters {
        parameter.check(&call.arguments, &call.http)?;
    }
    let checks = call.operation.access.checks();
    let asks = call.operation.asks().ok_or_else(ApiError::internal)?;
    let mut located = Located::of(registry);
    let tags = requested_tags(call)?;
    let mut needed = Vec::with_capacity(checks.len());
    for (check, asked) in checks.iter().zip(asks) {
        let mut ask = |each: &str| {
            if needed.len() == QUESTIONS {
                return Err(too_many());
            }
            needed.push(need(call, check, asked, (&mut located, tags), each)?);
            Ok(())
        };
        match &check.asked {
            Asked::Performing(_) => {}
            Asked::When(parameter) if call.arguments.filled(parameter).is_none() => {}
            Asked::Unless(parameter) if call.arguments.filled(parameter).is_some() => {}
            Asked::Once | Asked::When(_) | Asked::Unless(_) => ask("")?,
            Asked::Each(parameter) => {
                for item in call.arguments.json_list(parameter) {
                    ask(&item)?;
                }
                for item in call.arguments.list(parameter) {
                    ask(item)?;
                }
            }
            Asked::Listed { parameter, always } => {
                let items = call.arguments.items(parameter);
                if items.is_empty() && call.arguments.filled(parameter).is_some() {
                    return Err(no_list(parameter));
                }
                if items.is_empty() && *always {
                    ask("*")?;
                }
                for item in items {
                    ask(&item)?;
                }
            }
            Asked::Roles(parameter) => {
                let own = call.caller.account().map_or("", |account| &account.id);
                for role in roles_in(call.arguments.text(parameter), own) {
                    ask(&role)?;
                }
            }
            Asked::Located(_, finds) => {
                let found = located.last().and_then(|facts| finds(call, facts));
                if let Some(found) = found {
                    need(call, check, asked, (&mut located, tags), &found).map(|need| needed.push(need))?;
                }
            }
            Asked::Of(items) => {
                for item in items(call)? {
                    ask(&item)?;
                }
            }
        }
    }
    Ok(needed)
}

/// What a call may ask at most: twice as much as the longest list that an operation takes (OSS: DeleteMultipleObjects, 1,000 keys).
const QUESTIONS: usize = 2_000;

fn too_many() -> ApiError {
    let message = format!("The request names more than {QUESTIONS} resources.");
    ApiError::bad_request("InvalidParameter", message)
}

/// A parameter holds something that is no list of ids.
fn no_list(parameter: &str) -> ApiError {
    let message = format!("The specified parameter {parameter} is not valid: it is no list of ids.");
    ApiError::bad_request("InvalidParameter", message)
}

/// One question of a check, with what is known of the resource that it names.
fn need(
    call: &Call<'_>,
    check: &Check,
    asked: &Ask,
    (located, tags): (&mut Located<'_>, &[RequestedTag]),
    each: &str,
) -> Result<Needed, ApiError> {
    let about = located.about(call, check, asked, each);
    let mut needed = Needed::new(requests(call, asked, &about, each)?);
    let known = located.known(call, check, &needed, about);
    if let (About::Arn, Some(owner)) = (&check.about, &known.resource.owner) {
        needed.is_of(owner);
    }
    complete(call, check, needed, (&known, tags))
}

/// What the first check of a call asks about another thing than the one that the call names: that of this id, for `locate`. None where the
/// call asks nothing.
pub(super) fn describe_other(call: &Call<'_>, id: &str) -> Result<Option<Needed>, ApiError> {
    let asks = call.operation.asks().ok_or_else(ApiError::internal)?;
    let Some((check, asked)) = call.operation.access.checks().iter().zip(asks).next() else { return Ok(None) };
    let sought = Sought { cloud: call.cloud(), caller: &call.caller, region: &call.region, id };
    let about = Arc::new((call.operation.product.locate)(&sought));
    let needed = Needed::new(requests(call, asked, &about, "*")?);
    complete(call, check, needed, (&Known::of_both(about), requested_tags(call)?)).map(Some)
}

/// Each name of a check's action on its resource.
fn requests(call: &Call<'_>, asked: &Ask, about: &Facts, each: &str) -> Result<Vec<Request>, ApiError> {
    let principal = call.caller.principal();
    let requests = asked.names.iter().map(|(action, resource)| {
        let resource = resource.fill(|place| value(call, place, each, about)).ok_or_else(ApiError::internal)?;
        Ok(Request::of(principal.clone(), action.clone(), resource))
    });
    requests.collect()
}

/// Adds to a question all that counts in it.
fn complete(
    call: &Call<'_>,
    check: &Check,
    mut needed: Needed,
    (known, tags): (&Known, &[RequestedTag]),
) -> Result<Needed, ApiError> {
    circumstances(&Circumstances::of(call), &call.caller.principal(), &mut needed);
    needed.default = check.default;
    needed.words = check.words;
    needed.known = check.known;
    needed.refuse = check.refuse;
    for (key, value) in check.unless_said {
        needed.set(*key, *value);
    }
    for (key, value) in &check.keys {
        needed.set(&**key, &**value);
    }
    needed.set_each(tags);
    needed.know(&known.resource);
    (check.context)(call, &known.about, &mut needed)?;
    if let Some(Absent::BeforeDecision(error)) = &known.about.absent {
        return Err(error.clone());
    }
    Ok(needed)
}

/// The parameters that tags are passed in, whatever their letter case.
const TAGS: [&str; 2] = ["Tag", "Tags"];

/// A tag that a request passes: its condition key and its value. No two have one key.
type RequestedTag = (Key, String);

/// The tags that a request passes to an operation of which the catalogue says that it takes some, read once a call: it may ask thousands
/// of questions. Rows of the program's own say in their context what they take.
fn requested_tags<'c>(call: &'c Call<'_>) -> Result<&'c [RequestedTag], ApiError> {
    if let Some(tags) = call.tags.get() {
        return Ok(tags);
    }
    let takes = |parameter: &&Parameter| {
        matches!(parameter.form, Form::Shaped(_)) && TAGS.iter().any(|name| parameter.name.eq_ignore_ascii_case(name))
    };
    let parameters = call.operation.parameters.iter().filter(takes);
    let named = parameters.flat_map(|parameter| tags_in(&call.arguments, &parameter.name));
    let tags: BTreeMap<_, _> = tags_passed(call).into_iter().chain(named).collect();
    if tags.len() > REQUEST_TAGS {
        return Err(too_many_tags());
    }
    let key = |key: String| Key::from(&*format!("acs:RequestTag/{key}"));
    Ok(call.tags.get_or_init(|| tags.into_iter().map(|(name, value)| (key(name), value)).collect()))
}

/// In which circumstances a question is asked: what every request fills in of condition keys.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Circumstances {
    now: Timestamp,
    secure: bool,
    mfa: bool,
    source_ip: Option<IpAddr>,
}

impl Circumstances {
    /// Those of a call.
    fn of(call: &Call<'_>) -> Self {
        Self { now: call.now, secure: call.secure, mfa: call.http.mfa, source_ip: call.source_ip }
    }

    /// Those of a call that somebody would make now, over TLS, from an address that is not known.
    pub(crate) fn of_nowhere(cloud: &Cloud) -> Self {
        Self { now: cloud.clock.now(), secure: true, mfa: false, source_ip: None }
    }

    /// Those of a call that somebody would make now, from where this request comes and in the way that it comes.
    pub(crate) fn of_request(cloud: &Cloud, http: &HttpRequest) -> Self {
        Self { now: cloud.clock.now(), secure: http.secure, mfa: http.mfa, source_ip: Some(http.peer) }
    }
}

/// How many condition keys a request usually has: those of every call, and some of its product's.
const USUAL_KEYS: usize = 8;

static CURRENT_TIME: LazyLock<Key> = LazyLock::new(|| "acs:CurrentTime".into());
static SECURE_TRANSPORT: LazyLock<Key> = LazyLock::new(|| "acs:SecureTransport".into());
static MFA_PRESENT: LazyLock<Key> = LazyLock::new(|| "acs:MFAPresent".into());
static SOURCE_IP: LazyLock<Key> = LazyLock::new(|| "acs:SourceIp".into());
static PRINCIPAL_ARN: LazyLock<Key> = LazyLock::new(|| "acs:PrincipalARN".into());

/// The question whether a caller may do any of these actions, which are names of the same, each on its resource. It carries the
/// condition keys that every request carries (RAM: Policy elements, common condition keys).
///
/// # Errors
/// An action or a resource is none.
pub(crate) fn ask<'n>(
    circumstances: &Circumstances,
    caller: &Caller,
    named: impl IntoIterator<Item = (&'n str, String)>,
) -> Result<Needed, RequestError> {
    ask_as(circumstances, &caller.principal(), named)
}

/// The same in the name of somebody who is no caller: a service, an identity provider.
///
/// # Errors
/// An action or a resource is none.
pub(crate) fn ask_as<'n>(
    circumstances: &Circumstances,
    principal: &Principal,
    named: impl IntoIterator<Item = (&'n str, String)>,
) -> Result<Needed, RequestError> {
    let requests = named.into_iter().map(|(action, resource)| Request::new(principal.clone(), action, &resource));
    let mut needed = Needed::new(requests.collect::<Result<_, _>>()?);
    self::circumstances(circumstances, principal, &mut needed);
    Ok(needed)
}

/// Adds the condition keys that every request carries.
fn circumstances(circumstances: &Circumstances, principal: &Principal, needed: &mut Needed) {
    for request in &mut needed.requests {
        request.reserve(USUAL_KEYS);
    }
    needed.set(&*CURRENT_TIME, Instant::of_seconds(circumstances.now.as_second()));
    needed.set(&*SECURE_TRANSPORT, circumstances.secure);
    // Of a key's request and of a role session it is known that no MFA stands behind it, unless the sender was let say so.
    needed.set(&*MFA_PRESENT, circumstances.mfa);
    if let Some(ip) = circumstances.source_ip {
        needed.set(&*SOURCE_IP, ip);
    }
    if let Some(arn) = principal.arn_key() {
        needed.set(&*PRINCIPAL_ARN, arn);
    }
}

/// The same for a call: what its rows say of actions and resources is right, or a fault of ours.
pub(super) fn ask_for_call<'n>(
    call: &Call<'_>,
    named: impl IntoIterator<Item = (&'n str, String)>,
) -> Result<Needed, ApiError> {
    ask(&Circumstances::of(call), &call.caller, named).map_err(|_| ApiError::internal())
}

/// The role that an ARN names, as `ACCOUNT:role/NAME`.
pub(crate) fn role_of_arn(arn: &str) -> Option<String> {
    let mut parts = arn.strip_prefix("acs:ram:")?.splitn(3, ':');
    let (_, account, role) = (parts.next()?, parts.next()?, parts.next()?);
    role.strip_prefix("role/").map(|name| format!("{account}:role/{name}"))
}

/// The roles that a parameter names: one by its name or ARN, or whatever ARNs a document has in it.
pub(crate) fn roles_in(text: &str, account: &str) -> Vec<String> {
    if text.is_empty() {
        return Vec::new();
    }
    if let Some(role) = role_of_arn(text) {
        return vec![role];
    }
    if !text.trim_start().starts_with(['[', '{']) {
        return vec![format!("{account}:role/{text}")];
    }
    let document: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let mut found = Vec::new();
    leaves(&document, &mut found);
    found.into_iter().filter_map(role_of_arn).collect()
}

/// The texts of a document, wherever they stand in it.
fn leaves<'v>(value: &'v serde_json::Value, found: &mut Vec<&'v str>) {
    match value {
        serde_json::Value::String(text) => found.push(text),
        serde_json::Value::Array(items) => items.iter().for_each(|item| leaves(item, found)),
        serde_json::Value::Object(members) => members.values().for_each(|member| leaves(member, found)),
        _ => {}
    }
}

/// What stands in a place of a template, by the place's name.
pub(super) fn value<'a>(call: &'a Call<'_>, place: &str, each: &'a str, facts: &'a Facts) -> &'a str {
    match place {
        "*" => "*",
        "each" => each,
        "name" => facts.name.as_deref().unwrap_or("*"),
        // The same without the workspace that it is in.
        "record" => facts.name.as_deref().map_or("*", |name| match name.splitn(3, '/').collect::<Vec<_>>()[..] {
            ["workspace", _, rest] => rest,
            _ => name,
        }),
        "owner" => facts.owner.as_deref().unwrap_or("*"),
        "owner_region" => facts.region.as_deref().unwrap_or("*"),
        "account" => call.caller.account().map_or("", |account| &account.id),
        "region" => &call.region,
        "bucket" => call.address.bucket.as_deref().unwrap_or_default(),
        "object" => call.address.object.as_deref().unwrap_or_default(),
        // The parts of `RoleArn`: `acs:ram::<account>:role/<name>`.
        "role_account" => call.arguments.text("RoleArn").split(':').nth(3).unwrap_or_default(),
        "role_name" => call.arguments.text("RoleArn").split_once("role/").map_or("", |(_, role)| role),
        // The owner of a policy's ARN: system policies belong to `system`.
        "policy_owner" if call.arguments.get("PolicyType") == Some("System") => "system",
        "policy_owner" => value(call, "account", each, facts),
        "caller" => match &call.caller {
            Caller::User { name, .. } => name,
            _ => "*",
        },
        _ => match place.split_once('|') {
            Some((name, or)) => call.arguments.filled(name).unwrap_or_else(|| value(call, or, each, facts)),
            _ => call.arguments.text(place),
        },
    }
}

#[cfg(test)]
mod tests {
    use acslab_policy::{Document, DocumentKind};

    use super::super::Gateway;
    use crate::cloud::directory::{Attached, CustomPolicy, PolicyKey, PolicyType, Scope, User};
    use crate::cloud::{Clock, Cloud};
    use crate::operation::{Caller, Check, DECISIONS_BYTES, Inside, Operation, Product, Route};
    use crate::registry::Registry;
    use crate::services::identity::ram::pass_role;
    use crate::wire::{HttpRequest, Reply};

    static FC: Product = Product::new("Fc", "2026-01-01", &[]);

    /// An operation that starts instances by name, with a role if one is given.
    fn start() -> Operation {
        let checks = [
            Check::new(&["fc:Start"], "acs:fc:*:{account}:instance/{each}").each("Names"),
            pass_role("acs:ram:*:{account}:role/{Role}", "Role", |_, _, needed| {
                needed.set("acs:Service", "fc.aliyuncs.com");
                Ok(())
            }),
        ];
        Operation::row(&FC, "Start", Route::Action, &checks, &[], |_| Ok(Reply::done()))
    }

    /// Alice's call of it, with this policy: what was asked, and the code of a refusal.
    fn call(policy: &str, arguments: &[(&str, &str)]) -> (Vec<String>, String) {
        let clock = Clock::fixed("2026-01-02T03:04:05Z".parse().unwrap());
        let gateway = Gateway::new(Cloud::new(clock, 0, None), Registry::of([start()]).into(), DECISIONS_BYTES);
        let cloud = gateway.cloud();
        cloud.open_account("one", "1111111111111111").unwrap();
        let account = cloud.account("1111111111111111").unwrap();
        let now = cloud.clock.now();
        {
            let mut directory = account.directory.write();
            directory.add_user(User::new("2".to_owned(), "alice", now)).unwrap();
            let document = Document::parse(DocumentKind::Identity, policy).unwrap();
            directory.add_policy(CustomPolicy::new("p", "", document.into(), now)).unwrap();
            let policy = PolicyKey { kind: PolicyType::Custom, name: "p".to_owned() };
            directory.attach_to_user("alice", Attached { policy, scope: Scope::Account, at: now }).unwrap();
        }
        let alice = Caller::User { account, id: "2".to_owned(), name: "alice".to_owned() };
        let request = HttpRequest::action("Start", "2026-01-01", arguments);
        let answer = gateway.enter(&cloud, request, alice, "cn-hangzhou");
        let code = answer.err().map(|error| error.code().to_owned()).unwrap_or_default();
        let entry = gateway.trail().latest(1).remove(0);
        let asked = entry.decided.iter().map(|one| format!("{} {}", one.action(), one.resource())).collect();
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
