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
mod bucket;
mod conditions;
mod copy;
mod delete;
mod describe;
mod error;
mod listing;
mod locate;
mod missing;
mod multipart;
mod name;
mod object;
mod page;
mod policy;
mod public_access;
mod range;
mod refusal;
mod resource_group;
mod service;
mod table;
mod tagging;
#[cfg(test)]
mod tests;
mod unset;
mod uploads;
mod view;
mod xml;

pub use access_point::table as access_point;
pub use missing::table as missing;
pub use policy::table as policy;
pub use public_access::table as public_access;
pub use resource_group::table as resource_group;
pub use table::{OSS, table};
pub use unset::table as unset;
