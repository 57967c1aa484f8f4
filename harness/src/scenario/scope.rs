//! Which names a step may use: what the scenario was given and what earlier steps left.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use miette::SourceSpan;

use super::given::Account;
use super::lesson::Language;
use super::mistake::Kind;
use super::reader::Reader;
use crate::source::Spanned;
use crate::words::{Choices, slip};

/// The alias of the account of a scenario that names none.
pub const DEFAULT_ACCOUNT: &str = "company";

/// What has a value everywhere, whatever a scenario saves.
const FIXED: &[&str] = &["account", "region"];

/// Has `${name}` a value everywhere? No name of a scenario's own may be such a one.
pub(super) fn is_fixed(name: &str) -> bool {
    FIXED.contains(&name) || name.starts_with("account.")
}

/// The names in force at one point of a scenario.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// The accounts' aliases; the first is meant where none is named.
    pub(super) accounts: Vec<String>,
    /// The member accounts of the directory that is given, each with who administers it: nobody signs as the owner of one.
    members: BTreeMap<String, Caller>,
    /// The names of owners, each with the alias of its account.
    owners: BTreeMap<String, String>,
    /// The languages that the texts of a lesson are in; none where the scenario is no lesson.
    pub(super) languages: Vec<Language>,
    callers: BTreeSet<Caller>,
    /// The saved values, in the order of the file, and all of them.
    variables: Vec<String>,
    saved: HashSet<String>,
    /// The checkpoints that were made.
    pub(super) checkpoints: Vec<String>,
    /// The users and roles that there are, each with its account.
    people: BTreeSet<(Person, String, String)>,
    /// May there be others, of whom nothing can be told beforehand?
    pub(super) strangers: bool,
    /// What is given, by kind, name and account.
    things: BTreeSet<(&'static str, String, String)>,
    /// The custom policies that are given, each with its account.
    pub(super) policies: BTreeSet<(String, String)>,
    /// The services that are opened for what is given, each with its account.
    pub(super) open: BTreeSet<(String, String)>,
}

/// Somebody in an account who may be allowed something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Person {
    User,
    Role,
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

    /// From here on there is this member account, unless an account has its name already: that one is meant then.
    pub(super) fn add_member(&mut self, alias: &str, administrator: &Caller) -> bool {
        let is_new = !self.has_account(alias);
        if is_new {
            self.members.insert(alias.to_owned(), administrator.clone());
        }
        is_new
    }

    /// Is there an account, or a member account, with this alias?
    pub(super) fn has_account(&self, alias: &str) -> bool {
        self.accounts.iter().any(|known| known == alias) || self.members.contains_key(alias)
    }

    /// The aliases of all accounts, those of members among them.
    pub(super) fn aliases(&self) -> impl Iterator<Item = &str> + Clone {
        self.accounts.iter().chain(self.members.keys()).map(String::as_str)
    }

    /// Who makes what is given in an account: its owner, or whoever administers a member.
    pub(super) fn maker_in(&self, account: &str) -> Caller {
        self.members.get(account).cloned().unwrap_or_else(|| Caller::Owner(account.to_owned()))
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

    /// From here on an account has this user, or role.
    pub(super) fn add_person(&mut self, person: Person, name: &str, account: &str) {
        self.people.insert((person, name.to_owned(), account.to_owned()));
    }

    /// Notes a user or a role that there is not, and whose name is spelt much like that of one that there is. Others are the cloud's to
    /// miss: not all of them can be told beforehand. `account` is `None` where it may be any.
    pub(super) fn check_person(
        &self,
        person: Person,
        name: &str,
        account: Option<&str>,
        span: SourceSpan,
        reader: &mut Reader<'_>,
    ) {
        let there = |account: &str| self.people.contains(&(person, name.to_owned(), account.to_owned()));
        if account.is_some_and(there) {
            return;
        }
        let fits = |of: &str| account.is_none_or(|account| account == of);
        let known = self.people.iter().filter(|(kind, _, of)| *kind == person && fits(of));
        let known: Vec<&str> = known.map(|(_, name, _)| name.as_str()).collect();
        if self.strangers || name.contains(['$', '*']) || known.contains(&name) {
            return;
        }
        if let Some(near) = slip(name, known) {
            reader.note(Kind::Nobody { name: name.to_owned(), near: Some(near) }, span);
        }
    }

    /// Notes a thing that is given twice.
    pub(super) fn add_thing(
        &mut self,
        kind: &'static str,
        name: &Spanned<String>,
        account: &str,
        own: &str,
        reader: &mut Reader<'_>,
    ) {
        if !self.things.insert((kind, own.to_owned(), account.to_owned())) {
            reader.note(Kind::GivenTwice { name: name.value.clone() }, name.span);
        }
    }

    /// Is there a value whose name is this one between a beginning and an end, as the ids of what is given have them? What is not there
    /// is noted in the words of the file.
    pub(super) fn check_given(
        &self,
        name: &Spanned<String>,
        (before, after): (&str, &str),
        (what, all): (&'static str, &'static str),
        reader: &mut Reader<'_>,
    ) -> bool {
        if self.saved.contains(&format!("{before}{}{after}", name.value)) {
            return true;
        }
        let known: Vec<_> =
            self.variables.iter().filter_map(|known| known.strip_prefix(before)?.strip_suffix(after)).collect();
        let choices = Choices::new(&name.value, &known);
        reader.note(Kind::NoSuch { what, all, name: name.value.clone(), choices }, name.span);
        false
    }

    /// The accounts, with the names of their owners: `${NAME.id}` is the id of one, as that of a user. Gives the names that somebody
    /// else has already.
    pub(super) fn set_accounts(&mut self, accounts: &[Account]) -> Vec<String> {
        self.accounts = accounts.iter().map(|account| account.alias.clone()).collect();
        let mut taken = Vec::new();
        for Account { alias, owner, .. } in accounts {
            let Some(owner) = owner else { continue };
            let is_caller = |caller: &Caller| matches!(caller, Caller::Named { name, .. } if name == owner);
            let other = self.owners.insert(owner.clone(), alias.clone()).is_some_and(|other| other != *alias);
            if other || self.callers.iter().any(is_caller) {
                taken.push(owner.clone());
            }
            self.add_variable(format!("{owner}.id"));
        }
        taken
    }

    /// The names of owners, each with the alias of its account.
    pub(super) fn owners(&self) -> impl Iterator<Item = (&str, &str)> {
        self.owners.iter().map(|(name, alias)| (name.as_str(), alias.as_str()))
    }

    /// The alias of the account whose owner has this name.
    pub(super) fn owned_by(&self, name: &str) -> Option<&str> {
        self.owners.get(name).map(String::as_str)
    }

    /// Takes over what another scenario, run before this one, leaves.
    pub(super) fn inherit(&mut self, earlier: &Self) {
        for account in &earlier.accounts {
            if !self.accounts.contains(account) {
                self.accounts.push(account.clone());
            }
        }
        self.members.extend(earlier.members.clone());
        self.owners.extend(earlier.owners.clone());
        self.callers.extend(earlier.callers.iter().cloned());
        self.people.extend(earlier.people.iter().cloned());
        self.things.extend(earlier.things.iter().cloned());
        self.strangers |= earlier.strangers;
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
        let others = self.aliases().skip(1).map(|alias| Cow::Owned(format!("account.{alias}")));
        let fixed = FIXED.iter().copied().map(Cow::Borrowed);
        fixed.chain(others).chain(self.variables.iter().map(|name| Cow::Borrowed(name.as_str())))
    }

    pub(super) fn check_variable(&self, name: &str, span: SourceSpan, reader: &mut Reader<'_>) {
        let of_account = |alias: &str| self.has_account(alias) || alias == self.default_account();
        let known =
            FIXED.contains(&name) || self.saved.contains(name) || name.strip_prefix("account.").is_some_and(of_account);
        if !known {
            let choices = Choices::new(name, self.variables());
            reader.note(Kind::UnknownVariable { name: name.to_owned(), choices }, span);
        }
    }

    /// Reads `photos`, `photos of B`: a name, and the alias of its account. `of` says what of: "a bucket"; without it, of a caller.
    pub(super) fn read_name<'t>(
        &'t self,
        of: Option<&'static str>,
        text: &'t str,
        span: SourceSpan,
        reader: &mut Reader<'_>,
    ) -> Option<(&'t str, &'t str)> {
        let (name, account) = match text.split_once(" of ") {
            Some((name, account)) => (name.trim(), account.trim()),
            None => (text, self.default_account()),
        };
        if name.is_empty() || name.contains(' ') {
            let name = text.to_owned();
            reader.note(of.map_or_else(|| Kind::NotACaller(text.to_owned()), |of| Kind::NotAName { name, of }), span);
            return None;
        }
        if !self.has_account(account) {
            let kind =
                Kind::UnknownAccount { name: account.to_owned(), choices: Choices::new(account, self.aliases()) };
            reader.note(kind, span);
            return None;
        }
        Some((name, account))
    }

    /// Reads `owner`, `owner of B`, the name of an owner, `alice`, `alice of B`, `anonymous`, without asking whether a
    /// named caller has credentials yet.
    pub(super) fn read_caller(&self, text: &str, span: SourceSpan, reader: &mut Reader<'_>) -> Option<Caller> {
        if text == "anonymous" {
            return Some(Caller::Anonymous);
        }
        if let Some(account) = self.owned_by(text) {
            return Some(Caller::Owner(account.to_owned()));
        }
        let (name, account) = self.read_name(None, text, span, reader)?;
        match name {
            "anonymous" => {
                reader.note(Kind::NotACaller(text.to_owned()), span);
                None
            }
            "owner" => Some(Caller::Owner(account.to_owned())),
            name if self.owned_by(name) == Some(account) => Some(Caller::Owner(account.to_owned())),
            name => Some(Caller::Named { name: name.to_owned(), account: account.to_owned() }),
        }
    }

    /// As [`Scope::read_caller`], for somebody who is given credentials: a RAM user or a session, with a name that is no owner's.
    pub(super) fn read_named(&self, text: &str, span: SourceSpan, reader: &mut Reader<'_>) -> Option<Caller> {
        let caller = self.read_caller(text, span, reader)?;
        let kind = match &caller {
            Caller::Named { name, .. } if self.owned_by(name).is_none() => return Some(caller),
            Caller::Anonymous => Kind::NotACaller(text.to_owned()),
            Caller::Owner(_) | Caller::Named { .. } => Kind::OwnerCalled(text.to_owned()),
        };
        reader.note(kind, span);
        None
    }

    /// As [`Scope::read_caller`], for a caller that must have credentials by now.
    pub(super) fn known_caller(&self, text: &str, span: SourceSpan, reader: &mut Reader<'_>) -> Option<Caller> {
        let caller = self.read_caller(text, span, reader)?;
        if let Caller::Owner(account) = &caller
            && let Some(administrator) = self.members.get(account)
        {
            let administrator = self.display(administrator);
            reader.note(Kind::OwnerOfMember { account: account.clone(), administrator }, span);
            return None;
        }
        if matches!(caller, Caller::Named { .. }) && !self.callers.contains(&caller) {
            let mut known: Vec<_> = self.callers.iter().map(|caller| self.display(caller)).collect();
            known.extend(["owner".to_owned(), "anonymous".to_owned()]);
            known.extend(self.owners.keys().cloned());
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
            Caller::Owner(account) => {
                let named = self.owners.iter().find(|(_, alias)| *alias == account);
                named.map_or_else(|| of("owner", account), |(name, _)| name.clone())
            }
            Caller::Named { name, account } => of(name, account),
            Caller::Anonymous => "anonymous".into(),
        }
    }
}
