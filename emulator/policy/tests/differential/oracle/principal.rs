//! Whom a resource-based policy names.

use acslab_policy::Dialect;

use super::super::world::{Asked, Caller};
use super::resource_account;
use super::statement::glob;

pub(super) fn bucket_principal(entry: &str, unconditional: bool, asked: &Asked, dialect: &Dialect) -> bool {
    match (&asked.caller, entry) {
        (Caller::Owner { account }, "*") => {
            // Without a condition, everyone is everyone but the owner of the bucket.
            !(unconditional && resource_account(&asked.resource) == Some(account))
        }
        (_, "*") => true,
        (Caller::Owner { account }, uid) => uid == account,
        (Caller::User { account, uid: own, .. }, uid) => {
            uid == own || (dialect.account_uid_covers_users && uid == account)
        }
        (Caller::Session { account, role, session, .. }, pattern) => {
            let parts: Vec<&str> = pattern.split([':', '/']).collect();
            match parts[..] {
                ["arn", "sts", "", p_account, kind, p_role, p_session] => {
                    glob(p_account, account)
                        && glob(kind, "assumed-role")
                        && glob(p_role, &role.to_ascii_lowercase())
                        && glob(p_session, session)
                }
                _ => false,
            }
        }
        _ => false,
    }
}

pub(super) fn trust_principal(kind: &str, entry: &str, asked: &Asked) -> bool {
    let role_account = resource_account(&asked.resource);
    match (kind, &asked.caller) {
        ("RAM", Caller::User { account, name, .. }) => {
            entry == format!("acs:ram::{account}:root") || entry == format!("acs:ram::{account}:user/{name}")
        }
        ("RAM", Caller::Session { account, role, session, .. }) => {
            let lower = |text: &str, from: &str| {
                // Role names compare without case, whatever follows them does not.
                let Some(rest) = text.strip_prefix(from) else { return text.to_owned() };
                let (role, tail) = rest.split_once('/').map_or((rest, None), |(role, tail)| (role, Some(tail)));
                let tail = tail.map(|tail| format!("/{tail}")).unwrap_or_default();
                format!("{from}{}{tail}", role.to_ascii_lowercase())
            };
            let role = role.to_ascii_lowercase();
            entry == format!("acs:ram::{account}:root")
                || lower(entry, &format!("acs:ram::{account}:role/")) == format!("acs:ram::{account}:role/{role}")
                || lower(entry, &format!("acs:ram::{account}:assumed-role/"))
                    == format!("acs:ram::{account}:assumed-role/{role}/{session}")
        }
        ("Service", Caller::Service { name, acting_for }) => match entry.split_once('@') {
            Some((account, service)) => account == acting_for && service == name,
            None => entry == name && role_account == Some(acting_for),
        },
        ("Federated", Caller::Federated { arn }) => {
            entry == arn && role_account.is_none_or(|account| arn.split(':').nth(3) == Some(account))
        }
        _ => false,
    }
}
