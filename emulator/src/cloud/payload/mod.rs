//! Payloads: the bytes of objects and parts, kept once, in chunks that are shared and never copied: in memory, or in a store.

mod blocking;
mod chunk;
mod chunks;
mod folder;
#[cfg(feature = "opendal")]
mod opendal;
mod outgoing;
mod pieces;
mod store;
#[cfg(test)]
mod tests;
mod writer;

pub(crate) use blocking::blocking;
pub use chunk::Chunk;
pub use chunks::Payload;
pub use folder::FolderStore;
pub(crate) use folder::private;
#[cfg(feature = "opendal")]
pub use opendal::OpendalStore;
pub use outgoing::Outgoing;
pub use pieces::Pieces;
pub use store::{Blob, IN_MEMORY, PIECE, Sink, Store};
pub use writer::{PayloadWriter, Written};
