//! Who called, as a scenario names them.

use std::collections::{BTreeMap, BTreeSet};

use acslab_emulator::state::AuthorizationState;
use serde_json::{Map, Value, json};

/// The callers of a recording.
#[derive(Debug, Default)]
pub(super) struct Callers {
    /// The accounts by alias and id; the first is meant where none is named.
    accounts: Vec<(String, String)>,
    /// Users that there are, by account and name.
    users: BTreeSet<(String, String)>,
    /// Roles as they are spelt, by account and name in lower case.
    roles: BTreeMap<(String, String), String>,
    /// Whose key it is, by its id.
    keys: BTreeMap<String, String>,
    /// The names that are somebody's, with those of sessions by ARN.
    taken: BTreeSet<String>,
    /// The last number behind a name that is taken.
    numbers: BTreeMap<String, usize>,
    sessions: BTreeMap<String, String>,
    /// Users that call and are in no state.
    pub(super) given: BTreeSet<String>,
    /// All who called.
    pub(super) met: BTreeSet<String>,
}

impl Callers {
    pub(super) fn of(before: &AuthorizationState) -> Self {
        let mut callers = Self::default();
        for (alias, account) in &before.accounts {
            let id = &account.account_id;
            callers.accounts.push((alias.clone(), id.clone()));
            for name in account.users.keys() {
                callers.users.insert((id.clone(), name.clone()));
            }
            for name in account.roles.keys() {
                callers.roles.insert((id.clone(), name.to_ascii_lowercase()), name.clone());
            }
        }
        callers
    }

    /// The ids of accounts, with the variables that stand for them.
    pub(super) fn account_ids(&self) -> impl Iterator<Item = (&str, String)> {
        self.accounts.iter().enumerate().map(|(number, (alias, id))| {
            (id.as_str(), if number == 0 { "${account}".to_owned() } else { format!("${{account.{alias}}}") })
        })
    }

    /// Where there are several accounts: which they are.
    pub(super) fn accounts(&self) -> Option<Value> {
        let all: Map<String, Value> = self.accounts.iter().map(|(alias, id)| (alias.clone(), json!(id))).collect();
        (all.len() > 1).then(|| json!(all))
    }

    /// The caller with this ARN and this key; `steps` gets what makes somebody one. None if nobody is known by that.
    pub(super) fn find(&mut self, arn: &str, key: Option<&str>, steps: &mut Vec<Value>) -> Option<String> {
        let who = self.named(arn, key, steps)?;
        self.met.insert(who.clone());
        Some(who)
    }

    fn named(&mut self, arn: &str, key: Option<&str>, steps: &mut Vec<Value>) -> Option<String> {
        if arn == "*" {
            return Some("anonymous".to_owned());
        }
        if let Some(known) = key.and_then(|key| self.keys.get(key)) {
            return Some(known.clone());
        }
        let mut fields = arn.splitn(5, ':').skip(3);
        let (account, named) = (fields.next()?, fields.next()?);
        let place = self.place(account)?;
        match named.split_once('/') {
            None => Some(format!("owner{place}")),
            Some(("user", name)) => {
                let who = format!("{name}{place}");
                if !self.users.contains(&(account.to_owned(), name.to_owned())) {
                    self.given.insert(who.clone());
                }
                self.taken.insert(who.clone());
                Some(who)
            }
            Some(("assumed-role", session)) => {
                if let Some(known) = self.sessions.get(arn) {
                    return Some(known.clone());
                }
                let who = self.session(account, session, &place);
                let role = session.split('/').next().unwrap_or(session);
                steps.push(json!({"role_sessions": {&who: self.role(account, role)}}));
                match key {
                    Some(key) => self.keys.insert(key.to_owned(), who.clone()),
                    None => self.sessions.insert(arn.to_owned(), who.clone()),
                };
                Some(who)
            }
            _ => None,
        }
    }

    /// A user, a role or a session that a call made: the name of whoever has the credentials of the answer.
    pub(super) fn made(
        &mut self,
        operation: &str,
        caller: &str,
        with: &Map<String, Value>,
        answer: &Value,
    ) -> Option<String> {
        let account = caller.split(':').nth(3).unwrap_or_default().to_owned();
        let of = |path: &str| answer.pointer(path).and_then(Value::as_str).map(str::to_owned);
        if let Some(role) = of("/Role/RoleName") {
            self.roles.insert((account.clone(), role.to_ascii_lowercase()), role);
        }
        match operation {
            "Ram.CreateUser" | "Ims.CreateUser" => {
                self.users.extend(of("/User/UserName").map(|name| (account, name)));
                None
            }
            "Ram.CreateAccessKey" => {
                let user = with.get("UserName")?.as_str()?;
                let place = self.place(&account)?;
                // Whoever was there before has a key, and is called by the plain name with it.
                let who = self.free(user, &place);
                self.keys.extend(of("/AccessKey/AccessKeyId").map(|key| (key, who.clone())));
                Some(who)
            }
            "Sts.AssumeRole" => {
                let arn = of("/AssumedRoleUser/Arn")?;
                let account = arn.split(':').nth(3)?.to_owned();
                let session = arn.split_once("role/")?.1;
                let place = self.place(&account)?;
                let who = self.session(&account, session, &place);
                match of("/Credentials/AccessKeyId") {
                    Some(key) => self.keys.insert(key, who.clone()),
                    None => self.sessions.insert(format!("acs:ram::{account}:assumed-role/{session}"), who.clone()),
                };
                Some(who)
            }
            _ => None,
        }
    }

    /// What a name has behind it that is of no first account. None of an account that is not there.
    fn place(&self, account: &str) -> Option<String> {
        let number = self.accounts.iter().position(|(_, id)| id == account)?;
        let (alias, _) = self.accounts.get(number)?;
        Some(if number == 0 { String::new() } else { format!(" of {alias}") })
    }

    /// A role as it is spelt: ARNs have it in lower case.
    fn role(&self, account: &str, name: &str) -> String {
        let known = self.roles.get(&(account.to_owned(), name.to_ascii_lowercase()));
        known.cloned().unwrap_or_else(|| name.to_owned())
    }

    /// A name for a session, `ROLE/SESSION`.
    fn session(&mut self, account: &str, session: &str, place: &str) -> String {
        let (role, name) = session.split_once('/').unwrap_or((session, "session"));
        let name = format!("{}-{name}", self.role(account, role));
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' };
        self.free(&name.chars().map(plain).collect::<String>(), place)
    }

    /// A name that is nobody's yet.
    fn free(&mut self, name: &str, place: &str) -> String {
        let mut who = format!("{name}{place}");
        let number = self.numbers.entry(who.clone()).or_insert(1);
        while !self.taken.insert(who.clone()) {
            *number += 1;
            who = format!("{name}-{number}{place}");
        }
        who
    }
}
