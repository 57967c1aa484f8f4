//! Policy documents: text in, typed statements out.
//!
//! Reading has two steps: [`crate::json`] turns text into values with places, mending what it can; `lower` finds the
//! meaning and collects every fault. What comes out holds patterns already split and addresses, dates and numbers
//! already read, so that nothing is parsed when a request is decided.

mod actions;
mod conditions;
mod lower;
mod principal_pattern;
mod principals;
mod public;
mod read;
mod resources;
mod saved;
mod statement;
pub(crate) mod suggest;

pub use principal_pattern::{PrincipalPattern, is_account_id};
pub use read::Document;
pub(crate) use read::survey;
pub(crate) use statement::Fit;
pub use statement::{Actions, Effect, Principals, Resources, Statement};
