//! A request of one principal that breaks an invariant, of those that can be made.

use std::collections::BTreeSet;

use acslab_policy::catalogue::Catalogue;
use acslab_policy::{Action, Dialect, Document, DocumentKind, Representative};
use serde_json::json;

use super::invariant::{Invariant, Subject};
use super::outcome::Outcome;
use super::requests::{at_some_time, is_there, representatives, supposed_groups};
use super::subjects::account_of;
use crate::import::Standing;
use crate::simulate::{On, may_be_on, resources_of};

/// What was looked at.
pub(super) struct Tally {
    pub(super) requests: usize,
    /// Was all that there is?
    pub(super) complete: bool,
    pub(super) not_asked: Option<String>,
}

/// Looks at the requests of one principal.
pub(super) struct Search<'a> {
    pub(super) standing: &'a Standing,
    pub(super) with: &'a Standing,
    pub(super) invariant: &'a Invariant,
    pub(super) principal: &'a str,
    /// What the invariant covers.
    pub(super) asked: &'a Document,
    /// All that tells requests apart.
    pub(super) others: Vec<&'a Document>,
    pub(super) known: &'a [Action],
    /// Has the principal policies for resource groups alone?
    pub(super) grouped: bool,
}

/// Statements on one action, one for each pattern: each tells requests apart.
fn document(action: &Action, patterns: Vec<String>) -> Option<Document> {
    let statement = |on: String| json!({"Effect": "Allow", "Action": action.as_str(), "Resource": on});
    let statements: Vec<_> = patterns.into_iter().map(statement).collect();
    let text = json!({"Version": "1", "Statement": statements}).to_string();
    Document::parse_with(DocumentKind::Identity, &text, &Dialect::STORED).ok().filter(|_| !statements.is_empty())
}

impl Search<'_> {
    /// The first request that breaks the invariant.
    pub(super) fn broken(&self, tally: &mut Tally) -> Option<Outcome> {
        let (found, seen) = representatives(self.with, self.principal, self.asked, &self.others, self.known);
        tally.complete &= seen;
        let mut looked_at = BTreeSet::new();
        for one in found.iter().filter(|one| self.is_there(one)) {
            let Some(outcome) = self.breaks(one, tally) else { continue };
            if may_be_on(one.action.as_str(), one.resource.as_str()) {
                return Some(outcome);
            }
            // No operation asks for this: it stands for actions, each of which is on something else.
            let cell = self.cell(&one.action);
            if looked_at.insert(cell.clone())
                && let Some(outcome) = self.like(&one.action, &cell, tally)
            {
                return Some(outcome);
            }
        }
        None
    }

    /// A request that breaks it, of the actions that all statements treat alike.
    fn like(&self, action: &Action, cell: &[bool], tally: &mut Tally) -> Option<Outcome> {
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
            let Some(made) = made else { continue };
            let not = document(action, on.into_iter().flatten().filter_map(|one| one.but).collect());
            let others: Vec<&Document> = self.others.iter().copied().chain([self.asked]).chain(&not).collect();
            let (found, seen) =
                representatives(self.with, self.principal, &made, &others, std::slice::from_ref(action));
            tally.complete &= seen;
            let covered = |one: &&Representative| {
                let statements = self.asked.statements().iter();
                let fits = |statement: &acslab_policy::Statement| statement.resources().test(&one.resource).is_ok();
                one.action == *action && statements.into_iter().any(fits) && self.is_there(one)
            };
            for one in found.iter().filter(covered).filter(|one| may_be_on(action.as_str(), one.resource.as_str())) {
                if let Some(outcome) = self.breaks(one, tally) {
                    return Some(outcome);
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

    /// Is there such a resource, and one of which it is spoken? Whoever is of the state is outside of its other accounts alone.
    fn is_there(&self, one: &Representative) -> bool {
        let (resource, abroad) = (one.resource.as_str(), self.invariant.subject == Subject::Outside);
        let own = account_of(self.principal);
        let of_the_state = abroad && self.standing.kept.state.account(own).is_some();
        let owner = account_of(resource);
        is_there(self.standing, resource, abroad) && (!of_the_state || (owner != own && owner != "system"))
    }

    /// Does it break the invariant, in one of its contexts, in one of the groups that the resource may be in?
    fn breaks(&self, one: &Representative, tally: &mut Tally) -> Option<Outcome> {
        let (action, resource) = (one.action.as_str(), one.resource.as_str());
        let groups = supposed_groups(self.with, self.principal, self.grouped, (action, resource));
        for (context, group) in one.contexts.iter().flat_map(|context| groups.iter().map(move |of| (context, of))) {
            tally.requests += 1;
            let keys = at_some_time(context);
            let answer = match self.with.authority.ask_in(self.principal, action, resource, &keys, group.as_deref()) {
                Ok(answer) => answer,
                Err(why) => {
                    tally.not_asked = Some(format!("{action} on {resource} could not be asked: {why}"));
                    continue;
                }
            };
            if answer.decision.is_allowed() != self.invariant.always {
                return Some(Outcome::Broken {
                    principal: self.principal.to_owned(),
                    action: action.to_owned(),
                    known: one.known,
                    resource: resource.to_owned(),
                    resource_group: group.clone(),
                    keys: context.clone(),
                    explanation: Box::new(answer.question.explain()),
                });
            }
        }
        None
    }
}
