//! Hashing for indexes: fast, the same everywhere, and never trusted alone. What is found by hash is compared in full.

/// The hash of nothing.
pub(crate) const EMPTY: u64 = 0xcbf2_9ce4_8422_2325;

/// Takes one more byte into a hash, whose upper half is the one to use.
#[inline]
pub(crate) fn add(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Spreads a value over all bits.
#[inline]
pub(crate) fn mix(value: u64) -> u64 {
    let mut hash = value.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ (hash >> 32)
}

/// One in each of eight bytes.
const EVERY: u64 = 0x0101_0101_0101_0101;

const LOW_BITS: u64 = EVERY * 0x7f;
const HIGH_BITS: u64 = EVERY * 0x80;

/// The high bit of each of eight bytes that is `byte`.
#[inline]
pub(crate) fn bytes_that_are(byte: u8, word: u64) -> u64 {
    let differs = word ^ (EVERY * u64::from(byte));
    // A carry into the high bit of a byte tells that it differs in the others.
    let in_low_bits = (differs & LOW_BITS) + LOW_BITS;
    !(in_low_bits | differs) & HIGH_BITS
}

/// Eight characters, those of ASCII in lower case.
#[inline]
pub(crate) fn lower_case(word: u64) -> u64 {
    let low_bits = word & LOW_BITS;
    // A carry into the high bit of a byte tells that it is at least `A`, or greater than `Z`.
    let from_a = low_bits + EVERY * u64::from(0x80 - b'A');
    let beyond_z = low_bits + EVERY * u64::from(0x7f - b'Z');
    let upper = (from_a ^ beyond_z) & !word & HIGH_BITS;
    word | (upper >> 2)
}

/// Eight characters, the first in the lowest byte, those of ASCII in lower case up to the first `end`; `goes_on` is unset
/// if there is one.
#[inline]
pub(crate) fn lower_case_up_to(word: u64, end: u8, goes_on: &mut bool) -> u64 {
    let lower = lower_case(word);
    let ends = bytes_that_are(end, word);
    if ends == 0 {
        return lower;
    }
    *goes_on = false;
    let before = (1 << (ends.trailing_zeros() / 8 * 8)) - 1;
    (lower & before) | (word & !before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_case_of_eight_at_once() {
        for text in
            ["ABCXYZaz", "@[`{09/\\", "A/BCDEFG", "/ABCDEFG", "ABCDEFG/", "A//B/CDE", "\u{c4}\u{e9}AZZ/", "0.AA.0AA"]
        {
            let bytes: [u8; 8] = text.as_bytes().get(..8).unwrap().try_into().unwrap();
            let end = bytes.iter().position(|&b| b == b'/').unwrap_or(8);
            let mut expected = bytes;
            expected[..end].make_ascii_lowercase();
            let mut goes_on = true;
            let word = lower_case_up_to(u64::from_le_bytes(bytes), b'/', &mut goes_on);
            assert_eq!(word.to_le_bytes(), expected, "{text}");
            assert_eq!(goes_on, end == 8, "{text}");
            let slashes = bytes_that_are(b'/', u64::from_le_bytes(bytes)).to_le_bytes();
            assert_eq!(slashes.map(|b| b == 0x80), bytes.map(|b| b == b'/'), "{text}");
        }
    }
}
