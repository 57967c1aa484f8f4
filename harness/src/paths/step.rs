//! A step, and what it asks for.

use std::fmt;

use acslab_emulator::state::Attachment;
use serde::Serialize;

use super::index::parts;
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
        /// Is it done by IMS, which may be allowed by another name of the action?
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        ims: bool,
    },
    /// Attaches AdministratorAccess to somebody: `user/alice`, `group/dev`, `role/ops`.
    AttachAdministrator {
        /// Who.
        by: String,
        /// The account.
        account: String,
        /// To whom.
        to: String,
        /// Is it done by Resource Manager, which asks for an action of its own?
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        manager: bool,
    },
    /// Attaches a policy that was made to somebody: `user/alice`, `group/dev`, `role/ops`.
    AttachNew {
        /// Who.
        by: String,
        /// The account.
        account: String,
        /// The policy, which allows everything.
        policy: String,
        /// To whom.
        to: String,
        /// Is it done by Resource Manager, which asks for an action of its own?
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        manager: bool,
    },
    /// Has a user log on with a password.
    Login {
        /// Who.
        by: String,
        /// The user.
        user: String,
        /// Has the user one already, which is another one then?
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        again: bool,
        /// Is it done by IMS, which may be allowed by another name of the action?
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        ims: bool,
    },
    /// Puts another version of a custom policy in force.
    SetVersion {
        /// Who.
        by: String,
        /// The account.
        account: String,
        /// The policy.
        policy: String,
        /// The version.
        version: String,
    },
    /// Takes a policy from somebody: `user/alice`, `group/dev`, `role/ops`.
    Detach {
        /// Who.
        by: String,
        /// The account.
        account: String,
        /// From whom.
        from: String,
        /// The policy.
        policy: String,
        /// `Custom` or `System`.
        kind: String,
        /// Is it done by Resource Manager, which asks for an action of its own?
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        manager: bool,
    },
    /// Takes a user out of a group.
    LeaveGroup {
        /// Who.
        by: String,
        /// The user.
        user: String,
        /// The group.
        group: String,
        /// Is it done by IMS, which may be allowed by another name of the action?
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        ims: bool,
    },
    /// Makes a user.
    NewUser {
        /// Who.
        by: String,
        /// The user.
        user: String,
        /// Is it done by IMS, which may be allowed by another name of the action?
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        ims: bool,
    },
    /// Makes a policy that allows everything.
    NewPolicy {
        /// Who.
        by: String,
        /// The account.
        account: String,
        /// The policy.
        policy: String,
    },
    /// Gives a SAML identity provider metadata of the caller's own, and assumes a role that trusts it.
    Forge {
        /// Who.
        by: String,
        /// The role.
        role: String,
        /// The identity provider, by ARN.
        provider: String,
        /// Is it allowed by the other name of the action that IMS takes?
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        ims: bool,
    },
    /// Makes a role that everybody of the account may assume, and services that run code.
    NewRole {
        /// Who.
        by: String,
        /// The role.
        role: String,
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
        /// Is it done by IMS, which may be allowed by another name of the action?
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        ims: bool,
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

/// The actions of the steps, for whoever is told that there is no path.
pub fn steps_in_words() -> String {
    format!("{}; a role is passed to a service that runs code", Power::actions_in_words())
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
            | Self::Login { by, .. }
            | Self::AttachAdministrator { by, .. }
            | Self::RewritePolicy { by, .. }
            | Self::SetVersion { by, .. }
            | Self::Detach { by, .. }
            | Self::RewriteTrust { by, .. }
            | Self::JoinGroup { by, .. }
            | Self::LeaveGroup { by, .. }
            | Self::NewUser { by, .. }
            | Self::NewRole { by, .. }
            | Self::NewPolicy { by, .. }
            | Self::AttachNew { by, .. }
            | Self::Forge { by, .. }
            | Self::RunAs { by, .. } => by,
        }
    }

    /// What it does, whoever takes it.
    pub(super) fn without_actor(&self) -> Self {
        let mut step = self.clone();
        let (Self::AssumeRole { by, .. }
        | Self::CreateAccessKey { by, .. }
        | Self::Login { by, .. }
        | Self::AttachAdministrator { by, .. }
        | Self::RewritePolicy { by, .. }
        | Self::SetVersion { by, .. }
        | Self::Detach { by, .. }
        | Self::RewriteTrust { by, .. }
        | Self::JoinGroup { by, .. }
        | Self::LeaveGroup { by, .. }
        | Self::NewUser { by, .. }
        | Self::NewRole { by, .. }
        | Self::NewPolicy { by, .. }
        | Self::AttachNew { by, .. }
        | Self::Forge { by, .. }
        | Self::RunAs { by, .. }) = &mut step;
        by.clear();
        // By whichever service, it comes to the same.
        match &mut step {
            Self::AttachAdministrator { manager: other, .. }
            | Self::AttachNew { manager: other, .. }
            | Self::Detach { manager: other, .. }
            | Self::JoinGroup { ims: other, .. }
            | Self::LeaveGroup { ims: other, .. }
            | Self::NewUser { ims: other, .. } => *other = false,
            _ => {}
        }
        step
    }

    /// Whom it is about who has to be there: a user or a role, by ARN.
    pub(super) fn whom(&self) -> Option<&str> {
        match self {
            Self::AssumeRole { role, .. }
            | Self::RewriteTrust { role, .. }
            | Self::Forge { role, .. }
            | Self::RunAs { role, .. } => Some(role),
            Self::CreateAccessKey { user, .. }
            | Self::Login { user, .. }
            | Self::JoinGroup { user, .. }
            | Self::LeaveGroup { user, .. } => Some(user),
            _ => None,
        }
    }

    /// Whom it makes the caller.
    pub fn becomes(&self) -> Option<&str> {
        match self {
            Self::AssumeRole { role, .. } | Self::Forge { role, .. } | Self::RunAs { role, .. } => Some(role),
            Self::CreateAccessKey { user, .. } | Self::Login { user, .. } => Some(user),
            _ => None,
        }
    }

    /// Whom and what it is about, by ARN.
    pub(super) fn about(&self) -> Vec<String> {
        let mut all = vec![self.by().to_owned()];
        match self {
            Self::AssumeRole { role: one, .. }
            | Self::RewriteTrust { role: one, .. }
            | Self::RunAs { role: one, .. }
            | Self::Forge { role: one, .. }
            | Self::NewRole { role: one, .. }
            | Self::CreateAccessKey { user: one, .. }
            | Self::Login { user: one, .. }
            | Self::NewUser { user: one, .. } => all.push(one.clone()),
            Self::AttachAdministrator { account, to, .. } => all.push(format!("acs:ram::{account}:{to}")),
            Self::AttachNew { account, policy, to, .. } => {
                all.extend([format!("acs:ram::{account}:{to}"), format!("acs:ram::{account}:policy/{policy}")]);
            }
            Self::RewritePolicy { account, policy, .. }
            | Self::NewPolicy { account, policy, .. }
            | Self::SetVersion { account, policy, .. } => {
                all.push(format!("acs:ram::{account}:policy/{policy}"));
            }
            Self::Detach { account, from, policy, .. } => {
                all.extend([format!("acs:ram::{account}:{from}"), format!("acs:ram::{account}:policy/{policy}")]);
            }
            Self::JoinGroup { user, group, .. } | Self::LeaveGroup { user, group, .. } => {
                let account = parts(user).0;
                all.extend([user.clone(), format!("acs:ram::{account}:group/{group}")]);
            }
        }
        all
    }

    /// What none of the policies may deny besides: the first names of what IMS asks by the others.
    pub(super) fn undenied(&self) -> Vec<Question> {
        let mut of_ram = self.clone();
        let ims = match &mut of_ram {
            Self::CreateAccessKey { ims, .. }
            | Self::Login { ims, .. }
            | Self::JoinGroup { ims, .. }
            | Self::LeaveGroup { ims, .. }
            | Self::Forge { ims, .. }
            | Self::NewUser { ims, .. } => std::mem::take(ims),
            _ => false,
        };
        if ims { of_ram.questions() } else { Vec::new() }
    }

    /// What it asks the policies: all of it has to be allowed.
    pub(super) fn questions(&self) -> Vec<Question> {
        let ask = |action: &str, resource: String| (self.by().to_owned(), action.to_owned(), resource, Vec::new());
        let any = |arn: &str| arn.replacen("acs:ram::", "acs:ram:*:", 1);
        // What RAM's operation asks, or IMS's by the other name.
        let by = |power: Power, ims: bool, arn: &str| {
            let resource = if ims { arn.replacen("acs:ram::", "acs:ims::", 1) } else { any(arn) };
            ask(power.action_by(ims), resource)
        };
        match self {
            Self::AssumeRole { role, .. } => vec![ask("sts:AssumeRole", any(role))],
            Self::CreateAccessKey { user, ims, .. } => vec![by(Power::CreateKey, *ims, user)],
            Self::Login { user, again, ims, .. } => {
                vec![by(if *again { Power::ResetPassword } else { Power::Login }, *ims, user)]
            }
            Self::AttachAdministrator { account, to, manager, .. } => {
                let power = Power::to_attach(to.split('/').next().unwrap_or_default());
                let policy = "acs:ram:*:system:policy/AdministratorAccess".to_owned();
                self.attaching(if *manager { Power::Attach } else { power }, account, to, policy)
            }
            Self::AttachNew { account, policy, to, manager, .. } => {
                let power = Power::to_attach(to.split('/').next().unwrap_or_default());
                let policy = format!("acs:ram:*:{account}:policy/{policy}");
                self.attaching(if *manager { Power::Attach } else { power }, account, to, policy)
            }
            // Whatever it is to be called.
            Self::NewPolicy { account, .. } => {
                vec![ask(Power::CreatePolicy.action(), format!("acs:ram:*:{account}:policy/*"))]
            }
            Self::Forge { role, provider, ims, .. } => {
                // The trust policy alone decides over the assertion.
                let asserted = (provider.clone(), "sts:AssumeRole".to_owned(), any(role), Vec::new());
                vec![asserted, by(Power::UpdateProvider, *ims, provider)]
            }
            Self::RewritePolicy { account, policy, .. } => {
                vec![ask(Power::RewritePolicy.action(), format!("acs:ram:*:{account}:policy/{policy}"))]
            }
            Self::SetVersion { account, policy, .. } => {
                vec![ask(Power::SetVersion.action(), format!("acs:ram:*:{account}:policy/{policy}"))]
            }
            Self::Detach { account, from, policy, kind, manager, .. } => {
                let power = Power::to_detach(from.split('/').next().unwrap_or_default());
                let owner = if kind == "System" { "system" } else { account };
                let policy = format!("acs:ram:*:{owner}:policy/{policy}");
                self.attaching(if *manager { Power::Detach } else { power }, account, from, policy)
            }
            Self::RewriteTrust { role, .. } => vec![ask(Power::RewriteTrust.action(), any(role))],
            Self::JoinGroup { user, group, ims, .. } | Self::LeaveGroup { user, group, ims, .. } => {
                let joins = matches!(self, Self::JoinGroup { .. });
                let power = if joins { Power::JoinGroup } else { Power::LeaveGroup };
                let group = format!("acs:ram::{}:group/{group}", parts(user).0);
                vec![by(power, *ims, user), by(power, *ims, &group)]
            }
            // Whatever it is to be called.
            Self::NewUser { user, ims, .. } => {
                vec![by(Power::CreateUser, *ims, &format!("acs:ram::{}:user/*", parts(user).0))]
            }
            Self::NewRole { role, .. } => {
                vec![ask(Power::CreateRole.action(), format!("acs:ram:*:{}:role/*", parts(role).0))]
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

impl Step {
    /// The ways to detach something from `user/alice`.
    pub(super) fn detaching(by: &str, account: &str, from: &str, attached: &Attachment) -> [Self; 2] {
        [false, true].map(|manager| Self::Detach {
            by: by.to_owned(),
            account: account.to_owned(),
            from: from.to_owned(),
            policy: attached.name.clone(),
            kind: attached.kind.clone(),
            manager,
        })
    }

    /// The power that detaching takes; that of Resource Manager for whatever else.
    pub(super) fn detaching_power(&self) -> Power {
        match self {
            Self::Detach { from, manager: false, .. } => Power::to_detach(from.split('/').next().unwrap_or_default()),
            _ => Power::Detach,
        }
    }

    /// What attaching and detaching asks: the same action of all that it is about, with Resource Manager of where for as well.
    fn attaching(&self, power: Power, account: &str, whom: &str, policy: String) -> Vec<Question> {
        let mut about = vec![format!("acs:ram:*:{account}:{whom}"), policy];
        if matches!(power, Power::Attach | Power::Detach) {
            about.push(format!("acs:ram:*:{account}:resourcegroup/*"));
        }
        let ask = |resource| (self.by().to_owned(), power.action().to_owned(), resource, Vec::new());
        about.into_iter().map(ask).collect()
    }
}
