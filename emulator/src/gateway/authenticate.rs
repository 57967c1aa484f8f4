//! Authenticate: who signed the request, and is the signature right?
//!
//! Whatever the form, the order is the same: read what the request says of its signature, find the key, check the time,
//! the signature, and that the request was not sent before. Nothing can be left out: a request without a signature is an
//! anonymous one, and only an operation that says so in its row answers those. Where the row asks for the proof of an
//! identity provider, the proof says who calls; a signature that comes with it must be right all the same.

use std::net::IpAddr;
use std::sync::Arc;

use http::header;
use jiff::Timestamp;

use super::route::Routed;
use crate::cloud::{Cloud, KeyHolder, KeyStatus, Session};
use crate::operation::{Access, Caller, Signed};
use crate::signature::{Secret, secret};
use crate::wire::{ApiError, Claim, HttpRequest, KeyProblem, Wire, fc, openapi, oss, sls};

/// Finds out who calls.
pub(super) fn authenticate(
    cloud: &Cloud,
    request: &HttpRequest,
    wire: Wire,
    routed: &Routed,
    now: Timestamp,
) -> Result<(Caller, Option<Signed>), ApiError> {
    let access = &routed.operation.access;
    let credential = match wire {
        Wire::Rpc { .. } | Wire::Roa => {
            check(cloud, openapi::claim(request, wire, &routed.arguments, access.takes_unsigned())?, request, now)
        }
        // What OSS answers to anybody it answers whatever the signature is (OptionObject, PostObject).
        Wire::Oss if matches!(access, Access::Anyone(_)) => Ok(None),
        Wire::Oss => check(cloud, oss::claim(cloud, request, &routed.address)?, request, now),
        Wire::Sls => check(cloud, sls::claim(request, access.takes_unsigned())?, request, now),
        Wire::Fc => check(cloud, fc::claim(request, access.takes_unsigned())?, request, now),
    }?;
    if let Access::Federated(prove, _) = access {
        // As everywhere, what is missing or malformed is reported first.
        for parameter in &routed.operation.parameters {
            parameter.check(&routed.arguments, request)?;
        }
        return prove(cloud, &routed.arguments, now).map(|federation| (Caller::Federated(Arc::new(federation)), None));
    }
    match credential {
        Some((caller, signed)) => {
            cloud.keys.used(&signed.key_id, now, routed.operation.product.name.clone());
            Ok((caller, Some(signed)))
        }
        // OSS decides by the resource's own policy and ACL; elsewhere nobody is somebody only where the row says so.
        None if wire == Wire::Oss || matches!(access, Access::Anyone(_)) => Ok((Caller::Anonymous, None)),
        None => Err(ApiError::internal()),
    }
}

/// Finds the key of a claim, then checks the time, the signature, and that the request was not sent before.
fn check(
    cloud: &Cloud,
    claim: Option<impl Claim>,
    request: &HttpRequest,
    now: Timestamp,
) -> Result<Option<(Caller, Signed)>, ApiError> {
    let Some(claim) = claim else { return Ok(None) };
    let credential =
        resolve(cloud, claim.key_id(), claim.token(), request.peer, now).map_err(|problem| claim.refuse(problem))?;
    let outdated = claim.is_outdated(credential.caller.account().map(AsRef::as_ref))?;
    // A moved clock is none of the client's: how old a signature is, is judged by the clock that it was dated by.
    let signers_now = cloud.clock.signers_now();
    claim.check_time(&cloud.clock)?;
    claim.verify(&credential.secret)?;
    // Only a request that was signed right uses its nonce up.
    if let Some((nonce, used)) = claim.nonce()
        && !cloud.nonces.use_once(claim.key_id(), nonce, signers_now)
    {
        return Err(used());
    }
    let signed = Signed {
        key_id: claim.key_id().to_owned(),
        region: claim.region().map(str::to_owned),
        in_url: !request.headers.contains_key(header::AUTHORIZATION),
        outdated,
    };
    if signed.outdated && cloud.oss.tells_of(&signed.key_id) {
        tracing::warn!(
            target: "acslab::oss",
            access_key_id = %signed.key_id,
            agent = request.header(header::USER_AGENT).unwrap_or("-"),
            "signed with OSS V1, which the cloud refuses from new accounts and for new buckets: sign with V4, or see `--oss-v1`",
        );
    }
    Ok(Some((credential.caller, signed)))
}

/// Whose key is this, and what is its secret?
pub(super) fn holder(
    cloud: &Cloud,
    key_id: &str,
    token: Option<&str>,
    from: IpAddr,
) -> Result<(Secret, Caller), KeyProblem> {
    let Credential { secret, caller } = resolve(cloud, key_id, token, from, cloud.clock.now())?;
    Ok((secret, caller))
}

/// A key that exists and may sign, and whose it is.
struct Credential {
    secret: Secret,
    caller: Caller,
}

/// Finds the key, and with a session's key checks its token, with another one from where it is used.
fn resolve(
    cloud: &Cloud,
    key_id: &str,
    token: Option<&str>,
    from: IpAddr,
    now: Timestamp,
) -> Result<Credential, KeyProblem> {
    // Those of sessions begin so, and no others.
    if key_id.starts_with("STS.") {
        return resolve_session(cloud, cloud.sessions.get(key_id).ok_or(KeyProblem::Unknown)?, token, now);
    }
    let found = cloud.keys.look(key_id, |key| {
        if key.status == KeyStatus::Inactive {
            return Err(KeyProblem::Inactive);
        }
        Ok((key.secret.clone(), cloud.account(&key.account), key.holder.clone()))
    });
    let (secret, account, holder) = found.ok_or(KeyProblem::Unknown)??;
    if token.is_some() {
        return Err(KeyProblem::TokenMismatch);
    }
    let account = account.ok_or(KeyProblem::Unknown)?;
    if !account.ims.read().admits(key_id, from) {
        return Err(KeyProblem::Elsewhere);
    }
    let caller = match holder {
        KeyHolder::Owner => Caller::Owner(account),
        KeyHolder::User(id) => {
            let name =
                account.directory.read().user_by_id(&id).map(|user| user.name.clone()).ok_or(KeyProblem::Unknown)?;
            Caller::User { account, id, name }
        }
    };
    Ok(Credential { secret, caller })
}

fn resolve_session(
    cloud: &Cloud,
    session: Arc<Session>,
    token: Option<&str>,
    now: Timestamp,
) -> Result<Credential, KeyProblem> {
    let token = token.ok_or(KeyProblem::TokenMissing)?;
    if !secret::same(session.token.expose(), token) {
        return Err(if cloud.sessions.has_token(token) {
            KeyProblem::TokenMismatch
        } else {
            KeyProblem::TokenMalformed
        });
    }
    if session.expires <= now {
        return Err(KeyProblem::TokenExpired);
    }
    let account = cloud.account(&session.account).ok_or(KeyProblem::Unknown)?;
    // A session dies with its role.
    account.directory.read().role_by_id(&session.role_id).ok_or(KeyProblem::Unknown)?;
    Ok(Credential { secret: session.secret.clone(), caller: Caller::Session { account, session } })
}
