//! What the audit trail counts of all that it was told, remembered or not.

use std::collections::HashMap;
use std::hash::BuildHasher;

use acslab_policy::Verdict;

use super::{Entry, Stage};

/// How many series of calls are told apart; whatever comes then is counted together (CHOICE).
const SERIES: usize = 8_192;

/// Calls with one outcome of one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calls {
    /// The product; empty for all that were too many to tell apart.
    pub product: String,
    /// The operation.
    pub operation: String,
    /// The status of the answer.
    pub status: u16,
    /// How many.
    pub count: u64,
}

/// What was counted.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    hasher: foldhash::fast::FixedState,
    /// By a hash of what they have in common.
    calls: HashMap<u64, Calls, foldhash::fast::FixedState>,
    /// Questions to the policies: allowed, denied by a statement, denied by silence.
    pub decided: [u64; 3],
    /// Calls performed that the policies do not allow.
    pub reported: u64,
}

impl Counts {
    /// Counts a call.
    pub(super) fn add(&mut self, entry: &Entry) {
        let (product, operation): (&str, &str) = match entry.stage {
            // What a request names that names no operation may be anything.
            Stage::Route => ("(none)", "(none)"),
            _ => (&entry.operation.product.name, &entry.operation.name),
        };
        let mut key = self.hasher.hash_one((product, operation, entry.status));
        let full = self.calls.len() >= SERIES && !self.calls.contains_key(&key);
        if full {
            key = 0;
        }
        let calls = self.calls.entry(key).or_insert_with(|| {
            let (product, operation, status) = if full { ("", "", 0) } else { (product, operation, entry.status) };
            Calls { product: product.to_owned(), operation: operation.to_owned(), status, count: 0 }
        });
        calls.count += 1;
        for one in &entry.decided {
            let [allowed, denied, silent] = &mut self.decided;
            *match one.decision.verdict {
                Verdict::Allow => allowed,
                Verdict::ExplicitDeny => denied,
                Verdict::ImplicitDeny => silent,
            } += 1;
        }
        self.reported += u64::from(entry.reported);
    }

    /// The calls, by product, operation and status.
    pub fn calls(&self) -> Vec<&Calls> {
        let mut calls: Vec<_> = self.calls.values().collect();
        calls.sort_by(|a, b| (&a.product, &a.operation, a.status).cmp(&(&b.product, &b.operation, b.status)));
        calls
    }
}
