//! Quotas: `GET quotas`, and `PUT quotas` with `{"Users": 2}`; `?account=ID` for those of one account.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use http_body_util::Full;
use serde_json::{Map, Value, json};

use super::{body, problem, reply};
use crate::cloud::{Cloud, Quota};
use crate::gateway::HttpRequest;

/// Answers a request about quotas with what is in force: for one account, or for accounts that are opened from now on.
pub(super) fn answer(cloud: &Cloud, request: &HttpRequest) -> Response<Full<Bytes>> {
    let account = match request.query.get("account").filter(|id| !id.is_empty()) {
        None => None,
        Some(id) => match cloud.account(id) {
            Some(account) => Some(account),
            None => return problem(StatusCode::NOT_FOUND, format!("there is no account `{id}`")),
        },
    };
    let of_account = account.as_ref().map(|account| &account.quotas);
    match request.method {
        Method::GET => {}
        Method::PUT => match wanted(&request.body) {
            Ok(wanted) => {
                for (quota, most) in wanted {
                    match of_account {
                        Some(quotas) => quotas.set(quota, most),
                        None => cloud.set_quota(quota, most),
                    }
                }
            }
            Err(why) => return problem(StatusCode::BAD_REQUEST, why),
        },
        _ => return problem(StatusCode::METHOD_NOT_ALLOWED, "there are GET and PUT"),
    }
    let in_force = of_account.unwrap_or(cloud.quotas()).iter();
    let in_force: Map<_, _> = in_force.map(|(quota, most)| (quota.name().to_owned(), Value::from(most))).collect();
    reply(StatusCode::OK, &json!({ "quotas": in_force }))
}

/// The quotas that a body names: all of them known, or an error.
fn wanted(body: &[u8]) -> Result<Vec<(Quota, usize)>, String> {
    let written: BTreeMap<String, usize> =
        body::read(body).map_err(|error| format!("not an object of quotas: {error}"))?;
    let read = |(name, most): (String, usize)| match Quota::parse(&name) {
        Some(quota) => Ok((quota, most)),
        None => Err(format!("`{name}` is not a quota; there are {}", Quota::names())),
    };
    written.into_iter().map(read).collect()
}
