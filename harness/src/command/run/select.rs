//! Which scenarios are run.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::str::FromStr;

use serde_json::Value;

use super::arguments::Run;
use super::error::RunError;
use crate::scenario::{Broken, Loaded, Pattern, Scenario};
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

/// A scenario, or a file that would hold one: both are selected in one way, so that a mistake is told to whom it concerns, and once.
enum Candidate {
    Scenario(Box<Scenario>),
    Broken(Broken),
}

impl Candidate {
    fn name(&self) -> &str {
        match self {
            Self::Scenario(one) => &one.name,
            Self::Broken(one) => &one.name,
        }
    }

    fn title(&self) -> &str {
        match self {
            Self::Scenario(one) => &one.title.value,
            Self::Broken(one) => one.title.as_deref().unwrap_or_default(),
        }
    }

    fn tags(&self) -> &[String] {
        match self {
            Self::Scenario(one) => &one.tags,
            Self::Broken(one) => &one.tags,
        }
    }

    fn path(&self) -> &Path {
        match self {
            Self::Scenario(one) => one.source.path(),
            Self::Broken(one) => &one.path,
        }
    }
}

impl Run {
    /// What is asked for of all that was loaded.
    pub(super) fn selected(&self, loaded: Loaded) -> Result<Loaded, RunError> {
        let scenarios = loaded.scenarios.into_iter().map(|one| Candidate::Scenario(Box::new(one)));
        let mut all: Vec<_> = scenarios.chain(loaded.broken.into_iter().map(Candidate::Broken)).collect();
        all.sort_by(|a, b| a.path().cmp(b.path()));
        if let Some(only) = &self.only {
            all.retain(|one| one.name().contains(only) || one.title().contains(only));
        }
        if let Some(filter) = &self.filter {
            let pattern = Pattern::new(filter).map_err(|why| RunError::NotARegex { text: filter.clone(), why })?;
            all.retain(|one| pattern.is_in(one.name()) || pattern.is_in(one.title()));
        }
        if !self.tags.is_empty() {
            all.retain(|one| one.tags().iter().any(|tag| self.tags.contains(tag)));
        }
        if self.update_only_failed {
            let mut failed = Vec::new();
            for one in all {
                if self.waits(&one)? {
                    failed.push(one);
                }
            }
            all = failed;
        }
        if let Some(shard) = self.shard {
            all = split(all, shard, &self.times()?);
        }
        let mut selected = Loaded::default();
        for one in all {
            match one {
                Candidate::Scenario(one) => selected.scenarios.push(*one),
                Candidate::Broken(one) => selected.broken.push(one),
            }
        }
        Ok(selected)
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
    fn waits(&self, one: &Candidate) -> Result<bool, RunError> {
        let folder = self.snapshots.clone().unwrap_or_else(|| folder_of(one.path()));
        let pending = Store::new(folder.clone()).pending();
        let pending = pending
            .map_err(|error| RunError::Snapshots { path: folder.display().to_string(), why: io_reason(&error) })?;
        let name = one.name().replace('/', "__");
        Ok(pending.iter().any(|pending| pending.name == name))
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
fn split(all: Vec<Candidate>, shard: Shard, times: &BTreeMap<String, u64>) -> Vec<Candidate> {
    let known = times.len().max(1) as u64;
    let average = (times.values().fold(0_u64, |sum, time| sum.saturating_add(*time)) / known).max(1);
    let took = |one: &Candidate| times.get(one.name()).copied().unwrap_or(average);
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|at| all.get(*at).map(|one| std::cmp::Reverse(took(one))));
    // Beyond as many parts as there are scenarios, a part has nothing to do.
    let mut loads = vec![0_u64; shard.of.min(all.len())];
    let mut mine = BTreeSet::new();
    for at in order {
        let Some(one) = all.get(at) else { continue };
        let Some((part, load)) = loads.iter_mut().enumerate().min_by_key(|(part, load)| (**load, *part)) else { break };
        *load = load.saturating_add(took(one));
        if part + 1 == shard.part {
            mine.insert(at);
        }
    }
    all.into_iter().enumerate().filter(|(at, _)| mine.contains(at)).map(|(_, one)| one).collect()
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
