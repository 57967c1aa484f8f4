//! The codes and messages for what the state refuses. They are RAM's and Resource Manager's own; what one face says otherwise is
//! that face's.

mod directory;
mod provider;
mod resource_directory;
mod resource_group;
