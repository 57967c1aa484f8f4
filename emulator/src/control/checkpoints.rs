//! Checkpoints: `GET checkpoints`, `PUT` and `DELETE checkpoints/NAME`, `POST checkpoints/NAME/restore` and, with `{"name": "OTHER"}`,
//! `POST checkpoints/NAME/fork`; and `POST reset`, which goes back to how the cloud was at the start.
//!
//! Whoever calls the cloud meanwhile finds it before such a step or after it.

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use http_body_util::Full;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Control, body, problem, reply};
use crate::cloud::iso8601;
use crate::keep::{Checkpoint, KeepError};
use crate::wire::HttpRequest;

/// What a checkpoint is to be called that is made of another.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fork {
    name: String,
}

/// Answers a request about checkpoints, at what stands behind `checkpoints/`.
pub(super) fn answer(control: &Control, request: &HttpRequest, path: &str) -> Response<Full<Bytes>> {
    let (name, step) = path.split_once('/').unwrap_or((path, ""));
    let keeper = &control.keeper;
    let done = match (&request.method, name, step) {
        (&Method::GET, "", "") => {
            let all = keeper.checkpoints();
            Ok(json!({"checkpoints": all.iter().map(|(name, one)| shown(name, one)).collect::<Vec<_>>()}))
        }
        (&Method::PUT, name, "") => control.save_checkpoint(name).map(|saved| shown(name, &saved)),
        (&Method::DELETE, name, "") => keeper.delete_checkpoint(name).map(|()| json!({})),
        (&Method::POST, name, "restore") => control.restore(name).map(|time| json!({"time": iso8601(time)})),
        (&Method::POST, name, "fork") => match body::read::<Fork>(&request.body) {
            Ok(fork) => keeper.copy_checkpoint(name, &fork.name).map(|copy| shown(&fork.name, &copy)),
            Err(error) => return problem(StatusCode::BAD_REQUEST, format!("not a name for a fork: {error}")),
        },
        _ => {
            return problem(StatusCode::METHOD_NOT_ALLOWED, "there are GET, PUT, DELETE, and POST to restore and fork");
        }
    };
    done.map_or_else(|error| refused(&error), |shown| reply(StatusCode::OK, &shown))
}

/// Goes back to how the cloud was at the start.
pub(super) fn reset(control: &Control) -> Response<Full<Bytes>> {
    match control.reset() {
        Ok(time) => reply(StatusCode::OK, &json!({"time": iso8601(time)})),
        Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, error),
    }
}

fn shown(name: &str, checkpoint: &Checkpoint) -> Value {
    json!({"name": name, "time": iso8601(checkpoint.time), "bytes": checkpoint.state.bytes()})
}

pub(super) fn refused(error: &KeepError) -> Response<Full<Bytes>> {
    let status = match error {
        KeepError::NotAName(_) => StatusCode::BAD_REQUEST,
        KeepError::Missing(_) => StatusCode::NOT_FOUND,
        KeepError::Taken(_) | KeepError::TooMany(_) | KeepError::TooLarge { .. } => StatusCode::CONFLICT,
        KeepError::Io { .. }
        | KeepError::InUse(_)
        | KeepError::Load { .. }
        | KeepError::Write(_)
        | KeepError::Restore(_)
        | KeepError::Ended => StatusCode::INTERNAL_SERVER_ERROR,
    };
    problem(status, error)
}
