//! Calls that services make on one another: through the gateway, as some principal, like anybody else's. All that a service knows of
//! another one is the version of its API, by which an operation is named.

use std::sync::Arc;

use http::StatusCode;

use crate::cloud::{Account, Cloud};
use crate::gateway::{ApiError, Call, Caller, HttpRequest, Inside};

/// The version of RAM's API.
pub(crate) const RAM: &str = "2015-05-01";
/// The version of STS's API.
pub(crate) const STS: &str = "2015-04-01";
/// The version of VPC's API.
pub(crate) const VPC: &str = "2016-04-28";

/// A service assumes a role of the account that it acts for, through the gateway like anybody else: the trust policy decides.
pub(crate) fn assume_role(
    call: &Call<'_>,
    service: &'static str,
    role: &str,
    session: &str,
) -> Result<Caller, ApiError> {
    let account = call.caller.account().cloned().ok_or_else(ApiError::internal)?;
    let role = (account, format!("role/{role}"));
    assume_role_for(call.inside, &call.cloud, &call.region, service, &role, session)
}

/// Is a role that a service is handed, `ACCOUNT:role/NAME`, one of the account that the service may assume? It does so, and gives the
/// session back. INFERRED: a service takes no role of another account.
pub(crate) fn may_assume(call: &Call<'_>, service: &'static str, role: &str) -> bool {
    let own = call.caller.account().map_or("", |account| &account.id);
    let name = role.strip_prefix(own).and_then(|rest| rest.strip_prefix(":role/"));
    let Some(Ok(Caller::Session { session, .. })) = name.map(|name| assume_role(call, service, name, "Check")) else {
        return false;
    };
    call.cloud.sessions.give_back(&session);
    true
}

/// The same for a service that acts by itself, by no call: for an account, with a role of it.
pub(crate) fn assume_role_for(
    inside: &dyn Inside,
    cloud: &Arc<Cloud>,
    region: &str,
    service: &'static str,
    (account, role): &(Arc<Account>, String),
    session: &str,
) -> Result<Caller, ApiError> {
    let arn = format!("acs:ram::{}:{role}", account.id);
    let caller = Caller::Service { account: Arc::clone(account), name: service };
    let parameters = [("RoleArn", arn.as_str()), ("RoleSessionName", session)];
    let reply = inside.enter(cloud, HttpRequest::action("AssumeRole", STS, &parameters), caller, region)?;
    let key = reply.members().and_then(|members| members.get("Credentials")?.get("AccessKeyId")?.as_str());
    let session = key
        .and_then(|key| cloud.sessions.get(key))
        .ok_or_else(|| ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", "STS gave out no session."))?;
    let account = cloud.account(&session.account).ok_or_else(ApiError::internal)?;
    Ok(Caller::Session { account, session })
}
