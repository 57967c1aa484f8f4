//! Record: what happened, found again by request id, and a line of it in the log for whoever asked for one.

use crate::operation::{AuditTrail, Call, Entry, Noted};
use crate::wire::{ApiError, Reply};

/// Tells the product of what came of a call, for what it notes itself.
pub(super) fn note(call: &Call<'_>, outcome: Result<&Reply, &ApiError>) {
    (call.operation.product.note)(&Noted::of(call, outcome));
}

/// Keeps an entry. The line never holds a secret: it says no more than the audit trail does.
pub(super) fn record(trail: &AuditTrail, entry: Entry) {
    tracing::info!(
        target: "acslab::request",
        request_id = %entry.request_id,
        operation = %entry.operation.full_name(),
        caller = entry.caller.as_deref().unwrap_or("-"),
        from = entry.source_ip.map(tracing::field::display),
        stage = ?entry.stage,
        status = entry.status,
        code = entry.code.as_deref().unwrap_or("-"),
    );
    trail.record(entry);
}
