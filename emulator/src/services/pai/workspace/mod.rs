//! AIWorkSpace, 2021-02-04: products, workspaces, members, configurations.

mod configs;
mod members;
mod permissions;
mod products;
mod table;
mod workspaces;

pub(super) use configs::storage_path;
pub use table::{AIWORKSPACE, table};
