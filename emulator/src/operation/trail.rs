//! The audit trail: what happened, found again by request id.

use std::collections::VecDeque;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use parking_lot::Mutex;

use super::Entry;

/// How many entries are kept.
const KEPT: usize = 2_000;

/// The calls answered lately.
#[derive(Debug, Default)]
pub struct AuditTrail(Mutex<VecDeque<Entry>>);

impl AuditTrail {
    pub(crate) fn record(&self, entry: Entry) {
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
pub(crate) fn diagnostic_message(request_id: &str, at: Timestamp) -> String {
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
