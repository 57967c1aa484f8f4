//! Payloads: the bytes of objects and parts, kept once, in chunks that are shared and never copied.

mod chunks;
mod outgoing;
mod writer;

pub use chunks::Payload;
pub use outgoing::Outgoing;
pub use writer::{PayloadWriter, Written};
