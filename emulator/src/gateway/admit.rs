//! Admit: what can be told of a request from its head is told before a byte of its body is read.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use http_body_util::Full;

use super::Gateway;
use super::way::Permitted;
use crate::cloud::Cloud;
use crate::operation::{Call, Operation, Takes};
use crate::wire::{ApiError, Envelope, HttpRequest, Reply, Wire};

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
    Identified(Call<'a>),
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
    /// Not at all: the answer stands.
    Nothing,
}

impl Gateway {
    /// Takes in the head of a request.
    pub(crate) fn admit(&self, request: HttpRequest) -> Pending<'_> {
        let cloud = self.cloud();
        let wire = Wire::of(&request);
        let envelope = Envelope::of(&request, wire, &cloud.ids);
        let at = match wire {
            Wire::Rpc { .. } | Wire::Roa => At::Recognised(request),
            // OSS signs no body, and takes the long ones.
            Wire::Oss => guarded(|| self.admit_head(&cloud, &envelope, request)).unwrap_or_else(At::Refused),
        };
        Pending { gateway: self, cloud, envelope, at }
    }

    fn admit_head(&self, cloud: &Arc<Cloud>, envelope: &Envelope, request: HttpRequest) -> Result<At<'_>, ApiError> {
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
            At::Recognised(_) | At::Identified(_) => Reading::Whole,
            At::Permitted(..) => Reading::Stream,
            At::Refused(..) => Reading::Nothing,
        }
    }

    /// Answers the request, with its body as it was to be read.
    pub(crate) fn answer(self, body: Bytes) -> Response<Full<Bytes>> {
        let Self { gateway, cloud, mut envelope, at } = self;
        let mut named = None;
        let outcome = guarded(|| {
            let permitted = match at {
                At::Recognised(mut request) => {
                    request.body = body;
                    envelope.told_by(&request);
                    gateway.permit(note(&mut named, gateway.identify(&cloud, &envelope, request)?))?
                }
                At::Identified(mut call) => {
                    call.http.body = body;
                    gateway.permit(note(&mut named, call))?
                }
                At::Permitted(mut permitted) => {
                    permitted.call_mut().http.body = body;
                    permitted
                }
                At::Refused(error) => return Err(error),
            };
            gateway.perform(permitted)
        });
        let name = named.as_ref().map_or("", |operation: &Arc<Operation>| &operation.name);
        envelope.respond(cloud.clock.now(), outcome.map(|reply: Reply| (name, reply)))
    }
}

/// Keeps in mind which operation a call is of: some answers bear its name.
fn note<'a>(named: &mut Option<Arc<Operation>>, call: Call<'a>) -> Call<'a> {
    *named = Some(Arc::clone(&call.operation));
    call
}

/// A fault of ours is answered as one, and never as a permission.
fn guarded<T>(stage: impl FnOnce() -> Result<T, ApiError>) -> Result<T, ApiError> {
    catch_unwind(AssertUnwindSafe(stage)).unwrap_or_else(|_| Err(ApiError::internal()))
}
