//! Finitely many requests that stand for all that some statements tell apart.

use super::cells::{self, Element, Form};
use super::compare::{actions, contexts, literal_actions, representatives};
use super::universe;
use crate::action::Action;
use crate::document::{Document, Statement};
use crate::resource::Resource;

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
/// others can fit a request at once. Whatever decides by these statements decides every request as one of these. `varies` says
/// which condition keys a request may fill as it likes. Whose a resource is counts beside what statements say: one of the others
/// has to tell the caller's account from the rest (`acs:*:*:ACCOUNT:*`). The second is `false` if there were too many to see them all.
pub fn representatives_of(
    asked: &Document,
    others: &[&Document],
    known: &[Action],
    varies: impl Fn(&str) -> bool,
) -> (Vec<Representative>, bool) {
    let statements: Vec<&Statement> =
        others.iter().flat_map(|document| document.statements()).chain(asked.statements()).collect();
    let elements: Vec<Element> = statements.iter().map(|statement| actions(statement)).collect();
    let (found, mut complete) = cells::cells(&elements, Form::ACTION);
    let named: Vec<Action> = statements.iter().flat_map(|statement| literal_actions(statement)).collect();
    let known: Vec<(&Action, Vec<bool>)> = named
        .iter()
        .chain(known)
        .map(|action| (action, cells::fits(&elements, &action.as_str().to_ascii_lowercase())))
        .collect();
    let mut all = Vec::new();
    for cell in &found {
        let alike: Vec<&Action> =
            known.iter().filter(|(_, fits)| *fits == cell.fits).map(|(action, _)| *action).collect();
        for subject in representatives(cell, &alike) {
            let covers = |statement: &Statement| statement.actions().test(&subject.action).is_ok();
            if !asked.statements().iter().any(covers) {
                continue;
            }
            let relevant: Vec<&Statement> = statements.iter().copied().filter(|statement| covers(statement)).collect();
            let (resources, seen) = universe::resources(&relevant, subject.action.service());
            complete &= seen;
            for resource in resources {
                let on = |statement: &Statement| statement.resources().test(&resource).is_ok();
                if !asked.statements().iter().any(|statement| covers(statement) && on(statement)) {
                    continue;
                }
                let touching: Vec<&Statement> = relevant.iter().copied().filter(|one| on(one)).collect();
                let (contexts, seen) = contexts(&touching, &varies);
                complete &= seen;
                all.push(Representative { action: subject.action.clone(), known: subject.known, resource, contexts });
            }
        }
    }
    (all, complete)
}
