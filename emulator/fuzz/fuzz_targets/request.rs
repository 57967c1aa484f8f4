//! A stranger's request: its line, query, form, headers and signature, in every protocol. It changes nothing, and ends in no fault of
//! ours.
#![no_main]

use acslab_emulator::fuzz::Fuzzed;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let fuzzed = Fuzzed::new().expect("a cloud");
    if let Some((status, changed)) = fuzzed.as_stranger(bytes) {
        assert!(!changed, "somebody who showed no signature changed something");
        assert!(status != 500, "a fault of ours");
    }
});
