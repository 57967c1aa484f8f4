//! What the RAM console does and no public operation offers: Quick Authorization.

mod quick_authorization;
mod table;

pub use table::{RAM_CONSOLE, table};
