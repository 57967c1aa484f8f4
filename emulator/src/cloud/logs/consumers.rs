//! Who consumes a Logstore in a consumer group, which shards each of them has, and how far each shard is consumed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How far a shard is consumed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// The cursor, as the consumer gave it; empty: nothing is consumed yet.
    pub cursor: String,
    /// Who said so.
    pub consumer: String,
    /// When.
    pub at: Timestamp,
}

/// A consumer that was heard of.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Member {
    /// When it was last heard of.
    heard: Timestamp,
    /// The shards that it was told to consume, and those that it said it does.
    shards: BTreeSet<u32>,
}

/// What a consumer group knows of its consumers.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Consumers {
    /// How far each shard is consumed.
    pub checkpoints: BTreeMap<u32, Checkpoint>,
    members: BTreeMap<String, Member>,
}

impl Consumers {
    /// A consumer is heard of, and says which shards it consumes; it gets those that it should. Each consumer gets as many as the others, but for
    /// one; a shard that is to go to another one does when whoever has it no longer says so, or is not heard of for so long.
    ///
    /// None where there are as many consumers already as may be.
    pub fn hear(
        &mut self,
        consumer: &str,
        (shards, holds): (&[u32], &[u32]),
        timeout: SignedDuration,
        (now, most): (Timestamp, usize),
    ) -> Option<Vec<u32>> {
        self.members.retain(|name, member| name == consumer || now.duration_since(member.heard) < timeout);
        if self.members.len() >= most && !self.members.contains_key(consumer) {
            return None;
        }
        let own = self.members.remove(consumer).map(|member| member.shards).unwrap_or_default();
        let others: BTreeSet<u32> = self.members.values().flat_map(|member| &member.shards).copied().collect();
        let is_free = |shard: &&u32| shards.contains(shard) && !others.contains(shard);
        let holds: BTreeSet<u32> = holds.iter().filter(is_free).copied().collect();
        // CHOICE: those with the first names have one more.
        let (all, rank) = (self.members.len() + 1, self.members.keys().filter(|name| name.as_str() < consumer).count());
        let share = shards.len() / all + usize::from(rank < shards.len() % all);
        let mut gets: Vec<u32> = Vec::new();
        // What it had stays before anything new comes.
        for shard in own.iter().chain(&holds).chain(shards).filter(is_free) {
            if gets.len() < share && !gets.contains(shard) {
                gets.push(*shard);
            }
        }
        gets.sort_unstable();
        let kept = holds.iter().chain(&gets).copied().collect();
        self.members.insert(consumer.to_owned(), Member { heard: now, shards: kept });
        Some(gets)
    }

    /// Does the group know this consumer?
    pub fn knows(&self, consumer: &str) -> bool {
        self.members.contains_key(consumer)
    }

    /// Who consumes a shard.
    pub fn of(&self, shard: u32) -> Option<&str> {
        self.members.iter().find(|(_, member)| member.shards.contains(&shard)).map(|(name, _)| name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Group(Consumers);

    impl Group {
        fn hear(&mut self, consumer: &str, holds: &[u32], second: i64) -> Vec<u32> {
            let now = Timestamp::from_second(second).unwrap();
            let timeout = SignedDuration::from_secs(30);
            self.0.hear(consumer, (&[0, 1, 2], holds), timeout, (now, 3)).unwrap()
        }
    }

    #[test]
    fn shards_go_to_those_who_are_heard_of() {
        let mut group = Group(Consumers::default());
        assert_eq!(group.hear("a", &[], 0), [0, 1, 2]);
        assert_eq!(group.hear("a", &[0, 1, 2], 5), [0, 1, 2]);
        // The second one gets nothing before the first has let go.
        assert_eq!(group.hear("b", &[], 6), Vec::<u32>::new());
        assert_eq!(group.hear("a", &[0, 1, 2], 10), [0, 1]);
        assert_eq!(group.hear("b", &[], 11), Vec::<u32>::new());
        assert_eq!(group.hear("a", &[0, 1], 15), [0, 1]);
        assert_eq!(group.hear("b", &[], 16), [2]);
        assert_eq!((group.0.of(2), group.0.knows("a"), group.0.knows("c")), (Some("b"), true, false));
        // Nobody takes what another one has by saying so.
        assert_eq!(group.hear("b", &[0, 1, 2], 20), [2]);
        // The first is not heard of any more.
        assert_eq!(group.hear("b", &[2], 46), [0, 1, 2]);
        assert!(!group.0.knows("a"));
    }

    #[test]
    fn there_are_only_so_many_consumers() {
        let mut group = Group(Consumers::default());
        for name in ["a", "b", "c"] {
            group.hear(name, &[], 0);
        }
        let now = (Timestamp::from_second(1).unwrap(), 3);
        assert!(group.0.hear("d", (&[0], &[]), SignedDuration::from_secs(30), now).is_none());
        assert!(group.0.hear("a", (&[0], &[]), SignedDuration::from_secs(30), now).is_some());
    }
}
