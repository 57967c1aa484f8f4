//! A request of the account's owner: what performs it reads parameters, headers, and documents in XML and JSON.
#![no_main]

use acslab_emulator::fuzz::Fuzzed;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // A panic is what is looked for. A call of which nothing is asked is refused as a fault, which is how it should be.
    let _ = Fuzzed::new().expect("a cloud").by_owner(bytes);
});
