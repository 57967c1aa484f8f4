//! What changed between two states, in words: who gained or lost what, by which statement.
//!
//! The policies that somebody holds are compared as sets: every combination of their patterns and conditions is looked at, so that a
//! statement that moved, or that another one covers, is no change.

use std::collections::BTreeSet;

use acslab_policy::catalogue::fits;
use acslab_policy::{Actions, Example, PolicySet, Resources, StatementRef, diff};
use serde::Serialize;
use serde_json::Value;

use super::holdings::{Aliases, Holder, Holdings, own_policies};
use super::tree::Tree;
use crate::simulate::remedies::known_actions;

/// How many patterns of a statement are named.
const NAMED: usize = 3;

/// What changed between two states.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// What somebody may do and might not before.
    pub gained: Vec<Change>,
    /// What somebody might do before and may no longer.
    pub lost: Vec<Change>,
    /// Statements of trust policies, bucket policies and control policies that are new.
    pub added: Vec<OwnStatement>,
    /// Those that are gone.
    pub removed: Vec<OwnStatement>,
    /// Those whose policies have too many combinations to look at all.
    pub incomplete: Vec<String>,
}

/// Something that somebody may or may no longer do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Change {
    /// `alice`, `role builder of partner`.
    pub who: String,
    /// The resource group for which it holds; none for the account.
    pub resource_group: Option<String>,
    /// The actions: `oss:PutObject`, or `ram:*` where a pattern's actions changed alike.
    pub actions: BTreeSet<String>,
    /// The resources, as the statement names them.
    pub resource: String,
    /// The condition keys with which it is so: `acs:MFAPresent = true`; none where they do not matter.
    pub conditions: Vec<String>,
    /// The policy whose statement makes it so; none where nothing allows it any more.
    pub policy: Option<String>,
    /// Which of its statements, from 1.
    pub statement: Option<u32>,
    /// Does that statement deny?
    pub denied: bool,
}

/// A statement of a policy that a resource, a role or a directory has of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct OwnStatement {
    /// `the trust policy of role builder`.
    pub policy: String,
    /// Which of its statements, from 1.
    pub statement: usize,
    /// In words: `acs:ram::<partner>:root may sts:AssumeRole`.
    pub says: String,
}

impl Changes {
    /// What changed from one outline to another.
    pub fn between(old: &str, new: &str) -> Self {
        let (old, new) = (Tree::read(old), Tree::read(new));
        let aliases = Aliases::of([&old, &new]);
        let mut changes = Self::default();
        changes.compare_holdings(&Holdings::read(&old, &aliases), &Holdings::read(&new, &aliases), &aliases);
        let (old, new) = (own_policies(&old), own_policies(&new));
        for (policy, lines) in &new {
            changes.added.extend(others(policy, lines, old.get(policy)));
        }
        for (policy, lines) in &old {
            changes.removed.extend(others(policy, lines, new.get(policy)));
        }
        changes
    }

    /// May everybody do what they might?
    pub fn is_none(&self) -> bool {
        self.gained.is_empty() && self.lost.is_empty() && self.added.is_empty() && self.removed.is_empty()
    }

    fn compare_holdings(&mut self, old: &Holdings, new: &Holdings, aliases: &Aliases) {
        let holders: BTreeSet<&Holder> = old.0.keys().chain(new.0.keys()).collect();
        let known = known_actions();
        for holder in holders {
            let texts = |holdings: &Holdings| -> Vec<(String, String)> {
                let held = holdings.0.get(holder).into_iter().flatten();
                held.map(|(name, document)| (name.clone(), document.text().to_owned())).collect()
            };
            if texts(old) == texts(new) {
                continue;
            }
            let sets = [old.set(holder), new.set(holder)];
            let found = diff(&sets[0], &sets[1], &known);
            if !found.complete {
                self.incomplete.push(holder.who.clone());
            }
            let [before, after] = &sets;
            merge(
                &mut self.gained,
                found.gained.iter().map(|one| change(holder, one, after, one.new.statement, aliases)),
            );
            let lost = found.lost.iter().map(|one| match one.new.statement {
                Some(deny) => Change { denied: true, ..change(holder, one, after, Some(deny), aliases) },
                None => change(holder, one, before, one.old.statement, aliases),
            });
            merge(&mut self.lost, lost);
        }
    }
}

/// Adds changes; those that differ in the action alone are one.
fn merge(all: &mut Vec<Change>, more: impl Iterator<Item = Change>) {
    for change in more {
        let same = |known: &&mut Change| {
            let alike = Change { actions: known.actions.clone(), ..change.clone() };
            **known == alike
        };
        match all.iter_mut().find(same) {
            Some(known) => known.actions.extend(change.actions),
            None => all.push(change),
        }
    }
}

fn change(
    holder: &Holder,
    example: &Example,
    set: &PolicySet,
    statement: Option<StatementRef>,
    aliases: &Aliases,
) -> Change {
    let policy = statement.and_then(|at| Some((set.policies().get(at.policy as usize)?, at)));
    let found = policy.and_then(|(policy, at)| policy.document.statements().get(at.statement as usize));
    let actions = found.and_then(|statement| match statement.actions() {
        Actions::Action(patterns) if !example.like.is_empty() => {
            let mut wide = patterns.iter().map(|one| one.value.as_str()).filter(|pattern| pattern.contains(['*', '?']));
            wide.find(|pattern| fits(pattern, &example.action)).map(|pattern| BTreeSet::from([pattern.to_owned()]))
        }
        _ => None,
    });
    let resource = found.and_then(|statement| match statement.resources() {
        Resources::Resource(patterns) => {
            let all: Vec<_> = patterns.iter().map(|one| one.value.as_str()).collect();
            let (shown, more) = all.split_at(all.len().min(NAMED));
            let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
            Some(format!("{}{more}", shown.join(", ")))
        }
        _ => None,
    });
    let alike = || example.like.iter().chain([&example.action]).cloned().collect();
    Change {
        who: holder.who.clone(),
        resource_group: holder.resource_group.clone(),
        actions: actions.unwrap_or_else(alike),
        resource: aliases.to_names(&resource.unwrap_or_else(|| example.resource.clone())),
        conditions: if example.conditional {
            example.context.iter().map(|(key, value)| format!("{key} = {}", aliases.to_names(value))).collect()
        } else {
            Vec::new()
        },
        policy: policy.map(|(policy, _)| policy.reference.name.to_string()),
        statement: statement.map(|at| at.statement + 1),
        denied: false,
    }
}

/// The statements that another version of the same policy does not have.
fn others(policy: &str, lines: &[String], other: Option<&Vec<String>>) -> Vec<OwnStatement> {
    let mut other: Vec<&String> = other.into_iter().flatten().collect();
    let mut found = Vec::new();
    for (number, line) in (1..).zip(lines) {
        match other.iter().position(|known| *known == line) {
            Some(at) => {
                other.remove(at);
            }
            None => found.push(OwnStatement { policy: policy.to_owned(), statement: number, says: says(line) }),
        }
    }
    found
}

/// A statement in words; one that is none stands as it is.
fn says(line: &str) -> String {
    let Ok(Value::Object(statement)) = serde_json::from_str(line) else { return line.to_owned() };
    let list = |name: &str| statement.get(name).map(|value| leaves(value).join(", "));
    let not = |name: &str| list(&format!("Not{name}")).map(|all| format!("all but {all}"));
    let who = list("Principal").or_else(|| not("Principal")).unwrap_or_else(|| "whoever it binds".to_owned());
    let may = if statement.get("Effect").is_some_and(|effect| effect == "Deny") { "must not" } else { "may" };
    let what = list("Action").or_else(|| not("Action")).unwrap_or_default();
    let on = list("Resource").or_else(|| not("Resource")).map_or(String::new(), |on| format!(" on {on}"));
    let when = statement.get("Condition").map_or(String::new(), |condition| format!(" if {condition}"));
    format!("{who} {may} {what}{on}{when}")
}

/// The texts of a value, wherever they stand in it.
fn leaves(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(leaves).collect(),
        Value::Object(members) => members.values().flat_map(leaves).collect(),
        other => vec![other.to_string()],
    }
}

#[cfg(test)]
mod tests {
    use super::Changes;

    const OLD: &str = r#"account company
  policies
    P
      default version: v1
      versions
        v1
          {"Action": ["oss:GetObject"], "Effect": "Allow", "Resource": "acs:oss:*:*:flows/*"}
  roles
    builder
      trust
        {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"RAM": ["acs:ram::<company>:root"]}}
  users
    alice
      groups
        readers
    bob
      policies
        Custom P v1
"#;

    #[test]
    fn what_is_gained_and_lost_is_said_with_its_statement() {
        let new = OLD
            .replace(
                r#""Resource": "acs:oss:*:*:flows/*"}"#,
                "\"Resource\": \"acs:oss:*:*:flows/*\"}\n          {\"Action\": [\"oss:PutObject\", \"ram:*\"], \"Effect\": \
                 \"Allow\", \"Resource\": \"*\", \"Condition\": {\"Bool\": {\"acs:MFAPresent\": \"true\"}}}",
            )
            .replace("<company>:root", "<partner>:root");
        let changes = Changes::between(OLD, &new);
        let [gained] = changes.gained.as_slice() else { panic!("{changes:#?}") };
        assert_eq!((gained.who.as_str(), gained.statement), ("bob", Some(2)));
        assert!(gained.actions.contains("oss:PutObject") && gained.actions.contains("ram:*"), "{gained:?}");
        assert_eq!(gained.conditions, ["acs:MFAPresent = true"]);
        assert_eq!(changes.added[0].says, "acs:ram::<partner>:root may sts:AssumeRole");
        assert_eq!(changes.removed.len(), 1);
        let back = Changes::between(&new, OLD);
        assert_eq!((back.lost.len(), back.gained.len()), (1, 0));
        assert!(Changes::between(OLD, OLD).is_none());
    }

    #[test]
    fn what_another_statement_covers_is_no_change() {
        let twice = OLD.replace(
            "          {\"Action\": [\"oss:GetObject\"]",
            "          {\"Action\": [\"oss:GetObject\"], \"Effect\": \"Allow\", \"Resource\": \"acs:oss:*:*:flows/a/*\"}\n          \
             {\"Action\": [\"oss:GetObject\"]",
        );
        assert!(Changes::between(OLD, &twice).is_none());
    }

    /// A pattern of many stars that fits nothing: whoever tries all ways to part the text does not come to an end.
    #[test]
    fn a_pattern_of_many_stars_is_no_work() {
        let stars = format!("oss:{}Z", "*".repeat(40));
        let many = OLD.replace("\"Action\": [\"oss:GetObject\"]", &format!("\"Action\": [\"{stars}\", \"oss:*\"]"));
        let changes = Changes::between(OLD, &many);
        assert!(changes.gained.iter().any(|gained| gained.actions.contains("oss:*")), "{changes:#?}");
    }

    #[test]
    fn a_group_gives_what_it_has() {
        let new = OLD.replace(
            "  policies\n    P\n",
            "  groups\n    readers\n      members\n        alice\n      policies\n        Custom P v1\n  policies\n    P\n",
        );
        let changes = Changes::between(OLD, &new);
        assert_eq!(changes.gained.len(), 1);
        assert_eq!(changes.gained[0].who, "alice");
        assert_eq!(changes.gained[0].resource, "acs:oss:*:*:flows/*");
    }
}
