//! AssumeRole: a session of a role, for whom both its own policies and the role's trust policy allow it.

use acslab_policy::Layer;
use http::StatusCode;
use serde_json::Value;

use super::parameters::{DEFAULT, duration_error, wrongly_formed};
use super::session::{Wanted, Words, check_role, give_out, no_such_role};
use crate::gateway::{ApiError, Call, Caller, Facts, Needed, Refused, Reply};
use crate::operation::no_permission;

const WORDS: Words = Words { no_role: no_such_role, duration: duration_error };

/// The trust policy of the role, and what it may ask about.
pub(super) fn context(call: &Call<'_>, facts: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    if matches!(call.caller, Caller::Owner(_)) {
        return Err(ApiError::forbidden("NoPermission", "Roles may not be assumed by root accounts."));
    }
    if let Some(external) = call.arguments.filled("ExternalId") {
        needed.set("sts:ExternalId", external);
    }
    if let Some(identity) = source_identity(call)? {
        needed.set("sts:SourceIdentity", identity);
    }
    check_role(call, facts, &WORDS)
}

/// The refusal of a session. It does not say which half failed when the trust policy did not allow.
pub(super) fn refuse(call: &Call<'_>, refused: &Refused<'_>) -> ApiError {
    let message = match (&call.caller, refused.decided.decision.layer) {
        _ if refused.request.action().as_str() != "sts:AssumeRole" => return no_permission(call, refused),
        (Caller::Federated(_), _) => {
            let (code, message) = ("AuthenticationFail.NoPermission", "There is no permission");
            return ApiError::new(StatusCode::UNAUTHORIZED, code, message);
        }
        (_, Layer::Trust | Layer::Resource) => {
            "No permission perform sts:AssumeRole on this Role. Maybe you are not authorized to perform sts:AssumeRole or the specified role does not trust you"
        }
        _ => "You are not authorized to do this action. You should be authorized by RAM.",
    };
    ApiError::forbidden("NoPermission", message)
}

/// AssumeRole
pub(super) fn assume_role(call: &Call<'_>) -> Result<Reply, ApiError> {
    let wanted = Wanted {
        name: call.arguments.text("RoleSessionName"),
        // A session that a role session asks for lasts an hour at most.
        longest: matches!(call.caller, Caller::Session { .. }).then_some(DEFAULT),
        source_identity: source_identity(call)?,
    };
    give_out(call, &wanted, &WORDS).map(|answer| Reply::document(Value::Object(answer)))
}

/// Who is behind the session that is asked for. Set once, it stays through role chaining. INFERRED: another
/// one is then refused, and how.
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
