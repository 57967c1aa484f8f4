//! Whether an invariant holds.

use acslab_policy::Explanation;

use super::invariant::Invariant;

/// What became of an invariant.
#[derive(Debug)]
pub struct Proof {
    /// The invariant.
    pub invariant: Invariant,
    /// What became of it.
    pub outcome: Outcome,
    /// How many requests were decided, each standing for all that are treated alike.
    pub requests: usize,
}

/// Whether an invariant holds.
#[derive(Debug)]
pub enum Outcome {
    /// It does, for every request.
    Holds,
    /// It does not: this request breaks it.
    Broken {
        /// Who.
        principal: String,
        /// The action.
        action: String,
        /// Is it a known action? Otherwise one that stands for others.
        known: bool,
        /// The resource.
        resource: String,
        /// The resource group that the resource is in, where it hangs on that.
        resource_group: Option<String>,
        /// The condition keys that it has to carry.
        keys: Vec<(String, String)>,
        /// Why it is decided so.
        explanation: Box<Explanation>,
    },
    /// None of those that were seen breaks it, and this is why not all were seen.
    NotDecided(String),
    /// It speaks of somebody who is not there, or is one of several: in words.
    Nobody(String),
}
