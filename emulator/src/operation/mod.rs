//! An operation as a value, a call of it on its way, and what is recorded of one.
//!
//! Products and operations are rows: those that come with the program are constants of their services, others are read from files.
//! Both are the same type, and [`Registry`](crate::registry::Registry) owns them.

mod access;
mod asks;
mod call;
mod caller;
mod check;
mod counts;
mod decided;
mod entry;
mod exchange;
mod facts;
mod held;
mod known;
mod needed;
mod noted;
mod parameter;
mod paths;
mod product;
mod record;
mod route;
mod row;
mod shape;
mod source;
mod text;
mod trail;
mod words;

pub use access::{Access, Prove};
pub(crate) use asks::Ask;
pub use asks::Asks;
pub use call::{Act, Call, Inside, Signed};
pub(crate) use caller::SESSION;
pub use caller::{Caller, Federation};
pub use check::{About, Asked, Check, Context, Finds, Items, nothing_more};
pub use counts::{Calls, Counts};
pub use decided::Decided;
pub use entry::{Entry, Stage};
pub use exchange::{Exchange, LONGEST_KEPT, LeftOut};
pub use facts::{Absent, Facts, Locate, OwnPolicy, Sought, nothing_known};
pub use known::{Known, Mark};
pub use needed::{Gate, Needed};
pub use noted::Noted;
pub use parameter::{Characters, Form, Json, Need, Parameter};
pub(crate) use paths::{Paths, names_in};
pub use product::{
    Besides, Complete, Find, Note, Product, Refuse, Style, Tells, Tend, forbidden_ram, no_permission,
    not_authorized_to_perform, nothing_besides,
};
pub(crate) use record::too_many_tags;
pub use record::{
    Draft, Field as RecordField, Hook, Hooks, Kind, Looked, Over, OverRecord, RecordAbout, RecordFile, RecordFileError,
    RecordProduct, Shape as RecordShape, Show, Verb, about_record, asked_of, is_seen, list_name, listed_records,
    person, record_id, resource_name, tags_in, tags_passed,
};
pub use route::{Level, Route, Selector};
pub use row::{Handler, Operation, Perform, Takes};
pub use shape::{Bounded, Bounds, Field, Names, Pattern, Place, Shape, Shaped, Written};
pub use source::Source;
pub use text::{Shared, Text, Texts};
pub(crate) use trail::diagnostic_message;
pub use trail::read_diagnostic_message;
pub use trail::{AuditTrail, DECISIONS_BYTES, Event};
pub use words::{Refused, Words};
