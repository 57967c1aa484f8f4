//! The one way in. A request goes through the stages in this order, each giving the next a typed value:
//!
//! `route` → `authenticate` → `describe` → `authorize` → `perform` → `record` → `respond`
//!
//! A service that acts on its own (LangStudio writing to OSS as its service role) enters behind `authenticate`, as a
//! caller that this crate made; everything after that is the same.

mod authenticate;
mod authorize;
mod caller;
mod describe;
mod error;
mod fault;
mod operation;
mod parameter;
mod pending;
mod record;
mod reply;
mod request;
mod respond;
mod route;

use jiff::Timestamp;
use std::net::IpAddr;

pub(crate) use authenticate::oss_access_key_id;
pub use authorize::Decided;
pub(crate) use authorize::settled_by;
pub use caller::{Caller, Federation};
pub use error::{AccessDenied, ApiError};
pub(crate) use fault::BodyFault;
pub use operation::{
    Access, Asked, Check, Describe, Items, Level, Names, Needed, Operation, OwnPolicy, Perform, Product, Prove,
    Refusal, Route, Selector, Source, Style, nothing_more,
};
pub use parameter::{Arguments, Characters, Form, Need, Parameter};
pub(crate) use pending::{Read, Reading};
pub(crate) use record::read_diagnostic_message;
pub use record::{AuditTrail, Entry, Stage};
pub use reply::{Body, Reply};
pub use request::HttpRequest;
pub use route::{ObjectAddress, Routed, Wire};
pub(crate) use route::{oss_endpoint_region, oss_host_has_bucket};

use crate::cloud::{Account, Cloud, Written};
use crate::services;

/// The gateway of one cloud.
#[derive(Debug)]
pub struct Gateway {
    /// The state.
    pub cloud: Cloud,
    /// What happened.
    pub trail: AuditTrail,
}

/// One call on its way: what was asked, by whom, when, from where.
#[derive(Debug)]
pub struct Call<'a> {
    /// The way in, for services that call others.
    pub gateway: &'a Gateway,
    /// What is asked for.
    pub operation: &'static Operation,
    /// By whom.
    pub caller: Caller,
    /// The request's id.
    pub request_id: String,
    /// When it arrived.
    pub now: Timestamp,
    /// Where it came from; `None` for a call that a service makes inside the cloud.
    pub source_ip: Option<IpAddr>,
    /// Over TLS?
    pub secure: bool,
    /// The region that was addressed.
    pub region: String,
    /// The parameters.
    pub arguments: Arguments,
    /// The bucket and object that an OSS request addresses.
    pub address: ObjectAddress,
    /// The request itself: headers and body.
    pub http: &'a HttpRequest,
    /// The content of an object, where it was digested as it came.
    pub content: Option<Written>,
}

impl<'a> Call<'a> {
    /// The state.
    pub fn cloud(&self) -> &'a Cloud {
        &self.gateway.cloud
    }

    /// The question whether the caller may do an action on a resource, for [`Call::may`].
    pub(crate) fn ask(&self, action: &str, resource: &str) -> Result<Needed, ApiError> {
        describe::ask(self, [(action, resource.to_owned())].into_iter())
    }

    /// Would the policies in force allow this to the caller? For lists that show what the caller may see.
    pub(crate) fn may(&self, need: &Needed) -> bool {
        authorize::allows(self, need)
    }

    /// The body as the content of an object.
    pub fn written(&self) -> Written {
        self.content.clone().unwrap_or_else(|| Written::copy_of(&self.http.body))
    }

    /// The account that the caller belongs to.
    pub fn account(&self) -> Result<&Account, ApiError> {
        // Only an operation open to anybody is performed for an anonymous caller, and those do not ask for its account.
        self.caller.account().map(AsRef::as_ref).ok_or_else(ApiError::internal)
    }
}

impl Gateway {
    /// A gateway to a cloud.
    pub fn new(cloud: Cloud) -> Self {
        Self { cloud, trail: AuditTrail::default() }
    }

    /// A call that a service makes inside the cloud, as a caller that this crate made: the same stages but for the signature.
    pub(crate) fn call_inside(&self, request: &HttpRequest, caller: Caller, region: &str) -> Result<Reply, ApiError> {
        let routed = route::route(request, Wire::of(request))?;
        let call = Call {
            gateway: self,
            operation: routed.operation,
            caller,
            request_id: self.cloud.ids.request_id(),
            now: self.cloud.clock.now(),
            source_ip: None,
            secure: true,
            region: region.to_owned(),
            arguments: routed.arguments,
            address: routed.address,
            http: request,
            content: None,
        };
        self.enter(&call)
    }

    /// The same, for an RPC operation by name.
    pub(crate) fn call_action(
        &self,
        caller: Caller,
        region: &str,
        product: &Product,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Reply, ApiError> {
        let named = [("Action", action), ("Version", product.version)];
        let query = named.iter().chain(parameters).map(|(name, value)| (*name, *value)).collect();
        let request = HttpRequest::inside(http::Method::POST, "/".to_owned(), query, bytes::Bytes::new());
        self.call_inside(&request, caller, region)
    }
}

/// All operations that the emulator knows, service by service.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    services::TABLES.iter().flat_map(|table| table.iter())
}
