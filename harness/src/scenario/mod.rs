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
mod definition;
mod expect;
mod fill;
mod find;
mod given;
mod lesson;
mod load;
#[cfg(test)]
mod misfit;
mod path;
mod reader;
mod schema;
mod scope;
mod slips;
mod step;
mod template;
mod trusted;

pub use crate::source::{Source, Spanned};
pub use crate::written::mistake::Mistake;
use crate::written::{file, mistake, yaml};
pub use argument::{Argument, Unfilled};
pub use compare::{Compare, Permissions};
pub use definition::Scenario;
pub use expect::{
    DecidedLine, DecidedSet, Denied, Expect, FieldTest, Outcome, Pattern, Refusal, Test, Who, layer_word,
};
pub use given::{Account, DEFAULT_REGION};
pub use lesson::{Check, Language, Lesson, Task, Text, Try};
pub use load::{Broken, LoadError, Loaded, each_once, load, read};
#[cfg(test)]
pub(crate) use misfit::misfit;
pub use path::FieldPath;
pub use schema::SCHEMA;
pub use scope::{Caller, DEFAULT_ACCOUNT};
pub use step::{
    Act, Call, Checkpoint, Circumstances, Control, Deed, Http, Moved, PolicyVersion, Program, Repeat, Row, Signing,
    Step, StepKind, SystemPolicies, Whose,
};
pub use template::{Template, Variables};
