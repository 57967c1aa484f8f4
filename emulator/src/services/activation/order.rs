//! Ordering a service.

use crate::cloud::Service;
use crate::gateway::{ApiError, Call, Form, Parameter};
use crate::services::common::orders::{already_open, order_id};

pub(super) const REGION_ID: Parameter = Parameter::optional("RegionId", Form::Any);

/// Opens a service for the caller's account and answers the order's id.
pub(super) fn order(call: &Call<'_>, service: Service) -> Result<String, ApiError> {
    if call.account()?.activations.write().open(service, call.now) { Ok(order_id(call)) } else { Err(already_open()) }
}
