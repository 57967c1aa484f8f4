//! `GET workspace-roles` and `PUT workspace-roles` with `{"strict": true}`: how roles in PAI's workspaces are read. Unless told otherwise
//! a role suffices; read strictly, RAM must allow as well.

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use http_body_util::Full;
use serde::Deserialize;
use serde_json::json;

use super::{body, problem, reply};
use crate::cloud::Cloud;
use crate::gateway::HttpRequest;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reading {
    strict: bool,
}

pub(super) fn answer(cloud: &Cloud, request: &HttpRequest) -> Response<Full<Bytes>> {
    match request.method {
        Method::GET => {}
        Method::PUT => match body::read::<Reading>(&request.body) {
            Ok(Reading { strict }) => cloud.set_strict_workspace_roles(strict),
            Err(error) => {
                return problem(StatusCode::BAD_REQUEST, format!("not a reading of workspace roles: {error}"));
            }
        },
        _ => return problem(StatusCode::METHOD_NOT_ALLOWED, "there are GET and PUT"),
    }
    reply(StatusCode::OK, &json!({"strict": cloud.strict_workspace_roles()}))
}
