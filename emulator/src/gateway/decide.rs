//! What the policies in force say to a question. Every answer of the cloud comes from here: of a call, of a list that shows what
//! the caller may see, of the authorization state.

use acslab_policy::{
    DefaultRule, Dialect, OwnedLayers, OwnedResourceLayer, PolicySet, Principal, Question, Request, Verdict,
};

use crate::cloud::Cloud;
use crate::cloud::directory::Scope;
use crate::operation::{Caller, Decided, Needed, OwnPolicy};

/// The answer to one need: what was asked under each name of the action, and which of them settled it.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The questions that were asked, in order.
    pub(crate) decided: Vec<Decided>,
    /// What they come to.
    pub(crate) verdict: Verdict,
    /// Which of them that is.
    settled: usize,
}

impl Answer {
    /// The question that settled it.
    pub(crate) fn settled(&self) -> Option<&Decided> {
        self.decided.get(self.settled)
    }
}

/// Asks the policies in force for a caller: each name of the action on its resource. An allow of one suffices; an explicit deny of
/// one outweighs it. Nothing asked is nothing allowed.
pub(crate) fn decide(cloud: &Cloud, caller: &Caller, mut need: Needed) -> Answer {
    let identity = Identity::of(cloud, caller, &need);
    let requests = std::mem::take(&mut need.requests);
    let mut answer = Answer { decided: Vec::with_capacity(requests.len()), verdict: Verdict::ImplicitDeny, settled: 0 };
    for (number, request) in requests.into_iter().enumerate() {
        let instead = number > 0;
        let layers = identity.layers(control(cloud, &request), &need);
        let mut question = Question { request, layers };
        let mut decision = question.decide();
        if let (OwnPolicy::Narrows(set), Verdict::Allow) = (&need.own, decision.verdict) {
            // The other half of two that must both allow.
            let next = Question { request: question.request.clone(), layers: alone(set) };
            let second = next.decide();
            answer.decided.push(Decided { question, decision, known: need.known, instead });
            (question, decision) = (next, second);
        }
        let (verdict, at) = (decision.verdict, answer.decided.len());
        answer.decided.push(Decided { question, decision, known: need.known, instead });
        match verdict {
            Verdict::ExplicitDeny => return Answer { verdict, settled: at, ..answer },
            Verdict::Allow if answer.verdict != Verdict::Allow => {
                (answer.verdict, answer.settled) = (verdict, at);
            }
            // The first name's, unless that was allowed by one half alone.
            Verdict::ImplicitDeny
                if answer.decided.get(answer.settled).is_some_and(|one| one.decision.verdict == Verdict::Allow)
                    && answer.verdict == Verdict::ImplicitDeny =>
            {
                answer.settled = at;
            }
            Verdict::Allow | Verdict::ImplicitDeny => {}
        }
    }
    answer
}

/// What a resource itself allows, whatever the caller's own policies say.
fn alone(set: &PolicySet) -> OwnedLayers {
    OwnedLayers {
        control: [].into(),
        session: None,
        identity: PolicySet::empty(),
        identity_resource_group: None,
        resource: OwnedResourceLayer::Grants(set.clone()),
        default: DefaultRule::DenyUnlessAllowed,
        dialect: Dialect::STANDARD,
    }
}

/// The policies of a caller itself, compiled.
struct Identity {
    account: PolicySet,
    resource_group: Option<PolicySet>,
    session: Option<PolicySet>,
}

impl Identity {
    /// What is attached to the caller now: a detached policy counts no more, for sessions given out before as well.
    fn of(cloud: &Cloud, caller: &Caller, need: &Needed) -> Self {
        let mut identity = Self { account: PolicySet::empty(), resource_group: None, session: None };
        let scope = need.resource_group.clone().map(Scope::ResourceGroup);
        match caller {
            Caller::User { account, id, .. } => {
                let system = cloud.system_policies();
                let directory = account.directory.read();
                if let Some(user) = directory.user_by_id(id) {
                    identity.account = directory.policies_of_user(user, &Scope::Account, &system);
                    identity.resource_group = scope.map(|scope| directory.policies_of_user(user, &scope, &system));
                }
            }
            Caller::Session { account, session } => {
                let system = cloud.system_policies();
                let directory = account.directory.read();
                if let Some(role) = directory.role_by_id(&session.role_id) {
                    identity.account = directory.policies_of_role(role, &Scope::Account, &system);
                    identity.resource_group = scope.map(|scope| directory.policies_of_role(role, &scope, &system));
                }
                identity.session.clone_from(&session.policy);
            }
            Caller::Anonymous | Caller::Owner(_) | Caller::Federated(_) | Caller::Service { .. } => {}
        }
        if let Some(stand_ins) = &cloud.stand_ins
            && let Some(arn) = principal(caller)
        {
            identity.account = stand_ins.of(&arn, identity.account);
            identity.resource_group = identity.resource_group.map(|set| stand_ins.of(&arn, set));
        }
        identity
    }

    fn layers(&self, control: Vec<PolicySet>, need: &Needed) -> OwnedLayers {
        OwnedLayers {
            control: control.into(),
            session: self.session.clone(),
            identity: self.account.clone(),
            identity_resource_group: self.resource_group.clone(),
            resource: match &need.own {
                OwnPolicy::None | OwnPolicy::Narrows(_) => OwnedResourceLayer::None,
                OwnPolicy::Grants(set) => OwnedResourceLayer::Grants(set.clone()),
                OwnPolicy::Trust(set) => OwnedResourceLayer::Trust(set.clone()),
                OwnPolicy::Gate(set) => OwnedResourceLayer::Gate(set.clone()),
            },
            default: need.default,
            dialect: Dialect::STANDARD,
        }
    }
}

/// The ARN of the RAM user or role whose policies a caller has.
fn principal(caller: &Caller) -> Option<String> {
    match caller {
        Caller::User { .. } => Some(caller.arn()),
        Caller::Session { account, session } => Some(format!("acs:ram::{}:role/{}", account.id, session.role_name)),
        Caller::Anonymous | Caller::Owner(_) | Caller::Federated(_) | Caller::Service { .. } => None,
    }
}

/// The control policies over the account that owns the resource. They bind RAM users and roles alone.
fn control(cloud: &Cloud, request: &Request) -> Vec<PolicySet> {
    match request.principal() {
        Principal::RamUser { account, .. } | Principal::RoleSession { account, .. } => {
            let owner = request.resource().owner().unwrap_or(account);
            cloud.resource_directories.control_over(owner, account)
        }
        _ => Vec::new(),
    }
}
