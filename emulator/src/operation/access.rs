//! Who may call an operation.

use jiff::Timestamp;

use super::{Check, Federation};
use crate::cloud::Cloud;
use crate::wire::{ApiError, Arguments};

/// Who may call an operation.
#[derive(Debug, Clone)]
pub enum Access {
    /// Anybody whose signature is right; the reason is given. No policy is asked.
    SignedOnly(&'static str),
    /// Anybody, even without signature; the reason is given.
    Anyone(&'static str),
    /// The account's owner alone, whatever the policies say.
    OwnerOnly(&'static str),
    /// Whoever passes every one of these checks.
    Checks(Vec<Check>),
    /// Whoever brings the proof of an identity provider, signature or not, and passes every one of these checks.
    Federated(Prove, Vec<Check>),
}

/// Checks the proof of an identity provider that a call's parameters carry: whom does it vouch for?
pub type Prove = fn(&Cloud, &Arguments, Timestamp) -> Result<Federation, ApiError>;

impl Access {
    /// May a request come without a signature?
    pub(crate) fn takes_unsigned(&self) -> bool {
        matches!(self, Self::Anyone(_) | Self::Federated(..))
    }

    /// What is asked of the policies.
    pub fn checks(&self) -> &[Check] {
        match self {
            Self::Checks(checks) | Self::Federated(_, checks) => checks,
            Self::SignedOnly(_) | Self::Anyone(_) | Self::OwnerOnly(_) => &[],
        }
    }
}
