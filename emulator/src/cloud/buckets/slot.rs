//! A place for a bucket.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use jiff::Timestamp;
use parking_lot::RwLock;

use super::Bucket;

/// A bucket with its lock.
#[derive(Debug)]
pub(super) struct Slot {
    /// `None` once it is deleted, for whoever found it a moment before.
    pub(super) bucket: RwLock<Option<Bucket>>,
    /// The second at which something is to be done in it by itself; the latest there is for never.
    pub(super) due: AtomicI64,
    /// The same of what is to be done for it by the service itself: when the index has it.
    pub(super) chores: AtomicI64,
}

pub(super) type Held = Arc<Slot>;

impl Slot {
    /// A bucket that nobody has found yet.
    pub(super) fn of(bucket: Bucket) -> Self {
        Self {
            due: AtomicI64::new(bucket.due().map_or(i64::MAX, Timestamp::as_second)),
            chores: AtomicI64::new(i64::MAX),
            bucket: RwLock::new(Some(bucket)),
        }
    }
}
