//! What whoever starts the emulator answers on this surface besides.

use std::fmt::Debug;

use serde_json::Value;

/// A further part of the control surface, behind the same guard as the rest.
pub trait Extension: Debug + Send + Sync {
    /// Is this path (without `/_acslab/`) its own?
    fn takes(&self, path: &str) -> bool;

    /// Does it change nothing of the cloud and give nothing away, whatever is asked of it? Then a page may ask it without the console's token.
    fn only_reads(&self) -> bool {
        false
    }

    /// The answer to a request of its own, by method, path and body: a status and JSON. It may take its time: no more than a few are
    /// answered at once, and whoever comes then is told to come again.
    fn answer(&self, method: &str, path: &str, body: &[u8]) -> (u16, Value);
}
