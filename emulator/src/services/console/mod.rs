//! What consoles do and no public operation offers: Quick Authorization, Activate For Free.

mod activate_for_free;
mod quick_authorization;
mod table;

pub use table::{PAI_CONSOLE, RAM_CONSOLE, table};
