//! What came of a step against what the step expects.
//!
//! | file | concept |
//! | --- | --- |
//! | `outcome` | success, refusals, one of several |
//! | `field` | a field of an answer, a header |
//! | `decided` | the decisions that the step caused |

mod decided;
mod field;
mod outcome;
#[cfg(test)]
mod tests;

pub use outcome::Difference;
pub(super) use outcome::{Evidence, judge};
