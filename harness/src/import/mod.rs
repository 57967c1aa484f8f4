//! Makes an authorization state of what people have: outputs of the `aliyun` CLI and of ossutil, one a file or a terminal's
//! transcript, `terraform show -json`, a saved state of acslab, policy documents.
//!
//! | file | what it is |
//! | --- | --- |
//! | `clean` | a file's text, and a terminal's without its colours |
//! | `piece` | a source cut into what a command printed |
//! | `command` | a command line, or a file's name that stands for one |
//! | `collect` | what was gathered, and what was said of it |
//! | `directory` | a resource directory, as it is gathered |
//! | `merge` | what was told of an account, added to what is known of it |
//! | `missing` | what is known to be there and was not told |
//! | `take` | told by its content, to whoever understands it |
//! | `ram`, `manager`, `oss`, `document`, `terraform`, `saved` | what understands it |
//! | `speaker` | whose account answers |
//! | `standing` | a state that can be asked |
//! | `how` | the commands that gather it |

mod clean;
mod collect;
mod command;
mod directory;
mod document;
mod how;
mod manager;
mod merge;
mod missing;
mod oss;
mod piece;
mod ram;
mod saved;
mod speaker;
mod standing;
mod take;
mod terraform;

pub(crate) use clean::{clean, decoded};
pub(crate) use collect::NOT_TOLD;
pub use collect::{Collected, Note, Options};
pub(crate) use command::{Command, lines, split as words};
pub(crate) use how::word;
pub use how::{Asked, how};
pub(crate) use missing::missing_of;
pub(crate) use piece::Place;
pub use standing::{Standing, StandingError, read_sources};
pub use take::import;
