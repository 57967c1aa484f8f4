//! A step, and what it asks for.

use std::fmt;

use acslab_emulator::state::{AccountState, AuthorizationState};
use serde::Serialize;

/// What somebody can come to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Goal {
    /// To act as a RAM user or role, by ARN.
    Become(String),
    /// To do whatever there is in an account, by its id.
    Administer(String),
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Become(arn) => write!(f, "{arn}"),
            Self::Administer(account) => write!(f, "administrator of {account}"),
        }
    }
}

/// One thing that somebody does to come to more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// Assumes a role.
    AssumeRole {
        /// Who.
        by: String,
        /// The role.
        role: String,
    },
    /// Makes a key for a user.
    CreateAccessKey {
        /// Who.
        by: String,
        /// The user.
        user: String,
    },
    /// Attaches AdministratorAccess to somebody: `user/alice`, `group/dev`, `role/ops`.
    AttachAdministrator {
        /// Who.
        by: String,
        /// The account.
        account: String,
        /// To whom.
        to: String,
    },
    /// Gives a custom policy a version that allows everything, in force at once.
    RewritePolicy {
        /// Who.
        by: String,
        /// The account.
        account: String,
        /// The policy.
        policy: String,
    },
    /// Has a role trust everybody of the account.
    RewriteTrust {
        /// Who.
        by: String,
        /// The role.
        role: String,
    },
    /// Puts a user into a group.
    JoinGroup {
        /// Who.
        by: String,
        /// The user.
        user: String,
        /// The group.
        group: String,
    },
    /// Passes a role to a service that runs code of the caller's.
    RunAs {
        /// Who.
        by: String,
        /// The role.
        role: String,
        /// The service.
        service: String,
        /// What starts the code.
        action: String,
    },
}

/// Services that run code as a role they are given, and what starts it.
pub(super) const RUNNERS: &[(&str, &str)] = &[
    ("fc.aliyuncs.com", "fc:CreateFunction"),
    ("ecs.aliyuncs.com", "ecs:RunInstances"),
    ("pai.aliyuncs.com", "paidlc:CreateJob"),
];

/// One question that a step asks: who, which action, on what, with which keys.
pub(super) type Question = (String, String, String, Vec<(String, Vec<String>)>);

impl Step {
    /// Who takes it.
    pub fn by(&self) -> &str {
        match self {
            Self::AssumeRole { by, .. }
            | Self::CreateAccessKey { by, .. }
            | Self::AttachAdministrator { by, .. }
            | Self::RewritePolicy { by, .. }
            | Self::RewriteTrust { by, .. }
            | Self::JoinGroup { by, .. }
            | Self::RunAs { by, .. } => by,
        }
    }

    /// Whom it makes the caller.
    pub fn becomes(&self) -> Option<&str> {
        match self {
            Self::AssumeRole { role, .. } | Self::RunAs { role, .. } => Some(role),
            Self::CreateAccessKey { user, .. } => Some(user),
            _ => None,
        }
    }

    /// What it asks the policies: all of it has to be allowed.
    pub(super) fn questions(&self) -> Vec<Question> {
        let ask = |action: &str, resource: String| (self.by().to_owned(), action.to_owned(), resource, Vec::new());
        let any = |arn: &str| arn.replacen("acs:ram::", "acs:ram:*:", 1);
        match self {
            Self::AssumeRole { role, .. } => vec![ask("sts:AssumeRole", any(role))],
            Self::CreateAccessKey { user, .. } => vec![ask("ram:CreateAccessKey", any(user))],
            Self::AttachAdministrator { account, to, .. } => {
                let action = match to.split('/').next() {
                    Some("user") => "ram:AttachPolicyToUser",
                    Some("group") => "ram:AttachPolicyToGroup",
                    _ => "ram:AttachPolicyToRole",
                };
                let policy = "acs:ram:*:system:policy/AdministratorAccess".to_owned();
                vec![ask(action, format!("acs:ram:*:{account}:{to}")), ask(action, policy)]
            }
            Self::RewritePolicy { account, policy, .. } => {
                vec![ask("ram:CreatePolicyVersion", format!("acs:ram:*:{account}:policy/{policy}"))]
            }
            Self::RewriteTrust { role, .. } => vec![ask("ram:UpdateRole", any(role))],
            Self::JoinGroup { user, group, .. } => {
                let account = user.split(':').nth(3).unwrap_or_default();
                vec![
                    ask("ram:AddUserToGroup", any(user)),
                    ask("ram:AddUserToGroup", format!("acs:ram:*:{account}:group/{group}")),
                ]
            }
            Self::RunAs { role, service, action, .. } => {
                let mut pass = ask("ram:PassRole", any(role));
                pass.3.push(("acs:Service".to_owned(), vec![service.clone()]));
                vec![pass, ask(action, "*".to_owned())]
            }
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AssumeRole { by, role } => write!(f, "{by} assumes {role}"),
            Self::CreateAccessKey { by, user } => write!(f, "{by} makes an access key for {user}"),
            Self::AttachAdministrator { by, to, .. } => write!(f, "{by} attaches AdministratorAccess to {to}"),
            Self::RewritePolicy { by, policy, .. } => {
                write!(f, "{by} gives policy {policy} a version that allows everything")
            }
            Self::RewriteTrust { by, role } => write!(f, "{by} has {role} trust the whole account"),
            Self::JoinGroup { by, user, group } => write!(f, "{by} puts {user} into group {group}"),
            Self::RunAs { by, role, service, action } => {
                write!(f, "{by} passes {role} to {service}, which runs code as it ({action})")
            }
        }
    }
}

/// The steps that somebody could try who holds these principals, in one order.
pub(super) fn steps(state: &AuthorizationState, held: &[String]) -> Vec<Step> {
    let mut all = Vec::new();
    for by in held {
        for account in state.accounts.values() {
            of_account(by, account, held, &mut all);
        }
    }
    all
}

fn of_account(by: &str, account: &AccountState, held: &[String], all: &mut Vec<Step>) {
    let id = &account.account_id;
    let at_home = by.split(':').nth(3) == Some(id);
    let by = || by.to_owned();
    for (name, state) in &account.roles {
        let role = format!("acs:ram::{id}:role/{name}");
        if held.contains(&role) {
            continue;
        }
        all.push(Step::AssumeRole { by: by(), role: role.clone() });
        if at_home {
            let trust = state.trust.to_string();
            for (service, action) in RUNNERS.iter().filter(|(service, _)| trust.contains(service)) {
                let (service, action) = ((*service).to_owned(), (*action).to_owned());
                all.push(Step::RunAs { by: by(), role: role.clone(), service, action });
            }
            if state.service_linked.is_none() {
                all.push(Step::RewriteTrust { by: by(), role });
            }
        }
    }
    if !at_home {
        return;
    }
    for name in account.users.keys() {
        let user = format!("acs:ram::{id}:user/{name}");
        if !held.contains(&user) {
            all.push(Step::CreateAccessKey { by: by(), user });
        }
    }
    // What others hold and do not hold helps only those who are held.
    let mine = |kind: &str, name: &str| held.iter().any(|arn| *arn == format!("acs:ram::{id}:{kind}/{name}"));
    let users: Vec<&String> = account.users.keys().filter(|name| mine("user", name)).collect();
    let roles: Vec<&String> = account.roles.keys().filter(|name| mine("role", name)).collect();
    let in_group = |group: &str| {
        let members = account.groups.get(group).map(|group| group.members.as_slice()).unwrap_or_default();
        users.iter().any(|user| {
            members.contains(user)
                || account.users.get(*user).is_some_and(|one| one.groups.iter().any(|own| own == group))
        })
    };
    let groups: Vec<&String> = account.groups.keys().filter(|group| in_group(group)).collect();
    let targets = users.iter().map(|name| format!("user/{name}"));
    let targets = targets.chain(groups.iter().map(|name| format!("group/{name}")));
    for to in targets.chain(roles.iter().map(|name| format!("role/{name}"))) {
        all.push(Step::AttachAdministrator { by: by(), account: id.clone(), to });
    }
    let of_users = users.iter().filter_map(|name| account.users.get(*name)).flat_map(|user| &user.policies);
    let of_groups = groups.iter().filter_map(|name| account.groups.get(*name)).flat_map(|group| &group.policies);
    let of_roles = roles.iter().filter_map(|name| account.roles.get(*name)).flat_map(|role| &role.policies);
    let mut policies: Vec<&String> =
        of_users.chain(of_groups).chain(of_roles).filter(|one| one.kind == "Custom").map(|one| &one.name).collect();
    policies.sort();
    policies.dedup();
    for policy in policies {
        all.push(Step::RewritePolicy { by: by(), account: id.clone(), policy: policy.clone() });
    }
    for user in &users {
        for group in account.groups.keys().filter(|group| !groups.contains(group)) {
            let user = format!("acs:ram::{id}:user/{user}");
            all.push(Step::JoinGroup { by: by(), user, group: group.clone() });
        }
    }
}
