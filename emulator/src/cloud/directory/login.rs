//! Logging on to the console: a user's profile with its password, and the account's rules for passwords.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::signature::{Secret, secret};

/// Passwords that are remembered, for the longest history that a policy can ask for (IMS: SetPasswordPolicy).
const REMEMBERED: usize = 24;

/// How a RAM user logs on to the console.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginProfile {
    /// The newest first.
    #[serde(with = "crate::cloud::save::with::secrets")]
    passwords: Vec<Secret>,
    /// Must the user bind an MFA device at the next logon?
    pub mfa_required: bool,
    /// Must the user choose another password at the next logon?
    pub reset_required: bool,
    /// May the user log on with the password?
    pub active: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

impl LoginProfile {
    /// A profile with its first password.
    pub fn new(password: &str, at: Timestamp) -> Self {
        Self {
            passwords: vec![Secret::new(password.to_owned())],
            mfa_required: false,
            reset_required: false,
            active: true,
            created: at,
            updated: at,
        }
    }

    /// Is this the password?
    pub fn is_password(&self, text: &str) -> bool {
        self.used_lately(text, 1)
    }

    /// Is this the password or one of those before it, of which so many count?
    pub fn used_lately(&self, text: &str, count: usize) -> bool {
        self.passwords.iter().take(count).any(|password| secret::same(password.expose(), text))
    }

    /// Sets another password.
    pub fn set_password(&mut self, text: &str, at: Timestamp) {
        self.passwords.insert(0, Secret::new(text.to_owned()));
        self.passwords.truncate(REMEMBERED);
        self.updated = at;
    }
}

/// An account's rules for the passwords of its users. The defaults are the published ones (IMS: SetPasswordPolicy).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "the cloud has so many switches, each of its own")]
pub struct PasswordPolicy {
    /// 8 to 32.
    pub minimum_length: u32,
    /// At least one of `a` to `z`.
    pub require_lowercase: bool,
    /// At least one of `A` to `Z`.
    pub require_uppercase: bool,
    /// At least one digit.
    pub require_numbers: bool,
    /// At least one character that is neither letter nor digit.
    pub require_symbols: bool,
    /// After it has expired, must somebody else reset the password?
    pub hard_expiry: bool,
    /// Days that a password holds; 0 for ever.
    pub max_age: u32,
    /// How many passwords may not be used again; 0 for none.
    pub reuse_prevention: u32,
    /// Logons with a wrong password in an hour; 0 for any number.
    pub max_login_attempts: u32,
    /// How many different characters there must be; 0 for any number.
    pub minimum_different: u32,
    /// May the password not contain the user's name?
    pub without_user_name: bool,
    /// Days within which the first password must be used; 0 for ever. Only IMS knows it.
    pub initial_age: u32,
    /// Are leaked passwords refused? Only IMS knows it; here none is known to have leaked.
    pub refuse_leaked: bool,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self {
            minimum_length: 8,
            require_lowercase: false,
            require_uppercase: false,
            require_numbers: false,
            require_symbols: false,
            hard_expiry: false,
            max_age: 0,
            reuse_prevention: 0,
            max_login_attempts: 0,
            minimum_different: 0,
            without_user_name: false,
            initial_age: 14,
            refuse_leaked: false,
        }
    }
}

impl PasswordPolicy {
    /// Is this a password that the user may have?
    pub fn accepts(&self, password: &str, user: &str) -> bool {
        let has = |wanted: fn(&char) -> bool| password.chars().any(|character| wanted(&character));
        let at_least = |count: usize, least: u32| u32::try_from(count).unwrap_or(u32::MAX) >= least;
        let different: std::collections::BTreeSet<_> = password.chars().collect();
        let contains_name = || password.to_lowercase().contains(&user.to_lowercase());
        at_least(password.chars().count(), self.minimum_length)
            && at_least(different.len(), self.minimum_different)
            && (!self.require_lowercase || has(char::is_ascii_lowercase))
            && (!self.require_uppercase || has(char::is_ascii_uppercase))
            && (!self.require_numbers || has(char::is_ascii_digit))
            && (!self.require_symbols || has(|character| !character.is_alphanumeric()))
            && (!self.without_user_name || !contains_name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_is_one() {
        let lax = PasswordPolicy::default();
        assert!(lax.accepts("aaaaaaaa", "a"));
        assert!(!lax.accepts("aaaaaaa", "a"));
        let rules = [
            (PasswordPolicy { require_lowercase: true, ..lax.clone() }, "ABCDEFG1", "ABCDEFGa"),
            (PasswordPolicy { require_uppercase: true, ..lax.clone() }, "abcdefg1", "abcdefgA"),
            (PasswordPolicy { require_numbers: true, ..lax.clone() }, "abcdefgh", "abcdefg1"),
            (PasswordPolicy { require_symbols: true, ..lax.clone() }, "abcdefg1", "abcdefg!"),
            (PasswordPolicy { minimum_different: 8, ..lax.clone() }, "abcdefgg", "abcdefgh"),
            (PasswordPolicy { without_user_name: true, ..lax }, "xxAlice1", "xxAl-ice1"),
        ];
        for (policy, bad, good) in rules {
            assert!(!policy.accepts(bad, "alice") && policy.accepts(good, "alice"), "{policy:?}");
        }
    }

    #[test]
    fn a_history_is_as_long_as_asked() {
        let mut profile = LoginProfile::new("one", Timestamp::UNIX_EPOCH);
        profile.set_password("two", Timestamp::UNIX_EPOCH);
        assert!(profile.is_password("two") && !profile.is_password("one"));
        assert!(profile.used_lately("one", 2) && !profile.used_lately("one", 1));
        for _ in 0..REMEMBERED {
            profile.set_password("three", Timestamp::UNIX_EPOCH);
        }
        assert!(!profile.used_lately("two", usize::MAX));
    }
}
