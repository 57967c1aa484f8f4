//! A JSON reader that keeps the place of every value, and goes on after what it can mend.
//!
//! Ordinary JSON readers drop positions, keep the last of several members with one name, and stop at the first
//! error. A policy needs the opposite of each.

mod node;
mod reader;

pub(crate) use node::{Member, Node, Value};
pub(crate) use reader::read;
