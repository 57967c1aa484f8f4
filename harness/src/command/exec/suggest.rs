//! The smallest policy for what was called: what each call needed, and nothing else.

use acslab_emulator::{Decided, Entry};
use acslab_policy::Verdict;
use serde_json::Value;

use crate::suggest::{Use, document};

/// The smallest policy document that allows what these calls needed; `None` where they needed nothing. It names every resource as it
/// was asked for, and keeps the conditions under which it was allowed.
pub(super) fn policy<'e>(calls: impl IntoIterator<Item = &'e Entry>) -> Option<Value> {
    let uses: Vec<Use> = calls.into_iter().flat_map(|call| needs(&call.decided)).map(Use::of).collect();
    (!uses.is_empty()).then(|| document(&uses, false))
}

/// What a call needed: of what was asked under several names, the one that was allowed, or else the first.
pub(super) fn needs(decided: &[Decided]) -> impl Iterator<Item = &Decided> {
    decided.chunk_by(|_, next| next.instead).filter_map(|names| {
        let allowed = names.iter().find(|one| one.decision.verdict == Verdict::Allow);
        allowed.or(names.first())
    })
}
