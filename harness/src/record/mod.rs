//! Scenarios made of something else: of a refusal and a state, of a question, of what was called against a running server.
//!
//! | file | what it is |
//! | --- | --- |
//! | `scenario` | a scenario as text |
//! | `call` | the operation and parameters that ask for an action on a resource |
//! | `smallest` | the part of a state that a question rests on |
//! | `refusal` | of a refusal and a state, of a question |
//! | `server` | of what was called |
//! | `callers` | who called, as a scenario names them |
//! | `saved` | saved values in the place of what the cloud gave |
//! | `objects` | objects that were there before |
//! | `used` | the part of a state that recorded calls rest on |

mod call;
mod callers;
mod objects;
mod refusal;
mod saved;
mod scenario;
mod server;
mod smallest;
mod used;

pub use refusal::{Made, Told, made_of_steps, of_question, of_refusal};
pub use server::{Recorded, Skipped, of_decisions};
