//! A step, and what it asks for.

use std::fmt;

use serde::Serialize;

use super::powers::Power;

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

    /// What it does, whoever takes it.
    pub(super) fn without_actor(&self) -> Self {
        let mut step = self.clone();
        let (Self::AssumeRole { by, .. }
        | Self::CreateAccessKey { by, .. }
        | Self::AttachAdministrator { by, .. }
        | Self::RewritePolicy { by, .. }
        | Self::RewriteTrust { by, .. }
        | Self::JoinGroup { by, .. }
        | Self::RunAs { by, .. }) = &mut step;
        by.clear();
        step
    }

    /// Whom it makes the caller.
    pub fn becomes(&self) -> Option<&str> {
        match self {
            Self::AssumeRole { role, .. } | Self::RunAs { role, .. } => Some(role),
            Self::CreateAccessKey { user, .. } => Some(user),
            _ => None,
        }
    }

    /// Whom and what it is about, by ARN.
    pub(super) fn about(&self) -> Vec<String> {
        let mut all = vec![self.by().to_owned()];
        match self {
            Self::AssumeRole { role, .. } | Self::RewriteTrust { role, .. } | Self::RunAs { role, .. } => {
                all.push(role.clone());
            }
            Self::CreateAccessKey { user, .. } => all.push(user.clone()),
            Self::AttachAdministrator { account, to, .. } => all.push(format!("acs:ram::{account}:{to}")),
            Self::RewritePolicy { account, policy, .. } => all.push(format!("acs:ram::{account}:policy/{policy}")),
            Self::JoinGroup { user, group, .. } => {
                let account = user.split(':').nth(3).unwrap_or_default();
                all.extend([user.clone(), format!("acs:ram::{account}:group/{group}")]);
            }
        }
        all
    }

    /// What it asks the policies: all of it has to be allowed.
    pub(super) fn questions(&self) -> Vec<Question> {
        let ask = |action: &str, resource: String| (self.by().to_owned(), action.to_owned(), resource, Vec::new());
        let any = |arn: &str| arn.replacen("acs:ram::", "acs:ram:*:", 1);
        match self {
            Self::AssumeRole { role, .. } => vec![ask("sts:AssumeRole", any(role))],
            Self::CreateAccessKey { user, .. } => vec![ask("ram:CreateAccessKey", any(user))],
            Self::AttachAdministrator { account, to, .. } => {
                let action = Power::to_attach(to.split('/').next().unwrap_or_default()).action();
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
                // And the role has to trust the service.
                let trusted = (service.clone(), "sts:AssumeRole".to_owned(), any(role), Vec::new());
                vec![trusted, pass, ask(action, "*".to_owned())]
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
