//! `GET sessions`: the sessions of roles that live, without what they sign with.

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use http_body_util::Full;
use serde_json::{Value, json};

use super::{problem, reply};
use crate::cloud::{Cloud, iso8601};
use crate::gateway::HttpRequest;

/// Sessions that are shown at most.
const SHOWN: usize = 1_000;

pub(super) fn answer(cloud: &Cloud, request: &HttpRequest) -> Response<Full<Bytes>> {
    if request.method != Method::GET {
        return problem(StatusCode::METHOD_NOT_ALLOWED, "sessions can only be read");
    }
    let now = cloud.clock.now();
    let mut alive: Vec<_> = cloud.sessions.all().into_iter().filter(|session| session.expires > now).collect();
    alive.sort_by(|a, b| (&a.role_name, &a.name, a.expires).cmp(&(&b.role_name, &b.name, b.expires)));
    let shown = alive.iter().take(SHOWN).map(|session| {
        json!({
            "account": session.account,
            "role": session.role_name,
            "session": session.name,
            "access_key_id": session.key_id,
            "session_policy": session.policy.is_some(),
            "source_identity": session.source_identity,
            "expires": iso8601(session.expires),
        })
    });
    reply(StatusCode::OK, &json!({"sessions": shown.collect::<Vec<Value>>(), "count": alive.len()}))
}
