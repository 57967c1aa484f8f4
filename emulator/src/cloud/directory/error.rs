//! Why a change to a directory was refused.

/// Why a change to a directory was refused. The text is the cloud's own suffix: `NotExist("User.Policy")` is
/// `EntityNotExist.User.Policy` on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DirectoryError {
    /// What is named does not exist.
    NotExist(&'static str),
    /// What is to be made exists.
    AlreadyExists(&'static str),
    /// What is to be deleted is still used.
    DeleteConflict(&'static str),
    /// A quota is used up.
    LimitExceeded(&'static str),
    /// What is named cannot be changed this way.
    NotSupport(&'static str),
}
