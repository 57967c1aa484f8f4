//! OSS: buckets, their tags and ACLs, objects.
//!
//! Who may do what is asked like everywhere: rows of the table, policies, the engine. An ACL takes part as a policy of the
//! bucket (`describe`); the tags of a bucket are read at each request.
//!
//! A service inside the cloud keeps its files here like everybody: it makes an
//! [`HttpRequest::inside`](crate::gateway::HttpRequest), path-style or with a host, and hands it to
//! [`Call::call_inside`](crate::gateway::Call) with the role's session that it works as. What the role may not do fails with
//! `AccessDenied` and its detail, a bucket that is not there with `NoSuchBucket`, an owner whose OSS is closed with `UserDisable`.

mod access_point;
mod acl;
mod append;
mod async_fetch;
mod bucket;
mod callback;
mod checks;
mod chores;
mod client_encryption;
mod cname;
mod conditions;
mod copy;
mod delete;
mod describe;
mod detail;
mod draft;
mod error;
pub(crate) mod fuzzed;
mod gzip;
mod inventory;
mod kms;
mod listing;
mod live;
mod locate;
mod multipart;
mod name;
mod not_enabled;
mod not_offered;
mod object;
mod overwrite;
mod page;
mod payer;
mod persistent;
mod policy;
mod post;
mod process;
mod product;
mod public_access;
mod range;
mod read;
mod redundancy;
mod referer;
mod refusal;
mod replication;
mod resource_group;
mod restore;
mod retention;
mod select;
mod service;
mod settings;
mod style;
mod symlink;
mod table;
mod tagging;
#[cfg(test)]
mod tests;
mod uploads;
mod versions;
mod view;
mod website;
mod worm;
mod xml;

pub use access_point::table as access_point;
pub use append::table as append;
pub use async_fetch::table as async_fetch;
pub(crate) use callback::PUBLIC_KEY as CALLBACK_KEY;
pub use callback::table as callback;
pub use cname::table as cname;
pub use describe::key_alias;
pub use inventory::table as inventory;
pub use live::table as live;
pub use not_enabled::table as not_enabled;
pub use not_offered::table as not_offered;
pub use policy::table as policy;
pub use post::table as post;
pub use process::table as process;
pub use product::OSS;
pub use public_access::table as public_access;
pub use redundancy::table as redundancy;
pub use replication::table as replication;
pub use resource_group::table as resource_group;
pub use restore::table as restore;
pub use retention::table as retention;
pub use select::table as select;
pub use settings::table as settings;
pub use style::table as style;
pub use symlink::table as symlink;
pub use table::table;
pub use versions::table as versions;
pub use worm::table as worm;
