//! The state that is kept: a cloud that was saved and loaded answers as if nothing had happened, and what cannot be loaded is refused
//! with a reason and stays as it is.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../kit/mod.rs"]
mod kit;

#[path = "../model/calls.rs"]
#[allow(dead_code, reason = "the model's test uses the rest")]
mod calls;
mod checkpoints;
mod folder;
mod random;
mod refused;
mod stored;

use kit::temporary::Temporary;
