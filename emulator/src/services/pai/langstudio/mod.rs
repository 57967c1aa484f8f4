//! PAILangStudio, 2024-07-10: application flows and their snapshots.
//!
//! What LangStudio keeps lies in the account's own OSS, where LangStudio reaches it through its service role and nothing
//! else: what the role may not do fails, whoever the person is.

mod backend;
mod flows;
mod snapshots;
mod storage;
mod table;

pub use table::{LANGSTUDIO, table};
