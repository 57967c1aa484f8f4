//! The whole cloud as one document, and back.
//!
//! A document is JSON of a version; the payloads of objects stand beside it and are named in it by number. What can be worked out
//! from the rest is not in it (compiled policies, lookups by id) and is made anew when it is read. Everything else is, the state
//! of the source of ids and the clock included: a cloud that was saved and loaded answers as if nothing had happened.

mod accounts;
mod buckets;
mod check;
mod document;
mod error;
mod logs;
mod payloads;
mod snapshot;
mod system_policies;
pub(super) mod with;

pub use document::VERSION;
pub use error::LoadError;
pub use payloads::Wanted;
pub use snapshot::{PayloadNames, Snapshot};
