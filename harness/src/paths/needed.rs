//! The paths to what somebody can come to, each with no more steps than it needs.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use acslab_emulator::state::AuthorizationState;
use serde::Serialize;

use super::search::closure;
use super::step::{Goal, Step};
use super::world::{Asked, Needs, World};
use crate::authorization::Kept;
use crate::import::Standing;

/// A way to more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Path {
    /// Who goes it.
    pub from: String,
    /// What it ends with.
    pub goal: Goal,
    /// Whoever is there then.
    pub end: String,
    /// The steps, each of which is needed.
    pub steps: Vec<Step>,
    /// The condition keys that the call of each step has to have, with their values; most have to have none.
    #[serde(skip_serializing_if = "need_nothing")]
    pub needs: Vec<BTreeMap<String, Vec<String>>>,
}

fn need_nothing(needs: &[BTreeMap<String, Vec<String>>]) -> bool {
    needs.iter().all(BTreeMap::is_empty)
}

impl Path {
    /// What a step has to have, in words: ", with sts:ExternalId = `42`"; nothing for most.
    pub fn with(&self, step: usize) -> String {
        let needs = self.needs.get(step).into_iter().flatten();
        needs.map(|(key, values)| format!(", with {key} = `{}`", values.join("`, `"))).collect()
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The paths.
    pub paths: Vec<Path>,
    /// From whom there were too many ways to go all, so that there may be more.
    pub incomplete: Vec<String>,
}

/// The paths from some principals to what they can come to. `wanted` narrows them down.
pub fn paths(state: &AuthorizationState, from: &[String], wanted: impl Fn(&Goal) -> bool) -> Found {
    let base = Rc::new(Standing::of(Kept::from(state.clone()), Vec::new()));
    let mut all = Found::default();
    for who in from {
        let found = closure(&mut Asked::on(Rc::clone(&base)), who);
        all.incomplete.extend(found.is_incomplete().then(|| who.clone()));
        for goal in found.goals().filter(|goal| wanted(goal)) {
            let Some((end, steps)) = found.steps(goal) else { continue };
            let way = Way { base: &base, from: who, end, goal };
            let (end, steps) = way.shortest(steps);
            // Whoever administers to begin with comes to nothing.
            if !steps.is_empty() {
                let needs = Way { end: &end, ..way }.needs(&steps);
                all.paths.push(Path { from: who.clone(), goal: goal.clone(), end, steps, needs });
            }
        }
    }
    all
}

/// From whom to what; `end`: whoever is there then.
struct Way<'a> {
    base: &'a Rc<Standing>,
    from: &'a str,
    end: &'a str,
    goal: &'a Goal,
}

impl Way<'_> {
    /// The steps that are needed, and whoever is there then: where several who are held on the way would do, one whom the fewest steps
    /// lead to.
    fn shortest(&self, steps: Vec<Step>) -> (String, Vec<Step>) {
        let steps = self.needed(steps);
        let mut best = (self.end.to_owned(), steps.clone());
        let others = std::iter::once(self.from).chain(steps.iter().filter_map(Step::becomes));
        for end in others.filter(|end| matches!(self.goal, Goal::Administer(_)) && *end != self.end) {
            let other = Way { end, ..*self };
            if other.is_led_to_by(&steps) {
                let fewer = other.needed(steps.clone());
                if fewer.len() < best.1.len() {
                    best = (end.to_owned(), fewer);
                }
            }
        }
        best
    }

    /// Leaves out each step without which the others lead there as well. Whoever takes a step has to be somebody: the steps to that
    /// are needed if theirs is.
    fn needed(&self, steps: Vec<Step>) -> Vec<Step> {
        let mut steps = self.supported(steps);
        // Without what takes something away, what makes up for it is not needed any more.
        loop {
            let before = steps.len();
            steps = self.without_needless(steps);
            if steps.len() == before {
                return steps;
            }
        }
    }

    fn without_needless(&self, mut steps: Vec<Step>) -> Vec<Step> {
        let mut index = steps.len();
        while index > 0 {
            index -= 1;
            if steps.get(index).is_none_or(|step| step.becomes().is_some()) {
                continue;
            }
            let mut fewer = steps.clone();
            fewer.remove(index);
            let fewer = self.supported(fewer);
            if self.is_led_to_by(&fewer) {
                index = index.min(fewer.len());
                steps = fewer;
            }
        }
        steps
    }

    /// What each step has to have, one taken after another.
    fn needs(&self, steps: &[Step]) -> Vec<Needs> {
        let mut world = Asked::for_steps(Rc::clone(self.base), &[self.from, self.end], steps);
        let mut needs = Vec::new();
        for step in steps {
            needs.push(world.needs(step).unwrap_or_default());
            world.take(step);
            world.settle();
        }
        needs
    }

    /// Without those that make the caller somebody who does nothing.
    fn supported(&self, steps: Vec<Step>) -> Vec<Step> {
        let mut acting: BTreeSet<String> = [self.end.to_owned()].into();
        let mut kept: Vec<Step> = Vec::new();
        for step in steps.into_iter().rev() {
            if step.becomes().is_none_or(|who| acting.contains(who)) {
                acting.insert(step.by().to_owned());
                kept.push(step);
            }
        }
        kept.reverse();
        kept
    }

    /// Do these steps, one after another, lead there?
    fn is_led_to_by(&self, steps: &[Step]) -> bool {
        let mut world = Asked::for_steps(Rc::clone(self.base), &[self.from, self.end], steps);
        let mut held = vec![self.from];
        for step in steps {
            if !held.contains(&step.by()) || !world.take(step) {
                return false;
            }
            held.extend(step.becomes());
            world.settle();
        }
        held.contains(&self.end) && (matches!(self.goal, Goal::Become(_)) || world.administers(self.end))
    }
}
