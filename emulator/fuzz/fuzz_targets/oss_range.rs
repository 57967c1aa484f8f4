//! Ranges of objects: what is given lies within the object.
#![no_main]

use acslab_emulator::fuzz;
use libfuzzer_sys::fuzz_target;

// Strict or not, the size in eight bytes, the header.
fuzz_target!(|sent: (bool, u64, &str)| {
    let (strict, size, text) = sent;
    fuzz::oss_range(text, size, strict);
});
