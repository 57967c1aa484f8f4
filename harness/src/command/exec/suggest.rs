//! The smallest policy for what was called: what each call needed, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use acslab_emulator::{Decided, Entry};
use acslab_policy::Verdict;
use serde_json::{Value, json};

/// The smallest policy document that allows what these calls needed; `None` where they needed nothing. It names every resource as it
/// was asked for.
pub(super) fn policy<'e>(calls: impl IntoIterator<Item = &'e Entry>) -> Option<Value> {
    let mut by_action: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for call in calls {
        for need in needs(&call.decided) {
            by_action.entry(need.action()).or_default().insert(need.resource());
        }
    }
    // Actions on the same resources stand in one statement.
    let mut by_resources: BTreeMap<BTreeSet<&str>, Vec<&str>> = BTreeMap::new();
    for (action, resources) in by_action {
        by_resources.entry(resources).or_default().push(action);
    }
    let mut statements: Vec<_> = by_resources.into_iter().collect();
    statements.sort_by(|a, b| a.1.cmp(&b.1));
    let statements: Vec<_> = statements
        .into_iter()
        .map(|(resources, actions)| json!({"Effect": "Allow", "Action": actions, "Resource": resources}))
        .collect();
    (!statements.is_empty()).then(|| json!({"Version": "1", "Statement": statements}))
}

/// What a call needed: of what was asked under several names, the one that was allowed, or else the first.
pub(super) fn needs(decided: &[Decided]) -> impl Iterator<Item = &Decided> {
    decided.chunk_by(|_, next| next.instead).filter_map(|names| {
        let allowed = names.iter().find(|one| one.decision.verdict == Verdict::Allow);
        allowed.or(names.first())
    })
}
