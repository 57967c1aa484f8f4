//! From whatever somebody has of a refusal to what it means: told by its content.
//!
//! | file | what it is |
//! | --- | --- |
//! | `refusal` | a refusal, as much of it as was told |
//! | `recognise` | reading refusals out of a text |
//! | `detail` | what an encoded or decoded diagnostic message says |
//! | `resource` | the resource that a text names by an address or an ARN |
//! | `codes` | OSS's detail codes |
//! | `known` | texts that mean something else than they say |
//! | `answer` | what can be said of a refusal by itself |
//! | `reason` | what a state says to what was asked |
//! | `fetch` | the commands that fetch what is missing |

mod answer;
mod codes;
mod detail;
mod fetch;
mod known;
mod reason;
mod recognise;
mod refusal;
mod resource;

pub use answer::answer;
pub use codes::{Code, code};
pub use known::{KNOWN, Known, known};
pub use reason::{Given, Reasoned, reason};
pub use recognise::{Recognised, recognise};
pub use refusal::{Form, Refusal, Why};
