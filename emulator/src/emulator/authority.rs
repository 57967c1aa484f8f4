//! Asking who may do what of a state, without a server: questions are built and decided as those of calls are.

use std::collections::BTreeMap;
use std::sync::Arc;

use acslab_policy::{PolicySet, Principal, RequestError};

use crate::cloud::directory::Scope;
use crate::cloud::{Account, Clock, Cloud};
use crate::control::state::{self, AuthorizationState, Unused};
use crate::gateway::{Caller, Circumstances, Decided, ask, ask_as, decide, locate_for};
use crate::operation::SESSION;
use crate::registry::Registry;
use crate::services;

/// A cloud that holds an authorization state and answers questions about it.
///
/// ```
/// use acslab_emulator::Authority;
///
/// let state = serde_json::from_str(r#"{ "accounts": { "company": { "account_id": "1234567890123456", "users": { "alice":
///     { "policies": [ { "type": "System", "name": "AliyunOSSReadOnlyAccess" } ] } } } } }"#)?;
/// let (authority, unused) = Authority::of(&state);
/// assert!(unused.is_empty());
/// let answer = authority.ask("acs:ram::1234567890123456:user/alice", "oss:GetObject", "acs:oss:*:1234567890123456:photos/a", &[])?;
/// assert!(answer.decision.is_allowed());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Authority {
    cloud: Arc<Cloud>,
    registry: Arc<Registry>,
}

/// Why something cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAsked {
    /// The text names nobody.
    #[error("`{0}` names no principal")]
    NotAPrincipal(String),
    /// There is no account with this id.
    #[error("account {0} is not in the state")]
    NoAccount(String),
    /// The account has nobody of this name.
    #[error("account {account} has no {kind} `{name}`")]
    Nobody {
        /// The account.
        account: String,
        /// `user` or `role`.
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// Action and resource make no request.
    #[error(transparent)]
    NotARequest(#[from] RequestError),
}

/// Condition keys with their values, as a question sets them.
pub type Keys = [(String, Vec<String>)];

impl Authority {
    /// A cloud with this state, and what of the state could not be taken.
    pub fn of(state: &AuthorizationState) -> (Self, Vec<Unused>) {
        let cloud = Cloud::new(Clock::real(), 1, None);
        let unused = state::apply(&cloud, state);
        (Self { cloud: Arc::new(cloud), registry: services::registry() }, unused)
    }

    /// Who there is: every RAM user and role, by ARN; not the owners, whom no policy binds.
    pub fn principals(&self) -> Vec<String> {
        let mut all = Vec::new();
        for account in self.cloud.accounts() {
            let directory = account.directory.read();
            all.extend(directory.users().map(|user| format!("acs:ram::{}:user/{}", account.id, user.name)));
            all.extend(directory.roles().map(|role| format!("acs:ram::{}:role/{}", account.id, role.name)));
        }
        all
    }

    /// The ARN of the RAM user with this id.
    pub fn user_with_id(&self, id: &str) -> Option<String> {
        self.cloud.accounts().iter().find_map(|account| {
            let directory = account.directory.read();
            directory.user_by_id(id).map(|user| format!("acs:ram::{}:user/{}", account.id, user.name))
        })
    }

    /// What is attached to somebody for resource groups alone, by the groups' names: it counts for what is in them.
    ///
    /// # Errors
    /// See [`NotAsked`].
    pub fn of_resource_groups(&self, who: &str) -> Result<BTreeMap<String, PolicySet>, NotAsked> {
        let system = self.cloud.system_policies();
        let (account, sets): (_, Vec<(String, PolicySet)>) = match self.caller(who)? {
            Some(Caller::User { account, id, .. }) => {
                let directory = account.directory.read();
                let Some(user) = directory.user_by_id(&id) else { return Ok(BTreeMap::new()) };
                let own = user.attached.resource_groups();
                let scopes = own.chain(directory.groups_of(user).flat_map(|group| group.attached.resource_groups()));
                let set = |id: &str| directory.policies_of_user(user, &Scope::ResourceGroup(id.to_owned()), &system);
                let sets = scopes.map(|id| (id.to_owned(), set(id))).collect();
                drop(directory);
                (account, sets)
            }
            Some(Caller::Session { account, session }) => {
                let directory = account.directory.read();
                let Some(role) = directory.role_by_id(&session.role_id) else { return Ok(BTreeMap::new()) };
                let set = |id: &str| directory.policies_of_role(role, &Scope::ResourceGroup(id.to_owned()), &system);
                let sets = role.attached.resource_groups().map(|id| (id.to_owned(), set(id))).collect();
                drop(directory);
                (account, sets)
            }
            _ => return Ok(BTreeMap::new()),
        };
        let groups = account.resource_groups.read();
        let now = self.cloud.clock.now();
        let names: BTreeMap<&str, &str> =
            groups.iter(now).map(|group| (group.id.as_str(), group.name.as_str())).collect();
        Ok(sets
            .into_iter()
            .map(|(id, set)| (names.get(id.as_str()).map_or(id.clone(), |name| (*name).to_owned()), set))
            .collect())
    }

    /// May somebody do something? Whoever asks is named by ARN (`acs:ram::ACCOUNT:user/NAME`, `…:role/NAME`,
    /// `…:assumed-role/ROLE/SESSION`, `…:root`), a service by its name, nobody as `*`. The keys count besides those that every request
    /// carries and those that are known of the resource, and in their place.
    ///
    /// # Errors
    /// See [`NotAsked`].
    pub fn ask(&self, who: &str, action: &str, resource: &str, keys: &Keys) -> Result<Decided, NotAsked> {
        let Some(caller) = self.caller(who)? else { return self.ask_as_service(who, action, resource, keys) };
        let circumstances = Circumstances::of_nowhere(&self.cloud);
        let mut need = ask(&circumstances, &caller, [(action, resource.to_owned())])?;
        need.know(&locate_for(&self.registry, &self.cloud, &caller, action, resource));
        for (key, values) in keys {
            need.set_many(key, values);
        }
        let answer = decide(&self.cloud, &caller, need);
        let settled = answer.settled().cloned();
        settled.ok_or_else(|| NotAsked::NotARequest(RequestError::Action(action.to_owned())))
    }

    /// Services and identity providers have no policies of their own: what the resource says decides.
    fn ask_as_service(&self, who: &str, action: &str, resource: &str, keys: &Keys) -> Result<Decided, NotAsked> {
        let account = resource.split(':').nth(3).unwrap_or_default();
        let principal = match who.split_once('@') {
            Some((account, service)) => Principal::service(service, account),
            None if who.starts_with("acs:") => Principal::federated(who),
            None => Principal::service(who, account),
        };
        // Nobody's policies count: neither its own, for it has none, nor what binds users and roles.
        let nobody = Caller::Anonymous;
        let circumstances = Circumstances::of_nowhere(&self.cloud);
        let mut need = ask_as(&circumstances, &nobody, &principal, [(action, resource.to_owned())])?;
        need.know(&locate_for(&self.registry, &self.cloud, &nobody, action, resource));
        for (key, values) in keys {
            need.set_many(key, values);
        }
        let settled = decide(&self.cloud, &nobody, need).settled().cloned();
        settled.ok_or_else(|| NotAsked::NotARequest(RequestError::Action(action.to_owned())))
    }

    /// Whoever is named; none for a service or a provider.
    fn caller(&self, who: &str) -> Result<Option<Caller>, NotAsked> {
        if who == "*" {
            return Ok(Some(Caller::Anonymous));
        }
        let none = || NotAsked::NotAPrincipal(who.to_owned());
        let Some(rest) = who.strip_prefix("acs:ram:").or_else(|| who.strip_prefix("arn:sts:")) else {
            let service = who.contains('.') && !who.contains([' ', '/', '*']);
            return if service { Ok(None) } else { Err(none()) };
        };
        let mut fields = rest.splitn(3, ':').skip(1);
        let (id, named) = (fields.next().ok_or_else(none)?, fields.next().ok_or_else(none)?);
        let account = self.cloud.account(id).ok_or_else(|| NotAsked::NoAccount(id.to_owned()))?;
        match named.split_once('/') {
            None if named == "root" => Ok(Some(Caller::Owner(account))),
            Some(("user", name)) => user(&account, name).map(Some),
            Some(("role", name)) => role(&account, name, SESSION).map(Some),
            Some(("assumed-role", both)) => {
                let (name, session) = both.split_once('/').unwrap_or((both, SESSION));
                role(&account, name, session).map(Some)
            }
            Some(("saml-provider" | "oidc-provider", _)) => Ok(None),
            _ => Err(none()),
        }
    }
}

fn user(account: &Arc<Account>, name: &str) -> Result<Caller, NotAsked> {
    let directory = account.directory.read();
    let nobody = |_| NotAsked::Nobody { account: account.id.clone(), kind: "user", name: name.to_owned() };
    directory.user(name).map(|user| Caller::user(account, user)).map_err(nobody)
}

fn role(account: &Arc<Account>, name: &str, session: &str) -> Result<Caller, NotAsked> {
    let directory = account.directory.read();
    let nobody = |_| NotAsked::Nobody { account: account.id.clone(), kind: "role", name: name.to_owned() };
    directory.role(name).map(|role| Caller::session_of(account, role, session)).map_err(nobody)
}
