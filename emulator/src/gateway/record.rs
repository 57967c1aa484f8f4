//! Record: what happened, found again by request id.

use std::collections::VecDeque;
use std::net::IpAddr;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use parking_lot::Mutex;

use super::{AccessDenied, ApiError, Call, Decided, Operation, Reply};

/// How many entries are kept.
const KEPT: usize = 2_000;

/// A stage of the gateway, for what a call's answer came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// The signature was not right.
    Authenticate,
    /// The parameters were not, or what the call is about could not be found.
    Describe,
    /// It was refused.
    Authorize,
    /// The operation itself answered, be it with an error.
    Perform,
}

/// One call that was answered.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its request id.
    pub request_id: String,
    /// When.
    pub at: Timestamp,
    /// What was asked for.
    pub operation: &'static Operation,
    /// By whom: an ARN, a service's name, `*` for nobody; `None` when the signature was not right.
    pub caller: Option<String>,
    /// From where; `None` inside the cloud.
    pub source_ip: Option<IpAddr>,
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
}

impl Entry {
    pub(super) fn of(call: &Call<'_>, stage: Stage, decided: Vec<Decided>, outcome: &Result<Reply, ApiError>) -> Self {
        Self {
            request_id: call.request_id.clone(),
            at: call.now,
            operation: call.operation,
            caller: Some(call.caller.arn()),
            source_ip: call.source_ip,
            stage,
            decided,
            status: outcome.as_ref().map_or_else(|error| error.status().as_u16(), |reply| reply.status.as_u16()),
            code: outcome.as_ref().err().map(|error| error.code().to_owned()),
            denied: outcome.as_ref().err().and_then(ApiError::denied).cloned(),
        }
    }

    pub(super) fn unauthenticated(
        request_id: &str,
        at: Timestamp,
        operation: &'static Operation,
        source_ip: Option<IpAddr>,
        error: &ApiError,
    ) -> Self {
        Self {
            request_id: request_id.to_owned(),
            at,
            operation,
            caller: None,
            source_ip,
            stage: Stage::Authenticate,
            decided: Vec::new(),
            status: error.status().as_u16(),
            code: Some(error.code().to_owned()),
            denied: None,
        }
    }
}

/// The calls answered lately.
#[derive(Debug, Default)]
pub struct AuditTrail(Mutex<VecDeque<Entry>>);

impl AuditTrail {
    pub(super) fn record(&self, entry: Entry) {
        let mut entries = self.0.lock();
        if entries.len() == KEPT {
            entries.pop_front();
        }
        entries.push_back(entry);
    }

    /// The entry of a request.
    pub fn find(&self, request_id: &str) -> Option<Entry> {
        self.0.lock().iter().rev().find(|entry| entry.request_id == request_id).cloned()
    }

    /// Is what happened then forgotten, to make room for what happened since?
    pub fn forgot(&self, at: Timestamp) -> bool {
        let entries = self.0.lock();
        entries.len() == KEPT && entries.front().is_some_and(|oldest| at < oldest.at)
    }

    /// The last so many, newest first.
    pub fn latest(&self, most: usize) -> Vec<Entry> {
        self.0.lock().iter().rev().take(most).cloned().collect()
    }
}

/// The request id in a diagnostic message, and the time to the second; `None` for what is none.
pub(crate) fn read_diagnostic_message(message: &str) -> Option<(String, Timestamp)> {
    let bytes = BASE64_STANDARD.decode(message).ok()?;
    let (seconds, id) = bytes.strip_prefix(&[1, 1, 0, 0, 0, 0])?.split_first_chunk()?;
    let at = Timestamp::from_second(u32::from_be_bytes(*seconds).into()).ok()?;
    Some((String::from_utf8(id.to_vec()).ok()?, at))
}

/// `EncodedDiagnosticMessage` in its older form: a head of six bytes, the time in seconds, the request id. The message itself
/// carries nothing else; the refusal is found in the audit trail.
pub(super) fn diagnostic_message(request_id: &str, at: Timestamp) -> String {
    let mut bytes = vec![1, 1, 0, 0, 0, 0];
    let seconds = u32::try_from(at.as_second()).unwrap_or(u32::MAX);
    bytes.extend_from_slice(&seconds.to_be_bytes());
    bytes.extend_from_slice(request_id.as_bytes());
    BASE64_STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_published_form_of_a_diagnostic_message() {
        let at = "2026-01-02T03:04:05Z".parse().unwrap();
        assert_eq!(
            super::diagnostic_message("04F0F334-1335-436C-A1D7-6C044FE73368", at),
            "AQEAAAAAaVc1pTA0RjBGMzM0LTEzMzUtNDM2Qy1BMUQ3LTZDMDQ0RkU3MzM2OA=="
        );
        let read = super::read_diagnostic_message("AQEAAAAAaVc1pTA0RjBGMzM0LTEzMzUtNDM2Qy1BMUQ3LTZDMDQ0RkU3MzM2OA==");
        assert_eq!(read, Some(("04F0F334-1335-436C-A1D7-6C044FE73368".to_owned(), at)));
        assert_eq!(super::read_diagnostic_message("AQIBIAAAA"), None);
    }
}
