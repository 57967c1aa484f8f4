//! The surface itself: who is let in, and which part answers.

use std::fmt::Display;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, header};
use http_body_util::Full;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::guard::Guard;
use super::latencies::Latencies;
use super::{
    accounts, checkpoints, decisions, instance, issuers, metrics, quotas, role_sessions, state, system_policies,
    workspace_roles,
};
use crate::cloud::{Cloud, iso8601};
use crate::gateway::{Gateway, HttpRequest, oss_host_has_bucket};
use crate::instance::is_from_here;
use crate::keep::{Checkpoint, KeepError, Keeper};
use crate::services::oss::CALLBACK_KEY as PUBLIC_KEY;
use crate::setup::{Setup, SetupError};

/// Where the surface begins. No bucket can have such a name.
const PREFIX: &str = "/_acslab/";

/// Where the key lies that callbacks of OSS are signed with.
const CALLBACK_KEY: &str = "oss/callback_pub_key_v1.pem";

/// The address of that key, for whoever is called back.
pub(crate) fn callback_key(address: SocketAddr) -> String {
    let host = if address.ip().is_unspecified() { Ipv4Addr::LOCALHOST.into() } else { address.ip() };
    format!("http://{}{PREFIX}{CALLBACK_KEY}", SocketAddr::new(host, address.port()))
}

const ROUTES: &str = "GET health, GET metrics, GET oss/callback_pub_key_v1.pem, GET decisions, GET decisions/REQUEST_ID, PUT recording, POST state, POST clock, POST system-policies, PUT oidc-keys, \
                      PUT instance-roles/ROLE, GET credentials/ROLE, POST role-sessions, GET workspace-roles, PUT workspace-roles, \
                      GET quotas, PUT quotas, GET accounts, POST accounts, POST accounts/ID/users, DELETE accounts/ID, GET checkpoints, \
                      PUT checkpoints/NAME, POST checkpoints/NAME/restore, POST checkpoints/NAME/fork, POST reset";

/// Is a request meant for the control surface? Told by its path, and by a host that is no bucket's: there every path is a key.
pub(crate) fn is_for(request: &HttpRequest) -> bool {
    request.path.starts_with(PREFIX) && !oss_host_has_bucket(request.host())
}

/// The control surface of one emulator.
#[derive(Debug)]
pub(crate) struct Control {
    pub(super) gateway: Arc<Gateway>,
    guard: Guard,
    pub(super) keeper: Arc<Keeper>,
    pub(super) setup: Arc<Setup>,
    latencies: Latencies,
}

impl Control {
    /// The surface of a cloud behind a gateway.
    pub(crate) fn new(gateway: Arc<Gateway>, guard: Guard, keeper: Arc<Keeper>, setup: Arc<Setup>) -> Self {
        Self { gateway, guard, keeper, setup, latencies: Latencies::default() }
    }

    /// How long answers took.
    pub(crate) fn latencies(&self) -> &Latencies {
        &self.latencies
    }

    /// Where the emulator is, for whoever asks: as they have reached it.
    pub(super) fn endpoint(&self, request: &HttpRequest) -> String {
        let scheme = if request.secure { "https" } else { "http" };
        match request.header("host") {
            Some(host) => format!("{scheme}://{host}"),
            None => format!("{scheme}://{}", self.guard.address()),
        }
    }

    /// Gives the state of this moment a name.
    pub(crate) fn save_checkpoint(&self, name: &str) -> Result<Checkpoint, KeepError> {
        self.keeper.save_checkpoint(name, &self.gateway.cloud())
    }

    /// Forgets a checkpoint.
    pub(crate) fn delete_checkpoint(&self, name: &str) -> Result<(), KeepError> {
        self.keeper.delete_checkpoint(name)
    }

    /// The names of the checkpoints.
    pub(crate) fn checkpoint_names(&self) -> Vec<String> {
        self.keeper.checkpoints().into_iter().map(|(name, _)| name).collect()
    }

    /// Goes back to a checkpoint; gives the cloud's time then.
    pub(crate) fn restore(&self, name: &str) -> Result<Timestamp, KeepError> {
        let cloud = self.keeper.restored(name, self.gateway.cloud().clock.signers())?;
        Ok(self.put(cloud))
    }

    /// Goes back to how the cloud was at the start: what the emulator was told then, and nothing of what happened since.
    pub(crate) fn reset(&self) -> Result<Timestamp, SetupError> {
        Ok(self.put(self.setup.new_cloud()?.0))
    }

    /// Puts a cloud in the place of the one that is there.
    fn put(&self, cloud: Cloud) -> Timestamp {
        let time = cloud.clock.now();
        self.gateway.replace(cloud.into());
        time
    }

    /// The way into the cloud.
    pub(crate) fn gateway(&self) -> &Gateway {
        &self.gateway
    }

    /// Lets a request in by its head, or says why not, before its body is read.
    pub(crate) fn admit(&self, head: &HttpRequest) -> Result<Admitted<'_>, Box<Response<Full<Bytes>>>> {
        let refused = |why| Box::new(problem(StatusCode::FORBIDDEN, why));
        self.guard.admit(head).map(|()| Admitted(self)).map_err(refused)
    }

    fn answer(&self, request: &HttpRequest) -> Response<Full<Bytes>> {
        let path = request.path.strip_prefix(PREFIX).unwrap_or_default();
        match path.split_once('/').unwrap_or((path, "")) {
            ("accounts", rest) => accounts::answer(self, request, rest),
            ("metrics", "") => metrics::answer(self, request),
            ("checkpoints", rest) => checkpoints::answer(self, request, rest),
            ("reset", "") if request.method == Method::POST => checkpoints::reset(self),
            _ => {
                let cloud = self.gateway.cloud();
                let _work = cloud.work();
                let answered = answer(&self.gateway, request);
                if request.method != Method::GET {
                    cloud.changes().count();
                }
                answered
            }
        }
    }
}

/// The proof that a request was let in to the control surface.
#[derive(Debug)]
pub(crate) struct Admitted<'c>(&'c Control);

impl Admitted<'_> {
    /// Answers the request, whose body is there.
    pub(crate) fn answer(self, request: &HttpRequest) -> Response<Full<Bytes>> {
        self.0.answer(request)
    }
}

fn answer(gateway: &Gateway, request: &HttpRequest) -> Response<Full<Bytes>> {
    let path = request.path.strip_prefix(PREFIX).unwrap_or_default();
    // What opens the way to credentials is told from this machine, as the credentials are given to it alone.
    let opens = ["oidc-keys", "instance-roles"].contains(&path.split('/').next().unwrap_or_default());
    if opens && request.method != Method::GET && !is_from_here(request) {
        return problem(StatusCode::FORBIDDEN, "only programs on this machine may say who comes in");
    }
    match (&request.method, path) {
        (&Method::GET, CALLBACK_KEY) => text("application/x-pem-file", PUBLIC_KEY),
        (&Method::GET, "health") => {
            let now = iso8601(gateway.cloud().clock.now());
            let mut health = json!({"status": "ok", "version": env!("CARGO_PKG_VERSION"), "time": now});
            if gateway.reports_denials() {
                health["mode"] = json!("would-deny");
            }
            reply(StatusCode::OK, &health)
        }
        (&Method::POST, "state") => match serde_json::from_slice(&request.body) {
            Ok(query) => reply(StatusCode::OK, &json!(state::authorization_state(gateway, &query, request))),
            Err(error) => problem(StatusCode::BAD_REQUEST, format!("not a state query: {error}")),
        },
        (_, "decisions") => decisions::answer(gateway, request, ""),
        (_, "recording") => decisions::recording(gateway, request),
        (&Method::POST, "clock") => match serde_json::from_slice::<ClockMove>(&request.body) {
            Ok(ClockMove { advance_seconds }) => {
                match gateway.cloud().clock.advance(advance_seconds.saturating_mul(1000)) {
                    Ok(now) => reply(StatusCode::OK, &json!({"time": iso8601(now)})),
                    Err(error) => problem(StatusCode::BAD_REQUEST, error),
                }
            }
            Err(error) => problem(StatusCode::BAD_REQUEST, format!("not a move of the clock: {error}")),
        },
        (_, "role-sessions") => role_sessions::answer(gateway, request),
        (_, "workspace-roles") => workspace_roles::answer(&gateway.cloud(), request),
        (_, "quotas") => quotas::answer(&gateway.cloud(), request),
        (_, "system-policies") => system_policies::answer(&gateway.cloud(), request),
        (_, "oidc-keys") => issuers::answer(&gateway.cloud(), request),
        (_, "instance-roles") => instance::roles(gateway, request, ""),
        (method, path) => match path.split_once('/') {
            Some(("decisions", id)) => decisions::answer(gateway, request, id),
            Some(("instance-roles", role)) => instance::roles(gateway, request, role),
            Some(("credentials", role)) => instance::give(gateway, request, role),
            _ => problem(StatusCode::NOT_FOUND, format!("no `{method} {}` here; there are {ROUTES}", request.path)),
        },
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockMove {
    advance_seconds: i64,
}

/// What is wrong with a request.
pub(super) fn problem(status: StatusCode, why: impl Display) -> Response<Full<Bytes>> {
    reply(status, &json!({"error": why.to_string()}))
}

fn text(kind: &'static str, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

pub(super) fn reply(status: StatusCode, value: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(value.to_string())));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
