//! Policies by name, and by the actions that they name.

use acslab_emulator::SystemPolicies;
use acslab_emulator::state::{AccountState, Attachment};
use acslab_policy::catalogue::fits;
use acslab_policy::{Actions, Document, DocumentKind, Effect};
use serde::Serialize;

use crate::import::Standing;

/// The text of a version of a policy, and to whom it is attached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PolicyText {
    /// Its name.
    pub name: String,
    /// `System` or `Custom`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The account that has it, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The version.
    pub version: String,
    /// Is it the one in force?
    pub default: bool,
    /// The versions that are known.
    pub versions: Vec<String>,
    /// Its text.
    pub text: String,
    /// To whom it is attached: `user/alice`, `group/dev for resource group photos`.
    pub attached_to: Vec<String>,
}

/// A policy, by name and perhaps version: of each account that has a custom one of the name or says a system policy of it, else the
/// system policy.
pub fn show(standing: Option<&Standing>, named: &str) -> Vec<PolicyText> {
    let (name, version) = named.split_once('@').map_or((named, None), |(name, version)| (name, Some(version)));
    let state = standing.map(|standing| &standing.kept.state);
    let accounts: Vec<&AccountState> = state.into_iter().flat_map(|state| state.accounts.values()).collect();
    let several = accounts.len() > 1;
    let mut of_accounts = accounts.iter().filter_map(|account| {
        let shown = of_account(account, name, version)?;
        Some(PolicyText { account: several.then(|| account.account_id.clone()), ..shown })
    });
    let first = of_accounts.next();
    if first.is_some() {
        return first.into_iter().chain(of_accounts).collect();
    }
    let shipped = SystemPolicies::shipped();
    let found = shipped.get(name).and_then(|policy| {
        let version = version.unwrap_or(&policy.default_version);
        let found = policy.versions.iter().find(|known| known.id == version)?;
        let attached = accounts.iter().flat_map(|account| {
            let of = if several { format!(" of account {}", account.account_id) } else { String::new() };
            attached_to(account, "System", &policy.name).into_iter().map(move |who| who + &of)
        });
        Some(PolicyText {
            name: policy.name.clone(),
            kind: "System",
            account: None,
            version: version.to_owned(),
            default: version == policy.default_version,
            versions: policy.versions.iter().map(|known| known.id.clone()).collect(),
            text: found.document.text().to_owned(),
            attached_to: attached.collect(),
        })
    });
    found.into_iter().collect()
}

/// What an account says of a policy.
fn of_account(account: &AccountState, name: &str, version: Option<&str>) -> Option<PolicyText> {
    let custom = account.policies.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    if let Some((name, policy)) = custom {
        let version = version.unwrap_or(&policy.default_version);
        return Some(PolicyText {
            name: name.clone(),
            kind: "Custom",
            account: None,
            version: version.to_owned(),
            default: version == policy.default_version,
            versions: policy.versions.keys().cloned().collect(),
            text: policy.versions.get(version)?.pretty(),
            attached_to: attached_to(account, "Custom", name),
        });
    }
    let policy = account.system_policies.get(name).filter(|policy| version.is_none_or(|v| v == policy.version))?;
    Some(PolicyText {
        name: name.to_owned(),
        kind: "System",
        account: None,
        version: policy.version.clone(),
        default: true,
        versions: vec![policy.version.clone()],
        text: policy.text.pretty(),
        attached_to: attached_to(account, "System", name),
    })
}

/// To whom of an account a policy is attached.
fn attached_to(account: &AccountState, kind: &str, name: &str) -> Vec<String> {
    let mut all = Vec::new();
    let users = account.users.iter().map(|(name, one)| (format!("user/{name}"), &one.policies));
    let groups = account.groups.iter().map(|(name, one)| (format!("group/{name}"), &one.policies));
    let roles = account.roles.iter().map(|(name, one)| (format!("role/{name}"), &one.policies));
    for (who, policies) in users.chain(groups).chain(roles) {
        let is = |one: &&Attachment| one.kind == kind && one.name.eq_ignore_ascii_case(name);
        for attachment in policies.iter().filter(is) {
            all.push(match &attachment.resource_group {
                Some(group) => format!("{who} for resource group {group}"),
                None => who.clone(),
            });
        }
    }
    all
}

/// A policy that speaks of an action.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Found {
    /// Its name.
    pub name: String,
    /// `System` or `Custom`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The version in force.
    pub version: String,
    /// Which statement, from 1.
    pub statement: usize,
    /// Does it allow?
    pub allows: bool,
    /// The pattern that covers the action.
    pub pattern: String,
    /// Does it have conditions?
    pub conditional: bool,
}

/// The policies whose version in force speaks of an action: those of the state, and the system policies.
pub fn find(standing: Option<&Standing>, action: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let accounts = standing.into_iter().flat_map(|standing| standing.kept.state.accounts.values());
    for account in accounts {
        for (name, policy) in &account.policies {
            if let Some(text) = policy.versions.get(&policy.default_version) {
                search(name, "Custom", &policy.default_version, &text.pretty(), action, &mut found);
            }
        }
    }
    for policy in SystemPolicies::shipped().iter() {
        search(&policy.name, "System", &policy.default_version, policy.document().text(), action, &mut found);
    }
    found.sort();
    found
}

fn search(name: &str, kind: &'static str, version: &str, text: &str, action: &str, found: &mut Vec<Found>) {
    let Ok(document) = Document::stored(DocumentKind::Identity, text) else { return };
    for (number, statement) in (1..).zip(document.statements()).filter(|(_, one)| one.may_count()) {
        let pattern = match statement.actions() {
            Actions::Action(patterns) => {
                patterns.iter().find(|one| fits(one.value.as_str(), action)).map(|one| one.value.as_str().to_owned())
            }
            Actions::NotAction(patterns) => {
                let named: Vec<_> = patterns.iter().map(|one| one.value.as_str()).collect();
                let covers = !named.iter().any(|pattern| fits(pattern, action));
                covers.then(|| format!("all but {}", named.join(", ")))
            }
        };
        if let Some(pattern) = pattern {
            found.push(Found {
                name: name.to_owned(),
                kind,
                version: version.to_owned(),
                statement: number,
                allows: statement.effect() == Effect::Allow,
                pattern,
                conditional: !statement.clauses().is_empty(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::search;

    #[test]
    fn what_cannot_be_used_allows_nothing() {
        let condition = r#""Condition": {"StringEqual": {"acs:SourceVpc": "vpc-1"}}"#;
        for (effect, found) in [("Allow", 0), ("Deny", 1)] {
            let text = format!(
                r#"{{"Version": "1", "Statement": [{{"Effect": "{effect}", "Action": "oss:*", "Resource": "*", {condition}}}]}}"#
            );
            let mut all = Vec::new();
            search("P", "Custom", "v1", &text, "oss:GetObject", &mut all);
            assert_eq!(all.len(), found, "{effect}");
        }
    }
}
