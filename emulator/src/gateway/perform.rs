//! Perform: the operation itself, behind its permit.

use super::authorize::Permit;
use crate::operation::{Call, Operation, Perform, Style};
use crate::wire::openapi::action_not_found;
use crate::wire::oss::not_implemented;
use crate::wire::{ApiError, Reply, sls};

/// Performs the operation of a call, which a permit is the proof that it may be.
pub(super) fn perform(call: &Call<'_>, _: Permit) -> Result<Reply, ApiError> {
    // The state is saved before this or after it.
    let _work = call.cloud().work();
    match &call.operation.perform {
        Perform::Handler(handler) => handler(call),
        Perform::Record(over) => over.perform(call),
        Perform::Missing => Err(not_performed(&call.operation)),
    }
}

/// What is answered for an operation that is known and not performed.
pub(super) fn not_performed(operation: &Operation) -> ApiError {
    match operation.product.style {
        Style::Oss => not_implemented(),
        Style::Sls => sls::not_performed(&operation.name),
        Style::Rpc | Style::Roa => action_not_found(),
    }
}
