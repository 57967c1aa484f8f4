//! The published actions of the cloud, as data: for each RAM code its actions and, where published, the resources
//! they act on and the condition keys their requests carry.
//!
//! The data stand in `data/actions/*.txt`, a block a service, in a form made for reading and for small diffs:
//!
//! ```text
//! service oss complete Object Storage Service     its RAM code; are its names complete,
//!                                                 those of all its `operations`, or `partial`?
//! also s3                                         what people write instead of the code
//! arn bucket acs:oss:{region}:{account}:{bucket}  a kind of resource; {x} is a word, {x+} may hold `/`
//! on bucket | point: ListObjects                  what acts on it; `bucket/*` is the collection; after `|`: rarely meant
//! on *: ...                                       no resource-level authorization
//! on ?: ...                                       not published
//! operation HeadObject GetObject                  an operation that is authorized under another name
//! alternative CreateInstance CreatePostPaidInstance   an action that newer pages name otherwise
//! key oss:Prefix string: ListObjects              a condition key, its class, and which actions carry it
//! escalates: PassRole                             what lets its holder gain more than was granted
//! ```
//!
//! INFERRED: that the actions of a service marked `operations` are called like its operations. Where both are published
//! they are in 97 of 100 cases, and the others are listed.
//!
//! `data/codes.txt` lists the codes of all other services.
//!
//! A service is read when it is first asked for, never when a program starts.

mod codes;
mod keys;
mod more;
mod published;
mod regions;
mod service;
mod shape;

pub(crate) use keys::other_clouds_key;
pub use keys::{Carried, KeyClass, Presence};
pub use more::{ActionNames, NoMore};
pub use published::fits_exactly;
pub use published::{Catalogue, fits, patterns_meet};
pub use regions::{BUCKET_REGIONS, is_region, regions};
pub use service::{KnownAction, Names, ResourceShapes, Service};
pub use shape::ArnShape;
pub(crate) use shape::fields;
