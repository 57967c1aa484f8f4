//! Service activation: what an account opens once, by an order that costs nothing until the service is used.
//!
//! VPC stands beside the others because the same flow asks for it; it has nothing to open.

pub mod dataworks;
pub mod opentelemetry;
pub mod oss;
pub mod sls;
pub mod vpc;

use crate::cloud::Service;
use crate::gateway::{ApiError, Call, Check, Operation, Parameter, Product, Route, Source};
use crate::operation::Handler;

const REGION_ID: Parameter = Parameter::optional("RegionId", crate::gateway::Form::Any);

/// A row of one of these tables.
fn row(
    product: &'static Product,
    name: &'static str,
    checks: &[Check],
    parameters: &[Parameter],
    handler: Handler,
    source: Source,
) -> Operation {
    Operation::row(product, name, Route::Action, checks, parameters, handler).known_from(source)
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
