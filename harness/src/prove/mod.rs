//! Invariants that hold for every request, or a request that breaks them.
//!
//! | file | what it is |
//! | --- | --- |
//! | `invariant` | a line of a file, read |
//! | `own` | what resources say themselves |
//! | `subjects` | whom an invariant speaks of |
//! | `proof` | every request, by those that stand for all |

mod invariant;
mod own;
mod proof;
mod subjects;

pub use invariant::{Invariant, NotAnInvariant, Subject, read};
pub use proof::{Outcome, Proof, prove};
