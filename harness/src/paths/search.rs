//! All that somebody can come to.
//!
//! It goes in rounds: whoever came to more in the last one is looked at again, and nobody else. Candidates are looked up, by what the
//! policies name and by whom roles trust; the engine decides each. What is held is never tried for again, so that a search is about
//! as long as what it finds.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::chain::Chain;
use super::index::{Index, of_group, parts};
use super::loosening::{Place, places};
use super::powers::{ATTACHING, GIVING, Power, Powers, TAKING};
use super::step::{Goal, Step};
use super::world::World;

/// So many steps of a path may take something from somebody who is held. CHOICE: the figure.
pub const MOST_LOSING: usize = 2;
/// So many ways that begin with such a step are gone at most, of one principal. CHOICE: the figure.
const MOST_WAYS: usize = 1_000;

/// Everything that somebody can come to in a world, with the steps for it. What gives and takes, such as an older version of a policy
/// or a group in which something is denied, is tried when nothing else leads on.
pub fn closure(world: &mut impl World, from: &str) -> Chain {
    if !world.powers(from).are_some() {
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
        made: HashSet::new(),
        chain: Chain::default(),
        losing: MOST_LOSING,
        ways: MOST_WAYS,
        world,
    };
    search.hold(from);
    search.run(Round { fresh: [from.to_owned()].into(), ..Round::default() });
    let mut chain = search.chain;
    chain.incomplete |= world.was_cut();
    chain
}

pub(super) struct Search<'w, W> {
    pub(super) world: &'w mut W,
    pub(super) index: Index,
    /// What those who are held may have, as their policies are now.
    powers: HashMap<String, Powers>,
    pub(super) held: BTreeSet<String>,
    /// Those who may do everything in their account: nothing gives them more there.
    full: HashSet<String>,
    /// The accounts of those.
    administered: HashSet<String>,
    /// The changes that were made, whoever made them.
    pub(super) done: HashSet<Step>,
    /// Who is new: to be nobody's else is no gain.
    made: HashSet<String>,
    pub(super) chain: Chain,
    /// How many steps may still take something from somebody.
    pub(super) losing: usize,
    /// How many ways that begin with one may still be gone.
    pub(super) ways: usize,
}

/// What a round brought.
#[derive(Default)]
pub(super) struct Round {
    pub(super) fresh: BTreeSet<String>,
    pub(super) changed: BTreeSet<String>,
    /// Roles that trust their account since.
    pub(super) opened: BTreeSet<String>,
}

impl Round {
    fn is_empty(&self) -> bool {
        self.fresh.is_empty() && self.changed.is_empty() && self.opened.is_empty()
    }
}

impl<W: World> Search<'_, W> {
    pub(super) fn run(&mut self, mut last: Round) {
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
            if round.is_empty() {
                round = self.make();
            }
            if round.is_empty() {
                break;
            }
            self.world.settle();
            last = round;
        }
        self.lose();
    }

    /// The same search, on a way of its own.
    pub(super) fn fork<'f>(&self, world: &'f mut W) -> Search<'f, W> {
        Search {
            world,
            index: self.index.clone(),
            powers: self.powers.clone(),
            held: self.held.clone(),
            full: self.full.clone(),
            administered: self.administered.clone(),
            done: self.done.clone(),
            made: self.made.clone(),
            chain: self.chain.alone(),
            losing: self.losing.saturating_sub(1),
            ways: 0,
        }
    }

    /// Makes users and roles in accounts that nobody administers, where nothing else leads on.
    fn make(&mut self) -> Round {
        let mut round = Round::default();
        let makers = |who: &&String| {
            let making = &[Power::CreateUser, Power::CreateRole, Power::CreatePolicy];
            self.powers.get(*who).is_some_and(|powers| powers.any(making))
        };
        let makers: Vec<String> = self.held.iter().filter(makers).cloned().collect();
        for by in makers {
            let account = parts(&by).0.to_owned();
            if self.administered.contains(&account) {
                continue;
            }
            // A policy that nobody may attach is of no use.
            let attaches = |who: &String| {
                parts(who).0 == account && self.powers.get(who).is_some_and(|powers| powers.any(ATTACHING))
            };
            let policies = self.may(&by, Power::CreatePolicy, "policy/*") && self.held.iter().any(attaches);
            for kind in ["user", "role", "policy"].into_iter().filter(|kind| *kind != "policy" || policies) {
                let (names, all) = self.world.names(&account, kind, &self.held);
                self.chain.incomplete |= !all;
                for name in names {
                    let (by, arn) = (by.clone(), format!("acs:ram::{account}:{kind}/{name}"));
                    if self.made.contains(&arn) {
                        continue;
                    }
                    let made = match kind {
                        "user" => {
                            let new = |ims| Step::NewUser { by: by.clone(), user: arn.clone(), ims };
                            self.change(new(false)) || self.change(new(true))
                        }
                        "role" => self.change(Step::NewRole { by, role: arn.clone() }),
                        _ => self.change(Step::NewPolicy { by, account: account.clone(), policy: name.clone() }),
                    };
                    if !made {
                        break;
                    }
                    match kind {
                        "user" => self.index.made_user(&arn),
                        "role" => self.index.made_role(&arn),
                        _ => self.index.made_policy(&account, &name),
                    }
                    self.made.insert(arn);
                    round.changed.extend(self.held.iter().filter(|who| parts(who).0 == account).cloned());
                }
            }
        }
        round
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
        if !self.made.contains(&who) {
            self.chain.reach(Goal::Become(who.clone()), &who, &self.index, self.world.state());
        }
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

    pub(super) fn powers_of(&self, who: &str) -> Option<&Powers> {
        self.powers.get(who)
    }

    pub(super) fn may(&self, who: &str, power: Power, what: &str) -> bool {
        self.powers.get(who).is_some_and(|powers| powers.may(power, what))
    }

    /// The same by RAM's operation, or by IMS's.
    pub(super) fn may_by(&self, who: &str, power: Power, ims: bool, what: &str) -> bool {
        self.powers.get(who).is_some_and(|powers| powers.may_by(power, ims, what))
    }

    /// All ways of one principal to be somebody else.
    fn become_others(&mut self, who: &str, round: &mut Round) {
        let (account, by) = (parts(who).0.to_owned(), who.to_owned());
        let role_arn = |name: &str| format!("acs:ram::{account}:role/{name}");
        if self.powers.get(who).is_none_or(|powers| !powers.are_some()) {
            return;
        }
        for role in self.index.trusting(who) {
            if self.may(who, Power::Assume, &format!("role/{}", parts(&role).2)) {
                self.become_by(Step::AssumeRole { by: by.clone(), role }, round);
            }
        }
        for name in self.index.users(&account) {
            let (place, user) = (format!("user/{name}"), format!("acs:ram::{account}:user/{name}"));
            for ims in [false, true] {
                if self.may_by(who, Power::CreateKey, ims, &place) {
                    self.become_by(Step::CreateAccessKey { by: by.clone(), user: user.clone(), ims }, round);
                }
            }
            for (power, again) in [(Power::Login, false), (Power::ResetPassword, true)] {
                for ims in [false, true] {
                    if self.may_by(who, power, ims, &place) {
                        self.become_by(Step::Login { by: by.clone(), user: user.clone(), again, ims }, round);
                    }
                }
            }
        }
        for (role, provider) in self.index.by_provider(&account) {
            let place = parts(&provider);
            let place = format!("{}/{}", place.1, place.2);
            for ims in [false, true] {
                if self.may_by(who, Power::UpdateProvider, ims, &place) {
                    let (role, provider) = (role.clone(), provider.clone());
                    self.become_by(Step::Forge { by: by.clone(), role, provider, ims }, round);
                }
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
    pub(super) fn change(&mut self, step: Step) -> bool {
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
        let givers =
            |who: &&String| self.powers.get(*who).is_some_and(|powers| powers.any(GIVING) || powers.any(TAKING));
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
    pub(super) fn lacks(&mut self, who: &str) -> bool {
        !self.full.contains(who) && (!self.administered.contains(parts(who).0) || self.index.is_wanted_abroad(who))
    }

    fn give(&mut self, by: &str, to: &str, round: &mut Round) {
        let (id, kind, name) = parts(to);
        let account = || id.to_owned();
        let own = format!("{kind}/{name}");
        let groups: Vec<String> = self.index.groups(to).cloned().collect();
        for place in std::iter::once(own.clone()).chain(groups.iter().map(|group| format!("group/{group}"))) {
            let power = Power::to_attach(place.split('/').next().unwrap_or_default());
            for (power, manager) in [(power, false), (Power::Attach, true)] {
                if !self.may(by, power, &place) {
                    continue;
                }
                let (by, to) = (by.to_owned(), place.clone());
                let made = self.index.new_policies(id).into_iter().map(|policy| {
                    let (by, to) = (by.clone(), to.clone());
                    Step::AttachNew { by, account: account(), policy, to, manager }
                });
                let made: Vec<Step> = made.collect();
                let administrator = Step::AttachAdministrator { by, account: account(), to, manager };
                for step in std::iter::once(administrator).chain(made) {
                    if self.change(step) {
                        round.changed.extend(self.those_in(id, &place));
                    }
                }
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
        self.free(by, to, round);
        if kind != "user" || !self.may(by, Power::JoinGroup, &own) {
            return;
        }
        let others: Vec<String> = self
            .world
            .state()
            .account(id)
            .into_iter()
            .flat_map(|account| {
                let harmless = |group: &&String| !groups.contains(group) && !of_group(account, group).denies;
                account.groups.keys().filter(harmless).cloned()
            })
            .collect();
        for group in others {
            for ims in [false, true] {
                let step = Step::JoinGroup { by: by.to_owned(), user: to.to_owned(), group: group.clone(), ims };
                if self.may_by(by, Power::JoinGroup, ims, &format!("group/{group}")) && self.change(step) {
                    self.index.joined(to, &group);
                    round.changed.insert(to.to_owned());
                }
            }
        }
    }

    /// Takes away what denies and allows nothing.
    fn free(&mut self, by: &str, to: &str, round: &mut Round) {
        let (id, kind, name) = parts(to);
        for Place { to: place, attached, effects } in places(&self.index, self.world.state(), to) {
            if effects.allows || !effects.denies {
                continue;
            }
            for step in Step::detaching(by, id, &place, &attached) {
                let power = step.detaching_power();
                if self.may(by, power, &place) && self.change(step) {
                    round.changed.extend(self.those_in(id, &place));
                }
            }
        }
        let own = format!("{kind}/{name}");
        let groups: Vec<String> = self.index.groups(to).cloned().collect();
        for group in groups {
            let effects = self.world.state().account(id).map(|account| of_group(account, &group)).unwrap_or_default();
            for ims in [false, true].into_iter().filter(|_| effects.denies && !effects.allows) {
                let step = Step::LeaveGroup { by: by.to_owned(), user: to.to_owned(), group: group.clone(), ims };
                if self.may_by(by, Power::LeaveGroup, ims, &own) && self.change(step) {
                    self.index.parted(to, &group);
                    round.changed.insert(to.to_owned());
                }
            }
        }
    }

    /// Those who are held and have what is attached to `user/alice`, `group/dev` or `role/ops`.
    fn those_in(&self, account: &str, place: &str) -> Vec<String> {
        match place.split_once('/') {
            Some(("group", group)) => {
                let members = self.index.members(account, group);
                members.filter(|member| self.held.contains(*member)).cloned().collect()
            }
            _ => vec![format!("acs:ram::{account}:{place}")],
        }
    }
}
