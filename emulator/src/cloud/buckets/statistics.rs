//! What the objects of a bucket take.

use super::{Object, StorageClass};

/// What all versions in a bucket take, kept as they come and go.
#[derive(Debug, Clone, Copy, Default)]
pub struct Statistics {
    classes: [Taken; 5],
    /// Markers of deletions.
    pub markers: u64,
}

/// What objects take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// How many there are.
    pub count: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Statistics {
    /// What those of a storage class take.
    pub fn of(&self, class: StorageClass) -> Taken {
        self.classes.get(class as usize).copied().unwrap_or_default()
    }

    /// How many versions there are.
    pub fn count(&self) -> u64 {
        self.classes.iter().map(|taken| taken.count).sum()
    }

    /// The bytes of all of them.
    pub fn bytes(&self) -> u64 {
        self.classes.iter().map(|taken| taken.bytes).sum()
    }

    pub(super) fn add(&mut self, object: &Object) {
        if let Some(taken) = self.classes.get_mut(object.storage_class as usize) {
            taken.count += 1;
            taken.bytes += object.size();
        }
    }

    pub(super) fn remove(&mut self, object: &Object) {
        if let Some(taken) = self.classes.get_mut(object.storage_class as usize) {
            taken.count = taken.count.saturating_sub(1);
            taken.bytes = taken.bytes.saturating_sub(object.size());
        }
    }
}
