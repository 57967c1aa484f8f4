//! Principals: who asks.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Who makes a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Principal {
    /// The owner of an account.
    Account {
        /// The account's UID.
        account: Arc<str>,
    },
    /// A RAM user.
    RamUser {
        /// The UID of the user's account.
        account: Arc<str>,
        /// The user's own UID; empty if nobody needs to name it.
        user_id: Arc<str>,
        /// The user name.
        name: Arc<str>,
    },
    /// A session of a RAM role.
    RoleSession {
        /// The UID of the role's account.
        account: Arc<str>,
        /// The role name.
        role: Arc<str>,
        /// The session name.
        session: Arc<str>,
        /// Whether the role is a service-linked role: control policies do not bind those.
        service_linked: bool,
    },
    /// A cloud service, when it assumes a role.
    Service {
        /// The service's principal, `ecs.aliyuncs.com`.
        name: Arc<str>,
        /// The account that the service acts for.
        acting_for: Arc<str>,
    },
    /// A user of an identity provider, when it assumes a role.
    Federated {
        /// The ARN of the provider.
        provider_arn: Arc<str>,
    },
    /// A caller without a signature.
    Anonymous,
}

impl Principal {
    /// The owner of `account`.
    pub fn owner(account: impl Into<Arc<str>>) -> Self {
        Self::Account { account: account.into() }
    }

    /// A RAM user of `account`.
    pub fn ram_user(account: impl Into<Arc<str>>, user_id: impl Into<Arc<str>>, name: impl Into<Arc<str>>) -> Self {
        Self::RamUser { account: account.into(), user_id: user_id.into(), name: name.into() }
    }

    /// A session of an ordinary role of `account`.
    pub fn role_session(account: impl Into<Arc<str>>, role: impl Into<Arc<str>>, session: impl Into<Arc<str>>) -> Self {
        Self::RoleSession { account: account.into(), role: role.into(), session: session.into(), service_linked: false }
    }

    /// A service acting for `account`.
    pub fn service(name: impl Into<Arc<str>>, acting_for: impl Into<Arc<str>>) -> Self {
        Self::Service { name: name.into(), acting_for: acting_for.into() }
    }

    /// A user of the provider with this ARN.
    pub fn federated(provider_arn: impl Into<Arc<str>>) -> Self {
        Self::Federated { provider_arn: provider_arn.into() }
    }

    /// The principal that a text names: an ARN (`acs:ram::ACCOUNT:user/NAME`, `…:root`, `…:role/ROLE`, `…:assumed-role/ROLE/SESSION`, that
    /// of an identity provider), a service's name, or `*` for nobody. A service acts for `account` unless it is written
    /// `ACCOUNT@service`. `None` for what names nobody.
    pub fn named(text: &str, account: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::Anonymous);
        }
        let Some(rest) = text.strip_prefix("acs:ram:") else {
            let (account, service) = text.split_once('@').unwrap_or((account, text));
            let is_service = service.contains('.') && !service.contains([':', '/', ' ', '*']);
            return is_service.then(|| Self::service(service, account));
        };
        let (_region, rest) = rest.split_once(':')?;
        let (account, relative) = rest.split_once(':')?;
        let (kind, name) = relative.split_once('/').unwrap_or((relative, ""));
        let session = |role: &str, session: &str| Self::RoleSession {
            account: account.into(),
            role: role.into(),
            session: session.into(),
            service_linked: role.to_ascii_lowercase().starts_with("aliyunservicerolefor"),
        };
        match (kind, name) {
            ("root", "") => Some(Self::owner(account)),
            // CHOICE: what is as long a number as an id is one; nobody calls a user so. Bucket policies know users by nothing else.
            ("user", id) if is_id(id) => Some(Self::ram_user(account, id, id)),
            ("user", name) if !name.is_empty() => Some(Self::ram_user(account, "", name)),
            ("role", role) if !role.is_empty() => Some(session(role, "session")),
            ("assumed-role", both) => both.split_once('/').map(|(role, name)| session(role, name)),
            ("saml-provider" | "oidc-provider", name) if !name.is_empty() => Some(Self::federated(text)),
            _ => None,
        }
    }

    /// What `acs:PrincipalARN` says of it; owners, services and callers without a signature have none. The session's name is no part of it,
    /// and the role's is in small letters (RAM: common condition keys).
    pub fn arn_key(&self) -> Option<String> {
        match self {
            Self::RamUser { account, name, .. } => Some(["acs:ram::", account, ":user/", name].concat()),
            Self::RoleSession { account, role, .. } => {
                Some(["acs:ram::", account, ":role/", &role.to_ascii_lowercase()].concat())
            }
            _ => None,
        }
    }

    /// How many bytes its texts take.
    pub(crate) fn text_bytes(&self) -> usize {
        match self {
            Self::Account { account } => account.len(),
            Self::RamUser { account, user_id, name } => account.len() + user_id.len() + name.len(),
            Self::RoleSession { account, role, session, .. } => account.len() + role.len() + session.len(),
            Self::Service { name, acting_for } => name.len() + acting_for.len(),
            Self::Federated { provider_arn } => provider_arn.len(),
            Self::Anonymous => 0,
        }
    }

    /// The account that the principal belongs to; services, federated users and anonymous callers belong to none.
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::Account { account } | Self::RamUser { account, .. } | Self::RoleSession { account, .. } => {
                Some(account)
            }
            Self::Service { .. } | Self::Federated { .. } | Self::Anonymous => None,
        }
    }
}

/// Is it the id of a RAM user: 18 digits, and fewer of old ones?
fn is_id(name: &str) -> bool {
    (15..=20).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_digit())
}

/// The principal's ARN; a service's name; `*` for a caller without a signature.
impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account { account } => write!(f, "acs:ram::{account}:root"),
            Self::RamUser { account, name, .. } => write!(f, "acs:ram::{account}:user/{name}"),
            Self::RoleSession { account, role, session, .. } => {
                write!(f, "acs:ram::{account}:assumed-role/{role}/{session}")
            }
            Self::Service { name, .. } => f.write_str(name),
            Self::Federated { provider_arn } => f.write_str(provider_arn),
            Self::Anonymous => f.write_str("*"),
        }
    }
}
