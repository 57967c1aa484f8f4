//! What a search looks up of a state: who and what is there, who is in which group, which roles trust whom.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use acslab_emulator::SystemPolicies;
use acslab_emulator::state::{AccountState, Attachment, AuthorizationState, PolicyText, Role};
use acslab_policy::{Document, DocumentKind, Effect, PrincipalPattern, Principals};

use super::step::RUNNERS;

/// The state as a search sees it. Whoever is held is taken out of what is left.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    /// The users and roles that nobody is yet, by account.
    left: BTreeMap<String, Left>,
    /// The roles that trust everybody of an account.
    of_account: HashMap<String, BTreeSet<String>>,
    /// The roles that trust somebody by name, in lower case.
    of_principal: HashMap<String, BTreeSet<String>>,
    /// The roles that trust a SAML identity provider of an account, with it.
    of_provider: HashMap<String, BTreeSet<(String, String)>>,
    /// The policies that were made, by account.
    made: HashMap<String, BTreeSet<String>>,
    /// The groups of a user, which may be told from either side.
    groups: HashMap<String, BTreeSet<String>>,
    /// The users of a group, by account and name.
    members: HashMap<(String, String), BTreeSet<String>>,
}

#[derive(Clone, Debug, Default)]
struct Left {
    users: BTreeSet<String>,
    /// With the services that run code and are trusted, and whether the trust policy may be changed.
    roles: BTreeMap<String, (Vec<(&'static str, &'static str)>, bool)>,
}

impl Index {
    pub(super) fn of(state: &AuthorizationState) -> Self {
        let mut index = Self::default();
        for account in state.accounts.values() {
            let id = &account.account_id;
            let mut left = Left { users: account.users.keys().cloned().collect(), ..Left::default() };
            for (name, role) in &account.roles {
                let services = index.trust(&format!("acs:ram::{id}:role/{name}"), role);
                left.roles.insert(name.clone(), (services, role.service_linked.is_none()));
            }
            index.left.insert(id.clone(), left);
            let told = account.users.iter().flat_map(|(name, user)| user.groups.iter().map(move |group| (name, group)));
            let of_groups = account.groups.iter();
            let of_groups = of_groups.flat_map(|(group, of)| of.members.iter().map(move |name| (name, group)));
            for (name, group) in told.chain(of_groups).filter(|(_, group)| account.groups.contains_key(*group)) {
                index.joined(&format!("acs:ram::{id}:user/{name}"), group);
            }
        }
        index
    }

    /// Notes whom a role trusts; gives the services that run code as it.
    fn trust(&mut self, arn: &str, role: &Role) -> Vec<(&'static str, &'static str)> {
        let Ok(document) = Document::stored(DocumentKind::Trust, &role.trust.pretty()) else {
            return Vec::new();
        };
        let mut services = Vec::new();
        for statement in document.statements().iter().filter(|statement| statement.effect() == Effect::Allow) {
            let Principals::Principal(entries) = statement.principals() else { continue };
            for entry in entries {
                let named = match &entry.value {
                    PrincipalPattern::AccountRoot(account) => {
                        self.of_account.entry(account.to_string()).or_default().insert(arn.to_owned());
                        continue;
                    }
                    PrincipalPattern::Service { name, .. } => {
                        let runs = RUNNERS.iter().filter(|(service, _)| *service == &**name);
                        services.extend(runs.copied());
                        continue;
                    }
                    PrincipalPattern::Provider(provider) => {
                        let (account, kind, _) = parts(provider);
                        if kind == "saml-provider" {
                            let of = self.of_provider.entry(account.to_owned()).or_default();
                            of.insert((arn.to_owned(), provider.to_string()));
                        }
                        continue;
                    }
                    PrincipalPattern::User { account, name } => format!("acs:ram::{account}:user/{name}"),
                    PrincipalPattern::Role { account, name }
                    | PrincipalPattern::AssumedRole { account, role: name, .. } => {
                        format!("acs:ram::{account}:role/{name}")
                    }
                    _ => continue,
                };
                self.of_principal.entry(named.to_ascii_lowercase()).or_default().insert(arn.to_owned());
            }
        }
        services.dedup();
        services
    }

    /// From now on nobody has to become somebody.
    pub(super) fn hold(&mut self, arn: &str) {
        let (account, kind, name) = parts(arn);
        if let Some(left) = self.left.get_mut(account) {
            match kind {
                "user" => drop(left.users.remove(name)),
                _ => drop(left.roles.remove(name)),
            }
        }
    }

    /// A role trusts everybody of its account from now on.
    pub(super) fn opened(&mut self, role: &str) {
        self.of_account.entry(parts(role).0.to_owned()).or_default().insert(role.to_owned());
    }

    /// The roles that may trust somebody, and are not held.
    pub(super) fn trusting(&mut self, arn: &str) -> BTreeSet<String> {
        let account = parts(arn).0;
        let left = &self.left;
        let mut all = BTreeSet::new();
        let lists = [self.of_account.get_mut(account), self.of_principal.get_mut(&arn.to_ascii_lowercase())];
        for roles in lists.into_iter().flatten() {
            // What is held is never asked for again.
            roles.retain(|role| is_left(left, role));
            all.extend(roles.iter().cloned());
        }
        all
    }

    /// A user is in a group.
    pub(super) fn joined(&mut self, user: &str, group: &str) {
        self.groups.entry(user.to_owned()).or_default().insert(group.to_owned());
        let place = (parts(user).0.to_owned(), group.to_owned());
        self.members.entry(place).or_default().insert(user.to_owned());
    }

    /// A user is in a group no more.
    pub(super) fn parted(&mut self, user: &str, group: &str) {
        self.groups.entry(user.to_owned()).or_default().remove(group);
        let place = (parts(user).0.to_owned(), group.to_owned());
        self.members.entry(place).or_default().remove(user);
    }

    /// There is a new user.
    pub(super) fn made_user(&mut self, arn: &str) {
        let (account, _, name) = parts(arn);
        self.left.entry(account.to_owned()).or_default().users.insert(name.to_owned());
    }

    /// There is a new role, which trusts everybody of its account, and services that run code.
    pub(super) fn made_role(&mut self, arn: &str) {
        let (account, _, name) = parts(arn);
        let left = self.left.entry(account.to_owned()).or_default();
        left.roles.insert(name.to_owned(), (RUNNERS.to_vec(), true));
        self.opened(arn);
    }

    /// There is a new policy, which allows everything.
    pub(super) fn made_policy(&mut self, account: &str, name: &str) {
        self.made.entry(account.to_owned()).or_default().insert(name.to_owned());
    }

    /// The policies of an account that were made.
    pub(super) fn new_policies(&self, account: &str) -> Vec<String> {
        self.made.get(account).into_iter().flatten().cloned().collect()
    }

    /// The roles that trust a SAML identity provider of an account and that nobody is yet, each with it.
    pub(super) fn by_provider(&self, account: &str) -> Vec<(String, String)> {
        let all = self.of_provider.get(account).into_iter().flatten();
        all.filter(|(role, _)| is_left(&self.left, role)).cloned().collect()
    }

    /// The groups of somebody.
    pub(super) fn groups(&self, arn: &str) -> impl Iterator<Item = &String> {
        self.groups.get(arn).into_iter().flatten()
    }

    /// The users of a group.
    pub(super) fn members(&self, account: &str, group: &str) -> impl Iterator<Item = &String> {
        self.members.get(&(account.to_owned(), group.to_owned())).into_iter().flatten()
    }

    /// The custom policies of somebody, those of their groups too.
    pub(super) fn policies<'a>(&self, state: &'a AuthorizationState, arn: &str) -> BTreeSet<&'a str> {
        let (id, kind, name) = parts(arn);
        let Some(account) = state.account(id) else { return BTreeSet::new() };
        let custom = |all: &'a [Attachment]| all.iter().filter(|one| one.kind == "Custom").map(|one| one.name.as_str());
        if kind == "user" {
            let own = account.users.get(name).into_iter().flat_map(|user| custom(&user.policies));
            let groups = self.groups(arn).filter_map(|group| account.groups.get(group));
            return own.chain(groups.flat_map(|group| custom(&group.policies))).collect();
        }
        account.roles.get(name).into_iter().flat_map(|role| custom(&role.policies)).collect()
    }

    /// Does a role of another account trust somebody, which is not held?
    pub(super) fn is_wanted_abroad(&mut self, arn: &str) -> bool {
        let account = parts(arn).0.to_owned();
        self.trusting(arn).iter().any(|role| parts(role).0 != account)
    }

    /// The users of an account that nobody is yet.
    pub(super) fn users(&self, account: &str) -> Vec<String> {
        self.left.get(account).map(|left| left.users.iter().cloned().collect()).unwrap_or_default()
    }

    /// The roles of an account whose trust policy may be changed, and that nobody is yet.
    pub(super) fn changeable(&self, account: &str) -> Vec<String> {
        let roles = self.left.get(account).into_iter().flat_map(|left| &left.roles);
        roles.filter(|(_, (_, changeable))| *changeable).map(|(name, _)| name.clone()).collect()
    }

    /// The roles of an account with services that are trusted to run code as them.
    pub(super) fn run_by(&self, account: &str) -> Vec<(String, &'static str, &'static str)> {
        let roles = self.left.get(account).into_iter().flat_map(|left| &left.roles);
        roles
            .flat_map(|(name, (services, _))| {
                services.iter().map(|(service, action)| (name.clone(), *service, *action))
            })
            .collect()
    }
}

/// Is somebody there, and not held?
fn is_left(left: &BTreeMap<String, Left>, arn: &str) -> bool {
    let (account, kind, name) = parts(arn);
    left.get(account).is_some_and(|left| match kind {
        "user" => left.users.contains(name),
        _ => left.roles.contains_key(name),
    })
}

/// The account, `user` or `role`, and the name of somebody.
pub(super) fn parts(arn: &str) -> (&str, &str, &str) {
    let mut fields = arn.splitn(5, ':').skip(3);
    let (account, named) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
    let (kind, name) = named.split_once('/').unwrap_or((named, ""));
    (account, kind, name)
}

/// What the statements of a policy do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Effects {
    pub(super) allows: bool,
    pub(super) denies: bool,
}

/// What some policies do that are attached.
pub(super) fn effects(account: &AccountState, attached: &[Attachment]) -> Effects {
    let mut effects = Effects::default();
    for one in attached {
        let text = if one.kind == "Custom" {
            let policy = account.policies.get(&one.name);
            policy.and_then(|policy| policy.versions.get(&policy.default_version)).map(PolicyText::pretty)
        } else {
            let own = account.system_policies.get(&one.name).map(|policy| policy.text.pretty());
            own.or_else(|| SystemPolicies::shipped().get(&one.name).map(|policy| policy.document().text().to_owned()))
        };
        let document = text.and_then(|text| Document::stored(DocumentKind::Identity, &text).ok());
        for statement in document.iter().flat_map(Document::statements) {
            effects.allows |= statement.effect() == Effect::Allow;
            effects.denies |= statement.effect() == Effect::Deny;
        }
    }
    effects
}

/// What the policies of a group do.
pub(super) fn of_group(account: &AccountState, group: &str) -> Effects {
    effects(account, account.groups.get(group).map(|group| group.policies.as_slice()).unwrap_or_default())
}
