//! A principal, written as people write it: an ARN, a service's name, or `*` for nobody.

use acslab_policy::Principal;

/// A text that names no principal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` does not name a principal: expected `acs:ram::ACCOUNT:user/NAME`, `…:assumed-role/ROLE/SESSION`, `…:role/ROLE`, `…:root`, \
     `…:saml-provider/NAME`, `…:oidc-provider/NAME`, a service such as `pai.aliyuncs.com`, or `*`"
)]
pub struct PrincipalError(pub String);

/// Reads a principal. `resource_account` is the account that a service without an account of its own acts for.
pub fn parse_principal(text: &str, resource_account: &str) -> Result<Principal, PrincipalError> {
    let wrong = || PrincipalError(text.to_owned());
    if text == "*" {
        return Ok(Principal::Anonymous);
    }
    let Some(rest) = text.strip_prefix("acs:ram:") else {
        // `ACCOUNT@log.aliyuncs.com`: the service, acting for that other account.
        let (account, service) = text.split_once('@').unwrap_or((resource_account, text));
        let is_service = service.contains('.') && !service.contains([':', '/', ' ', '*']);
        return if is_service { Ok(Principal::service(service, account)) } else { Err(wrong()) };
    };
    let (_region, rest) = rest.split_once(':').ok_or_else(wrong)?;
    let (account, relative) = rest.split_once(':').ok_or_else(wrong)?;
    let (kind, name) = relative.split_once('/').unwrap_or((relative, ""));
    let session = |role: &str, session: &str| Principal::RoleSession {
        account: account.into(),
        role: role.into(),
        session: session.into(),
        service_linked: role.to_ascii_lowercase().starts_with("aliyunservicerolefor"),
    };
    match (kind, name) {
        ("root", "") => Ok(Principal::owner(account)),
        ("user", name) if !name.is_empty() => Ok(Principal::ram_user(account, "", name)),
        ("role", role) if !role.is_empty() => Ok(session(role, "session")),
        ("assumed-role", both) => {
            let (role, name) = both.split_once('/').ok_or_else(wrong)?;
            Ok(session(role, name))
        }
        ("saml-provider" | "oidc-provider", name) if !name.is_empty() => Ok(Principal::federated(text)),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_a_principal() {
        let read = |text| parse_principal(text, "1").map(|principal| principal.to_string());
        assert!(matches!(parse_principal("acs:ram::1:user/a", "1"), Ok(Principal::RamUser { .. })));
        assert!(matches!(parse_principal("acs:ram::1:root", "1"), Ok(Principal::Account { .. })));
        assert!(matches!(parse_principal("acs:ram::1:assumed-role/r/s", "1"), Ok(Principal::RoleSession { .. })));
        assert!(matches!(parse_principal("pai.aliyuncs.com", "1"), Ok(Principal::Service { .. })));
        assert!(matches!(parse_principal("*", "1"), Ok(Principal::Anonymous)));
        for wrong in
            ["", "alice", "acs:ram::1:user/", "acs:ram::1:thing/x", "acs:oss:*:1:b", "acs:ram::1:assumed-role/r"]
        {
            assert_eq!(read(wrong), Err(PrincipalError(wrong.to_owned())));
        }
    }
}
