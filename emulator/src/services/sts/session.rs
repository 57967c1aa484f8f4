//! Sessions: the role that a call names, its trust policy, and what is given out.

use std::sync::Arc;

use acslab_policy::{Attachment, Document, DocumentKind, PolicyRef, PolicySet, PolicyType};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::parameters::{DEFAULT, SHORTEST, parse_role_arn, wrongly_formed};
use crate::cloud::{Account, Session, iso8601};
use crate::gateway::{ApiError, Call, Facts, OwnPolicy, Sought};

/// The words that an operation has of its own.
pub(super) struct Words {
    /// There is no such role, by account and name.
    pub(super) no_role: fn(&str, &str) -> ApiError,
    /// The session may not last so long; the most that it may.
    pub(super) duration: fn(u32) -> ApiError,
}

/// A session that is asked for.
pub(super) struct Wanted<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// The longest it may last; `None`: what the role says.
    pub(super) longest: Option<u32>,
    /// Who is behind it.
    pub(super) source_identity: Option<&'a str>,
}

/// The role's account and its name, from the `RoleArn` that was checked before.
fn target<'a>(call: &'a Call<'_>) -> Result<(Option<Arc<Account>>, &'a str, &'a str), ApiError> {
    let (account, role) = parse_role_arn(call.arguments.text("RoleArn")).ok_or_else(|| wrongly_formed("RoleArn"))?;
    Ok((call.cloud().account(account), account, role))
}

/// AssumeRole's words for a role that does not exist.
pub(super) fn no_such_role(account: &str, role: &str) -> ApiError {
    ApiError::not_found("EntityNotExist.Role", format!("The role not exists: acs:ram::{account}:role/{role}."))
}

/// The trust policy of a role, `role/ACCOUNT/NAME` or by its ARN. By its ARN, one that is not there trusts nobody.
pub(super) fn locate(sought: &Sought<'_>) -> Facts {
    let by_arn = parse_role_arn(sought.id);
    let named = by_arn.or_else(|| sought.id.strip_prefix("role/")?.split_once('/'));
    let trust = named.and_then(|(account, role)| {
        let account = sought.cloud.account(account)?;
        let directory = account.directory.read();
        let trust = directory.role(role).ok().map(|role| role.trust_set.clone());
        trust.or_else(|| by_arn.map(|_| PolicySet::empty()))
    });
    Facts { own: trust.map(OwnPolicy::Trust).unwrap_or_default(), ..Facts::default() }
}

/// The role must be there before the policies are asked: a missing role is reported as missing, as users see it.
pub(super) fn check_role(call: &Call<'_>, facts: &Facts, words: &Words) -> Result<(), ApiError> {
    let (_, account, role) = target(call)?;
    match facts.own {
        OwnPolicy::Trust(_) => Ok(()),
        OwnPolicy::None | OwnPolicy::Grants(_) | OwnPolicy::Narrows(_) | OwnPolicy::Gate(_) => {
            Err((words.no_role)(account, role))
        }
    }
}

/// Makes the session, and the part of the answer that all ways to a session have.
pub(super) fn give_out(call: &Call<'_>, wanted: &Wanted<'_>, words: &Words) -> Result<Map<String, Value>, ApiError> {
    let (account, account_id, name) = target(call)?;
    let account = account.ok_or_else(|| (words.no_role)(account_id, name))?;
    let asked = call.arguments.integer("DurationSeconds").and_then(|seconds| u32::try_from(seconds).ok());
    let policy = call.arguments.filled("Policy").map(session_policy).transpose()?;
    let session = {
        let directory = account.directory.read();
        let role = directory.role(name).map_err(|_| (words.no_role)(account_id, name))?;
        let most = wanted.longest.unwrap_or(role.max_session_duration);
        let seconds = asked.unwrap_or(DEFAULT);
        if !(SHORTEST..=most).contains(&seconds) {
            return Err((words.duration)(most));
        }
        Session {
            policy,
            source_identity: wanted.source_identity.map(str::to_owned),
            ..Session::new(&call.cloud().ids, &account.id, role, wanted.name, expiry(call.now, seconds)?)
        }
    };
    let session = call.cloud().sessions.add(session, call.now);
    let role = session.role_name.to_ascii_lowercase();
    let mut answer = Map::new();
    answer.insert(
        "AssumedRoleUser".to_owned(),
        json!({
            "Arn": format!("acs:ram::{}:role/{role}/{}", session.account, session.name),
            "AssumedRoleId": format!("{}:{}", session.role_id, session.name),
        }),
    );
    answer.insert(
        "Credentials".to_owned(),
        json!({
            "AccessKeyId": session.key_id,
            "AccessKeySecret": session.secret.expose(),
            "SecurityToken": session.token.expose(),
            "Expiration": iso8601(session.expires),
        }),
    );
    if let Some(identity) = &session.source_identity {
        answer.insert("SourceIdentity".to_owned(), json!(identity));
    }
    Ok(answer)
}

fn expiry(now: Timestamp, seconds: u32) -> Result<Timestamp, ApiError> {
    now.checked_add(SignedDuration::from_secs(i64::from(seconds))).map_err(|_| ApiError::internal())
}

/// A session policy that was checked before.
fn session_policy(text: &str) -> Result<PolicySet, ApiError> {
    let document = Document::parse(DocumentKind::Session, text).map_err(|_| ApiError::internal())?;
    let reference = PolicyRef {
        name: "session policy".into(),
        kind: PolicyType::Inline,
        version: None,
        attached: Attachment::Session,
    };
    Ok(PolicySet::compile([(reference, Arc::new(document))]))
}
