//! The saved state: whatever the document is, it is refused, or it is a cloud that is saved as it was loaded.
#![no_main]

use acslab_emulator::cloud::{Cloud, Payload, PayloadNames};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(cloud) = Cloud::load(bytes, |_, _| Ok(Payload::copy_of(b"x")), None) else { return };
    let saved = cloud.snapshot(&mut PayloadNames::default()).expect("what was loaded is saved");
    let again = Cloud::of(&saved, None).expect("what was saved is loaded");
    let saved_again = again.snapshot(&mut PayloadNames::default()).expect("what was loaded is saved");
    assert!(saved.document == saved_again.document, "it was saved in another way");
});
