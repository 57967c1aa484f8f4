//! AssumeRole: a session of a role, for whom both its own policies and the role's trust policy allow it.

use std::sync::Arc;

use acslab_policy::{Attachment, Decision, Document, DocumentKind, Layer, PolicyRef, PolicySet, PolicyType};
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::cloud::{Account, Session, iso8601};
use crate::gateway::{ApiError, Call, Caller, Needed, OwnPolicy, Reply};

/// The shortest session, in seconds.
const SHORTEST: u32 = 900;
/// What a session lasts when the request does not say, and the longest for one that a role session asks for.
const DEFAULT: u32 = 3600;

/// A role's ARN in its parts: account and role name.
fn parse_role_arn(arn: &str) -> Option<(&str, &str)> {
    let rest = arn.strip_prefix("acs:ram:")?;
    let (_region, rest) = rest.split_once(':')?;
    let (account, role) = rest.split_once(':')?;
    let role = role.strip_prefix("role/")?;
    let plain = |text: &str| !text.is_empty() && !text.contains(['/', ':', '*', '?']);
    (plain(account) && plain(role)).then_some((account, role))
}

fn wrongly_formed(name: &str) -> ApiError {
    ApiError::bad_request(format!("InvalidParameter.{name}"), format!("The parameter {name} is wrongly formed."))
}

pub(super) fn check_role_arn(value: &str) -> Result<(), ApiError> {
    parse_role_arn(value).map(|_| ()).ok_or_else(|| wrongly_formed("RoleArn"))
}

pub(super) fn check_session_name(value: &str) -> Result<(), ApiError> {
    let fits = (2..=64).contains(&value.chars().count())
        && value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '@' | '_' | '-'));
    if fits { Ok(()) } else { Err(wrongly_formed("RoleSessionName")) }
}

/// `ExternalId`: 2 to 1,224 letters, digits and some marks (AssumeRole).
pub(super) fn check_external_id(value: &str) -> Result<(), ApiError> {
    let known = |c: char| c.is_ascii_alphanumeric() || "_+=,.@:/-".contains(c);
    let fits = (2..=1224).contains(&value.chars().count()) && value.chars().all(known);
    if fits { Ok(()) } else { Err(wrongly_formed("ExternalId")) }
}

/// `SourceIdentity`: 2 to 64 letters, digits and some marks (inferred).
pub(super) fn check_source_identity(value: &str) -> Result<(), ApiError> {
    let known = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    let fits = (2..=64).contains(&value.chars().count()) && value.chars().all(known);
    if fits { Ok(()) } else { Err(wrongly_formed("SourceIdentity")) }
}

pub(super) fn check_duration(value: &str) -> Result<(), ApiError> {
    match value.parse::<u32>() {
        Ok(seconds) if seconds >= SHORTEST => Ok(()),
        _ => Err(duration_error(DEFAULT)),
    }
}

/// The published text, its upper bound following the role's own setting.
fn duration_error(most: u32) -> ApiError {
    let most = if most.is_multiple_of(3600) { format!("{}hr", most / 3600) } else { format!("{}min", most / 60) };
    ApiError::bad_request(
        "InvalidParameter.DurationSeconds",
        format!("The Min/Max value of DurationSeconds is 15min/{most}."),
    )
}

pub(super) fn check_policy(value: &str) -> Result<(), ApiError> {
    Document::parse(DocumentKind::Session, value).map(|_| ()).map_err(|malformed| {
        if malformed.is_too_long() {
            // The published text still names the older limit.
            ApiError::bad_request("InvalidParameter.PolicySize", "The size of Policy must be smaller than 1024 bytes.")
        } else {
            ApiError::bad_request(
                "InvalidParameter.PolicyGrammar",
                "The parameter Policy has not passed grammar check.",
            )
        }
    })
}

/// The role's account and its name, from the `RoleArn` that was checked before.
fn target<'a>(call: &'a Call<'_>) -> Result<(Option<Arc<Account>>, &'a str, &'a str), ApiError> {
    let (account, role) = parse_role_arn(call.arguments.text("RoleArn")).ok_or_else(|| wrongly_formed("RoleArn"))?;
    Ok((call.cloud().account(account), account, role))
}

fn no_such_role(account: &str, role: &str) -> ApiError {
    ApiError::not_found("EntityNotExist.Role", format!("The role not exists: acs:ram::{account}:role/{role}."))
}

/// The trust policy of the role, and what it may ask about.
pub(super) fn describe(call: &Call<'_>, needed: &mut Needed) -> Result<(), ApiError> {
    if matches!(call.caller, Caller::Owner(_)) {
        return Err(ApiError::forbidden("NoPermission", "Roles may not be assumed by root accounts."));
    }
    let (account, account_id, role) = target(call)?;
    if let Some(external) = call.arguments.filled("ExternalId") {
        needed.set("sts:ExternalId", external);
    }
    if let Some(identity) = source_identity(call)? {
        needed.set("sts:SourceIdentity", identity);
    }
    let trust = account.as_ref().and_then(|account| {
        let directory = account.directory.read();
        directory.role(role).ok().map(|role| role.trust_set.clone())
    });
    // The role is looked up before the policies are asked: a missing role is reported as missing, as users see it.
    needed.own = OwnPolicy::Trust(trust.ok_or_else(|| no_such_role(account_id, role))?);
    Ok(())
}

/// The words of a refused AssumeRole. They do not say which half failed when the trust policy did not allow.
pub(crate) fn refusal(decision: &Decision) -> &'static str {
    if matches!(decision.layer, Layer::Trust | Layer::Resource) {
        "No permission perform sts:AssumeRole on this Role. Maybe you are not authorized to perform sts:AssumeRole or the specified role does not trust you"
    } else {
        "You are not authorized to do this action. You should be authorized by RAM."
    }
}

/// AssumeRole
pub(super) fn assume_role(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (account, account_id, name) = target(call)?;
    let account = account.ok_or_else(|| no_such_role(account_id, name))?;
    let asked = call.arguments.integer("DurationSeconds").and_then(|seconds| u32::try_from(seconds).ok());
    let policy = call.arguments.filled("Policy").map(session_policy).transpose()?;
    let session = {
        let directory = account.directory.read();
        let role = directory.role(name).map_err(|_| no_such_role(account_id, name))?;
        // A session that a role session asks for lasts an hour at most.
        let most = if matches!(call.caller, Caller::Session { .. }) { DEFAULT } else { role.max_session_duration };
        let seconds = asked.unwrap_or(DEFAULT);
        if !(SHORTEST..=most).contains(&seconds) {
            return Err(duration_error(most));
        }
        let ids = &call.cloud().ids;
        Session {
            key_id: ids.session_key_id(),
            secret: ids.session_key_secret(),
            token: ids.security_token(),
            account: account.id.clone(),
            role_id: role.id.clone(),
            role_name: role.name.clone(),
            service_linked: role.linked_to.is_some(),
            name: call.arguments.text("RoleSessionName").to_owned(),
            policy,
            source_identity: source_identity(call)?.map(str::to_owned),
            expires: expiry(call.now, seconds)?,
        }
    };
    let session = call.cloud().sessions.add(session, call.now);
    let role = session.role_name.to_ascii_lowercase();
    let mut answer = json!({
        "AssumedRoleUser": {
            "Arn": format!("acs:ram::{}:role/{role}/{}", session.account, session.name),
            "AssumedRoleId": format!("{}:{}", session.role_id, session.name),
        },
        "Credentials": {
            "AccessKeyId": session.key_id,
            "AccessKeySecret": session.secret.expose(),
            "SecurityToken": session.token.expose(),
            "Expiration": iso8601(session.expires),
        },
    });
    if let (Some(identity), Some(answer)) = (&session.source_identity, answer.as_object_mut()) {
        answer.insert("SourceIdentity".to_owned(), json!(identity));
    }
    Ok(Reply::document(answer))
}

/// Who is behind the session that is asked for. Set once, it stays through role chaining; that another one is then refused,
/// and how, is inferred.
fn source_identity<'a>(call: &'a Call<'_>) -> Result<Option<&'a str>, ApiError> {
    let asked = call.arguments.filled("SourceIdentity");
    let before = match &call.caller {
        Caller::Session { session, .. } => session.source_identity.as_deref(),
        _ => None,
    };
    match (before, asked) {
        (Some(before), Some(asked)) if before != asked => Err(wrongly_formed("SourceIdentity")),
        (before, asked) => Ok(before.or(asked)),
    }
}

fn expiry(now: Timestamp, seconds: u32) -> Result<Timestamp, ApiError> {
    now.checked_add(SignedDuration::from_secs(i64::from(seconds))).map_err(|_| ApiError::internal())
}

fn session_policy(text: &str) -> Result<PolicySet, ApiError> {
    check_policy(text)?;
    let document = Document::parse(DocumentKind::Session, text).map_err(|_| ApiError::internal())?;
    let reference = PolicyRef {
        name: "session policy".into(),
        kind: PolicyType::Inline,
        version: None,
        attached: Attachment::Session,
    };
    Ok(PolicySet::compile([(reference, Arc::new(document))]))
}

/// A service assumes a role of the account that it acts for, through the gateway like anybody else: the trust policy decides.
pub(crate) fn assume_as_service(
    call: &Call<'_>,
    service: &'static str,
    role: &str,
    session: &str,
) -> Result<Caller, ApiError> {
    let account = call.caller.account().cloned().ok_or_else(ApiError::internal)?;
    let arn = format!("acs:ram::{}:role/{role}", account.id);
    let caller = Caller::Service { account, name: service };
    let parameters = [("RoleArn", arn.as_str()), ("RoleSessionName", session)];
    let reply = call.gateway.call_action(caller, &call.region, &super::STS, "AssumeRole", &parameters)?;
    let key = reply.members().and_then(|members| members.get("Credentials")?.get("AccessKeyId")?.as_str());
    let session = key
        .and_then(|key| call.cloud().sessions.get(key))
        .ok_or_else(|| ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", "STS gave out no session."))?;
    let account = call.cloud().account(&session.account).ok_or_else(ApiError::internal)?;
    Ok(Caller::Session { account, session })
}
