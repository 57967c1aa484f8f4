//! All buckets.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use parking_lot::Mutex;

use super::agenda::Agenda;
use super::slot::{Held, Slot};
use super::{AccessPoint, Bucket};
use crate::cloud::Clock;
use crate::cloud::lock::{Changes, Rank};
use crate::cloud::map::Map;

/// Why a bucket was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotCreated {
    /// Somebody has a bucket of that name.
    Taken,
    /// The account has as many as it may have in that region.
    TooMany,
}

/// What keeps a bucket from being deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptBy {
    /// Objects, versions of them, or markers of deletions.
    Objects,
    /// Uploads that nobody completed or aborted.
    Uploads,
    /// Live channels.
    LiveChannels,
}

/// What became of a bucket that was to be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// It is gone.
    Removed,
    /// It stays: there is something in it.
    NotEmpty(KeptBy),
    /// There was none.
    Missing,
}

/// All buckets, by name.
///
/// A bucket is looked at and changed in a closure, as one step, under a lock of its own: nobody waits for another bucket's work. What
/// the closure needs is to be worked out before, so that the step is short.
#[derive(Debug)]
pub struct Buckets {
    by_name: Map<String, Held>,
    /// The buckets that other names lead to: the aliases of access points, domains of the buckets' owners.
    other_names: Map<String, String>,
    /// The region of each bucket, by its owner and its name. Taken before a bucket's lock: to count an account's buckets and to make
    /// one more is one step.
    owned: Mutex<BTreeMap<(String, String), String>>,
    /// The buckets for which something is to be done by the service itself.
    agenda: Agenda,
    /// Has any of them a log of who asks for what, or had one?
    logged: AtomicBool,
    /// The same of a key of KMS that it encrypts with by itself.
    keyed: AtomicBool,
    /// The same of headers that its answers keep to themselves.
    hidden: AtomicBool,
    clock: Arc<Clock>,
    changes: Changes,
    /// How often a bucket was looked up.
    #[cfg(test)]
    pub(crate) lookups: std::sync::atomic::AtomicUsize,
}

impl Buckets {
    pub(in crate::cloud) fn new(clock: &Arc<Clock>, changes: &Changes) -> Self {
        Self {
            by_name: Map::default(),
            other_names: Map::default(),
            owned: Mutex::default(),
            agenda: Agenda::default(),
            logged: AtomicBool::new(false),
            keyed: AtomicBool::new(false),
            hidden: AtomicBool::new(false),
            clock: Arc::clone(clock),
            changes: changes.clone(),
            #[cfg(test)]
            lookups: std::sync::atomic::AtomicUsize::default(),
        }
    }

    pub(in crate::cloud) fn set_clock(&mut self, clock: &Arc<Clock>) {
        self.clock = Arc::clone(clock);
    }

    /// Looks at a bucket; `None` when there is none of that name.
    pub fn read<T>(&self, name: &str, look: impl FnOnce(&Bucket) -> T) -> Option<T> {
        let held = self.held(name)?;
        let _rank = Rank::Bucket.hold();
        held.bucket.read().as_ref().map(look)
    }

    /// Changes a bucket; `None` when there is none of that name.
    pub fn change<T>(&self, name: &str, change: impl FnOnce(&mut Bucket) -> T) -> Option<T> {
        let held = self.held(name)?;
        let _rank = Rank::Bucket.hold();
        let mut bucket = held.bucket.write();
        let changed = bucket.as_mut().map(change);
        if let Some(bucket) = &*bucket {
            self.note(&held, bucket);
        }
        self.changes.count();
        changed
    }

    /// Notes when something is to be done in a bucket, or for it.
    fn note(&self, held: &Held, bucket: &Bucket) {
        held.due.store(bucket.due().map_or(i64::MAX, Timestamp::as_second), Ordering::Relaxed);
        self.note_chores(held, bucket);
    }

    /// Notes what is to be done for a bucket, and what any bucket has.
    fn note_chores(&self, held: &Held, bucket: &Bucket) {
        self.agenda.note(held, bucket);
        if bucket.settings.logs() {
            self.logged.store(true, Ordering::Relaxed);
        }
        if bucket.settings.encryption_key().is_some() {
            self.keyed.store(true, Ordering::Relaxed);
        }
        if bucket.settings.hides() {
            self.hidden.store(true, Ordering::Relaxed);
        }
    }

    /// Do answers of any bucket keep headers to themselves, or did they?
    pub fn any_hidden(&self) -> bool {
        self.hidden.load(Ordering::Relaxed)
    }

    /// Does any bucket encrypt with a key of KMS by itself, or did one?
    pub fn any_keys(&self) -> bool {
        self.keyed.load(Ordering::Relaxed)
    }

    /// Has any bucket a log of who asks for what, or had one?
    pub fn any_logs(&self) -> bool {
        self.logged.load(Ordering::Relaxed)
    }

    /// The buckets for which something is to be done by now by the service itself, in the order of their names. Whoever asks does it:
    /// nobody else is told again.
    pub fn take_chores(&self) -> Vec<String> {
        // Of a cloud where nothing is ever to be done, nobody asks the clock.
        if self.agenda.is_empty() { Vec::new() } else { self.agenda.take(self.clock.now().as_second()) }
    }

    /// The bucket that another name leads to: the alias of an access point, a domain.
    pub fn called(&self, other: &str) -> Option<String> {
        self.other_names.get(other).map(|name| name.clone())
    }

    /// Lets another name lead to a bucket, unless it leads to one already.
    pub fn call(&self, other: &str, bucket: &str) -> bool {
        *self.other_names.entry(other.to_owned()).or_insert_with(|| bucket.to_owned()) == bucket
    }

    /// Lets another name lead nowhere.
    pub fn call_no_more(&self, other: &str) {
        self.other_names.remove(other);
    }

    /// A bucket in which all is done that was to be done by now.
    fn held(&self, name: &str) -> Option<Held> {
        #[cfg(test)]
        self.lookups.fetch_add(1, Ordering::Relaxed);
        let held = self.by_name.get(name).map(|held| Arc::clone(&held))?;
        let due = held.due.load(Ordering::Relaxed);
        if due < i64::MAX {
            let now = self.clock.now();
            if due <= now.as_second() {
                let _rank = Rank::Bucket.hold();
                let mut bucket = held.bucket.write();
                // Whoever waited for the lock finds it done.
                let still = held.due.load(Ordering::Relaxed) <= now.as_second();
                if let Some(bucket) = bucket.as_mut().filter(|_| still) {
                    bucket.sweep(now);
                    self.note(&held, bucket);
                    self.changes.count();
                }
            }
        }
        Some(held)
    }

    /// Makes a bucket, unless its owner has `most` in its region.
    ///
    /// # Errors
    /// The name is taken, or there are too many; then nothing was made.
    pub fn create(&self, bucket: Bucket, most: usize) -> Result<(), NotCreated> {
        let _rank = Rank::Buckets.hold();
        let mut owned = self.owned.lock();
        if self.by_name.contains_key(&bucket.name) {
            return Err(NotCreated::Taken);
        }
        if of(&owned, &bucket.owner).filter(|(_, region)| *region == bucket.region).count() >= most {
            return Err(NotCreated::TooMany);
        }
        owned.insert((bucket.owner.clone(), bucket.name.clone()), bucket.region.clone());
        let name = bucket.name.clone();
        let held = Arc::new(Slot::of(bucket));
        if let Some(bucket) = &*held.bucket.read() {
            self.note_chores(&held, bucket);
        }
        self.by_name.insert(name, held);
        self.changes.count();
        Ok(())
    }

    /// Adds an access point to a bucket; `None` when there is none of that name. `most` is how many the account and the bucket may
    /// have.
    ///
    /// # Errors
    /// The account has one of that name in the bucket's region, or too many; then nothing was added.
    pub fn add_access_point(
        &self,
        bucket: &str,
        point: AccessPoint,
        most: (usize, usize),
    ) -> Option<Result<(), NotCreated>> {
        let _rank = Rank::Buckets.hold();
        let owned = self.owned.lock();
        let (owner, region) = self.read(bucket, |bucket| (bucket.owner.clone(), bucket.region.clone()))?;
        let points = |(name, of): (&str, &str)| {
            let look = |bucket: &Bucket| (bucket.access.points.contains_key(&point.name), bucket.access.points.len());
            let (has, count) = self.read(name, look).unwrap_or_default();
            (has && of == region, count)
        };
        let others: Vec<_> = of(&owned, &owner).map(points).collect();
        let here = self.read(bucket, |bucket| bucket.access.points.len())?;
        if others.iter().any(|(taken, _)| *taken) {
            return Some(Err(NotCreated::Taken));
        }
        if others.iter().map(|(_, count)| count).sum::<usize>() >= most.0 || here >= most.1 {
            return Some(Err(NotCreated::TooMany));
        }
        self.call(&point.alias, bucket);
        self.change(bucket, |bucket| bucket.access.points.insert(point.name.clone(), point)).map(|_| Ok(()))
    }

    /// Deletes a bucket of an account that nothing is in.
    pub fn remove(&self, name: &str, owner: &str) -> Removal {
        let _rank = Rank::Buckets.hold();
        let mut owned = self.owned.lock();
        let Some(held) = self.held(name) else { return Removal::Missing };
        let mut bucket = held.bucket.write();
        let Some(found) = bucket.as_ref().filter(|found| found.owner == owner) else { return Removal::Missing };
        if let Some(by) = found.kept_by() {
            return Removal::NotEmpty(by);
        }
        *bucket = None;
        self.changes.count();
        self.by_name.remove(name);
        self.other_names.retain(|_, bucket| *bucket != *name);
        owned.remove(&(owner.to_owned(), name.to_owned()));
        Removal::Removed
    }

    /// Deletes every bucket of an account that is closed, with all that is in it.
    pub fn remove_of(&self, owner: &str) {
        let _rank = Rank::Buckets.hold();
        let mut owned = self.owned.lock();
        let names: Vec<_> = of(&owned, owner).map(|(name, _)| name.to_owned()).collect();
        for name in names {
            if let Some((name, held)) = self.by_name.remove(&name) {
                *held.bucket.write() = None;
                self.other_names.retain(|_, bucket| *bucket != name);
                self.changes.count();
                owned.remove(&(owner.to_owned(), name));
            }
        }
    }

    /// The names of all buckets, in order.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = self.by_name.iter().map(|held| held.key().clone()).collect();
        names.sort();
        names
    }

    /// Looks at every bucket of an account, in the order of their names.
    pub fn of<T>(&self, owner: &str, look: impl Fn(&Bucket) -> T) -> Vec<T> {
        let names: Vec<_> = of(&self.owned.lock(), owner).map(|(name, _)| name.to_owned()).collect();
        names.iter().filter_map(|name| self.read(name, &look)).collect()
    }
}

/// The names and regions of an account's buckets, in the order of the names.
fn of<'o>(owned: &'o BTreeMap<(String, String), String>, owner: &'o str) -> impl Iterator<Item = (&'o str, &'o str)> {
    let from = owned.range((owner.to_owned(), String::new())..);
    from.take_while(move |((of, _), _)| of == owner).map(|((_, name), region)| (name.as_str(), region.as_str()))
}

#[cfg(test)]
mod tests {
    use super::super::{Object, Objects, Versioning};
    use super::*;

    const MOST: usize = 100;

    fn bucket(name: &str, owner: &str) -> Bucket {
        let region = "cn-hangzhou".to_owned();
        Bucket { name: name.to_owned(), owner: owner.to_owned(), region, ..Bucket::default() }
    }

    fn none() -> Buckets {
        Buckets::new(&Arc::new(Clock::fixed(Timestamp::UNIX_EPOCH)), &Changes::default())
    }

    fn fill(buckets: &Buckets, name: &str) {
        buckets.change(name, |bucket| bucket.objects.put("k", Object::default(), Versioning::Never));
    }

    #[test]
    fn names_are_everybodys_and_the_limit_is_each_accounts_in_a_region() {
        let buckets = none();
        for number in 0..MOST {
            assert_eq!(buckets.create(bucket(&format!("b{number:03}"), "1"), MOST), Ok(()));
        }
        assert_eq!(buckets.create(bucket("b000", "2"), MOST), Err(NotCreated::Taken));
        assert_eq!(buckets.create(bucket("more", "1"), MOST), Err(NotCreated::TooMany));
        assert_eq!(buckets.create(bucket("more", "2"), MOST), Ok(()));
        let elsewhere = Bucket { region: "cn-beijing".to_owned(), ..bucket("elsewhere", "1") };
        assert_eq!(buckets.create(elsewhere, MOST), Ok(()));
        assert_eq!(buckets.of("2", |bucket| bucket.name.clone()), ["more"]);
        assert_eq!(buckets.of("1", |bucket| bucket.name.clone()).first().map(String::as_str), Some("b000"));
        assert_eq!(buckets.remove("b000", "1"), Removal::Removed);
        assert_eq!(buckets.create(bucket("again", "1"), MOST), Ok(()));
    }

    #[test]
    fn only_an_empty_bucket_goes() {
        let buckets = none();
        assert_eq!(buckets.remove("b", "1"), Removal::Missing);
        assert_eq!(buckets.create(bucket("b", "1"), MOST), Ok(()));
        fill(&buckets, "b");
        assert_eq!(buckets.remove("b", "1"), Removal::NotEmpty(KeptBy::Objects));
        buckets.change("b", |bucket| bucket.objects = Objects::default());
        assert_eq!(buckets.remove("b", "2"), Removal::Missing);
        assert_eq!(buckets.remove("b", "1"), Removal::Removed);
        assert_eq!(buckets.create(bucket("b", "1"), MOST), Ok(()));
        assert_eq!(buckets.create(bucket("c", "2"), MOST), Ok(()));
        fill(&buckets, "b");
        buckets.remove_of("1");
        assert_eq!(buckets.read("c", |_| ()), Some(()));
        assert_eq!(buckets.read("b", |_| ()), None);
        assert_eq!(buckets.create(bucket("b", "2"), MOST), Ok(()));
    }

    /// Whoever asks for what is due looks into no bucket, however many there are.
    #[test]
    fn what_is_due_is_found_without_a_look_into_buckets() {
        let clock = Arc::new(Clock::fixed(Timestamp::UNIX_EPOCH));
        let buckets = Buckets::new(&clock, &Changes::default());
        for number in 0..MOST {
            assert_eq!(buckets.create(bucket(&format!("b{number}"), "1"), MOST), Ok(()));
        }
        let at = |second: i64| Some(Timestamp::from_second(second).unwrap());
        for (name, second) in [("b9", 10), ("b8", 10), ("b7", 20)] {
            buckets.change(name, |bucket| bucket.chores.set_listing("all", at(second)));
        }
        let looked = buckets.lookups.load(Ordering::Relaxed);
        assert_eq!(buckets.take_chores(), [""; 0]);
        clock.advance(10_000).unwrap();
        buckets.change("b1", |_| {
            assert_eq!(buckets.take_chores(), ["b8", "b9"]);
            assert_eq!(buckets.take_chores(), [""; 0]);
        });
        assert_eq!(buckets.lookups.load(Ordering::Relaxed), looked + 1);
        // What is put off, what is left to do, what is done.
        buckets.change("b7", |bucket| bucket.chores.set_listing("all", at(30)));
        buckets.change("b8", |_| ());
        buckets.change("b9", |bucket| bucket.chores.set_listing("all", None));
        clock.advance(10_000).unwrap();
        assert_eq!(buckets.take_chores(), ["b8"]);
        clock.advance(10_000).unwrap();
        assert_eq!(buckets.remove("b7", "1"), Removal::Removed);
        // One that is read from a saved state.
        let mut saved = bucket("saved", "1");
        saved.chores.set_listing("all", at(30));
        assert_eq!(buckets.create(saved, MOST), Ok(()));
        let due = buckets.take_chores();
        assert!(due.contains(&"saved".to_owned()) && !due.contains(&"b1".to_owned()), "{due:?}");
    }

    #[test]
    fn a_bucket_that_was_found_and_then_deleted_is_not_changed() {
        let buckets = none();
        assert_eq!(buckets.create(bucket("b", "1"), MOST), Ok(()));
        let found = buckets.held("b").unwrap();
        assert_eq!(buckets.remove("b", "1"), Removal::Removed);
        assert!(found.bucket.write().is_none());
    }

    #[test]
    fn one_buckets_work_keeps_nobody_from_another() {
        let buckets = none();
        for number in 0..MOST {
            assert_eq!(buckets.create(bucket(&format!("b{number}"), "1"), MOST), Ok(()));
        }
        // Under a lock that several buckets shared, one of these would wait for ever.
        buckets.change("b0", |_| {
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    for number in 1..MOST {
                        assert_eq!(buckets.change(&format!("b{number}"), |_| ()), Some(()));
                    }
                });
            });
        });
    }
}
