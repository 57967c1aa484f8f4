//! Rehearsals: a call with `DryRun` is decided and checked as any other, and answered that it would be done. Nothing is.

use super::over::OverRecord;
use super::words::Words;
use crate::operation::Call;

/// The parameter that makes a call one.
const DRY_RUN: &str = "DryRun";

impl OverRecord {
    /// What a rehearsal is answered that would be done; none where the call is no rehearsal.
    pub(super) fn rehearsed(&self, call: &Call<'_>) -> Option<&Words> {
        let words = self.product.rehearsed.as_ref()?;
        (call.arguments.flag(DRY_RUN) && self.has(call, DRY_RUN)).then_some(words)
    }

    /// Is the call a rehearsal? Whatever is about to write asks this last.
    pub(super) fn is_rehearsed(&self, call: &Call<'_>) -> bool {
        self.rehearsed(call).is_some()
    }

    /// Does the operation take a parameter?
    pub(super) fn has(&self, call: &Call<'_>, name: &str) -> bool {
        let typed = self.takes.as_ref().is_some_and(|takes| takes.iter().any(|field| field.name == name));
        typed || call.operation.parameters.iter().any(|parameter| parameter.name == name)
    }
}
