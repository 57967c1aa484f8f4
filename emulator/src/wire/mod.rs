//! The wires: how requests arrive and answers leave, a folder a protocol. None of them knows an operation; they give the gateway
//! what a request names and claims, in types.

mod arguments;
mod call_out;
mod claim;
mod error;
mod fault;
pub(crate) mod fc;
pub(crate) mod openapi;
pub(crate) mod oss;
mod reply;
mod request;
mod respond;
pub(crate) mod roa;
pub(crate) mod rpc;
pub(crate) mod sls;
mod style;
mod xml;

pub use arguments::Arguments;
pub use call_out::{CallOut, Called, NotCalled, Tells};
pub use claim::KeyProblem;
pub(crate) use claim::{Claim, Nonce};
pub use error::{AccessDenied, ApiError};
pub(crate) use fault::BodyFault;
pub use oss::ObjectAddress;
pub use reply::{Body, Reply};
pub use request::HttpRequest;
pub(crate) use respond::Envelope;
pub use style::Wire;
