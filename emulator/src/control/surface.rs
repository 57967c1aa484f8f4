//! The surface itself: who is let in, and which part answers.

use std::collections::HashSet;
use std::fmt::Display;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, header};
use http_body_util::Full;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::{Semaphore, mpsc, watch};

use super::guard::Guard;
use super::latencies::Latencies;
use super::{
    Console, Extension, access_keys, accounts, body, checkpoints, circumstances, console, decisions, instance, issuers,
    metrics, policies, quotas, role_sessions, routes, sessions, state, stream, system_policies, workspace_roles,
};
use crate::cloud::{Account, Cloud, DECISION_STREAMS, EXTENSION_CALLS, blocking, iso8601};
use crate::gateway::{Gateway, HttpRequest, oss_host_has_bucket};
use crate::instance::is_from_here;
use crate::keep::{Checkpoint, KeepError, Keeper};
use crate::services::oss::CALLBACK_KEY as PUBLIC_KEY;
use crate::setup::{Setup, SetupError};

/// Where the surface begins. No bucket can have such a name.
pub(super) const PREFIX: &str = "/_acslab/";

/// Where the key lies that callbacks of OSS are signed with.
const CALLBACK_KEY: &str = "oss/callback_pub_key_v1.pem";

/// The address of that key, for whoever is called back.
pub(crate) fn callback_key(address: SocketAddr) -> String {
    let host = if address.ip().is_unspecified() { Ipv4Addr::LOCALHOST.into() } else { address.ip() };
    format!("http://{}{PREFIX}{CALLBACK_KEY}", SocketAddr::new(host, address.port()))
}

/// Is a request meant for the control surface? Told by its path, and by a host that is no bucket's: there every path is a key.
pub(crate) fn is_for(request: &HttpRequest) -> bool {
    request.path.starts_with(PREFIX) && !oss_host_has_bucket(request.host())
}

/// Does a request ask for decisions as they come? It is answered for as long as somebody listens.
pub(crate) fn is_stream(request: &HttpRequest) -> bool {
    request.path.strip_prefix(PREFIX) == Some("decisions/stream")
}

/// The account that somebody means: by name or id, else the first.
pub(super) fn account_named(cloud: &Cloud, named: Option<&str>) -> Option<Arc<Account>> {
    let accounts = cloud.accounts();
    match named {
        None => accounts.into_iter().next(),
        Some(named) => accounts.into_iter().find(|account| account.name == named || account.id == named),
    }
}

/// The control surface of one emulator.
#[derive(Debug)]
pub(crate) struct Control {
    pub(super) gateway: Arc<Gateway>,
    guard: Guard,
    pub(super) keeper: Arc<Keeper>,
    pub(super) setup: Arc<Setup>,
    latencies: Latencies,
    console: Option<Console>,
    extensions: Vec<Arc<dyn Extension>>,
    /// Places for those who ask them.
    extended: Semaphore,
    /// Places for those who follow decisions.
    streams: Arc<Semaphore>,
}

impl Control {
    /// The surface of a cloud behind a gateway.
    pub(crate) fn new(gateway: Arc<Gateway>, guard: Guard, keeper: Arc<Keeper>, setup: Arc<Setup>) -> Self {
        let streams = Arc::new(Semaphore::new(DECISION_STREAMS));
        Self {
            gateway,
            guard,
            keeper,
            setup,
            latencies: Latencies::default(),
            console: None,
            extensions: Vec::new(),
            extended: Semaphore::new(EXTENSION_CALLS),
            streams,
        }
    }

    /// The same with a console, and with what else is answered here.
    #[must_use]
    pub(crate) fn with(self, console: Option<Console>, extensions: Vec<Arc<dyn Extension>>) -> Self {
        Self { console, extensions, ..self }
    }

    /// Where somebody who opens the cloud's address in a browser is sent: to the console, if there is one and it would be answered.
    pub(crate) fn welcome(&self, request: &HttpRequest) -> Option<Response<Full<Bytes>>> {
        let meant = self.console.is_some() && console::is_greeting(request) && !oss_host_has_bucket(request.host());
        (meant && self.guard.admit(request).is_ok()).then(console::welcome)
    }

    /// What becomes of the cloud's answer to a request before it goes out: where there is a console, no page of the cloud has its origin.
    pub(crate) fn set_apart<B>(&self, request: &HttpRequest) -> impl FnOnce(Response<B>) -> Response<B> + use<B> {
        let apart = self.console.is_some().then(|| console::set_apart(request));
        move |response| match apart {
            Some(apart) => apart(response),
            None => response,
        }
    }

    /// Is it sent by the console, by somebody who knows the token?
    fn is_console(&self, request: &HttpRequest) -> bool {
        self.console.as_ref().is_some_and(|console| console.knows(request))
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
        let cloud = self.keeper.restored(name, &self.gateway.cloud())?;
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
        self.guard.admit(head).map_err(refused)?;
        // A page that shows what somebody keeps in a bucket has the origin of the console, and not its token.
        let path = head.path.strip_prefix(PREFIX).unwrap_or_default();
        let extension = self.extensions.iter().find(|extension| extension.takes(path));
        let reads = extension.is_some_and(|extension| extension.only_reads()) || routes::only_reads(&head.method, path);
        if !reads && console::is_of_page(head) && !self.is_console(head) {
            return Err(refused("the control surface does this for no web page but the console, which has a token"));
        }
        Ok(Admitted(self))
    }

    /// Takes over what the sender of a request for the cloud says of its circumstances, if it may say so.
    pub(crate) fn take_circumstances(&self, head: &mut HttpRequest) -> Result<(), Box<Response<Full<Bytes>>>> {
        if !circumstances::are_told(head) {
            return Ok(());
        }
        if !self.guard.is_near(head) {
            return Err(Box::new(problem(
                StatusCode::FORBIDDEN,
                "only programs on this machine may tell circumstances",
            )));
        }
        circumstances::take(head).map_err(|why| Box::new(problem(StatusCode::BAD_REQUEST, why)))
    }

    fn answer(&self, request: &HttpRequest) -> Response<Full<Bytes>> {
        let path = request.path.strip_prefix(PREFIX).unwrap_or_default();
        if let Some(methods) = routes::other_methods(&request.method, path) {
            return problem(StatusCode::METHOD_NOT_ALLOWED, format!("`{}` is asked with {methods}", request.path));
        }
        if let Some(why) = routes::wrong_query(&request.method, path, &request.query) {
            return problem(StatusCode::BAD_REQUEST, why);
        }
        match path.split_once('/').unwrap_or((path, "")) {
            ("accounts", rest) => accounts::answer(self, request, rest),
            ("metrics", "") => metrics::answer(self, request),
            ("checkpoints", rest) => blocking(|| checkpoints::answer(self, request, rest)),
            ("reset", "") if request.method == Method::POST => blocking(|| checkpoints::reset(self)),
            ("console", _) | ("", "") if console::is_greeting(request) || path == "console" => console::welcome(),
            ("console", "token") => reply(StatusCode::OK, &json!({"known": self.is_console(request)})),
            ("console", _) => {
                let name = console::asked(path).unwrap_or_default();
                console::answer(self.console.as_ref(), request, name)
            }
            // A fork waits for whatever is under way, and so must not be under way itself. To explain, to try and to compare takes time.
            ("decisions", rest) => blocking(|| decisions::answer(&self.gateway, request, rest)),
            // Of policies that nobody has: nothing is changed, whatever the method.
            ("policies", rest) => blocking(|| policies::answer(&self.gateway, request, rest)),
            ("state", "") if request.method == Method::POST => blocking(|| self.state(request)),
            ("access-keys" | "role-sessions", "") if !is_from_here(request) && !self.is_console(request) => {
                problem(StatusCode::FORBIDDEN, "only programs on this machine are given credentials")
            }
            ("access-keys", "") if !self.is_console(request) => {
                problem(StatusCode::FORBIDDEN, "a key is given to whoever shows the console's token")
            }
            _ => {
                if let Some(answered) = self.extended(request, path) {
                    return answered;
                }
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

    /// The authorization state, now or at a checkpoint.
    fn state(&self, request: &HttpRequest) -> Response<Full<Bytes>> {
        let query: state::StateQuery = match body::read(&request.body) {
            Ok(query) => query,
            Err(error) => return problem(StatusCode::BAD_REQUEST, format!("not a state query: {error}")),
        };
        let now = self.gateway.cloud();
        let cloud = match &query.checkpoint {
            None => now,
            Some(name) => match self.keeper.restored(name, &now) {
                Ok(then) => then.into(),
                Err(error) => return checkpoints::refused(&error),
            },
        };
        let _work = cloud.work();
        let there = cloud.accounts();
        let known: HashSet<&str> = there.iter().flat_map(|account| [&*account.id, &*account.name]).collect();
        let unknown = query.accounts.iter().flatten().find(|named| !known.contains(named.as_str()));
        if let Some(unknown) = unknown {
            return problem(StatusCode::NOT_FOUND, format!("there is no account `{unknown}`"));
        }
        reply(StatusCode::OK, &json!(state::authorization_state(self.gateway.registry(), &cloud, &query, request)))
    }

    /// What an extension answers, which may take its time.
    fn extended(&self, request: &HttpRequest, path: &str) -> Option<Response<Full<Bytes>>> {
        let extension = self.extensions.iter().find(|extension| extension.takes(path))?;
        let Ok(_place) = self.extended.try_acquire() else {
            return Some(problem(
                StatusCode::SERVICE_UNAVAILABLE,
                "too many such requests are answered already; try again",
            ));
        };
        let ask = || extension.answer(request.method.as_str(), path, &request.body);
        let (status, value) = blocking(ask);
        Some(reply(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), &value))
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

    /// Tells decisions as they come.
    pub(crate) fn stream(
        self,
        request: &HttpRequest,
        stop: watch::Receiver<bool>,
    ) -> Result<Response<mpsc::Receiver<Bytes>>, Box<Response<Full<Bytes>>>> {
        let full = |_| Box::new(problem(StatusCode::SERVICE_UNAVAILABLE, "too many follow the decisions already"));
        let place = Arc::clone(&self.0.streams).try_acquire_owned().map_err(full)?;
        stream::answer(&self.0.gateway, request, place, stop)
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
        (_, "recording") => decisions::recording(gateway, request),
        (&Method::POST, "clock") => match body::read::<ClockMove>(&request.body) {
            Ok(ClockMove { advance_seconds }) => {
                match gateway.cloud().clock.advance(advance_seconds.saturating_mul(1000)) {
                    Ok(now) => reply(StatusCode::OK, &json!({"time": iso8601(now)})),
                    Err(error) => problem(StatusCode::BAD_REQUEST, error),
                }
            }
            Err(error) => problem(StatusCode::BAD_REQUEST, format!("not a move of the clock: {error}")),
        },
        (_, "access-keys") => access_keys::answer(gateway, request),
        (_, "sessions") => sessions::answer(&gateway.cloud(), request),
        (_, "role-sessions") => role_sessions::answer(gateway, request),
        (_, "workspace-roles") => workspace_roles::answer(&gateway.cloud(), request),
        (_, "quotas") => quotas::answer(&gateway.cloud(), request),
        (_, "system-policies") => system_policies::answer(&gateway.cloud(), request),
        (_, "oidc-keys") => issuers::answer(&gateway.cloud(), request),
        (_, "instance-roles") => instance::roles(gateway, request, ""),
        (method, path) => match path.split_once('/') {
            Some(("instance-roles", role)) => instance::roles(gateway, request, role),
            Some(("credentials", role)) => instance::give(gateway, request, role),
            _ => problem(
                StatusCode::NOT_FOUND,
                format!("no `{method} {}` here; there are {}", request.path, routes::list()),
            ),
        },
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockMove {
    advance_seconds: i64,
}

/// What is wrong with a request.
pub(crate) fn problem(status: StatusCode, why: impl Display) -> Response<Full<Bytes>> {
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
