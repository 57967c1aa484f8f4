//! Why a saved state cannot be loaded.

/// Why a saved state cannot be loaded. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// It is not JSON, or not of the form of a saved state; cut off, say, or edited. The text ends in line and column.
    #[error("{0}")]
    Form(#[from] serde_json::Error),
    /// It is JSON, and not a saved state at all.
    #[error("this is no state that acslab saved: it does not begin with `\"acslab\": \"state\"`")]
    Foreign,
    /// A later version of the program has saved it.
    #[error("the state is of version {0}, which a later acslab has saved; this one reads version {known}", known = super::VERSION)]
    Newer(u32),
    /// It was saved by a version that is not read any more.
    #[error("the state is of version {0}, which is no version; this acslab reads version {known}", known = super::VERSION)]
    Unknown(u32),
    /// Its parts do not fit together.
    #[error("{0}")]
    Broken(String),
    /// The payload of an object cannot be had, or is another.
    #[error("payload {number}: {why}")]
    Payload {
        /// Its number.
        number: u64,
        /// What is wrong with it.
        why: String,
    },
}

impl LoadError {
    pub(super) fn broken(why: impl Into<String>) -> Self {
        Self::Broken(why.into())
    }
}
