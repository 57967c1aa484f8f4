//! Scenario files: YAML that a person who knows Alibaba Cloud can read aloud.
//!
//! ```yaml
//! title: A RAM user may read a bucket with a policy for it
//! story: >
//!   Bob has no policy, and is denied. Alice has one.
//! given:
//!   users:
//!     alice: AliyunOSSReadOnlyAccess
//!     bob:
//! steps:
//!   - as: bob
//!     call: Oss.GetBucketInfo
//!     with: {Bucket: flows}
//!     expect: {denied: oss:GetBucketInfo}
//! compare:
//!   permissions:
//!     - actions: [oss:GetObject, oss:PutObject]
//!       on: acs:oss:*:*:flows/*
//! ```
//!
//! Loading a file gives a [`Scenario`] or all of its [`Mistake`]s, each with its place. Nothing
//! runs here.

mod argument;
mod compare;
mod expect;
mod given;
mod load;
mod mistake;
mod path;
mod reader;
mod scope;
mod step;
mod template;
mod yaml;

pub use crate::source::{Source, Spanned};
pub use argument::{Argument, Unfilled};
pub use compare::{Compare, Permissions};
pub use expect::{Denied, Expect, FieldTest, Refusal, Test};
pub use given::DEFAULT_REGION;
pub use load::{LoadError, Loaded, load};
pub use mistake::Mistake;
pub use path::FieldPath;
pub use scope::{Caller, DEFAULT_ACCOUNT};
pub use step::{Call, PolicyVersion, Step, StepKind, SystemPolicies};
pub use template::{Template, Variables};

use std::sync::Arc;

use scope::Scope;

/// One scenario, read and checked.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its file under the root, without extension: `langstudio/owner-authorizes`.
    pub name: String,
    /// Its file.
    pub source: Source,
    /// What it shows.
    pub title: Spanned<String>,
    /// How it came about, in a paragraph.
    pub story: String,
    /// The aliases of its accounts, the default one first.
    pub accounts: Vec<String>,
    /// The region its calls address.
    pub region: String,
    /// The time on the cloud's clock when it starts.
    pub time: String,
    /// What runs before its steps: other scenarios' steps, then those behind `given.users`.
    pub given: Vec<GivenStep>,
    /// Its steps.
    pub steps: Vec<Step>,
    /// What its snapshot holds beside the state.
    pub compare: Compare,
    /// What is odd in its file and no mistake.
    pub doubts: Vec<Mistake>,
    scope: Scope,
}

/// A step that a scenario starts from.
#[derive(Clone, Debug)]
pub struct GivenStep {
    /// The file it comes from.
    pub source: Source,
    /// The step.
    pub step: Arc<Step>,
}

impl Scenario {
    /// A caller as the scenario would write it.
    pub fn display_caller(&self, caller: &Caller) -> String {
        self.scope.display(caller)
    }

    /// All calls, in order, each with the file that it comes from.
    pub fn all_steps(&self) -> impl Iterator<Item = (&Source, &Step)> {
        let given = self.given.iter().map(|given| (&given.source, given.step.as_ref()));
        given.chain(self.steps.iter().map(|step| (&self.source, step)))
    }
}
