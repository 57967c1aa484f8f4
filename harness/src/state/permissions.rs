//! Effective permissions, one a line: who, what, on what, the verdict and the policy that settled it.

use std::collections::BTreeMap;

use acslab_emulator::state::{AuthorizationState, Effective, Permission, Who};

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
#[derive(Debug)]
pub(super) struct UnknownPrincipal {
    /// Which of those whom it asks about.
    pub(super) at: usize,
    pub(super) name: String,
    pub(super) near: Option<String>,
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
    pub(super) fn add(&mut self, row: &Row, answer: &AuthorizationState) -> Result<(), UnknownPrincipal> {
        let answers = self.by_principal(answer);
        for (at, name) in row.of.iter().enumerate() {
            if !answers.contains_key(name) {
                return Err(UnknownPrincipal {
                    at,
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

    /// Whether nobody was asked about.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Principals and their lines, sorted by principal.
    pub(super) fn lines(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.lines.iter().map(|(principal, lines)| (principal.as_str(), lines.as_slice()))
    }

    /// `alice`, `role builder`, `alice of partner`, each with its permissions.
    fn by_principal<'s>(&self, answer: &'s AuthorizationState) -> BTreeMap<String, &'s [Permission]> {
        let mut all = BTreeMap::new();
        for (index, (alias, id)) in self.accounts.iter().enumerate() {
            for (who, permissions) in answer.account(id).into_iter().flat_map(|account| &account.permissions) {
                let name = match who {
                    Who::User(name) => name.clone(),
                    Who::Role(name) => format!("role {name}"),
                    other => other.to_string(),
                };
                let name = if index == 0 { name } else { format!("{name} of {alias}") };
                all.insert(name, permissions.as_slice());
            }
        }
        all
    }
}

/// "oss:GetObject on acs:oss:*:*:flows/* when a = b: Allow, by …".
fn line(permission: &Permission, when: &[(String, String)]) -> String {
    let mut line = permission.action.clone();
    if permission.resource != "*" {
        line.extend([" on ", &permission.resource]);
    }
    let mut joint = " when ";
    for (key, value) in when {
        line.extend([joint, key, " = ", value]);
        joint = " and ";
    }
    line.extend([": ", &permission.verdict.to_string()]);
    let allow = permission.verdict == Effective::Allow;
    let conditions = permission.conditions.as_deref();
    if let Some(conditions) = conditions.filter(|_| allow) {
        line.extend([" ", conditions]);
    }
    if let Some(policy) = &permission.policy {
        line.extend([", by ", policy]);
    }
    if let Some(conditions) = conditions.filter(|_| !allow) {
        line.extend(["; Allow ", conditions]);
    }
    line
}

#[cfg(test)]
mod tests {
    use acslab_emulator::state::{AccountState, AuthorizationState, Effective, Permission, Who};

    use super::{Asked, Row, line};

    fn answer() -> AuthorizationState {
        let permission = |resource: &str, verdict, policy: Option<&str>| {
            vec![Permission {
                action: "oss:GetObject".into(),
                resource: resource.into(),
                verdict,
                policy: policy.map(str::to_owned),
                conditions: None,
            }]
        };
        let (alice, builder) = (Who::User("alice".into()), Who::Role("builder".into()));
        let allowed = permission("*", Effective::Allow, Some("P"));
        let denied = permission("r", Effective::ImplicitDeny, None);
        let account = |id: &str, permissions: Vec<_>| AccountState {
            account_id: id.into(),
            permissions: permissions.into_iter().collect(),
            ..AccountState::default()
        };
        let company = account("1", vec![(alice.clone(), allowed), (builder, denied.clone())]);
        let partner = account("2", vec![(alice, denied)]);
        AuthorizationState { accounts: [("company".into(), company), ("partner".into(), partner)].into() }
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
    fn what_an_allow_takes_is_said() {
        let said = |verdict| {
            let permission = Permission {
                action: "oss:GetObject".into(),
                resource: "*".into(),
                verdict,
                policy: Some("P".into()),
                conditions: Some("if acs:MFAPresent".into()),
            };
            line(&permission, &[])
        };
        assert_eq!(said(Effective::Allow), "oss:GetObject: Allow if acs:MFAPresent, by P");
        assert_eq!(said(Effective::ImplicitDeny), "oss:GetObject: ImplicitDeny, by P; Allow if acs:MFAPresent");
    }

    #[test]
    fn asking_of_nobody_is_an_error() {
        let accounts = [("company".into(), "1".into())];
        let mut asked = Asked::new(&accounts);
        let of = vec!["role bulder".into()];
        let error = asked.add(&Row { of, when: vec![] }, &answer()).unwrap_err();
        assert_eq!((error.at, error.near.as_deref()), (0, Some("role builder")));
    }
}
