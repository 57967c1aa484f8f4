//! Asking who may do what of a state, without a server: questions are built and decided as those of calls are.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use acslab_policy::{OwnedLayers, PolicySet, Principal, Request, RequestError, is_account_id};

use super::grouped::Grouped;
use crate::cloud::directory::Scope;
use crate::cloud::{Account, Clock, Cloud};
use crate::control::state::{self, AuthorizationState, Unused};
use crate::gateway::{Caller, Circumstances, Decided, Needed, ask, ask_as, decide, suppose};
use crate::operation::SESSION;
use crate::registry::Registry;
use crate::services;
use crate::services::oss::key_alias;

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
    grouped: Grouped,
    /// The users whose ids the state does not say, by account and name: the cloud has drawn some, which are nobody's.
    without_id: HashSet<(String, String)>,
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
    /// Several accounts could have the resource.
    #[error("the state does not say whose `{0}` is: write the id of its account into it")]
    Whose(String),
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
        let grouped = Grouped::of(&cloud);
        let without_id = state.accounts.values().flat_map(|account| {
            let users = account.users.iter().filter(|(_, user)| user.user_id.is_none());
            users.map(|(name, _)| (account.account_id.clone(), name.clone()))
        });
        let without_id = without_id.collect();
        (Self { cloud: Arc::new(cloud), registry: services::registry(), grouped, without_id }, unused)
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

    /// The actions that are allowed where no policy says anything, in their order.
    pub fn open_actions(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self.registry.open().collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The ARN of the RAM user with this id.
    pub fn user_with_id(&self, id: &str) -> Option<String> {
        self.cloud.accounts().iter().find_map(|account| {
            let directory = account.directory.read();
            let user = directory.user_by_id(id).filter(|user| !self.is_without_id(&account.id, &user.name))?;
            Some(format!("acs:ram::{}:user/{}", account.id, user.name))
        })
    }

    /// The policies that bind somebody whatever is asked for: its own, those for no resource group alone, and the control policies.
    ///
    /// # Errors
    /// See [`NotAsked`].
    pub fn in_force(&self, who: &str) -> Result<OwnedLayers, NotAsked> {
        // Any question has them with it.
        Ok(self.ask(who, "none:None", "*", &[])?.question.layers)
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

    /// The resource group that a resource is known to be in, by its name; of a resource without an account, of whoever asks.
    ///
    /// # Errors
    /// See [`NotAsked`].
    pub fn resource_group_of(&self, who: &str, action: &str, resource: &str) -> Result<Option<String>, NotAsked> {
        let Some(caller) = self.caller(who)? else { return Ok(None) };
        let mut need = ask(&Circumstances::of_nowhere(&self.cloud), &caller, [(action, resource.to_owned())])?;
        self.suppose(&mut need, &caller, action, resource)?;
        let (Some(id), Some(account)) = (need.resource_group, caller.account()) else { return Ok(None) };
        let groups = account.resource_groups.read();
        let mut all = groups.iter(self.cloud.clock.now());
        Ok(Some(all.find(|group| group.id == id).map_or_else(|| id.clone(), |group| group.name.clone())))
    }

    /// May somebody do something? Whoever asks is named by ARN (`acs:ram::ACCOUNT:user/NAME`, `…:role/NAME`,
    /// `…:assumed-role/ROLE/SESSION`, `…:root`), a service by its name, nobody as `*`; somebody of an account that is not here by an id alone, too. The keys count besides those that every request
    /// carries and those that are known of the resource, and in their place.
    ///
    /// # Errors
    /// See [`NotAsked`].
    pub fn ask(&self, who: &str, action: &str, resource: &str, keys: &Keys) -> Result<Decided, NotAsked> {
        self.ask_in(who, action, resource, keys, None)
    }

    /// The same of a resource that is in a resource group, by the group's id or name; without one, in the one that is known of it.
    ///
    /// # Errors
    /// See [`NotAsked`].
    pub fn ask_in(
        &self,
        who: &str,
        action: &str,
        resource: &str,
        keys: &Keys,
        group: Option<&str>,
    ) -> Result<Decided, NotAsked> {
        let caller = match self.caller(who) {
            Ok(Some(caller)) => caller,
            Ok(None) => return self.ask_as(&unattached(who, resource), action, resource, keys),
            // Of whoever is of an account that is not here no policies are known, and none reach what is another account's.
            Err(NotAsked::NoAccount(id)) => {
                let principal = outsider(who).filter(|_| self.is_here(resource));
                let principal = principal.ok_or(NotAsked::NoAccount(id))?;
                return self.ask_as(&principal, action, resource, keys);
            }
            Err(error) => return Err(error),
        };
        let circumstances = Circumstances::of_nowhere(&self.cloud);
        let mut need = ask(&circumstances, &caller, [(action, resource.to_owned())])?;
        if let Caller::User { account, name, .. } = &caller
            && self.is_without_id(&account.id, name)
        {
            need.requests.iter_mut().for_each(Request::forget_user_id);
        }
        self.suppose(&mut need, &caller, action, resource)?;
        if let Some(group) = group {
            need.resource_group = Some(self.group(&caller, group));
        }
        set_all(&mut need, action, keys);
        let answer = decide(&self.cloud, &caller, need);
        let settled = answer.settled().cloned();
        settled.ok_or_else(|| NotAsked::NotARequest(RequestError::Action(action.to_owned())))
    }

    /// Is the id of a user one that the state does not say?
    fn is_without_id(&self, account: &str, user: &str) -> bool {
        !self.without_id.is_empty() && self.without_id.contains(&(account.to_owned(), user.to_owned()))
    }

    /// The id of a resource group that is named by its id or its name.
    fn group(&self, caller: &Caller, named: &str) -> String {
        let Some(account) = caller.account() else { return named.to_owned() };
        let groups = account.resource_groups.read();
        let mut all = groups.iter(self.cloud.clock.now());
        all.find(|group| group.name == named).map_or_else(|| named.to_owned(), |group| group.id.clone())
    }

    /// Is a resource one of the accounts that are here, or may it be?
    fn is_here(&self, resource: &str) -> bool {
        let account = resource.split(':').nth(3).unwrap_or_default();
        matches!(account, "" | "*") || self.cloud.account(account).is_some()
    }

    /// Services and identity providers have no policies of their own, and those of outsiders are not known: what the resource says decides.
    fn ask_as(&self, principal: &Principal, action: &str, resource: &str, keys: &Keys) -> Result<Decided, NotAsked> {
        // Nobody's policies count: neither its own, for it has none, nor what binds users and roles.
        let nobody = Caller::Anonymous;
        let circumstances = Circumstances::of_nowhere(&self.cloud);
        let mut need = ask_as(&circumstances, principal, [(action, resource.to_owned())])?;
        self.suppose(&mut need, &nobody, action, resource)?;
        set_all(&mut need, action, keys);
        let settled = decide(&self.cloud, &nobody, need).settled().cloned();
        settled.ok_or_else(|| NotAsked::NotARequest(RequestError::Action(action.to_owned())))
    }

    /// What a call would have besides. Of a resource whose account is not said it has to be known whose it is: the account's that has it,
    /// that of whoever asks for what is no single thing, or the only one's that there is.
    fn suppose(&self, need: &mut Needed, caller: &Caller, action: &str, resource: &str) -> Result<(), NotAsked> {
        suppose(need, (&self.registry, &self.cloud), caller, action, resource);
        if need.resource_group.is_none() {
            let account = caller.account().map(|account| account.id.as_str());
            need.resource_group = self.grouped.of_resource(resource, account).map(str::to_owned);
        }
        let mut fields = resource.splitn(5, ':').skip(3);
        let (Some("" | "*"), Some(id)) = (fields.next(), fields.next()) else { return Ok(()) };
        let known = need.requests.iter().any(|request| request.resource().owner().is_some());
        if known {
            return Ok(());
        }
        let inhabited = |account: &&Arc<Account>| {
            let directory = account.directory.read();
            directory.users().next().is_some() || directory.roles().next().is_some()
        };
        let accounts = self.cloud.accounts();
        let mut inhabited = accounts.iter().filter(inhabited);
        let only = inhabited.next().filter(|_| inhabited.next().is_none());
        match only.or_else(|| caller.account().filter(|_| id == "*")) {
            Some(account) => need.belongs_to(&account.id),
            None if accounts.len() > 1 => return Err(NotAsked::Whose(resource.to_owned())),
            None => {}
        }
        Ok(())
    }

    /// Whoever is named; none for a service or a provider.
    fn caller(&self, who: &str) -> Result<Option<Caller>, NotAsked> {
        if who == "*" {
            return Ok(Some(Caller::Anonymous));
        }
        if is_number(who) {
            return Err(NotAsked::NoAccount(who.to_owned()));
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

/// The keys that a question says itself, and those that are filled together with them.
fn set_all(need: &mut Needed, action: &str, keys: &Keys) {
    let says = |key: &str| keys.iter().any(|(known, _)| known.eq_ignore_ascii_case(key));
    let fills = |key: &str| {
        let filled = |request: &acslab_policy::Request| {
            request.context().iter().any(|(known, _)| known.eq_ignore_ascii_case(key))
        };
        need.requests.iter().any(filled)
    };
    let mut more = Vec::new();
    for (key, values) in keys {
        let alias = key_alias(action, key).filter(|alias| !says(alias) && fills(alias));
        more.extend(alias.map(|alias| (alias, values)));
    }
    for (key, values) in keys.iter().map(|(key, values)| (key.as_str(), values)).chain(more) {
        need.set_many(key, values);
    }
}

/// A service or an identity provider.
fn unattached(who: &str, resource: &str) -> Principal {
    match who.split_once('@') {
        Some((account, service)) => Principal::service(service, account),
        None if who.starts_with("acs:") => Principal::federated(who),
        None => Principal::service(who, resource.split(':').nth(3).unwrap_or_default()),
    }
}

/// Somebody of an account that is not here: by ARN, or as bucket policies name them, an account or a RAM user by its id alone.
fn outsider(who: &str) -> Option<Principal> {
    match who {
        _ if is_account_id(who) => Some(Principal::owner(who)),
        _ if is_number(who) => Some(Principal::ram_user("", who, who)),
        _ => Principal::named(who, ""),
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Authority, NotAsked};

    const ALICE: &str = "acs:ram::1234567890123456:user/alice";
    const BOB: &str = "acs:ram::2234567890123456:user/bob";

    /// Two accounts: alice of the one, which has the bucket photos, may what this says; bob of the other may everything.
    fn state(statements: &Value) -> Authority {
        let own = |statements: &Value| json!({"Own": {"default_version": "v1", "versions": {"v1": {"Version": "1", "Statement": statements}}}});
        let attached = json!([{"name": "Own", "type": "Custom"}]);
        let all = json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}]);
        let state = json!({"accounts": {
            "one": {"account_id": "1234567890123456", "activated": ["oss"], "policies": own(statements),
                "users": {"alice": {"policies": attached}}, "buckets": {"photos": {"region": "cn-hangzhou", "acl": "private"}}},
            "two": {"account_id": "2234567890123456", "policies": own(&all), "users": {"bob": {"policies": attached}}},
        }});
        let (authority, unused) = Authority::of(&serde_json::from_value(state).unwrap());
        assert!(unused.is_empty(), "{unused:?}");
        authority
    }

    fn allows(authority: &Authority, who: &str, action: &str, resource: &str) -> bool {
        authority.ask(who, action, resource, &[]).unwrap().decision.is_allowed()
    }

    #[test]
    fn a_question_has_what_a_plain_call_has() {
        let deny = |action: &str, condition: Value| {
            let all = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
            state(&json!([all, {"Effect": "Deny", "Action": action, "Resource": "*", "Condition": condition}]))
        };
        let (photo, bucket, all) =
            ("acs:oss:*:1234567890123456:photos/a", "acs:oss:*:1234567890123456:new", "acs:oss:*:1234567890123456:*");
        for (action, resource, condition) in [
            ("oss:PutObject", photo, json!({"StringNotEquals": {"oss:x-oss-object-acl": ["private", "default"]}})),
            ("oss:PutBucket", bucket, json!({"StringNotEquals": {"oss:x-oss-acl": "private"}})),
            ("oss:ListBuckets", all, json!({"StringNotEquals": {"acs:SourceVpc": ["", "vpc-1"]}})),
            // What OSS does not know is never met.
            ("oss:GetObject", photo, json!({"StringNotEquals": {"aws:SourceVpc": "vpc-1"}})),
        ] {
            assert!(allows(&deny(action, condition), ALICE, action, resource), "{action}");
        }
        let other = deny("oss:PutObject", json!({"StringEquals": {"oss:x-oss-object-acl": "default"}}));
        assert!(!allows(&other, ALICE, "oss:PutObject", photo));
        // What nothing speaks of is allowed where the product says so.
        assert!(allows(
            &state(&json!([{"Effect": "Allow", "Action": "a:b", "Resource": "*"}])),
            ALICE,
            "pai:ListProducts",
            "*"
        ));
    }

    #[test]
    fn whoever_is_of_an_account_that_is_not_here_has_what_the_resource_gives() {
        let statement = json!({"Effect": "Allow", "Action": ["oss:GetObject"], "Principal": ["209999567890123401", "9999567890123456"],
            "Resource": ["acs:oss:*:1234567890123456:photos/*"]});
        let policy = json!({"Version": "1", "Statement": [statement]});
        let state = json!({"accounts": {"one": {"account_id": "1234567890123456", "activated": ["oss"],
            "buckets": {"photos": {"region": "cn-hangzhou", "acl": "private", "policy": policy}}}}});
        let (authority, unused) = Authority::of(&serde_json::from_value(state).unwrap());
        assert!(unused.is_empty(), "{unused:?}");
        let photo = "acs:oss:*:1234567890123456:photos/a";
        for (who, allowed) in [
            ("acs:ram::9999567890123456:user/209999567890123401", true),
            ("209999567890123401", true),
            ("9999567890123456", true),
            ("acs:ram::9999567890123456:root", true),
            ("acs:ram::9999567890123456:user/209999567890123402", false),
            ("acs:ram::9999567890123456:user/bob", false),
            ("acs:ram::9999567890123456:assumed-role/ops/s", false),
            ("209999567890123402", false),
        ] {
            assert_eq!(allows(&authority, who, "oss:GetObject", photo), allowed, "{who}");
        }
        let abroad =
            authority.ask("acs:ram::9999567890123456:user/bob", "oss:GetObject", "acs:oss:*:9999567890123456:x/a", &[]);
        assert_eq!(abroad.unwrap_err(), NotAsked::NoAccount("9999567890123456".to_owned()));
    }

    #[test]
    fn a_resource_without_its_region_is_where_it_is_known_to_be() {
        let of = |region: &str| json!([{"Effect": "Allow", "Action": "oss:*", "Resource": format!("acs:oss:{region}:*:photos/*")}]);
        for (policy, asked, may) in [
            ("cn-hangzhou", "*", true),
            ("cn-hangzhou", "", true),
            ("cn-hangzhou", "cn-hangzhou", true),
            ("cn-beijing", "*", false),
            ("*", "*", true),
        ] {
            let photo = format!("acs:oss:{asked}:1234567890123456:photos/a");
            assert_eq!(allows(&state(&of(policy)), ALICE, "oss:GetObject", &photo), may, "{policy} {asked}");
        }
    }

    #[test]
    fn a_resource_without_its_account_is_its_owners() {
        let authority = state(&json!([{"Effect": "Allow", "Action": "oss:*", "Resource": "acs:oss:*:*:*"}]));
        for account in ["*", "", "1234567890123456"] {
            let photo = format!("acs:oss:*:{account}:photos/a");
            assert!(allows(&authority, ALICE, "oss:GetObject", &photo), "{photo}");
            assert!(!allows(&authority, BOB, "oss:GetObject", &photo), "{photo}");
        }
        // Of what is not in the state nobody knows, but for what is each one's own.
        let unknown = authority.ask(BOB, "oss:GetObject", "acs:oss:*:*:other/a", &[]).unwrap_err();
        assert_eq!(unknown, NotAsked::Whose("acs:oss:*:*:other/a".to_owned()));
        assert!(allows(&authority, BOB, "oss:ListBuckets", "acs:oss:*:*:*"));
    }
}
