//! `POST role-sessions` with `{"role": "NAME"}`: credentials of any role, whoever it trusts, so that a person can act as a service role does.
//! `{"account": …, "session": …}` where it is not the first account, or the session is to have another name.
//!
//! No operation of the cloud does this. It is recorded as what it is, so that nobody takes it for one: `Acslab.TakeRoleSession`.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use http_body_util::Full;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::json;

use super::{body, problem, reply};
use crate::cloud::{Session, iso8601};
use crate::gateway::{Access, Entry, Gateway, HttpRequest, Operation, Product, Route, Source, Stage};

static ACSLAB: Product = Product::new("Acslab", "", &[]);

/// What a session that was taken is recorded as.
static TAKEN: LazyLock<Arc<Operation>> =
    LazyLock::new(|| own_operation("TakeRoleSession", "gives a session of any role, so that a person can act as it"));

/// An operation of this surface, to record what it does as what it is.
pub(super) fn own_operation(name: &'static str, what: &'static str) -> Arc<Operation> {
    let nothing = |_: &crate::gateway::Call<'_>| Err(crate::gateway::ApiError::internal());
    let row = Operation::row(&ACSLAB, name, Route::Action, &[], &[], nothing);
    let row = row.open_to(Access::Anyone("programs on this machine, at the control surface alone"));
    Arc::new(row.known_from(Source::acslab(what)))
}

/// Records that somebody's credentials were taken.
pub(super) fn taken(gateway: &Gateway, operation: &Arc<Operation>, arn: &str, request: &HttpRequest) {
    let cloud = gateway.cloud();
    gateway.trail().record(Entry {
        request_id: cloud.ids.request_id().into(),
        at: cloud.clock.now(),
        operation: Arc::clone(operation),
        caller: Some(format!("acslab: {arn}")),
        source_ip: Some(request.peer),
        outdated: false,
        reported: false,
        stage: Stage::Perform,
        decided: Vec::new(),
        status: StatusCode::OK.as_u16(),
        code: None,
        denied: None,
        cause: None,
        exchange: None,
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    account: Option<String>,
    role: String,
    session: Option<String>,
}

pub(super) fn answer(gateway: &Gateway, request: &HttpRequest) -> Response<Full<Bytes>> {
    if request.method != Method::POST {
        return problem(StatusCode::METHOD_NOT_ALLOWED, "a session is taken with POST");
    }
    let asked: Asked = match body::read(&request.body) {
        Ok(asked) => asked,
        Err(error) => return problem(StatusCode::BAD_REQUEST, format!("not a role to take a session of: {error}")),
    };
    let cloud = gateway.cloud();
    let Some(account) = super::account_named(&cloud, asked.account.as_deref()) else {
        return problem(StatusCode::NOT_FOUND, "there is no such account");
    };
    let name = asked.session.as_deref().unwrap_or("acslab");
    let is_name = |c: char| c.is_ascii_alphanumeric() || ".@-_".contains(c);
    if !(2..=64).contains(&name.len()) || !name.chars().all(is_name) {
        return problem(StatusCode::BAD_REQUEST, format!("`{name}` is no name of a session"));
    }
    let now = cloud.clock.now();
    let session = {
        let directory = account.directory.read();
        let Ok(role) = directory.role(&asked.role) else {
            return problem(StatusCode::NOT_FOUND, format!("account {} has no role `{}`", account.name, asked.role));
        };
        let lasts = SignedDuration::from_secs(i64::from(role.max_session_duration));
        let Ok(expires) = now.checked_add(lasts) else {
            return problem(StatusCode::CONFLICT, "the clock cannot show when the session would end");
        };
        Session::new(&cloud.ids, &account.id, role, name, expires)
    };
    let session = cloud.sessions.add(session, now);
    let arn = format!("acs:ram::{}:role/{}/{name}", account.id, session.role_name.to_ascii_lowercase());
    taken(gateway, &TAKEN, &arn, request);
    reply(
        StatusCode::OK,
        &json!({
            "AssumedRoleUser": {"Arn": arn, "AssumedRoleId": format!("{}:{name}", session.role_id)},
            "Credentials": {
                "AccessKeyId": session.key_id,
                "AccessKeySecret": session.secret.expose(),
                "SecurityToken": session.token.expose(),
                "Expiration": iso8601(session.expires),
            },
        }),
    )
}
