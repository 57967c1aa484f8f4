//! Resources: `acs:<service>:<region>:<account>:<relative-id>`, and the patterns that name them.

mod arn;
mod pattern;
mod rows;
mod template;

pub use arn::{Arn, Resource};
pub use pattern::ResourcePattern;
pub(crate) use rows::{Row, Rows};
pub use template::ResourceTemplate;
