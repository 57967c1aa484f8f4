//! What would have to change for a denied request to be allowed.
//!
//! Proposals are made from the trace and then tried: the changed documents are parsed and evaluated like any others, and
//! each change is left out once to prove that it is needed. What a proposal allows besides is found by asking the known
//! actions before and after.

mod draft;
mod propose;
mod search;

pub use search::{Change, NewlyAllowed, Remedies, Remedy, Target, would_allow};
