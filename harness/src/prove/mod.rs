//! Invariants that hold for every request, or a request that breaks them.
//!
//! | file | what it is |
//! | --- | --- |
//! | `invariant` | a line of a file, read |
//! | `subjects` | whom an invariant speaks of |
//! | `outcome` | whether it holds |
//! | `requests` | the requests of a principal, by those that stand for all |
//! | `search` | one that breaks an invariant |
//! | `proof` | every principal of whom one speaks |
//! | `change` | what is allowed in one state and not in another |

mod change;
mod invariant;
mod outcome;
mod proof;
mod requests;
mod search;
mod subjects;

pub use change::{Gain, Granted, NOBODY, gain};
pub use invariant::{Invariant, NotAnInvariant, Subject, read};
pub use outcome::{Outcome, Proof};
pub use proof::prove;
