//! Where steps are taken: a state that is asked, or a cloud that is called.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use acslab_emulator::state::{AccountState, AuthorizationState, Group};
use acslab_policy::{PolicySet, Statement, Verdict, ways_to_ask};

use super::administrator::administers;
use super::change::change;
use super::index::parts;
use super::names::names;
use super::powers::Powers;
use super::step::{Question, Step};
use crate::authorization::Kept;
use crate::import::Standing;

/// A place where steps can be taken.
pub trait World: Sized {
    /// The state as it is now.
    fn state(&self) -> &AuthorizationState;

    /// Which powers somebody may have; rather too many than too few.
    fn powers(&mut self, _who: &str) -> Powers {
        Powers::all()
    }

    /// Takes a step, if it may be taken; what it changes is changed then, or when the world settles.
    fn take(&mut self, step: &Step) -> bool;

    /// What was changed counts from now on.
    fn settle(&mut self) {}

    /// May somebody do whatever there is?
    fn administers(&mut self, who: &str) -> bool;

    /// Names for a new `user`, `role` or `policy` of an account, one for each way in which it could be treated by what these may do.
    /// The second is `false` if there are more ways than names.
    fn names(&self, _account: &str, _kind: &str, _held: &BTreeSet<String>) -> (Vec<String>, bool) {
        (NAMES.iter().map(|name| (*name).to_owned()).collect(), true)
    }

    /// Was a step not taken of which not all ways to take it were tried?
    fn was_cut(&self) -> bool {
        false
    }

    /// One that is as this one is now, and goes its own way.
    #[must_use]
    fn fork(&self) -> Self;
}

/// What something new is called where nothing is known of policies.
const NAMES: &[&str] = &["fresh", "svc-fresh"];

/// A state that is asked: a step is taken if the policies allow all that it asks for.
#[derive(Clone, Debug)]
pub struct Asked {
    standing: Rc<Standing>,
    /// With the changes that do not count yet.
    changed: Option<AuthorizationState>,
    /// Who and what the steps are about, if nothing else matters.
    only: Option<BTreeSet<String>>,
    /// Was a step not taken of which not all ways were tried? All that go on from here know it.
    cut: Rc<Cell<bool>>,
}

impl Asked {
    /// Of a state.
    pub fn of(state: AuthorizationState) -> Self {
        Self::on(Rc::new(Standing::of(Kept::from(state), Vec::new())))
    }

    /// Of one that others ask, too.
    pub(super) fn on(standing: Rc<Standing>) -> Self {
        Self { standing, changed: None, only: None, cut: Rc::default() }
    }

    /// Where these steps are taken, and nothing is asked about anybody else: what is changed is as much as they are about.
    pub(super) fn for_steps(standing: Rc<Standing>, who: &[&str], steps: &[Step]) -> Self {
        let about = steps.iter().flat_map(Step::about).chain(who.iter().map(|one| (*one).to_owned()));
        Self { only: Some(about.collect()), ..Self::on(standing) }
    }

    /// The condition keys that the calls of a step have to have, beside those that every call has; none if it is not allowed with any.
    pub(super) fn needs(&self, step: &Step) -> Option<Needs> {
        let questions = step.questions();
        let ask = |(who, action, resource, keys): &Question, needs: &Needs| {
            let keys: Vec<_> = keys.iter().cloned().chain(needs.clone()).collect();
            self.standing.authority.ask(who, action, resource, &keys).ok()
        };
        // What a service is asked is another call, with keys of its own.
        let is_callers = |question: &Question| question.0 == step.by();
        let (mut tried, mut apart, mut cut) = (vec![Needs::new()], Needs::new(), false);
        for question in &questions {
            let answer = ask(question, &Needs::new())?;
            if answer.decision.is_allowed() {
                continue;
            }
            // Whoever calls fills such keys as it likes: an ExternalId, an address, a second factor.
            let layers = answer.question.layers.as_layers();
            let is_conditional = |statement: &Statement| !statement.clauses().is_empty();
            let documents = answer.question.sets().flat_map(PolicySet::policies);
            if !documents.flat_map(|policy| policy.document.statements()).any(is_conditional) {
                return None;
            }
            let mut ways = ways_to_ask(&layers, &answer.question.request).into_iter().map(Needs::from_iter);
            if !is_callers(question) {
                apart.extend(ways.next()?);
                continue;
            }
            // Of two values of one key either may be the one that all questions take.
            let mut both = Vec::new();
            for way in ways {
                for known in &tried {
                    both.push(known.clone().into_iter().chain(way.clone()).collect());
                    both.push(way.clone().into_iter().chain(known.clone()).collect());
                }
            }
            tried = both;
            cut |= tried.len() > MOST_TRIED;
            tried.truncate(MOST_TRIED);
        }
        // It is one call: all that is asked of it is asked with the same keys.
        let of_caller = || questions.iter().filter(|question| is_callers(question));
        let holds = |needs: &Needs| {
            needs.is_empty()
                || of_caller().all(|one| ask(one, needs).is_some_and(|answer| answer.decision.is_allowed()))
        };
        let found = tried.into_iter().find(holds);
        if cut && found.is_none() {
            self.cut.set(true);
        }
        let mut needs = found?;
        let denied =
            |one: &Question| ask(one, &needs).is_some_and(|answer| answer.decision.verdict == Verdict::ExplicitDeny);
        if step.undenied().iter().any(denied) {
            return None;
        }
        needs.extend(apart);
        Some(needs)
    }
}

/// The most ways that are tried to make one call. CHOICE: the figure.
const MOST_TRIED: usize = 64;

/// Condition keys that a call has to have, with their values.
pub(super) type Needs = BTreeMap<String, Vec<String>>;

impl World for Asked {
    fn state(&self) -> &AuthorizationState {
        self.changed.as_ref().unwrap_or(&self.standing.kept.state)
    }

    fn powers(&mut self, who: &str) -> Powers {
        let Ok(layers) = self.standing.authority.in_force(who) else { return Powers::default() };
        Powers::of([Some(&layers.identity), layers.identity_resource_group.as_ref()].into_iter().flatten())
    }

    fn take(&mut self, step: &Step) -> bool {
        let there = step.whom().is_none_or(|whom| is_there(self.state(), whom));
        if !there || has_a_password(self.state(), step) || self.needs(step).is_none() {
            return false;
        }
        if step.becomes().is_none() {
            let now = || match &self.only {
                Some(only) => reduced(&self.standing.kept.state, only),
                None => self.standing.kept.state.clone(),
            };
            let mut state = self.changed.take().unwrap_or_else(now);
            change(&mut state, step);
            self.changed = Some(state);
        }
        true
    }

    fn settle(&mut self) {
        if let Some(state) = self.changed.take() {
            self.standing = Rc::new(Standing::of(Kept::from(state), Vec::new()));
        }
    }

    fn administers(&mut self, who: &str) -> bool {
        administers(&self.standing.authority, who)
    }

    fn was_cut(&self) -> bool {
        self.cut.get()
    }

    fn names(&self, account: &str, kind: &str, held: &BTreeSet<String>) -> (Vec<String>, bool) {
        let there = |name: &str| is_there(self.state(), &format!("acs:ram::{account}:{kind}/{name}"));
        let (names, all) = names(&self.standing.authority, account, kind, held);
        (names.into_iter().filter(|name| !there(name)).collect(), all)
    }

    fn fork(&self) -> Self {
        self.clone()
    }
}

/// Is a user, a role or a policy in a state?
fn is_there(state: &AuthorizationState, arn: &str) -> bool {
    let (account, kind, name) = parts(arn);
    state.account(account).is_some_and(|account| match kind {
        "user" => account.users.contains_key(name),
        "policy" => account.policies.contains_key(name),
        _ => account.roles.contains_key(name),
    })
}

/// Would a password be a user's first one who is known to have one? That one can be given another; of whom nothing is known may have one.
fn has_a_password(state: &AuthorizationState, step: &Step) -> bool {
    let Step::Login { user, again: false, .. } = step else { return false };
    let (account, _, name) = parts(user);
    state.account(account).and_then(|account| account.users.get(name)).is_some_and(|user| user.console_password)
}

/// As much of a state as is about some users and roles by ARN, and some groups and policies by name: what decides over their steps.
fn reduced(state: &AuthorizationState, only: &BTreeSet<String>) -> AuthorizationState {
    let mut few = AuthorizationState::default();
    for (name, account) in &state.accounts {
        let id = &account.account_id;
        let is = |kind: &str, name: &str| only.contains(&format!("acs:ram::{id}:{kind}/{name}"));
        let users: BTreeMap<_, _> = account
            .users
            .iter()
            .filter(|(name, _)| is("user", name))
            .map(|(name, user)| (name.clone(), user.clone()))
            .collect();
        let roles: BTreeMap<_, _> = account
            .roles
            .iter()
            .filter(|(name, _)| is("role", name))
            .map(|(name, role)| (name.clone(), role.clone()))
            .collect();
        let mut groups = BTreeMap::new();
        for (name, group) in &account.groups {
            let members: Vec<String> =
                group.members.iter().filter(|member| users.contains_key(*member)).cloned().collect();
            let told = users.values().any(|user| user.groups.contains(name));
            if told || !members.is_empty() || is("group", name) {
                groups.insert(name.clone(), Group { members, policies: group.policies.clone() });
            }
        }
        let attached =
            users.values().flat_map(|user| &user.policies).chain(roles.values().flat_map(|role| &role.policies));
        let attached: BTreeSet<String> = attached
            .chain(groups.values().flat_map(|group| &group.policies))
            .map(|one| one.name.to_ascii_lowercase())
            .collect();
        let policies = account
            .policies
            .iter()
            .filter(|(name, _)| attached.contains(&name.to_ascii_lowercase()) || is("policy", name));
        let policies = policies.map(|(name, policy)| (name.clone(), policy.clone())).collect();
        let account = AccountState {
            account_id: id.clone(),
            users,
            groups,
            roles,
            policies,
            system_policies: account.system_policies.clone(),
            resource_groups: account.resource_groups.clone(),
            resource_directory: account.resource_directory.clone(),
            ..AccountState::default()
        };
        few.accounts.insert(name.clone(), account);
    }
    few
}
