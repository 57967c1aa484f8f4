//! Authenticate: who signed the request, and is the signature right?
//!
//! Whatever the form, the order is the same: read what the request says of its signature, find the key, check the time,
//! the signature, and that the request was not sent before. Nothing can be left out: a request without a signature is an
//! anonymous one, and only an operation that says so in its row answers those. Where the row asks for the proof of an
//! identity provider, the proof says who calls; a signature that comes with it must be right all the same.

mod openapi;
mod oss;

pub(crate) use oss::access_key_id as oss_access_key_id;

use std::net::IpAddr;
use std::sync::Arc;

use jiff::Timestamp;

use super::{Access, ApiError, Caller, HttpRequest, Routed, Wire};
use crate::cloud::{Cloud, KeyHolder, KeyStatus, Session};
use crate::signature::{Secret, secret};

/// Finds out who calls.
pub(super) fn authenticate(
    cloud: &Cloud,
    request: &HttpRequest,
    routed: &Routed,
    now: Timestamp,
) -> Result<Caller, ApiError> {
    let credential = match routed.wire {
        Wire::Rpc { .. } | Wire::Roa => openapi::authenticate(cloud, request, routed, now)?,
        Wire::Oss => oss::authenticate(cloud, request, routed, now)?,
    };
    if let Access::Federated(prove, _) = routed.operation.access {
        // As everywhere, what is missing or malformed is reported first.
        for parameter in routed.operation.parameters {
            parameter.check(&routed.arguments)?;
        }
        return prove(cloud, &routed.arguments, now).map(|federation| Caller::Federated(Arc::new(federation)));
    }
    match credential {
        Some(credential) => {
            cloud.keys.used(&credential.key_id, now, routed.operation.product.name);
            Ok(credential.caller)
        }
        // OSS decides by the resource's own policy and ACL; elsewhere nobody is somebody only where the row says so.
        None if routed.wire == Wire::Oss || matches!(routed.operation.access, Access::Anyone(_)) => {
            Ok(Caller::Anonymous)
        }
        None => Err(ApiError::internal()),
    }
}

/// A key that exists and may sign, and whose it is.
struct Credential {
    key_id: String,
    secret: Secret,
    caller: Caller,
}

/// Why a key may not sign. Each wire style has its own codes for these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeyProblem {
    /// No such key: never made, deleted, or its user or role is gone.
    Unknown,
    /// Disabled.
    Inactive,
    /// Used from where its network policy does not admit it.
    Elsewhere,
    /// A session's key without its token.
    TokenMissing,
    /// No token that was ever given out.
    TokenMalformed,
    /// The token of another key.
    TokenMismatch,
    /// The session is over.
    TokenExpired,
}

/// Finds the key, and with a session's key checks its token, with another one from where it is used.
fn resolve(
    cloud: &Cloud,
    key_id: &str,
    token: Option<&str>,
    from: IpAddr,
    now: Timestamp,
) -> Result<Credential, KeyProblem> {
    if let Some(session) = cloud.sessions.get(key_id) {
        return resolve_session(cloud, session, token, now);
    }
    if key_id.starts_with("STS.") {
        return Err(KeyProblem::Unknown);
    }
    let key = cloud.keys.get(key_id).ok_or(KeyProblem::Unknown)?;
    if key.status == KeyStatus::Inactive {
        return Err(KeyProblem::Inactive);
    }
    if token.is_some() {
        return Err(KeyProblem::TokenMismatch);
    }
    let account = cloud.account(&key.account).ok_or(KeyProblem::Unknown)?;
    if !account.ims.read().admits(&key.id, from) {
        return Err(KeyProblem::Elsewhere);
    }
    let caller = match key.holder {
        KeyHolder::Owner => Caller::Owner(account),
        KeyHolder::User(id) => {
            let name =
                account.directory.read().user_by_id(&id).map(|user| user.name.clone()).ok_or(KeyProblem::Unknown)?;
            Caller::User { account, id, name }
        }
    };
    Ok(Credential { key_id: key.id, secret: key.secret, caller })
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
    Ok(Credential {
        key_id: session.key_id.clone(),
        secret: session.secret.clone(),
        caller: Caller::Session { account, session },
    })
}
