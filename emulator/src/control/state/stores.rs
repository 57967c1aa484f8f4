//! Buckets and log projects, as a state tells them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::text::PolicyText;
use crate::cloud::Element;

/// The settings of a bucket that can refuse what policies allow, or ask for more (a key of KMS), by the sub-resource at which they are put.
pub(super) const REFUSING: [&str; 6] =
    ["encryption", "httpsConfig", "objectWorm", "overwriteConfig", "referer", "requestPayment"];

/// An access point of a bucket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessPoint {
    /// From where it may be used: `internet`, or a VPC.
    pub origin: String,
    /// Its policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyText>,
    /// Is public access through it blocked?
    #[serde(default)]
    pub public_access_blocked: bool,
}

/// A bucket.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bucket {
    /// Where it is: `cn-hangzhou`.
    #[serde(default)]
    pub region: String,
    /// Its ACL: `private`.
    #[serde(default)]
    pub acl: String,
    /// Its policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyText>,
    /// Is public access to it blocked?
    #[serde(default)]
    pub public_access_blocked: bool,
    /// Its access points, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub access_points: BTreeMap<String, AccessPoint>,
    /// Its tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// The objects that have an ACL of their own, by key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub object_acls: BTreeMap<String, String>,
    /// The tags of objects, by key: policies ask for them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub object_tags: BTreeMap<String, BTreeMap<String, String>>,
    /// That nothing in it may be deleted or overwritten for a while.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<Retention>,
    /// Those of its settings by which a request that policies allow is refused, as they were put, by the sub-resource:
    /// `referer`, `requestPayment`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, Element>,
}

/// That nothing in a bucket may be deleted or overwritten for so many days after it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    /// For so many days.
    pub days: u32,
    /// Is it for good?
    pub locked: bool,
}

/// A project of Simple Log Service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LogProject {
    /// Its policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyText>,
    /// Its tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}
