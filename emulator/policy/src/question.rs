//! A request kept together with the policies that decide it.

use crate::decide;
use crate::dialect::Dialect;
use crate::explain::{Explanation, explain};
use crate::layers::{Decision, DefaultRule, Layers, ResourceLayer};
use crate::request::Request;
use crate::set::PolicySet;

/// A request and the policies in force when it was made, owned: what an audit trail keeps, so that the answer can be
/// given again and explained in full at any later time, whatever has become of the policies since.
///
/// It costs its request and a pointer for each set: sets are shared, never copied.
///
/// ```
/// use acslab_policy::{OwnedLayers, PolicySet, Principal, Question, Request};
///
/// let alice = Principal::ram_user("1234567890123456", "204567890123450001", "alice");
/// let request = Request::new(alice, "oss:GetObject", "acs:oss:*:1234567890123456:photos/a.jpg")?;
/// let question = Question { request, layers: OwnedLayers::new(PolicySet::empty()) };
/// assert_eq!(question.decide(), question.explain().decision);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Question {
    /// What is asked.
    pub request: Request,
    /// Who is asked.
    pub layers: OwnedLayers,
}

impl Question {
    /// The answer; the same each time.
    pub fn decide(&self) -> Decision {
        decide(&self.layers.as_layers(), &self.request)
    }

    /// The answer and the whole way to it.
    pub fn explain(&self) -> Explanation {
        explain(&self.layers.as_layers(), &self.request)
    }

    /// How many bytes of memory keeping it takes, about: of the request and of the layers themselves. The sets are shared
    /// with whoever else holds them, and count nothing here; whoever keeps many questions may count each set once, by
    /// [`Self::sets`], [`PolicySet::address`] and [`PolicySet::bytes`].
    pub fn bytes(&self) -> usize {
        self.request.bytes() + size_of::<OwnedLayers>() + size_of_val(&*self.layers.control)
    }

    /// The sets that are asked, layer by layer.
    pub fn sets(&self) -> impl Iterator<Item = &PolicySet> {
        self.layers.sets()
    }
}

/// [`Layers`] that own what they hold.
#[derive(Debug, Clone)]
pub struct OwnedLayers {
    /// As [`Layers::control`].
    pub control: Box<[PolicySet]>,
    /// As [`Layers::session`].
    pub session: Option<PolicySet>,
    /// As [`Layers::identity`].
    pub identity: PolicySet,
    /// As [`Layers::identity_resource_group`].
    pub identity_resource_group: Option<PolicySet>,
    /// As [`Layers::resource`].
    pub resource: OwnedResourceLayer,
    /// As [`Layers::default`].
    pub default: DefaultRule,
    /// As [`Layers::dialect`].
    pub dialect: Dialect,
}

/// [`ResourceLayer`] that owns its set.
#[derive(Debug, Clone, Default)]
pub enum OwnedResourceLayer {
    /// As [`ResourceLayer::None`].
    #[default]
    None,
    /// As [`ResourceLayer::Grants`].
    Grants(PolicySet),
    /// As [`ResourceLayer::Trust`].
    Trust(PolicySet),
    /// As [`ResourceLayer::Gate`].
    Gate(PolicySet),
}

impl OwnedResourceLayer {
    /// The resource's own policies.
    pub fn set(&self) -> Option<&PolicySet> {
        match self {
            Self::None => None,
            Self::Grants(set) | Self::Trust(set) | Self::Gate(set) => Some(set),
        }
    }

    /// The layer, borrowed.
    pub fn as_layer(&self) -> ResourceLayer<'_> {
        match self {
            Self::None => ResourceLayer::None,
            Self::Grants(set) => ResourceLayer::Grants(set),
            Self::Trust(set) => ResourceLayer::Trust(set),
            Self::Gate(set) => ResourceLayer::Gate(set),
        }
    }
}

impl OwnedLayers {
    /// The sets, layer by layer.
    pub fn sets(&self) -> impl Iterator<Item = &PolicySet> {
        let Self { control, session, identity, identity_resource_group, resource, .. } = self;
        control.iter().chain(session).chain([identity]).chain(identity_resource_group).chain(resource.set())
    }

    /// Identity policies and nothing else, in the standard dialect.
    pub fn new(identity: PolicySet) -> Self {
        Self {
            control: Box::default(),
            session: None,
            identity,
            identity_resource_group: None,
            resource: OwnedResourceLayer::None,
            default: DefaultRule::DenyUnlessAllowed,
            dialect: Dialect::STANDARD,
        }
    }

    /// The layers, borrowed.
    pub fn as_layers(&self) -> Layers<'_> {
        Layers {
            control: &self.control,
            session: self.session.as_ref(),
            identity: &self.identity,
            identity_resource_group: self.identity_resource_group.as_ref(),
            resource: self.resource.as_layer(),
            default: self.default,
            dialect: &self.dialect,
        }
    }
}

impl From<&Layers<'_>> for OwnedLayers {
    fn from(layers: &Layers<'_>) -> Self {
        Self {
            control: layers.control.into(),
            session: layers.session.cloned(),
            identity: layers.identity.clone(),
            identity_resource_group: layers.identity_resource_group.cloned(),
            resource: match layers.resource {
                ResourceLayer::None => OwnedResourceLayer::None,
                ResourceLayer::Grants(set) => OwnedResourceLayer::Grants(set.clone()),
                ResourceLayer::Trust(set) => OwnedResourceLayer::Trust(set.clone()),
                ResourceLayer::Gate(set) => OwnedResourceLayer::Gate(set.clone()),
            },
            default: layers.default,
            dialect: *layers.dialect,
        }
    }
}
