//! Invariants that hold for every request, or a request that breaks them.
//!
//! | file | what it is |
//! | --- | --- |
//! | `invariant` | a line of a file, read |
//! | `subjects` | whom an invariant speaks of |
//! | `proof` | every request, by those that stand for all |
//! | `change` | what is allowed in one state and not in another |

mod change;
mod invariant;
mod proof;
mod subjects;

pub use change::{Gain, Granted, NOBODY, gain};
pub use invariant::{Invariant, NotAnInvariant, Subject, read};
pub use proof::{Outcome, Proof, prove};
