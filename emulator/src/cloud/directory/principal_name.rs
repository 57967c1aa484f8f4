//! Principal names: what users, groups and roles are called beyond their account, as IMS and ResourceManager name them.

use super::{Directory, DirectoryError};

/// What kind of principal a name is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrincipalKind {
    /// A RAM user.
    User,
    /// A user group.
    Group,
    /// A RAM role.
    Role,
}

impl PrincipalKind {
    /// The word in RAM's ARNs: `user`.
    pub fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Role => "role",
        }
    }

    /// The error for one that does not exist.
    pub fn missing(self) -> DirectoryError {
        DirectoryError::NotExist(match self {
            Self::User => "User",
            Self::Group => "Group",
            Self::Role => "Role",
        })
    }

    /// What stands behind the `@`, for an account that goes by this alias or id.
    pub fn domain(self, account: &str) -> String {
        match self {
            Self::User => format!("{account}.onaliyun.com"),
            Self::Group => format!("group.{account}.onaliyun.com"),
            Self::Role => format!("role.{account}.onaliyunservice.com"),
        }
    }
}

impl Directory {
    /// The principal name of a user, a group or a role: `alice@company.onaliyun.com`.
    pub fn principal_name(&self, kind: PrincipalKind, name: &str) -> String {
        format!("{name}@{}", kind.domain(self.alias()))
    }

    /// The name in a principal name of this account. The domain may be that of its alias, or that of its id, which stays good
    /// (INFERRED: Terraform builds it).
    pub fn read_principal_name<'n>(&self, kind: PrincipalKind, text: &'n str) -> Option<&'n str> {
        let (name, domain) = text.split_once('@')?;
        let ours = [self.alias(), self.account()].iter().any(|account| kind.domain(account) == domain);
        (ours && !name.is_empty()).then_some(name)
    }
}
