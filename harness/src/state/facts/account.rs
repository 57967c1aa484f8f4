//! Accounts part by part: who is there, with which keys; what is open; what control policies bind.

use std::collections::{BTreeMap, BTreeSet};

use super::super::tree::{Tree, first_account};
use super::compare::{Pair, all};
use super::fact::Fact;
use super::stores;

/// What is compared in one account.
struct Account<'t> {
    pair: Pair<'t>,
    /// ` of partner`; nothing for the first account.
    of: String,
    facts: Vec<Fact>,
}

/// The parts of an account, each with what tells its changes.
const PARTS: &[(&str, fn(&mut Account<'_>))] = &[
    ("users", |account| account.users()),
    ("access key policies", |account| account.access_key_policies()),
    ("roles", |account| account.roles()),
    ("policies", |account| account.policies()),
    ("resource directory", |account| account.resource_directory()),
    ("resource groups", |account| account.resource_groups()),
    ("workspaces", |account| account.workspaces()),
    ("identity providers", |account| account.identity_providers()),
    ("security preference", |account| account.security_preference()),
    ("activated", |account| account.activated()),
];
/// Parts that are told elsewhere, by what they let somebody do.
const TOLD: [&str; 7] =
    ["buckets", "groups", "log projects", "records", "workspace roles", "system policies", "block public access"];

/// What changed between two states.
pub(in crate::state) fn facts(old: &Tree, new: &Tree) -> Vec<Fact> {
    let both = Pair { old, new };
    let first = first_account([old, new]);
    let mut facts = Vec::new();
    for (line, pair) in both.each() {
        let Some(alias) = line.strip_prefix("account ") else { continue };
        let of = if first == Some(alias) { String::new() } else { format!(" of `{alias}`") };
        match (both.had(line), both.has(line)) {
            (false, true) => facts.push(Fact::opened(format!("account `{alias}` is new"))),
            (true, false) => facts.push(Fact::closed(format!("account `{alias}` is gone"))),
            _ => {}
        }
        let mut account = Account { pair, of: of.clone(), facts: Vec::new() };
        for (_, tell) in PARTS {
            tell(&mut account);
        }
        account.others();
        facts.append(&mut account.facts);
        stores::tell(pair, &of, &mut facts);
    }
    permissions(both.at("permissions"), &mut facts);
    facts
}

impl Account<'_> {
    fn opened(&mut self, says: String) {
        self.facts.push(Fact::opened(says));
    }

    fn closed(&mut self, says: String) {
        self.facts.push(Fact::closed(says));
    }

    fn changed(&mut self, says: String) {
        self.facts.push(Fact::changed(says));
    }

    /// Whatever nobody above tells.
    fn others(&mut self) {
        let known = |line: &str| {
            let name = line.split_once(": ").map_or(line, |(name, _)| name);
            PARTS.iter().any(|(part, _)| *part == name) || TOLD.contains(&name)
        };
        for (line, pair) in self.pair.each().filter(|(line, _)| !known(line)) {
            if pair.differs() || self.pair.had(line) != self.pair.has(line) {
                let of = &self.of;
                self.changed(format!("`{line}`{of} is now {}, was {}", all(pair.new), all(pair.old)));
            }
        }
    }

    fn users(&mut self) {
        let users = self.pair.at("users");
        for (name, pair) in users.each() {
            let of = self.of.clone();
            match (users.had(name), users.has(name)) {
                (false, true) => self.opened(format!("RAM user `{name}`{of} is new")),
                (true, false) => {
                    self.closed(format!("RAM user `{name}`{of} is gone"));
                    continue;
                }
                _ => {}
            }
            if let Some(keys) = pair.value("access keys") {
                let active = |keys: Option<&str>| -> usize {
                    keys.and_then(|keys| keys.split_once(" active")?.0.parse().ok()).unwrap_or_default()
                };
                let [had, has] = keys.map(active);
                let says = format!("`{name}`{of} has {has} active access key{}, had {had}", plural(has));
                match has.cmp(&had) {
                    std::cmp::Ordering::Greater => self.opened(says),
                    std::cmp::Ordering::Less => self.closed(says),
                    std::cmp::Ordering::Equal => {}
                }
            }
            match pair.value("console password") {
                Some([None, Some(_)]) => {
                    self.opened(format!("`{name}`{of} may now log on to the console with a password"));
                }
                Some([Some(_), None]) => {
                    self.closed(format!("`{name}`{of} may no longer log on to the console with a password"));
                }
                _ => {}
            }
            match pair.value("console mfa") {
                Some([None, Some(_)]) => self.closed(format!("`{name}`{of} needs a second factor at the console now")),
                Some([Some(_), None]) => {
                    self.opened(format!("`{name}`{of} needs no second factor at the console any more"));
                }
                _ => {}
            }
            self.places(pair.at("access key policies"), &format!("the access keys of `{name}`{of}"));
            self.tags(pair, &format!("RAM user `{name}`{of}"));
        }
    }

    fn access_key_policies(&mut self) {
        let policies = self.pair.at("access key policies");
        let of = self.of.clone();
        self.places(policies.at("account"), &format!("all access keys{of}"));
        self.places(policies.at("owner"), &format!("the access keys of the owner{of}"));
    }

    fn places(&mut self, policies: Pair<'_>, keys: &str) {
        if policies.differs() {
            let anywhere = |tree: &Tree| match tree.lines().next() {
                None => "without a network policy".to_owned(),
                Some(_) => format!("by {}", all(tree)),
            };
            let (new, old) = (anywhere(policies.new), anywhere(policies.old));
            self.changed(format!("from where {keys} may be used is decided {new}, was {old}"));
        }
    }

    fn tags(&mut self, pair: Pair<'_>, of: &str) {
        self.facts.extend(stores::tags(pair.at("tags"), of));
    }

    fn roles(&mut self) {
        let roles = self.pair.at("roles");
        for (name, pair) in roles.each() {
            let role = format!("role `{name}`{}", self.of);
            let seconds = pair.value("max session duration");
            if let Some([Some(old), Some(new)]) = seconds {
                self.changed(format!("a session of {role} may last {new} seconds, {old} before"));
            }
            self.tags(pair, &role);
        }
    }

    fn policies(&mut self) {
        for (name, pair) in self.pair.at("policies").each() {
            let policy = format!("policy `{name}`{}", self.of);
            self.tags(pair, &policy);
        }
    }

    fn resource_directory(&mut self) {
        let directory = self.pair.at("resource directory");
        let of = self.of.clone();
        match directory.value("control") {
            Some([_, Some("enabled")]) => self.closed(format!("the control policies{of} count now")),
            Some([Some("enabled"), _]) => self.opened(format!("the control policies{of} no longer count")),
            _ => {}
        }
        for (name, pair) in directory.at("control policies").each() {
            if let Some([Some(old), Some(new)]) = pair.value("effect scope") {
                self.changed(format!("control policy `{name}`{of} binds `{new}`, was `{old}`"));
            }
        }
        for (path, pair) in directory.at("folders").each() {
            self.bound(directory, pair, &format!("folder `{path}`{of}"));
        }
        let members = directory.at("members");
        for (name, pair) in members.each() {
            let member = format!("member `{name}`{of}");
            match (members.had(name), members.has(name)) {
                (false, true) => self.changed(format!("{member} is new in the directory")),
                (true, false) => self.changed(format!("{member} is no longer in the directory")),
                _ => {}
            }
            if let Some([Some(old), Some(new)]) = pair.value("folder") {
                self.changed(format!(
                    "{member} is now in folder `{new}`, was in `{old}`: other control policies may bind it"
                ));
            }
            if let Some([Some(old), Some(new)]) = pair.value("type") {
                self.changed(format!("{member} is now a `{new}`, was a `{old}`"));
            }
            self.bound(directory, pair, &member);
            let administers = pair.at("administers");
            for service in administers.added() {
                self.opened(format!("{member} now administers `{service}` for the directory"));
            }
            for service in administers.removed() {
                self.closed(format!("{member} no longer administers `{service}` for the directory"));
            }
        }
    }

    /// Which control policies bind a node of the directory.
    fn bound(&mut self, directory: Pair<'_>, node: Pair<'_>, what: &str) {
        let attached = node.at("control policies");
        // What denies and nothing else closes where it is attached; without one that allows nothing is open.
        let closes = |tree: &Tree, line: &str| {
            let name = line.split_once(' ').map_or(line, |(_, name)| name);
            let document = tree.at("control policies").at(name).at("document");
            line.starts_with("Custom ") && document.lines().all(|line| !line.contains(r#""Effect": "Allow""#))
        };
        for line in attached.added() {
            let says = format!("control policy `{line}` now binds {what}");
            if closes(directory.new, line) { self.closed(says) } else { self.changed(says) }
        }
        for line in attached.removed() {
            let says = format!("control policy `{line}` no longer binds {what}");
            if closes(directory.old, line) { self.opened(says) } else { self.changed(says) }
        }
    }

    fn resource_groups(&mut self) {
        let groups = self.pair.at("resource groups");
        let of = self.of.clone();
        let [was_in, is_in] = [groups.old, groups.new].map(|tree| -> BTreeMap<&str, &str> {
            tree.entries()
                .flat_map(|(name, group)| group.at("resources").lines().map(move |resource| (resource, name)))
                .collect()
        });
        let resources: BTreeSet<&str> = was_in.keys().chain(is_in.keys()).copied().collect();
        for resource in resources {
            let (old, new) = (was_in.get(resource), is_in.get(resource));
            if old == new {
                continue;
            }
            let named = |group: Option<&&str>, account: &Tree| {
                let Some(group) = group else { return "the default resource group".to_owned() };
                let holders = holders(account, group);
                let who = if holders.is_empty() {
                    String::new()
                } else {
                    format!(" (policies there: {})", holders.join(", "))
                };
                format!("resource group `{group}`{who}")
            };
            let (new, old) = (named(new, self.pair.new), named(old, self.pair.old));
            self.changed(format!("`{resource}`{of} is now in {new}, was in {old}"));
        }
        for (name, pair) in groups.each() {
            self.tags(pair, &format!("resource group `{name}`{of}"));
        }
    }

    fn workspaces(&mut self) {
        let of = self.of.clone();
        match self.pair.value("workspace roles") {
            Some([_, Some(_)]) => self.closed(format!("roles in workspaces{of} count only where RAM allows as well")),
            Some([_, None]) => self.opened(format!("roles in workspaces{of} count without RAM as well")),
            None => {}
        }
        for (workspace, pair) in self.pair.at("workspaces").each() {
            for (who, roles) in pair.at("members").each() {
                for role in roles.added() {
                    self.opened(format!("`{who}` is now `{role}` of workspace `{workspace}`{of}"));
                }
                for role in roles.removed() {
                    self.closed(format!("`{who}` is no longer `{role}` of workspace `{workspace}`{of}"));
                }
            }
            for (name, both) in pair.at("entities").values() {
                let entity = format!("`{name}` in workspace `{workspace}`{of}");
                let public = both.map(|one| one.is_some_and(|one| one.starts_with("PUBLIC")));
                match (both, public) {
                    ([_, Some(_)], [false, true]) => self.opened(format!("every member sees {entity} now")),
                    ([_, Some(_)], [true, false]) => {
                        self.closed(format!("not every member sees {entity} any more"));
                    }
                    ([Some(old), Some(new)], _) => self.changed(format!("{entity} is now {new}, was {old}")),
                    ([None, Some(new)], _) => self.changed(format!("{entity} is new: {new}")),
                    ([_, None], _) => self.closed(format!("{entity} is gone")),
                }
            }
        }
    }

    fn identity_providers(&mut self) {
        let providers = self.pair.at("identity providers");
        let of = self.of.clone();
        for (kind, says) in [("oidc", "OIDC provider"), ("saml", "SAML provider")] {
            let kind = providers.at(kind);
            for (name, pair) in kind.each() {
                match (kind.had(name), kind.has(name)) {
                    (false, true) => self.opened(format!("{says} `{name}`{of} is new: {}", all(pair.new))),
                    (true, false) => self.closed(format!("{says} `{name}`{of} is gone")),
                    _ if pair.differs() => {
                        self.changed(format!("{says} `{name}`{of} has now {}, had {}", all(pair.new), all(pair.old)));
                    }
                    _ => {}
                }
            }
        }
        let sso = providers.at("user sso");
        if sso.differs() {
            self.changed(format!("single sign-on of RAM users{of} has now {}, had {}", all(sso.new), all(sso.old)));
        }
    }

    fn security_preference(&mut self) {
        let preference = self.pair.at("security preference");
        let of = self.of.clone();
        let default = "what an account starts with";
        for (name, [old, new]) in preference.values() {
            let said = |value: Option<&str>| value.map_or(default.to_owned(), |value| format!("`{value}`"));
            let says = format!("the security preference{of} has `{name}` {}, was {}", said(new), said(old));
            self.changed(says);
        }
        let types = preference.at("verification types");
        if types.differs() {
            let (new, old) = (all(types.new), all(types.old));
            self.changed(format!("the security preference{of} has the verification types {new}, had {old}"));
        }
    }

    fn activated(&mut self) {
        let activated = self.pair.at("activated");
        let of = self.of.clone();
        for service in activated.added() {
            self.opened(format!("service `{service}`{of} is now activated"));
        }
        for service in activated.removed() {
            self.closed(format!("service `{service}`{of} is no longer activated"));
        }
    }
}

/// Who holds a policy for a resource group: `bob`, `group ops`, `role deploy`.
fn holders(account: &Tree, group: &str) -> Vec<String> {
    let ending = format!(" in resource group {group}");
    let holds = |tree: &Tree| tree.at("policies").lines().any(|line| line.ends_with(&ending));
    let mut all = Vec::new();
    for (heading, prefix) in [("users", ""), ("groups", "group "), ("roles", "role ")] {
        let entries = account.at(heading).entries().filter(|(_, below)| holds(below));
        all.extend(entries.map(|(name, _)| format!("`{prefix}{name}`")));
    }
    all
}

/// What was asked for, and is answered otherwise. Which policy settles it is told above.
fn permissions(permissions: Pair<'_>, facts: &mut Vec<Fact>) {
    const VERDICTS: [&str; 4] = [": Allow", ": ExplicitDeny", ": ImplicitDeny", ": Malformed"];
    let read = |line: &str| -> Option<(String, String)> {
        let at = VERDICTS.iter().filter_map(|verdict| line.find(verdict)).min()?;
        let (asked, verdict) = (line.get(..at)?, line.get(at + 2..)?);
        let by = verdict.find(", by ");
        let rest = by.and_then(|by| verdict.get(by..)).and_then(|rest| rest.find("; ").and_then(|at| rest.get(at..)));
        let verdict = by.and_then(|by| verdict.get(..by)).unwrap_or(verdict);
        Some((asked.to_owned(), format!("{verdict}{}", rest.unwrap_or_default())))
    };
    for (who, pair) in permissions.each() {
        let old: BTreeMap<String, String> = pair.old.lines().filter_map(read).collect();
        for (asked, verdict) in pair.new.lines().filter_map(read) {
            let Some(before) = old.get(&asked).filter(|before| **before != verdict) else { continue };
            let says = format!("`{who}`: `{asked}` is answered `{verdict}`, was `{before}`");
            let allows = |verdict: &str| verdict.starts_with("Allow");
            facts.push(match (allows(before), allows(&verdict)) {
                (false, true) => Fact::opened(says),
                (true, false) => Fact::closed(says),
                _ => Fact::changed(says),
            });
        }
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
