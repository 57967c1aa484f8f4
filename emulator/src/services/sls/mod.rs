//! Simple Log Service: projects with their policies and tags, Logstores, shards, indexes, and logs written, pulled and searched.
//!
//! Who may do what is asked like everywhere: rows of the tables, policies, the engine. A project's policy takes part as the policy
//! of the resource. Logs are kept as the protocol buffers that they came as, and read where they lie.

mod analysis;
mod body;
pub mod consume;
mod describe;
pub mod encryption;
mod error;
pub mod index;
pub mod kept;
mod locate;
pub mod logstore;
mod names;
pub mod policy;
mod product;
pub mod project;
pub mod pull;
pub mod put;
mod query;
mod refusal;
mod reply;
pub mod search;
pub mod service;
pub mod shard;
pub mod tags;

pub use product::SLS;
