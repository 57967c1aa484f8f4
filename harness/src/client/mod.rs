//! Talks to a cloud: signs, sends, reads. Knows no scenario.
//!
//! | file | concept |
//! | --- | --- |
//! | `call` | a call of an operation, from its parameters to its answer |
//! | `parameter` | the value of a parameter |
//! | `build` | from parameters to an HTTP request, by the style of the product |
//! | `request` | the request |
//! | `sign` | the signature on it |
//! | `connection` | sends it |
//! | `trusted` | which authorities vouch for the real cloud's hosts |
//! | `answer` | what came back |
//! | `control` | an emulator's own surface |
//! | `environment` | the variables by which programs find a cloud |
//! | `xml` | what OSS speaks |

mod answer;
mod build;
mod call;
mod connection;
mod control;
mod environment;
mod parameter;
mod request;
mod sign;
mod trusted;
mod xml;

pub use answer::Answer;
pub(crate) use answer::{CODE, DETAIL, MESSAGE};
pub use build::{BuildError, Parameters};
pub use call::{Call, CallError};
pub use connection::{Client, TransportError};
pub use control::ControlError;
pub use environment::Environment;
pub use parameter::{Given, NotText};
pub use request::Request;
pub use sign::{Key, Moment, Signature};
pub(crate) use trusted::system as trusted_by_system;
pub(crate) use xml::to_json as xml_to_json;
