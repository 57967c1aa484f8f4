//! Work that waits for something else than the processor.

use tokio::runtime::{Handle, RuntimeFlavor};

/// Does work that may take its time; others are answered meanwhile.
pub(crate) fn blocking<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current() {
        Ok(handle) if handle.runtime_flavor() == RuntimeFlavor::MultiThread => tokio::task::block_in_place(work),
        _ => work(),
    }
}
