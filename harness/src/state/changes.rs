//! What changed between two states, in words: who gained or lost what, by which statement.
//!
//! The policies that somebody holds are compared as sets: every combination of their patterns and conditions is looked at, so that a
//! statement that moved, or that another one covers, is no change, and that of a statement no more is told than changed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use acslab_policy::Effort;
use acslab_policy::catalogue::patterns_meet;
use serde::Serialize;

use super::facts::{Fact, facts};
use super::holdings::{Aliases, Holdings, Own, own_policies};
use super::own;
use super::told::{Pool, Told, told};
use super::tree::Tree;
use super::weigh::{Cuts, Held, Part};
use super::whom::ALL_BUT;

/// What changed between two states.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// What somebody may do and might not before.
    pub gained: Vec<Change>,
    /// What somebody might do before and may no longer.
    pub lost: Vec<Change>,
    /// What trust policies, bucket policies and control policies say and did not.
    pub added: Vec<OwnStatement>,
    /// What they said and do no longer.
    pub removed: Vec<OwnStatement>,
    /// What else bears on who may do what: ACLs, tags, keys, resource groups.
    pub facts: Vec<Fact>,
    /// Those whose policies have too many combinations to look at all.
    pub incomplete: Vec<String>,
    /// Those of whose statements some are told whole, with what stands against them: they have too many parts to look at each.
    pub whole: Vec<String>,
}

/// Something that somebody may or may no longer do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Change {
    /// `alice`, `role builder of partner`.
    pub who: String,
    /// The resource group for which it holds; none for the account.
    pub resource_group: Option<String>,
    /// The actions, as the statement names them.
    pub actions: Vec<String>,
    /// The resources, as the statement names them.
    pub resource: String,
    /// The conditions, as the statement has them: `acs:SourceIp IpAddress 10.0.0.0/8`.
    pub conditions: Vec<String>,
    /// The policy whose statement makes it so, or made it so.
    pub policy: String,
    /// Which of its statements, from 1.
    pub statement: usize,
    /// Does that statement deny?
    pub denied: bool,
    /// What of it other statements settle as before.
    pub except: Vec<Except>,
}

/// What of a change another statement settles.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Except {
    /// In words: `as before`, `but still`, `but not`, `denied before`.
    pub how: &'static str,
    /// The actions; none where they are those of the change.
    pub actions: Vec<String>,
    /// The resources; empty where they are those of the change.
    pub resource: String,
    /// The conditions.
    pub conditions: Vec<String>,
    /// The policy.
    pub policy: String,
    /// Which of its statements, from 1.
    pub statement: usize,
    /// The resource group for which it holds.
    pub resource_group: Option<String>,
    /// Of whom alone it speaks; none where it is of all of whom the change is.
    pub whom: Option<String>,
}

/// A statement of a policy that a resource, a role or a directory has of its own, as far as it changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct OwnStatement {
    /// `the trust policy of role builder`.
    pub policy: String,
    /// Which of its statements, from 1.
    pub statement: usize,
    /// In words: `acs:ram::<partner>:root may sts:AssumeRole`.
    pub says: String,
    /// Does it deny?
    pub denied: bool,
    /// What of it other statements say as well.
    pub except: Vec<Except>,
}

impl Changes {
    /// What changed from one outline to another.
    pub fn between(old: &str, new: &str) -> Self {
        Self::within(old, new, &Effort::of_one())
    }

    /// The same as far as so much work goes.
    fn within(old: &str, new: &str, effort: &Effort) -> Self {
        let (old, new) = (Tree::read(old), Tree::read(new));
        let aliases = Aliases::of([&old, &new]);
        let mut changes = Self { facts: facts(&old, &new), ..Self::default() };
        let holdings = [&old, &new].map(|tree| Holdings::read(tree, &aliases));
        changes.compare_holdings(&holdings, &aliases, effort);
        let (old, new) = (own_policies(&old, &aliases), own_policies(&new, &aliases));
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for name in names {
            let of = |all: &BTreeMap<String, Vec<Own>>| all.get(name).cloned().unwrap_or_default();
            let (old, new) = (of(&old), of(&new));
            let own = own::changes(name, [&old, &new], &aliases, effort);
            changes.added.extend(own.added);
            changes.removed.extend(own.removed);
            changes.note(name, own.cuts);
        }
        changes
    }

    /// May everybody do what they might?
    pub fn is_none(&self) -> bool {
        self.gained.is_empty()
            && self.lost.is_empty()
            && self.added.is_empty()
            && self.removed.is_empty()
            && self.facts.is_empty()
            && self.incomplete.is_empty()
    }

    fn note(&mut self, who: &str, cuts: Cuts) {
        self.incomplete.extend(cuts.combinations.then(|| who.to_owned()));
        self.whole.extend(cuts.parts.then(|| who.to_owned()));
    }

    fn compare_holdings(&mut self, [old, new]: &[Holdings; 2], aliases: &Aliases, effort: &Effort) {
        let holders: BTreeSet<&String> = old.0.keys().chain(new.0.keys()).collect();
        // Most of those who hold something hold what others hold: it is compared once.
        let mut compared: HashMap<[String; 2], (Vec<Change>, Vec<Change>, Cuts)> = HashMap::new();
        for who in holders {
            let of = |all: &Holdings| all.0.get(who).cloned().unwrap_or_default();
            let (before, after) = (of(old), of(new));
            let held = [&before, &after].map(|held| held.iter().map(Held::in_full).collect());
            let (gained, lost, cuts) = compared.entry(held).or_insert_with(|| {
                let (gained, cut) = told(&before, &after, Pool::Whole, effort);
                let (lost, cut_again) = told(&after, &before, Pool::Whole, effort);
                let changes = |all: &[Told<'_>], words| all.iter().map(|told| change(told, words, aliases)).collect();
                (changes(&gained, OPENED), changes(&lost, CLOSED), cut.or(cut_again))
            });
            let of_them = |change: &Change| Change { who: who.clone(), ..change.clone() };
            self.gained.extend(gained.iter().map(of_them));
            self.lost.extend(lost.iter().map(of_them));
            let cuts = *cuts;
            self.note(who, cuts);
        }
    }
}

/// In what words a statement stands against a change: one that allows, one that denies what is allowed, one that denies what is denied.
type Words = [&'static str; 3];

/// Against what is opened.
pub(super) const OPENED: Words = ["as before", "but not", "but still"];
/// Against what is closed.
pub(super) const CLOSED: Words = ["but still", "denied before", "as before"];

/// Somebody's who is named later.
fn change(told: &Told<'_>, words: Words, aliases: &Aliases) -> Change {
    let Part { actions, resources, conditions } = &told.found.part;
    Change {
        who: String::new(),
        resource_group: told.held.group.clone(),
        actions: actions.clone(),
        resource: aliases.to_names(&resources.join(", ")),
        conditions: conditions.iter().map(|one| aliases.to_names(one)).collect(),
        policy: told.held.policy.clone(),
        statement: told.held.number,
        denied: told.held.denies(),
        except: excepts(told, words, aliases),
    }
}

pub(super) fn excepts(told: &Told<'_>, [allowed, denied, denied_as_well]: Words, aliases: &Aliases) -> Vec<Except> {
    let part = &told.found.part;
    let one = |held: &&Held| {
        let Part { mut actions, mut resources, conditions } = held.part();
        // Of a statement that says much, what bears on the part.
        actions.retain(|action| part.actions.iter().any(|own| of_one_kind(own, action)));
        resources.retain(|resource| part.resources.iter().any(|own| of_one_kind(own, resource)));
        if (!conditions.is_empty() || held.whom.is_some()) && actions == part.actions && resources == part.resources {
            (actions, resources) = (Vec::new(), Vec::new());
        }
        Except {
            how: match (held.denies(), told.held.denies()) {
                (false, _) => allowed,
                (true, false) => denied,
                (true, true) => denied_as_well,
            },
            actions,
            resource: aliases.to_names(&resources.join(", ")),
            conditions: conditions.iter().map(|one| aliases.to_names(one)).collect(),
            policy: held.policy.clone(),
            statement: held.number,
            resource_group: held.group.clone(),
            whom: held.whom.clone(),
        }
    };
    told.found.but.iter().map(one).collect()
}

/// May two patterns mean the same? What is told of all but some may be anything.
fn of_one_kind(one: &str, other: &str) -> bool {
    one.starts_with(ALL_BUT) || other.starts_with(ALL_BUT) || patterns_meet(one, other)
}

#[cfg(test)]
mod tests {
    use super::{Changes, Effort};

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
        assert_eq!((gained.who.as_str(), gained.statement), ("bob", 2));
        assert_eq!(gained.actions, ["oss:PutObject", "ram:*"]);
        assert_eq!(gained.conditions, ["acs:MFAPresent"]);
        assert_eq!(changes.added[0].says, "acs:ram::<partner>:root may sts:AssumeRole");
        assert_eq!(changes.removed.len(), 1);
        let back = Changes::between(&new, OLD);
        assert_eq!((back.lost.len(), back.gained.len()), (1, 0));
        assert!(Changes::between(OLD, OLD).is_none());
    }

    /// Of a condition that nobody can read only a Deny is told, which denies what can be read of it.
    #[test]
    fn what_cannot_be_used_lets_nobody_do_anything() {
        let with = |effect: &str| {
            let broken = format!(
                r#"          {{"Action": "oss:*", "Condition": {{"StringEqals": {{"acs:SourceVpc": "vpc-1"}}}}, "Effect": "{effect}", "Resource": "*"}}"#
            );
            let first = r#"          {"Action": ["oss:GetObject"]"#;
            OLD.replace(first, &format!("{broken}\n{first}"))
        };
        let allow = with("Allow");
        assert!(allow != OLD && Changes::between(OLD, &allow).is_none() && Changes::between(&allow, OLD).is_none());
        let deny = Changes::between(OLD, &with("Deny"));
        assert_eq!((deny.gained.len(), deny.lost.len()), (0, 1), "{deny:#?}");
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

    /// alice, and some like her, hold three policies of a hundred actions each, of which one had one.
    #[test]
    fn a_long_list_of_which_some_is_new_is_looked_at_once() {
        let policy = |name: &str, actions: usize| {
            let actions: Vec<String> = (0..actions).map(|one| format!("{name}:Action{one}")).collect();
            format!(
                "    {name}\n      default version: v1\n      versions\n        v1\n          {}\n",
                serde_json::json!({"Action": actions, "Effect": "Allow", "Resource": "*"})
            )
        };
        let state = |first: usize, users: usize| {
            let users = (0..users).map(|one| {
                format!(
                    "    alice{one}\n      policies\n        Custom a v1\n        Custom b v1\n        Custom c v1\n"
                )
            });
            let policies = [policy("a", first), policy("b", 100), policy("c", 100)].concat();
            format!("account company\n  policies\n{policies}  users\n{}", users.collect::<String>())
        };
        for users in [1, 40] {
            let changes = Changes::within(&state(1, users), &state(100, users), &Effort::of(4_000_000));
            assert_eq!((changes.gained.len(), changes.lost.len()), (users, 0), "{changes:#?}");
            assert_eq!((changes.gained[0].actions.len(), changes.gained[0].except.len()), (99, 0));
            assert!(changes.incomplete.is_empty() && changes.whole.is_empty());
        }
        // What is too much work is said to be.
        let cut = Changes::within(&state(1, 1), &state(100, 1), &Effort::of(1_000));
        assert_eq!(cut.incomplete, ["alice0"]);
    }

    /// A pattern of many stars that fits nothing: whoever tries all ways to part the text does not come to an end.
    #[test]
    fn a_pattern_of_many_stars_is_no_work() {
        let stars = format!("oss:{}Z", "*".repeat(40));
        let many = OLD.replace("\"Action\": [\"oss:GetObject\"]", &format!("\"Action\": [\"{stars}\", \"oss:*\"]"));
        let changes = Changes::between(OLD, &many);
        assert!(
            changes.gained.iter().any(|gained| gained.actions.iter().any(|action| action == "oss:*")),
            "{changes:#?}"
        );
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
