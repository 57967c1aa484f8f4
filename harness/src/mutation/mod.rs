//! Whether scenarios would notice a change of the policies: each policy that they send is changed in one place after another, and the
//! scenarios are replayed with it. A change that nothing notices is told, with the permission to compare.
//!
//! | file | concept |
//! | --- | --- |
//! | `change` | the changes that there are of a policy |
//! | `sites` | the policies that scenarios send, and where |
//! | `play` | scenarios with a changed policy |
//! | `cache` | what is known from an earlier run |
//! | `suggest` | what would notice a change |
//! | `found` | what came of it |

mod cache;
mod change;
mod found;
mod play;
mod sites;
mod suggest;

pub use change::{Change, changes};
pub use found::{Found, Noticed, Tried};
pub use play::{Asked, mutate};
