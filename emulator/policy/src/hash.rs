//! Hashing for indexes: fast, the same everywhere, and never trusted alone. What is found by hash is compared in full.

/// The hash of nothing.
pub(crate) const EMPTY: u64 = 0xcbf2_9ce4_8422_2325;

/// Takes one more byte into a hash.
#[inline]
pub(crate) fn add(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
}

/// Spreads a value over all bits.
#[inline]
pub(crate) fn mix(value: u64) -> u64 {
    let mut hash = value.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ (hash >> 32)
}
