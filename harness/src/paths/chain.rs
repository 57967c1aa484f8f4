//! What was done on the way to each goal: each step with those that it may rest on.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use acslab_emulator::state::AuthorizationState;

use super::index::{Index, parts};
use super::step::{Goal, Step};

/// What a search found: goals, and how they were come to.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    /// Each with the earlier ones that it may rest on.
    taken: Vec<(Step, Vec<usize>)>,
    /// By whom somebody is held.
    how: HashMap<String, usize>,
    /// The changes, by what they change.
    changes: HashMap<String, Vec<usize>>,
    /// Each with whoever is there, and the steps that it may rest on.
    goals: BTreeMap<Goal, (String, Vec<usize>)>,
    /// Where it goes on with a step that takes something from somebody.
    forks: Vec<Chain>,
    /// Were there too many ways to go all?
    pub(super) incomplete: bool,
}

impl Chain {
    /// What somebody can come to.
    pub fn goals(&self) -> impl Iterator<Item = &Goal> {
        let mut all: BTreeSet<&Goal> = self.goals.keys().collect();
        for fork in &self.forks {
            all.extend(fork.goals());
        }
        all.into_iter()
    }

    /// Were there too many ways to go all, so that there may be more to come to?
    pub fn is_incomplete(&self) -> bool {
        self.incomplete
    }

    /// What was done, without where it went on.
    pub(super) fn alone(&self) -> Self {
        Self { forks: Vec::new(), ..self.clone() }
    }

    /// Keeps where another one came to from here, if it came to more.
    pub(super) fn fork(&mut self, fork: Self) {
        self.incomplete |= fork.incomplete;
        let known: BTreeSet<Goal> = self.goals().cloned().collect();
        let more = fork.goals().any(|goal| !known.contains(goal));
        if more {
            self.forks.push(fork);
        }
    }

    /// The steps to a goal, in their order, with whoever is there then. Some may not be needed.
    pub(super) fn steps(&self, goal: &Goal) -> Option<(&str, Vec<Step>)> {
        let Some((who, rests)) = self.goals.get(goal) else {
            return self.forks.iter().find_map(|fork| fork.steps(goal));
        };
        let mut needed: BTreeSet<usize> = BTreeSet::new();
        let mut open = rests.clone();
        while let Some(index) = open.pop() {
            if needed.insert(index) {
                open.extend(self.taken.get(index).into_iter().flat_map(|(_, rests)| rests));
            }
        }
        let steps = needed.into_iter().filter_map(|index| self.taken.get(index)).map(|(step, _)| step.clone());
        Some((who, steps.collect()))
    }

    pub(super) fn take(&mut self, step: Step, index: &Index, state: &AuthorizationState) {
        let mut rests = self.support(step.by(), index, state);
        let number = self.taken.len();
        let of = |id: &str, what: &str| format!("{id}/{what}");
        match &step {
            Step::AssumeRole { role, .. } | Step::Forge { role, .. } | Step::RunAs { role, .. } => {
                rests.extend(self.changes.get(role).into_iter().flatten());
                self.how.insert(role.clone(), number);
            }
            // Whoever was made before has to be.
            Step::CreateAccessKey { user, .. } | Step::Login { user, .. } => {
                rests.extend(self.changes.get(user).into_iter().flatten());
                self.how.insert(user.clone(), number);
            }
            Step::AttachAdministrator { account, to: whom, .. } | Step::Detach { account, from: whom, .. } => {
                self.note(of(account, whom), number);
            }
            Step::AttachNew { account, policy, to, .. } => {
                rests.extend(self.changes.get(&of(account, &format!("policy/{policy}"))).into_iter().flatten());
                self.note(of(account, to), number);
            }
            Step::RewritePolicy { account, policy, .. }
            | Step::NewPolicy { account, policy, .. }
            | Step::SetVersion { account, policy, .. } => {
                self.note(of(account, &format!("policy/{policy}")), number);
            }
            Step::RewriteTrust { role: made, .. }
            | Step::NewRole { role: made, .. }
            | Step::NewUser { user: made, .. } => {
                self.note(made.clone(), number);
            }
            Step::JoinGroup { user, .. } | Step::LeaveGroup { user, .. } => {
                let (account, kind, name) = parts(user);
                self.note(of(account, &format!("{kind}/{name}")), number);
            }
        }
        self.taken.push((step, rests));
    }

    fn note(&mut self, what: String, number: usize) {
        self.changes.entry(what).or_default().push(number);
    }

    pub(super) fn reach(&mut self, goal: Goal, who: &str, index: &Index, state: &AuthorizationState) {
        let rests = match goal {
            Goal::Become(_) => self.how.get(who).copied().into_iter().collect(),
            Goal::Administer(_) => self.support(who, index, state),
        };
        self.goals.entry(goal).or_insert_with(|| (who.to_owned(), rests));
    }

    /// What somebody's being held, and what they may do, may rest on.
    fn support(&self, who: &str, index: &Index, state: &AuthorizationState) -> Vec<usize> {
        let mut rests: Vec<usize> = self.how.get(who).copied().into_iter().collect();
        if self.changes.is_empty() {
            return rests;
        }
        let (account, kind, name) = parts(who);
        let own = [format!("{account}/{kind}/{name}")];
        let groups = index.groups(who).map(|group| format!("{account}/group/{group}"));
        let policies = index.policies(state, who).into_iter().map(|policy| format!("{account}/policy/{policy}"));
        for what in own.into_iter().chain(groups).chain(policies) {
            rests.extend(self.changes.get(&what).into_iter().flatten());
        }
        rests
    }
}
