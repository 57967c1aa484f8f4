//! All projects.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::project::LogProject;
use super::space::{Room, Space};
use crate::cloud::limits::LOG_BYTES;
use crate::cloud::lock::{Changes, Rank, RwLock};

/// Why a project was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotMade {
    /// Somebody has a project of that name in the region.
    Taken,
    /// The account has as many as it may have.
    TooMany,
}

/// By region and name.
type Kept = BTreeMap<(String, String), LogProject>;

/// All projects, of all accounts.
///
/// A project is looked at and changed in a closure, as one step.
#[derive(Debug)]
pub struct LogProjects {
    kept: RwLock<Kept>,
    /// What all logs, and what projects keep, take together.
    pub space: Space,
}

fn key(region: &str, name: &str) -> (String, String) {
    (region.to_owned(), name.to_owned())
}

impl LogProjects {
    pub(in crate::cloud) fn new(changes: &Changes) -> Self {
        Self { kept: RwLock::new(Rank::LogProjects, changes, Kept::new()), space: Space::of(LOG_BYTES) }
    }

    /// Looks at a project; `None` when there is none of that name in the region.
    pub fn read<T>(&self, region: &str, name: &str, look: impl FnOnce(&LogProject) -> T) -> Option<T> {
        self.kept.read().get(&key(region, name)).map(look)
    }

    /// Changes a project; `None` when there is none of that name in the region.
    pub fn change<T>(&self, region: &str, name: &str, change: impl FnOnce(&mut LogProject) -> T) -> Option<T> {
        self.kept.write().get_mut(&key(region, name)).map(change)
    }

    /// Makes a project, unless its owner has `most`.
    ///
    /// # Errors
    /// The name is taken, or there are too many; then nothing was made.
    pub fn create(&self, project: LogProject, most: usize) -> Result<(), NotMade> {
        let mut kept = self.kept.write();
        let place = key(&project.about.region, &project.about.name);
        if kept.contains_key(&place) {
            return Err(NotMade::Taken);
        }
        if kept.values().filter(|other| other.about.owner == project.about.owner).count() >= most {
            return Err(NotMade::TooMany);
        }
        kept.insert(place, project);
        Ok(())
    }

    /// Deletes a project with all that is in it. `false` when there was none.
    pub fn remove(&self, region: &str, name: &str) -> bool {
        self.kept.write().remove(&key(region, name)).is_some()
    }

    /// Deletes every project of an account that is closed.
    pub fn remove_of(&self, owner: &str) {
        self.kept.write().retain(|_, project| project.about.owner != owner);
    }

    /// Takes room for so many bytes, if there is so much. The expired logs of every Logstore make room: of one that is neither
    /// written nor read any more nobody else would let them go.
    pub fn room(&self, bytes: u64, now: Timestamp) -> Option<Room> {
        self.space.take(bytes).or_else(|| {
            self.forget_expired(now);
            self.space.take(bytes)
        })
    }

    /// Lets go of the logs whose time is over, of every Logstore.
    pub fn forget_expired(&self, now: Timestamp) {
        let mut kept = self.kept.write();
        kept.values_mut().flat_map(|project| project.stores.values_mut()).for_each(|store| store.forget(now));
    }

    /// Looks at every project, by region and name.
    pub fn each<T>(&self, look: impl FnMut(&LogProject) -> T) -> Vec<T> {
        self.kept.read().values().map(look).collect()
    }
}
