//! Forms of PostObject, with their policies: the file lies within the body.
#![no_main]

use acslab_emulator::fuzz;
use libfuzzer_sys::fuzz_target;

// The content type, a line feed, the body.
fuzz_target!(|bytes: &[u8]| {
    let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else { return };
    let (kind, body) = bytes.split_at(end);
    if let Ok(kind) = std::str::from_utf8(kind) {
        fuzz::oss_form(kind, &body[1..]);
    }
});
