//! Finitely many requests that stand for all that some statements tell apart.

use super::cells::{self, Element, Form};
use super::compare::{actions, contexts, size};
use super::effort::Effort;
use super::known::{Known, literal_actions};
use super::universe;
use crate::action::Action;
use crate::document::{Document, Statement};
use crate::request::Request;
use crate::resource::Resource;

/// What the requests are like that are to be stood for.
pub trait Manner {
    /// A request that says nothing of itself: what it carries all the same, a request has that says no more of the key.
    fn plain(&self, action: &Action, resource: &Resource) -> Request;

    /// May a request carry this value under a key, or (`None`) what the plain one has there?
    fn may_carry(&self, key: &str, value: Option<&str>) -> bool;

    /// May a request carry anything else than the plain one?
    fn varies(&self, key: &str) -> bool;
}

/// An action on a resource that stands for all that are treated alike, in every context that makes a difference.
#[derive(Debug, Clone)]
pub struct Representative {
    /// The action.
    pub action: Action,
    /// Is it one that is known or named? Otherwise it is made up.
    pub known: bool,
    /// The resource.
    pub resource: Resource,
    /// The contexts: which keys it carries, with which values.
    pub contexts: Vec<Vec<(String, String)>>,
}

/// The requests that a document covers by its actions and resources, one for each way in which its statements and those of the
/// others can fit a request at once. Whatever decides by these statements decides every request as one of these. Whose a resource is counts beside what statements say: one of the others
/// has to tell the caller's account from the rest (`acs:*:*:ACCOUNT:*`). The second is `false` if there were too many to see them all.
pub fn representatives_of(
    asked: &Document,
    others: &[&Document],
    known: &[Action],
    manner: &dyn Manner,
) -> (Vec<Representative>, bool) {
    representatives_within(asked, others, known, manner, &Effort::of_one())
}

/// The same as one step of a comparison of several: as far as what is left of its effort goes.
pub fn representatives_within(
    asked: &Document,
    others: &[&Document],
    known: &[Action],
    manner: &dyn Manner,
    effort: &Effort,
) -> (Vec<Representative>, bool) {
    let statements: Vec<&Statement> =
        others.iter().flat_map(|document| document.statements()).chain(asked.statements()).collect();
    let elements: Vec<Element> = statements.iter().map(|statement| actions(statement)).collect();
    let (found, mut complete) = cells::cells(&elements, Form::ACTION, effort);
    let named: Vec<Action> = statements.iter().flat_map(|statement| literal_actions(statement)).collect();
    let known = Known::of(&elements, named.iter().chain(known), effort);
    complete &= known.complete;
    let all_size: usize = statements.iter().map(|statement| size(statement)).sum();
    let mut all = Vec::new();
    for cell in &found {
        for subject in known.representatives(cell) {
            if !effort.spend(all_size) {
                return (all, false);
            }
            let covers = |statement: &Statement| statement.actions().test(&subject.action).is_ok();
            if !asked.statements().iter().any(covers) {
                continue;
            }
            let relevant: Vec<&Statement> = statements.iter().copied().filter(|statement| covers(statement)).collect();
            let (resources, seen) = universe::resources(&relevant, subject.action.service(), effort);
            complete &= seen;
            for resource in resources {
                if !effort.spend(all_size) {
                    return (all, false);
                }
                let on = |statement: &Statement| statement.resources().test(&resource).is_ok();
                if !asked.statements().iter().any(|statement| covers(statement) && on(statement)) {
                    continue;
                }
                let touching: Vec<&Statement> = relevant.iter().copied().filter(|one| on(one)).collect();
                let (contexts, seen) = contexts(&touching, &manner.plain(&subject.action, &resource), manner, effort);
                complete &= seen;
                all.push(Representative { action: subject.action.clone(), known: subject.known, resource, contexts });
            }
        }
    }
    (all, complete)
}
