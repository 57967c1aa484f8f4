//! Conditions: `operator: { key: values }`, each pair a [`Clause`]; all clauses of a statement must be met.

mod address;
mod clause;
mod context;
mod key;
mod number;
mod operator;
mod text;
mod time;
mod value;

pub use address::Network;
pub use clause::{Clause, Outcome};
pub use context::Context;
pub(crate) use key::same_key;
pub use key::{ConditionKey, Key};
pub use number::Number;
pub use operator::{Comparison, Operator, Order, Quantifier};
pub(crate) use text::{cases, fold};
pub use time::Instant;
pub use value::{Operand, Value};
