//! The actions that examples are taken from where they can.

use std::collections::{HashMap, HashSet};

use super::cells::{self, Cell, Element};
use super::effort::Effort;
use crate::action::Action;
use crate::document::{Actions, Statement};

/// Actions that are known or named, by the elements that they fit.
pub(super) struct Known<'a> {
    by_fits: HashMap<Vec<bool>, Vec<&'a Action>>,
    /// Were all looked at?
    pub(super) complete: bool,
}

impl<'a> Known<'a> {
    pub(super) fn of(elements: &[Element], actions: impl Iterator<Item = &'a Action>, effort: &Effort) -> Self {
        let mut known = Self { by_fits: HashMap::new(), complete: true };
        for action in actions {
            let fits = cells::fits(elements, &action.as_str().to_ascii_lowercase(), effort);
            known.by_fits.entry(fits).or_default().push(action);
            if effort.is_spent() {
                known.complete = false;
                break;
            }
        }
        known
    }

    /// The actions that stand for a cell: the first known one of each service with the others of the service beside it, or the text
    /// that was found.
    pub(super) fn representatives(&self, cell: &Cell) -> Vec<Subject> {
        let mut subjects: Vec<Subject> = Vec::new();
        let mut of_service: HashMap<String, usize> = HashMap::new();
        let mut seen: HashSet<String> = HashSet::new();
        for action in self.by_fits.get(&cell.fits).into_iter().flatten() {
            if !seen.insert(action.as_str().to_ascii_lowercase()) {
                continue;
            }
            let number = *of_service.entry(action.service().to_ascii_lowercase()).or_insert(subjects.len());
            match subjects.get_mut(number) {
                Some(subject) => subject.like.push(action.as_str().to_owned()),
                None => subjects.push(Subject { action: (*action).clone(), known: true, like: Vec::new() }),
            }
        }
        if subjects.is_empty() {
            let found = Action::parse(&cell.text);
            subjects.extend(found.map(|action| Subject { action, known: false, like: Vec::new() }));
        }
        subjects
    }
}

/// An action that stands for a cell.
pub(super) struct Subject {
    pub(super) action: Action,
    pub(super) known: bool,
    pub(super) like: Vec<String>,
}

/// The actions that a statement names without wildcards, in its own spelling.
pub(super) fn literal_actions(statement: &Statement) -> impl Iterator<Item = Action> {
    let (Actions::Action(patterns) | Actions::NotAction(patterns)) = statement.actions();
    patterns
        .iter()
        .filter(|pattern| pattern.value.is_literal())
        .filter_map(|pattern| Action::parse(pattern.value.as_str()))
}
