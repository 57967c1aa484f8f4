//! RPC: one path, the operation named by `Action` and `Version` or by V3's headers, parameters in query and form.

mod read;

pub(in crate::wire) use read::wants_json;
pub(crate) use read::{Named, names, read};
