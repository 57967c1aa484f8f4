//! Shards: where the logs of a Logstore lie, by ranges of hash keys.

use std::collections::VecDeque;
use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::group::KeptGroup;

/// A hash key: 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HashKey(pub u128);

impl HashKey {
    /// The end of all keys.
    pub const END: Self = Self(u128::MAX);

    /// Reads 32 hexadecimal digits.
    pub fn read(text: &str) -> Option<Self> {
        let digits = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        u128::from_str_radix(text, 16).ok().filter(|_| digits).map(Self)
    }
}

impl fmt::Display for HashKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl From<HashKey> for String {
    fn from(key: HashKey) -> Self {
        key.to_string()
    }
}

impl TryFrom<String> for HashKey {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::read(&text).ok_or_else(|| format!("`{text}` is no hash key"))
    }
}

/// What is known of a shard.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShardAbout {
    /// Its number in the Logstore.
    pub id: u32,
    /// The first key of its range.
    pub begin: HashKey,
    /// The key behind its range; the last one belongs to it.
    pub end: HashKey,
    /// May it be written to? Of one that was split or merged the parts are.
    pub writable: bool,
    /// When it was made.
    pub created: Timestamp,
    /// The least number that the cursor of the next log group may have.
    pub next: u64,
}

/// A shard.
#[derive(Debug)]
pub struct Shard {
    /// What is known of it.
    pub about: ShardAbout,
    /// Its log groups, in the order in which they came.
    pub groups: VecDeque<KeptGroup>,
}

/// A cursor is a number that begins with the second in which its log group came.
const PER_SECOND: u64 = 1_000_000_000;

/// The least cursor of a moment.
fn cursor_of(moment: Timestamp) -> u64 {
    u64::try_from(moment.as_second()).unwrap_or_default().saturating_mul(PER_SECOND)
}

impl Shard {
    /// A new shard.
    pub fn new(id: u32, begin: HashKey, end: HashKey, now: Timestamp) -> Self {
        let about = ShardAbout { id, begin, end, writable: true, created: now, next: cursor_of(now) };
        Self { about, groups: VecDeque::new() }
    }

    /// Does a key belong to it?
    pub fn has(&self, key: HashKey) -> bool {
        let ShardAbout { begin, end, .. } = self.about;
        begin <= key && (key < end || end == HashKey::END)
    }

    /// The cursor of the next log group, if it comes now.
    pub fn next_cursor(&self, now: Timestamp) -> u64 {
        self.about.next.max(cursor_of(now))
    }

    /// Adds a log group.
    pub fn add(&mut self, group: KeptGroup) {
        self.about.next = group.cursor.saturating_add(1);
        self.groups.push_back(group);
    }

    /// The cursor of the first log group that is still there; of none, where the next one will be.
    pub fn first(&self) -> u64 {
        self.groups.front().map_or(self.about.next, |group| group.cursor)
    }

    /// The cursor of the first log group that came at that second or later.
    pub fn at(&self, second: u64) -> u64 {
        let from = second.saturating_mul(PER_SECOND);
        let found = self.groups.iter().find(|group| group.cursor >= from);
        found.map_or(self.about.next, |group| group.cursor)
    }

    /// The log groups from a cursor on.
    pub fn from(&self, cursor: u64) -> impl Iterator<Item = &KeptGroup> {
        let start = self.groups.partition_point(|group| group.cursor < cursor);
        self.groups.range(start..)
    }

    /// Lets go what was received longer ago than this.
    pub fn forget(&mut self, now: Timestamp, after: SignedDuration) {
        while self.groups.front().is_some_and(|group| now.duration_since(group.received) > after) {
            self.groups.pop_front();
        }
    }

    /// The second that a cursor begins with.
    pub fn second_of(cursor: u64) -> u64 {
        cursor / PER_SECOND
    }
}
