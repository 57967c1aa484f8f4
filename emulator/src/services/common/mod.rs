//! What several services need and none owns.

pub(crate) mod authorization_page;
pub(crate) mod inside;
pub(crate) mod orders;
pub(crate) mod page;
pub(crate) mod sql;
