//! For whom a change of a statement holds beside the caller.

use serde_json::Value;

use super::propose::Case;
use super::{Change, edit};
use crate::set::Attachment;

/// What the changed policies are attached to where others are under it and are meant, too.
pub(super) fn reach(case: Case<'_>, changes: &[Change]) -> Vec<Attachment> {
    let mut all: Vec<Attachment> = Vec::new();
    for attached in changes.iter().filter_map(|change| of_change(case, change)) {
        if !all.contains(&attached) {
            all.push(attached);
        }
    }
    all
}

fn of_change(case: Case<'_>, change: &Change) -> Option<Attachment> {
    let (Change::ReplaceStatement { target, .. } | Change::RemoveStatement(target)) = change else { return None };
    let after = change.changed();
    let (_, document) = case.draft.document(target.layer, target.node, target.index)?;
    let before = edit::statement_of(document, target.statement)?;
    if after.is_some_and(|after| excepted(after) > excepted(&before)) {
        return None;
    }
    // What is taken out is taken from those that it named.
    let named = after.unwrap_or(&before).get("Principal");
    let everybody = named.is_none_or(|named| named.to_string().contains("\"*\""));
    match &target.policy.attached {
        attached @ (Attachment::Group(_) | Attachment::Target(_)) => Some(attached.clone()),
        attached @ (Attachment::Bucket(_) | Attachment::Project(_)) => everybody.then(|| attached.clone()),
        _ => None,
    }
}

/// How many a statement excepts by name: one more is the caller.
fn excepted(statement: &Value) -> usize {
    edit::texts(statement.pointer("/Condition/StringNotEquals/acs:PrincipalARN")).len()
}
