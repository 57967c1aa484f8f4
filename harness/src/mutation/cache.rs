//! What is known from an earlier run: of the same scenarios, with the same change.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::io;
use std::path::Path;

use super::change::Change;
use super::found::Noticed;
use crate::files;
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

/// What tells a change in some scenarios from others: the program, the files of the scenarios, and what the policy says then.
///
/// CHOICE: a hash of 64 bits; who finds two alike is told of one change less.
pub(super) fn key(scenarios: &[&Scenario], change: &Change, snapshots: bool) -> String {
    let mut hasher = DefaultHasher::new();
    (env!("CARGO_PKG_VERSION"), snapshots, &change.what, change.document.to_string()).hash(&mut hasher);
    for scenario in scenarios {
        for step in scenario.all_steps() {
            (step.source.text(), format!("{:?}", step.kind)).hash(&mut hasher);
        }
        format!("{:?}", scenario.compare).hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}
