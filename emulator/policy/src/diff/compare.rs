//! The comparison, cell by cell.

use serde::Serialize;

use super::cells::{self, Cell, Element, Form};
use super::{universe, values};
use crate::action::Action;
use crate::condition::Clause;
use crate::document::{Actions, Statement};
use crate::layers::{Decision, Layers};
use crate::principal::Principal;
use crate::request::Request;
use crate::set::PolicySet;
use crate::{decide, resource::Resource};

/// Contexts that are tried for one action and resource at most.
const MOST_CONTEXTS: usize = 4096;

/// How two sets of policies differ.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Difference {
    /// What the new set allows and the old one does not.
    pub gained: Vec<Example>,
    /// What the old set allows and the new one does not.
    pub lost: Vec<Example>,
    /// Whether every cell was looked at. If not, there may be more than is shown.
    pub complete: bool,
}

impl Difference {
    /// Do the sets allow the same?
    pub fn is_none(&self) -> bool {
        self.gained.is_empty() && self.lost.is_empty()
    }
}

/// A request that the sets decide differently, and what it stands for.
#[derive(Debug, Clone, Serialize)]
pub struct Example {
    /// The action.
    pub action: String,
    /// Is it one of the known actions, or one that a pattern names in full? Otherwise it is made up, and stands for those that
    /// the same patterns cover.
    pub known: bool,
    /// Other known actions that are treated alike.
    pub like: Vec<String>,
    /// The resource.
    pub resource: String,
    /// Is it the same for every resource?
    pub any_resource: bool,
    /// The condition keys that the request carries.
    pub context: Vec<(String, String)>,
    /// Does it depend on the condition keys? Otherwise every context gives the same difference.
    pub conditional: bool,
    /// What the old set says.
    pub old: Decision,
    /// What the new set says.
    pub new: Decision,
}

/// Compares two sets of identity policies. `known` are the actions that examples are taken from where they can.
pub fn diff(old: &PolicySet, new: &PolicySet, known: &[Action]) -> Difference {
    let statements: Vec<&Statement> =
        [old, new].iter().flat_map(|set| set.policies()).flat_map(|policy| policy.document.statements()).collect();
    let elements: Vec<Element> = statements.iter().map(|statement| actions(statement)).collect();
    let (found, mut complete) = cells::cells(&elements, Form::ACTION);
    let named: Vec<Action> = statements.iter().flat_map(|statement| literal_actions(statement)).collect();
    let known: Vec<(&Action, Vec<bool>)> = named
        .iter()
        .chain(known)
        .map(|action| (action, cells::fits(&elements, &action.as_str().to_ascii_lowercase())))
        .collect();
    let mut difference = Difference::default();
    for cell in &found {
        let alike: Vec<&Action> =
            known.iter().filter(|(_, fits)| *fits == cell.fits).map(|(action, _)| *action).collect();
        // What no pattern names is treated alike whatever its service, but its resources are those of a service.
        for subject in representatives(cell, &alike) {
            let relevant: Vec<&Statement> =
                statements.iter().zip(&cell.fits).filter(|(_, fits)| **fits).map(|(statement, _)| *statement).collect();
            if relevant.is_empty() {
                continue;
            }
            let (resources, all) = universe::resources(&relevant, subject.action.service());
            complete &= all;
            let mut found = Difference::default();
            for resource in &resources {
                complete &= compare([old, new], &subject, resource, &relevant, &mut found);
            }
            difference.gained.extend(merged(found.gained, resources.len()));
            difference.lost.extend(merged(found.lost, resources.len()));
        }
    }
    let order = |example: &Example| (!example.known, example.action.clone(), example.resource.clone());
    difference.gained.sort_by_key(order);
    difference.lost.sort_by_key(order);
    difference.complete = complete;
    difference
}

/// One example for all resources where all are treated alike.
fn merged(mut examples: Vec<Example>, resources: usize) -> Vec<Example> {
    let alike = examples.windows(2).all(|pair| matches!(pair, [a, b] if a.context == b.context));
    if examples.len() == resources && alike {
        // The last one is an ARN, if there is one.
        examples = examples.pop().map(|example| Example { any_resource: true, ..example }).into_iter().collect();
    }
    examples
}

/// The actions that a statement names without wildcards, in its own spelling.
pub(super) fn literal_actions(statement: &Statement) -> impl Iterator<Item = Action> {
    let (Actions::Action(patterns) | Actions::NotAction(patterns)) = statement.actions();
    patterns
        .iter()
        .filter(|pattern| pattern.value.is_literal())
        .filter_map(|pattern| Action::parse(pattern.value.as_str()))
}

pub(super) fn actions(statement: &Statement) -> Element {
    let (mut element, patterns) = match statement.actions() {
        Actions::Action(patterns) => (Element::default(), patterns),
        Actions::NotAction(patterns) => (Element::negated(), patterns),
    };
    for pattern in patterns {
        element.add(pattern.value.as_str(), true);
    }
    element
}

/// An action that stands for a cell.
pub(super) struct Subject {
    pub(super) action: Action,
    pub(super) known: bool,
    like: Vec<String>,
}

/// The actions that stand for a cell: the first known one of each service with the others of the service beside it, or
/// the text that was found.
pub(super) fn representatives(cell: &Cell, alike: &[&Action]) -> Vec<Subject> {
    let mut subjects: Vec<Subject> = Vec::new();
    for action in alike {
        let same = |subject: &&mut Subject| subject.action.service().eq_ignore_ascii_case(action.service());
        match subjects.iter_mut().find(same) {
            Some(subject) => {
                let name = action.as_str();
                let again = subject.like.iter().any(|other| other.eq_ignore_ascii_case(name));
                if !again && !subject.action.as_str().eq_ignore_ascii_case(name) {
                    subject.like.push(name.to_owned());
                }
            }
            None => subjects.push(Subject { action: (*action).clone(), known: true, like: Vec::new() }),
        }
    }
    if subjects.is_empty() {
        let found = Action::parse(&cell.text);
        subjects.extend(found.map(|action| Subject { action, known: false, like: Vec::new() }));
    }
    subjects
}

/// Decides one action on one resource in every context that can make a difference.
fn compare(
    [old, new]: [&PolicySet; 2],
    subject: &Subject,
    resource: &Resource,
    relevant: &[&Statement],
    difference: &mut Difference,
) -> bool {
    let touching: Vec<&Statement> =
        relevant.iter().filter(|statement| statement.resources().test(resource).is_ok()).copied().collect();
    let (contexts, all) = contexts(&touching, &|_| true);
    let mut gained: Vec<Example> = Vec::new();
    let mut lost: Vec<Example> = Vec::new();
    let total = contexts.len();
    for context in contexts {
        let account = resource.owner().unwrap_or(universe::ACCOUNT);
        let somebody = Principal::ram_user(account, "", "somebody");
        let Ok(mut request) = Request::new(somebody, subject.action.as_str(), resource.as_str()) else { continue };
        for (key, value) in &context {
            request.set(key, value.as_str());
        }
        let (before, after) = (decide(&Layers::new(old), &request), decide(&Layers::new(new), &request));
        if before.is_allowed() == after.is_allowed() {
            continue;
        }
        let example = Example {
            action: subject.action.as_str().to_owned(),
            known: subject.known,
            like: subject.like.clone(),
            resource: resource.as_str().to_owned(),
            any_resource: false,
            context,
            conditional: true,
            old: before,
            new: after,
        };
        if after.is_allowed() { gained.push(example) } else { lost.push(example) }
    }
    for (examples, into) in [(gained, &mut difference.gained), (lost, &mut difference.lost)] {
        let conditional = examples.len() < total;
        // The one with the fewest keys says the most.
        if let Some(example) = examples.into_iter().min_by_key(|example| example.context.len()) {
            into.push(Example { conditional, ..example });
        }
    }
    all
}

/// Every combination of values that the clauses of these statements tell apart.
pub(super) fn contexts(statements: &[&Statement], varies: &dyn Fn(&str) -> bool) -> (Vec<Vec<(String, String)>>, bool) {
    let mut by_key: Vec<(String, Vec<&Clause>)> = Vec::new();
    let clauses = statements.iter().flat_map(|statement| statement.clauses());
    for clause in clauses.filter(|clause| varies(clause.key().as_str())) {
        let key = clause.key().as_str();
        match by_key.iter_mut().find(|(_, clauses)| clauses.iter().any(|other| other.key() == clause.key())) {
            Some((_, clauses)) => clauses.push(clause),
            None => by_key.push((key.to_owned(), vec![clause])),
        }
    }
    let mut all: Vec<Vec<(String, String)>> = vec![Vec::new()];
    for (key, clauses) in by_key {
        let values = values::telling(&clauses);
        if all.len().saturating_mul(values.len()) > MOST_CONTEXTS {
            return (all, false);
        }
        all = all
            .iter()
            .flat_map(|context| {
                values.iter().map(|value| {
                    let mut context = context.clone();
                    context.extend(value.clone().map(|value| (key.clone(), value)));
                    context
                })
            })
            .collect();
    }
    (all, true)
}
