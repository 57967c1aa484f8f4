//! The one order in which locks are taken, and the locks that keep to it.
//!
//! Whoever holds a lock takes only locks of a later rank, and never two of one rank: so no two callers wait for each other. Debug
//! builds check each lock as it is taken, whether or not anybody waits for it.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What is locked, in the order in which it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::cloud) enum Rank {
    /// The opening of an account.
    Opening,
    /// A change of system policies.
    SystemPolicies,
    /// PAI's records of an account: workspaces look into the directory for their members.
    Pai,
    /// An account's resource groups: what is deleted with one is detached in the directory.
    ResourceGroups,
    /// An account's directory.
    Directory,
    /// What IMS keeps beside the directory.
    Ims,
    /// An account's identity providers.
    IdentityProviders,
    /// An account's open services.
    Activations,
    /// An account's records of products that are no more than that.
    Records,
    /// Which buckets there are.
    Buckets,
    /// The parts of an upload.
    Upload,
    /// A bucket.
    Bucket,
    /// All projects of Simple Log Service.
    LogProjects,
    /// All resource directories: policies are asked for with them, whatever is held.
    ResourceDirectories,
    /// The issuers of tokens.
    Issuers,
    /// The instance.
    Instance,
}

/// That a lock of this rank is held: until it is dropped, only later ones may be taken by the same thread.
#[derive(Debug)]
pub(in crate::cloud) struct Held(#[cfg(debug_assertions)] Rank, std::marker::PhantomData<*const ()>);

#[cfg(debug_assertions)]
thread_local! {
    /// A bit for each rank that this thread holds.
    static HELD: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

impl Rank {
    /// Says that a lock of this rank is about to be taken.
    ///
    /// # Panics
    /// In debug builds, when this thread holds one of the same rank or a later one.
    pub(in crate::cloud) fn hold(self) -> Held {
        #[cfg(debug_assertions)]
        HELD.with(|held| {
            let before = held.get();
            assert!(
                before >> (self as u32) == 0,
                "{self:?} is locked while a lock of its rank or a later one is held: {before:#b}"
            );
            held.set(before | 1 << (self as u32));
        });
        Held(
            #[cfg(debug_assertions)]
            self,
            std::marker::PhantomData,
        )
    }
}

#[cfg(debug_assertions)]
impl Drop for Held {
    fn drop(&mut self) {
        HELD.with(|held| held.set(held.get() & !(1 << (self.0 as u32))));
    }
}

/// How often something of a cloud was changed. A clone counts the same cloud's changes.
#[derive(Debug, Clone, Default)]
pub struct Changes(Arc<AtomicU64>);

impl Changes {
    /// Says that something was changed, or may have been.
    pub(crate) fn count(&self) {
        self.0.fetch_add(1, Ordering::Release);
    }

    /// Another figure than before: something may have been changed in between.
    pub fn so_far(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }
}

/// A lock with a rank, which counts the changes of what it holds.
#[derive(Debug)]
pub struct RwLock<T> {
    rank: Rank,
    changes: Changes,
    lock: parking_lot::RwLock<T>,
}

/// What a lock gives while it is held.
#[derive(Debug)]
pub struct Guard<G> {
    // Dropped in this order.
    inner: G,
    changes: Option<Changes>,
    _held: Held,
}

impl<T> RwLock<T> {
    pub(super) fn new(rank: Rank, changes: &Changes, value: T) -> Self {
        Self { rank, changes: changes.clone(), lock: parking_lot::RwLock::new(value) }
    }

    /// Looks at what is locked.
    pub fn read(&self) -> Guard<parking_lot::RwLockReadGuard<'_, T>> {
        let held = self.rank.hold();
        Guard { inner: self.lock.read(), changes: None, _held: held }
    }

    /// Changes what is locked.
    pub fn write(&self) -> Guard<parking_lot::RwLockWriteGuard<'_, T>> {
        let held = self.rank.hold();
        Guard { inner: self.lock.write(), changes: Some(self.changes.clone()), _held: held }
    }
}

impl<G: Deref> Deref for Guard<G> {
    type Target = G::Target;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

impl<G: DerefMut> DerefMut for Guard<G> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.inner
    }
}

impl<G> Drop for Guard<G> {
    fn drop(&mut self) {
        if let Some(changes) = &self.changes {
            changes.count();
        }
    }
}

/// What everybody shares who changes something, so that nobody sees the whole in the middle of a change.
///
/// Who comes while somebody waits to see the whole waits too: so that a busy cloud is saved at all. Within one's own work one may ask
/// again, which takes nothing more.
#[derive(Debug, Default)]
pub(super) struct Works(parking_lot::RwLock<()>);

/// That somebody is at work.
#[derive(Debug)]
pub struct Work<'c> {
    before: usize,
    _shared: Option<parking_lot::RwLockReadGuard<'c, ()>>,
}

thread_local! {
    /// Whose work this thread is at: the place of its [`Works`] in memory; 0 for none.
    static AT_WORK: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

impl Works {
    pub(super) fn begin(&self) -> Work<'_> {
        let place = std::ptr::from_ref(self).addr();
        let before = AT_WORK.get();
        let shared = (before != place).then(|| self.0.read());
        AT_WORK.set(place);
        Work { before, _shared: shared }
    }

    /// Waits until nobody is at work, and keeps everybody from it for as long as the guard lives.
    pub(super) fn stop(&self) -> parking_lot::RwLockWriteGuard<'_, ()> {
        self.0.write()
    }
}

impl Drop for Work<'_> {
    fn drop(&mut self) {
        AT_WORK.set(self.before);
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    fn lock(rank: Rank) -> RwLock<u32> {
        RwLock::new(rank, &Changes::default(), 0)
    }

    #[test]
    fn later_ranks_only() {
        let (first, second) = (lock(Rank::ResourceGroups), lock(Rank::Directory));
        let (groups, mut directory) = (first.read(), second.write());
        *directory += *groups;
        // In whichever order they are let go.
        drop(groups);
        drop(directory);
        drop(second.write());
        drop(first.write());
    }

    #[test]
    #[cfg(debug_assertions)]
    fn an_earlier_rank_or_the_same_is_a_fault() {
        for (held, then) in [(Rank::ResourceDirectories, Rank::Directory), (Rank::Directory, Rank::Directory)] {
            let (held, then) = (lock(held), lock(then));
            let fault = catch_unwind(AssertUnwindSafe(|| {
                let _held = held.read();
                drop(then.read());
            }));
            assert!(fault.is_err());
            // Nothing is left held by it.
            drop(then.write());
        }
    }

    /// Somebody at work calls others, while somebody else waits to see the whole.
    #[test]
    fn work_within_work_waits_for_nobody() {
        let (works, begun) = (Works::default(), std::sync::Barrier::new(2));
        let seen = AtomicU64::new(0);
        std::thread::scope(|scope| {
            let work = works.begin();
            scope.spawn(|| {
                begun.wait();
                let _whole = works.stop();
                assert_eq!(seen.load(Ordering::Acquire), 1);
            });
            begun.wait();
            std::thread::sleep(std::time::Duration::from_millis(20));
            drop(works.begin());
            seen.store(1, Ordering::Release);
            drop(work);
        });
        drop((works.stop(), Works::default().begin()));
    }

    #[test]
    fn changes_are_counted_and_looks_are_not() {
        let changes = Changes::default();
        let lock = RwLock::new(Rank::Directory, &changes, 0);
        drop(lock.read());
        assert_eq!(changes.so_far(), 0);
        *lock.write() += 1;
        assert_eq!(changes.so_far(), 1);
    }
}
