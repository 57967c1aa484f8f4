//! Which names a step may use: what the scenario was given and what earlier steps left.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use miette::SourceSpan;

use super::lesson::Language;
use super::mistake::Kind;
use super::reader::Reader;
use crate::words::Choices;

/// The alias of the account of a scenario that names none.
pub const DEFAULT_ACCOUNT: &str = "company";

/// The names in force at one point of a scenario.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// The accounts' aliases; the first is meant where none is named.
    pub(super) accounts: Vec<String>,
    /// The languages that the texts of a lesson are in; none where the scenario is no lesson.
    pub(super) languages: Vec<Language>,
    callers: BTreeSet<Caller>,
    /// The saved values, in the order of the file, and all of them.
    variables: Vec<String>,
    saved: HashSet<String>,
    /// The checkpoints that were made.
    pub(super) checkpoints: Vec<String>,
    /// The custom policies that are given, each with its account.
    pub(super) policies: BTreeSet<(String, String)>,
    /// The services that are opened for what is given, each with its account.
    pub(super) open: BTreeSet<(String, String)>,
}

/// On whose behalf a step calls.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caller {
    /// The owner of the account with this alias.
    Owner(String),
    /// A RAM user or a saved session, and the alias of its account.
    Named {
        /// The name its credentials were saved under.
        name: String,
        /// The account's alias.
        account: String,
    },
    /// Nobody: the request is not signed.
    Anonymous,
}

impl Scope {
    /// The account meant where none is named.
    pub(super) fn default_account(&self) -> &str {
        self.accounts.first().map_or(DEFAULT_ACCOUNT, String::as_str)
    }

    /// From here on `caller` has credentials.
    pub(super) fn add_caller(&mut self, caller: Caller) {
        self.callers.insert(caller);
    }

    /// From here on `${name}` has a value.
    pub(super) fn add_variable(&mut self, name: impl Into<String>) {
        let name = name.into();
        if self.saved.insert(name.clone()) {
            self.variables.push(name);
        }
    }

    /// Takes over what another scenario, run before this one, leaves.
    pub(super) fn inherit(&mut self, earlier: &Self) {
        for account in &earlier.accounts {
            if !self.accounts.contains(account) {
                self.accounts.push(account.clone());
            }
        }
        self.callers.extend(earlier.callers.iter().cloned());
        earlier.variables.iter().for_each(|name| self.add_variable(name));
        for name in &earlier.checkpoints {
            if !self.checkpoints.contains(name) {
                self.checkpoints.push(name.clone());
            }
        }
        self.policies.extend(earlier.policies.iter().cloned());
        self.open.extend(earlier.open.iter().cloned());
    }

    /// The names of all values in force: the fixed ones and the saved ones.
    fn variables(&self) -> impl Iterator<Item = Cow<'_, str>> + Clone {
        let others = self.accounts.iter().skip(1).map(|alias| Cow::Owned(format!("account.{alias}")));
        let fixed = ["account", "region"].into_iter().map(Cow::Borrowed);
        fixed.chain(others).chain(self.variables.iter().map(|name| Cow::Borrowed(name.as_str())))
    }

    pub(super) fn check_variable(&self, name: &str, span: SourceSpan, reader: &mut Reader<'_>) {
        let of_account =
            |alias: &str| self.accounts.iter().any(|known| known == alias) || alias == self.default_account();
        let known = matches!(name, "account" | "region")
            || self.saved.contains(name)
            || name.strip_prefix("account.").is_some_and(of_account);
        if !known {
            let choices = Choices::new(name, self.variables());
            reader.note(Kind::UnknownVariable { name: name.to_owned(), choices }, span);
        }
    }

    /// Reads `owner`, `owner of B`, `alice`, `alice of B`, `anonymous`, without asking whether a
    /// named caller has credentials yet.
    pub(super) fn read_caller(&self, text: &str, span: SourceSpan, reader: &mut Reader<'_>) -> Option<Caller> {
        let (name, account) = match text.split_once(" of ") {
            Some((name, account)) => (name.trim(), Some(account.trim())),
            None => (text, None),
        };
        if name.is_empty() || name.contains(' ') || (name == "anonymous" && account.is_some()) {
            reader.note(Kind::NotACaller(text.to_owned()), span);
            return None;
        }
        if name == "anonymous" {
            return Some(Caller::Anonymous);
        }
        let account = account.unwrap_or(self.default_account());
        if !self.accounts.iter().any(|alias| alias == account) {
            let kind =
                Kind::UnknownAccount { name: account.to_owned(), choices: Choices::new(account, &self.accounts) };
            reader.note(kind, span);
            return None;
        }
        let account = account.to_owned();
        Some(match name {
            "owner" => Caller::Owner(account),
            name => Caller::Named { name: name.to_owned(), account },
        })
    }

    /// As [`Scope::read_caller`], for a caller that must have credentials by now.
    pub(super) fn known_caller(&self, text: &str, span: SourceSpan, reader: &mut Reader<'_>) -> Option<Caller> {
        let caller = self.read_caller(text, span, reader)?;
        if matches!(caller, Caller::Named { .. }) && !self.callers.contains(&caller) {
            let mut known: Vec<_> = self.callers.iter().map(|caller| self.display(caller)).collect();
            known.extend(["owner".to_owned(), "anonymous".to_owned()]);
            known.sort();
            known.dedup();
            let kind = Kind::UnknownCaller { name: text.to_owned(), choices: Choices::new(text, &known) };
            reader.note(kind, span);
            return None;
        }
        Some(caller)
    }

    /// As a scenario would write it: the account is named only if it is not the first.
    pub(super) fn display(&self, caller: &Caller) -> String {
        let of = |name: &str, account: &str| {
            if account == self.default_account() { name.to_owned() } else { format!("{name} of {account}") }
        };
        match caller {
            Caller::Owner(account) => of("owner", account),
            Caller::Named { name, account } => of(name, account),
            Caller::Anonymous => "anonymous".into(),
        }
    }
}
