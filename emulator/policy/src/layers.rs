//! The layers of policies that apply to a request, and what is decided from them.

use serde::{Deserialize, Serialize};

use crate::dialect::Dialect;
use crate::set::{Policy, PolicySet};

/// The policies in force for one request, layer by layer.
#[derive(Debug, Clone, Copy)]
pub struct Layers<'a> {
    /// The control policies, a set for each node: the account's own first, then its folders up to the root. Those of the
    /// account that owns the *resource*; empty if control policies are off, if the account is in no directory, or if it is
    /// the management account.
    pub control: &'a [PolicySet],
    /// The session policy, if the caller is a role session that carries one.
    pub session: Option<&'a PolicySet>,
    /// The caller's policies at account scope: a user's own and those of its groups, or a role's.
    pub identity: &'a PolicySet,
    /// The caller's policies for the resource group of the resource. `Some`, even if empty, where the operation supports
    /// resource groups.
    pub identity_resource_group: Option<&'a PolicySet>,
    /// The resource's own policy.
    pub resource: ResourceLayer<'a>,
    /// What silence means.
    pub default: DefaultRule,
    /// How the layers combine where the documentation leaves it open.
    pub dialect: &'a Dialect,
}

impl<'a> Layers<'a> {
    /// Identity policies and nothing else.
    pub fn new(identity: &'a PolicySet) -> Self {
        Self {
            control: &[],
            session: None,
            identity,
            identity_resource_group: None,
            resource: ResourceLayer::None,
            default: DefaultRule::DenyUnlessAllowed,
            dialect: &Dialect::STANDARD,
        }
    }

    /// The policy that a statement of these layers stands in; none if the reference is to other layers.
    pub fn policy(&self, statement: StatementRef) -> Option<&'a Policy> {
        let set = match statement.layer {
            Layer::Control => self.control.get(statement.node as usize)?,
            Layer::Session => self.session?,
            Layer::Identity => self.identity,
            Layer::IdentityResourceGroup => self.identity_resource_group?,
            Layer::Resource | Layer::Trust => match self.resource {
                ResourceLayer::Grants(set) | ResourceLayer::Trust(set) | ResourceLayer::Gate(set) => set,
                ResourceLayer::None => return None,
            },
            Layer::Owner | Layer::Default | Layer::None => return None,
        };
        set.policies().get(statement.policy as usize)
    }
}

/// The policy of the resource itself, and how it stands to the identity policies.
#[derive(Debug, Clone, Copy)]
pub enum ResourceLayer<'a> {
    /// The resource has none.
    None,
    /// A bucket policy, or the caller's role in a workspace: within one account either half suffices, across accounts
    /// only this one counts.
    Grants(&'a PolicySet),
    /// The trust policy of the role that is assumed: both halves are needed.
    Trust(&'a PolicySet),
    /// The policy of an access point, which is asked besides whatever decides about the bucket behind it: nothing else
    /// allows, but its owner needs none.
    Gate(&'a PolicySet),
}

/// What it means that no statement speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum DefaultRule {
    /// The request is denied.
    #[default]
    DenyUnlessAllowed,
    /// The request is allowed to every identity of the account. *PAI*: some queries are granted unless denied.
    AllowUnlessDenied,
}

/// The outcome of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Verdict {
    /// It is allowed.
    Allow,
    /// A statement denies it.
    ExplicitDeny,
    /// No statement allows it.
    ImplicitDeny,
}

/// A layer of policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Layer {
    /// The rule for the owner of the account, which needs no policy.
    Owner,
    /// The control policies.
    Control,
    /// The session policy.
    Session,
    /// The identity policies at account scope.
    Identity,
    /// The identity policies at resource-group scope.
    IdentityResourceGroup,
    /// The resource's own policy.
    Resource,
    /// The trust policy.
    Trust,
    /// The rule that the operation is allowed unless denied.
    Default,
    /// No layer.
    None,
}

/// Which statement of the policies in [`Layers`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StatementRef {
    /// The layer it belongs to.
    pub layer: Layer,
    /// Which node of [`Layers::control`]; 0 in the other layers.
    pub node: u32,
    /// Which of [`PolicySet::policies`].
    pub policy: u32,
    /// Which of [`crate::Document::statements`].
    pub statement: u32,
}

/// The policy level that a denial is reported under: `AccessDeniedDetail.PolicyType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PolicyLevel {
    /// A control policy.
    ControlPolicy,
    /// The session policy.
    SessionPolicy,
    /// An identity policy at account scope.
    AccountLevelIdentityBasedPolicy,
    /// An identity policy at resource-group scope.
    ResourceGroupLevelIdentityBasedPolicy,
    /// The trust policy.
    AssumeRolePolicy,
    /// A bucket policy. INFERRED: on the wire OSS has codes of its own; this stands in our explanations.
    ResourceBasedPolicy,
}

impl PolicyLevel {
    /// The cloud's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ControlPolicy => "ControlPolicy",
            Self::SessionPolicy => "SessionPolicy",
            Self::AccountLevelIdentityBasedPolicy => "AccountLevelIdentityBasedPolicy",
            Self::ResourceGroupLevelIdentityBasedPolicy => "ResourceGroupLevelIdentityBasedPolicy",
            Self::AssumeRolePolicy => "AssumeRolePolicy",
            Self::ResourceBasedPolicy => "ResourceBasedPolicy",
        }
    }
}

/// The answer to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The outcome.
    pub verdict: Verdict,
    /// The layer that settled it; [`Layer::None`] if nothing spoke anywhere.
    pub layer: Layer,
    /// The statement that settled it: the first that did, in the order of the policies. None where silence settled it.
    pub statement: Option<StatementRef>,
    /// The level that a denial is reported under; none for an Allow.
    pub level: Option<PolicyLevel>,
}

impl Decision {
    /// Whether the request is allowed.
    pub fn is_allowed(&self) -> bool {
        self.verdict == Verdict::Allow
    }

    /// `AccessDeniedDetail.NoPermissionType`; none for an Allow.
    pub fn no_permission_type(&self) -> Option<&'static str> {
        match self.verdict {
            Verdict::Allow => None,
            Verdict::ExplicitDeny => Some("ExplicitDeny"),
            Verdict::ImplicitDeny => Some("ImplicitDeny"),
        }
    }

    /// `AccessDeniedDetail.PolicyType`; none for an Allow.
    pub fn policy_type(&self) -> Option<&'static str> {
        self.level.map(PolicyLevel::as_str)
    }
}
