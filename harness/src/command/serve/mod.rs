//! `acslab serve`
//!
//! | file | what it is |
//! | --- | --- |
//! | `serving` | the options, and the cloud from its start to its end |
//! | `arguments` | what the options name |
//! | `greeting` | what is printed once it answers |
//! | `error` | why it is not served |

mod arguments;
mod error;
mod greeting;
mod serving;

pub(super) use serving::Serve;
