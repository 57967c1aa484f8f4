//! How many of each an account may have. The figures are the cloud's defaults; it raises many of them for who asks.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::directory::{PolicyType, PrincipalKind};

/// The one table of quotas: name, default, what it counts. The first part is what GetAccountSummary reports, under these names.
macro_rules! quotas {
    (
        reported { $($(#[doc = $counts:literal])+ $name:ident = $default:literal,)+ }
        others { $($(#[doc = $others_count:literal])+ $other:ident = $others_default:literal,)+ }
    ) => {
        /// What an account may have only so many of (RAM: Limits; Resource Management: Limits; OSS: Limits; SLS:
        /// Basic resources).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Quota {
            $($(#[doc = $counts])+ $name,)+
            $($(#[doc = $others_count])+ $other,)+
        }

        impl Quota {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)+ $(Self::$other,)+];
            /// Those that GetAccountSummary reports.
            pub const REPORTED: &[Self] = &[$(Self::$name,)+];

            /// Its name: `Users`, which GetAccountSummary calls `UsersQuota`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)+
                    $(Self::$other => stringify!($other),)+
                }
            }

            /// How many there may be unless it was raised.
            pub fn default_value(self) -> usize {
                match self {
                    $(Self::$name => $default,)+
                    $(Self::$other => $others_default,)+
                }
            }
        }
    };
}

quotas! {
    reported {
        /// RAM users in an account.
        Users = 5000,
        /// User groups in an account.
        Groups = 300,
        /// Groups that a user may be in.
        GroupsPerUser = 10,
        /// RAM roles in an account.
        Roles = 1000,
        /// Custom policies in an account.
        Policies = 1500,
        /// Versions of a custom policy, the default one included.
        VersionsPerPolicy = 5,
        /// Custom policies attached to a user.
        AttachedPoliciesPerUser = 10,
        /// Custom policies attached to a group.
        AttachedPoliciesPerGroup = 10,
        /// Custom policies attached to a role.
        AttachedPoliciesPerRole = 10,
        /// System policies attached to a user.
        AttachedSystemPoliciesPerUser = 20,
        /// System policies attached to a group.
        AttachedSystemPoliciesPerGroup = 20,
        /// System policies attached to a role.
        AttachedSystemPoliciesPerRole = 20,
        /// Access keys of a user.
        AccessKeysPerUser = 2,
        /// Access keys of an account's owner.
        AccountAccessKeysPerAccount = 2,
        /// Virtual MFA devices in an account.
        VirtualMFADevices = 5000,
        /// Rules in an access key's network policy (CHOICE: the figure).
        ConditionsPerAKPolicy = 8,
        /// Addresses in a rule of an access key's network policy (CHOICE: the figure).
        IPItemsPerAKPolicy = 50,
    }
    others {
        /// Tags of a user, a role, a policy, a resource group or a member account.
        TagsPerResource = 20,
        /// OIDC providers in an account.
        OIDCProviders = 100,
        /// SAML providers in an account.
        SAMLProviders = 100,
        /// Client ids of an OIDC provider.
        ClientIdsPerOIDCProvider = 50,
        /// Fingerprints of an OIDC provider.
        FingerprintsPerOIDCProvider = 5,
        /// Resource groups in an account, the default one not counted.
        ResourceGroups = 30,
        /// Folders in a resource directory, the root not counted; of the management account.
        Folders = 100,
        /// Members of a resource directory; of the management account.
        Members = 20,
        /// Custom control policies in a resource directory; of the management account.
        ControlPolicies = 1500,
        /// Control policies attached to a folder or a member; of the management account.
        ControlPoliciesPerTarget = 10,
        /// Buckets of an account in a region (OSS: PutBucket).
        BucketsPerRegion = 100,
        /// Tags of a bucket (OSS: PutBucketTags).
        TagsPerBucket = 20,
        /// Tags of an object (OSS: PutObjectTagging).
        TagsPerObject = 10,
        /// Projects of an account (SLS: Basic resources).
        LogProjects = 50,
        /// Logstores of a project; of its owner.
        LogStoresPerProject = 200,
        /// Shards of a project; of its owner.
        LogShardsPerProject = 400,
        /// Access points in an account (OSS).
        AccessPoints = 1000,
        /// Access points of a bucket (OSS).
        AccessPointsPerBucket = 100,
        /// Domain names that a bucket has a token for (OSS: Map custom domain names; CHOICE: the figure is that of bound domains).
        CnamesPerBucket = 100,
        /// Records of one kind in a region, of products that are no more than records (CHOICE: the figure).
        RecordsPerKind = 10_000,
        /// Tags of a record (Tag: Limits).
        TagsPerRecord = 20,
        /// VPCs in a region (VPC: Limits).
        VpcsPerRegion = 10,
        /// vSwitches of a VPC (VPC: Limits).
        VSwitchesPerVpc = 150,
        /// Security groups in a region (ECS: Limits).
        SecurityGroupsPerRegion = 100,
    }
}

impl Quota {
    /// The quota of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|quota| quota.name() == name)
    }

    /// The names of all of them, for whoever wrote one that is none.
    pub fn names() -> String {
        Self::ALL.iter().map(|quota| quota.name()).collect::<Vec<_>>().join(", ")
    }

    /// How many policies of a type may be attached to one of a kind.
    pub fn attached(kind: PrincipalKind, policy: PolicyType) -> Self {
        match (policy, kind) {
            (PolicyType::Custom, PrincipalKind::User) => Self::AttachedPoliciesPerUser,
            (PolicyType::Custom, PrincipalKind::Group) => Self::AttachedPoliciesPerGroup,
            (PolicyType::Custom, PrincipalKind::Role) => Self::AttachedPoliciesPerRole,
            (PolicyType::System, PrincipalKind::User) => Self::AttachedSystemPoliciesPerUser,
            (PolicyType::System, PrincipalKind::Group) => Self::AttachedSystemPoliciesPerGroup,
            (PolicyType::System, PrincipalKind::Role) => Self::AttachedSystemPoliciesPerRole,
        }
    }
}

/// The quotas in force for one account. A clone is the same quotas: whoever counts has one, and a change counts for all at once.
#[derive(Debug, Clone)]
pub struct Quotas(Arc<BTreeMap<Quota, AtomicUsize>>);

impl Default for Quotas {
    fn default() -> Self {
        Self(Arc::new(Quota::ALL.iter().map(|quota| (*quota, AtomicUsize::new(quota.default_value()))).collect()))
    }
}

impl Quotas {
    /// Quotas of their own with the same figures: for a new account.
    #[must_use]
    pub fn copy(&self) -> Self {
        Self(Arc::new(self.iter().map(|(quota, most)| (quota, AtomicUsize::new(most))).collect()))
    }

    /// How many there may be.
    pub fn get(&self, quota: Quota) -> usize {
        self.0.get(&quota).map_or(0, |most| most.load(Ordering::Relaxed))
    }

    /// Raises or lowers one. What there is too many of by then stays.
    pub fn set(&self, quota: Quota, most: usize) {
        if let Some(place) = self.0.get(&quota) {
            place.store(most, Ordering::Relaxed);
        }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (Quota, usize)> {
        self.0.iter().map(|(quota, most)| (*quota, most.load(Ordering::Relaxed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_is_the_same_and_a_copy_is_not() {
        let quotas = Quotas::default();
        let (same, own) = (quotas.clone(), quotas.copy());
        quotas.set(Quota::Users, 3);
        assert_eq!((same.get(Quota::Users), own.get(Quota::Users)), (3, 5000));
        assert_eq!(quotas.copy().get(Quota::Users), 3);
    }

    #[test]
    fn every_quota_is_found_by_its_name() {
        for quota in Quota::ALL {
            assert_eq!(Quota::parse(quota.name()), Some(*quota));
        }
        assert_eq!(Quota::parse("users"), None);
    }
}
