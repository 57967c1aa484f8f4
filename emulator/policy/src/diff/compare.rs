//! The comparison, cell by cell.

use std::collections::{BTreeSet, HashSet};

use serde::Serialize;

use super::cells::{self, Element, Form};
use super::effort::Effort;
use super::known::{Known, Subject, literal_actions};
use super::requests::Manner;
use super::{universe, usual, values};
use crate::action::Action;
use crate::condition::Clause;
use crate::document::{Actions, Resources, Statement};
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
    /// The patterns of which a made-up action is one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub patterns: Vec<String>,
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
    diff_with([old, new], known, &Effort::of_one())
}

fn diff_with([old, new]: [&PolicySet; 2], known: &[Action], effort: &Effort) -> Difference {
    let statements: Vec<&Statement> =
        [old, new].iter().flat_map(|set| set.policies()).flat_map(|policy| policy.document.statements()).collect();
    let own = statements.iter().map(|statement| actions(statement));
    // What is treated alike is told service by service.
    let elements: Vec<Element> = own.chain(services(&statements)).collect();
    let (found, mut complete) = cells::cells(&elements, Form::ACTION, effort);
    let named: Vec<Action> = statements.iter().flat_map(|statement| literal_actions(statement)).collect();
    let known = Known::of(&elements, named.iter().chain(known), effort);
    complete &= known.complete;
    let mut difference = Difference::default();
    for cell in &found {
        // What no pattern names is treated alike whatever its service, but its resources are those of a service.
        for subject in known.representatives(cell) {
            if effort.is_spent() {
                complete = false;
                break;
            }
            let relevant: Vec<&Statement> =
                statements.iter().zip(&cell.fits).filter(|(_, fits)| **fits).map(|(statement, _)| *statement).collect();
            if relevant.is_empty() {
                continue;
            }
            let (resources, all) = universe::resources(&relevant, subject.action.service(), effort);
            complete &= all;
            let mut found = Difference::default();
            for resource in &resources {
                complete &= compare([old, new], &subject, resource, (&relevant, effort), &mut found);
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

/// One for all actions of each service that a pattern names.
fn services(statements: &[&Statement]) -> Vec<Element> {
    let patterns = statements.iter().flat_map(|statement| {
        let (Actions::Action(patterns) | Actions::NotAction(patterns)) = statement.actions();
        patterns.iter()
    });
    let named = patterns.filter_map(|pattern| pattern.value.as_str().split_once(':'));
    let named = named.filter(|(service, _)| !service.contains(['*', '?']));
    let names: BTreeSet<String> = named.map(|(service, _)| service.to_ascii_lowercase()).collect();
    let all_of = |service: String| {
        let mut element = Element::default();
        element.add(&format!("{service}:*"), true);
        element
    };
    names.into_iter().map(all_of).collect()
}

/// The patterns by which statements mean what a made-up action stands for: those of its service, or of all.
fn patterns_beside(statements: &[&Statement], action: &Action) -> Vec<String> {
    let (mut all, mut seen) = (Vec::new(), HashSet::new());
    for statement in statements {
        let Actions::Action(patterns) = statement.actions() else { continue };
        let of_service = |pattern: &str| {
            let service = pattern.split(':').next().unwrap_or_default();
            service.contains(['*', '?']) || service.eq_ignore_ascii_case(action.service())
        };
        for pattern in patterns.iter().map(|pattern| pattern.value.as_str()).filter(|pattern| of_service(pattern)) {
            if seen.insert(pattern) {
                all.push(pattern.to_owned());
            }
        }
    }
    all
}

/// Decides one action on one resource in every context that can make a difference.
fn compare(
    [old, new]: [&PolicySet; 2],
    subject: &Subject,
    resource: &Resource,
    (relevant, effort): (&[&Statement], &Effort),
    difference: &mut Difference,
) -> bool {
    let size: usize = relevant.iter().map(|statement| size(statement)).sum();
    if !effort.spend(size) {
        return false;
    }
    let touching: Vec<&Statement> =
        relevant.iter().filter(|statement| statement.resources().test(resource).is_ok()).copied().collect();
    let plain = Anybody.plain(&subject.action, resource);
    let (contexts, mut all) = contexts(&touching, &plain, &Anybody, effort);
    let mut gained: Vec<Example> = Vec::new();
    let mut lost: Vec<Example> = Vec::new();
    let total = contexts.len();
    for context in contexts {
        if !effort.spend(2 * size) {
            all = false;
            break;
        }
        let mut request = plain.clone();
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
            patterns: Vec::new(),
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
            let patterns = if subject.known { Vec::new() } else { patterns_beside(relevant, &subject.action) };
            into.push(Example { patterns, conditional, ..example });
        }
    }
    all
}

/// How much it is to ask a statement.
pub(super) fn size(statement: &Statement) -> usize {
    let (Actions::Action(actions) | Actions::NotAction(actions)) = statement.actions();
    let resources = match statement.resources() {
        Resources::Resource(patterns) | Resources::NotResource(patterns) => patterns.len(),
        Resources::Unstated => 0,
    };
    let operands: usize = statement.clauses().iter().map(|clause| 1 + clause.operands().len()).sum();
    1 + actions.len() + resources + operands
}

/// Whoever calls, of whom no more is known than of everybody.
#[derive(Debug, Clone, Copy)]
pub struct Anybody;

impl Manner for Anybody {
    fn plain(&self, action: &Action, resource: &Resource) -> Request {
        let account = resource.owner().unwrap_or(universe::ACCOUNT);
        Request::of(Principal::ram_user(account, "", "somebody"), action.clone(), resource.clone())
    }

    fn may_carry(&self, key: &str, value: Option<&str>) -> bool {
        usual::may_carry(key, value)
    }

    fn varies(&self, _: &str) -> bool {
        true
    }
}

/// Every combination of values that the clauses of these statements tell apart.
pub(super) fn contexts(
    statements: &[&Statement],
    plain: &Request,
    manner: &dyn Manner,
    effort: &Effort,
) -> (Vec<Vec<(String, String)>>, bool) {
    let mut by_key: Vec<(String, Vec<&Clause>)> = Vec::new();
    let clauses = statements.iter().flat_map(|statement| statement.clauses());
    // What a product never fills is in no request of it.
    let varies = |clause: &&Clause| manner.varies(clause.key().as_str()) && plain.context().may_carry(clause.key());
    for clause in clauses.filter(varies) {
        let key = clause.key().as_str();
        if !effort.spend(1 + by_key.iter().map(|(_, clauses)| clauses.len()).sum::<usize>()) {
            return (vec![Vec::new()], false);
        }
        match by_key.iter_mut().find(|(_, clauses)| clauses.iter().any(|other| other.key().is_same(clause.key()))) {
            Some((_, clauses)) => clauses.push(clause),
            None => by_key.push((key.to_owned(), vec![clause])),
        }
    }
    let mut all: Vec<Vec<(String, String)>> = vec![Vec::new()];
    let mut complete = true;
    for (key, clauses) in by_key {
        let (values, seen) = values::telling(&clauses, plain, manner, effort);
        complete &= seen;
        if all.len().saturating_mul(values.len()) > MOST_CONTEXTS || effort.is_spent() {
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
    (all, complete)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::set::PolicyRef;
    use crate::{Document, DocumentKind};

    fn set(statements: &[String]) -> PolicySet {
        let text = format!(r#"{{"Version":"1","Statement":[{}]}}"#, statements.join(","));
        let document = Document::stored(DocumentKind::Identity, &text).expect("a document");
        PolicySet::compile([(PolicyRef::named("P"), Arc::new(document))])
    }

    fn allow(action: &str, resource: &str, values: &[String]) -> String {
        let condition = serde_json::json!({"NumericEquals": {"acs:N": values}, "StringLike": {"acs:S": values}});
        format!(r#"{{"Effect":"Allow","Action":"{action}","Resource":"{resource}","Condition":{condition}}}"#)
    }

    #[test]
    fn whatever_a_client_makes_up_has_an_end() {
        let many = || 0..40_usize;
        let numbers: Vec<String> = (0..2_000).map(|number| number.to_string()).collect();
        let one = [String::from("1")];
        let wild: Vec<_> = many().map(|number| format!("*{number}?x*")).collect();
        let actions: Vec<_> = wild.iter().map(|part| allow(&format!("oss:{part}"), "*", &one)).collect();
        let regions: Vec<_> =
            wild.iter().map(|part| allow("oss:GetObject", &format!("acs:oss:{part}:{part}:x"), &one)).collect();
        let paths: Vec<_> =
            wild.iter().map(|part| allow("oss:GetObject", &format!("acs:oss:*:*:{part}"), &one)).collect();
        let operands = [allow("oss:GetObject", "*", &numbers)];
        let literal: Vec<_> = (0..2_000).map(|number| allow(&format!("oss:Get{number}"), "*", &one)).collect();
        let plain = set(&[allow("oss:GetObject", "*", &one)]);
        for (what, statements) in [
            ("actions", &actions[..]),
            ("regions", &regions),
            ("paths", &paths),
            ("operands", &operands),
            ("literal", &literal),
        ] {
            let effort = Effort::of(200_000);
            assert!(!diff_with([&plain, &set(statements)], &[], &effort).complete, "{what}");
        }
        assert!(diff_with([&plain, &plain], &[], &Effort::of(200_000)).complete);
    }
}
