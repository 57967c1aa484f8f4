//! Steps that give and take: another version of a policy, a policy that allows and denies, a group in which something is denied.
//!
//! Each is tried by itself, on a way of its own, when nothing else leads on: what it takes may be what a later step needs.

use std::collections::{BTreeSet, HashSet};

use acslab_emulator::state::{Attachment, AuthorizationState};

use super::index::{Effects, Index, effects, of_group, parts};
use super::powers::{Power, TAKING};
use super::search::{Round, Search};
use super::step::Step;
use super::world::World;

/// Something that is attached.
pub(super) struct Place {
    /// To `user/alice`, `group/dev` or `role/ops`.
    pub(super) to: String,
    pub(super) attached: Attachment,
    /// What its statements do.
    pub(super) effects: Effects,
}

/// What is attached to somebody and their groups for the whole account.
pub(super) fn places(index: &Index, state: &AuthorizationState, who: &str) -> Vec<Place> {
    let (id, kind, name) = parts(who);
    let Some(account) = state.account(id) else { return Vec::new() };
    let own = match kind {
        "user" => account.users.get(name).map(|user| &user.policies),
        _ => account.roles.get(name).map(|role| &role.policies),
    };
    let own = own.map(|policies| (format!("{kind}/{name}"), policies));
    let groups =
        index.groups(who).filter_map(|group| Some((format!("group/{group}"), &account.groups.get(group)?.policies)));
    let mut all = Vec::new();
    for (place, policies) in own.into_iter().chain(groups) {
        for attached in policies.iter().filter(|one| one.resource_group.is_none()) {
            let effects = effects(account, std::slice::from_ref(attached));
            all.push(Place { to: place.clone(), attached: attached.clone(), effects });
        }
    }
    all
}

impl<W: World> Search<'_, W> {
    /// Goes on with each step that takes something, each on a way of its own.
    pub(super) fn lose(&mut self) {
        if self.losing == 0 {
            return;
        }
        let mut tried: HashSet<Step> = HashSet::new();
        let steps = self.losing_steps();
        for (number, step) in steps.iter().enumerate() {
            let once = step.without_actor();
            if tried.contains(&once) {
                continue;
            }
            if self.ways == 0 {
                self.chain.incomplete = true;
                break;
            }
            let mut world = self.world.fork();
            let mut search = self.fork(&mut world);
            if !search.change(step.clone()) {
                continue;
            }
            tried.insert(once);
            // Each gets its share: the first one does not go all the ways.
            self.ways -= 1;
            let share = self.ways.div_ceil(steps.len() - number);
            search.ways = share;
            match step {
                Step::JoinGroup { user, group, .. } => search.index.joined(user, group),
                Step::LeaveGroup { user, group, .. } => search.index.parted(user, group),
                _ => {}
            }
            search.world.settle();
            let account = parts(step.by()).0;
            let changed = search.held.iter().filter(|who| parts(who).0 == account).cloned().collect();
            search.run(Round { changed, ..Round::default() });
            let (found, left) = (search.chain, search.ways);
            self.ways -= share - left;
            self.chain.fork(found);
        }
    }

    /// The steps by which those who are held may lose something and gain something else.
    fn losing_steps(&mut self) -> Vec<Step> {
        let held: Vec<String> = self.held.iter().cloned().collect();
        let able = |who: &&String| {
            self.powers_of(who).is_some_and(|powers| powers.any(&[Power::SetVersion]) || powers.any(TAKING))
        };
        let able: Vec<String> = held.iter().filter(able).cloned().collect();
        let mut all = Vec::new();
        if able.is_empty() {
            return all;
        }
        for to in &held {
            if !self.lacks(to) {
                continue;
            }
            let account = parts(to).0;
            for by in able.iter().filter(|by| parts(by).0 == account) {
                self.losing_of(by, to, &mut all);
            }
        }
        all
    }

    fn losing_of(&self, by: &str, to: &str, all: &mut Vec<Step>) {
        let (id, kind, name) = parts(to);
        let state = self.world.state();
        let Some(account) = state.account(id) else { return };
        let own = format!("{kind}/{name}");
        for policy in self.index.policies(state, to) {
            let Some(versions) = account.policies.get(policy) else { continue };
            if !self.may(by, Power::SetVersion, &format!("policy/{policy}")) {
                continue;
            }
            for version in versions.versions.keys().filter(|version| **version != versions.default_version) {
                all.push(Step::SetVersion {
                    by: by.to_owned(),
                    account: id.to_owned(),
                    policy: policy.to_owned(),
                    version: version.clone(),
                });
            }
        }
        for Place { to: place, attached, effects } in places(&self.index, state, to) {
            if effects.denies && effects.allows {
                let steps = Step::detaching(by, id, &place, &attached);
                all.extend(steps.into_iter().filter(|step| self.may(by, step.detaching_power(), &place)));
            }
        }
        if kind != "user" {
            return;
        }
        let of: BTreeSet<&String> = self.index.groups(to).collect();
        for group in account.groups.keys() {
            let effects = of_group(account, group);
            let leaves = of.contains(group);
            let power = if leaves { Power::LeaveGroup } else { Power::JoinGroup };
            for ims in [false, true].into_iter().filter(|_| effects.denies && effects.allows) {
                let (by, user, group) = (by.to_owned(), to.to_owned(), group.clone());
                if self.may_by(&by, power, ims, &own) {
                    all.push(if leaves {
                        Step::LeaveGroup { by, user, group, ims }
                    } else {
                        Step::JoinGroup { by, user, group, ims }
                    });
                }
            }
        }
    }
}
