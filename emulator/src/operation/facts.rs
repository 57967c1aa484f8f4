//! Facts: what the cloud knows of a resource. They come from one function a product and from nowhere else.

use acslab_policy::PolicySet;

use super::{Caller, Text};
use crate::cloud::Cloud;
use crate::wire::ApiError;

/// Finds what is known of a resource.
///
/// Called once a resource and a request by the gateway, and by the authorization state for what it is asked about. It changes
/// nothing.
pub type Locate = fn(&Sought<'_>) -> Facts;

/// A resource that is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Sought<'a> {
    /// Where it is looked for.
    pub cloud: &'a Cloud,
    /// For whom: some resources grant by who asks.
    pub caller: &'a Caller,
    /// The region that was addressed.
    pub region: &'a str,
    /// The product's own id of it, as a check's `about` or the end of an ARN has it: `role/name`, `bucket/key`.
    pub id: &'a str,
}

/// What is known of a resource. Of one that is not known, nothing: it belongs to the caller's account.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// What ARNs call it, where the request named it in another way.
    pub name: Option<String>,
    /// The account that it belongs to.
    pub owner: Option<String>,
    /// The region that it is in.
    pub region: Option<String>,
    /// The condition keys that it fills, such as its tags.
    pub keys: Vec<(Text, String)>,
    /// The service that it belongs to, of a service-linked role.
    pub linked_to: Option<String>,
    /// What it stands for, of a link.
    pub stands_for: Option<String>,
    /// The key of KMS that it is encrypted with.
    pub encrypted_with: Option<String>,
    /// The key of KMS that what is written there is encrypted with, unless told otherwise.
    pub encrypts_with: Option<String>,
    /// The resource group that it is in.
    pub resource_group: Option<String>,
    /// Does whoever asks pay for it, and not its owner?
    pub requester_pays: bool,
    /// Its own policy.
    pub own: OwnPolicy,
    /// That it is not there, or cannot be reached.
    pub absent: Option<Absent>,
}

/// What is answered about a resource that is not there.
#[derive(Debug, Clone)]
pub enum Absent {
    /// This, before any policy is asked.
    BeforeDecision(ApiError),
    /// This, in place of an implicit deny: an explicit Deny comes first.
    InPlaceOfSilence(ApiError),
}

/// The policy of a resource itself.
#[derive(Debug, Clone, Default)]
pub enum OwnPolicy {
    /// It has none.
    #[default]
    None,
    /// It grants beside the identity's policies: a bucket policy, an ACL, a workspace role.
    Grants(PolicySet),
    /// A trust policy: both it and the identity's policies must allow.
    Trust(PolicySet),
    /// It alone allows, but to its owner: the policy of an access point.
    Gate(PolicySet),
    /// It grants nothing, and takes away what it does not allow: a workspace role, read strictly.
    Narrows(PolicySet),
}

/// The [`Locate`] of a product that has no resources, or none of which anything is known.
pub fn nothing_known(_: &Sought<'_>) -> Facts {
    Facts::default()
}

impl Facts {
    /// Something that is known by its name alone.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..Self::default() }
    }

    /// Adds what is known besides: of what both say, this counts.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        let new = other.keys.iter().filter(|(key, _)| !self.keys.iter().any(|(known, _)| known == key));
        let new: Vec<_> = new.cloned().collect();
        self.keys.extend(new);
        if matches!(self.own, OwnPolicy::None) {
            self.own = other.own.clone();
        }
        self.resource_group = self.resource_group.or_else(|| other.resource_group.clone());
        self
    }

    /// Adds a condition key that it fills for each of its tags: `acs:ResourceTag/KEY`.
    #[must_use]
    pub fn tagged<'t>(mut self, prefix: &str, tags: impl IntoIterator<Item = (&'t String, &'t String)>) -> Self {
        let keys = tags.into_iter().map(|(key, value)| (Text::Owned(format!("{prefix}{key}")), value.clone()));
        self.keys.extend(keys);
        self
    }
}
