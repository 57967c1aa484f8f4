//! A state, with what is known to be missing of it.

use acslab_emulator::state::AuthorizationState;
use serde::{Deserialize, Serialize};

/// An authorization state as a folder keeps it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Kept {
    /// Who there is, and what is attached to whom.
    pub state: AuthorizationState,
    /// What is known to be there, and is not in the state.
    pub missing: Vec<Missing>,
}

/// Something that is known to be there, and is not in the state.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Missing {
    /// What: "the document of policy Photos".
    pub what: String,
    /// The command that fetches it.
    pub get: String,
}
