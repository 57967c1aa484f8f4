//! Makes an authorization state of what people have: outputs of the `aliyun` CLI and of ossutil, one a file or a terminal's
//! transcript, `terraform show -json`, a saved state of acslab, policy documents.
//!
//! | file | what it is |
//! | --- | --- |
//! | `clean` | a terminal's text without its colours |
//! | `piece` | a source cut into what a command printed |
//! | `command` | a command line, or a file's name that stands for one |
//! | `collect` | what was gathered, and what was said of it |
//! | `merge` | what was told of an account, added to what is known of it |
//! | `take` | told by its content, to whoever understands it |
//! | `ram`, `manager`, `oss`, `document`, `terraform`, `saved` | what understands it |
//! | `standing` | a state that can be asked |
//! | `how` | the commands that gather it |

mod clean;
mod collect;
mod command;
mod document;
mod how;
mod manager;
mod merge;
mod oss;
mod piece;
mod ram;
mod saved;
mod standing;
mod take;
mod terraform;

pub(crate) use clean::clean;
pub(crate) use collect::NOT_TOLD;
pub use collect::{Collected, Note, Options};
pub(crate) use how::word;
pub use how::{Asked, how};
pub(crate) use piece::Place;
pub use standing::{Standing, StandingError, read_sources};
pub use take::import;
