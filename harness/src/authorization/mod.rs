//! Authorization states in folders: who there is, what is attached to whom, and every policy as a document of its own.
//!
//! | file | what it is |
//! | --- | --- |
//! | `kept` | a state, with what is known to be missing of it |
//! | `folder` | reading and writing a folder |
//! | `documents` | which parts of a state are files of their own |
//! | `values` | values of which there are few |
//! | `yaml` | a value as YAML |
//! | `error` | why a folder cannot be read or written |

mod documents;
mod error;
mod folder;
mod kept;
mod values;
mod yaml;

pub(crate) use documents::is_folder_name;
pub use error::FolderError;
pub use folder::{INDEX, is_state, read, write};
pub(crate) use kept::holders;
pub use kept::{Kept, Missing};
pub(crate) use yaml::to_yaml;
