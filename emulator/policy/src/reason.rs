//! Why an element of a statement does not fit a request.

use serde::Serialize;

/// A mismatch, as a stable code.
///
/// A negated element (`NotAction`, `NotResource`, a `Not...` operator) is met when what it names does *not* fit,
/// but only for a reason that may be turned round: "the value differs" may, "the pattern is malformed" may not.
/// Otherwise a typo under a negation would grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reason {
    /// The request asks for another action.
    ActionDiffers,
    /// `NotAction` names the requested action.
    ActionExcluded,
    /// The resource belongs to another service.
    ServiceDiffers,
    /// The resource lies in another region.
    RegionDiffers,
    /// The resource belongs to another account.
    OtherAccount,
    /// The resource has another relative id.
    ResourceDiffers,
    /// `NotResource` names the requested resource.
    ResourceExcluded,
    /// The operation has no resource-level authorization: its resource is `*`, and the pattern names a concrete one.
    NoSuchResource,
    /// The caller is another principal.
    PrincipalDiffers,
    /// A bucket policy's `*` without a condition leaves out the owner of the bucket.
    OwnerNotMeant,
    /// The statement is public, and public access to the bucket is blocked.
    PublicAccessBlocked,
    /// The service acts for another account.
    ServiceActsForOther,
    /// The identity provider is not one of the role's account.
    ForeignProvider,
    /// The request does not carry the condition key.
    KeyMissing,
    /// The request carries the condition key, which `Null` wants missing.
    KeyPresent,
    /// The product never fills the condition key.
    KeyUnknown,
    /// The value is not one of those listed.
    ValueDiffers,
    /// The value is one of those that must not be.
    ValueExcluded,
    /// The request's value is not of the operator's type.
    ValueUnreadable,
    /// The policy's value is not of the operator's type.
    MalformedValue,
    /// The entry is of a form that means nobody in policies of this kind.
    NotAPrincipal,
    /// The statement is not of the grammar.
    UnusableStatement,
}

impl Reason {
    /// The stable name of the code, e.g. `other-account`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ActionDiffers => "action-differs",
            Self::ActionExcluded => "action-excluded",
            Self::ServiceDiffers => "service-differs",
            Self::RegionDiffers => "region-differs",
            Self::OtherAccount => "other-account",
            Self::ResourceDiffers => "resource-differs",
            Self::ResourceExcluded => "resource-excluded",
            Self::NoSuchResource => "no-such-resource",
            Self::PrincipalDiffers => "principal-differs",
            Self::OwnerNotMeant => "owner-not-meant",
            Self::PublicAccessBlocked => "public-access-blocked",
            Self::ServiceActsForOther => "service-acts-for-other",
            Self::ForeignProvider => "foreign-provider",
            Self::KeyMissing => "key-missing",
            Self::KeyPresent => "key-present",
            Self::KeyUnknown => "key-unknown",
            Self::ValueDiffers => "value-differs",
            Self::ValueExcluded => "value-excluded",
            Self::ValueUnreadable => "value-unreadable",
            Self::MalformedValue => "malformed-value",
            Self::NotAPrincipal => "not-a-principal",
            Self::UnusableStatement => "unusable-statement",
        }
    }

    /// Whether a negated element may take this mismatch as a match.
    pub fn may_be_inverted(self) -> bool {
        match self {
            Self::ActionDiffers
            | Self::ServiceDiffers
            | Self::RegionDiffers
            | Self::OtherAccount
            | Self::ResourceDiffers
            | Self::PrincipalDiffers
            | Self::KeyMissing
            | Self::ValueDiffers => true,
            Self::ActionExcluded
            | Self::ResourceExcluded
            | Self::NoSuchResource
            | Self::OwnerNotMeant
            | Self::PublicAccessBlocked
            | Self::ServiceActsForOther
            | Self::ForeignProvider
            | Self::KeyPresent
            | Self::KeyUnknown
            | Self::ValueExcluded
            | Self::ValueUnreadable
            | Self::MalformedValue
            | Self::NotAPrincipal
            | Self::UnusableStatement => false,
        }
    }
}
