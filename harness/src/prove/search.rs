//! Requests of one principal, of those that can be made, until one is found that is looked for.

use std::collections::BTreeSet;

use acslab_emulator::NotAsked;
use acslab_policy::catalogue::Catalogue;
use acslab_policy::{Action, Dialect, Document, DocumentKind, Representative};
use serde_json::json;

use super::requests::{at_some_time, representatives};
use crate::ask::possible_groups;
use crate::import::Standing;
use crate::simulate::{On, may_be_on, resources_of};

/// What was looked at.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) requests: usize,
    /// Was all that there is?
    pub(super) complete: bool,
    pub(super) not_asked: Option<String>,
}

impl Default for Tally {
    fn default() -> Self {
        Self { requests: 0, complete: true, not_asked: None }
    }
}

/// Looks at the requests of one principal.
pub(super) struct Search<'a> {
    pub(super) with: &'a Standing,
    pub(super) principal: &'a str,
    /// Of which resources it is spoken.
    pub(super) is_meant: &'a dyn Fn(&str) -> bool,
    /// What requests are covered.
    pub(super) asked: &'a Document,
    /// All that tells requests apart.
    pub(super) others: Vec<&'a Document>,
    pub(super) known: &'a [Action],
    /// The resource groups that the principal has policies for.
    pub(super) groups: Vec<String>,
}

/// A request as it is asked.
pub(super) struct Tried<'a> {
    pub(super) action: &'a str,
    /// Is it a known action? Otherwise one that stands for others.
    pub(super) known: bool,
    pub(super) resource: &'a str,
    /// The resource group that the resource is supposed to be in; none for what the state knows of it.
    pub(super) group: Option<&'a str>,
    /// The condition keys that it has to carry.
    pub(super) context: &'a [(String, String)],
    /// The same, with a time.
    pub(super) keys: Vec<(String, Vec<String>)>,
}

/// Says of a request whether it is looked for.
type Looks<'l, T> = &'l dyn Fn(&Tried<'_>) -> Result<Option<T>, NotAsked>;

/// Statements on one action, one for each pattern: each tells requests apart.
fn document(action: &Action, patterns: Vec<String>) -> Option<Document> {
    let statement = |on: String| json!({"Effect": "Allow", "Action": action.as_str(), "Resource": on});
    let statements: Vec<_> = patterns.into_iter().map(statement).collect();
    let text = json!({"Version": "1", "Statement": statements}).to_string();
    Document::parse_with(DocumentKind::Identity, &text, &Dialect::STORED).ok().filter(|_| !statements.is_empty())
}

impl Search<'_> {
    /// The first request that is looked for.
    pub(super) fn first<T>(&self, tally: &mut Tally, looks: Looks<'_, T>) -> Option<T> {
        let (found, seen) = representatives(self.with, self.principal, self.asked, &self.others, self.known);
        tally.complete &= seen;
        let mut looked_at = BTreeSet::new();
        for one in found.iter().filter(|one| (self.is_meant)(one.resource.as_str())) {
            let Some(found) = self.tried(one, tally, looks) else { continue };
            if may_be_on(one.action.as_str(), one.resource.as_str()) {
                return Some(found);
            }
            // No operation asks for this: it stands for actions, each of which is on something else.
            let cell = self.cell(&one.action);
            if looked_at.insert(cell.clone())
                && let Some(found) = self.like(&one.action, &cell, tally, looks)
            {
                return Some(found);
            }
        }
        None
    }

    /// One that is looked for, of the actions that all statements treat alike.
    fn like<T>(&self, action: &Action, cell: &[bool], tally: &mut Tally, looks: Looks<'_, T>) -> Option<T> {
        let service = Catalogue::published().service(action.service());
        let published = service.iter().flat_map(|service| service.actions());
        let published = published.filter_map(|known| Action::parse(&format!("{}:{}", action.service(), known.name())));
        let mut all: Vec<Action> = self.known.iter().cloned().chain(published).chain([action.clone()]).collect();
        all.sort_by(|one, other| one.as_str().cmp(other.as_str()));
        all.dedup();
        for action in all.iter().filter(|action| self.cell(action) == cell) {
            let on = resources_of(action.as_str());
            let patterns = |all: &[On]| all.iter().map(|one| one.pattern.clone()).collect();
            let made = document(action, on.as_deref().map_or_else(|| vec!["*".to_owned()], patterns));
            let Some(made) = made else {
                tally.complete = false;
                continue;
            };
            let not = document(action, on.into_iter().flatten().filter_map(|one| one.but).collect());
            let others: Vec<&Document> = self.others.iter().copied().chain([self.asked]).chain(&not).collect();
            let (found, seen) =
                representatives(self.with, self.principal, &made, &others, std::slice::from_ref(action));
            tally.complete &= seen;
            let covered = |one: &&Representative| {
                let statements = self.asked.statements().iter();
                let fits = |statement: &acslab_policy::Statement| statement.resources().test(&one.resource).is_ok();
                one.action == *action && statements.into_iter().any(fits) && (self.is_meant)(one.resource.as_str())
            };
            for one in found.iter().filter(covered).filter(|one| may_be_on(action.as_str(), one.resource.as_str())) {
                if let Some(found) = self.tried(one, tally, looks) {
                    return Some(found);
                }
            }
        }
        None
    }

    /// Which statements are on an action.
    fn cell(&self, action: &Action) -> Vec<bool> {
        let documents = self.others.iter().copied().chain([self.asked]);
        documents.flat_map(Document::statements).map(|statement| statement.actions().test(action).is_ok()).collect()
    }

    /// Asks for it in each of its contexts, in what the state knows of the resource and in each group that it may be in besides.
    fn tried<T>(&self, one: &Representative, tally: &mut Tally, looks: Looks<'_, T>) -> Option<T> {
        let (action, resource) = (one.action.as_str(), one.resource.as_str());
        let supposed = possible_groups(self.with, self.principal, &self.groups, (action, resource));
        let groups: Vec<Option<&str>> = [None].into_iter().chain(supposed.iter().map(|group| Some(&**group))).collect();
        for (context, group) in one.contexts.iter().flat_map(|context| groups.iter().map(move |of| (context, *of))) {
            tally.requests += 1;
            let tried = Tried { action, known: one.known, resource, group, context, keys: at_some_time(context) };
            match looks(&tried) {
                Ok(None) => {}
                Ok(found) => return found,
                Err(why) => tally.not_asked = Some(format!("{action} on {resource} could not be asked: {why}")),
            }
        }
        None
    }
}
