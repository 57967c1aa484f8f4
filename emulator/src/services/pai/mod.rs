//! PAI: workspaces with their members and roles (AIWorkSpace), and LangStudio.

mod errors;
mod gate;
pub mod langstudio;
mod page;
mod roles;
pub mod workspace;

use crate::gateway::{ApiError, Call, Reply};

type Handler = fn(&Call<'_>) -> Result<Reply, ApiError>;
