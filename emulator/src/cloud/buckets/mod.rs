//! Buckets and their objects.

mod access;
mod access_point;
mod bucket;
mod chores;
mod element;
mod headers;
mod lifecycle;
mod object;
mod objects;
mod past;
mod restore;
mod settings;
mod statistics;
mod store;
mod tag;
mod upload;
mod version;
mod words;

pub use access::{BucketAccess, granted};
pub use access_point::{AccessPoint, NetworkOrigin};
pub use bucket::Bucket;
pub use chores::{Change, Changed, Chores, History};
pub use element::Element;
pub use headers::KeptHeaders;
pub use lifecycle::Lifecycle;
pub use object::{Draft, Object, ObjectKind, Rare};
pub use objects::{Deleted, Found, Listed, Objects};
pub use past::{Marker, Version};
pub use restore::{Restore, Restored, Retention, RetentionMode, Tier};
pub use settings::{Settings, Worm, WormState};
pub use statistics::{Statistics, Taken};
pub use store::{Buckets, NotCreated, Removal};
pub use tag::EntityTag;
pub use upload::{OutOfOrder, Part, Parts, Upload};
pub use version::{VersionId, Versioning};
pub use words::{Acl, Redundancy, StorageClass};
