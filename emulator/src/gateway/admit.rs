//! Admit: what can be told of a request from its head is told before a byte of its body is read.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response};

use super::Gateway;
use super::record::{self, record};
use super::way::Permitted;
use crate::cloud::{Cloud, Outgoing, Store, Written};
use crate::operation::{Call, Entry, Operation, Stage, Takes};
use crate::wire::{ApiError, BodyFault, Envelope, HttpRequest, Reply, Wire};

const MODE: HeaderName = HeaderName::from_static("x-acslab-mode");
const WOULD_DENY: HeaderName = HeaderName::from_static("x-acslab-would-deny");

/// A request on its way, up to where its body is needed.
#[derive(Debug)]
pub(crate) struct Pending<'a> {
    gateway: &'a Gateway,
    cloud: Arc<Cloud>,
    envelope: Envelope,
    at: At<'a>,
}

/// How far a request has come.
#[derive(Debug)]
enum At<'a> {
    /// Recognised: what it names may stand in its body.
    Recognised(HttpRequest),
    /// Its head was signed right, and it is known who calls. What it needs may stand in its body.
    Identified(Box<Call<'a>>),
    /// It may be done, as soon as its content is there.
    Permitted(Permitted<'a>),
    /// It was refused.
    Refused(ApiError),
}

/// How a request's body is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Whole; it is small.
    Whole,
    /// As it comes; it is the content of an object.
    Stream,
    /// Not at all: the answer stands, or no body belongs to the request.
    Nothing,
}

/// A request's body, read as it was to be.
#[derive(Debug)]
pub(crate) enum Read {
    /// The whole of it; empty where nothing was to be read.
    Whole(Bytes),
    /// The content of an object.
    Content(Written),
    /// A form of more parameters than may be; nobody looks at them.
    TooMany,
}

impl Gateway {
    /// Takes in the head of a request.
    pub(crate) fn admit(&self, request: HttpRequest) -> Pending<'_> {
        let cloud = self.cloud();
        let wire = Wire::of(&request);
        let mut envelope = Envelope::of(&request, wire, &cloud.ids);
        if self.reports_denials() {
            envelope.say(of_mode(None));
        }
        let at = match wire {
            Wire::Rpc { .. } | Wire::Roa | Wire::Sls | Wire::Fc => At::Recognised(request),
            // OSS signs no body, and takes the long ones.
            Wire::Oss => guarded(|| self.admit_head(&cloud, &mut envelope, request)).unwrap_or_else(At::Refused),
        };
        Pending { gateway: self, cloud, envelope, at }
    }

    fn admit_head(
        &self,
        cloud: &Arc<Cloud>,
        envelope: &mut Envelope,
        request: HttpRequest,
    ) -> Result<At<'_>, ApiError> {
        let call = self.identify(cloud, envelope, request)?;
        match call.operation.takes {
            Takes::Stream => self.permit(call).map(At::Permitted),
            Takes::Whole => Ok(At::Identified(call)),
        }
    }
}

impl Pending<'_> {
    /// How the body is to be read.
    pub(crate) fn reading(&self) -> Reading {
        match &self.at {
            // Some clients announce a body with a read and never send it.
            At::Identified(call) if matches!(call.http.method, Method::GET | Method::HEAD) => Reading::Nothing,
            At::Recognised(_) | At::Identified(_) => Reading::Whole,
            At::Permitted(..) => Reading::Stream,
            At::Refused(..) => Reading::Nothing,
        }
    }

    /// Where the content of an object is kept as it comes.
    pub(crate) fn store(&self) -> Option<Arc<dyn Store>> {
        self.cloud.store.clone()
    }

    /// Answers the request, with its body as it was to be read.
    pub(crate) fn answer(self, read: Read) -> Response<Outgoing> {
        let Self { gateway, cloud, mut envelope, at } = self;
        let (body, content, malformed) = match read {
            Read::Whole(body) => (body, None, false),
            Read::Content(content) => (Bytes::new(), Some(content), false),
            Read::TooMany => (Bytes::new(), None, true),
        };
        let mut named = None;
        let outcome = guarded(|| {
            let permitted = match at {
                At::Recognised(mut request) => {
                    request.body = body;
                    request.malformed |= malformed;
                    envelope.told_by(&request);
                    gateway.permit(note(&mut named, gateway.identify(&cloud, &mut envelope, request)?))?
                }
                At::Identified(mut call) => {
                    call.http.body = body;
                    gateway.permit(note(&mut named, call))?
                }
                At::Permitted(mut permitted) => {
                    permitted.call_mut().content = content;
                    permitted
                }
                At::Refused(error) => return Err(error),
            };
            let performed = gateway.perform(permitted);
            if let Some((action, resource)) = &performed.reported {
                envelope.say(of_mode(Some((action, resource))));
            }
            performed.outcome
        });
        let name = named.as_ref().map_or("", |operation: &Arc<Operation>| &operation.name);
        envelope.respond(cloud.clock.now(), outcome.map(|reply: Reply| (name, reply)))
    }

    /// Answers the request when its body could not be read to its end. Nothing is done.
    pub(crate) fn fail(self, fault: BodyFault) -> Response<Outgoing> {
        let Self { gateway, cloud, envelope, at } = self;
        let (call, decided) = match at {
            At::Identified(call) => (Some(call), Vec::new()),
            At::Permitted(permitted) => {
                let (call, decided) = permitted.given_up();
                (Some(call), decided)
            }
            At::Recognised(_) | At::Refused(_) => (None, Vec::new()),
        };
        let is_content = call.as_ref().is_some_and(|call| call.operation.takes == Takes::Stream);
        let error = fault.error(envelope.wire(), is_content);
        if let Some(call) = call {
            record::note(&call, Err(&error));
            record(gateway.trail(), Entry::of(&call, Stage::Perform, decided, Err(&error)));
        }
        envelope.respond(cloud.clock.now(), Err(error))
    }
}

/// What an answer says of a gateway that reports what the cloud would refuse, and of what it would have refused here.
fn of_mode(reported: Option<(&str, &str)>) -> HeaderMap {
    let mut said = HeaderMap::from_iter([(MODE, HeaderValue::from_static("would-deny"))]);
    if let Some((action, resource)) = reported
        && let Ok(what) = HeaderValue::from_str(&format!("{action} on {resource}"))
    {
        said.insert(WOULD_DENY, what);
    }
    said
}

/// Keeps in mind which operation a call is of: some answers bear its name.
fn note<'a>(named: &mut Option<Arc<Operation>>, call: Box<Call<'a>>) -> Box<Call<'a>> {
    *named = Some(Arc::clone(&call.operation));
    call
}

/// A fault of ours is answered as one, and never as a permission.
fn guarded<T>(stage: impl FnOnce() -> Result<T, ApiError>) -> Result<T, ApiError> {
    catch_unwind(AssertUnwindSafe(stage)).unwrap_or_else(|_| Err(ApiError::internal()))
}
