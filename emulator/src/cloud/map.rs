//! The maps that every request looks into.

use dashmap::DashMap;

/// A map that many threads use at once.
///
/// Its hasher is seeded anew in each process, so that who chooses names cannot choose them to collide, and it takes a fraction of the
/// time of the standard one, whose guarantees are for those who see the hashes.
pub(in crate::cloud) type Map<K, V> = DashMap<K, V, foldhash::fast::RandomState>;
