//! PAILangStudio, 2024-07-10: application flows, what they run on, and what they know.
//!
//! What LangStudio keeps lies in the account's own OSS, and what runs is a resource of another product. LangStudio reaches them through
//! its service role and nothing else: what the role may not do fails, whoever the person is.

mod archive;
mod backend;
mod chunks;
mod deployments;
mod files;
mod flows;
mod index;
mod jobs;
mod knowledge_bases;
mod products;
mod records;
mod runtimes;
mod schedule;
mod snapshots;
mod stages;
mod storage;
mod table;

pub use table::{LANGSTUDIO, table};
