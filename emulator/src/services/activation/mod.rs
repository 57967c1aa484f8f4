//! Service activation: what an account opens once, by an order that costs nothing until the service is used.
//!
//! VPC stands beside the others because the same flow asks for it; it has nothing to open.

pub mod dataworks;
pub mod opentelemetry;
pub mod oss;
pub mod sls;
pub mod vpc;

use crate::cloud::Service;
use crate::gateway::{Access, ApiError, Call, Check, Operation, Parameter, Perform, Product, Reply, Route, Source};

const REGION_ID: Parameter = Parameter::optional("RegionId", crate::gateway::Form::Any);

/// A row of one of these tables.
const fn row(
    product: &'static Product,
    name: &'static str,
    checks: &'static [Check],
    parameters: &'static [Parameter],
    handler: fn(&Call<'_>) -> Result<Reply, ApiError>,
    source: Source,
) -> Operation {
    let access = Access::Checks(checks);
    Operation { product, name, route: Route::Action, access, parameters, perform: Perform::Handler(handler), source }
}

/// A row for an operation that is known and not performed.
const fn missing(
    product: &'static Product,
    name: &'static str,
    route: Route,
    checks: &'static [Check],
    source: Source,
) -> Operation {
    let access = Access::Checks(checks);
    Operation { product, name, route, access, parameters: &[], perform: Perform::Missing, source }
}

/// Opens a service for the caller's account and answers the order's id.
pub(super) fn order(call: &Call<'_>, service: Service) -> Result<String, ApiError> {
    if call.account()?.activations.write().open(service, call.now) { Ok(order_id(call)) } else { Err(already_open()) }
}

/// The id of an order: 15 digits (the length is our choice).
pub(super) fn order_id(call: &Call<'_>) -> String {
    call.cloud().ids.number(15)
}

/// The cloud's own spelling of the code, which tools take for success; the text is ours, none is published.
pub(super) fn already_open() -> ApiError {
    ApiError::bad_request("ORDER.OPEND", "The service has been opened.")
}
