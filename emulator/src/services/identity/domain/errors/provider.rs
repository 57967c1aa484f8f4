//! Identity providers.

use crate::cloud::ProviderError;
use crate::gateway::ApiError;

/// Codes and texts follow RAM's; `Can not find SAML provider.` and its like are STS's.
impl From<ProviderError> for ApiError {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::NotExist(kind) => {
                Self::not_found(format!("EntityNotExist.{kind}"), format!("The {kind} does not exist."))
            }
            ProviderError::Exists(kind) => {
                Self::conflict(format!("EntityAlreadyExists.{kind}"), format!("The {kind} does already EXIST."))
            }
            ProviderError::TooMany(kind) => Self::conflict(
                format!("LimitExceeded.{kind}"),
                format!("The count of {kind} beyond the current limits."),
            ),
        }
    }
}
