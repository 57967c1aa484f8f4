//! Which scenarios are run.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::str::FromStr;

use serde_json::Value;

use super::arguments::Run;
use super::error::RunError;
use crate::scenario::{Pattern, Scenario};
use crate::snapshot::{Store, folder_of};
use crate::words::io_reason;

/// One part of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shard {
    part: usize,
    of: usize,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || "expected `PART/PARTS`, such as `2/5`".to_owned();
        let (part, of) = text.split_once('/').ok_or_else(expected)?;
        let number = |text: &str| text.parse::<usize>().map_err(|_| expected());
        let (part, of) = (number(part)?, number(of)?);
        if (1..=of).contains(&part) { Ok(Self { part, of }) } else { Err(expected()) }
    }
}

impl Run {
    /// The scenarios that are asked for.
    pub(super) fn selected(&self, mut scenarios: Vec<Scenario>) -> Result<Vec<Scenario>, RunError> {
        if let Some(only) = &self.only {
            scenarios.retain(|one| one.name.contains(only) || one.title.value.contains(only));
        }
        if let Some(filter) = &self.filter {
            let pattern = Pattern::new(filter).map_err(|why| RunError::NotARegex { text: filter.clone(), why })?;
            scenarios.retain(|one| pattern.is_in(&one.name) || pattern.is_in(&one.title.value));
        }
        if !self.tags.is_empty() {
            scenarios.retain(|one| one.tags.iter().any(|tag| self.tags.contains(tag)));
        }
        if self.update_only_failed {
            let mut failed = Vec::new();
            for scenario in scenarios {
                if self.waits(&scenario)? {
                    failed.push(scenario);
                }
            }
            scenarios = failed;
        }
        match self.shard {
            None => Ok(scenarios),
            Some(shard) => Ok(split(scenarios, shard, &self.times()?)),
        }
    }

    /// Are only some of all scenarios asked for?
    pub(super) fn is_selective(&self) -> bool {
        self.only.is_some()
            || self.filter.is_some()
            || !self.tags.is_empty()
            || self.shard.is_some()
            || self.update_only_failed
    }

    /// Does a new state of a scenario wait for review?
    fn waits(&self, scenario: &Scenario) -> Result<bool, RunError> {
        let folder = self.snapshots.clone().unwrap_or_else(|| folder_of(scenario.source.path()));
        let pending = Store::new(folder.clone()).pending();
        let pending = pending
            .map_err(|error| RunError::Snapshots { path: folder.display().to_string(), why: io_reason(&error) })?;
        Ok(pending.iter().any(|one| one.name == scenario.name.replace('/', "__")))
    }

    /// How long scenarios took, in milliseconds.
    fn times(&self) -> Result<BTreeMap<String, u64>, RunError> {
        let Some(path) = &self.shard_times else { return Ok(BTreeMap::new()) };
        let text = fs::read_to_string(path)
            .map_err(|error| RunError::Times { path: path.display().to_string(), why: io_reason(&error) })?;
        let events = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let times = events.filter_map(|event| {
            let name = event.get("scenario")?.as_str()?.to_owned();
            (event.get("event")? == "scenario").then(|| Some((name, event.get("ms")?.as_u64()?)))?
        });
        Ok(times.collect())
    }
}

/// The scenarios of one part. The longest go first, each to the part that has the least so far, so that all parts take about as long;
/// of those that nobody knows, all take as long as the others on average.
fn split(scenarios: Vec<Scenario>, shard: Shard, times: &BTreeMap<String, u64>) -> Vec<Scenario> {
    let known = times.len().max(1) as u64;
    let average = (times.values().fold(0_u64, |sum, time| sum.saturating_add(*time)) / known).max(1);
    let took = |scenario: &Scenario| times.get(&scenario.name).copied().unwrap_or(average);
    let mut order: Vec<usize> = (0..scenarios.len()).collect();
    order.sort_by_key(|at| scenarios.get(*at).map(|one| std::cmp::Reverse(took(one))));
    // Beyond as many parts as there are scenarios, a part has nothing to do.
    let mut loads = vec![0_u64; shard.of.min(scenarios.len())];
    let mut mine = BTreeSet::new();
    for at in order {
        let Some(scenario) = scenarios.get(at) else { continue };
        let Some((part, load)) = loads.iter_mut().enumerate().min_by_key(|(part, load)| (**load, *part)) else { break };
        *load = load.saturating_add(took(scenario));
        if part + 1 == shard.part {
            mine.insert(at);
        }
    }
    let all = scenarios.into_iter().enumerate();
    all.filter(|(at, _)| mine.contains(at)).map(|(_, scenario)| scenario).collect()
}

#[cfg(test)]
mod tests {
    use super::Shard;

    #[test]
    fn a_part_is_one_of_all() {
        assert_eq!("2/5".parse(), Ok(Shard { part: 2, of: 5 }));
        for wrong in ["0/5", "6/5", "2", "a/b", "/", "1/0"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
