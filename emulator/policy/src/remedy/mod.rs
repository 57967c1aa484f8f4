//! What would have to change for a denied request to be allowed: the request, the resource, or a policy.
//!
//! Proposals are made from the trace and then tried: the changed documents are parsed and evaluated like any others, for the
//! request as it would be asked then, and each change is left out once to prove that it is needed. What a proposal allows
//! besides is found by asking the known actions before and after.
//!
//! | file | what it is |
//! | --- | --- |
//! | `change` | the changes, as values |
//! | `draft` | documents and request with changes carried out |
//! | `propose` | which change an obstacle asks for |
//! | `edit` | the smallest change of a statement that allows |
//! | `narrow` | a Deny that no longer denies the request |
//! | `key` | the value that a condition key would need |
//! | `reach` | for whom a change holds beside the caller |
//! | `search` | one obstacle after the other |

mod change;
mod draft;
mod edit;
mod key;
mod narrow;
mod propose;
mod reach;
mod search;

pub use change::{Change, KeyOf, NewlyAllowed, Remedies, Remedy, Setting, Target};
pub use key::is_of_caller;
pub use search::{ways_to_ask, would_allow};
