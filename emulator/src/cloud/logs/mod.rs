//! What Simple Log Service keeps: projects, the Logstores in them, and the logs in their shards.

mod consumers;
mod group;
mod project;
mod projects;
mod protobuf;
mod shard;
mod space;
mod store;

pub use consumers::{Checkpoint, Consumers};
pub use group::{Draft, KeptGroup, Log, LogGroup, WrongGroup};
pub use project::{KeptInProject, LogProject, ProjectAbout, ProjectPolicy};
pub use projects::{LogProjects, NotMade};
pub use protobuf::list_of;
pub(super) use shard::ShardAbout;
pub use shard::{HashKey, Shard};
pub use space::Room;
pub(super) use space::Space;
pub use store::{LogIndex, LogStore, StoreAbout};
