//! The RAM policy language: parse, compile, decide, explain.
//!
//! ```
//! use std::sync::Arc;
//! use acslab_policy::{Document, DocumentKind, Layers, PolicyRef, PolicySet, Principal, Request, decide};
//!
//! let text = r#"{ "Version": "1", "Statement": [
//!     { "Effect": "Allow", "Action": "oss:Get*", "Resource": "acs:oss:*:*:photos/*" } ] }"#;
//! let document = Arc::new(Document::parse(DocumentKind::Identity, text)?);
//! let identity = PolicySet::compile([(PolicyRef::named("ReadPhotos"), document)]);
//!
//! let alice = Principal::ram_user("1234567890123456", "204567890123450001", "alice");
//! let request = Request::new(alice, "oss:GetObject", "acs:oss:*:1234567890123456:photos/a.jpg")?;
//! assert!(decide(&Layers::new(&identity), &request).is_allowed());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The crate is pure: no input or output, no clock, no global state. A [`Document`] is read once, with every fault
//! of a malformed one reported with its place ([`Malformed`]); a [`PolicySet`] is compiled once from the documents of
//! one layer; [`decide`] then answers any number of requests from any number of threads.
//!
//! What the public documentation leaves open is a named field of [`Dialect`].

mod action;
pub mod catalogue;
mod condition;
mod decide;
mod dialect;
mod diff;
mod document;
mod explain;
mod fault;
mod glob;
mod hash;
mod inline;
mod json;
mod kind;
mod layers;
pub mod lint;
mod near;
mod principal;
mod printable;
mod question;
mod reason;
mod remedy;
mod request;
mod resource;
mod sequence;
mod set;
mod shown;
mod text;

pub use action::{Action, ActionPattern};
pub use condition::{
    Clause, Comparison, ConditionKey, Context, Instant, Key, Network, Number, Operand, Operator, Order, Outcome,
    Quantifier, Value,
};
pub use decide::decide;
pub use dialect::{Dialect, LetterCase, ResourceCase};
pub use diff::{
    Anybody, Difference, Effort, Example, Manner, Representative, diff, may_carry, representatives_of,
    representatives_within,
};
pub use document::suggest::nearest as nearest_name;
pub use document::{Actions, Document, Effect, PrincipalPattern, Principals, Resources, Statement, is_account_id};
pub use explain::{
    Asked, ClauseTrace, ElementTrace, Explanation, Failure, KeyValues, PatternTrace, Place, StatementTrace, Step, Unit,
    ValueTrace, explain, node_name,
};
pub use fault::{Fault, FaultCode, Malformed};
pub use kind::DocumentKind;
pub use layers::{Decision, DefaultRule, Layer, Layers, PolicyLevel, ResourceLayer, StatementRef, Verdict};
pub use near::{NearKind, NearMiss, near_misses};
pub use principal::Principal;
pub use printable::printable;
pub use question::{OwnedLayers, OwnedResourceLayer, Question};
pub use reason::Reason;
pub use remedy::{
    Change, KeyOf, NewlyAllowed, Remedies, Remedy, Setting, Target, is_of_caller, ways_to_ask, would_allow,
};
pub use request::{Request, RequestError};
pub use resource::{Arn, Resource, ResourcePattern, ResourceTemplate};
pub use sequence::Skip;
pub use set::{Attachment, Policy, PolicyRef, PolicySet, PolicyType};
pub use shown::Shown;
pub use text::{Position, Span, Spanned};
