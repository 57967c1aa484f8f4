//! Buckets and their objects.

mod access;
mod access_point;
mod bucket;
mod headers;
mod object;
mod store;
mod tag;
mod upload;
mod words;

pub use access::BucketAccess;
pub use access_point::{AccessPoint, NetworkOrigin};
pub use bucket::Bucket;
pub use headers::KeptHeaders;
pub use object::{Draft, Object};
pub use store::{Buckets, NotCreated, Removal};
pub use tag::EntityTag;
pub use upload::{Part, Parts, Upload};
pub use words::{Acl, Redundancy, StorageClass};
