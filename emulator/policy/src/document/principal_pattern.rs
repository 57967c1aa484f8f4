//! Whom a resource-based policy names.

use crate::dialect::Dialect;
use crate::glob::{self, Shape};
use crate::principal::Principal;
use crate::reason::Reason;
use crate::request::Request;
use crate::resource::Arn;

/// One entry of a `Principal` element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrincipalPattern {
    /// `*` in a bucket policy.
    Everyone,
    /// A bare UID in a bucket policy: an account, or a RAM user.
    Uid(Box<str>),
    /// `arn:sts::<account>:assumed-role/<role>/<session>` in a bucket policy; each part may have wildcards.
    Session {
        /// The account of the role.
        account: Box<str>,
        /// The role name; compared with the lower-case name of the caller's role.
        role: Box<str>,
        /// The session name.
        session: Box<str>,
    },
    /// `acs:ram::<account>:root` in a trust policy: every RAM user and role session of the account, not its owner.
    AccountRoot(Box<str>),
    /// `acs:ram::<account>:user/<name>`.
    User {
        /// The account of the user.
        account: Box<str>,
        /// The user name.
        name: Box<str>,
    },
    /// `acs:ram::<account>:role/<name>`: every session of the role.
    Role {
        /// The account of the role.
        account: Box<str>,
        /// The role name.
        name: Box<str>,
    },
    /// `acs:ram::<account>:assumed-role/<role>/<session>`.
    AssumedRole {
        /// The account of the role.
        account: Box<str>,
        /// The role name.
        role: Box<str>,
        /// The session name.
        session: Box<str>,
    },
    /// `[<account>@]<service>.aliyuncs.com`.
    Service {
        /// The account that the service must act for; `None` for the role's own.
        acting_for: Option<Box<str>>,
        /// The service principal.
        name: Box<str>,
    },
    /// The ARN of an identity provider.
    Provider(Box<str>),
    /// What means nobody, as it is written: any other text in a bucket policy, which OSS takes and nobody goes by; in a trust policy one of a
    /// stored document alone.
    Nobody(Box<str>),
}

/// Is a text the id of an account, which has sixteen digits? RAM users' ids have others.
pub fn is_account_id(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl PrincipalPattern {
    /// Whether the entry means the caller of `request`, and if not, why. `conditional`: the statement has a condition.
    pub(crate) fn test(&self, request: &Request, conditional: bool, dialect: &Dialect) -> Result<(), Reason> {
        let caller = request.principal();
        let differs = Err(Reason::PrincipalDiffers);
        let when = |fits: bool| if fits { Ok(()) } else { differs };
        match (self, caller) {
            (Self::Everyone, Principal::Account { account }) => {
                // Bucket policy: `*` means everyone but the owner of the bucket, unless there is a condition.
                let owns = request.resource().owner() == Some(account);
                if owns && !conditional { Err(Reason::OwnerNotMeant) } else { Ok(()) }
            }
            (Self::Everyone, _) => Ok(()),
            (Self::Uid(uid), Principal::Account { account }) => when(**uid == **account),
            (Self::Uid(uid), Principal::RamUser { account, user_id, .. }) => {
                when(**uid == **user_id || (dialect.account_uid_covers_users && **uid == **account))
            }
            (
                Self::Session { account, role, session },
                Principal::RoleSession { account: of, role: name, session: own, .. },
            ) => {
                let fits = |pattern: &str, text: &str| {
                    glob::matches(pattern.as_bytes(), Shape::of(pattern.as_bytes()), text.as_bytes())
                };
                // OSS compares with the role name as ARNs spell it, which is in lower case.
                when(fits(account, of) && glob::matches_lowered(role.as_bytes(), name.as_bytes()) && fits(session, own))
            }
            (
                Self::AccountRoot(account),
                Principal::RamUser { account: of, .. } | Principal::RoleSession { account: of, .. },
            ) => when(**account == **of),
            (Self::User { account, name }, Principal::RamUser { account: of, name: own, .. }) => {
                when(**account == **of && **name == **own)
            }
            (Self::Role { account, name }, Principal::RoleSession { account: of, role, .. }) => {
                when(**account == **of && name.eq_ignore_ascii_case(role))
            }
            (
                Self::AssumedRole { account, role, session },
                Principal::RoleSession { account: of, role: name, session: own, .. },
            ) => when(**account == **of && role.eq_ignore_ascii_case(name) && **session == **own),
            (Self::Service { acting_for, name }, Principal::Service { name: own, acting_for: account }) => {
                let wanted = acting_for.as_deref().or_else(|| request.resource().owner());
                if **name != **own {
                    differs
                } else if wanted.is_some_and(|wanted| *wanted == **account) {
                    Ok(())
                } else {
                    Err(Reason::ServiceActsForOther)
                }
            }
            (Self::Provider(arn), Principal::Federated { provider_arn }) => {
                if **arn != **provider_arn {
                    return differs;
                }
                let owner = request.resource().owner();
                let of = Arn::parse(arn).and_then(|arn| owner.map(|owner| arn.account() == owner));
                if of == Some(false) { Err(Reason::ForeignProvider) } else { Ok(()) }
            }
            (Self::Nobody(_), _) => Err(Reason::NotAPrincipal),
            _ => differs,
        }
    }
}
