//! Policies that count in the place of those that are attached: for whoever tries whether smaller ones would do.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use acslab_policy::{Document, PolicySet};

/// By principal, what counts in the place of its policies. What is attached stays attached, and is told as ever; decisions alone are
/// made by what stands in. Of a principal that is here, a policy that nothing stands in for counts for nothing.
#[derive(Debug, Clone, Default)]
pub struct StandIns(BTreeMap<String, HashMap<String, Arc<Document>>>);

impl StandIns {
    /// From now on the policies of a RAM user or role, by its ARN, count for nothing but what stands in for them.
    pub fn principal(&mut self, arn: &str) {
        self.0.entry(arn.to_ascii_lowercase()).or_default();
    }

    /// What stands in for a document of a principal, wherever it is attached: to itself or to a group, for the account or a resource
    /// group. It is told from others by its text: another version has another.
    pub fn put(&mut self, arn: &str, text: &str, document: Arc<Document>) {
        self.0.entry(arn.to_ascii_lowercase()).or_default().insert(text.to_owned(), document);
    }

    /// What counts for a principal in the place of its policies.
    pub(crate) fn of(&self, arn: &str, attached: PolicySet) -> PolicySet {
        let Some(instead) = self.0.get(&arn.to_ascii_lowercase()) else { return attached };
        PolicySet::compile(attached.policies().iter().filter_map(|policy| {
            let document = instead.get(policy.document.text())?;
            Some((policy.reference.clone(), Arc::clone(document)))
        }))
    }
}
