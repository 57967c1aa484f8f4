//! Access points: further ways into a bucket, each with a policy of its own.

use std::sync::{Arc, OnceLock};

use acslab_policy::{Document, PolicySet};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::access::reference;
use crate::cloud::IdSource;

/// An access point.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessPoint {
    /// Its name, which no other of its account has in its region.
    pub name: String,
    /// What stands in the place of the bucket's name in a host.
    pub alias: String,
    /// From where it may be used.
    pub origin: NetworkOrigin,
    /// When it was made.
    pub created: Timestamp,
    /// Is public access blocked?
    pub blocked: bool,
    /// Its policy.
    policy: Option<Arc<Document>>,
    /// What it comes to, public access blocked or not.
    #[serde(skip)]
    sets: [OnceLock<PolicySet>; 2],
}

/// From where an access point may be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum NetworkOrigin {
    /// From everywhere.
    Internet,
    /// From within this VPC.
    Vpc(String),
}

impl NetworkOrigin {
    /// The cloud's word.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Internet => "internet",
            Self::Vpc(_) => "vpc",
        }
    }
}

impl AccessPoint {
    /// With what an alias ends, and no bucket's name.
    pub const ALIAS: &str = "-ossalias";

    /// An alias for an access point of this name.
    pub fn new_alias(ids: &IdSource, name: &str) -> String {
        ids.lower(&format!("{name}-"), 30) + Self::ALIAS
    }

    /// One without a policy.
    pub fn new(name: String, alias: String, origin: NetworkOrigin, created: Timestamp, blocked: bool) -> Self {
        Self { name, alias, origin, created, blocked, policy: None, sets: Default::default() }
    }

    /// Its policy.
    pub fn policy(&self) -> Option<&Arc<Document>> {
        self.policy.as_ref()
    }

    /// Puts a policy in the place of the one there is.
    pub fn set_policy(&mut self, policy: Option<Arc<Document>>) {
        self.policy = policy;
        self.sets = Default::default();
    }

    /// What its policy allows and denies. Blocked public access takes away from it.
    pub fn grants(&self, blocked: bool) -> PolicySet {
        let compile = || {
            PolicySet::compile(self.policy.iter().map(|policy| {
                let name = Arc::from(format!("access point policy {}", self.name));
                let policy = if blocked { Arc::new(policy.with_public_access_blocked()) } else { Arc::clone(policy) };
                (reference(name, &self.name), policy)
            }))
        };
        let set = self.sets.get(usize::from(blocked));
        set.map_or_else(compile, |set| set.get_or_init(compile).clone())
    }
}
