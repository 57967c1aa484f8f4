//! Asking the policy engine without a server: policies from files, one request or many, or a file of cases.

mod cases;
mod policies;
mod principal;
pub mod remedies;

pub use cases::{Case, CaseError, CaseOutcome, read_cases};
pub use policies::{Policies, PolicyError, policy_set};
pub use principal::{PrincipalError, parse_principal};
