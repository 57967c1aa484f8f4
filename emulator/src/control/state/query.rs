//! What a state is asked to say.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The body of `POST /_acslab/state`; every field may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StateQuery {
    /// The accounts, by name or id; all of them when absent.
    pub accounts: Option<Vec<String>>,
    /// Are the members of resource directories that these accounts manage meant as well?
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub members: bool,
    /// The actions whose effective permissions are asked for, such as `oss:GetObject`.
    pub actions: Vec<String>,
    /// The resources that they are asked for on, as ARNs; `*` when empty.
    pub resources: Vec<String>,
    /// Condition keys with their values, beside those that every request carries; a key named here takes the place of the
    /// usual one.
    pub context: BTreeMap<String, String>,
    /// Whether users are told with their ids, by which bucket policies name them. They are the seed's: what is compared does without.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub ids: bool,
    /// The checkpoint whose state is meant; that of this moment when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<String>,
}
