//! Buckets and their objects.

mod object;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use jiff::Timestamp;
use parking_lot::Mutex;

pub use object::{Object, Part, Upload};
pub use words::{Acl, Redundancy, StorageClass};

/// The most buckets that an account may have in one region (OSS: PutBucket).
const MOST: usize = 100;

/// One bucket.
#[derive(Debug)]
pub struct Bucket {
    /// Its name, which no other bucket of any account has.
    pub name: String,
    /// The account that owns it.
    pub owner: String,
    /// Where it is: `cn-hangzhou`.
    pub region: String,
    /// When it was made.
    pub created: Timestamp,
    /// What its objects are stored as unless told otherwise.
    pub storage_class: StorageClass,
    /// How often its objects are stored.
    pub redundancy: Redundancy,
    /// Who may read and write its objects besides those whom a policy allows.
    pub acl: Acl,
    /// Its tags, keys without repetition.
    pub tags: Vec<(String, String)>,
    /// Its objects, by key.
    pub objects: BTreeMap<String, Arc<Object>>,
    /// Multipart uploads under way, by id.
    pub uploads: BTreeMap<String, Upload>,
}

impl Bucket {
    /// May it be deleted? Unfinished uploads keep it too.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty() && self.uploads.is_empty()
    }
}

/// Why a bucket was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotCreated {
    /// Somebody has a bucket of that name.
    Taken,
    /// The account has as many as it may have in that region.
    TooMany,
}

/// What became of a bucket that was to be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// It is gone.
    Removed,
    /// It stays: there is something in it.
    NotEmpty,
    /// There was none.
    Missing,
}

/// All buckets, by name.
///
/// A bucket is looked at and changed in a closure, as one step; what the closure needs is to be worked out before.
#[derive(Debug, Default)]
pub struct Buckets {
    by_name: DashMap<String, Bucket>,
    /// Counting an account's buckets and making one more is one step.
    creating: Mutex<()>,
}

impl Buckets {
    /// Looks at a bucket; `None` when there is none of that name.
    pub fn read<T>(&self, name: &str, look: impl FnOnce(&Bucket) -> T) -> Option<T> {
        self.by_name.get(name).map(|bucket| look(&bucket))
    }

    /// Changes a bucket; `None` when there is none of that name.
    pub fn change<T>(&self, name: &str, change: impl FnOnce(&mut Bucket) -> T) -> Option<T> {
        self.by_name.get_mut(name).map(|mut bucket| change(&mut bucket))
    }

    /// Makes a bucket.
    pub fn create(&self, bucket: Bucket) -> Result<(), NotCreated> {
        let _one_at_a_time = self.creating.lock();
        if self.by_name.contains_key(&bucket.name) {
            return Err(NotCreated::Taken);
        }
        let beside = |other: &Bucket| other.owner == bucket.owner && other.region == bucket.region;
        if self.by_name.iter().filter(|other| beside(other)).count() >= MOST {
            return Err(NotCreated::TooMany);
        }
        self.by_name.insert(bucket.name.clone(), bucket);
        Ok(())
    }

    /// Deletes a bucket of an account that nothing is in.
    pub fn remove(&self, name: &str, owner: &str) -> Removal {
        match self.by_name.entry(name.to_owned()) {
            Entry::Occupied(bucket) if bucket.get().owner != owner => Removal::Missing,
            Entry::Vacant(_) => Removal::Missing,
            Entry::Occupied(bucket) if bucket.get().is_empty() => {
                bucket.remove();
                Removal::Removed
            }
            Entry::Occupied(_) => Removal::NotEmpty,
        }
    }

    /// Deletes every bucket of an account that is closed, with all that is in it.
    pub fn remove_of(&self, owner: &str) {
        self.by_name.retain(|_, bucket| bucket.owner != owner);
    }

    /// Looks at every bucket of an account, in the order of their names.
    pub fn of<T>(&self, owner: &str, look: impl Fn(&Bucket) -> T) -> Vec<T> {
        let own = self.by_name.iter().filter(|bucket| bucket.owner == owner);
        let mut named: Vec<_> = own.map(|bucket| (bucket.name.clone(), look(&bucket))).collect();
        named.sort_by(|(a, _), (b, _)| a.cmp(b));
        named.into_iter().map(|(_, seen)| seen).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(name: &str, owner: &str) -> Bucket {
        Bucket {
            name: name.to_owned(),
            owner: owner.to_owned(),
            region: "cn-hangzhou".to_owned(),
            created: Timestamp::UNIX_EPOCH,
            storage_class: StorageClass::Standard,
            redundancy: Redundancy::Lrs,
            acl: Acl::Private,
            tags: Vec::new(),
            objects: BTreeMap::new(),
            uploads: BTreeMap::new(),
        }
    }

    #[test]
    fn names_are_everybodys_and_the_limit_is_each_accounts() {
        let buckets = Buckets::default();
        for number in 0..MOST {
            assert_eq!(buckets.create(bucket(&format!("b{number:03}"), "1")), Ok(()));
        }
        assert_eq!(buckets.create(bucket("b000", "2")), Err(NotCreated::Taken));
        assert_eq!(buckets.create(bucket("more", "1")), Err(NotCreated::TooMany));
        assert_eq!(buckets.create(bucket("more", "2")), Ok(()));
        assert_eq!(buckets.of("2", |bucket| bucket.name.clone()), ["more"]);
        assert_eq!(buckets.of("1", |bucket| bucket.name.clone()).first().map(String::as_str), Some("b000"));
    }

    #[test]
    fn only_an_empty_bucket_goes() {
        let buckets = Buckets::default();
        assert_eq!(buckets.remove("b", "1"), Removal::Missing);
        assert_eq!(buckets.create(bucket("b", "1")), Ok(()));
        buckets.change("b", |bucket| bucket.objects.insert("k".to_owned(), Arc::default()));
        assert_eq!(buckets.remove("b", "1"), Removal::NotEmpty);
        buckets.change("b", |bucket| bucket.objects.clear());
        assert_eq!(buckets.remove("b", "2"), Removal::Missing);
        assert_eq!(buckets.remove("b", "1"), Removal::Removed);
        assert_eq!(buckets.create(bucket("b", "1")), Ok(()));
        assert_eq!(buckets.create(bucket("c", "2")), Ok(()));
        buckets.change("b", |bucket| bucket.objects.insert("k".to_owned(), Arc::default()));
        buckets.remove_of("1");
        assert_eq!(buckets.read("c", |_| ()), Some(()));
        assert_eq!(buckets.read("b", |_| ()), None);
    }
}
