//! Commands with the exact text that they print.

mod cases;

pub(crate) use cases::{check, each_has_a_command};
