//! What a product answers where a verb cannot be done.

use http::StatusCode;
use serde::Deserialize;

use crate::wire::ApiError;

/// A refusal in a product's own words.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// The HTTP status.
    pub status: u16,
    /// The code.
    pub code: String,
    /// The message; `{id}` stands for the id that the call named, `{state}` for the state that the record is in.
    pub message: String,
}

impl Words {
    /// The error about a record of this id.
    pub(super) fn error(&self, id: &str) -> ApiError {
        self.error_in(id, "")
    }

    /// The same, about one in a state.
    pub(super) fn error_in(&self, id: &str, state: &str) -> ApiError {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        ApiError::new(status, self.code.clone(), self.message.replace("{state}", state).replace("{id}", id))
    }
}
