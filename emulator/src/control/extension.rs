//! What whoever starts the emulator answers on this surface besides.

use std::fmt::Debug;

use serde_json::Value;

/// A further part of the control surface, behind the same guard as the rest.
pub trait Extension: Debug + Send + Sync {
    /// The answer to a request by method, path (without `/_acslab/`) and body: a status and JSON. `None` where it has nothing there. It may
    /// take its time.
    fn answer(&self, method: &str, path: &str, body: &[u8]) -> Option<(u16, Value)>;
}
