//! Makes an authorization state of what people have: outputs of the `aliyun` CLI and of ossutil, one a file or a terminal's
//! transcript, `terraform show -json`, a saved state of acslab, policy documents.
//!
//! | file | what it is |
//! | --- | --- |
//! | `called` | who is meant by a short name |
//! | `clean` | a file's text, and a terminal's without its colours |
//! | `piece` | a source cut into what a command printed |
//! | `command` | a command line, or a file's name that stands for one |
//! | `collect` | what is being gathered |
//! | `collected` | what came of it, and what there is to know |
//! | `concern` | what is missing, and bears on what somebody asks |
//! | `directory` | a resource directory, as it is gathered |
//! | `grouped` | in which resource group things are |
//! | `ids` | users whose ids a policy may mean |
//! | `lists` | lists that come in pages |
//! | `merge` | what was told of an account, added to what is known of it |
//! | `missing` | what is known to be there and was not told |
//! | `take` | told by its content, to whoever understands it |
//! | `ram`, `manager`, `oss`, `document`, `terraform`, `saved` | what understands it |
//! | `speaker` | whose account answers |
//! | `told` | what a state that was there says |
//! | `standing` | a state that can be asked |
//! | `how` | the commands that gather it |

mod called;
mod clean;
mod collect;
mod collected;
mod command;
mod concern;
mod directory;
mod document;
mod grouped;
mod how;
mod ids;
mod lists;
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
mod told;

pub(crate) use crate::words::word;
pub use called::Several;
pub(crate) use clean::{clean, decoded};
pub(crate) use collect::NOT_TOLD;
pub use collected::{Collected, Note, Options};
pub(crate) use command::{Command, lines, split as words};
pub use concern::Concern;
pub use how::{Asked, how};
pub(crate) use missing::document_of;
pub(crate) use piece::Place;
pub use standing::{Standing, StandingError, read_sources};
pub use take::import;
