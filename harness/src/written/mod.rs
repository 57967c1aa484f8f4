//! YAML files as they are written: every part with its place, and what is wrong with one.
//!
//! | file | what it is |
//! | --- | --- |
//! | `yaml` | a tree whose nodes know where they stand |
//! | `file` | the text of a file |
//! | `value` | a file as a plain value, with the lines of its parts |
//! | `mistake` | what is wrong, shown in the file |

pub(crate) mod file;
pub(crate) mod mistake;
mod value;
pub(crate) mod yaml;

pub(crate) use value::Written;
