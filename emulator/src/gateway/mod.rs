//! The one way in. A request goes through the stages in this order, each giving the next a typed value:
//!
//! `route` → `authenticate` → `locate` → `describe` → `authorize` → `perform` → `record` → `respond`
//!
//! A service that acts on its own (LangStudio writing to OSS as its service role) enters behind `authenticate`, as a
//! caller that this crate made; everything after that is the same.

mod admit;
mod authenticate;
mod authorize;
mod call_out;
mod decide;
mod describe;
mod locate;
mod perform;
mod record;
mod route;
mod unknown;
mod way;

pub(crate) use admit::{Read, Reading};
pub use authorize::Denials;
pub use call_out::CallsOut;
pub(crate) use decide::decide;
pub(crate) use describe::{Circumstances, ask, ask_as, role_of_arn, roles_in};
pub(crate) use locate::{locate_for, suppose};
pub use perform::NotPerformed;
pub use way::Gateway;

pub use crate::operation::read_diagnostic_message;
pub use crate::operation::{
    About, Absent, Access, Act, Asked, AuditTrail, Call, Caller, Characters, Check, Decided, Entry, Facts, Federation,
    Form, Gate, Inside, Json, Level, Need, Needed, Noted, Operation, OwnPolicy, Parameter, Perform, Product, Refused,
    Route, Selector, Sought, Source, Stage, Style, Takes, Words, forbidden_ram,
};
pub(crate) use crate::wire::BodyFault;
pub(crate) use crate::wire::oss::{endpoint_region as oss_endpoint_region, is_host_of_bucket as oss_host_has_bucket};
pub use crate::wire::{AccessDenied, ApiError, Arguments, Body, HttpRequest, KeyProblem, ObjectAddress, Reply};
