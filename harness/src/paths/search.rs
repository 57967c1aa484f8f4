//! All that somebody can come to.
//!
//! It goes in rounds: whoever came to more in the last one is looked at again, and nobody else. Candidates are looked up, by what the
//! policies name and by whom roles trust; the engine decides each. What is held is never tried for again, so that a search is about
//! as long as what it finds.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::chain::Chain;
use super::index::{Index, denies, parts};
use super::powers::{Power, Powers};
use super::step::{Goal, Step};
use super::world::World;

/// What gives a principal more, without being somebody else.
const CHANGES: &[Power] =
    &[Power::AttachToUser, Power::AttachToGroup, Power::AttachToRole, Power::RewritePolicy, Power::JoinGroup];

/// Everything that somebody can come to in a world, with the steps for it. A group in which something is denied is not joined:
/// whoever joins it may lose.
pub fn closure(world: &mut impl World, from: &str) -> Chain {
    if !world.powers(from).any(&Power::ALL) {
        return Chain::default();
    }
    let index = Index::of(world.state());
    let mut search = Search {
        index,
        powers: HashMap::new(),
        held: BTreeSet::new(),
        full: HashSet::new(),
        administered: HashSet::new(),
        done: HashSet::new(),
        chain: Chain::default(),
        world,
    };
    search.run(from);
    search.chain
}

struct Search<'w, W> {
    world: &'w mut W,
    index: Index,
    /// What those who are held may have, as their policies are now.
    powers: HashMap<String, Powers>,
    held: BTreeSet<String>,
    /// Those who may do everything in their account: nothing gives them more there.
    full: HashSet<String>,
    /// The accounts of those.
    administered: HashSet<String>,
    /// The changes that were made, whoever made them.
    done: HashSet<Step>,
    chain: Chain,
}

/// What a round brought.
#[derive(Default)]
struct Round {
    fresh: BTreeSet<String>,
    changed: BTreeSet<String>,
    /// Roles that trust their account since.
    opened: BTreeSet<String>,
}

impl<W: World> Search<'_, W> {
    fn run(&mut self, from: &str) {
        self.hold(from);
        let mut last = Round { fresh: [from.to_owned()].into(), ..Round::default() };
        loop {
            let changed: Vec<String> = last.fresh.union(&last.changed).cloned().collect();
            for who in &changed {
                let powers = self.world.powers(who);
                self.powers.insert(who.clone(), powers);
                self.note(who);
            }
            let mut round = Round::default();
            for role in &last.opened {
                self.enter(role, &mut round);
            }
            for who in &changed {
                self.become_others(who, &mut round);
            }
            // Not before everybody whom they trust now has tried.
            for who in &changed {
                self.open_roles(who, &mut round);
            }
            self.gain(&changed, &last.fresh, &mut round);
            if round.fresh.is_empty() && round.changed.is_empty() && round.opened.is_empty() {
                return;
            }
            self.world.settle();
            last = round;
        }
    }

    fn hold(&mut self, who: &str) {
        self.held.insert(who.to_owned());
        self.index.hold(who);
    }

    fn note(&mut self, who: &str) {
        let account = parts(who).0.to_owned();
        if self.full.contains(who) || (self.administered.contains(&account) && !self.index.is_wanted_abroad(who)) {
            return;
        }
        if self.world.administers(who) {
            self.full.insert(who.to_owned());
            if self.administered.insert(account.clone()) {
                self.chain.reach(Goal::Administer(account), who, &self.index, self.world.state());
            }
        }
    }

    /// Takes a step that makes somebody else the caller.
    fn become_by(&mut self, step: Step, round: &mut Round) {
        let Some(who) = step.becomes().map(str::to_owned) else { return };
        if self.held.contains(&who) || !self.world.take(&step) {
            return;
        }
        self.chain.take(step, &self.index, self.world.state());
        self.chain.reach(Goal::Become(who.clone()), &who, &self.index, self.world.state());
        self.hold(&who);
        round.fresh.insert(who);
    }

    /// Has one of those who are held assume a role that trusts their account.
    fn enter(&mut self, role: &str, round: &mut Round) {
        let (account, kind, name) = parts(role);
        let what = format!("{kind}/{name}");
        let able = |who: &&String| parts(who).0 == account && self.may(who, Power::Assume, &what);
        let actors: Vec<String> = self.held.iter().filter(able).cloned().collect();
        for by in actors {
            self.become_by(Step::AssumeRole { by, role: role.to_owned() }, round);
            if self.held.contains(role) {
                return;
            }
        }
    }

    fn may(&self, who: &str, power: Power, what: &str) -> bool {
        self.powers.get(who).is_some_and(|powers| powers.may(power, what))
    }

    /// All ways of one principal to be somebody else.
    fn become_others(&mut self, who: &str, round: &mut Round) {
        let (account, by) = (parts(who).0.to_owned(), who.to_owned());
        let role_arn = |name: &str| format!("acs:ram::{account}:role/{name}");
        if self.powers.get(who).is_none_or(|powers| !powers.any(&Power::ALL)) {
            return;
        }
        for role in self.index.trusting(who) {
            if self.may(who, Power::Assume, &format!("role/{}", parts(&role).2)) {
                self.become_by(Step::AssumeRole { by: by.clone(), role }, round);
            }
        }
        for name in self.index.users(&account) {
            if self.may(who, Power::CreateKey, &format!("user/{name}")) {
                let user = format!("acs:ram::{account}:user/{name}");
                self.become_by(Step::CreateAccessKey { by: by.clone(), user }, round);
            }
        }
        for (name, service, action) in self.index.run_by(&account) {
            if self.may(who, Power::PassRole, &format!("role/{name}")) {
                let (service, action) = (service.to_owned(), action.to_owned());
                self.become_by(Step::RunAs { by: by.clone(), role: role_arn(&name), service, action }, round);
            }
        }
    }

    /// Has roles trust everybody of their account, that nobody has come to be otherwise.
    fn open_roles(&mut self, who: &str, round: &mut Round) {
        let account = parts(who).0.to_owned();
        if self.powers.get(who).is_none_or(|powers| !powers.any(&[Power::RewriteTrust])) {
            return;
        }
        for name in self.index.changeable(&account) {
            let role = format!("acs:ram::{account}:role/{name}");
            let step = Step::RewriteTrust { by: who.to_owned(), role: role.clone() };
            if self.may(who, Power::RewriteTrust, &format!("role/{name}")) && self.change(step) {
                self.index.opened(&role);
                round.opened.insert(role);
            }
        }
    }

    /// Takes a step that changes something, once.
    fn change(&mut self, step: Step) -> bool {
        let once = step.without_actor();
        if self.done.contains(&once) || !self.world.take(&step) {
            return false;
        }
        self.done.insert(once);
        self.chain.take(step, &self.index, self.world.state());
        true
    }

    /// What those who are held can give each other: all that somebody who came to more can give, and all that can be given to
    /// somebody who is new.
    fn gain(&mut self, changed: &[String], fresh: &BTreeSet<String>, round: &mut Round) {
        let givers = |who: &&String| self.powers.get(*who).is_some_and(|powers| powers.any(CHANGES));
        let new_givers: BTreeSet<String> = changed.iter().filter(givers).cloned().collect();
        let old_givers: Vec<String> =
            if fresh.is_empty() { Vec::new() } else { self.held.iter().filter(givers).cloned().collect() };
        // Whoever is new in this round is given something in the next one.
        let none = new_givers.is_empty() && old_givers.is_empty();
        let all: Vec<String> = self.held.iter().filter(|who| !none && !round.fresh.contains(*who)).cloned().collect();
        for to in &all {
            let account = parts(to).0;
            let by: Vec<&String> =
                if fresh.contains(to) { old_givers.iter().collect() } else { new_givers.iter().collect() };
            for by in by.into_iter().filter(|by| parts(by).0 == account) {
                if !self.lacks(to) {
                    break;
                }
                self.give(by, to, round);
            }
        }
    }

    /// Does somebody come to more by being given something?
    fn lacks(&mut self, who: &str) -> bool {
        !self.full.contains(who) && (!self.administered.contains(parts(who).0) || self.index.is_wanted_abroad(who))
    }

    fn give(&mut self, by: &str, to: &str, round: &mut Round) {
        let (id, kind, name) = parts(to);
        let account = || id.to_owned();
        let own = format!("{kind}/{name}");
        if self.may(by, Power::to_attach(kind), &own) {
            let step = Step::AttachAdministrator { by: by.to_owned(), account: account(), to: own.clone() };
            if self.change(step) {
                round.changed.insert(to.to_owned());
            }
        }
        let groups: Vec<String> = self.index.groups(to).cloned().collect();
        for group in &groups {
            let place = format!("group/{group}");
            let step = Step::AttachAdministrator { by: by.to_owned(), account: account(), to: place.clone() };
            if self.may(by, Power::AttachToGroup, &place) && self.change(step) {
                let members = self.index.members(id, group).filter(|member| self.held.contains(*member));
                round.changed.extend(members.cloned());
            }
        }
        let policies: Vec<String> =
            self.index.policies(self.world.state(), to).into_iter().map(str::to_owned).collect();
        for policy in policies {
            if !self.may(by, Power::RewritePolicy, &format!("policy/{policy}")) {
                continue;
            }
            let step = Step::RewritePolicy { by: by.to_owned(), account: account(), policy: policy.clone() };
            if self.change(step) {
                let state = self.world.state();
                let has = |who: &&String| parts(who).0 == id && self.index.policies(state, who).contains(&*policy);
                let having: Vec<String> = self.held.iter().filter(has).cloned().collect();
                round.changed.extend(having);
            }
        }
        if kind != "user" || !self.may(by, Power::JoinGroup, &own) {
            return;
        }
        let others: Vec<String> = self
            .world
            .state()
            .account(id)
            .into_iter()
            .flat_map(|account| {
                account.groups.keys().filter(|group| !groups.contains(group) && !denies(account, group)).cloned()
            })
            .collect();
        for group in others {
            let step = Step::JoinGroup { by: by.to_owned(), user: to.to_owned(), group: group.clone() };
            if self.may(by, Power::JoinGroup, &format!("group/{group}")) && self.change(step) {
                self.index.joined(to, &group);
                round.changed.insert(to.to_owned());
            }
        }
    }
}
