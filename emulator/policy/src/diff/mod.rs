//! What one set of policies allows that another does not.
//!
//! Requests are not sampled. The patterns of both sets cut actions and resources into finitely many cells in which every
//! request is treated alike, and the conditions cut the values of their keys; one request stands for each cell and is
//! decided by both sets. So a difference is always shown by a request that really is decided differently, and where none
//! is shown there is none over the patterns that occur.

mod cells;
mod compare;
mod effort;
mod known;
mod requests;
mod universe;
mod usual;
mod values;

pub use compare::{Anybody, Difference, Example, diff};
pub use effort::Effort;
pub use requests::{Manner, Representative, representatives_of, representatives_within};
pub use usual::may_carry;
