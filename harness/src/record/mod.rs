//! Scenarios made of something else: of a refusal and a state, of a question, of what was called against a running server.
//!
//! | file | what it is |
//! | --- | --- |
//! | `scenario` | a scenario as text |
//! | `call` | the operation and parameters that ask for an action on a resource |
//! | `smallest` | the part of a state that a question rests on |
//! | `refusal` | of a refusal and a state, of a question |
//! | `server` | of what was called |

mod call;
mod refusal;
mod scenario;
mod server;
mod smallest;

pub use refusal::{Made, made_of_steps, of_question, of_refusal};
pub use server::{Recorded, Skipped, of_decisions};
