//! What others may want to see of a run, or change in it: the policies that are sent, those that count, and the cloud in the end.

use std::fmt;
use std::sync::Arc;

use acslab_emulator::{EmulatorHandle, StandIns};
use serde_json::Value;

use crate::client::Given;

/// Which of the policies that a scenario sends: in which branch of what goes on at the same time, and the how manieth of it. The same in
/// every run, whichever branch is faster.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Empty for what is in none.
    pub branch: String,
    /// From 0.
    pub number: usize,
}

/// A policy on its way to the cloud.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    /// The scenario's name.
    pub scenario: &'a str,
    /// Which of the policies that the scenario sends.
    pub place: &'a Place,
    /// The operation: `Ram.CreatePolicy`.
    pub operation: &'a str,
    /// The other parameters, for its name.
    pub parameters: &'a [(String, Given)],
    /// What it says.
    pub document: &'a Value,
    /// The file that it comes from, if it is one.
    pub file: Option<&'a std::path::Path>,
}

/// Sees each policy that is sent; gives another one to send in its place.
type SeesPolicy = dyn Fn(&Sent<'_>) -> Option<Value> + Send + Sync;
/// Sees whether the cloud took the call that a policy was sent with.
type SeesTaken = dyn Fn(&str, &Place, bool) + Send + Sync;
/// Sees the cloud of a scenario that ended, by the scenario's name.
type SeesEnd = dyn Fn(&str, &EmulatorHandle) + Send + Sync;

/// Nobody, unless they are set.
#[derive(Clone, Default)]
pub struct Hooks {
    /// Sees the policies.
    pub policy: Option<Arc<SeesPolicy>>,
    /// Sees what became of the policies: by scenario and place, whether the call succeeded.
    pub taken: Option<Arc<SeesTaken>>,
    /// Sees the cloud in the end; an emulator of the run's own only.
    pub ended: Option<Arc<SeesEnd>>,
    /// What counts in the place of policies that are attached; in an emulator of the run's own only.
    pub stand_ins: Option<Arc<StandIns>>,
}

/// Nobody looks on.
pub(super) static NOBODY: Hooks = Hooks { policy: None, taken: None, ended: None, stand_ins: None };

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks").finish_non_exhaustive()
    }
}

/// The policy that a parameter is, if it is one.
pub(super) fn document_in(given: &Given) -> Option<Value> {
    let read = |text: &str| if text.trim_start().starts_with('{') { serde_json::from_str(text).ok() } else { None };
    let value = match given {
        Given::Json(Value::String(text)) => read(text)?,
        Given::Json(value) => value.clone(),
        Given::Bytes(bytes) => read(std::str::from_utf8(bytes).ok()?)?,
    };
    value.get("Statement").is_some().then_some(value)
}
