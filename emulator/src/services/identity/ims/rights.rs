//! The rights to IMS's operations, each under two names.

/// The right to an operation under both of its names; RAM's is the one that a refusal shows.
macro_rules! both {
    ($name:literal on everything) => {
        $crate::gateway::Check::new(&[concat!("ram:", $name), concat!("ims:", $name)], "*")
    };
    ($name:literal on account) => {
        both!($name on "*")
    };
    ($name:literal on $resource:literal) => {
        $crate::gateway::Check::new(&[concat!("ram:", $name)], concat!("acs:ram:*:{account}:", $resource))
            .or(&[(concat!("ims:", $name), concat!("acs:ims::{account}:", $resource))])
    };
}

/// The same for an operation on one user, whose tags count.
macro_rules! on_user {
    ($name:literal) => {
        both!($name on "user/{name}").about_named($crate::services::identity::ims::who::named_user)
    };
}

pub(super) use {both, on_user};
