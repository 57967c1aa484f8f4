//! Checkpoints: `GET checkpoints`, `PUT` and `DELETE checkpoints/NAME`, `POST checkpoints/NAME/restore` and, with `{"name": "OTHER"}`,
//! `POST checkpoints/NAME/fork`; and `POST reset`, which goes back to how the cloud was at the start.
//!
//! Whoever calls the cloud meanwhile finds it before such a step or after it.

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use http_body_util::Full;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Control, problem, reply};
use crate::cloud::{Cloud, iso8601};
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
        (&Method::PUT, name, "") => {
            keeper.save_checkpoint(name, &control.gateway.cloud()).map(|saved| shown(name, &saved))
        }
        (&Method::DELETE, name, "") => keeper.delete_checkpoint(name).map(|()| json!({})),
        (&Method::POST, name, "restore") => {
            let signers = control.gateway.cloud().clock.signers();
            keeper.restored(name, signers).map(|cloud| put(control, cloud))
        }
        (&Method::POST, name, "fork") => match serde_json::from_slice::<Fork>(&request.body) {
            Ok(fork) => keeper.copy_checkpoint(name, &fork.name).map(|copy| shown(&fork.name, &copy)),
            Err(error) => return problem(StatusCode::BAD_REQUEST, format!("not a name for a fork: {error}")),
        },
        _ => {
            return problem(StatusCode::METHOD_NOT_ALLOWED, "there are GET, PUT, DELETE, and POST to restore and fork");
        }
    };
    done.map_or_else(|error| refused(&error), |shown| reply(StatusCode::OK, &shown))
}

/// Goes back to how the cloud was at the start: what the emulator was told then, and nothing of what happened since.
pub(super) fn reset(control: &Control) -> Response<Full<Bytes>> {
    match control.setup.new_cloud() {
        Ok((cloud, _)) => reply(StatusCode::OK, &put(control, cloud)),
        Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, error),
    }
}

/// Puts a cloud in the place of the one that is there.
fn put(control: &Control, cloud: Cloud) -> Value {
    let time = iso8601(cloud.clock.now());
    control.gateway.replace(cloud.into());
    json!({ "time": time })
}

fn shown(name: &str, checkpoint: &Checkpoint) -> Value {
    json!({"name": name, "time": iso8601(checkpoint.time), "bytes": checkpoint.state.bytes()})
}

fn refused(error: &KeepError) -> Response<Full<Bytes>> {
    let status = match error {
        KeepError::NotAName(_) => StatusCode::BAD_REQUEST,
        KeepError::Missing(_) => StatusCode::NOT_FOUND,
        KeepError::Taken(_) | KeepError::TooMany(_) | KeepError::TooLarge { .. } => StatusCode::CONFLICT,
        KeepError::Io { .. }
        | KeepError::InUse(_)
        | KeepError::Load { .. }
        | KeepError::Write(_)
        | KeepError::Restore(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    problem(status, error)
}
