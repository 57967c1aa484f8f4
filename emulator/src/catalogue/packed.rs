//! What the build script packed.

use std::ops::Range;

use super::key;

/// A product version, packed.
#[derive(Debug)]
pub(crate) struct Packed {
    /// The product's code: `Ecs`.
    pub(crate) name: &'static str,
    /// The version of its API.
    pub(crate) version: &'static str,
    /// How its operations are called: `RPC`, `ROA` and others.
    pub(crate) style: &'static str,
    /// The codes of the actions that its operations need.
    pub(crate) codes: &'static [&'static str],
    /// How many operations it has.
    pub(crate) operations: usize,
    /// Are some of them named by a path?
    pub(crate) has_paths: bool,
    /// Where its frame lies.
    pub(super) frame: Range<usize>,
    /// How long it is, unpacked.
    pub(super) length: usize,
}

/// By version, then by name.
#[allow(clippy::unreadable_literal, reason = "written by the build script")]
static PRODUCTS: &[Packed] = &include!(concat!(env!("OUT_DIR"), "/products.rs"));
static FRAMES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/frames"));
pub(super) static DICTIONARY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/dictionary"));
static NAMES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/names"));

/// Every product version, by version and then by name.
pub(crate) fn products() -> &'static [Packed] {
    PRODUCTS
}

/// Where the products of a version stand among all.
pub(super) fn of_version(version: &str) -> Range<usize> {
    let from = PRODUCTS.partition_point(|product| product.version < version);
    let to = PRODUCTS.partition_point(|product| product.version <= version);
    from..to
}

/// Has any product this version?
pub(crate) fn has_version(version: &str) -> bool {
    !of_version(version).is_empty()
}

/// The frame of a product.
pub(super) fn frame(product: &Packed) -> &'static [u8] {
    FRAMES.get(product.frame.clone()).unwrap_or_default()
}

/// The entries of the index under one key: each a product's place and that of a line in it.
pub(super) fn entries(key: u64) -> impl Iterator<Item = (u16, u32)> {
    let (all, _) = NAMES.as_chunks::<{ key::ENTRY }>();
    let from = all.partition_point(|entry| key_of(entry) < key);
    let same = all.get(from..).unwrap_or_default().iter().take_while(move |entry| key_of(entry) == key);
    same.map(|entry| (u16::from_le_bytes(part::<8, 2>(entry)), u32::from_le_bytes(part::<10, 4>(entry))))
}

fn key_of(entry: &[u8; key::ENTRY]) -> u64 {
    u64::from_le_bytes(part::<0, 8>(entry))
}

/// So many bytes of an entry, from there.
fn part<const FROM: usize, const LENGTH: usize>(entry: &[u8; key::ENTRY]) -> [u8; LENGTH] {
    entry.get(FROM..).and_then(<[u8]>::first_chunk).copied().unwrap_or([0; LENGTH])
}
