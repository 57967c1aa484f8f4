//! Authorize: do the policies in force allow each of the things that a call needs? Nothing is authorized anywhere else.

use acslab_policy::{Decision, Dialect, Layer, Layers, PolicyRef, PolicySet, Request, ResourceLayer, Verdict};

use super::{Access, AccessDenied, ApiError, Call, Caller, Needed, OwnPolicy, Perform, Refusal, Reply};
use crate::cloud::directory::Scope;

/// One question and its answer, as the audit trail keeps it.
#[derive(Debug, Clone)]
pub struct Decided {
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// The answer.
    pub decision: Decision,
    /// The policy whose statement settled it.
    pub policy: Option<PolicyRef>,
    /// The condition keys of a refusal, for whoever asks why.
    pub context: Vec<(String, Vec<String>)>,
}

/// The way to an operation's handler, and the proof that the call was authorized. Only this module makes one.
pub(super) struct Permit(Perform);

impl Permit {
    /// Performs the operation that the permit is for.
    pub(super) fn perform(self, call: &Call<'_>) -> Result<Reply, ApiError> {
        match self.0 {
            Perform::Handler(handler) => handler(call),
            Perform::Missing => Err(ApiError::action_not_found()),
        }
    }
}

/// The policies of the caller itself, compiled.
struct Identity {
    account: PolicySet,
    resource_group: Option<PolicySet>,
    session: Option<PolicySet>,
}

/// Asks every question, in order; the first that is not allowed is the refusal.
pub(super) fn authorize(call: &Call<'_>, needed: &[Needed], decided: &mut Vec<Decided>) -> Result<Permit, ApiError> {
    match call.operation.access {
        Access::Anyone(_) => return Ok(Permit(call.operation.perform)),
        Access::SignedOnly(_) if !matches!(call.caller, Caller::Anonymous) => {
            return Ok(Permit(call.operation.perform));
        }
        Access::OwnerOnly(_) if matches!(call.caller, Caller::Owner(_)) => return Ok(Permit(call.operation.perform)),
        Access::SignedOnly(_) | Access::OwnerOnly(_) => return Err(refusal_without_policy(call)),
        // Nothing to ask would be nothing asked: not a permission.
        Access::Checks(_) | Access::Federated(..) if needed.is_empty() => return Err(ApiError::internal()),
        Access::Federated(..) if !matches!(call.caller, Caller::Federated(_)) => return Err(ApiError::internal()),
        Access::Checks(_) | Access::Federated(..) => {}
    }
    for need in needed {
        settle(call, need, decided)?;
    }
    Ok(Permit(call.operation.perform))
}

/// Would the caller be allowed this as well? For lists, which show what the caller may see; a call that does something has
/// its own check in its row.
pub(super) fn allows(call: &Call<'_>, need: &Needed) -> bool {
    settle(call, need, &mut Vec::new()).is_ok()
}

/// Asks one question, under each name of its action.
fn settle(call: &Call<'_>, need: &Needed, decided: &mut Vec<Decided>) -> Result<(), ApiError> {
    let identity = identity(call, need);
    let mut allowed = false;
    let mut denied = None;
    for request in &need.requests {
        let control = control(call, request);
        let layers = layers(need, &identity, &control);
        let decision = acslab_policy::decide(&layers, request);
        decided.push(Decided {
            action: request.action().as_str().to_owned(),
            resource: request.resource().as_str().to_owned(),
            policy: settled_by(&layers, &decision).cloned(),
            context: if decision.is_allowed() { Vec::new() } else { context(request) },
            decision,
        });
        match decision.verdict {
            Verdict::Allow => allowed = true,
            // An explicit deny of one name of the action outweighs an allow of another; it is reported under the first name.
            Verdict::ExplicitDeny => {
                return Err(refusal(call, need.requests.first().unwrap_or(request), &decision));
            }
            Verdict::ImplicitDeny => denied = denied.or(Some((request, decision))),
        }
    }
    match (allowed, denied, &need.absent) {
        (true, ..) => Ok(()),
        (false, Some(_), Some(absent)) => Err(absent.clone()),
        (false, Some((request, decision)), None) => Err(refusal(call, request, &decision)),
        (false, None, _) => Err(ApiError::internal()),
    }
}

fn layers<'a>(need: &'a Needed, identity: &'a Identity, control: &'a [PolicySet]) -> Layers<'a> {
    Layers {
        control,
        session: identity.session.as_ref(),
        identity: &identity.account,
        identity_resource_group: identity.resource_group.as_ref(),
        resource: match &need.own {
            OwnPolicy::None => ResourceLayer::None,
            OwnPolicy::Grants(set) => ResourceLayer::Grants(set),
            OwnPolicy::Trust(set) => ResourceLayer::Trust(set),
        },
        default: need.default,
        dialect: &Dialect::STANDARD,
    }
}

fn context(request: &Request) -> Vec<(String, Vec<String>)> {
    let values = |values: &[acslab_policy::Value]| values.iter().map(|value| value.as_str().to_owned()).collect();
    request.context().iter().map(|(key, of)| (key.to_owned(), values(of))).collect()
}

/// The policy whose statement settled a decision.
pub(crate) fn settled_by<'a>(layers: &Layers<'a>, decision: &Decision) -> Option<&'a PolicyRef> {
    let at = decision.statement?;
    let set = match at.layer {
        Layer::Control => layers.control.get(usize::try_from(at.node).ok()?)?,
        Layer::Session => layers.session?,
        Layer::Identity => layers.identity,
        Layer::IdentityResourceGroup => layers.identity_resource_group?,
        Layer::Resource | Layer::Trust => match layers.resource {
            ResourceLayer::Grants(set) | ResourceLayer::Trust(set) => set,
            ResourceLayer::None => return None,
        },
        Layer::Owner | Layer::Default | Layer::None => return None,
    };
    set.policies().get(usize::try_from(at.policy).ok()?).map(|policy| &policy.reference)
}

/// The control policies over the account that owns the resource. They bind RAM users and roles alone.
fn control(call: &Call<'_>, request: &Request) -> Vec<PolicySet> {
    match &call.caller {
        Caller::User { account, .. } | Caller::Session { account, .. } => {
            let owner = request.resource().owner().unwrap_or(&account.id);
            call.cloud().resource_directories.control_over(owner, &account.id)
        }
        Caller::Anonymous | Caller::Owner(_) | Caller::Federated(_) | Caller::Service { .. } => Vec::new(),
    }
}

/// What is attached to the caller now: a detached policy counts no more, for sessions given out before as well.
fn identity(call: &Call<'_>, need: &Needed) -> Identity {
    let mut identity = Identity { account: PolicySet::empty(), resource_group: None, session: None };
    let scope = need.resource_group.clone().map(Scope::ResourceGroup);
    match &call.caller {
        Caller::User { account, id, .. } => {
            let system = call.cloud().system_policies();
            let directory = account.directory.read();
            if let Some(user) = directory.user_by_id(id) {
                identity.account = directory.policies_of_user(user, &Scope::Account, &system);
                identity.resource_group = scope.map(|scope| directory.policies_of_user(user, &scope, &system));
            }
        }
        Caller::Session { account, session } => {
            let system = call.cloud().system_policies();
            let directory = account.directory.read();
            if let Some(role) = directory.role_by_id(&session.role_id) {
                identity.account = directory.policies_of_role(role, &Scope::Account, &system);
                identity.resource_group = scope.map(|scope| directory.policies_of_role(role, &scope, &system));
            }
            identity.session.clone_from(&session.policy);
        }
        Caller::Anonymous | Caller::Owner(_) | Caller::Federated(_) | Caller::Service { .. } => {}
    }
    identity
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
fn refusal(call: &Call<'_>, request: &Request, decision: &Decision) -> ApiError {
    let (action, resource) = (request.action().as_str().to_owned(), request.resource().as_str());
    let (principal_type, principal_name) = call.caller.display();
    let denied = AccessDenied {
        principal_type,
        principal_owner: call.caller.account().map(|account| account.id.clone()).unwrap_or_default(),
        principal_name,
        no_permission_type: decision.no_permission_type().unwrap_or_default(),
        policy_type: decision.policy_type().unwrap_or_default(),
        diagnostic: super::record::diagnostic_message(&call.request_id, call.now),
        action: action.clone(),
    };
    let error = match call.operation.product.refusal {
        Refusal::NoPermission if action == "sts:AssumeRole" => crate::services::sts::refusal(&call.caller, decision),
        Refusal::NoPermission => ApiError::forbidden(
            "NoPermission",
            format!("You are not authorized to do this action. [Resource:{resource} Action:{action}]"),
        ),
        Refusal::ForbiddenRam => ApiError::forbidden(
            "Forbidden.RAM",
            "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
        ),
        Refusal::Oss => crate::services::oss::refusal(call, decision),
    };
    // There is nothing to say of an identity to somebody who showed none.
    if matches!(call.caller, Caller::Anonymous) { error } else { error.with_denied(denied) }
}
