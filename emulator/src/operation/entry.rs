//! One call that was answered, as the audit trail keeps it.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use acslab_policy::PolicySet;
use jiff::Timestamp;

use super::{Call, Decided, Exchange, Operation, Shared};
use crate::wire::{AccessDenied, ApiError, Reply};

/// A stage of the gateway, for what a call's answer came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// It names no operation.
    Route,
    /// What it addresses is not there, which was told before anybody was asked who they are.
    Locate,
    /// The signature was not right.
    Authenticate,
    /// The parameters were not, or what the call is about could not be found.
    Describe,
    /// It was refused.
    Authorize,
    /// The operation itself answered, be it with an error.
    Perform,
}

/// Something that entries share.
#[derive(Debug, Clone, Copy)]
pub(super) enum Held<'a> {
    /// Compiled policies.
    Policies(&'a PolicySet),
    /// An operation that was made of the catalogue or read from a file.
    Operation(&'a Arc<Operation>),
}

impl Held<'_> {
    /// What it is told from others by.
    pub(super) fn address(self) -> usize {
        match self {
            Self::Policies(set) => set.address(),
            Self::Operation(operation) => Arc::as_ptr(operation).addr(),
        }
    }

    /// How many bytes it takes.
    pub(super) fn bytes(self) -> usize {
        match self {
            Self::Policies(set) => set.bytes(),
            Self::Operation(operation) => operation.bytes(),
        }
    }
}

/// One call that was answered.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its request id.
    pub request_id: Arc<str>,
    /// When.
    pub at: Timestamp,
    /// What was asked for.
    pub operation: Arc<Operation>,
    /// By whom: an ARN, a service's name, `*` for nobody; `None` when the signature was not right, or was not looked at.
    pub caller: Option<String>,
    /// From where; `None` inside the cloud.
    pub source_ip: Option<IpAddr>,
    /// Was it signed in a form that the cloud takes from old accounts only?
    pub outdated: bool,
    /// Was something performed that the policies do not allow, because that is reported and not refused?
    pub reported: bool,
    /// The stage that answered.
    pub stage: Stage,
    /// What was asked of the policies, and the answers.
    pub decided: Vec<Decided>,
    /// The status.
    pub status: u16,
    /// The error's code, if it failed.
    pub code: Option<String>,
    /// What the cloud says of the refusal, if it was one.
    pub denied: Option<AccessDenied>,
    /// The call that it was made for, if a service made it.
    pub cause: Option<Arc<str>>,
    /// What was asked and answered, where the trail records it.
    pub exchange: Option<Arc<Exchange>>,
}

impl Entry {
    /// How many bytes it takes, but for the policies that it shares.
    pub(super) fn bytes(&self) -> usize {
        let texts = [Some(&*self.request_id), self.caller.as_deref(), self.code.as_deref()];
        let texts: usize = texts.into_iter().flatten().map(str::len).sum();
        let texts = texts + self.cause.as_deref().map_or(0, str::len);
        let denied = self.denied.as_ref().map_or(0, AccessDenied::bytes);
        let questions: usize = self.decided.iter().map(|decided| decided.question.bytes()).sum();
        let exchange = self.exchange.as_ref().map_or(0, |exchange| exchange.bytes());
        size_of::<Self>() + texts + denied + exchange + questions + self.decided.capacity() * size_of::<Decided>()
    }

    /// What it shares with others: its policies, and an operation that is not the program's own.
    pub(super) fn shares(&self) -> impl Iterator<Item = Held<'_>> {
        let sets = self.decided.iter().flat_map(|decided| decided.question.sets()).map(Held::Policies);
        let made = matches!(self.operation.product, Shared::Loaded(_)) || matches!(self.operation.name, Cow::Owned(_));
        sets.chain(made.then_some(Held::Operation(&self.operation)))
    }

    pub(crate) fn of(call: &Call<'_>, stage: Stage, decided: Vec<Decided>, outcome: Result<&Reply, &ApiError>) -> Self {
        Self {
            request_id: Arc::clone(&call.request_id),
            at: call.now,
            operation: Arc::clone(&call.operation),
            caller: Some(call.caller.arn()),
            source_ip: call.source_ip,
            outdated: call.signed.as_ref().is_some_and(|signed| signed.outdated),
            reported: false,
            stage,
            decided,
            status: outcome.map_or_else(|error| error.status().as_u16(), |reply| reply.status.as_u16()),
            code: outcome.err().map(|error| error.code().to_owned()),
            denied: outcome.err().and_then(ApiError::denied).cloned(),
            cause: call.http.cause.clone(),
            exchange: call.inside.trail().records().then(|| Arc::new(Exchange::of(call, outcome.ok()))),
        }
    }

    /// One that ended before it was known who calls.
    pub(crate) fn unauthenticated(
        stage: Stage,
        request_id: Arc<str>,
        at: Timestamp,
        operation: Arc<Operation>,
        source_ip: Option<IpAddr>,
        error: &ApiError,
    ) -> Self {
        Self {
            request_id,
            at,
            operation,
            caller: None,
            source_ip,
            outdated: false,
            reported: false,
            stage,
            decided: Vec::new(),
            status: error.status().as_u16(),
            code: Some(error.code().to_owned()),
            denied: None,
            cause: None,
            exchange: None,
        }
    }
}
