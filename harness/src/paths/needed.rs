//! The paths to what somebody can come to, each with no more steps than it needs.

use std::collections::BTreeSet;
use std::rc::Rc;

use acslab_emulator::state::AuthorizationState;
use serde::Serialize;

use super::search::closure;
use super::step::{Goal, Step};
use super::world::{Asked, World};
use crate::authorization::Kept;
use crate::import::Standing;

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

/// The paths from some principals to what they can come to. `wanted` narrows them down.
pub fn paths(state: &AuthorizationState, from: &[String], wanted: impl Fn(&Goal) -> bool) -> Vec<Path> {
    let base = Rc::new(Standing::of(Kept::from(state.clone()), Vec::new()));
    let mut all = Vec::new();
    for who in from {
        let found = closure(&mut Asked::on(Rc::clone(&base)), who);
        for goal in found.goals().filter(|goal| wanted(goal)) {
            let Some((end, steps)) = found.steps(goal) else { continue };
            let way = Way { base: &base, from: who, end, goal };
            let steps = way.needed(steps);
            // Whoever administers to begin with comes to nothing.
            if !steps.is_empty() {
                all.push(Path { from: who.clone(), goal: goal.clone(), steps });
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
    /// Leaves out each step without which the others lead there as well. Whoever takes a step has to be somebody: the steps to that
    /// are needed if theirs is.
    fn needed(&self, steps: Vec<Step>) -> Vec<Step> {
        let mut steps = self.supported(steps);
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
