//! Effective permissions, one a line: who, what, on what, the verdict and the policy that settled it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::words::nearest;

/// What a permission of a scenario says beside actions and resources.
#[derive(Debug)]
pub(super) struct Row {
    /// Whom it asks about; empty means everybody.
    pub(super) of: Vec<String>,
    /// The context, as written.
    pub(super) when: Vec<(String, String)>,
}

/// A permission asked of somebody who is not there.
#[derive(Debug, thiserror::Error)]
#[error("nobody is called `{name}`{}", .near.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
pub struct UnknownPrincipal {
    name: String,
    near: Option<String>,
}

/// The answers, by principal, in the order of the questions.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    accounts: &'a [(String, String)],
    lines: BTreeMap<String, Vec<String>>,
}

impl<'a> Asked<'a> {
    pub(super) fn new(accounts: &'a [(String, String)]) -> Self {
        Self { accounts, lines: BTreeMap::new() }
    }

    /// Adds the answer to one row.
    pub(super) fn add(&mut self, row: &Row, answer: &Value) -> Result<(), UnknownPrincipal> {
        let answers = self.by_principal(answer);
        for name in &row.of {
            if !answers.contains_key(name) {
                return Err(UnknownPrincipal {
                    name: name.clone(),
                    near: nearest(name, answers.keys().map(String::as_str)),
                });
            }
        }
        for (principal, permissions) in answers {
            if row.of.is_empty() || row.of.contains(&principal) {
                let lines = self.lines.entry(principal).or_default();
                lines.extend(permissions.iter().map(|permission| line(permission, &row.when)));
            }
        }
        Ok(())
    }

    /// Principals and their lines, sorted by principal.
    pub(super) fn lines(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.lines.iter().map(|(principal, lines)| (principal.as_str(), lines.as_slice()))
    }

    /// `alice`, `role builder`, `alice of partner`, each with its permissions.
    fn by_principal(&self, answer: &Value) -> BTreeMap<String, Vec<Value>> {
        let mut all = BTreeMap::new();
        for (index, (alias, id)) in self.accounts.iter().enumerate() {
            let Some(account) = account_state(answer, id) else {
                continue;
            };
            let permissions = account.get("permissions").and_then(Value::as_object);
            for (principal, answers) in permissions.into_iter().flatten() {
                let name = match principal.split_once('/') {
                    Some(("user", name)) => name.to_owned(),
                    Some((kind, name)) => format!("{kind} {name}"),
                    None => principal.clone(),
                };
                let name = if index == 0 { name } else { format!("{name} of {alias}") };
                let answers = answers.as_array().cloned().unwrap_or_default();
                all.insert(name, answers);
            }
        }
        all
    }
}

/// The part of a state document that is about the account with this id.
pub(super) fn account_state<'v>(state: &'v Value, id: &str) -> Option<&'v Value> {
    let accounts = state.get("accounts")?.as_object()?;
    accounts.values().find(|account| account.get("account_id").and_then(Value::as_str) == Some(id))
}

/// "oss:GetObject on acs:oss:*:*:flows/* when a = b: Allow by …".
fn line(permission: &Value, when: &[(String, String)]) -> String {
    let text = |name: &str| permission.get(name).and_then(Value::as_str);
    let mut line = text("action").unwrap_or("?").to_owned();
    if let Some(resource) = text("resource").filter(|resource| *resource != "*") {
        line.extend([" on ", resource]);
    }
    let mut joint = " when ";
    for (key, value) in when {
        line.extend([joint, key, " = ", value]);
        joint = " and ";
    }
    line.extend([": ", text("verdict").unwrap_or("?")]);
    if let Some(policy) = text("policy") {
        line.extend([", by ", policy]);
    }
    line
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Asked, Row};

    fn answer() -> serde_json::Value {
        let allowed = json!([{"action": "oss:GetObject", "resource": "*", "verdict": "Allow", "policy": "P"}]);
        let denied = json!([{"action": "oss:GetObject", "resource": "r", "verdict": "ImplicitDeny", "policy": null}]);
        json!({"accounts": {
            "company": {"account_id": "1", "permissions": {"user/alice": allowed, "role/builder": denied}},
            "partner": {"account_id": "2", "permissions": {"user/alice": denied}},
        }})
    }

    #[test]
    fn every_permission_is_a_line_of_its_principal() {
        let accounts = [("company".into(), "1".into()), ("partner".into(), "2".into())];
        let mut asked = Asked::new(&accounts);
        let when = vec![("acs:SourceIp".into(), "10.0.0.1".into())];
        asked.add(&Row { of: vec![], when }, &answer()).unwrap();
        let lines: Vec<_> = asked.lines().map(|(who, lines)| (who, lines[0].as_str())).collect();
        assert_eq!(
            lines,
            [
                ("alice", "oss:GetObject when acs:SourceIp = 10.0.0.1: Allow, by P"),
                ("alice of partner", "oss:GetObject on r when acs:SourceIp = 10.0.0.1: ImplicitDeny"),
                ("role builder", "oss:GetObject on r when acs:SourceIp = 10.0.0.1: ImplicitDeny"),
            ]
        );
    }

    #[test]
    fn asking_of_nobody_is_an_error() {
        let accounts = [("company".into(), "1".into())];
        let mut asked = Asked::new(&accounts);
        let of = vec!["role bulder".into()];
        let error = asked.add(&Row { of, when: vec![] }, &answer()).unwrap_err();
        assert_eq!(error.to_string(), "nobody is called `role bulder`; did you mean `role builder`?");
    }
}
