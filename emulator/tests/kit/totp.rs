//! The codes of MFA devices.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// The code that an application shows: RFC 6238, written down a second time.
pub(crate) fn code(seed: &str, second: i64) -> String {
    let value = |byte: u8| if byte.is_ascii_digit() { byte - b'2' + 26 } else { byte - b'A' };
    let bits: Vec<u8> = seed.bytes().flat_map(|byte| (0..5).rev().map(move |bit| value(byte) >> bit & 1)).collect();
    let key: Vec<u8> = bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |n, bit| n << 1 | bit)).collect();
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).expect("fits");
    mac.update(&u64::try_from(second / 30).expect("fits").to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] % 16);
    let word = u32::from_be_bytes(hash[at..at + 4].try_into().expect("fits")) & 0x7FFF_FFFF;
    format!("{:06}", word % 1_000_000)
}
