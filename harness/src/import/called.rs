//! Who is meant by a short name: somebody of any account of a state.

use acslab_emulator::state::AccountState;

use super::Standing;

/// The account of whoever is in none.
const SOME_ACCOUNT: &str = "1234567890123456";

/// Several are called so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{named}` may be {}: say which", .arns.join(" or "))]
pub struct Several {
    named: String,
    arns: Vec<String>,
}

impl Standing {
    /// Whoever is called so, by the ARN that the state writes; none if nobody is.
    ///
    /// # Errors
    /// Several are.
    pub fn known(&self, named: &str) -> Result<Option<String>, Several> {
        let arn = self.principal(named)?;
        Ok(self.authority.principals().into_iter().find(|known| known.eq_ignore_ascii_case(&arn)))
    }

    /// The ARN of somebody whom people name shortly: `alice`, `user/alice`, `role/ops`, a user's id, a session's `ops:session`. Of whom
    /// no account knows it is the first account's.
    ///
    /// # Errors
    /// Several accounts have somebody of that name.
    pub fn principal(&self, named: &str) -> Result<String, Several> {
        if named.starts_with("acs:") || named.starts_with("arn:") || named == "*" {
            return Ok(named.to_owned());
        }
        if let Some(arn) = self.authority.user_with_id(named) {
            return Ok(arn);
        }
        let in_account = |account: &AccountState| meant(account, named);
        let mut arns: Vec<String> = self.kept.named().filter_map(in_account).collect();
        match arns.len() {
            0 => Ok(self.nobodys(named)),
            1 => Ok(arns.remove(0)),
            _ => Err(Several { named: named.to_owned(), arns }),
        }
    }

    /// The ARN of somebody who is in no account; a service is called as it is.
    fn nobodys(&self, named: &str) -> String {
        let account = self.account().map_or(SOME_ACCOUNT, |account| &account.account_id);
        let is_service = named.contains('.') && !named.contains(['/', ':']);
        if is_service { named.to_owned() } else { format!("acs:ram::{account}:{}", written(named)) }
    }
}

/// A short name as the end of an ARN, of whom nobody knows.
fn written(named: &str) -> String {
    match named.split_once(':') {
        _ if named == "root" || named == "owner" => "root".to_owned(),
        Some((role, session)) => format!("assumed-role/{role}/{session}"),
        None if named.contains('/') => named.to_owned(),
        None => format!("user/{named}"),
    }
}

/// The ARN of whoever is called so in an account. A user comes before a role of its name.
fn meant(account: &AccountState, named: &str) -> Option<String> {
    let has_user = |name: &str| account.users.keys().any(|user| user.eq_ignore_ascii_case(name));
    let has_role = |name: &str| account.roles.keys().any(|role| role.eq_ignore_ascii_case(name));
    let known = match named.split_once(['/', ':']) {
        None if named == "root" || named == "owner" || has_user(named) => written(named),
        None if has_role(named) => format!("role/{named}"),
        Some(("user", name)) if named.contains('/') && has_user(name) => written(named),
        Some(("role", name)) if named.contains('/') && has_role(name) => written(named),
        Some(("assumed-role", session)) if session.split('/').next().is_some_and(has_role) => written(named),
        Some((role, _)) if !named.contains('/') && has_role(role) => written(named),
        _ => return None,
    };
    Some(format!("acs:ram::{}:{known}", account.account_id))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Standing;
    use crate::authorization::Kept;

    #[test]
    fn a_name_is_looked_for_in_every_account() {
        let trust = json!({"Version": "1", "Statement": []});
        let account = |id: &str, users: [&str; 2], role: &str| json!({"account_id": id, "users": {users[0]: {}, users[1]: {}}, "roles": {role: {"trust": trust}}});
        let state = json!({"accounts": {"a": account("1234567890123456", ["alice", "both"], "ops"),
            "b": account("2000000000000001", ["bob", "both"], "ext")}});
        let state: acslab_emulator::state::AuthorizationState = serde_json::from_value(state).unwrap();
        let standing = Standing::of(Kept::from(state), Vec::new());
        for (named, arn) in [
            ("alice", "acs:ram::1234567890123456:user/alice"),
            ("bob", "acs:ram::2000000000000001:user/bob"),
            ("user/bob", "acs:ram::2000000000000001:user/bob"),
            ("ext", "acs:ram::2000000000000001:role/ext"),
            ("role/ext", "acs:ram::2000000000000001:role/ext"),
            ("ext:s", "acs:ram::2000000000000001:assumed-role/ext/s"),
            ("nobody", "acs:ram::1234567890123456:user/nobody"),
            ("ecs.aliyuncs.com", "ecs.aliyuncs.com"),
            ("*", "*"),
        ] {
            assert_eq!(standing.principal(named).as_deref(), Ok(arn), "{named}");
        }
        for named in ["both", "user/both", "root"] {
            let told = standing.principal(named).unwrap_err().to_string();
            assert!(
                told.contains("acs:ram::1234567890123456:") && told.contains("acs:ram::2000000000000001:"),
                "{told}"
            );
        }
    }
}
