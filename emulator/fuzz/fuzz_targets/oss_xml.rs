//! Documents of OSS: whatever is read is read again as it is written.
#![no_main]

use acslab_emulator::fuzz;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    fuzz::oss_xml(body);
});
