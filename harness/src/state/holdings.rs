//! Who holds which policies, read from the outline of a state: users with those of their groups, roles, and what resources grant by
//! themselves.

use std::collections::{BTreeMap, BTreeSet};

use acslab_emulator::SystemPolicies;
use serde_json::Value;

use super::tree::{Tree, first_account};
use super::weigh::{Held, texts};
use super::whom::ALL_BUT;

/// The id that stands for the first account's alias while policies are read; the others count up.
const FIRST_ID: u64 = 9_000_000_000_000_001;

/// The accounts' aliases, each with the id that stands for it.
#[derive(Debug, Default)]
pub(super) struct Aliases {
    ids: Vec<(String, String)>,
    /// The account that is meant where none is named, on both sides.
    first: Option<String>,
}

impl Aliases {
    /// Those of some outlines.
    pub(super) fn of(trees: [&Tree; 2]) -> Self {
        let mut names: Vec<_> =
            trees.iter().flat_map(|tree| tree.lines()).filter_map(|line| line.strip_prefix("account ")).collect();
        names.sort_unstable();
        names.dedup();
        let ids = (FIRST_ID..).zip(names).map(|(id, name)| (format!("<{name}>"), id.to_string())).collect();
        Self { ids, first: first_account(trees).map(str::to_owned) }
    }

    /// What something of an account is called: with the account, unless that is the first.
    fn named(&self, name: &str, alias: &str) -> String {
        if self.first.as_deref() == Some(alias) { name.to_owned() } else { format!("{name} of {alias}") }
    }

    fn to_ids(&self, text: &str) -> String {
        self.ids.iter().fold(text.to_owned(), |text, (alias, id)| text.replace(alias, id))
    }

    /// A text with the aliases again.
    pub(super) fn to_names(&self, text: &str) -> String {
        self.ids.iter().fold(text.to_owned(), |text, (alias, id)| text.replace(id, alias))
    }
}

/// What everybody holds, by who: `alice`, `role builder of partner`.
#[derive(Debug, Default)]
pub(super) struct Holdings(pub(super) BTreeMap<String, Vec<Held>>);

impl Holdings {
    /// Those of a state. A policy whose text nobody knows says nothing.
    pub(super) fn read(tree: &Tree, aliases: &Aliases) -> Self {
        let mut holdings = Self::default();
        for (line, account) in tree.entries() {
            let Some(alias) = line.strip_prefix("account ") else { continue };
            let named = |name: &str| aliases.named(name, alias);
            for (name, user) in account.at("users").entries() {
                let groups =
                    user.at("groups").lines().flat_map(|group| account.at("groups").at(group).at("policies").lines());
                let attached: BTreeSet<&str> = user.at("policies").lines().chain(groups).collect();
                holdings.add(named(name), attached, account, aliases);
            }
            for (name, role) in account.at("roles").entries() {
                let attached = role.at("policies").lines().collect();
                holdings.add(named(&format!("role {name}")), attached, account, aliases);
            }
        }
        holdings
    }

    fn add(&mut self, who: String, attached: BTreeSet<&str>, account: &Tree, aliases: &Aliases) {
        let held = self.0.entry(who).or_default();
        for line in attached {
            let (policy, group) = match line.split_once(" in resource group ") {
                Some((policy, group)) => (policy, Some(group)),
                None => (line, None),
            };
            let statements = document(policy, account, aliases);
            held.extend(
                (1..).zip(&statements).filter_map(|(number, one)| Held::new(policy, number, group, one.as_object()?)),
            );
        }
    }
}

/// The statements of `Custom P v2` or `System P v1`: by the state itself, or as it is shipped.
fn document(policy: &str, account: &Tree, aliases: &Aliases) -> Vec<Value> {
    let mut words = policy.split(' ');
    let (kind, name, version) =
        (words.next().unwrap_or_default(), words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let told = match kind {
        "Custom" => account.at("policies").at(name).at("versions").at(version),
        _ => account.at("system policies").at(name).at(version),
    };
    if told.lines().next().is_some() {
        return told.lines().filter_map(|line| serde_json::from_str(&aliases.to_ids(line)).ok()).collect();
    }
    let system = SystemPolicies::shipped();
    let policy = system.get(name).filter(|_| kind == "System");
    let version = policy.and_then(|policy| policy.versions.iter().find(|known| known.id == version));
    let document = version.and_then(|version| serde_json::from_str::<Value>(version.document.text()).ok());
    match document.and_then(|mut document| document.get_mut("Statement").map(Value::take)) {
        Some(Value::Array(statements)) => statements,
        single => single.into_iter().collect(),
    }
}

/// A statement of a policy that a resource, a role or a directory has of its own.
#[derive(Clone, Debug)]
pub(super) struct Own {
    /// The line in which it stands.
    pub(super) line: String,
    /// Of whom it speaks; `*` for everybody, nobody in a control policy.
    pub(super) principals: Vec<String>,
    /// May they be patterns? In a trust policy none is.
    pub(super) patterns: bool,
    /// None where it says nothing that can be read.
    pub(super) held: Option<Held>,
}

/// The policies that resources, roles and directories have of their own, by `the trust policy of role builder`.
pub(super) fn own_policies(tree: &Tree, aliases: &Aliases) -> BTreeMap<String, Vec<Own>> {
    let mut all = BTreeMap::new();
    for (line, account) in tree.entries() {
        let Some(alias) = line.strip_prefix("account ") else { continue };
        let mut add = |name: String, lines: &Tree, all_of: Unnamed| {
            let name = aliases.named(&name, alias);
            let statements = (1..).zip(lines.lines()).map(|(number, line)| own(&name, number, line, all_of, aliases));
            let statements: Vec<Own> = statements.collect();
            all.insert(name, statements);
        };
        for (name, role) in account.at("roles").entries() {
            add(format!("the trust policy of role {name}"), role.at("trust"), Unnamed::Nobody);
        }
        for (name, bucket) in account.at("buckets").entries() {
            add(format!("the policy of bucket {name}"), bucket.at("policy"), Unnamed::Everybody);
            for (point, below) in bucket.at("access points").entries() {
                add(
                    format!("the policy of access point {point} of bucket {name}"),
                    below.at("policy"),
                    Unnamed::Everybody,
                );
            }
        }
        for (name, project) in account.at("log projects").entries() {
            add(format!("the policy of log project {name}"), project.at("policy"), Unnamed::Everybody);
        }
        for (name, policy) in account.at("resource directory").at("control policies").entries() {
            add(format!("control policy {name}"), policy.at("document"), Unnamed::Bound);
        }
    }
    all
}

/// Whom a statement means that names nobody.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unnamed {
    Nobody,
    Everybody,
    Bound,
}

fn own(policy: &str, number: usize, line: &str, unnamed: Unnamed, aliases: &Aliases) -> Own {
    let patterns = unnamed != Unnamed::Nobody;
    let statement = serde_json::from_str(&aliases.to_ids(line)).unwrap_or_default();
    let Value::Object(statement) = statement else {
        return Own { line: line.to_owned(), principals: vec![String::new()], patterns, held: None };
    };
    let mut principals = match (statement.get("Principal"), statement.get("NotPrincipal")) {
        (Some(named), _) => texts(named),
        (None, Some(not)) => vec![format!("{ALL_BUT}{}", texts(not).join(", "))],
        (None, None) => Vec::new(),
    };
    if principals.is_empty() {
        principals.extend(match unnamed {
            Unnamed::Nobody => None,
            Unnamed::Everybody => Some("*".to_owned()),
            Unnamed::Bound => Some("whoever it binds".to_owned()),
        });
    }
    let names = principals.iter().map(|name| aliases.to_names(name)).collect();
    Own { line: line.to_owned(), principals: names, patterns, held: Held::new(policy, number, None, &statement) }
}
