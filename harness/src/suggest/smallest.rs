//! A document of what was used, tried against the engine.

use std::collections::{BTreeMap, BTreeSet};

use acslab_emulator::state::{Attachment, AuthorizationState, CustomPolicy, PolicyText};
use acslab_policy::catalogue::fits;
use serde::Serialize;
use serde_json::{Value, json};

use super::used::Use;
use crate::ask::may;
use crate::authorization::Kept;
use crate::import::Standing;

/// The name that the suggested policy has while it is tried.
const NAME: &str = "Suggested";

/// What a principal needs, and what of its policies it does not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Suggestion {
    /// Who.
    pub principal: String,
    /// How many different calls it covers.
    pub calls: usize,
    /// The document.
    pub document: Value,
    /// What of what is attached now was never used, in words.
    pub never_used: Vec<String>,
    /// Calls that the document by itself does not allow, in words: something else lets them through.
    pub not_kept: Vec<String>,
    /// What the document allows beyond what was called, in words.
    pub widened: Vec<String>,
}

/// The smallest document for each principal. With `wildcards`, objects and other things that differ in their last part alone are
/// covered by one pattern.
pub fn suggest(standing: &Standing, used: &BTreeMap<String, Vec<Use>>, wildcards: bool) -> Vec<Suggestion> {
    let one = |(principal, uses): (&String, &Vec<Use>)| {
        let principal = there(standing, principal)?;
        let document = document(uses, wildcards);
        let tried = tried(&standing.kept.state, &principal, &document);
        let kept = |one: &&Use| {
            let answer = tried.authority.ask(&principal, &one.action, &one.resource, &one.keys);
            !answer.is_ok_and(|answer| answer.decision.is_allowed())
        };
        let not_kept = uses.iter().filter(kept).map(|one| format!("{} on {}", one.action, one.resource)).collect();
        let (never_used, widened) = (never_used(standing, &principal, uses), beyond(uses, wildcards));
        Some(Suggestion { principal, calls: uses.len(), document, never_used, not_kept, widened })
    };
    used.iter().filter_map(one).collect()
}

/// The principal as the state names it: ARNs of sessions have role names in lower case.
fn there(standing: &Standing, principal: &str) -> Option<String> {
    standing.authority.principals().into_iter().find(|known| known.eq_ignore_ascii_case(principal))
}

/// One statement for each set of actions and each condition under which they were allowed: what is asked of the same resources stands
/// together. A condition is kept as the statement that allowed has it.
pub fn document(uses: &[Use], wildcards: bool) -> Value {
    // Conditions have no order of their own: their text has.
    let condition = |one: &Use| one.condition.as_ref().map(Value::to_string);
    let mut by_resource: BTreeMap<(Option<String>, String), BTreeSet<&str>> = BTreeMap::new();
    for one in uses {
        let resource = if wildcards { widened(&one.resource) } else { one.resource.clone() };
        by_resource.entry((condition(one), resource)).or_default().insert(&one.action);
    }
    let mut by_actions: BTreeMap<(Option<String>, Vec<&str>), Vec<String>> = BTreeMap::new();
    for ((condition, resource), actions) in by_resource {
        by_actions.entry((condition, actions.into_iter().collect())).or_default().push(resource);
    }
    let statements: Vec<Value> = by_actions
        .into_iter()
        .map(|((text, actions), resources)| {
            let mut statement =
                json!({"Effect": "Allow", "Action": single(json!(actions)), "Resource": single(json!(resources))});
            let kept = uses.iter().filter(|_| text.is_some()).find(|one| condition(one) == text);
            if let Some(condition) = kept.and_then(|one| one.condition.clone()) {
                statement["Condition"] = condition;
            }
            statement
        })
        .collect();
    json!({"Version": "1", "Statement": statements})
}

/// What a document allows that nobody called, in words.
pub fn beyond(uses: &[Use], wildcards: bool) -> Vec<String> {
    let mut patterns: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for one in uses.iter().filter(|_| wildcards) {
        let pattern = widened(&one.resource);
        if pattern != one.resource {
            patterns.entry(pattern).or_default().insert(&one.resource);
        }
    }
    let mut all: Vec<String> = patterns
        .into_iter()
        .map(|(pattern, seen)| {
            let named: Vec<&str> = seen.iter().take(MOST_NAMED).copied().collect();
            let more = if seen.len() > named.len() { ", …" } else { "" };
            format!("{pattern} is more than what was asked for: {}{more}", named.join(", "))
        })
        .collect();
    let starred = |one: &&Use| {
        let id = one.resource.strip_prefix("acs:oss:").and_then(|rest| rest.splitn(3, ':').nth(2));
        id.and_then(|id| id.split_once('/')).is_some_and(|(_, key)| key.contains(['*', '?']))
    };
    let names: BTreeSet<&str> = uses.iter().filter(starred).map(|one| one.resource.as_str()).collect();
    all.extend(
        names
            .into_iter()
            .map(|name| format!("{name} may be one object's name, and is a pattern in a policy: it covers others too")),
    );
    let of_groups = uses.iter().filter(|one| one.of_group).count();
    if of_groups > 0 {
        all.push(format!(
            "{} allowed for a resource group alone: attach a document of those for that group, and not to the account",
            if of_groups == 1 { "1 call was".to_owned() } else { format!("{of_groups} calls were") }
        ));
    }
    all
}

/// How many of the resources that a pattern stands for are named.
const MOST_NAMED: usize = 3;

fn single(list: Value) -> Value {
    match list {
        Value::Array(mut items) if items.len() == 1 => items.pop().unwrap_or_default(),
        other => other,
    }
}

/// `acs:oss:*:1:photos/2026/a.jpg` as `acs:oss:*:1:photos/2026/*`.
fn widened(resource: &str) -> String {
    match resource.rsplit_once('/') {
        Some((front, last)) if !last.is_empty() && resource.starts_with("acs:oss:") => format!("{front}/*"),
        _ => resource.to_owned(),
    }
}

/// The state with nothing attached to the principal but the document.
fn tried(state: &AuthorizationState, principal: &str, document: &Value) -> Standing {
    let mut state = state.clone();
    let id = principal.split(':').nth(3).unwrap_or_default();
    let (kind, name) = principal.rsplit(':').next().and_then(|named| named.split_once('/')).unwrap_or_default();
    for account in state.accounts.values_mut().filter(|account| account.account_id == id) {
        let text = PolicyText::new(&document.to_string());
        let policy = CustomPolicy { default_version: "v1".to_owned(), versions: [("v1".to_owned(), text)].into() };
        account.policies.insert(NAME.to_owned(), policy);
        let attachment =
            Attachment { name: NAME.to_owned(), kind: "Custom".to_owned(), version: None, resource_group: None };
        if kind == "user" {
            for group in account.groups.values_mut() {
                group.members.retain(|member| member != name);
            }
            if let Some(user) = account.users.get_mut(name) {
                user.groups.clear();
                user.policies = vec![attachment];
            }
        } else if let Some(role) = account.roles.get_mut(name) {
            role.policies = vec![attachment];
        }
    }
    Standing::of(Kept::from(state), Vec::new())
}

fn never_used(standing: &Standing, principal: &str, uses: &[Use]) -> Vec<String> {
    let grants = may(standing, principal).unwrap_or_default();
    let allows = grants.into_iter().filter(|grant| grant.allows && !grant.negated);
    let unused = allows.filter(|grant| !uses.iter().any(|one| fits(&grant.action, &one.action)));
    unused.map(|grant| format!("{} on {}, by {}", grant.action, grant.resources.join(", "), grant.by)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Use, beyond, document};

    fn one(action: &str, resource: &str) -> Use {
        Use { action: action.into(), resource: resource.into(), keys: vec![], condition: None, of_group: false }
    }

    #[test]
    fn what_is_asked_of_the_same_stands_together() {
        let uses = [
            one("oss:PutObject", "acs:oss:*:1:b/x/1"),
            one("oss:GetObject", "acs:oss:*:1:b/x/1"),
            one("oss:GetObject", "acs:oss:*:1:b/x/2"),
            one("oss:ListObjects", "acs:oss:*:1:b"),
        ];
        let statements = |wildcards| document(&uses, wildcards)["Statement"].as_array().unwrap().len();
        assert_eq!((statements(false), statements(true)), (3, 2));
        let first =
            json!({"Effect": "Allow", "Action": ["oss:GetObject", "oss:PutObject"], "Resource": "acs:oss:*:1:b/x/*"});
        assert_eq!(document(&uses, true)["Statement"][0], first);
    }

    #[test]
    fn a_condition_stays_with_what_it_allowed() {
        let office = json!({"IpAddress": {"acs:SourceIp": "192.0.2.0/24"}});
        let uses = [
            one("oss:GetObject", "acs:oss:*:1:b/x"),
            Use { condition: Some(office.clone()), ..one("oss:PutObject", "acs:oss:*:1:b/x") },
            Use { condition: Some(office.clone()), ..one("oss:DeleteObject", "acs:oss:*:1:b/x") },
        ];
        let statements = json!([
            {"Effect": "Allow", "Action": "oss:GetObject", "Resource": "acs:oss:*:1:b/x"},
            {"Effect": "Allow", "Action": ["oss:DeleteObject", "oss:PutObject"], "Resource": "acs:oss:*:1:b/x", "Condition": office},
        ]);
        assert_eq!(document(&uses, false)["Statement"], statements);
    }

    #[test]
    fn what_is_wider_than_what_was_called_is_said() {
        let uses = [one("oss:GetObject", "acs:oss:*:1:b/x/1"), one("oss:ListObjects", "acs:oss:*:1:b")];
        assert_eq!(beyond(&uses, false), Vec::<String>::new());
        assert_eq!(beyond(&uses, true), ["acs:oss:*:1:b/x/* is more than what was asked for: acs:oss:*:1:b/x/1"]);
        let of_group = [Use { of_group: true, ..one("ecs:StopInstance", "acs:ecs:*:1:instance/i") }];
        assert!(beyond(&of_group, false)[0].starts_with("1 call was allowed for a resource group alone"));
    }

    #[test]
    fn an_objects_name_that_is_a_pattern_is_said() {
        let named = [one("oss:GetObject", "acs:oss:*:1:photos/*"), one("oss:GetObject", "acs:oss:*:1:photos/a.jpg")];
        let said = beyond(&named, false);
        assert!(said.len() == 1 && said[0].starts_with("acs:oss:*:1:photos/* may be one object's name"), "{said:?}");
        assert!(beyond(&named[1..], false).is_empty());
    }
}
