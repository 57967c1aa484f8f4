//! A request on its way, up to where its body is needed.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use http::{Method, Response};
use jiff::Timestamp;

use super::authorize::Permit;
use super::{
    ApiError, BodyFault, Call, Caller, Decided, Entry, Gateway, HttpRequest, Level, Operation, Reply, Route, Routed,
    Stage, Wire, authenticate, authorize, describe, respond, route,
};
use crate::cloud::{Outgoing, Written};

/// How a request's body is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Whole; it is small.
    Whole,
    /// As it comes; it is the content of an object.
    Stream,
    /// Not at all: the answer stands, or no body belongs to it.
    Nothing,
}

/// A request's body, read as it was to be.
#[derive(Debug)]
pub(crate) enum Read {
    /// The whole of it; empty where there was none to be read.
    Whole(Bytes),
    /// The content of an object.
    Content(Written),
    /// A form of more parameters than may be; they are not even looked at.
    TooMany,
}

/// A request whose head is there, and all that could be told from it.
pub(crate) struct Pending<'g> {
    gateway: &'g Gateway,
    request: HttpRequest,
    wire: Wire,
    request_id: String,
    at: At,
}

/// How far a request has come.
enum At {
    /// Recognised: what it names stands in its body as well.
    Recognised,
    /// Its head was signed right. Who called is known.
    Authenticated(Identified),
    /// It may be done, as soon as its content is there.
    Authorized(Identified, Permit, Vec<Decided>),
    /// It was refused.
    Refused(Option<&'static Operation>, ApiError),
}

/// What is asked for, and by whom.
struct Identified {
    routed: Routed,
    caller: Caller,
    now: Timestamp,
}

type Outcome = Result<(&'static Operation, Reply), (Option<&'static Operation>, ApiError)>;

impl Gateway {
    /// Takes in the head of a request: what can be told from it is told, before a byte of the body is read.
    pub(crate) fn admit(&self, request: HttpRequest) -> Pending<'_> {
        let wire = Wire::of(&request);
        let request_id = wire.request_id(&self.cloud.ids);
        let at = match wire {
            Wire::Rpc { .. } | Wire::Roa => At::Recognised,
            // OSS signs no body, and takes the long ones.
            Wire::Oss => {
                let admitted = catch_unwind(AssertUnwindSafe(|| self.admit_head(&request, wire, &request_id)));
                let admitted = admitted.unwrap_or_else(|_| Err((None, ApiError::internal())));
                admitted.unwrap_or_else(|(operation, error)| At::Refused(operation, error))
            }
        };
        Pending { gateway: self, request, wire, request_id, at }
    }

    fn admit_head(
        &self,
        request: &HttpRequest,
        wire: Wire,
        request_id: &str,
    ) -> Result<At, (Option<&'static Operation>, ApiError)> {
        let identified = self.identify(request, wire, request_id)?;
        let operation = identified.routed.operation;
        if !streams(operation) {
            return Ok(At::Authenticated(identified));
        }
        let call = self.call(request, request_id, identified, None);
        let mut decided = Vec::new();
        match permit(&call, &mut decided) {
            Ok(permit) => Ok(At::Authorized(Identified::of(call), permit, decided)),
            Err((stage, error)) => {
                let outcome = Err(error.clone());
                self.trail.record(Entry::of(&call, stage, decided, &outcome));
                Err((Some(operation), error))
            }
        }
    }

    fn identify(
        &self,
        request: &HttpRequest,
        wire: Wire,
        request_id: &str,
    ) -> Result<Identified, (Option<&'static Operation>, ApiError)> {
        let routed = route::route(request, wire).map_err(|error| (None, error))?;
        let operation = routed.operation;
        let now = self.cloud.clock.now();
        let caller = authenticate::authenticate(&self.cloud, request, &routed, now).map_err(|error| {
            self.trail.record(Entry::unauthenticated(request_id, now, operation, Some(request.peer), &error));
            (Some(operation), error)
        })?;
        Ok(Identified { routed, caller, now })
    }

    fn call<'a>(
        &'a self,
        http: &'a HttpRequest,
        request_id: &str,
        identified: Identified,
        content: Option<Written>,
    ) -> Call<'a> {
        let Identified { routed, caller, now } = identified;
        Call {
            gateway: self,
            operation: routed.operation,
            caller,
            request_id: request_id.to_owned(),
            now,
            source_ip: Some(http.peer),
            secure: http.secure,
            region: routed.region,
            arguments: routed.arguments,
            address: routed.address,
            http,
            content,
        }
    }

    /// What every call goes through behind its authentication, whoever makes it and wherever it comes from.
    pub(super) fn enter(&self, call: &Call<'_>) -> Result<Reply, ApiError> {
        let mut decided = Vec::new();
        let (stage, outcome) = match permit(call, &mut decided) {
            Ok(permit) => (Stage::Perform, permit.perform(call)),
            Err((stage, error)) => (stage, Err(error)),
        };
        self.trail.record(Entry::of(call, stage, decided, &outcome));
        outcome
    }
}

impl Pending<'_> {
    /// How the body is to be read.
    pub(crate) fn reading(&self) -> Reading {
        let reads = matches!(self.request.method, Method::GET | Method::HEAD);
        match &self.at {
            // Some clients announce a body with a read and never send it.
            At::Authenticated(_) if reads => Reading::Nothing,
            At::Recognised | At::Authenticated(_) => Reading::Whole,
            At::Authorized(..) => Reading::Stream,
            At::Refused(..) => Reading::Nothing,
        }
    }

    /// Answers the request, with its body as it was to be read.
    pub(crate) fn answer(self, body: Read) -> Response<Outgoing> {
        let Self { gateway, mut request, wire, request_id, at } = self;
        let content = match body {
            Read::Whole(body) => {
                request.body = body;
                None
            }
            Read::Content(content) => Some(content),
            Read::TooMany => {
                request.malformed = true;
                None
            }
        };
        // The format of an answer may be asked for in a form as well.
        let wire = if matches!(at, At::Recognised) { Wire::of(&request) } else { wire };
        // A fault of ours is answered as one, and never as a permission.
        let outcome = catch_unwind(AssertUnwindSafe(|| -> Outcome {
            let (identified, permitted) = match at {
                At::Recognised => (gateway.identify(&request, wire, &request_id)?, None),
                At::Authenticated(identified) => (identified, None),
                At::Authorized(identified, permit, decided) => (identified, Some((permit, decided))),
                At::Refused(operation, error) => return Err((operation, error)),
            };
            let call = gateway.call(&request, &request_id, identified, content);
            let outcome = match permitted {
                None => gateway.enter(&call),
                Some((permit, decided)) => {
                    let outcome = permit.perform(&call);
                    gateway.trail.record(Entry::of(&call, Stage::Perform, decided, &outcome));
                    outcome
                }
            };
            outcome.map(|reply| (call.operation, reply)).map_err(|error| (Some(call.operation), error))
        }));
        let outcome = outcome.unwrap_or_else(|_| Err((None, ApiError::internal())));
        respond::respond(&request, wire, &request_id, gateway.cloud.clock.now(), outcome)
    }

    /// Answers the request when its body could not be read to its end. Nothing is done.
    pub(crate) fn fail(self, fault: BodyFault) -> Response<Outgoing> {
        let Self { gateway, request, wire, request_id, at } = self;
        let (identified, decided) = match at {
            At::Authenticated(identified) => (Some(identified), Vec::new()),
            At::Authorized(identified, _, decided) => (Some(identified), decided),
            At::Recognised | At::Refused(..) => (None, Vec::new()),
        };
        let is_content = identified.as_ref().is_some_and(|identified| streams(identified.routed.operation));
        let error = fault.error(wire, is_content);
        if let Some(identified) = identified {
            let call = gateway.call(&request, &request_id, identified, None);
            gateway.trail.record(Entry::of(&call, Stage::Perform, decided, &Err(error.clone())));
        }
        respond::respond(&request, wire, &request_id, gateway.cloud.clock.now(), Err((None, error)))
    }
}

impl Identified {
    fn of(call: Call<'_>) -> Self {
        let Call { operation, arguments, address, region, caller, now, .. } = call;
        Self { routed: Routed { operation, arguments, address, region, wire: Wire::Oss }, caller, now }
    }
}

/// May the call be done?
fn permit(call: &Call<'_>, decided: &mut Vec<Decided>) -> Result<Permit, (Stage, ApiError)> {
    let needed = describe::describe(call).map_err(|error| (Stage::Describe, error))?;
    authorize::authorize(call, &needed, decided).map_err(|error| (Stage::Authorize, error))
}

/// Is the body of this operation the content of an object?
fn streams(operation: &Operation) -> bool {
    matches!(operation.route, Route::Oss(Method::PUT, Level::Object, _))
        && matches!(operation.name, "PutObject" | "UploadPart")
}
