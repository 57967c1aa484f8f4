//! All that somebody can come to, and the steps that are needed for it.

use std::collections::{BTreeMap, HashSet};

use acslab_emulator::state::AuthorizationState;
use serde::Serialize;

use super::step::{Goal, Step, steps};
use super::world::{Asked, World};

/// How many rounds are gone at most: each gives somebody more, or ends the search.
const MOST_ROUNDS: usize = 32;

/// A way to more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Path {
    /// Who goes it.
    pub from: String,
    /// What it ends with.
    pub goal: Goal,
    /// The steps, each of which is needed.
    pub steps: Vec<Step>,
}

/// Everything that somebody can come to in a world, with the steps taken until then. A group in which something is denied is not joined:
/// whoever joins it may lose.
pub fn closure(world: &mut impl World, from: &str) -> BTreeMap<Goal, Vec<Step>> {
    let mut held = vec![from.to_owned()];
    let mut taken: Vec<Step> = Vec::new();
    let mut found = BTreeMap::new();
    note(world, &held, &taken, &mut found);
    for _ in 0..MOST_ROUNDS {
        let mut changed = false;
        let candidates = steps(world.state(), &held);
        let tried: HashSet<Step> = taken.iter().map(without_actor).collect();
        for step in candidates {
            let again = tried.contains(&without_actor(&step))
                || taken.iter().any(|done| without_actor(done) == without_actor(&step));
            let known = step.becomes().is_some_and(|who| held.iter().any(|held| held == who));
            if again || known || harms(world.state(), &step) || !world.take(&step) {
                continue;
            }
            if let Some(who) = step.becomes() {
                held.push(who.to_owned());
            }
            taken.push(step);
            changed = true;
            note(world, &held, &taken, &mut found);
        }
        if !changed {
            break;
        }
    }
    found.remove(&Goal::Become(from.to_owned()));
    found
}

/// What a step does, whoever takes it.
fn without_actor(step: &Step) -> Step {
    let mut step = step.clone();
    let (Step::AssumeRole { by, .. }
    | Step::CreateAccessKey { by, .. }
    | Step::AttachAdministrator { by, .. }
    | Step::RewritePolicy { by, .. }
    | Step::RewriteTrust { by, .. }
    | Step::JoinGroup { by, .. }
    | Step::RunAs { by, .. }) = &mut step;
    by.clear();
    step
}

/// Does a group deny something, or the policy that would be rewritten and helps by that?
fn harms(state: &AuthorizationState, step: &Step) -> bool {
    let Step::JoinGroup { user, group, .. } = step else { return false };
    let id = user.split(':').nth(3).unwrap_or_default();
    let Some(account) = state.account(id) else { return true };
    let attached = account.groups.get(group).map(|group| group.policies.as_slice()).unwrap_or_default();
    attached.iter().any(|one| {
        let policy = account.policies.get(&one.name);
        let text = policy.and_then(|policy| policy.versions.get(&policy.default_version));
        text.is_some_and(|text| text.to_string().contains("\"Deny\""))
    })
}

fn note(world: &mut impl World, held: &[String], taken: &[Step], found: &mut BTreeMap<Goal, Vec<Step>>) {
    for who in held {
        found.entry(Goal::Become(who.clone())).or_insert_with(|| taken.to_vec());
        let administers = Goal::Administer(who.split(':').nth(3).unwrap_or_default().to_owned());
        if !found.contains_key(&administers) && world.administers(who) {
            found.insert(administers, taken.to_vec());
        }
    }
}

/// The paths from some principals to what they can come to, each with no more steps than it needs. `wanted` narrows them down.
pub fn paths(state: &AuthorizationState, from: &[String], wanted: impl Fn(&Goal) -> bool) -> Vec<Path> {
    let mut all = Vec::new();
    for who in from {
        let found = closure(&mut Asked::of(state.clone()), who);
        for (goal, steps) in found.into_iter().filter(|(goal, _)| wanted(goal)) {
            let steps = needed(state, who, &goal, steps);
            // Whoever administers to begin with comes to nothing.
            if !steps.is_empty() {
                all.push(Path { from: who.clone(), goal, steps });
            }
        }
    }
    all
}

/// Leaves out each step without which the others lead there as well.
fn needed(state: &AuthorizationState, from: &str, goal: &Goal, mut steps: Vec<Step>) -> Vec<Step> {
    let mut index = steps.len();
    while index > 0 {
        index -= 1;
        let mut fewer = steps.clone();
        fewer.remove(index);
        if leads(state, from, goal, &fewer) {
            steps = fewer;
            index = index.min(steps.len());
        }
    }
    steps
}

/// Do these steps, one after another, lead to a goal?
fn leads(state: &AuthorizationState, from: &str, goal: &Goal, steps: &[Step]) -> bool {
    let mut world = Asked::of(state.clone());
    let mut held = vec![from.to_owned()];
    for step in steps {
        if !held.iter().any(|who| who == step.by()) || !world.take(step) {
            return false;
        }
        held.extend(step.becomes().map(str::to_owned));
    }
    match goal {
        Goal::Become(who) => held.contains(who),
        Goal::Administer(account) => {
            held.iter().any(|who| who.split(':').nth(3) == Some(account) && world.administers(who))
        }
    }
}
