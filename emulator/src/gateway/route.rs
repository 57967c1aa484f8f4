//! Route: which operation does a request name, and what does it carry for it?

use std::sync::Arc;

use crate::operation::{Level, Operation, Product, Selector};
use crate::registry::{Found, Registry};
use crate::signature::{Plus, query};
use crate::wire::openapi::{action_not_found, invalid_version, malformed};
use crate::wire::oss::{self, asks_for_more, invalid_uri, method_not_allowed, not_implemented};
use crate::wire::{ApiError, Arguments, HttpRequest, ObjectAddress, Wire, roa, rpc};

/// The region of a request that names none.
const DEFAULT_REGION: &str = "cn-hangzhou";

/// What a request names.
#[derive(Debug)]
pub(super) struct Routed {
    /// The operation.
    pub(super) operation: Arc<Operation>,
    /// Its parameters.
    pub(super) arguments: Arguments,
    /// What it addresses in OSS.
    pub(super) address: ObjectAddress,
    /// The region.
    pub(super) region: String,
}

/// Finds the operation that a request names.
pub(super) fn route(registry: &Registry, request: &HttpRequest, wire: Wire) -> Result<Routed, ApiError> {
    if request.malformed {
        return Err(match wire {
            Wire::Rpc { .. } | Wire::Roa => malformed(),
            Wire::Oss => invalid_uri(),
        });
    }
    match wire {
        Wire::Rpc { .. } => by_action(registry, request),
        Wire::Roa => by_path(registry, request),
        Wire::Oss => by_address(registry, request),
    }
}

fn by_action(registry: &Registry, request: &HttpRequest) -> Result<Routed, ApiError> {
    let rpc::Named { action, version, arguments } = rpc::read(request)?;
    let operation = known(registry.action(&version, &action, request.host()))?;
    Ok(routed(request, operation, arguments))
}

fn by_path(registry: &Registry, request: &HttpRequest) -> Result<Routed, ApiError> {
    let roa::Named { version, mut arguments } = roa::read(request)?;
    let found = registry.path(version, &request.method, &request.path, request.host());
    let (operation, in_path) = known(found)?;
    for (name, value) in in_path {
        arguments.push(name, &query::decode(value, Plus::Literal).map_err(|_| malformed())?);
    }
    Ok(routed(request, operation, arguments))
}

fn known<T>(found: Found<T>) -> Result<T, ApiError> {
    match found {
        Found::Operation(found) => Ok(found),
        Found::Nothing => Err(action_not_found()),
        Found::NoSuchVersion => Err(invalid_version()),
    }
}

fn routed(request: &HttpRequest, operation: &Arc<Operation>, arguments: Arguments) -> Routed {
    let region = region(request, &arguments, &operation.product);
    let operation = Arc::clone(operation);
    Routed { operation, arguments, address: ObjectAddress::default(), region }
}

fn region(request: &HttpRequest, arguments: &Arguments, product: &Product) -> String {
    let in_host = product.region_in(request.host()).filter(|region| !region.is_empty());
    let named = in_host.or_else(|| arguments.filled("RegionId")).or_else(|| request.header("x-acs-region-id"));
    named.unwrap_or(DEFAULT_REGION).to_owned()
}

fn by_address(registry: &Registry, request: &HttpRequest) -> Result<Routed, ApiError> {
    let oss::Addressed { object: address, region } = oss::address(request)?;
    let level = match (&address.bucket, &address.object) {
        (None, _) => Level::Service,
        (Some(_), None) => Level::Bucket,
        (Some(_), Some(_)) => Level::Object,
    };
    let found = registry.oss(&request.method, level, |selector| carries(request, selector));
    let (operation, selector) = found.ok_or_else(|| method_not_allowed(request.method.as_str(), level.name()))?;
    if asks_for_more(request, selector.parameter()) {
        return Err(not_implemented());
    }
    let arguments = Arguments::new(request.query.clone().into_pairs());
    Ok(Routed { operation: Arc::clone(operation), arguments, address, region })
}

fn carries(request: &HttpRequest, selector: Selector) -> bool {
    match selector {
        Selector::Plain => true,
        Selector::Query(name) => request.query.contains(name),
        Selector::QueryValue(name, value) => request.query.get(name) == Some(value),
        Selector::Header(name) => request.headers.contains_key(name),
        Selector::QueryAndHeader(query, header) => {
            request.query.contains(query) && request.headers.contains_key(header)
        }
    }
}
