//! The order in which layers are asked. *How RAM evaluates policies*.
//!
//! One function walks the layers for [`crate::decide`] and [`crate::explain`] alike. They differ only in the
//! [`Judge`] that is asked about each set, so they cannot come to different verdicts over the order.

use serde::Serialize;

use crate::document::Effect;
use crate::layers::{Decision, DefaultRule, Layer, Layers, PolicyLevel, ResourceLayer, StatementRef, Verdict};
use crate::principal::Principal;
use crate::request::Request;
use crate::set::{Hit, PolicySet};

/// Finds the statement of a set that settles a request.
pub(crate) trait Judge {
    fn judge(&mut self, layer: Layer, node: u32, set: &PolicySet, request: &Request) -> Option<Hit>;

    /// Takes note that a layer is passed over.
    fn skip(&mut self, layer: Layer, why: Skip);
}

/// Why a layer has no say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Skip {
    /// The owner of an account needs no policy for what is its own.
    OwnerNeedsNone,
    /// The owner of an account may not assume roles.
    OwnerMayNotAssume,
    /// Control policies do not bind the owner of an account.
    ControlSparesOwner,
    /// Control policies do not bind service-linked roles.
    ControlSparesServiceLinkedRoles,
    /// Only the trust policy decides for services and identity providers.
    TrustDecidesAlone,
    /// A caller without an account has no identity policies.
    NoIdentity,
    /// Identity policies do not reach the resources of another account.
    ForeignResource,
    /// The account scope has settled it.
    AccountScopeSettled,
    /// The policy of an access point is asked for itself.
    GateDecidesAlone,
}

/// A hit and where it was found.
type Found = (StatementRef, Effect);

/// Walks the layers.
pub(crate) fn settle(layers: &Layers<'_>, request: &Request, judge: &mut impl Judge) -> Decision {
    let mut walk = Walk { layers, request, judge };
    if let ResourceLayer::Gate(set) = layers.resource {
        return walk.gate(set);
    }
    if let Principal::Account { .. } = request.principal() {
        return walk.owner();
    }
    if let Some(denied) = walk.control() {
        return denied;
    }
    if let Some(denied) = walk.session() {
        return denied;
    }
    let (identity, scope) = walk.identity();
    match layers.resource {
        ResourceLayer::None => walk.conclude(identity, None, scope),
        ResourceLayer::Grants(set) => {
            let resource = walk.ask(Layer::Resource, 0, set);
            walk.conclude(identity, resource, scope)
        }
        // Asked above.
        ResourceLayer::Gate(set) => walk.gate(set),
        ResourceLayer::Trust(set) => {
            let trust = walk.ask(Layer::Trust, 0, set);
            walk.conclude_assumption(identity, trust, scope)
        }
    }
}

struct Walk<'w, 'l, J> {
    layers: &'w Layers<'l>,
    request: &'w Request,
    judge: &'w mut J,
}

impl<J: Judge> Walk<'_, '_, J> {
    fn ask(&mut self, layer: Layer, node: u32, set: &PolicySet) -> Option<Found> {
        let hit = self.judge.judge(layer, node, set, self.request)?;
        Some((StatementRef { layer, node, policy: hit.policy, statement: hit.statement }, hit.effect))
    }

    /// The owner needs no policy for what is its own; only a bucket policy can stop it there, and only a bucket policy
    /// can let it into another account.
    fn owner(&mut self) -> Decision {
        self.judge.skip(Layer::Control, Skip::ControlSparesOwner);
        let set = match self.layers.resource {
            ResourceLayer::Trust(_) => {
                self.judge.skip(Layer::Trust, Skip::OwnerMayNotAssume);
                return silent(Layer::Owner, PolicyLevel::AssumeRolePolicy);
            }
            ResourceLayer::Grants(set) => Some(set),
            ResourceLayer::None | ResourceLayer::Gate(_) => None,
        };
        let foreign = self.request.is_foreign();
        let why = if foreign { Skip::ForeignResource } else { Skip::OwnerNeedsNone };
        self.judge.skip(Layer::Identity, why);
        let found = set.and_then(|set| self.ask(Layer::Resource, 0, set));
        match found {
            Some((statement, Effect::Deny)) => denied(statement, PolicyLevel::ResourceBasedPolicy),
            Some((statement, Effect::Allow)) if foreign => allowed(statement),
            _ if foreign => silent(Layer::None, PolicyLevel::AccountLevelIdentityBasedPolicy),
            _ => Decision { verdict: Verdict::Allow, layer: Layer::Owner, statement: None, level: None },
        }
    }

    /// The policy of a gate decides alone; whoever owns the gate passes unless it denies.
    fn gate(&mut self, set: &PolicySet) -> Decision {
        self.judge.skip(Layer::Identity, Skip::GateDecidesAlone);
        let owner = matches!(self.request.principal(), Principal::Account { .. }) && !self.request.is_foreign();
        match self.ask(Layer::Resource, 0, set) {
            Some((statement, Effect::Deny)) => denied(statement, PolicyLevel::ResourceBasedPolicy),
            Some((statement, Effect::Allow)) => allowed(statement),
            None if owner => Decision { verdict: Verdict::Allow, layer: Layer::Owner, statement: None, level: None },
            None => silent(Layer::Resource, PolicyLevel::ResourceBasedPolicy),
        }
    }

    /// Every node must allow, from the account up to the root.
    fn control(&mut self) -> Option<Decision> {
        let spared = match (self.request.principal(), self.layers.resource) {
            (Principal::RoleSession { service_linked: true, .. }, _) => Some(Skip::ControlSparesServiceLinkedRoles),
            (Principal::Service { .. } | Principal::Federated { .. }, ResourceLayer::Trust(_)) => {
                Some(Skip::TrustDecidesAlone)
            }
            _ => None,
        };
        if let Some(why) = spared {
            self.judge.skip(Layer::Control, why);
            return None;
        }
        (0u32..)
            .zip(self.layers.control)
            .find_map(|(node, set)| self.filter(Layer::Control, node, set, PolicyLevel::ControlPolicy))
    }

    /// A session policy takes away and never gives.
    fn session(&mut self) -> Option<Decision> {
        self.layers.session.and_then(|set| self.filter(Layer::Session, 0, set, PolicyLevel::SessionPolicy))
    }

    fn filter(&mut self, layer: Layer, node: u32, set: &PolicySet, level: PolicyLevel) -> Option<Decision> {
        match self.ask(layer, node, set) {
            Some((statement, Effect::Deny)) => Some(denied(statement, level)),
            Some((_, Effect::Allow)) => None,
            None if self.allowed_unless_denied() => None,
            None => Some(silent(layer, level)),
        }
    }

    /// What the caller's own policies say, and the last scope that was asked.
    fn identity(&mut self) -> (Option<Found>, Layer) {
        let assumes = matches!(self.layers.resource, ResourceLayer::Trust(_));
        if self.request.principal().account().is_none() {
            self.judge.skip(Layer::Identity, if assumes { Skip::TrustDecidesAlone } else { Skip::NoIdentity });
            return (None, Layer::Identity);
        }
        if self.request.is_foreign() && !assumes {
            // A role may be assumed across accounts; everything else abroad is out of reach.
            if !self.layers.dialect.home_deny_reaches_abroad {
                self.judge.skip(Layer::Identity, Skip::ForeignResource);
                return (None, Layer::Identity);
            }
            let found = self.ask(Layer::Identity, 0, self.layers.identity);
            return (found.filter(|(_, effect)| *effect == Effect::Deny), Layer::Identity);
        }
        let account = self.ask(Layer::Identity, 0, self.layers.identity);
        let Some(set) = self.layers.identity_resource_group else { return (account, Layer::Identity) };
        let denies = |found: &Option<Found>| found.is_some_and(|(_, effect)| effect == Effect::Deny);
        if denies(&account) || (account.is_some() && !self.layers.dialect.resource_group_deny_overrides) {
            self.judge.skip(Layer::IdentityResourceGroup, Skip::AccountScopeSettled);
            return (account, Layer::Identity);
        }
        let group = self.ask(Layer::IdentityResourceGroup, 0, set);
        if account.is_none() || denies(&group) {
            (group, Layer::IdentityResourceGroup)
        } else {
            (account, Layer::Identity)
        }
    }

    /// Either half may allow; a Deny of either wins.
    fn conclude(&self, identity: Option<Found>, resource: Option<Found>, scope: Layer) -> Decision {
        if let Some(denied) = any_denial(identity, resource) {
            return denied;
        }
        match identity.or(resource) {
            Some((statement, _)) => allowed(statement),
            None if self.allowed_unless_denied() => {
                Decision { verdict: Verdict::Allow, layer: Layer::Default, statement: None, level: None }
            }
            None => silent(Layer::None, self.silent_level(scope)),
        }
    }

    /// Both halves must allow; services and identity providers have no identity half.
    fn conclude_assumption(&self, identity: Option<Found>, trust: Option<Found>, scope: Layer) -> Decision {
        if let Some(denied) = any_denial(identity, trust) {
            return denied;
        }
        let alone = match self.request.principal() {
            Principal::Service { .. } | Principal::Federated { .. } => true,
            _ => self.layers.dialect.trust_alone_suffices && !self.request.is_foreign(),
        };
        match (identity, trust) {
            (Some((statement, _)), Some(_)) => allowed(statement),
            (None, Some((statement, _))) if alone => allowed(statement),
            (None, Some(_)) => silent(Layer::Identity, self.silent_level(scope)),
            (Some(_), None) => silent(Layer::Trust, PolicyLevel::AssumeRolePolicy),
            (None, None) if alone || !self.layers.dialect.silent_assumption_names_identity => {
                silent(Layer::None, PolicyLevel::AssumeRolePolicy)
            }
            (None, None) => silent(Layer::None, self.silent_level(scope)),
        }
    }

    fn allowed_unless_denied(&self) -> bool {
        let own = self.request.principal().account().is_some() && !self.request.is_foreign();
        own && self.layers.default == DefaultRule::AllowUnlessDenied
            && !matches!(self.layers.resource, ResourceLayer::Trust(_))
    }

    /// Where silence is reported: the last identity scope that was asked.
    fn silent_level(&self, scope: Layer) -> PolicyLevel {
        if scope == Layer::IdentityResourceGroup && self.layers.dialect.implicit_deny_names_last_scope {
            PolicyLevel::ResourceGroupLevelIdentityBasedPolicy
        } else {
            PolicyLevel::AccountLevelIdentityBasedPolicy
        }
    }
}

/// INFERRED: of two denials that of the identity half is reported.
fn any_denial(identity: Option<Found>, resource: Option<Found>) -> Option<Decision> {
    let (statement, _) = [identity, resource].into_iter().flatten().find(|(_, effect)| *effect == Effect::Deny)?;
    let level = match statement.layer {
        Layer::IdentityResourceGroup => PolicyLevel::ResourceGroupLevelIdentityBasedPolicy,
        Layer::Trust => PolicyLevel::AssumeRolePolicy,
        Layer::Resource => PolicyLevel::ResourceBasedPolicy,
        _ => PolicyLevel::AccountLevelIdentityBasedPolicy,
    };
    Some(denied(statement, level))
}

fn allowed(statement: StatementRef) -> Decision {
    Decision { verdict: Verdict::Allow, layer: statement.layer, statement: Some(statement), level: None }
}

fn denied(statement: StatementRef, level: PolicyLevel) -> Decision {
    Decision { verdict: Verdict::ExplicitDeny, layer: statement.layer, statement: Some(statement), level: Some(level) }
}

fn silent(layer: Layer, level: PolicyLevel) -> Decision {
    Decision { verdict: Verdict::ImplicitDeny, layer, statement: None, level: Some(level) }
}
