//! From a hashed key to the statements filed under it.

use crate::resource::Rows;

/// A statement filed under a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Filed {
    /// Its number.
    pub(super) number: u32,
    /// What a relative id must have in it: spares most candidates a closer look.
    pub(super) rows: Rows,
}

/// A multimap of hashed keys, built once. Two keys with one hash share their lists: whoever looks up must look again
/// at what is found, which it does anyway.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Open addressing, at most half full. An empty slot has an empty range.
    slots: Box<[Slot]>,
    /// A few bits for every slot, set where a key may be: most lookups end here, in a few lines of cache.
    taken: Box<[u64]>,
    /// The statements, in ranges that are each sorted.
    lists: Box<[Filed]>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    hash: u64,
    start: u32,
    end: u32,
}

/// How many bits of the filter there are for each slot.
const BITS_PER_SLOT: usize = 8;

impl Table {
    pub(super) fn build(mut entries: Vec<(u64, Filed)>) -> Self {
        if entries.is_empty() {
            return Self::default();
        }
        entries.sort_unstable();
        entries.dedup();
        let keys = entries.chunk_by(|a, b| a.0 == b.0).count();
        let size = (keys * 2).next_power_of_two();
        let mut table = Self {
            slots: vec![Slot::default(); size].into(),
            taken: vec![0; (size * BITS_PER_SLOT).div_ceil(64).next_power_of_two()].into(),
            lists: entries.iter().map(|&(_, filed)| filed).collect(),
        };
        let mut start = 0;
        for group in entries.chunk_by(|a, b| a.0 == b.0) {
            let end = start + group.len();
            if let Some(&(hash, _)) = group.first() {
                // A set of more than 2^32 entries would not fit in memory.
                let range = (u32::try_from(start).unwrap_or(u32::MAX), u32::try_from(end).unwrap_or(u32::MAX));
                table.insert(hash, range);
            }
            start = end;
        }
        table
    }

    fn insert(&mut self, hash: u64, (start, end): (u32, u32)) {
        let (word, bit) = self.filter_place(hash);
        if let Some(word) = self.taken.get_mut(word) {
            *word |= bit;
        }
        let mask = self.slots.len() - 1;
        let mut at = home(hash) & mask;
        while let Some(slot) = self.slots.get_mut(at) {
            if slot.start == slot.end {
                *slot = Slot { hash, start, end };
                return;
            }
            at = (at + 1) & mask;
        }
    }

    /// How many bytes of memory it takes besides its own.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.slots) + size_of_val(&*self.taken) + size_of_val(&*self.lists)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The statements filed under a key, in ascending order.
    #[inline]
    pub(super) fn get(&self, hash: u64) -> &[Filed] {
        let (word, bit) = self.filter_place(hash);
        if self.taken.get(word).is_none_or(|word| word & bit == 0) {
            return &[];
        }
        let mask = self.slots.len() - 1;
        let mut at = home(hash) & mask;
        // Ends at the latest at an empty slot, of which there are as many as taken ones.
        while let Some(slot) = self.slots.get(at) {
            if slot.start == slot.end {
                break;
            }
            if slot.hash == hash {
                return self.lists.get(slot.start as usize..slot.end as usize).unwrap_or_default();
            }
            at = (at + 1) & mask;
        }
        &[]
    }

    /// The word and the bit of the filter for a key.
    #[inline]
    fn filter_place(&self, hash: u64) -> (usize, u64) {
        (home(hash >> 32) & self.taken.len().wrapping_sub(1), 1 << (hash >> 58))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "only some bits of a hash are wanted")]
#[inline]
fn home(hash: u64) -> usize {
    hash as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::mix;

    #[test]
    fn finds_what_was_filed_and_nothing_else() {
        let filed = |number| Filed { number, rows: Rows::default() };
        let entries =
            (0..1000u32).flat_map(|n| [(mix(u64::from(n % 300)), filed(n)), (mix(u64::from(n % 7)), filed(n))]);
        let table = Table::build(entries.collect());
        for key in 0..2000u64 {
            let expected: Vec<_> =
                (0..1000).filter(|n| u64::from(n % 300) == key || u64::from(n % 7) == key).map(filed).collect();
            assert_eq!(table.get(mix(key)), expected, "{key}");
        }
        assert!(Table::build(Vec::new()).get(mix(1)).is_empty());
    }
}
