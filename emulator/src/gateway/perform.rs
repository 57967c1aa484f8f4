//! Perform: the operation itself, behind its permit.

use http::StatusCode;

use super::authorize::Permit;
use crate::catalogue;
use crate::operation::{Access, Call, Caller, Decided, Perform};
use crate::wire::{ApiError, Reply};

/// What comes of an operation that is decided and not performed, for a caller who may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NotPerformed {
    /// It says so, and what was decided.
    #[default]
    Said,
    /// An answer of the published shape, which nothing stands behind.
    Answered,
}

/// Performs the operation of a call, which a permit is the proof that it may be.
pub(super) fn perform(
    call: &Call<'_>,
    _: Permit,
    decided: &[Decided],
    not_performed: NotPerformed,
) -> Result<Reply, ApiError> {
    // The state is saved before this or after it.
    let _work = call.cloud().work();
    match (&call.operation.perform, not_performed) {
        (Perform::Handler(handler), _) => handler(call),
        (Perform::Record(over), _) => over.perform(call),
        (Perform::Missing, NotPerformed::Said) => Err(said(call, decided)),
        (Perform::Missing, NotPerformed::Answered) => Ok(catalogue::answer(call).header("x-acslab-performed", "false")),
    }
}

/// acslab's own answer for what is decided and not performed. No cloud has it: whoever gets it was allowed.
fn said(call: &Call<'_>, decided: &[Decided]) -> ApiError {
    let why = match (&call.operation.access, &call.caller) {
        (Access::Anyone(_), _) => "it is open to anybody".to_owned(),
        (Access::SignedOnly(_), _) => "it is open to whoever signs".to_owned(),
        (_, Caller::Owner(_)) => format!("the account owner may do everything; it needs {}", needed(decided)),
        _ => format!("allowed: {}", needed(decided)),
    };
    let name = call.operation.full_name();
    ApiError::new(
        StatusCode::NOT_IMPLEMENTED,
        "AcslabNotPerformed",
        format!("acslab decides {name} and does not perform it; {why}."),
    )
}

/// What was needed, by which policy it was allowed, and how both are known.
fn needed(decided: &[Decided]) -> String {
    let one = |one: &Decided| {
        let policy = one.policy().map(|policy| format!(" by the policy {}", policy.name)).unwrap_or_default();
        format!("{} on {}{policy} ({})", one.action(), one.resource(), one.known)
    };
    decided.iter().map(one).collect::<Vec<_>>().join(", ")
}
