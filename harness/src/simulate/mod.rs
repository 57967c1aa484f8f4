//! Asking the policy engine without a server: policies from files, one request or many, or a file of cases.

mod cases;
mod doubts;
mod policies;
mod principal;
pub mod remedies;

pub use cases::{CASES_SCHEMA, Case, CaseError, CaseOutcome, read_cases};
pub use doubts::{Doubt, doubt_of_action, expected_of_value};
pub use policies::{Policies, PolicyError, policy_set};
pub use principal::{PrincipalError, parse_principal};
