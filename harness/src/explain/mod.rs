//! From whatever somebody has of a refusal to what it means: told by its content.
//!
//! | file | what it is |
//! | --- | --- |
//! | `refusal` | a refusal, as much of it as was told |
//! | `recognise` | what a text is |
//! | `paste`, `part` | a text cut into the errors in it |
//! | `body`, `notation` | an error's body: JSON, XML, a map as a language prints it |
//! | `text` | an error without a body |
//! | `facts` | what an error says under a name |
//! | `detail` | what an encoded or decoded diagnostic message says |
//! | `whom`, `provider` | who asked |
//! | `about` | on what an operation was asked for, where nobody says it |
//! | `situation` | the call that a text around an error tells |
//! | `operation` | the operation that a text around an error names |
//! | `resource` | the resource that a text names by an address or an ARN |
//! | `codes` | OSS's detail codes |
//! | `messages` | messages that say what their code does not |
//! | `known` | texts that mean something else than they say |
//! | `dialog` | the console's dialog |
//! | `pasted` | the policies that stand beside an error |
//! | `unasked` | errors that no policy makes |
//! | `answer` | what can be said of a refusal by itself |
//! | `reason` | what a state says to what was asked |
//! | `beside` | what a state says beside the answer |
//! | `fetch` | the commands that fetch what is missing |
//! | `linear` | for tests: is something read in one go |

mod about;
mod answer;
mod beside;
mod body;
mod codes;
mod detail;
mod dialog;
mod facts;
mod fetch;
mod known;
#[cfg(test)]
mod linear;
mod messages;
mod notation;
mod operation;
mod part;
mod paste;
mod pasted;
mod provider;
mod reason;
mod recognise;
mod refusal;
mod resource;
mod situation;
mod text;
mod unasked;
mod whom;

pub use answer::answer;
pub use codes::{By, Code, code};
pub use known::{KNOWN, Known, known};
pub use pasted::{Pasted, pasted};
pub use reason::{Given, Reasoned, reason};
pub use recognise::{Recognised, recognise};
pub use refusal::{Form, Refusal, Why};
