//! The objects of a bucket with all their versions.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::num::NonZeroU64;
use std::ops::Bound;
use std::sync::Arc;

use jiff::Timestamp;

use super::past::Past;
use super::{Marker, Object, Statistics, Version, VersionId, Versioning};

/// The objects of a bucket.
///
/// What a key shows when no version is asked for lies in one tree, what it showed before, and the markers of its deletion, in another:
/// a bucket without versions pays nothing for them, a list of objects never walks over what is deleted, and every page begins at its
/// first name.
#[derive(Debug, Default)]
pub struct Objects {
    current: BTreeMap<Box<str>, Arc<Object>>,
    /// Keys that have more than a version that is shown.
    history: BTreeMap<Box<str>, Past>,
    /// How many versions and markers were written.
    written: u64,
    /// What the ids of versions are made from besides.
    seed: u64,
    statistics: Statistics,
}

/// What is found under a key.
#[derive(Debug, Clone)]
pub enum Found {
    /// An object.
    Object(Arc<Object>),
    /// The marker of a deletion.
    Marker(Marker),
    /// Nothing.
    Nothing,
}

/// What became of a key that was to be deleted.
#[derive(Debug, Default)]
pub struct Deleted {
    /// The version that is no more. It may hold gigabytes: let it go behind the bucket's lock.
    pub gone: Option<Version>,
    /// The marker that was set.
    pub marker: Option<VersionId>,
}

impl Objects {
    /// No objects; the ids of versions are made from a number besides.
    pub fn seeded(seed: u64) -> Self {
        Self { seed, ..Self::default() }
    }

    /// Is there nothing at all, no version and no marker either?
    pub fn is_empty(&self) -> bool {
        self.current.is_empty() && self.history.is_empty()
    }

    /// What the versions of this bucket take.
    pub fn statistics(&self) -> &Statistics {
        &self.statistics
    }

    /// What a key shows.
    pub fn get(&self, key: &str) -> Option<&Arc<Object>> {
        self.current.get(key)
    }

    /// What a key shows, or one of its versions.
    pub fn find(&self, key: &str, version: Option<VersionId>) -> Found {
        let shown = self.current.get(key);
        let old = self.history.get(key);
        let Some(version) = version else {
            return match (shown, old.and_then(Past::newest)) {
                (Some(object), _) => Found::Object(Arc::clone(object)),
                (None, Some(Version::Marker(marker))) => Found::Marker(*marker),
                (None, _) => Found::Nothing,
            };
        };
        let same = |id: VersionId| if version.is_null() { id.is_null() } else { id == version };
        if let Some(object) = shown.filter(|object| same(object.version)) {
            return Found::Object(Arc::clone(object));
        }
        match old.and_then(|old| old.find(version)) {
            Some(Version::Object(object)) => Found::Object(Arc::clone(object)),
            Some(Version::Marker(marker)) => Found::Marker(*marker),
            None => Found::Nothing,
        }
    }

    /// Puts an object, which is shown from now on. Gives it back with its version, and what is no more because of it.
    pub fn put(&mut self, key: &str, mut object: Object, versioning: Versioning) -> (Arc<Object>, Option<Version>) {
        object.version = self.next(versioning);
        let object = Arc::new(object);
        let gone = self.make_room(key, versioning);
        self.statistics.add(&object);
        self.current.insert(key.into(), Arc::clone(&object));
        (object, gone)
    }

    /// Deletes a key: for good where no versions are kept, else it shows a marker from now on.
    pub fn delete(&mut self, key: &str, versioning: Versioning, at: Timestamp) -> Deleted {
        if versioning == Versioning::Never {
            let gone = self.current.remove(key);
            if let Some(gone) = &gone {
                self.statistics.remove(gone);
            }
            return Deleted { gone: gone.map(Version::Object), marker: None };
        }
        let id = self.next(versioning);
        let gone = self.make_room(key, versioning);
        self.remember(key, Version::Marker(Marker { id, at }));
        self.statistics.markers += 1;
        Deleted { gone, marker: Some(id) }
    }

    /// Takes over a version of another bucket with its id; with one of its own where that cannot be kept. It is shown if it is the newest.
    /// Gives back what is no more because of it.
    pub fn adopt(&mut self, key: &str, version: Version, versioning: Versioning) -> Option<Version> {
        let id = version.id();
        let taken = self.stands(key, id.at());
        if versioning != Versioning::Enabled || id.is_null() || taken.is_some_and(|other| other != id) {
            return match version {
                Version::Object(object) => self.put(key, Object::clone(&object), versioning).1,
                Version::Marker(marker) => self.delete(key, versioning, marker.at).gone,
            };
        }
        let gone = taken.and_then(|taken| self.delete_version(key, taken));
        self.written = self.written.max(id.at());
        let before = self.history.get(key).and_then(Past::newest).map(|version| version.id().at());
        let shown = self.current.get(key).map(|object| object.version.at());
        let newest = before.max(shown).is_none_or(|newest| newest < id.at());
        if newest {
            self.make_room(key, versioning);
        }
        match version {
            Version::Object(object) => {
                self.statistics.add(&object);
                if newest {
                    self.current.insert(key.into(), object);
                } else {
                    self.remember(key, Version::Object(object));
                }
            }
            marker @ Version::Marker(_) => {
                self.statistics.markers += 1;
                self.remember(key, marker);
            }
        }
        gone
    }

    /// The id of what stands at a place among the versions of a key.
    fn stands(&self, key: &str, at: u64) -> Option<VersionId> {
        let shown = self.current.get(key).map(|object| object.version).filter(|id| id.at() == at);
        shown.or_else(|| self.history.get(key)?.versions.get(&at).map(Version::id))
    }

    /// Deletes one version for good; if it was shown, the one before is shown again.
    pub fn delete_version(&mut self, key: &str, version: VersionId) -> Option<Version> {
        let same = |id: VersionId| if version.is_null() { id.is_null() } else { id == version };
        let gone = if self.current.get(key).is_some_and(|object| same(object.version)) {
            self.current.remove(key).map(Version::Object)
        } else {
            self.forget(key, version)
        }?;
        match &gone {
            Version::Object(object) => self.statistics.remove(object),
            Version::Marker(_) => self.statistics.markers -= 1,
        }
        self.show_newest(key);
        Some(gone)
    }

    /// Puts another object in the place of a version, with the same id.
    pub fn replace<E>(
        &mut self,
        key: &str,
        version: Option<VersionId>,
        change: impl FnOnce(&Object) -> Result<Object, E>,
    ) -> Option<Result<Arc<Object>, E>> {
        let same = |id: VersionId| version.is_none_or(|asked| if asked.is_null() { id.is_null() } else { id == asked });
        let place = match self.current.get_mut(key) {
            Some(object) if same(object.version) => object,
            _ => match self.history.get_mut(key)?.find_mut(version?)? {
                Version::Object(object) => object,
                Version::Marker(_) => return None,
            },
        };
        let changed = match change(place) {
            Ok(changed) => Arc::new(Object { version: place.version, ..changed }),
            Err(error) => return Some(Err(error)),
        };
        self.statistics.remove(place);
        self.statistics.add(&changed);
        *place = Arc::clone(&changed);
        Some(Ok(changed))
    }

    /// What keys show, in order, from a key on.
    pub fn from<'o>(&'o self, key: &str) -> impl Iterator<Item = (&'o str, &'o Arc<Object>)> + use<'o> {
        self.current.range::<str, _>((Bound::Included(key), Bound::Unbounded)).map(|(key, object)| (&**key, object))
    }

    /// All versions, by key in order and of each key the newest first, from a key on; of that key only what is older than a version.
    pub fn versions<'o>(
        &'o self,
        key: &str,
        older_than: Option<VersionId>,
    ) -> impl Iterator<Item = (&'o str, Listed)> + use<'o> {
        let bounds = (Bound::Included(key), Bound::Unbounded);
        let mut shown = self.current.range::<str, _>(bounds).peekable();
        let mut old = self.history.range::<str, _>(bounds).peekable();
        let first = older_than.map(|version| (Box::<str>::from(key), self.place_of(key, version)));
        std::iter::from_fn(move || {
            let (shown_key, old_key) = (shown.peek().map(|(key, _)| &***key), old.peek().map(|(key, _)| &***key));
            let key = match (shown_key, old_key) {
                (Some(shown), Some(old)) => shown.min(old),
                (one, other) => one.or(other)?,
            };
            let object = shown.next_if(|(own, _)| &***own == key).map(|(_, object)| object);
            let history = old.next_if(|(own, _)| &***own == key).map(|(_, history)| history);
            let before = first.as_ref().filter(|(own, _)| &**own == key).map_or(u64::MAX, |(_, at)| *at);
            Some((key, object, history, before))
        })
        .flat_map(|(key, object, history, before)| {
            let newest = object.map(|object| object.version).or(history.and_then(Past::newest).map(Version::id));
            let shown = object.filter(|object| object.version.at() < before).cloned().map(Version::Object);
            let old = history.into_iter().flat_map(move |history| history.versions.range(..before).rev());
            let all = shown.into_iter().chain(old.map(|(_, version)| version.clone()));
            all.map(move |version| (key, Listed { latest: newest == Some(version.id()), version }))
        })
    }

    /// The keys that have been deleted or overwritten, with what is left of it, in order from a key on.
    pub(super) fn with_history(&self, from: &str) -> impl Iterator<Item = (&str, impl Iterator<Item = &Version>)> {
        let keys = self.history.range::<str, _>((Bound::Included(from), Bound::Unbounded));
        keys.map(|(key, history)| (&**key, history.versions.values()))
    }

    /// What a key showed before, the oldest first.
    pub(super) fn history_of(&self, key: &str) -> Option<impl Iterator<Item = &Version>> {
        self.history.get(key).map(|history| history.versions.values())
    }

    /// How many versions and markers were written.
    pub(in crate::cloud) fn written(&self) -> u64 {
        self.written
    }

    /// What ids are made from.
    pub(in crate::cloud) fn seed(&self) -> u64 {
        self.seed
    }

    /// All versions that are not shown, as they are saved.
    pub(in crate::cloud) fn old(&self) -> impl Iterator<Item = (&str, &Version)> {
        self.history.iter().flat_map(|(key, history)| history.versions.values().map(move |version| (&**key, version)))
    }

    /// Takes up what was saved.
    pub(in crate::cloud) fn load(
        shown: impl IntoIterator<Item = (String, Object)>,
        old: impl IntoIterator<Item = (String, Version)>,
        written: u64,
        seed: u64,
    ) -> Self {
        let mut objects = Self { written, seed, ..Self::default() };
        for (key, object) in shown {
            objects.statistics.add(&object);
            objects.current.insert(key.into(), Arc::new(object));
        }
        for (key, version) in old {
            match &version {
                Version::Object(object) => objects.statistics.add(object),
                Version::Marker(_) => objects.statistics.markers += 1,
            }
            objects.remember(&key, version);
        }
        objects
    }

    fn next(&mut self, versioning: Versioning) -> VersionId {
        self.written += 1;
        let named = versioning == Versioning::Enabled;
        VersionId::new(self.written, named.then(|| salt(self.seed, self.written)))
    }

    /// Makes room for a new version of a key: what it shows becomes an old one, and with versions called `null` the one before goes.
    fn make_room(&mut self, key: &str, versioning: Versioning) -> Option<Version> {
        let keeps = versioning == Versioning::Enabled;
        let before = match self.current.get(key) {
            Some(object) if !keeps && object.version.is_null() => return self.take_current(key),
            Some(_) => self.current.remove(key),
            None => None,
        };
        if let Some(before) = before {
            self.remember(key, Version::Object(before));
        }
        if keeps {
            return None;
        }
        let gone = self.forget(key, VersionId::default())?;
        match &gone {
            Version::Object(object) => self.statistics.remove(object),
            Version::Marker(_) => self.statistics.markers -= 1,
        }
        Some(gone)
    }

    fn take_current(&mut self, key: &str) -> Option<Version> {
        let object = self.current.remove(key)?;
        self.statistics.remove(&object);
        Some(Version::Object(object))
    }

    fn remember(&mut self, key: &str, version: Version) {
        let history = match self.history.get_mut(key) {
            Some(history) => history,
            None => self.history.entry(key.into()).or_default(),
        };
        let id = version.id();
        if id.is_null() {
            history.null = Some(id.at());
        }
        history.versions.insert(id.at(), version);
    }

    /// Takes a version out of what is not shown.
    fn forget(&mut self, key: &str, version: VersionId) -> Option<Version> {
        let Entry::Occupied(mut history) = self.history.entry(key.into()) else { return None };
        let gone = history.get_mut().remove(version);
        if history.get().versions.is_empty() {
            history.remove();
        }
        gone
    }

    /// Shows the newest version of a key that shows none, if that is an object.
    fn show_newest(&mut self, key: &str) {
        if self.current.contains_key(key) {
            return;
        }
        let newest = match self.history.get(key).and_then(Past::newest) {
            Some(Version::Object(object)) => object.version,
            _ => return,
        };
        if let Some(Version::Object(object)) = self.forget(key, newest) {
            self.current.insert(key.into(), object);
        }
    }

    /// Where a version stands; of one that is no more, where it stood.
    fn place_of(&self, key: &str, version: VersionId) -> u64 {
        if !version.is_null() {
            return version.at();
        }
        let shown = self.current.get(key).map(|object| object.version).filter(|id| id.is_null()).map(VersionId::at);
        shown.or_else(|| self.history.get(key)?.null).unwrap_or(0)
    }
}

/// A number that nobody can guess who has not the seed.
fn salt(seed: u64, at: u64) -> NonZeroU64 {
    // The finalizer of SplitMix64.
    let mixed = seed.wrapping_add(at.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    NonZeroU64::MIN | (mixed ^ mixed >> 31)
}

/// A version in a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The version.
    pub version: Version,
    /// Is it what its key shows?
    pub latest: bool,
}

#[cfg(test)]
mod tests;
