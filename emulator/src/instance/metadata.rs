//! The metadata service of an instance (ECS: Instance metadata), as far as credentials go: with a token or without.
//!
//! CHOICE: the codes for a bad token and for what is not there.

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use http_body_util::Full;
use serde_json::json;

use super::{INSTANCE_ID, METADATA_ADDRESS, REGION, credentials, is_from_here, no_credentials};
use crate::cloud::iso8601;
use crate::gateway::{Gateway, HttpRequest, oss_host_has_bucket};

const TOKEN: &str = "/latest/api/token";
const DATA: &str = "/latest/meta-data/";
const LONGEST: u32 = 21_600;

/// Is this request for the metadata service? One that names its address is. At the emulator's own address, where these paths
/// could be those of a bucket, an unsigned one is as soon as a role is attached.
pub(crate) fn is_for(gateway: &Gateway, request: &HttpRequest) -> bool {
    let path = request.path == TOKEN || request.path.starts_with(DATA);
    let host = request.host();
    let plain =
        || !request.headers.contains_key("authorization") && request.query.is_empty() && !oss_host_has_bucket(host);
    host == METADATA_ADDRESS || (path && plain() && !gateway.cloud().instance.roles().is_empty())
}

/// Answers it.
pub(crate) fn answer(gateway: &Gateway, request: &HttpRequest) -> Response<Full<Bytes>> {
    let instance = &gateway.cloud().instance;
    let now = gateway.cloud().clock.now();
    if !is_from_here(request) {
        return text(StatusCode::FORBIDDEN, "only programs on this machine are answered");
    }
    if request.path == TOKEN {
        let seconds = request.header("x-aliyun-ecs-metadata-token-ttl-seconds").and_then(|text| text.parse().ok());
        return match seconds {
            _ if request.method != Method::PUT => text(StatusCode::METHOD_NOT_ALLOWED, ""),
            Some(seconds @ 1..=LONGEST) => {
                let token = gateway.cloud().ids.mixed("", 56);
                instance.add_token(&token, now, seconds);
                text(StatusCode::OK, token)
            }
            _ => text(StatusCode::BAD_REQUEST, ""),
        };
    }
    if request.method != Method::GET {
        return text(StatusCode::METHOD_NOT_ALLOWED, "");
    }
    if request.header("x-aliyun-ecs-metadata-token").is_some_and(|token| !instance.has_token(token, now)) {
        return text(StatusCode::UNAUTHORIZED, "");
    }
    // An instance has one role.
    let Some(role) = instance.roles().into_iter().next() else { return text(StatusCode::NOT_FOUND, "") };
    match request.path.strip_prefix(DATA) {
        Some("instance-id") => text(StatusCode::OK, INSTANCE_ID),
        Some("region-id") => text(StatusCode::OK, REGION),
        Some("ram/security-credentials" | "ram/security-credentials/") => text(StatusCode::OK, role.role),
        Some(rest) if rest.strip_prefix("ram/security-credentials/") == Some(&role.role) => {
            match credentials(gateway, &role) {
                Ok(mut given) => {
                    given.insert("LastUpdated".to_owned(), json!(iso8601(now)));
                    text(StatusCode::OK, serde_json::Value::Object(given).to_string())
                }
                Err(error) => text(error.status(), no_credentials(&error).to_string()),
            }
        }
        _ => text(StatusCode::NOT_FOUND, ""),
    }
}

fn text(status: StatusCode, body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("text/plain"));
    response
}
