//! What the index of operations is sorted by. The build script and the program both read this.

/// How many bytes an entry of the index has: a key, the product's place, the place of the operation's line in it.
pub(crate) const ENTRY: usize = 8 + 2 + 4;

/// A number for a version of an API and the name of an operation, whatever the name's letter case: FNV-1a.
pub(crate) fn of(version: &str, name: &str) -> u64 {
    let bytes = version.bytes().chain([0]).chain(name.bytes().map(|byte| byte.to_ascii_lowercase()));
    bytes.fold(0xcbf2_9ce4_8422_2325, |key, byte| (key ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}
