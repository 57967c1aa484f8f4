//! What is known from an earlier run: of the same scenarios, with the same change.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::io;
use std::path::Path;

use serde_json::json;

use super::change::Change;
use super::found::Noticed;
use super::sites::Site;
use crate::files;
use crate::runner::{Plan, Target};
use crate::scenario::Scenario;

/// By a change's key, what noticed it.
#[derive(Debug, Default)]
pub(super) struct Cache(BTreeMap<String, Noticed>);

impl Cache {
    /// The one in a file; an empty one where there is none, or one that is not understood.
    pub(super) fn read(file: Option<&Path>) -> Self {
        let text = file.and_then(|file| std::fs::read_to_string(file).ok());
        Self(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    pub(super) fn get(&self, key: &str) -> Option<Noticed> {
        self.0.get(key).cloned()
    }

    /// Writes what was found, and nothing else.
    pub(super) fn write(file: &Path, known: &BTreeMap<String, Noticed>) -> io::Result<()> {
        let text = serde_json::to_string_pretty(known).map_err(io::Error::other)?;
        files::write(file, text.as_bytes())
    }
}

/// What of a plan counts for every change: the program, the seed, the system policies in force, and whether scenarios go on.
pub(super) fn world(plan: &Plan) -> u64 {
    let mut hasher = DefaultHasher::new();
    (env!("CARGO_PKG_VERSION"), plan.keep_going).hash(&mut hasher);
    match &plan.target {
        Target::Own { seed, system_policies } => {
            seed.hash(&mut hasher);
            for policy in system_policies.iter().flat_map(|policies| policies.iter()) {
                json!(policy).to_string().hash(&mut hasher);
            }
        }
        Target::Endpoint { authority, .. } | Target::Begun { authority, .. } => authority.hash(&mut hasher),
    }
    hasher.finish()
}

/// What tells a change in some scenarios from others: what counts for all, the scenarios, which policy it is, and what it says then.
///
/// CHOICE: a hash of 64 bits; who finds two alike is told of one change less.
pub(super) fn key(world: u64, scenarios: &[&Scenario], site: &Site, change: &Change, by_behaviour: bool) -> String {
    let mut hasher = DefaultHasher::new();
    (world, by_behaviour, &change.what, change.document.to_string()).hash(&mut hasher);
    (site.kind, &site.name, &site.place).hash(&mut hasher);
    for scenario in scenarios {
        let Scenario { name, accounts, region, time, source_address, seed, keep_going, state, compare, .. } = scenario;
        (name, region, time, source_address, seed, keep_going).hash(&mut hasher);
        format!("{accounts:?} {compare:?} {}", json!(state.as_deref())).hash(&mut hasher);
        for step in scenario.all_steps() {
            (step.source.text(), format!("{:?}", step.kind)).hash(&mut hasher);
        }
    }
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use acslab_emulator::SystemPolicies;

    use super::*;

    #[test]
    fn a_plan_with_another_seed_or_other_system_policies_is_another() {
        let of = |seed, policies: Option<SystemPolicies>| {
            let target = Target::Own { seed, system_policies: policies.map(Arc::new) };
            world(&Plan { target, ..Plan::default() })
        };
        let moved = |version| SystemPolicies::shipped().moved("AliyunTracingAnalysisReadOnlyAccess", version).unwrap();
        let all = [of(1, None), of(2, None), of(1, Some(moved("v5"))), of(1, Some(moved("v7")))];
        let different: std::collections::BTreeSet<_> = all.into_iter().collect();
        assert_eq!(different.len(), all.len());
        assert_eq!(of(1, Some(moved("v5"))), all[2]);
    }
}
