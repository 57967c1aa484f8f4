//! Who is calling.

use std::sync::Arc;

use acslab_policy::Principal;
use jiff::Timestamp;
use serde_json::Value;

use crate::cloud::directory::{Role, User};
use crate::cloud::{Account, Session};
use crate::signature::Secret;

/// Somebody whose signature was right, or nobody.
#[derive(Debug, Clone)]
pub enum Caller {
    /// No signature at all. Only operations that the cloud leaves open answer.
    Anonymous,
    /// The account's owner.
    Owner(Arc<Account>),
    /// A RAM user.
    User {
        /// The user's account.
        account: Arc<Account>,
        /// The user's id.
        id: String,
        /// The user's name.
        name: String,
    },
    /// A session of a RAM role.
    Session {
        /// The role's account.
        account: Arc<Account>,
        /// The session.
        session: Arc<Session>,
    },
    /// Somebody whom an identity provider vouches for.
    Federated(Arc<Federation>),
    /// A cloud service that acts for an account. Never comes from the wire.
    Service {
        /// The account that it acts for.
        account: Arc<Account>,
        /// The name it goes by: `pai.aliyuncs.com`.
        name: &'static str,
    },
}

/// What an identity provider of an account said of somebody, checked.
#[derive(Debug)]
pub struct Federation {
    /// The account of the provider.
    pub account: Arc<Account>,
    /// What the provider is called in refusals: `oidc-provider/NAME`, `saml-provider/NAME`.
    pub provider: String,
    /// The name of the session, where the proof gives it.
    pub session: Option<String>,
    /// The condition keys that the proof fills.
    pub keys: Vec<(&'static str, Vec<String>)>,
    /// What the answer repeats of the proof, and the member that it stands in.
    pub told: (&'static str, Value),
}

impl Federation {
    /// The ARN of the provider.
    pub fn provider_arn(&self) -> String {
        format!("acs:ram::{}:{}", self.account.id, self.provider)
    }
}

/// The name of a session of which nobody says another.
pub(crate) const SESSION: &str = "session";

impl Caller {
    /// A RAM user of an account.
    pub(crate) fn user(account: &Arc<Account>, user: &User) -> Self {
        Self::User { account: Arc::clone(account), id: user.id.clone(), name: user.name.clone() }
    }

    /// A session of a role, of this name, as anybody might take it out: without a session policy, with keys that sign nothing.
    pub(crate) fn session_of(account: &Arc<Account>, role: &Role, name: &str) -> Self {
        let session = Session {
            key_id: String::new(),
            secret: Secret::new(String::new()),
            token: Secret::new(String::new()),
            account: account.id.clone(),
            role_id: role.id.clone(),
            role_name: role.name.clone(),
            service_linked: role.linked_to.is_some(),
            name: name.to_owned(),
            policy: None,
            source_identity: None,
            expires: Timestamp::MAX,
        };
        Self::Session { account: Arc::clone(account), session: Arc::new(session) }
    }

    /// The account that the caller belongs to, or that a service acts for.
    pub fn account(&self) -> Option<&Arc<Account>> {
        match self {
            Self::Anonymous => None,
            Self::Owner(account)
            | Self::User { account, .. }
            | Self::Session { account, .. }
            | Self::Service { account, .. } => Some(account),
            Self::Federated(federation) => Some(&federation.account),
        }
    }

    /// The caller in the words of the policy language.
    pub fn principal(&self) -> Principal {
        match self {
            Self::Anonymous => Principal::Anonymous,
            Self::Owner(account) => Principal::Account { account: Arc::clone(&account.uid) },
            Self::User { account, id, name } => Principal::RamUser {
                account: Arc::clone(&account.uid),
                user_id: id.as_str().into(),
                name: name.as_str().into(),
            },
            Self::Session { account, session } => Principal::RoleSession {
                account: Arc::clone(&account.uid),
                role: session.role_name.as_str().into(),
                session: session.name.as_str().into(),
                service_linked: session.service_linked,
            },
            Self::Federated(federation) => Principal::federated(federation.provider_arn()),
            Self::Service { account, name } => {
                Principal::Service { name: (*name).into(), acting_for: Arc::clone(&account.uid) }
            }
        }
    }

    /// The caller's ARN, in GetCallerIdentity's form.
    pub fn arn(&self) -> String {
        match self {
            Self::Anonymous => "*".to_owned(),
            Self::Owner(account) => ["acs:ram::", &account.id, ":root"].concat(),
            Self::User { account, name, .. } => ["acs:ram::", &account.id, ":user/", name].concat(),
            Self::Session { account, session } => {
                let role = session.role_name.to_ascii_lowercase();
                format!("acs:ram::{}:assumed-role/{role}/{}", account.id, session.name)
            }
            Self::Federated(federation) => federation.provider_arn(),
            Self::Service { name, .. } => (*name).to_owned(),
        }
    }

    /// `AuthPrincipalType` and `AuthPrincipalDisplayName` (OpenAPI: access denied details).
    pub fn display(&self) -> (&'static str, String) {
        match self {
            Self::Anonymous => ("Anonymous", String::new()),
            Self::Owner(account) => ("Account", account.id.clone()),
            Self::User { id, .. } => ("SubUser", id.clone()),
            Self::Session { session, .. } => ("AssumedRoleUser", format!("{}:{}", session.role_name, session.name)),
            Self::Federated(federation) => ("Federated", federation.provider.clone()),
            Self::Service { name, .. } => ("Service", (*name).to_owned()),
        }
    }
}
