//! Callbacks: OSS tells an application server of what was written, and answers with what that says.
//!
//! Nobody is called unless callbacks are switched on, and then nobody beyond this machine; else each fails as one does whose server
//! cannot be reached: what was written stays. Source page: "Callback".

mod body;
mod call;
mod configuration;
mod policy;
mod signature;

pub(super) use call::{About, answered, told};
pub(super) use configuration::{Configuration, asked};
pub use policy::table;
pub(crate) use signature::PUBLIC_KEY;
