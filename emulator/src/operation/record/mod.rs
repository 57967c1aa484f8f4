//! Operations that are no more than a verb over a typed record.
//!
//! A product of this kind is a file: its kinds of records with their states, and which operation does which verb on which. What else
//! is to be known of an operation (its parameters, how it is named, what it needs) stands in its row.

mod about;
mod answer;
mod belonging;
mod course;
mod file;
mod fill;
mod filter;
mod given;
mod kind;
mod labels;
mod list;
mod make;
mod named;
mod once;
mod over;
mod past;
mod paths;
mod perform;
mod rehearse;
mod shape;
mod sought;
mod tags;
mod takes;
mod view;
mod words;

pub use about::{About as RecordAbout, about_record, asked_of, is_seen, list_name, resource_name};
pub use file::{Hooks, RecordFile, RecordFileError, RecordProduct};
pub use kind::Kind;
pub(crate) use labels::too_many_tags;
pub use labels::{tags_in, tags_passed};
pub use make::{id_in as record_id, person};
pub use named::listed_records;
pub use over::{Draft, Hook, Looked, Over, OverRecord, Show, Verb};
pub use shape::{Field, Shape};
