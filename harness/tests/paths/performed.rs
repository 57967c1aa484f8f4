//! A world in which each step is really called.

use std::collections::BTreeMap;

use acslab::catalogue::{Lookup, find};
use acslab::client::{Answer, Call, Client, Given, Key, Moment};
use acslab::paths::{Step, World};
use acslab_emulator::state::{AuthorizationState, Effective, Permission, StateQuery, Who};
use acslab_emulator::{Emulator, EmulatorHandle};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::ACCOUNT;
use crate::accounts::{ACTIONS, resources};

/// A cloud that is called.
pub(crate) struct Performed {
    _emulator: EmulatorHandle,
    client: Client,
    keys: BTreeMap<String, Key>,
    state: AuthorizationState,
    calls: u64,
}

impl Performed {
    pub(crate) fn of(state: &AuthorizationState, from: &str) -> Self {
        Self::with(state, [from])
    }

    /// One in which these can call.
    fn with<'a>(state: &AuthorizationState, held: impl IntoIterator<Item = &'a str>) -> Self {
        let emulator = Emulator::builder().authorization_state(state.clone()).start().unwrap();
        let client = Client::new(emulator.address().to_string());
        let owner = &emulator.accounts()[0];
        let owner = Key { id: owner.access_key_id.clone(), secret: owner.access_key_secret.clone(), token: None };
        let keys = BTreeMap::from([("owner".to_owned(), owner)]);
        let mut world = Self { _emulator: emulator, client, keys, state: state.clone(), calls: 0 };
        for who in held {
            world.hold(who);
        }
        world
    }

    /// Gives somebody a key, whoever lets them have one.
    fn hold(&mut self, who: &str) {
        let name = who.rsplit('/').next().unwrap();
        let key = if who.contains(":role/") {
            let answer: Value = self.client.control_post("role-sessions", &json!({"role": name})).unwrap();
            Key::in_answer(&answer).unwrap()
        } else {
            let answer = self.call("owner", "Ram", "CreateAccessKey", &[("UserName", name)]);
            Key::in_answer(&answer.fields).unwrap()
        };
        self.keys.insert(who.to_owned(), key);
    }

    fn call(&mut self, by: &str, product: &str, operation: &str, parameters: &[(&str, &str)]) -> Answer {
        let Lookup::Found(operation) = find(product, operation, None) else { panic!("{product}.{operation}") };
        self.calls += 1;
        let nonce = format!("path-{}-{}", std::process::id(), self.calls);
        let parameters: Vec<(String, Given)> =
            parameters.iter().map(|(name, value)| ((*name).to_owned(), Given::Json(json!(value)))).collect();
        let moment = Moment { at: Timestamp::now(), nonce: &nonce, region: "cn-hangzhou" };
        let key = self.keys.get(by);
        self.client
            .call(&Call { operation, parameters: &parameters, key, signature: None, presigned: None, moment })
            .unwrap()
    }
}

impl World for Performed {
    fn state(&self) -> &AuthorizationState {
        &self.state
    }

    fn take(&mut self, step: &Step) -> bool {
        let by = step.by().to_owned();
        let name = |arn: &str| arn.rsplit('/').next().unwrap().to_owned();
        let everything = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
        let answer = match step {
            Step::AssumeRole { role, .. } => {
                let arn = role.to_ascii_lowercase();
                self.call(&by, "Sts", "AssumeRole", &[("RoleArn", &arn), ("RoleSessionName", "path")])
            }
            Step::CreateAccessKey { user, ims, .. } => self.of_user(&by, "CreateAccessKey", &name(user), *ims, &[]),
            Step::Login { user, again, ims, .. } => {
                let operation = if *again { "UpdateLoginProfile" } else { "CreateLoginProfile" };
                self.of_user(&by, operation, &name(user), *ims, &[("Password", "Path-to-more-2026!")])
            }
            Step::AttachAdministrator { to, manager, .. } => {
                self.attach(&by, ("Attach", "To"), to, ("System", "AdministratorAccess"), *manager)
            }
            Step::AttachNew { to, policy, manager, .. } => {
                self.attach(&by, ("Attach", "To"), to, ("Custom", policy), *manager)
            }
            Step::NewPolicy { policy, .. } => {
                let parameters = [("PolicyName", policy.as_str()), ("PolicyDocument", everything)];
                self.call(&by, "Ram", "CreatePolicy", &parameters)
            }
            Step::Detach { from, policy, kind, manager, .. } => {
                self.attach(&by, ("Detach", "From"), from, (kind, policy), *manager)
            }
            Step::SetVersion { policy, version, .. } => {
                let parameters = [("PolicyName", policy.as_str()), ("VersionId", version.as_str())];
                self.call(&by, "Ram", "SetDefaultPolicyVersion", &parameters)
            }
            Step::LeaveGroup { user, group, ims, .. } => {
                self.of_user(&by, "RemoveUserFromGroup", &name(user), *ims, &[("GroupName", group)])
            }
            Step::NewUser { user, ims: false, .. } => self.of_user(&by, "CreateUser", &name(user), false, &[]),
            Step::NewUser { user, ims: true, .. } => {
                self.of_user(&by, "CreateUser", &name(user), true, &[("DisplayName", "new")])
            }
            Step::NewRole { role, .. } => {
                let trust = trusting_everybody();
                let parameters = [("RoleName", name(role)), ("AssumeRolePolicyDocument", trust)];
                let parameters: Vec<_> = parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
                self.call(&by, "Ram", "CreateRole", &parameters)
            }
            Step::RewritePolicy { policy, .. } => {
                let parameters =
                    [("PolicyName", policy.as_str()), ("PolicyDocument", everything), ("SetAsDefault", "true")];
                self.call(&by, "Ram", "CreatePolicyVersion", &parameters)
            }
            Step::RewriteTrust { role, .. } => {
                let parameters = [("RoleName", name(role)), ("NewAssumeRolePolicyDocument", trusting_everybody())];
                let parameters: Vec<(&str, &str)> =
                    parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
                self.call(&by, "Ram", "UpdateRole", &parameters)
            }
            Step::JoinGroup { user, group, ims, .. } => {
                self.of_user(&by, "AddUserToGroup", &name(user), *ims, &[("GroupName", group)])
            }
            // Nothing in these accounts allows to run code, and no role trusts an identity provider.
            Step::RunAs { .. } | Step::Forge { .. } => return false,
        };
        if !answer.is_success() {
            // There is no password that could be another one.
            if matches!(step, Step::Login { again: true, .. }) && answer.status == 404 {
                return false;
            }
            assert_eq!(answer.status, 403, "{step}: {:?}", answer.fields);
            return false;
        }
        if let Some(who) = step.becomes() {
            match Key::in_answer(&answer.fields) {
                Some(key) => drop(self.keys.insert(who.to_owned(), key)),
                // Whoever logs on with a password is let do what a key lets do.
                None => self.hold(who),
            }
        }
        self.state = self.client.control_post("state", &StateQuery::default()).unwrap();
        true
    }

    fn administers(&mut self, who: &str) -> bool {
        // One that is there already: nothing is made, and who may is told so.
        let made = self.call(who, "Ram", "CreateUser", &[("UserName", "u0")]);
        let described = self.call(who, "Ecs", "DescribeInstances", &[("RegionId", "cn-hangzhou")]);
        if made.status == 403 || described.status == 403 {
            return false;
        }
        // Whatever a policy of these accounts may deny, the server is asked for one by one.
        let literal = |pattern: &&str| pattern.replace("AttachPolicy*", "AttachPolicyToUser").replace('*', "x");
        let query = StateQuery {
            actions: ACTIONS.iter().map(literal).collect(),
            resources: resources()
                .iter()
                .map(|one| {
                    if one == "*" {
                        one.clone()
                    } else {
                        one.replace("/*", "/x").replace("-*", "-x").replace(":*:", "::")
                    }
                })
                .collect(),
            ..StateQuery::default()
        };
        let state: AuthorizationState = self.client.control_post("state", &query).unwrap();
        let (kind, name) = who.rsplit(':').next().unwrap().split_once('/').unwrap();
        let who = if kind == "user" { Who::User(name.to_owned()) } else { Who::Role(name.to_owned()) };
        let permissions = &state.account(ACCOUNT).unwrap().permissions[&who];
        assert_eq!(permissions.len(), ACTIONS.len() * resources().len());
        // Whom a role does not trust does not assume it, whatever they may do.
        let half = |one: &Permission| one.action.starts_with("sts:") && one.verdict == Effective::ImplicitDeny;
        permissions.iter().all(|one| one.verdict == Effective::Allow || half(one))
    }

    fn fork(&self) -> Self {
        Self::with(&self.state, self.keys.keys().map(String::as_str).filter(|who| *who != "owner"))
    }
}

impl Performed {
    /// Lets a user log on, by the owner: a state tells that there is a password, and has none.
    pub(crate) fn with_password(&mut self, user: &str) {
        self.of_user("owner", "CreateLoginProfile", user, false, &[("Password", "First-of-2026!")]);
    }

    /// Calls an operation on a user, of RAM or of IMS.
    fn of_user(&mut self, by: &str, operation: &str, user: &str, ims: bool, others: &[(&str, &str)]) -> Answer {
        let full = format!("{user}@{ACCOUNT}.onaliyun.com");
        let (product, named) = if ims { ("Ims", ("UserPrincipalName", &*full)) } else { ("Ram", ("UserName", user)) };
        let parameters: Vec<_> = std::iter::once(named).chain(others.iter().copied()).collect();
        self.call(by, product, operation, &parameters)
    }

    /// Attaches or detaches, by RAM or by Resource Manager.
    fn attach(
        &mut self,
        by: &str,
        (verb, preposition): (&str, &str),
        whom: &str,
        (kind, policy): (&str, &str),
        manager: bool,
    ) -> Answer {
        let (of, who) = whom.split_once('/').unwrap();
        let (word, principal, domain) = match of {
            "user" => ("User", "IMSUser", format!("{ACCOUNT}.onaliyun.com")),
            "group" => ("Group", "IMSGroup", format!("group.{ACCOUNT}.onaliyun.com")),
            _ => ("Role", "ServiceRole", format!("role.{ACCOUNT}.onaliyunservice.com")),
        };
        let mut parameters = vec![("PolicyType", kind), ("PolicyName", policy)];
        let (name, full) = (format!("{word}Name"), format!("{who}@{domain}"));
        if manager {
            parameters.extend([("ResourceGroupId", ACCOUNT), ("PrincipalType", principal), ("PrincipalName", &full)]);
            return self.call(by, "ResourceManager", &format!("{verb}Policy"), &parameters);
        }
        parameters.push((&name, who));
        self.call(by, "Ram", &format!("{verb}Policy{preposition}{word}"), &parameters)
    }
}

pub(crate) fn trusting_everybody() -> String {
    json!({"Version": "1", "Statement": [{"Action": "sts:AssumeRole", "Effect": "Allow",
        "Principal": {"RAM": [format!("acs:ram::{ACCOUNT}:root")]}}]})
    .to_string()
}
