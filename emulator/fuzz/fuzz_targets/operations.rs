//! A file of operations: it is taken, or refused with a line that it has.
#![no_main]

use std::sync::Arc;

use acslab_emulator::services::registry;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut registry = Arc::unwrap_or_clone(registry());
    let before = registry.iter().count();
    if let Err(error) = registry.load("a.json", text) {
        assert_eq!(registry.iter().count(), before, "half a file was taken");
        assert!(error.line <= text.lines().count() + 1, "line {} of {}", error.line, text.lines().count());
    }
});
