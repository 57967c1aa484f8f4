//! What a product is told of a request to it that was answered, to note it.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Call, Caller, Operation};
use crate::cloud::Cloud;
use crate::wire::{ApiError, HttpRequest, ObjectAddress, Reply};

/// A request that was answered.
#[derive(Debug, Clone, Copy)]
pub struct Noted<'a> {
    /// The state.
    pub cloud: &'a Arc<Cloud>,
    /// The request.
    pub request: &'a HttpRequest,
    /// What it asked for.
    pub operation: &'a Operation,
    /// What it addressed in OSS.
    pub address: &'a ObjectAddress,
    /// Its id.
    pub request_id: &'a str,
    /// When it arrived.
    pub at: Timestamp,
    /// Who sent it; `None` when the signature was not right.
    pub caller: Option<&'a Caller>,
    /// The access key that it was signed with.
    pub key_id: Option<&'a str>,
    /// How many bytes its content had.
    pub content: Option<u64>,
    /// What came of it.
    pub outcome: Result<&'a Reply, &'a ApiError>,
}

impl<'a> Noted<'a> {
    /// What is told of a call.
    pub(crate) fn of(call: &'a Call<'_>, outcome: Result<&'a Reply, &'a ApiError>) -> Self {
        Self {
            cloud: &call.cloud,
            request: &call.http,
            operation: &call.operation,
            address: &call.address,
            request_id: &call.request_id,
            at: call.now,
            caller: Some(&call.caller),
            key_id: call.signed.as_ref().map(|signed| &*signed.key_id),
            content: call.content.as_ref().map(|content| content.content.size()),
            outcome,
        }
    }
}
