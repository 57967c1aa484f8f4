//! PAI: workspaces with their members and roles (AIWorkSpace), and LangStudio.

mod errors;
mod gate;
pub mod langstudio;
mod locate;
mod page;
mod roles;
pub mod workspace;

pub(crate) use errors::trust;
pub(crate) use locate::{is_administrator, keys as entity_keys, of_workspace, of_workspaces};
