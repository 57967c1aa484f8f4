//! What would notice a change: the permission to compare, found by comparing the policies themselves.

use std::sync::Arc;

use acslab_policy::{Attachment, Dialect, Document, DocumentKind, Example, PolicyRef, PolicySet, PolicyType, diff};
use serde_json::Value;

use super::change::Change;
use super::sites::Site;
use crate::coverage::Kind;
use crate::simulate::remedies::known_actions;

/// In YAML, for `compare`, or in words.
pub(super) fn suggestion(site: &Site, change: &Change) -> Option<String> {
    if matches!(site.kind, Kind::Trust | Kind::Bucket) {
        return Some("a step in which somebody whom the change lets in, or shuts out, is expected to be".to_owned());
    }
    let (old, new) = (set(&site.document)?, set(&change.document)?);
    let found = diff(&old, &new, &known_actions());
    let example = found.gained.first().or_else(|| found.lost.first());
    let Some(example) = example else {
        return found.complete.then(|| "nothing can: what the policy allows is the same without it".to_owned());
    };
    Some(question(example))
}

fn question(example: &Example) -> String {
    let resource = if example.any_resource { String::new() } else { format!(", on: \"{}\"", example.resource) };
    let when = if example.conditional && !example.context.is_empty() {
        let keys: Vec<_> = example.context.iter().map(|(key, value)| format!("\"{key}\": \"{value}\"")).collect();
        format!(", when: {{{}}}", keys.join(", "))
    } else {
        String::new()
    };
    format!("compare: {{permissions: [{{actions: [\"{}\"]{resource}{when}}}]}}", example.action)
}

fn set(document: &Value) -> Option<PolicySet> {
    let document = Document::parse_with(DocumentKind::Identity, &document.to_string(), &Dialect::STORED).ok()?;
    let reference =
        PolicyRef { name: "policy".into(), kind: PolicyType::Inline, version: None, attached: Attachment::None };
    Some(PolicySet::compile([(reference, Arc::new(document))]))
}
