//! Buckets and their objects.

mod bucket;
mod headers;
mod object;
mod store;
mod tag;
mod upload;
mod words;

pub use bucket::Bucket;
pub use headers::KeptHeaders;
pub use object::{Draft, Object};
pub use store::{Buckets, NotCreated, Removal};
pub use tag::EntityTag;
pub use upload::{Part, Parts, Upload};
pub use words::{Acl, Redundancy, StorageClass};
