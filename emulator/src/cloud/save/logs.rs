//! Projects of Simple Log Service with their logs, as they are saved.

use std::cell::RefCell;
use std::collections::HashSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::LoadError;
use super::payloads::{Collected, Loading};
use crate::cloud::logs::{
    Draft, KeptGroup, LogProject, LogProjects, LogStore, ProjectAbout, Shard, ShardAbout, Space, StoreAbout,
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedProject {
    about: ProjectAbout,
    stores: Vec<SavedStore>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedStore {
    about: StoreAbout,
    shards: Vec<SavedShard>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedShard {
    about: ShardAbout,
    groups: Vec<SavedGroup>,
}

/// A log group. What else is known of it stands in itself.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedGroup {
    cursor: u64,
    received: Timestamp,
    payload: u64,
    crc64: u64,
}

/// All projects, on their way into a document.
pub(super) fn saved(projects: &LogProjects, collected: &RefCell<Collected<'_>>) -> Vec<SavedProject> {
    let group = |group: &KeptGroup| SavedGroup {
        cursor: group.cursor,
        received: group.received,
        payload: collected.borrow_mut().number(&group.content.clone().into()),
        crc64: crc_fast::checksum(crc_fast::CrcAlgorithm::Crc64Xz, &group.content),
    };
    let shard =
        |shard: &Shard| SavedShard { about: shard.about.clone(), groups: shard.groups.iter().map(group).collect() };
    let store =
        |store: &LogStore| SavedStore { about: store.about.clone(), shards: store.shards.iter().map(shard).collect() };
    projects.each(|project| SavedProject {
        about: project.about.clone(),
        stores: project.stores.values().map(store).collect(),
    })
}

impl SavedGroup {
    fn load(self, space: &Space, loading: &mut Loading<'_>) -> Result<KeptGroup, LoadError> {
        let content = loading.whole(self.payload, self.crc64)?.to_bytes();
        let content = content.map_err(|error| LoadError::Payload { number: self.payload, why: error.to_string() })?;
        let draft = Draft::read(&content).map_err(|_| LoadError::broken("a log group is none"))?;
        let room = space.take(draft.room()).ok_or_else(|| LoadError::broken("there are more logs than are kept"))?;
        let mut kept = draft.keep(self.cursor, self.received, room);
        // What others have as well is not kept twice.
        kept.content = content;
        Ok(kept)
    }
}

/// Puts saved projects in their places.
pub(super) fn load(
    saved: Vec<SavedProject>,
    into: &LogProjects,
    accounts: &HashSet<String>,
    loading: &mut Loading<'_>,
) -> Result<(), LoadError> {
    let left_out = loading.leaves_out();
    for SavedProject { mut about, stores } in saved {
        for thing in about.kept.values_mut().flat_map(|things| things.values_mut()) {
            thing
                .take_room(&into.space)
                .ok_or_else(|| LoadError::broken("more is kept in log projects than may be"))?;
        }
        let ProjectAbout { name, owner, .. } = &about;
        let name = name.clone();
        if !accounts.contains(owner) {
            return Err(LoadError::broken(format!("log project `{name}` is of account {owner}, which is not there")));
        }
        let mut project = LogProject { about, stores: std::collections::BTreeMap::new() };
        for SavedStore { about, shards } in stores {
            let mut kept = Vec::with_capacity(shards.len());
            for SavedShard { about, groups } in shards {
                let groups = groups.into_iter().filter(|_| !left_out).map(|group| group.load(&into.space, loading));
                kept.push(Shard { about, groups: groups.collect::<Result<_, _>>()? });
            }
            let called = about.name.clone();
            if project.stores.insert(called.clone(), LogStore { about, shards: kept }).is_some() {
                return Err(LoadError::broken(format!("Logstore `{called}` stands twice in `{name}`")));
            }
        }
        into.create(project, usize::MAX)
            .map_err(|_| LoadError::broken(format!("log project `{name}` stands twice")))?;
    }
    Ok(())
}
