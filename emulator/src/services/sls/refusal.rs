//! The words of a refusal.

use acslab_policy::{Layer, Request, Verdict};

use crate::gateway::{ApiError, Call};
use crate::operation::Refused;
use crate::wire::sls::unauthorized;

/// A refusal in Log Service's own words. That a project policy is named is known from the tests of the SDK for Java.
pub(super) fn refuse(call: &Call<'_>, refused: &Refused<'_>) -> ApiError {
    let (request, decision) = (refused.request, &refused.decided.decision);
    let (action, resource) = (request.action().as_str(), request.resource().as_str());
    unauthorized(match (decision.layer, decision.verdict) {
        (Layer::Resource, Verdict::ExplicitDeny) => "Access denied by project policy.".to_owned(),
        // INFERRED: nothing of the caller's own reaches the projects of others.
        (_, Verdict::ImplicitDeny) if is_anothers(call, request) => "The project does not belong to you.".to_owned(),
        _ => format!("denied by sts or ram, action: {action}, resource: {resource}"),
    })
}

fn is_anothers(call: &Call<'_>, request: &Request) -> bool {
    let (owner, account) = (request.resource().owner(), call.caller.account());
    owner.zip(account).is_some_and(|(owner, account)| owner != account.id)
}
