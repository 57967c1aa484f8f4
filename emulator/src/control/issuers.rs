//! Keys of issuers of OIDC tokens: `GET oidc-keys`, and `PUT` and `DELETE oidc-keys?issuer=URL`.

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use http_body_util::Full;
use serde_json::{Value, json};

use super::{problem, reply};
use crate::cloud::Cloud;
use crate::federation::KeySet;
use crate::gateway::HttpRequest;

/// Answers a request about keys. The answer lists the issuers that are known, with the ids of their keys.
pub(super) fn answer(cloud: &Cloud, request: &HttpRequest) -> Response<Full<Bytes>> {
    let issuer = request.query.get("issuer").filter(|issuer| !issuer.is_empty());
    match (&request.method, issuer) {
        (&Method::GET, None) => {}
        (&Method::PUT, Some(issuer)) => match KeySet::parse(&request.body) {
            Ok(keys) => cloud.issuers.set(issuer, keys),
            Err(error) => return problem(StatusCode::BAD_REQUEST, error),
        },
        (&Method::DELETE, Some(issuer)) => {
            if !cloud.issuers.remove(issuer) {
                return problem(StatusCode::NOT_FOUND, format!("no keys of `{issuer}` are known"));
            }
        }
        (&Method::PUT | &Method::DELETE, None) => {
            return problem(StatusCode::BAD_REQUEST, "whose keys? `?issuer=URL` is missing");
        }
        _ => return problem(StatusCode::METHOD_NOT_ALLOWED, "there are GET, PUT and DELETE"),
    }
    let issuers: serde_json::Map<_, _> =
        cloud.issuers.all().into_iter().map(|(issuer, ids)| (issuer, Value::from(ids))).collect();
    reply(StatusCode::OK, &json!({ "issuers": issuers }))
}
