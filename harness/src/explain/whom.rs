//! Who asked, by ARN: as a refusal says it, or as nothing else can be meant.

use super::codes::{By, by};
use super::messages::{Message, message};
use super::provider::provider;
use super::reason::Given;
use super::refusal::Refusal;
use crate::import::Standing;

/// Who asked.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) principal: String,
    /// What was taken for granted of it, in words.
    pub(super) assumed: Vec<String>,
    /// The condition keys that are taken for granted.
    pub(super) keys: Vec<(String, Vec<String>)>,
    /// The error itself says that the caller's own policies allow it.
    pub(super) own_half_allows: bool,
    /// The role that was to be assumed, where nobody says it and one alone can be meant.
    pub(super) role: Option<String>,
}

/// Tells who asked.
///
/// # Errors
/// It is not known, in words.
pub(super) fn asked(standing: &Standing, refusal: &Refusal, given: &Given, action: &str) -> Result<Asked, String> {
    let mut asked = Asked::default();
    if let Some(named) = &given.principal {
        asked.principal = standing.principal(named).map_err(|several| several.to_string())?;
        return Ok(asked);
    }
    let caller = &refusal.caller;
    let owner = caller.owner.as_deref();
    let assumes = action.eq_ignore_ascii_case("sts:AssumeRole");
    asked.principal = match (caller.kind.as_deref(), caller.name.as_deref()) {
        (Some("SubUser"), Some(id)) => of_id(standing, refusal, id, assumes, &mut asked)?,
        (Some("AssumedRoleUser"), Some(name)) => {
            let (role, session) = name.split_once(':').unwrap_or((name, "session"));
            let account = owner.map_or_else(
                || standing.account().map_or_else(String::new, |one| one.account_id.clone()),
                str::to_owned,
            );
            if standing.kept.state.account(&account).is_none() {
                abroad(&account, refusal, assumes, &mut asked);
            }
            format!("acs:ram::{account}:assumed-role/{role}/{session}")
        }
        (Some("Account" | "RootUser"), Some(id)) => format!("acs:ram::{id}:root"),
        _ if is_unsigned(refusal) => "*".to_owned(),
        // Whom else there might be nobody knows.
        _ if refusal.signed.is_none()
            && refusal.host.is_some()
            && standing.authority.principals().is_empty()
            && is_of_oss(refusal) =>
        {
            asked.assumed.push(
                "who asked is not said, and the state has nobody: taken as a request that is not signed, `*`"
                    .to_owned(),
            );
            "*".to_owned()
        }
        _ if refusal.is_of_provider() => provider(standing, refusal, given, &mut asked)?,
        _ => {
            of_one_account(standing, refusal, action)?;
            let arn = only(standing, "user/").or_else(|| only(standing, "role/")).ok_or_else(|| {
                let has = if standing.authority.principals().is_empty() { "nobody" } else { "several" };
                format!("who asked is not said, and the state has {has}: name somebody with `--as`, or `*` for a request that is not signed")
            })?;
            asked.assumed.push(format!("who asked is not said; `{arn}` is taken for it"));
            arn
        }
    };
    Ok(asked)
}

/// Is it the refusal of a request that nobody signed?
fn is_unsigned(refusal: &Refusal) -> bool {
    refusal.signed == Some(false)
        || refusal.ec.as_deref().is_some_and(|ec| by(ec) == By::Unsigned)
        || message(&refusal.text()).is_some_and(Message::is_of_unsigned)
}

fn is_of_oss(refusal: &Refusal) -> bool {
    refusal.resource.as_deref().is_some_and(|arn| arn.starts_with("acs:oss:"))
}

/// Is the account of an error that does not say who asked one of the state's?
///
/// # Errors
/// It is not: what nobody but its own account calls was called elsewhere.
fn of_one_account(standing: &Standing, refusal: &Refusal, action: &str) -> Result<(), String> {
    const ABROAD: [&str; 3] = ["oss:", "log:", "sts:AssumeRole"];
    let reaches = ABROAD.iter().any(|known| action.get(..known.len()).is_some_and(|of| of.eq_ignore_ascii_case(known)));
    let accounts = &standing.kept.state.accounts;
    match refusal.account() {
        Some(account) if !reaches && !accounts.is_empty() && standing.kept.state.account(account).is_none() => {
            let known: Vec<&str> = accounts.values().map(|one| one.account_id.as_str()).collect();
            Err(format!(
                "the error is of account {account}, and the state is of {}: gather that account with `acslab import --how`, or name who asked with `--as`",
                known.join(", ")
            ))
        }
        _ => Ok(()),
    }
}

/// A RAM user of an account, or of any, by its name.
fn named(standing: &Standing, owner: Option<&str>, name: &str) -> Result<Option<String>, String> {
    let user = match owner {
        Some(owner) => format!("acs:ram::{owner}:user/{name}"),
        None => format!("user/{name}"),
    };
    standing.known(&user).map_err(|several| several.to_string())
}

/// A RAM user, by its id.
fn of_id(standing: &Standing, refusal: &Refusal, id: &str, assumes: bool, asked: &mut Asked) -> Result<String, String> {
    let owner = refusal.caller.owner.as_deref();
    if let Some(arn) = standing.authority.user_with_id(id) {
        let of = arn.split(':').nth(3).unwrap_or_default();
        if let Some(owner) = owner.filter(|owner| *owner != of) {
            asked.assumed.push(format!(
                "the error is of account {owner}, and the user with the id {id} is one of account {of} in the state: `{arn}` is taken for it"
            ));
        }
        return Ok(arn);
    }
    // CHOICE: what is no id is the name: the published field has an id, and people, and other products, write names there.
    if !id.bytes().all(|byte| byte.is_ascii_digit())
        && let Some(arn) = named(standing, owner, id)?
    {
        return Ok(arn);
    }
    if let Some(owner) = owner.filter(|owner| standing.kept.state.account(owner).is_none()) {
        abroad(owner, refusal, assumes, asked);
        return Ok(format!("acs:ram::{owner}:user/{id}"));
    }
    let arn = only(standing, "user/").ok_or_else(|| {
        format!("no user of the state has the id {id}: the output of `aliyun ram GetUser` tells ids; or name the user with `--as`")
    })?;
    asked.assumed.push(format!("no user of the state has the id {id}; `{arn}` is the only one and taken for it"));
    Ok(arn)
}

/// What is to be known of a caller of an account that is not in the state. Whoever assumes a role needs what its own account allows, too.
fn abroad(account: &str, refusal: &Refusal, assumes: bool, asked: &mut Asked) {
    asked.own_half_allows = assumes
        && refusal.why.policy.as_deref() == Some("AssumeRolePolicy")
        && refusal.why.no_permission.as_deref() == Some("ImplicitDeny");
    let what = if asked.own_half_allows {
        "the error says that the caller's own policies allow it, and that the role's trust policy does not"
    } else if assumes {
        "whether its own policies allow it is not known, and they have to as well as the role's trust policy"
    } else {
        "its policies do not reach what is another account's, whose own policy decides"
    };
    asked.assumed.push(format!("account {account} is not in the state; {what}"));
}

/// The only principal of a kind.
fn only(standing: &Standing, kind: &str) -> Option<String> {
    let all = standing.authority.principals();
    let mut of_kind = all.into_iter().filter(|arn| arn.contains(&format!(":{kind}")));
    let first = of_kind.next()?;
    of_kind.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::{Refusal, is_unsigned};

    #[test]
    fn whoever_signed_nothing_is_told_by_codes_and_messages_that_say_so() {
        let of = |ec: Option<&str>, message: &str| Refusal {
            ec: ec.map(str::to_owned),
            message: Some(message.to_owned()),
            ..Refusal::default()
        };
        for (refusal, unsigned) in [
            (of(Some("0003-00000002"), "AccessDenied"), true),
            (of(None, "Anonymous access is forbidden for this operation."), true),
            // One that signed and lacks a second action has that code, too.
            (of(Some("0003-00000905"), "You have no right to access this object."), false),
            (of(None, "AccessDenied in anonymous function at main.py:3"), false),
            (Refusal { signed: Some(false), ..Refusal::default() }, true),
        ] {
            assert_eq!(is_unsigned(&refusal), unsigned, "{refusal:?}");
        }
    }
}
