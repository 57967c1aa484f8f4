//! What identity providers sign: web tokens with their keys, SAML's metadata and assertions. Two texts, with a line of three dashes
//! between.
#![no_main]

use acslab_emulator::fuzz::{assertion, token};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (one, other) = text.split_once("\n---\n").unwrap_or((text, ""));
    let _ = (token(one.trim(), other.as_bytes()), assertion(one, other));
});
