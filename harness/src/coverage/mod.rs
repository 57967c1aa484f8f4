//! What of the policies under test the scenarios reached: statements, actions, resources and conditions.
//!
//! Under test are the policies that scenarios send to the cloud: custom policies, trust policies, bucket, session and control policies.
//! What of them counted for a decision is read off the explanation of each.
//!
//! | file | concept |
//! | --- | --- |
//! | `sent` | the policies that were sent |
//! | `items` | what of a policy can be reached |
//! | `collected` | what was reached, over a run |
//! | `lcov`, `page` | the two as files |

mod collected;
mod items;
mod lcov;
mod page;
mod sent;

pub use collected::{Collected, Coverage};
pub use items::{Item, Reached};
pub(crate) use sent::{Kind, name_of};
