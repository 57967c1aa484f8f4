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
    Principal::named(text, resource_account).ok_or_else(|| PrincipalError(text.to_owned()))
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
