//! Steps in words.

use std::fmt;

use super::step::Step;

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AssumeRole { by, role } => write!(f, "{by} assumes {role}"),
            Self::CreateAccessKey { by, user, ims } => write!(f, "{by} makes an access key for {user}{}", by_ims(*ims)),
            Self::Login { by, user, again: false, ims } => {
                write!(f, "{by} gives {user} a password to log on with{}", by_ims(*ims))
            }
            Self::Login { by, user, again: true, ims } => {
                write!(f, "{by} gives {user}, if it has a password to log on with, another one{}", by_ims(*ims))
            }
            Self::AttachAdministrator { by, to, manager, .. } => {
                write!(f, "{by} attaches AdministratorAccess to {to}{}", through(*manager))
            }
            Self::AttachNew { by, policy, to, manager, .. } => {
                write!(f, "{by} attaches {policy} to {to}{}", through(*manager))
            }
            Self::NewPolicy { by, policy, .. } => {
                write!(f, "{by} makes a new policy, {policy}, which allows everything")
            }
            Self::Forge { by, role, provider, .. } => {
                write!(
                    f,
                    "{by} gives {provider} metadata of its own, and assumes {role} with an assertion that it signs"
                )
            }
            Self::SetVersion { by, policy, version, .. } => {
                write!(f, "{by} puts version {version} of policy {policy} in force")
            }
            Self::Detach { by, from, policy, manager, .. } => {
                write!(f, "{by} detaches {policy} from {from}{}", through(*manager))
            }
            Self::LeaveGroup { by, user, group, ims } => {
                write!(f, "{by} takes {user} out of group {group}{}", by_ims(*ims))
            }
            Self::NewUser { by, user, ims } => write!(f, "{by} makes a new user, {user}{}", by_ims(*ims)),
            Self::NewRole { by, role } => write!(f, "{by} makes a new role, {role}, which trusts the whole account"),
            Self::RewritePolicy { by, policy, .. } => {
                write!(f, "{by} gives policy {policy} a version that allows everything")
            }
            Self::RewriteTrust { by, role } => write!(f, "{by} has {role} trust the whole account"),
            Self::JoinGroup { by, user, group, ims } => {
                write!(f, "{by} puts {user} into group {group}{}", by_ims(*ims))
            }
            Self::RunAs { by, role, service, action } => {
                write!(f, "{by} passes {role} to {service}, which runs code as it ({action})")
            }
        }
    }
}

fn through(manager: bool) -> &'static str {
    if manager { " by Resource Manager" } else { "" }
}

fn by_ims(ims: bool) -> &'static str {
    if ims { " by IMS" } else { "" }
}
