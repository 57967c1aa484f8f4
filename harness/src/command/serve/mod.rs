//! `acslab serve`
//!
//! | file | what it is |
//! | --- | --- |
//! | `serving` | the options, and the cloud from its start to its end |
//! | `arguments` | what the options name |
//! | `announce` | the same for programs |
//! | `greeting` | what is printed once it answers |
//! | `error` | why it is not served |

mod announce;
pub(super) mod arguments;
mod error;
pub(super) mod greeting;
mod serving;

pub(super) use error::ServeError;
pub(super) use serving::{FIRST_ACCOUNT_ID, Serve, WOULD_DENY};
