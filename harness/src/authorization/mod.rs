//! Authorization states in folders: who there is, what is attached to whom, and every policy as a document of its own.
//!
//! | file | what it is |
//! | --- | --- |
//! | `kept` | a state, with what is known to be missing of it |
//! | `folder` | reading and writing a folder |
//! | `standing` | a state that can be asked |
//! | `documents` | which parts of a state are files of their own |
//! | `yaml` | a value as YAML |
//! | `error` | why a folder cannot be read or written |

mod documents;
mod error;
mod folder;
mod kept;
mod standing;
mod yaml;

pub use error::FolderError;
pub use folder::{INDEX, is_state, read, write};
pub use kept::{Kept, Missing};
pub use standing::{Standing, StandingError, read_sources};
pub(crate) use yaml::to_yaml;
