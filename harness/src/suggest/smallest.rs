//! A document of what was used, tried against the engine.

use std::collections::{BTreeMap, BTreeSet};

use acslab_emulator::state::{Attachment, AuthorizationState, CustomPolicy, PolicyText};
use acslab_policy::Layer;
use acslab_policy::catalogue::fits;
use serde::Serialize;
use serde_json::{Value, json};

use super::used::{Use, guards};
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
    /// One document for all of it; none where nothing is needed.
    pub document: Option<Value>,
    /// The same in parts: in the place of each policy that is attached, what of it is needed. Of scenarios, which attach and detach; else
    /// empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<Smaller>,
    /// What of what is attached now was never used, in words.
    pub never_used: Vec<String>,
    /// Calls that the document by itself does not allow, and scenarios that do not hold with it, in words.
    pub not_kept: Vec<String>,
    /// What the document allows beyond what was called, in words.
    pub widened: Vec<String>,
}

/// What of one policy is needed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Smaller {
    /// The policy with its version: `Custom reader v1`.
    pub in_place_of: String,
    /// What that says.
    #[serde(skip)]
    pub text: String,
    /// The document.
    pub document: Value,
}

/// The smallest document for each principal. With `wildcards`, objects and other things that differ in their last part alone are
/// covered by one pattern.
pub fn suggest(standing: &Standing, used: &BTreeMap<String, Vec<Use>>, wildcards: bool) -> Vec<Suggestion> {
    let one = |(principal, uses): (&String, &Vec<Use>)| {
        let principal = there(standing, principal)?;
        // A Deny that speaks of what was allowed stays: without it more would be allowed.
        let mut denies: Vec<Value> = Vec::new();
        for one in uses {
            let Ok(answer) = standing.authority.ask(&principal, &one.action, &one.resource, &one.keys) else {
                continue;
            };
            for deny in guards(&answer.question, &one.action).into_iter().flat_map(|(_, denies)| denies) {
                if !denies.contains(&deny) {
                    denies.push(deny);
                }
            }
        }
        let document = guarded(&denies, document(uses, wildcards));
        let tried = tried(&standing.kept.state, &principal, &document);
        let kept = |one: &&Use| {
            let answer = tried.authority.ask(&principal, &one.action, &one.resource, &one.keys);
            !answer.is_ok_and(|answer| answer.decision.is_allowed())
        };
        let not_kept = uses.iter().filter(kept).map(|one| format!("{} on {}", one.action, one.resource)).collect();
        let (never_used, widened) = (never_used(standing, &principal, uses), beyond(uses, wildcards));
        let document = Some(document);
        Some(Suggestion { principal, calls: uses.len(), document, policies: vec![], never_used, not_kept, widened })
    };
    used.iter().filter_map(one).collect()
}

/// A document with these statements in front of its own.
pub(super) fn guarded(denies: &[Value], mut document: Value) -> Value {
    let allows = document.get_mut("Statement").and_then(Value::as_array_mut).map(std::mem::take).unwrap_or_default();
    document["Statement"] = json!([denies, &allows].concat());
    document
}

/// The principal as the state names it: ARNs of sessions have role names in lower case.
pub(super) fn there(standing: &Standing, principal: &str) -> Option<String> {
    standing.authority.principals().into_iter().find(|known| known.eq_ignore_ascii_case(principal))
}

/// One statement for each set of actions and each condition under which they were allowed: what is asked of the same resources stands
/// together. A condition is kept as the statement that allowed has it.
pub fn document(uses: &[Use], wildcards: bool) -> Value {
    // Conditions have no order of their own: their text has.
    let condition = |one: &Use| one.condition.as_ref().map(Value::to_string);
    let mut by_resource: BTreeMap<(Option<String>, String), BTreeSet<&str>> = BTreeMap::new();
    for one in uses {
        let resource = if wildcards { widened(&documented(&one.resource)) } else { documented(&one.resource) };
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
        let pattern = widened(&documented(&one.resource));
        if pattern != documented(&one.resource) {
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

/// A resource as a document names it: OSS's pages have `*` for the region of a bucket, and only that.
fn documented(resource: &str) -> String {
    let fields: Vec<&str> = resource.splitn(5, ':').collect();
    match fields.as_slice() {
        ["acs", "oss", _, account, id]
            if !["resourcepool/", "accesspoint/"].iter().any(|kind| id.starts_with(kind)) =>
        {
            format!("acs:oss:*:{account}:{id}")
        }
        _ => resource.to_owned(),
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
        let policy = CustomPolicy {
            default_version: "v1".to_owned(),
            versions: [("v1".to_owned(), text)].into(),
            tags: BTreeMap::new(),
        };
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

pub(super) fn never_used(standing: &Standing, principal: &str, uses: &[Use]) -> Vec<String> {
    let grants = may(standing, principal).unwrap_or_default();
    // What resources say is attached to nobody.
    let attached = grants.into_iter().filter(|grant| grant.layer != Layer::Resource);
    let allows = attached.filter(|grant| grant.allows && !grant.negated);
    let unused = allows.filter(|grant| !uses.iter().any(|one| fits(&grant.action, &one.action)));
    unused.map(|grant| format!("{} on {}, by {}", grant.action, grant.resources.join(", "), grant.by)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(action: &str, resource: &str) -> Use {
        Use { action: action.into(), resource: resource.into(), keys: vec![], condition: None, of_group: false }
    }

    #[test]
    fn documents_name_no_region_of_a_bucket() {
        let resource =
            |resource: &str| document(&[one("oss:GetObject", resource)], false)["Statement"][0]["Resource"].clone();
        assert_eq!(resource("acs:oss:cn-hangzhou:1:b/k"), json!("acs:oss:*:1:b/k"));
        let access_point = "acs:oss:cn-hangzhou:1:accesspoint/a/object/k";
        assert_eq!(resource(access_point), json!(access_point));
        assert_eq!(resource("acs:ecs:cn-hangzhou:1:instance/i"), json!("acs:ecs:cn-hangzhou:1:instance/i"));
    }

    /// A Deny that speaks of what was allowed stays with it.
    #[test]
    fn what_guards_a_use_stays() {
        let guard = json!({"Effect": "Deny", "Action": "oss:Get*", "Resource": "*",
            "Condition": {"NotIpAddress": {"acs:SourceIp": "10.0.0.0/8"}}});
        let other = json!({"Effect": "Deny", "Action": "oss:PutObject", "Resource": "*"});
        let all = json!({"Effect": "Allow", "Action": "oss:*", "Resource": "*"});
        let text = json!({"Version": "1", "Statement": [all, guard, other]});
        let state = json!({"accounts": {"company": {"account_id": "1234567890123456",
            "policies": {"Own": {"default_version": "v1", "versions": {"v1": text}}},
            "users": {"alice": {"policies": [{"name": "Own", "type": "Custom"}]}}}}});
        let standing =
            Standing::of(Kept::from(serde_json::from_value::<AuthorizationState>(state).unwrap()), Vec::new());
        let mut used = one("oss:GetObject", "acs:oss:*:1234567890123456:b/k");
        used.keys.push(("acs:SourceIp".to_owned(), vec!["10.1.1.1".to_owned()]));
        let alice = "acs:ram::1234567890123456:user/alice".to_owned();
        let suggested = suggest(&standing, &[(alice, vec![used])].into(), false).remove(0);
        let document = suggested.document.unwrap();
        assert_eq!(document["Statement"][0], guard);
        assert_eq!((document["Statement"].as_array().unwrap().len(), suggested.not_kept), (2, Vec::new()));
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
