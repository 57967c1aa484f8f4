//! Authorize: do the policies in force allow each of the things that a call needs? Nothing is authorized anywhere else.

use acslab_policy::Verdict;

use super::decide::decide;
use crate::operation::{Access, Call, Caller, Decided, Needed, Refuse, Refused, diagnostic_message};
use crate::wire::{AccessDenied, ApiError};

/// The way to an operation's handler, and the proof that the call was authorized. Only this module makes one.
#[derive(Debug)]
pub(super) struct Permit(());

/// What comes of a call that the policies do not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Denials {
    /// It is refused.
    #[default]
    Refused,
    /// It is performed, and the answer says what would have been refused: to see all that a program needs in one run. Only for
    /// callers that have signed, and only what policies decide; every other refusal stands.
    Reported,
}

impl Denials {
    fn reported_for(self, caller: &Caller) -> bool {
        self == Self::Reported && !matches!(caller, Caller::Anonymous | Caller::Federated(_))
    }
}

/// Why a need is not met.
enum Unmet {
    /// The policies do not allow it.
    Denied(ApiError),
    /// Something else.
    Other(ApiError),
}

/// Asks every question, in order; the first that is not allowed is the refusal.
pub(super) fn authorize(
    call: &Call<'_>,
    needed: Vec<Needed>,
    decided: &mut Vec<Decided>,
    denials: Denials,
) -> Result<Permit, ApiError> {
    match &call.operation.access {
        Access::Anyone(_) => return Ok(Permit(())),
        Access::SignedOnly(_) if !matches!(call.caller, Caller::Anonymous) => return Ok(Permit(())),
        Access::OwnerOnly(_) if matches!(call.caller, Caller::Owner(_)) => return Ok(Permit(())),
        Access::SignedOnly(_) | Access::OwnerOnly(_) => return Err(refusal_without_policy(call)),
        // Nothing to ask would be nothing asked: not a permission.
        Access::Checks(_) | Access::Federated(..) if needed.is_empty() => return Err(ApiError::internal()),
        Access::Federated(..) if !matches!(call.caller, Caller::Federated(_)) => return Err(ApiError::internal()),
        Access::Checks(_) | Access::Federated(..) => {}
    }
    for need in needed {
        require(call, need, decided, denials)?;
    }
    Ok(Permit(()))
}

/// Asks one thing that is needed, be it before a call is performed or while it is.
pub(super) fn require(
    call: &Call<'_>,
    need: Needed,
    decided: &mut Vec<Decided>,
    denials: Denials,
) -> Result<(), ApiError> {
    let at = decided.len();
    match settle(call, need, decided) {
        Ok(()) => Ok(()),
        Err(Unmet::Denied(_)) if denials.reported_for(&call.caller) => {
            if let Some(first) = decided.get(at) {
                call.report(first.action(), first.resource());
            }
            Ok(())
        }
        Err(Unmet::Denied(error) | Unmet::Other(error)) => Err(error),
    }
}

/// Asks one question, under each name of its action, and its gate, if there is one. A refusal is reported under the first name.
fn settle(call: &Call<'_>, mut need: Needed, decided: &mut Vec<Decided>) -> Result<(), Unmet> {
    let (absent, words) = (need.absent.take(), need.words);
    let refuse = need.refuse.unwrap_or(call.operation.product.refuse);
    let gate = need.of_gate();
    let ask = |need| decide(call.cloud(), &call.caller, need);
    let answers = [Some(ask(need)), gate.map(ask)];
    let first = |verdict| answers.iter().flatten().find(|answer| answer.verdict == verdict);
    // A Deny of either is one; then silence of either.
    let settled = match (first(Verdict::ExplicitDeny), first(Verdict::ImplicitDeny), absent) {
        (None, None, _) => Ok(()),
        (None, Some(_), Some(absent)) => Err(Unmet::Other(absent)),
        (Some(answer), _, _) | (None, Some(answer), _) => Err(match (answer.decided.first(), answer.settled()) {
            (Some(first), Some(decided)) => {
                Unmet::Denied(refusal(call, refuse, &Refused { request: &first.question.request, decided, words }))
            }
            _ => Unmet::Other(ApiError::internal()),
        }),
    };
    decided.extend(answers.into_iter().flatten().flat_map(|answer| answer.decided));
    settled
}

/// The refusal of an operation that no policy is asked about.
fn refusal_without_policy(call: &Call<'_>) -> ApiError {
    if matches!(call.caller, Caller::Anonymous) {
        // authenticate lets nobody unsigned through to such an operation.
        return ApiError::internal();
    }
    ApiError::forbidden("NoPermission", "You are not authorized to do this action. Only the account owner can do it.")
}

/// The refusal in the product's own words, with all that the cloud says of it.
fn refusal(call: &Call<'_>, refuse: Refuse, refused: &Refused<'_>) -> ApiError {
    let error = refuse(call, refused);
    if !(call.operation.product.tells)(call, refused.decided) {
        return error;
    }
    let decision = &refused.decided.decision;
    let (principal_type, principal_name) = call.caller.display();
    error.with_denied(AccessDenied {
        principal_type,
        principal_owner: call.caller.account().map(|account| account.id.clone()).unwrap_or_default(),
        principal_name,
        no_permission_type: decision.no_permission_type().unwrap_or_default(),
        policy_type: decision.policy_type().unwrap_or_default(),
        diagnostic: diagnostic_message(&call.request_id, call.now),
        action: refused.request.action().as_str().to_owned(),
        resource: refused.request.resource().as_str().to_owned(),
    })
}
