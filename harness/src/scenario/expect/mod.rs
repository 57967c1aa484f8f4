//! What must come of a step.
//!
//! | file | concept |
//! | --- | --- |
//! | `outcome` | success, a refusal, one of several, anything but one |
//! | `test` | what a field must be |
//! | `decided` | what the policies must have been asked, and have said |

mod decided;
mod outcome;
mod test;
mod words;

pub use decided::{DecidedLine, DecidedSet, Who, layer_word};
pub use outcome::{Denied, Expect, FieldTest, Outcome, Refusal};
pub use test::{Pattern, Test};

#[cfg(test)]
pub(super) use outcome::FIELDS;
#[cfg(test)]
pub(super) use test::TESTS;
pub(super) use test::pattern;
