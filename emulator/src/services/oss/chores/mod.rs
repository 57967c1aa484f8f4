//! What OSS does by itself, by the clock, for the owner of a bucket: it writes the access log, lists the objects, copies them to
//! another bucket. Each as a role, through the gateway, like anybody else; it is done before the first request that could see it.

mod access_log;
mod listing;
mod replicate;
mod tend;

pub(super) use access_log::note;
pub(super) use listing::next_listing;
pub(super) use tend::tend;
