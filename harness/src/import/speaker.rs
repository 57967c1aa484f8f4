//! Whose account answers: a command names a profile of the CLI, an answer an account.

use std::collections::{BTreeMap, BTreeSet};

/// Who is asking, and which accounts are known of whom.
#[derive(Debug, Default)]
pub(super) struct Speaker {
    /// The profile of the command that is read; none is the CLI's own choice.
    profile: Option<String>,
    accounts: BTreeMap<Option<String>, String>,
    /// The profiles of which it was said that nobody tells their account.
    warned: BTreeSet<String>,
    /// The account that answers from here on, after another one did.
    next: Option<String>,
}

impl Speaker {
    /// A command asks as this profile: its account, if that is known.
    pub(super) fn asks_as(&mut self, profile: Option<&str>) -> Option<&str> {
        self.profile = profile.map(str::to_owned);
        self.accounts.get(&self.profile).map(String::as_str)
    }

    /// An answer names the account, where another one was taken for it.
    pub(super) fn is_of(&mut self, account: &str, taken: Option<&str>) {
        self.accounts.insert(self.profile.clone(), account.to_owned());
        if taken.is_some_and(|taken| taken != account) {
            self.next = Some(account.to_owned());
        }
    }

    /// What is to be said once an answer is read, of what goes to `current` because nobody says otherwise.
    pub(super) fn doubt(&mut self, current: Option<&str>) -> Option<String> {
        if let Some(account) = self.next.take() {
            return Some(format!("from here on what does not say whose it is is taken as account {account}'s"));
        }
        let profile = self.profile.clone().filter(|_| !self.accounts.contains_key(&self.profile))?;
        let current = current.filter(|_| !self.accounts.is_empty())?;
        self.warned.insert(profile.clone()).then(|| {
            format!(
                "whose account profile `{profile}` is of is not said: taken as account {current}; the output of \
                 `aliyun sts GetCallerIdentity --profile {profile}` tells"
            )
        })
    }
}
