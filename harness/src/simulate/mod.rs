//! Asking the policy engine without a server: policies from files, one request or many, or a file of cases.

mod cases;
mod doubts;
mod made;
mod policies;
mod principal;
pub mod remedies;

pub use cases::{CASES_SCHEMA, Case, CaseError, CaseOutcome, read_cases};
pub(crate) use doubts::is_user_id;
pub use doubts::{
    Doubt, asked_instead, asked_of_bucket, doubt_of_action, doubt_of_resource, doubts_of_answer, expected_of_value,
    is_kept_in, may_carry, misspelt_key,
};
pub(crate) use made::{On, may_be_on, resources_of};
pub use policies::{Policies, PolicyError, policy_set};
pub use principal::{PrincipalError, parse_principal};
