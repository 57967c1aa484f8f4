//! The resources that tell statements apart: `*`, and an ARN for every cell of the patterns' fields and relative ids.

use super::cells::{self, Element, Form};
use super::effort::Effort;
use crate::document::{Resources, Statement};
use crate::resource::{Resource, ResourcePattern};

/// The account of examples whose account no pattern names.
pub(super) const ACCOUNT: &str = "1234567890123456";
/// The region of examples whose region no pattern names.
const REGION: &str = "cn-hangzhou";

/// One resource for each cell, and whether all cells were seen.
pub(super) fn resources(statements: &[&Statement], service: &str, effort: &Effort) -> (Vec<Resource>, bool) {
    let patterns: Vec<&ResourcePattern> = statements.iter().flat_map(|statement| patterns_of(statement)).collect();
    let mut complete = true;
    let mut fields = |index: usize, usual: &str| {
        let globs = patterns.iter().filter_map(|pattern| field(pattern, index));
        let (texts, all) = field_texts(globs, usual, effort);
        complete &= all;
        texts
    };
    let (services, regions, accounts) =
        (fields(1, &service.to_ascii_lowercase()), fields(2, REGION), fields(3, ACCOUNT));
    let mut found: Vec<Resource> = vec![Resource::All];
    for service in &services {
        for region in &regions {
            for account in &accounts {
                if !effort.spend(patterns.len().saturating_mul(3)) {
                    return (found, false);
                }
                let front = format!("acs:{service}:{region}:{account}:");
                let elements: Vec<Element> = statements
                    .iter()
                    .map(|statement| relative(statement, [service, region, account], &front, effort))
                    .collect();
                let (cells, all) = cells::cells(&elements, Form::TEXT, effort);
                complete &= all;
                found.extend(cells.into_iter().filter_map(|cell| Resource::parse(&format!("{front}{}", cell.text))));
            }
        }
    }
    (found, complete)
}

fn patterns_of(statement: &Statement) -> impl Iterator<Item = &ResourcePattern> {
    let patterns = match statement.resources() {
        Resources::Resource(patterns) | Resources::NotResource(patterns) => &**patterns,
        Resources::Unstated => &[],
    };
    patterns.iter().map(|pattern| &pattern.value)
}

/// A field of a pattern with five; an empty region or account stands for any.
fn field(pattern: &ResourcePattern, index: usize) -> Option<&str> {
    if pattern.is_any() || pattern.is_short() {
        return None;
    }
    let text = pattern.as_str().splitn(5, ':').nth(index)?;
    Some(if text.is_empty() { "*" } else { text })
}

/// A text for each cell that the patterns of one field make; the usual one where it falls into the cell.
fn field_texts<'p>(globs: impl Iterator<Item = &'p str>, usual: &str, effort: &Effort) -> (Vec<String>, bool) {
    let mut distinct: Vec<&str> = globs.filter(|glob| *glob != "*").collect();
    distinct.sort_unstable();
    distinct.dedup();
    let elements: Vec<Element> = distinct
        .iter()
        .map(|glob| {
            let mut element = Element::default();
            element.add(glob, false);
            element
        })
        .collect();
    let usual_fits = cells::fits(&elements, usual, effort);
    let (cells, all) = cells::cells(&elements, Form::FIELD, effort);
    let texts = cells.into_iter().map(|cell| if cell.fits == usual_fits { usual.to_owned() } else { cell.text });
    (texts.collect(), all)
}

/// The relative ids of those patterns whose other fields fit.
fn relative(statement: &Statement, fields: [&String; 3], front: &str, effort: &Effort) -> Element {
    let mut element = match statement.resources() {
        Resources::NotResource(_) => Element::negated(),
        Resources::Resource(_) | Resources::Unstated => Element::default(),
    };
    for pattern in patterns_of(statement) {
        if pattern.is_any() {
            element.add("*", false);
        } else if pattern.is_short() {
            element.add_behind(pattern.as_str(), front, false);
        } else if fields
            .iter()
            .zip(1..)
            .all(|(given, index)| field(pattern, index).is_some_and(|glob| one(glob, given, effort)))
            && let Some(id) = pattern.as_str().splitn(5, ':').nth(4)
        {
            // Role names compare without regard to letter case.
            let fold = id.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("role/"));
            element.add(id, fold);
        }
    }
    element
}

fn one(glob: &str, text: &str, effort: &Effort) -> bool {
    let mut element = Element::default();
    element.add(glob, false);
    cells::fits(&[element], text, effort) == [true]
}
