//! Who holds which policies, read from the outline of a state: users with those of their groups, roles, and what resources grant by
//! themselves.

use std::collections::BTreeMap;
use std::sync::Arc;

use acslab_emulator::SystemPolicies;
use acslab_policy::{Attachment, Dialect, Document, DocumentKind, PolicyRef, PolicySet, PolicyType};
use serde_json::{Value, json};

use super::tree::Tree;

/// The id that stands for the first account's alias while policies are read; the others count up.
const FIRST_ID: u64 = 9_000_000_000_000_001;

/// The accounts' aliases, each with the id that stands for it.
#[derive(Debug, Default)]
pub(super) struct Aliases(Vec<(String, String)>);

impl Aliases {
    /// Those of some outlines.
    pub(super) fn of(trees: [&Tree; 2]) -> Self {
        let mut names: Vec<_> =
            trees.iter().flat_map(|tree| tree.lines()).filter_map(|line| line.strip_prefix("account ")).collect();
        names.sort_unstable();
        names.dedup();
        Self((FIRST_ID..).zip(names).map(|(id, name)| (format!("<{name}>"), id.to_string())).collect())
    }

    fn to_ids(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (alias, id)| text.replace(alias, id))
    }

    /// A text with the aliases again.
    pub(super) fn to_names(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (alias, id)| text.replace(id, alias))
    }
}

/// Somebody, and where the policies count: `alice`, `role builder of partner`, perhaps for one resource group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Holder {
    pub(super) who: String,
    pub(super) resource_group: Option<String>,
}

/// A policy that somebody holds: its name as the state has it, and its text.
type Held = BTreeMap<String, Arc<Document>>;

/// What everybody holds.
#[derive(Debug, Default)]
pub(super) struct Holdings(pub(super) BTreeMap<Holder, Held>);

impl Holdings {
    /// Those of a state. A policy whose text nobody knows says nothing.
    pub(super) fn read(tree: &Tree, aliases: &Aliases) -> Self {
        let mut holdings = Self::default();
        for (index, (line, account)) in tree.entries().enumerate() {
            let Some(alias) = line.strip_prefix("account ") else { continue };
            let named = |name: String| if index == 0 { name } else { format!("{name} of {alias}") };
            for (name, user) in account.at("users").entries() {
                let who = named(name.to_owned());
                holdings.add(&who, user.at("policies"), account, aliases);
                for group in user.at("groups").lines() {
                    holdings.add(&who, account.at("groups").at(group).at("policies"), account, aliases);
                }
            }
            for (name, role) in account.at("roles").entries() {
                holdings.add(&named(format!("role {name}")), role.at("policies"), account, aliases);
            }
        }
        holdings
    }

    fn add(&mut self, who: &str, attached: &Tree, account: &Tree, aliases: &Aliases) {
        for line in attached.lines() {
            let (policy, group) = match line.split_once(" in resource group ") {
                Some((policy, group)) => (policy, Some(group.to_owned())),
                None => (line, None),
            };
            let holder = Holder { who: who.to_owned(), resource_group: group };
            let held = self.0.entry(holder).or_default();
            if let Some(document) = document(policy, account, aliases) {
                held.insert(policy.to_owned(), document);
            }
        }
    }

    /// The policies of a holder, compiled; each is named as the state names it.
    pub(super) fn set(&self, holder: &Holder) -> PolicySet {
        let held = self.0.get(holder).into_iter().flatten();
        let named = |name: &str| PolicyRef {
            name: name.into(),
            kind: PolicyType::Inline,
            version: None,
            attached: Attachment::None,
        };
        PolicySet::compile(held.map(|(name, document)| (named(name), Arc::clone(document))))
    }
}

/// What `Custom P v2` or `System P v1` says: by the state itself, or as it is shipped.
fn document(policy: &str, account: &Tree, aliases: &Aliases) -> Option<Arc<Document>> {
    let mut words = policy.split(' ');
    let (kind, name, version) = (words.next()?, words.next()?, words.next().unwrap_or_default());
    let told = match kind {
        "Custom" => account.at("policies").at(name).at("versions").at(version),
        _ => account.at("system policies").at(name).at(version),
    };
    if told.lines().next().is_some() {
        let text = aliases.to_ids(&text(told).to_string());
        return Document::parse_with(DocumentKind::Identity, &text, &Dialect::STORED).ok().map(Arc::new);
    }
    let system = SystemPolicies::shipped();
    let policy = system.get(name).filter(|_| kind == "System")?;
    policy.versions.iter().find(|known| known.id == version).map(|known| Arc::clone(&known.document))
}

/// A document from its lines: a statement each, and other members by their names.
fn text(lines: &Tree) -> Value {
    let mut document = json!({"Version": "1"});
    let mut statements = Vec::new();
    for line in lines.lines() {
        match serde_json::from_str(line) {
            Ok(statement @ Value::Object(_)) => statements.push(statement),
            _ => {
                if let Ok(Value::Object(members)) = serde_json::from_str(&format!("{{{line}}}"))
                    && let Some(document) = document.as_object_mut()
                {
                    document.extend(members);
                }
            }
        }
    }
    document["Statement"] = Value::Array(statements);
    document
}

/// A policy that a resource or a directory has of its own: `the trust policy of role builder`, with its statements.
pub(super) fn own_policies(tree: &Tree) -> BTreeMap<String, Vec<String>> {
    let mut all = BTreeMap::new();
    for (index, (line, account)) in tree.entries().enumerate() {
        let Some(alias) = line.strip_prefix("account ") else { continue };
        let of = if index == 0 { String::new() } else { format!(" of {alias}") };
        let mut add = |name: String, lines: &Tree| {
            all.insert(format!("{name}{of}"), lines.lines().map(str::to_owned).collect());
        };
        for (name, role) in account.at("roles").entries() {
            add(format!("the trust policy of role {name}"), role.at("trust"));
        }
        for (name, bucket) in account.at("buckets").entries() {
            add(format!("the policy of bucket {name}"), bucket.at("policy"));
            for (point, below) in bucket.at("access points").entries() {
                add(format!("the policy of access point {point} of bucket {name}"), below.at("policy"));
            }
        }
        for (name, policy) in account.at("resource directory").at("control policies").entries() {
            add(format!("control policy {name}"), policy.at("document"));
        }
    }
    all
}
