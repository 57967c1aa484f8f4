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
mod given;
mod given_state;
mod load;
mod mistake;
mod path;
mod reader;
mod scope;
mod step;
mod template;
mod value;
mod yaml;

pub use crate::source::{Source, Spanned};
pub use argument::{Argument, Unfilled};
pub use compare::{Compare, Permissions};
pub use definition::{GivenStep, Scenario};
pub use expect::{Denied, Expect, FieldTest, Refusal, Test};
pub use given::DEFAULT_REGION;
pub use load::{LoadError, Loaded, load};
pub use mistake::Mistake;
pub use path::FieldPath;
pub use scope::{Caller, DEFAULT_ACCOUNT};
pub use step::{Call, Control, PolicyVersion, Step, StepKind, SystemPolicies};
pub use template::{Template, Variables};
pub(crate) use value::Written;
