//! Scenarios with a changed policy.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use acslab_emulator::SystemPolicies;
use jiff::Timestamp;

use super::cache::{Cache, key, world};
use super::change::Change;
use super::found::{Found, Noticed, Tried};
use super::sites::{self, Place, Site, Sites};
use super::suggest::suggestion;
use crate::runner::{self, Hooks, Plan, Played, Sent, Target};
use crate::scenario::Scenario;

/// What is asked of a mutation.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Only policies with this in their names; a system policy by its name.
    pub only_in: Option<String>,
    /// Does it take a step or a permission to notice a change?
    pub by_behaviour: bool,
    /// Where what is found is kept.
    pub cache: Option<PathBuf>,
}

/// Changes the policies one by one, and replays the scenarios that send them.
///
/// # Errors
/// The file in which what is found is kept cannot be written.
pub fn mutate(scenarios: &[Scenario], plan: &Plan, asked: &Asked) -> io::Result<Found> {
    let (sites, base) = find(scenarios, plan, asked.only_in.as_deref());
    let work: Vec<(Site, Change)> =
        sites.iter().flat_map(|site| site.changes().into_iter().map(|change| (site.clone(), change))).collect();
    let cache = Cache::read(asked.cache.as_deref());
    let world = world(plan);
    let next = AtomicUsize::new(0);
    let results = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..plan.jobs.clamp(1, work.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some((site, change)) = work.get(index) else { return };
                    if runner::is_interrupted() {
                        return;
                    }
                    let concerned = concerned(site, scenarios);
                    let all: Vec<_> = concerned.iter().map(|(scenario, _)| *scenario).collect();
                    let key = key(world, &all, site, change, asked.by_behaviour);
                    let noticed = cache
                        .get(&key)
                        .unwrap_or_else(|| try_one(site, change, &concerned, plan, &base, asked.by_behaviour));
                    results.lock().unwrap_or_else(PoisonError::into_inner).insert(index, (key, noticed));
                }
            });
        }
    });
    let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(file) = &asked.cache {
        Cache::write(file, &results.values().cloned().collect())?;
    }
    let mut found = Found { by_behaviour: asked.by_behaviour, ..Found::default() };
    for (index, (_, noticed)) in results {
        let Some((site, change)) = work.get(index) else { continue };
        let mut tried = Tried { policy: site.name.clone(), what: change.what.clone(), noticed, suggestion: None };
        found.tried.push(tried.clone());
        if found.survivors().last().is_some_and(|last| last.what == tried.what && last.policy == tried.policy)
            && let Some(last) = found.tried.last_mut()
        {
            tried.suggestion = suggestion(site, change);
            *last = tried;
        }
    }
    Ok(found)
}

/// The policies to change, and what each scenario leaves without a change.
fn find(scenarios: &[Scenario], plan: &Plan, part: Option<&str>) -> (Vec<Site>, BTreeMap<String, String>) {
    let sent = Arc::new(Mutex::new(Sites::default()));
    let plan = Plan { hooks: Sites::hooks(&sent), ..plan.clone() };
    let base = Mutex::new(BTreeMap::new());
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..plan.jobs.clamp(1, scenarios.len().max(1)) {
            scope.spawn(|| {
                while let Some(scenario) = scenarios.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Played::Ended(state) = runner::play_one(scenario, &plan) {
                        base.lock().unwrap_or_else(PoisonError::into_inner).insert(scenario.name.clone(), state);
                    }
                }
            });
        }
    });
    let mut sites = sent.lock().unwrap_or_else(PoisonError::into_inner).named(part);
    sites.extend(part.and_then(sites::system));
    (sites, base.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// A scenario, and where it sends the policy; nowhere for one in force from the start.
type Concerned<'s> = (&'s Scenario, Option<&'s runner::Place>);

/// The scenarios that send a policy, each with the place of it among all that it sends; the shortest first.
fn concerned<'s>(site: &'s Site, scenarios: &'s [Scenario]) -> Vec<Concerned<'s>> {
    let mut all: Vec<_> = match &site.place {
        Place::System => scenarios.iter().map(|scenario| (scenario, None)).collect(),
        Place::Sent(places) => {
            let find = |name: &String| scenarios.iter().find(|scenario| scenario.name == *name);
            places.iter().filter_map(|(name, place)| Some((find(name)?, Some(place)))).collect()
        }
    };
    all.sort_by_key(|(scenario, _)| scenario.all_steps().count());
    all
}

fn try_one(
    site: &Site,
    change: &Change,
    concerned: &[Concerned<'_>],
    plan: &Plan,
    base: &BTreeMap<String, String>,
    by_behaviour: bool,
) -> Noticed {
    let mut noticed = Noticed::Nothing;
    for (scenario, place) in concerned {
        let Some(before) = base.get(&scenario.name) else { continue };
        let plan = match place {
            Some(place) => Plan { hooks: hooks(place, change), ..plan.clone() },
            None => match with_system_policy(site, change, plan) {
                Some(plan) => plan,
                None => return Noticed::Refused,
            },
        };
        match runner::play_one(scenario, &plan) {
            Played::Refused => return Noticed::Refused,
            Played::Failed => return Noticed::Step(scenario.name.clone()),
            Played::Ended(after) if after == *before => {}
            Played::Ended(after) if text_alone(before, &after) => {
                noticed = Noticed::Text(scenario.name.clone());
                if !by_behaviour {
                    return noticed;
                }
            }
            Played::Ended(_) => return Noticed::State(scenario.name.clone()),
        }
    }
    noticed
}

/// Sends the changed policy in the place of this one.
fn hooks(place: &runner::Place, change: &Change) -> Hooks {
    let (place, document) = (place.clone(), change.document.clone());
    let policy = move |sent: &Sent<'_>| (*sent.place == place).then(|| document.clone());
    Hooks { policy: Some(Arc::new(policy)), ..Hooks::default() }
}

fn with_system_policy(site: &Site, change: &Change, plan: &Plan) -> Option<Plan> {
    let Target::Own { seed, system_policies } = &plan.target else { return None };
    let system = system_policies.clone().unwrap_or_else(SystemPolicies::shipped);
    let version = system.get(&site.name)?.default_version.clone();
    let changed = system.published(&site.name, &version, &change.document, Timestamp::UNIX_EPOCH).ok()?;
    let target = Target::Own { seed: *seed, system_policies: Some(Arc::new(changed)) };
    Some(Plan { target, hooks: Hooks::default(), ..plan.clone() })
}

/// Do two states differ in nothing but what policies say?
fn text_alone(before: &str, after: &str) -> bool {
    let facts = |state: &str| {
        let facts = state.lines().filter(|line| !line.trim_start().starts_with('{'));
        // A policy that does not say what the shipped one says is there with its text.
        let facts = facts.filter(|line| !line.trim_start().starts_with("system policies"));
        facts.map(str::to_owned).collect::<Vec<_>>()
    };
    facts(before) == facts(after)
}
