//! What a key showed before.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::{Object, VersionId};

/// A version of a key.
#[derive(Debug, Clone)]
pub enum Version {
    /// An object.
    Object(Arc<Object>),
    /// That it was deleted.
    Marker(Marker),
}

/// That a key was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marker {
    /// Its id.
    pub id: VersionId,
    /// When.
    pub at: Timestamp,
}

impl Version {
    /// Its id.
    pub fn id(&self) -> VersionId {
        match self {
            Self::Object(object) => object.version,
            Self::Marker(marker) => marker.id,
        }
    }

    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        match self {
            Self::Object(object) => object.size(),
            Self::Marker(_) => 0,
        }
    }

    /// When it was written.
    pub fn modified(&self) -> Timestamp {
        match self {
            Self::Object(object) => object.modified,
            Self::Marker(marker) => marker.at,
        }
    }
}

/// What a key showed before; the newest is shown now where it is a marker and there is no object.
#[derive(Debug, Default)]
pub(super) struct Past {
    pub(super) versions: BTreeMap<u64, Version>,
    /// Where the version called `null` is among them.
    pub(super) null: Option<u64>,
}

impl Past {
    pub(super) fn newest(&self) -> Option<&Version> {
        self.versions.last_key_value().map(|(_, version)| version)
    }

    pub(super) fn place(&self, version: VersionId) -> Option<u64> {
        if version.is_null() { self.null } else { Some(version.at()) }
    }

    pub(super) fn find(&self, version: VersionId) -> Option<&Version> {
        let found = self.versions.get(&self.place(version)?)?;
        (version.is_null() || found.id() == version).then_some(found)
    }

    pub(super) fn find_mut(&mut self, version: VersionId) -> Option<&mut Version> {
        let found = self.versions.get_mut(&self.place(version)?)?;
        (version.is_null() || found.id() == version).then_some(found)
    }

    pub(super) fn remove(&mut self, version: VersionId) -> Option<Version> {
        let place = self.place(version).filter(|_| self.find(version).is_some())?;
        if self.null == Some(place) {
            self.null = None;
        }
        self.versions.remove(&place)
    }
}
