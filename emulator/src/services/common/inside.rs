//! Calls that services make on one another: through the gateway, as some principal, like anybody else's. All that a service knows of
//! another one is the version of its API, by which an operation is named.

use http::StatusCode;

use crate::gateway::{ApiError, Call, Caller};

/// The version of RAM's API.
pub(crate) const RAM: &str = "2015-05-01";
/// The version of STS's API.
pub(crate) const STS: &str = "2015-04-01";

/// A service assumes a role of the account that it acts for, through the gateway like anybody else: the trust policy decides.
pub(crate) fn assume_role(
    call: &Call<'_>,
    service: &'static str,
    role: &str,
    session: &str,
) -> Result<Caller, ApiError> {
    let account = call.caller.account().cloned().ok_or_else(ApiError::internal)?;
    let arn = format!("acs:ram::{}:role/{role}", account.id);
    let caller = Caller::Service { account, name: service };
    let parameters = [("RoleArn", arn.as_str()), ("RoleSessionName", session)];
    let reply = call.call_action(caller, STS, "AssumeRole", &parameters)?;
    let key = reply.members().and_then(|members| members.get("Credentials")?.get("AccessKeyId")?.as_str());
    let session = key
        .and_then(|key| call.cloud().sessions.get(key))
        .ok_or_else(|| ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", "STS gave out no session."))?;
    let account = call.cloud().account(&session.account).ok_or_else(ApiError::internal)?;
    Ok(Caller::Session { account, session })
}
