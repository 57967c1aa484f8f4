//! What the services have in common that are asked in SQL: a statement read, expressions worked out, functions over many values. What a name
//! means, how types go together and how it is refused is each service's own.

mod aggregate;
mod expression;
mod like;
mod statement;
pub(crate) mod value;
mod work;
mod wrong;

pub(crate) use aggregate::{Aggregate, Gathered};
pub(crate) use expression::{Row, Types, cast, joined, value as worked_out};
pub(crate) use statement::{NotRead, read};
pub(crate) use value::compare;
pub(crate) use work::{LARGEST_ANSWER, Work};
use wrong::LONGEST_PATTERN;
pub(crate) use wrong::{LONGEST_TEXT, Wrong};
