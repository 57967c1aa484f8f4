//! SelectObject: a question in SQL, and an object of CSV or JSON.
#![no_main]

use acslab_emulator::fuzz;
use libfuzzer_sys::fuzz_target;

// The request, a zero, the object.
fuzz_target!(|text: &str| {
    let Some((request, object)) = text.split_once('\0') else { return };
    fuzz::oss_select(request.as_bytes(), object, false);
    fuzz::oss_select(request.as_bytes(), object, true);
});
