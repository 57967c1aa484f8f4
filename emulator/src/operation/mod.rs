//! An operation as a value, a call of it on its way, and what is recorded of one.
//!
//! Products and operations are rows: those that come with the program are constants of their services, others are read from files.
//! Both are the same type, and [`Registry`](crate::registry::Registry) owns them.

mod access;
mod asks;
mod call;
mod caller;
mod check;
mod decided;
mod entry;
mod facts;
mod needed;
mod parameter;
mod product;
mod record;
mod route;
mod row;
mod source;
mod text;
mod trail;

pub use access::{Access, Prove};
pub(crate) use asks::Ask;
pub use asks::Asks;
pub use call::{Call, Inside, Signed};
pub use caller::{Caller, Federation};
pub use check::{About, Asked, Check, Context, Items, nothing_more};
pub use decided::Decided;
pub use entry::{Entry, Stage};
pub use facts::{Absent, Facts, Locate, OwnPolicy, Sought, nothing_known};
pub use needed::Needed;
pub use parameter::{Characters, Form, Need, Parameter};
pub use product::{Product, Refuse, Style, forbidden_ram, no_permission};
pub use record::{OverRecord, Verb};
pub use route::{Level, Route, Selector};
pub use row::{Handler, Operation, Perform, Takes};
pub use source::Source;
pub use text::{Shared, Text, Texts};
pub use trail::{AuditTrail, DECISIONS_BYTES};
pub(crate) use trail::{diagnostic_message, read_diagnostic_message};
