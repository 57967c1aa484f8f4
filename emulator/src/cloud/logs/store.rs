//! Logstores.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::shard::{HashKey, Shard};
use crate::cloud::directory::Tags;

/// The retention that is none: such logs stay.
const FOR_EVER: u32 = 3650;

/// What is known of a Logstore.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "settings of the API, each of its own")]
pub struct StoreAbout {
    /// Its name, unique in its project.
    pub name: String,
    /// For how many days logs stay.
    pub ttl: u32,
    /// For how many of them where they are found soonest.
    pub hot_ttl: Option<i64>,
    /// For how many of them where they are seldom read.
    pub infrequent_access_ttl: Option<i64>,
    /// May anybody write by web tracking?
    pub enable_tracking: bool,
    /// Are shards split when there is much to write?
    pub auto_split: bool,
    /// Up to how many.
    pub max_split_shard: u32,
    /// Is the address that a log came from added to it?
    pub append_meta: bool,
    /// May logs be changed?
    pub enable_modify: bool,
    /// `None`, or `Metrics`.
    pub telemetry_type: String,
    /// `standard`, or `query`.
    pub mode: String,
    /// What is paid for.
    pub metering_mode: String,
    /// How logs are encrypted, as it was given.
    pub encrypt_conf: Option<Value>,
    /// When it was made.
    pub created: Timestamp,
    /// When its settings were last changed.
    pub modified: Timestamp,
    /// Its tags.
    pub tags: Tags,
    /// Its index.
    pub index: Option<LogIndex>,
    /// How many log groups were written without a hash key: they go to the shards in turn.
    pub written: u64,
}

/// The index of a Logstore. It covers what is written from its making on.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogIndex {
    /// The settings, as they were given.
    pub settings: Value,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
}

/// A Logstore.
#[derive(Debug)]
pub struct LogStore {
    /// What is known of it.
    pub about: StoreAbout,
    /// Its shards, by number.
    pub shards: Vec<Shard>,
}

impl LogStore {
    /// A Logstore with so many shards, which share all keys evenly.
    pub fn new(about: StoreAbout, shards: u32) -> Self {
        let part = u128::MAX / u128::from(shards.max(1));
        // The last digits are the first to go: `80000000000000000000000000000000` is half of all.
        let begin = |number: u32| HashKey(part.saturating_add(1).saturating_mul(u128::from(number)));
        let end = |number: u32| if number == shards { HashKey::END } else { begin(number) };
        let created = about.created;
        let shards = (0..shards).map(|id| Shard::new(id, begin(id), end(id + 1), created)).collect();
        Self { about, shards }
    }

    /// The shard of this number.
    pub fn shard(&self, id: u32) -> Option<&Shard> {
        self.shards.iter().find(|shard| shard.about.id == id)
    }

    /// The shards that may be written to.
    pub fn writable(&self) -> impl Iterator<Item = &Shard> {
        self.shards.iter().filter(|shard| shard.about.writable)
    }

    /// The shard that the next log group goes to: that of its key, or the next in turn.
    pub fn shard_for(&mut self, key: Option<HashKey>) -> Option<&mut Shard> {
        let count = u64::try_from(self.writable().count()).ok().filter(|count| *count > 0)?;
        let turn = usize::try_from(self.about.written % count).ok()?;
        let mut writable = self.shards.iter_mut().filter(|shard| shard.about.writable);
        if let Some(key) = key {
            writable.find(|shard| shard.has(key))
        } else {
            self.about.written += 1;
            writable.nth(turn)
        }
    }

    /// Puts shards in the place of others, which from then on are only read.
    pub fn replace_shards(&mut self, old: &[u32], ranges: &[(HashKey, HashKey)], now: Timestamp) {
        for shard in self.shards.iter_mut().filter(|shard| old.contains(&shard.about.id)) {
            shard.about.writable = false;
        }
        for (begin, end) in ranges {
            let id = self.shards.iter().map(|shard| shard.about.id + 1).max().unwrap_or_default();
            self.shards.push(Shard::new(id, *begin, *end, now));
        }
    }

    /// Lets go of the logs whose time is over.
    pub fn forget(&mut self, now: Timestamp) {
        if self.about.ttl >= FOR_EVER {
            return;
        }
        let after = SignedDuration::from_hours(24 * i64::from(self.about.ttl));
        for shard in &mut self.shards {
            shard.forget(now, after);
        }
    }
}
